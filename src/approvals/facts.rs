//! Gathering the facts that the authority over an item depends on.

use super::authority::{Bar, Facts, Lent, Person};
use super::kinds::Content;
use super::{delegations, store};
use crate::calendar::local_day;
use crate::cases::loaders::grouped;
use crate::cases::recusal::{self, Involved, RecusalReason};
use crate::cases::{self, people};
use crate::identity;
use crate::identity::store::StaffCard;
use crate::platform::error::{Failure, Result};
use crate::profiles::Profile;
use chrono::{DateTime, Utc};
use entity::approval_step::{self, ApprovalAct};
use entity::staff_role::Role;
use entity::{ApprovalId, CaseId, DepartmentId, StaffId, approval, case, delegation, plan};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// What the facts are read from.
pub struct Sources<'a> {
    pub approval: &'a approval::Model,
    pub case: &'a case::Model,
    /// What happened to the item.
    pub steps: &'a [approval_step::Model],
    pub plans: &'a [plan::Model],
    /// Everybody who handles the case or did.
    pub handlers: &'a [StaffId],
    /// Everybody who could come to act; of those, who stands in the line of authority matters.
    pub people: &'a [recusal::Person],
    pub profile: &'a Profile,
    /// The roles of the person who asked, also when they may no longer sign in.
    pub owner_roles: &'a [Role],
    pub owner_department: Option<DepartmentId>,
    /// What is lent on that day.
    pub lent: &'a [delegation::Model],
    pub involved: &'a Involved,
}

impl Sources<'_> {
    pub fn facts(&self) -> Result<Facts> {
        let item = self.approval;
        let content: Content = serde_json::from_value(item.content.clone())?;
        let line = &self.profile.authority.line;
        let in_line = |person: &&recusal::Person| person.roles.iter().any(|role| line.contains(role));
        let mut people: Vec<_> = self.people.iter().filter(in_line).map(|person| self.person(person)).collect();
        if people.iter().all(|person| person.id != item.requested_by) {
            let bars = self.parts(item.requested_by);
            people.push(Person {
                id: item.requested_by,
                roles: sorted(self.owner_roles),
                bars,
                delegations: Vec::new(),
            });
        }
        people.sort_by_key(|person| person.id);
        let lent = if self.profile.delegation.is_some() { self.lent } else { &[] };
        for lent in lent {
            if let Some(delegate) = people.iter_mut().find(|person| person.id == lent.delegate_id) {
                delegate.delegations.push(Lent {
                    delegation: lent.id,
                    by: lent.delegator_id,
                    kinds: serde_json::from_value(lent.kinds.clone())?,
                    max_amount: lent.max_amount,
                    department: lent.department_id,
                });
            }
        }
        Ok(Facts {
            kind: item.kind,
            state: item.state,
            case_state: self.case.state,
            revision: item.revision,
            content_sha256: item.content_sha256.clone(),
            measures: content.measures(),
            cumulative_amount: item.cumulative_amount,
            owner: item.requested_by,
            endorsed_by: item.endorsed_by,
            endorsed_for: item.endorsed_for,
            department: self.owner_department,
            people,
        })
    }

    fn person(&self, person: &recusal::Person) -> Person {
        let mut bars = self.parts(person.id);
        let recused = recusal::of(person, self.case.selling_agent_code.as_deref(), self.involved);
        bars.extend(recused.into_iter().map(|reason| match reason {
            RecusalReason::NamedInComplaint => Bar::NamedInComplaint,
            RecusalReason::SoldThePolicy => Bar::SoldThePolicy,
            RecusalReason::ReportsToRespondent => Bar::ReportsToRespondent,
            RecusalReason::Declared => Bar::RecusalDeclared,
        }));
        Person { id: person.id, roles: sorted(&person.roles), bars, delegations: Vec::new() }
    }

    /// What a person had a part in, whatever their role then.
    fn parts(&self, person: StaffId) -> Vec<Bar> {
        let asks = |step: &approval_step::Model| {
            matches!(step.act, ApprovalAct::Requested | ApprovalAct::Amended) && step.acted_by == Some(person)
        };
        let drafted = |plan: &plan::Model| plan.drafted_by == person || plan.submitted_by == Some(person);
        let handles = self.case.handler_id == Some(person);
        [
            (self.approval.requested_by == person || self.steps.iter().any(asks), Bar::Requested),
            (self.plans.iter().any(drafted), Bar::DraftedPlan),
            (handles, Bar::HandlesCase),
            (!handles && self.handlers.contains(&person), Bar::HandledCase),
        ]
        .into_iter()
        .filter_map(|(holds, bar)| holds.then_some(bar))
        .collect()
    }
}

fn sorted(roles: &[Role]) -> Vec<Role> {
    let mut roles = roles.to_vec();
    roles.sort();
    roles
}

/// What the facts of many items are read from: a constant few statements, however many there are.
pub struct Gathered {
    people: Vec<recusal::Person>,
    involved: HashMap<CaseId, Involved>,
    plans: Vec<plan::Model>,
    handlers: HashMap<CaseId, Vec<StaffId>>,
    steps: HashMap<ApprovalId, Vec<approval_step::Model>>,
    owner_roles: HashMap<StaffId, Vec<Role>>,
    owners: HashMap<StaffId, StaffCard>,
    lent: Vec<delegation::Model>,
}

impl Gathered {
    /// As things are at an instant, of items of these cases, for whoever holds a role of the line.
    pub async fn of<C: ConnectionTrait>(
        db: &C,
        now: DateTime<Utc>,
        line: &[Role],
        cases: &[CaseId],
        items: &[approval::Model],
    ) -> Result<Self> {
        let workers = identity::store::workers(db, line).await?;
        let keys: Vec<_> = items.iter().map(|item| item.id).collect();
        let owners: Vec<_> = items.iter().map(|item| item.requested_by).collect();
        let cards = identity::store::cards(db, &owners).await?;
        Ok(Self {
            people: workers.into_iter().map(|(card, roles)| recusal::Person::new(&card, roles)).collect(),
            involved: people::store::involved(db, cases).await?,
            plans: cases::store::plans(db, cases).await?,
            handlers: cases::store::handlers(db, cases).await?,
            steps: grouped(store::steps(db, &keys).await?, |step| step.approval_id),
            owner_roles: identity::store::roles(db, &owners).await?,
            owners: cards.into_iter().map(|card| (card.id, card)).collect(),
            lent: delegations::store::lent_on(db, local_day(now)).await?,
        })
    }

    pub fn steps_of(&self, item: ApprovalId) -> &[approval_step::Model] {
        self.steps.get(&item).map_or(&[], Vec::as_slice)
    }

    pub fn facts(&self, case: &case::Model, item: &approval::Model, profile: &Profile) -> Result<Facts> {
        let plans: Vec<_> = self.plans.iter().filter(|plan| plan.case_id == case.id).cloned().collect();
        let nobody = Involved::default();
        let sources = Sources {
            approval: item,
            case,
            steps: self.steps_of(item.id),
            plans: &plans,
            handlers: self.handlers.get(&case.id).map_or(&[], Vec::as_slice),
            people: &self.people,
            profile,
            owner_roles: self.owner_roles.get(&item.requested_by).map_or(&[], Vec::as_slice),
            owner_department: self.owners.get(&item.requested_by).map(|card| card.department_id),
            lent: &self.lent,
            involved: self.involved.get(&case.id).unwrap_or(&nobody),
        };
        sources.facts()
    }
}

/// The facts of items of a case, as things are at an instant.
pub async fn of_items<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    case: &case::Model,
    profile: &Profile,
    items: &[approval::Model],
) -> Result<Vec<Facts>> {
    let gathered = Gathered::of(db, now, &profile.authority.line, &[case.id], items).await?;
    items.iter().map(|item| gathered.facts(case, item, profile)).collect()
}

/// The facts of one item.
pub async fn of_item<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    case: &case::Model,
    profile: &Profile,
    item: &approval::Model,
) -> Result<Facts> {
    let mut facts = of_items(db, now, case, profile, std::slice::from_ref(item)).await?;
    facts.pop().ok_or_else(|| Failure::internal("an item has no facts"))
}
