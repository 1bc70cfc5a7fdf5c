//! Every short sequence of what four people could do with an item, with the real use cases on a real database: no sequence lets
//! one person hold two parts that exclude each other, and no item waits for nobody without being listed (HK-4.8, G-7, HK-A8).
//!
//! Each step is a transaction within that of the step before, undone when everything behind it was tried.

use super::authority::{Act, Facts, Inputs, is_undecided, work_out};
use super::delegations::service::delegate_authority::DelegateAuthority;
use super::delegations::service::revoke_delegation::RevokeDelegation;
use super::kinds::ContentInput;
use super::kinds::surrender::SurrenderInput;
use super::service::amend_approval::AmendApproval;
use super::service::decide_approval::{ApprovalDecision, DecideApproval};
use super::service::endorse_approval::EndorseApproval;
use super::service::request_approval::RequestApproval;
use super::service::return_approval::ReturnApproval;
use super::service::reverse_approval::ReverseApproval;
use super::service::withdraw_approval::WithdrawApproval;
use super::{facts, store};
use crate::cases;
use crate::cases::entry::{AllocationDetail, Detail, NewEntry};
use crate::cases::service::reassign_case::ReassignCase;
use crate::identity::permissions::permissions_of_all;
use crate::identity::service::add_staff::{AddStaff, InDepartment};
use crate::platform::access::{Actor, Who};
use crate::platform::clock::Clock;
use crate::platform::db::{Command, Database, DatabaseConfig, Statements, Tx, migrate};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::{Global, new_id};
use crate::platform::money::Money;
use crate::platform::vault::Vault;
use crate::profiles::Profile;
use crate::profiles::service::publish::PublishProfile;
use entity::approval::{ApprovalState, SurrenderScope};
use entity::approval_step::ApprovalAct;
use entity::case::{CaseState, RelationToPolicyholder};
use entity::case_entry::CaseEntryKind;
use entity::staff_role::Role;
use entity::{ApprovalId, CaseId, DelegationId, ProfileVersionId, StaffId, case};
use futures_util::future::{BoxFuture, FutureExt};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Four people in three roles: a handler, two supervisors, a manager. Nobody is general manager, so that items can get stuck.
const PEOPLE: [(&str, &[Role]); 4] = [
    ("handler", &[Role::Handler]),
    ("supervisor", &[Role::Supervisor]),
    ("colleague", &[Role::Supervisor]),
    ("manager", &[Role::Manager]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Move {
    Request(usize),
    /// To a sum of the manager's, or back to one of the supervisor's.
    Amend(usize),
    Withdraw(usize),
    Endorse(usize),
    Return(usize),
    Approve(usize),
    Refuse(usize),
    Reverse(usize),
    Delegate(usize, usize),
    Revoke(usize),
    Reassign(usize, usize),
}

impl Move {
    const fn by(self) -> usize {
        match self {
            Self::Request(by) | Self::Amend(by) | Self::Withdraw(by) | Self::Endorse(by) | Self::Return(by) => by,
            Self::Approve(by) | Self::Refuse(by) | Self::Reverse(by) | Self::Delegate(by, _) | Self::Revoke(by) => by,
            Self::Reassign(by, _) => by,
        }
    }

    fn all() -> Vec<Self> {
        let people = 0..PEOPLE.len();
        let pairs = people.clone().flat_map(|one| (0..PEOPLE.len()).map(move |other| (one, other)));
        let alone = people.flat_map(|by| {
            [
                Self::Request(by),
                Self::Amend(by),
                Self::Withdraw(by),
                Self::Endorse(by),
                Self::Return(by),
                Self::Approve(by),
                Self::Refuse(by),
                Self::Reverse(by),
                Self::Revoke(by),
            ]
        });
        let together = pairs.filter(|(one, other)| one != other).flat_map(|(one, other)| {
            // The handler has nothing to lend; one supervisor reassigns for both.
            let lends = one != 0;
            [lends.then_some(Self::Delegate(one, other)), (one == 1).then_some(Self::Reassign(one, other))]
        });
        alone.chain(together.flatten()).collect()
    }
}

/// What happened on the way here, kept apart from what the use cases keep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Past {
    item: Option<ApprovalId>,
    high: bool,
    /// Everybody who asked, amended or handled, ever.
    workers: BTreeSet<usize>,
    /// Whose word the endorsement is.
    endorsers: BTreeSet<usize>,
    /// Whose word the decision is, while it holds.
    deciders: BTreeSet<usize>,
    handler: usize,
    lent: BTreeMap<usize, (usize, DelegationId)>,
}

/// What a state is told by: of two sequences that lead to the same one, only one is followed on.
#[derive(Debug, PartialEq, Eq, Hash)]
struct State {
    item: Option<(ApprovalState, usize)>,
    past: Past,
    lent: Vec<(usize, usize)>,
}

struct Explorer {
    actors: Vec<Actor>,
    profile: Arc<Profile>,
    case: CaseId,
    /// How far was gone on from each state.
    seen: HashMap<State, usize>,
    tried: u64,
    done: u64,
    stuck: u64,
}

impl Explorer {
    fn id(&self, person: usize) -> StaffId {
        self.actors[person].staff_id().unwrap()
    }

    fn index(&self, person: StaffId) -> usize {
        (0..PEOPLE.len()).find(|index| self.id(*index) == person).unwrap()
    }

    fn explore<'a>(&'a mut self, tx: &'a Tx, past: Past, left: usize, trace: &'a mut Vec<Move>) -> BoxFuture<'a, ()> {
        async move {
            for step in Move::all() {
                self.tried += 1;
                let inner = tx.within(self.actors[step.by()].clone()).await.unwrap();
                trace.push(step);
                match self.perform(&inner, step, &past).await {
                    Ok(now) => {
                        self.done += 1;
                        let state = self.look(&inner, &now, trace).await;
                        let further = self.seen.get(&state).is_none_or(|known| *known < left - 1);
                        if left > 1 && further {
                            self.seen.insert(state, left - 1);
                            self.explore(&inner, now, left - 1, trace).await;
                        }
                    }
                    Err(Failure::Refused(refusals)) => {
                        assert!(refusals.iter().all(|refusal| refusal.rule.is_some()), "{trace:?}: {refusals:?}");
                    }
                    Err(Failure::NotFound | Failure::Conflict { .. } | Failure::Forbidden(_)) => {}
                    Err(failure) => panic!("{trace:?}: {failure:?}"),
                }
                trace.pop();
                inner.undo().await;
            }
        }
        .boxed()
    }

    /// Does one thing; gives what then has happened.
    async fn perform(&self, tx: &Tx, step: Move, past: &Past) -> Result<Past> {
        let mut now = past.clone();
        let key = String::from("k");
        let opinion = || "同意。".to_owned();
        let content = |high: bool| {
            let yuan = |yuan: i64| Money::fen(yuan * 100);
            let agreed_total = yuan(if high { 15_000 } else { 11_000 });
            ContentInput::NegotiatedSurrender(SurrenderInput {
                scope: SurrenderScope::Full,
                contract_number: Some("HK-1".to_owned()),
                cash_value: yuan(10_000),
                agreed_total,
                total_premium: yuan(90_000),
            })
        };
        let item = async || -> Result<(ApprovalId, i32)> {
            let id = past.item.ok_or(Failure::NotFound)?;
            Ok((id, store::by_id(tx, id).await?.version))
        };
        match step {
            Move::Request(by) => {
                if past.item.is_some() {
                    return Err(Failure::NotFound);
                }
                let (case_id, evidence_ids) = (Global(self.case), None);
                let ask = RequestApproval {
                    idempotency_key: key,
                    case_id,
                    content: content(false),
                    evidence_ids,
                    joint_review_id: None,
                    reason: opinion(),
                };
                now.item = Some(ask.execute(tx).await?.output);
                now.workers.insert(by);
            }
            Move::Amend(by) => {
                let (id, expected_version) = item().await?;
                now.high = !past.high;
                let approval_id = Global(id);
                let (content, evidence_ids, reason) = (content(now.high), None, opinion());
                AmendApproval {
                    idempotency_key: key,
                    approval_id,
                    expected_version,
                    content,
                    evidence_ids,
                    joint_review_id: None,
                    reason,
                }
                .execute(tx)
                .await?;
                now.workers.insert(by);
                now.endorsers.clear();
                now.deciders.clear();
            }
            Move::Withdraw(_) => {
                let (id, expected_version) = item().await?;
                let approval_id = Global(id);
                WithdrawApproval { idempotency_key: key, approval_id, expected_version, reason: opinion() }
                    .execute(tx)
                    .await?;
                now.endorsers.clear();
            }
            Move::Endorse(_) => {
                let (id, expected_version) = item().await?;
                let (approval_id, expected_content_sha256) = (Global(id), None);
                EndorseApproval {
                    idempotency_key: key,
                    approval_id,
                    expected_version,
                    expected_content_sha256,
                    opinion: opinion(),
                }
                .execute(tx)
                .await?;
                now.endorsers = self.last_word(tx, id).await?;
            }
            Move::Return(_) => {
                let (id, expected_version) = item().await?;
                ReturnApproval { idempotency_key: key, approval_id: Global(id), expected_version, opinion: opinion() }
                    .execute(tx)
                    .await?;
                now.endorsers.clear();
            }
            Move::Approve(_) | Move::Refuse(_) => {
                let (id, expected_version) = item().await?;
                let (approval_id, expected_content_sha256) = (Global(id), None);
                let approves = matches!(step, Move::Approve(_));
                let decision = if approves { ApprovalDecision::Approve } else { ApprovalDecision::Refuse };
                DecideApproval {
                    idempotency_key: key,
                    approval_id,
                    expected_version,
                    expected_content_sha256,
                    decision,
                    opinion: opinion(),
                }
                .execute(tx)
                .await?;
                let word = self.last_word(tx, id).await?;
                // What is refused is dead until it is amended, and so is what was said of it.
                if approves {
                    now.deciders = word;
                } else {
                    now.endorsers.clear();
                }
            }
            Move::Reverse(_) => {
                let (id, expected_version) = item().await?;
                let (approval_id, expected_content_sha256) = (Global(id), None);
                ReverseApproval {
                    idempotency_key: key,
                    approval_id,
                    expected_version,
                    expected_content_sha256,
                    opinion: opinion(),
                }
                .execute(tx)
                .await?;
                now.deciders.clear();
                now.endorsers.clear();
            }
            Move::Delegate(by, to) => {
                if past.lent.contains_key(&by) {
                    return Err(Failure::NotFound);
                }
                let today = crate::calendar::local_day(tx.now());
                let lend = DelegateAuthority {
                    idempotency_key: key,
                    delegate_id: Global(self.id(to)),
                    first_day: today,
                    last_day: today,
                    kinds: None,
                    max_amount: None,
                    department_id: None,
                    reason: opinion(),
                };
                now.lent.insert(by, (to, lend.execute(tx).await?.output));
            }
            Move::Revoke(by) => {
                let (_, delegation) = past.lent.get(&by).ok_or(Failure::NotFound)?;
                let delegation_id = Global(*delegation);
                RevokeDelegation { delegation_id, expected_version: 1, reason: opinion() }.execute(tx).await?;
                now.lent.remove(&by);
            }
            Move::Reassign(_, to) => {
                let case = cases::store::lock(tx, self.case).await?;
                let (case_id, handler_id) = (Global(self.case), Global(self.id(to)));
                ReassignCase {
                    idempotency_key: None,
                    case_id,
                    expected_version: case.version,
                    handler_id,
                    reason: opinion(),
                }
                .execute(tx)
                .await?;
                now.workers.insert(to);
                now.handler = to;
            }
        }
        Ok(now)
    }

    /// Whose word the last endorsement or decision is: that of whoever acted, and that of for whom.
    async fn last_word(&self, tx: &Tx, item: ApprovalId) -> Result<BTreeSet<usize>> {
        let steps = store::steps(tx.db(), &[item]).await?;
        let binding = [ApprovalAct::Endorsed, ApprovalAct::Approved, ApprovalAct::Refused];
        let last = steps.iter().filter(|step| binding.contains(&step.act)).max_by_key(|step| step.id).unwrap();
        Ok([last.acted_by, last.acted_for].into_iter().flatten().map(|person| self.index(person)).collect())
    }

    /// Looks at what came out: the parts that people hold, and whether the item waits for somebody who is there.
    async fn look(&mut self, tx: &Tx, past: &Past, trace: &[Move]) -> State {
        let voices: BTreeSet<usize> = past.endorsers.union(&past.deciders).copied().collect();
        assert!(voices.is_disjoint(&past.workers), "{trace:?}: who asks or handles has a say: {past:?}");
        assert!(past.endorsers.is_disjoint(&past.deciders), "{trace:?}: one person has both words: {past:?}");
        // Keys differ from way to way; where they lead to does not.
        let alike = Past { item: None, lent: BTreeMap::new(), ..past.clone() };
        let lent = past.lent.iter().map(|(by, (to, _))| (*by, *to)).collect();
        let Some(id) = past.item else { return State { item: None, past: alike, lent } };
        let item = store::by_id(tx, id).await.unwrap();
        let read = cases::store::by_ids(tx.db(), &self.actors[1], &[self.case], cases::store::Shape::default()).await;
        let case = read.unwrap().pop().unwrap().case;
        let facts = facts::of_item(tx.db(), tx.now(), &case, &self.profile, &item).await.unwrap();
        if is_undecided(item.state) {
            let listed = facts.assess(&self.profile).unwrap().is_stuck(&facts);
            let somebody = (0..PEOPLE.len()).any(|person| self.could_act(&facts, case.profile_version_id, person));
            assert_eq!(listed, !somebody, "{trace:?}: {facts:?}");
            self.stuck += u64::from(listed);
        }
        State { item: Some((item.state, self.index(item.requested_by))), past: alike, lent }
    }

    fn could_act(&self, facts: &Facts, profile_version: ProfileVersionId, person: usize) -> bool {
        [Act::Endorse, Act::Decide].into_iter().any(|act| {
            let inputs = Inputs { profile_version, act, actor: self.id(person), facts: facts.clone() };
            work_out(&inputs, &self.profile).is_ok()
        })
    }
}

/// A database with four people and a case that the handler investigates.
async fn world(folder: &std::path::Path) -> (Database, Explorer, ProfileVersionId) {
    let config = DatabaseConfig {
        url: format!("sqlite://{}", folder.join("explored.db").display()).into(),
        owner_url: None,
        read_connections: 1,
        write_connections: 1,
        acquire_timeout_seconds: 5,
        statement_timeout_seconds: 5,
        lock_timeout_seconds: 5,
        idle_in_transaction_timeout_seconds: 0,
    };
    migrate::up(&config).await.unwrap();
    let data_key = "1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=".to_owned();
    let index_key = "MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=".to_owned();
    let vault = Arc::new(Vault::new(&data_key.into(), &index_key.into()).unwrap());
    let clock = Clock::standing_at("2024-03-04T01:30:00Z".parse().unwrap());
    let db = Database::open(&config, clock, vault, &Statements::default()).await.unwrap();
    let system = Actor::system("test");
    let content = include_str!("../../profiles/life-insurance.toml")
        .replace("[allocation]\n", "[delegation]\nmost_days = 1\n\n[allocation]\n");
    let profile_version = db.run(&system, &PublishProfile { content: content.clone() }).await.unwrap();
    let mut actors = Vec::new();
    for (login, roles) in PEOPLE {
        let add = AddStaff {
            login: login.to_owned(),
            employee_number: None,
            name: login.to_owned(),
            title: None,
            department: InDepartment::Named("客服部".to_owned()),
            email: None,
            roles: roles.to_vec(),
            password_hash: String::new(),
            password_temporary: false,
        };
        let id = db.run(&system, &add).await.unwrap();
        let card = crate::identity::store::card(db.read(&system), id).await.unwrap().unwrap();
        let who = Who::Staff { id, department_id: card.department_id, session_id: new_id(db.now()) };
        actors.push(Actor {
            who,
            roles: roles.into(),
            permissions: permissions_of_all(roles),
            ..Actor::nobody(Arc::from("test"))
        });
    }
    let profile = Arc::new(crate::profiles::check(&content).unwrap());
    let case: CaseId = new_id(db.now());
    let explorer = Explorer { actors, profile, case, seen: HashMap::new(), tried: 0, done: 0, stuck: 0 };
    (db, explorer, profile_version)
}

/// Registers the case within a transaction that is never committed.
async fn begin(db: &Database, explorer: &Explorer, profile_version: ProfileVersionId) -> Tx {
    let tx = db.trial(&explorer.actors[0]).await.unwrap();
    let row = case::ActiveModel {
        id: Set(explorer.case),
        number: Set("TS2024-000001".to_owned()),
        profile_version_id: Set(profile_version),
        state: Set(CaseState::Investigating),
        version: Set(1),
        channel: Set("PHONE".to_owned()),
        severity: Set("ORDINARY".to_owned()),
        summary: Set(String::new()),
        complainant_name_sealed: Set(String::new()),
        relation: Set(RelationToPolicyholder::Oneself),
        head_count: Set(1),
        received_at: Set(tx.now()),
        registered_at: Set(tx.now()),
        registered_by: Set(explorer.id(0)),
        handler_id: Set(Some(explorer.id(0))),
        urgent: Set(false),
        agent_at_fault: Set(false),
        premium_misappropriated: Set(false),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    case::Entity::insert(row).exec_without_returning(tx.db()).await.unwrap();
    let detail = Detail::Allocation(AllocationDetail { handler_id: explorer.id(0) });
    cases::store::insert_entry(&tx, explorer.case, NewEntry::new(CaseEntryKind::Allocated, detail), tx.now())
        .await
        .unwrap();
    tx
}

/// How long the sequences are. A longer search takes longer: `REDRESS_TEST_EXPLORATION_DEPTH=6`.
fn depth() -> usize {
    std::env::var("REDRESS_TEST_EXPLORATION_DEPTH").ok().and_then(|depth| depth.parse().ok()).unwrap_or(4)
}

/// HK-4.8 G-7 HK-4.11 HK-A8
#[tokio::test]
async fn no_sequence_joins_what_must_be_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (db, mut explorer, profile_version) = world(folder.path()).await;
    let tx = begin(&db, &explorer, profile_version).await;
    let past = Past { workers: BTreeSet::from([0]), ..Past::default() };
    explorer.explore(&tx, past, depth(), &mut Vec::new()).await;
    tx.undo().await;
    let Explorer { tried, done, stuck, seen, .. } = &explorer;
    // As many as there are: a search that gets nowhere finds nothing.
    let searched =
        format!("{tried} steps tried, {done} done, {} states followed, {stuck} times nobody left", seen.len());
    assert!(*done > 100 && *tried > *done && *stuck > 0, "{searched}");
}
