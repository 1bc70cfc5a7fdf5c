//! Convening a meeting that was agreed to, or convening it anew: time, place, people, and notice to all of them (HK-7.4,
//! HK-7.5.2, HK-7.5.3, HK-7.5.5). Whoever convenes has checked the evidence pack.

use super::{Held, candidates, handlers, others};
use crate::calendar::{self, local_day};
use crate::cases;
use crate::cases::deadlines::uncountable;
use crate::cases::policy::in_work;
use crate::identity;
use crate::identity::permissions::roles_with;
use crate::notifications::notify;
use crate::platform::access::Permission;
use crate::platform::db::{Command, Done, Tx, series};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::instant::is_storable;
use crate::platform::text;
use crate::profiles::JointReview;
use crate::reviews::policy::{JointReviewState, ReviewAct, is_invited};
use crate::reviews::{error, store};
use async_graphql::InputObject;
use chrono::{DateTime, Datelike, SubsecRound, Utc};
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::joint_review;
use entity::joint_review_attendee::{self as attendee, InvitationResponse, JointReviewCapacity};
use entity::notification::NotificationKind;
use entity::{CaseId, JointReviewAttendeeId, JointReviewId, StaffId, joint_review_agenda};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashSet;

/// So many people and cases fit into one meeting.
const MOST: usize = 200;
/// Minutes of a day.
const LONGEST: i32 = 24 * 60;

/// Convene a joint review, or convene it anew: what is given replaces what was settled before, and people who are invited
/// already and stay need not answer again unless time or place changed. Whoever convenes has checked the evidence pack
/// (HK-7.5.2).
#[derive(InputObject)]
#[graphql(name = "ConveneJointReviewInput")]
pub struct ConveneJointReview {
    pub joint_review_id: Global<JointReviewId>,
    /// The `version` of the joint review that you saw.
    pub expected_version: i32,
    /// When the meeting begins; in the future, since people are told in advance.
    pub meets_at: DateTime<Utc>,
    /// How long it is planned to take.
    #[graphql(default = 60)]
    pub length_minutes: i32,
    pub place: String,
    /// The facts, for people of other departments; needed when any are invited.
    pub brief: Option<String>,
    /// One of the attendees of the capacity SUPERVISOR.
    pub chair_id: Global<StaffId>,
    /// Who minutes the meeting; not the chair. The recorder may attend as well.
    pub recorder_id: Global<StaffId>,
    /// Everybody who attends, the chair included.
    pub attendees: Vec<AttendeeInput>,
    /// Cases besides the one that it was asked for on. Their handlers attend.
    #[graphql(default)]
    pub further_cases: Vec<AgendaItemInput>,
}

/// Somebody to invite.
#[derive(Clone, Copy, InputObject)]
#[graphql(name = "JointReviewAttendeeInput")]
pub struct AttendeeInput {
    pub person_id: Global<StaffId>,
    pub capacity: JointReviewCapacity,
}

/// A further case.
#[derive(InputObject)]
#[graphql(name = "JointReviewAgendaItemInput")]
pub struct AgendaItemInput {
    pub case_id: Global<CaseId>,
    /// What is to be decided of it.
    pub question: String,
}

impl Command for ConveneJointReview {
    type Output = JointReviewId;

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        let place = text::required("place", &self.place, text::LINE)?;
        let brief = text::optional("brief", self.brief.as_deref(), text::PROSE)?;
        if !(1..=LONGEST).contains(&self.length_minutes) {
            return Err(Failure::bad_input("lengthMinutes", "A meeting takes 1 minute to a day."));
        }
        if self.attendees.len() > MOST || self.further_cases.len() > MOST {
            return Err(Failure::bad_input("attendees", format!("Give at most {MOST}.")));
        }
        let mut held = Held::lock_version(tx, self.joint_review_id.0, self.expected_version).await?;
        held.may(ReviewAct::Convene, tx)?;
        let meets_at = self.meets_at.trunc_subsecs(6);
        self.may_be_then(tx, &held, meets_at).await?;
        self.settle_agenda(tx, &mut held).await?;
        self.may_meet(tx, &held, brief.as_deref()).await?;

        let anew = held.state == JointReviewState::Convened;
        let moved = held.review.meets_at != Some(meets_at) || held.review.place.as_deref() != Some(&place);
        let removed = self.invite(tx, &held, moved).await?;
        if held.review.number.is_none() {
            let scheme = held.profile.numbers.joint_review.as_ref().ok_or_else(error::not_held_here)?;
            let year = local_day(tx.now()).year();
            let number = scheme.number(year, series::next(tx, format!("joint-review:{year}")).await?);
            held.review.number = Some(number);
        }
        let changes = joint_review::ActiveModel {
            number: Set(held.review.number.clone()),
            meets_at: Set(Some(meets_at)),
            length_minutes: Set(Some(self.length_minutes)),
            place: Set(Some(place)),
            brief: Set(brief),
            chair_id: Set(Some(self.chair_id.0)),
            recorder_id: Set(Some(self.recorder_id.0)),
            convened_by: Set(tx.actor().staff_id()),
            convened_at: Set(Some(tx.now())),
            invitations: Set(held.review.invitations + 1),
            ..Default::default()
        };
        store::update(tx, &held.review, changes).await?;

        let entry = held.enter(tx, CaseEntryKind::JointReviewConvened, held.detail()).await?;
        let kind = if anew { NotificationKind::JointReviewRescheduled } else { NotificationKind::JointReviewConvened };
        let invited = self.attendees.iter().map(|one| one.person_id.0).chain([self.recorder_id.0]);
        notify(tx, kind, held.review.case_id, entry, others(tx, invited)).await?;
        notify(tx, NotificationKind::JointReviewCancelled, held.review.case_id, entry, others(tx, removed)).await?;

        let people: Vec<_> = self.attendees.iter().map(|one| (one.person_id.0, one.capacity)).collect();
        let record = held
            .record(AuditAction::JointReviewConvened)
            .fact("number", &held.review.number)
            .change("meetsAt", held.review.meets_at, Some(meets_at))
            .fact("chair", self.chair_id.0)
            .fact("recorder", self.recorder_id.0)
            .fact("attendees", people)
            .fact("cases", held.agenda.iter().map(|item| item.case_id).collect::<Vec<_>>())
            .fact("evidenceChecked", true);
        Ok(Done { output: held.review.id, record })
    }
}

impl ConveneJointReview {
    /// HK-7.5.2: people are told before the meeting, as long before as the profile asks for.
    async fn may_be_then(&self, tx: &Tx, held: &Held, meets_at: DateTime<Utc>) -> Result<()> {
        if !is_storable(meets_at) {
            return Err(Failure::bad_input("meetsAt", "There is no such time."));
        }
        let earliest = match held.rules()?.notice_lead {
            Some(lead) => {
                let calendar = calendar::store::current(tx.db(), held.profile.calendar.working_days).await?;
                held.profile.counting(&calendar).due(tx.now(), lead, &[]).map_err(uncountable)?.at
            }
            None => tx.now(),
        };
        if meets_at > earliest { Ok(()) } else { Err(error::notice_too_late().into()) }
    }

    /// The cases of the meeting: the one that it was asked for on, then the further ones, which the person must see.
    async fn settle_agenda(&self, tx: &Tx, held: &mut Held) -> Result<()> {
        let mut agenda: Vec<_> = held.agenda.iter().filter(|item| item.position == 0).cloned().collect();
        for (position, item) in (1..).zip(&self.further_cases) {
            let case = cases::store::lock(tx, item.case_id.0).await?;
            if !in_work().contains(&case.state) {
                return Err(error::not_in_work(case.state).into());
            }
            if agenda.iter().any(|known| known.case_id == case.id) {
                return Err(Failure::bad_input("furtherCases", "A case stands on the agenda once."));
            }
            let question = text::required("question", &item.question, text::PROSE)?;
            agenda.push(joint_review_agenda::Model {
                joint_review_id: held.review.id,
                case_id: case.id,
                position,
                question,
            });
        }
        let further = joint_review_agenda::Entity::delete_many()
            .filter(joint_review_agenda::Column::JointReviewId.eq(held.review.id))
            .filter(joint_review_agenda::Column::Position.gt(0));
        further.exec(tx.db()).await?;
        let rows: Vec<joint_review_agenda::ActiveModel> =
            agenda.iter().filter(|item| item.position > 0).cloned().map(Into::into).collect();
        if !rows.is_empty() {
            joint_review_agenda::Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
        }
        held.cases = store::cases_of(tx.db(), &agenda, false).await?;
        held.agenda = agenda;
        Ok(())
    }

    /// Everybody is there in a capacity that is theirs, the chair and the recorder too.
    async fn may_meet(&self, tx: &Tx, held: &Held, brief: Option<&str>) -> Result<()> {
        let rules = held.rules()?;
        let (chair, recorder) = (self.chair_id.0, self.recorder_id.0);
        let invited = |person: StaffId| self.attendees.iter().find(|one| one.person_id.0 == person);
        let mut people: Vec<_> = self.attendees.iter().map(|one| one.person_id.0).collect();
        if people.iter().collect::<HashSet<_>>().len() != people.len() {
            return Err(error::invited_twice().into());
        }
        if invited(chair).is_none_or(|one| one.capacity != JointReviewCapacity::Supervisor) {
            return Err(error::chair_not_invited().into());
        }
        let departments = self.attendees.iter().any(|one| one.capacity == JointReviewCapacity::Department);
        if departments && brief.is_none() {
            return Err(error::brief_required().into());
        }
        people.push(recorder);
        people.sort();
        people.dedup();
        let candidates = candidates(tx, &held.cases, &people).await?;
        let handlers = handlers(&held.cases);
        let known = |person: StaffId| candidates.iter().find(|one| one.id == person).ok_or(Failure::NotFound);
        known(chair)?.may_chair(rules, all_step_back(tx, held, rules).await?)?;
        known(recorder)?.may_minute(&roles_with(Permission::JointReviewAttend), chair)?;
        for one in &self.attendees {
            known(one.person_id.0)?.may_attend(one.capacity, rules, &held.agenda, &handlers, chair)?;
        }
        Ok(())
    }

    /// Writes who is invited; gives those who no longer are.
    async fn invite(&self, tx: &Tx, held: &Held, moved: bool) -> Result<Vec<StaffId>> {
        let mut new = Vec::new();
        for one in &self.attendees {
            match held.attendees.iter().find(|known| known.staff_id == one.person_id.0) {
                None => {
                    let id: JointReviewAttendeeId = tx.id();
                    new.push(attendee::ActiveModel {
                        id: Set(id),
                        joint_review_id: Set(held.review.id),
                        staff_id: Set(one.person_id.0),
                        capacity: Set(one.capacity),
                        response: Set(InvitationResponse::Pending),
                        ..Default::default()
                    });
                }
                Some(known) => {
                    let stays = is_invited(known) && known.capacity == one.capacity && !moved;
                    let changes = attendee::ActiveModel {
                        id: Set(known.id),
                        capacity: Set(one.capacity),
                        removed_at: Set(None),
                        arrived_at: Set(None),
                        left_at: Set(None),
                        ..Default::default()
                    };
                    let changes = match stays {
                        true => changes,
                        false => attendee::ActiveModel {
                            response: Set(InvitationResponse::Pending),
                            responded_at: Set(None),
                            response_reason: Set(None),
                            substitute_for: Set(None),
                            ..changes
                        },
                    };
                    changes.update_without_returning(tx.db()).await?;
                }
            }
        }
        if !new.is_empty() {
            attendee::Entity::insert_many(new).exec_without_returning(tx.db()).await?;
        }
        let gone = held
            .attendees
            .iter()
            .filter(|known| is_invited(known) && self.attendees.iter().all(|one| one.person_id.0 != known.staff_id));
        let mut removed = Vec::new();
        for known in gone {
            let changes =
                attendee::ActiveModel { id: Set(known.id), removed_at: Set(Some(tx.now())), ..Default::default() };
            changes.update_without_returning(tx.db()).await?;
            removed.push(known.staff_id);
        }
        Ok(removed)
    }
}

/// Whether everybody who could chair must step back from a case on the agenda (HK-7.5.3).
pub(super) async fn all_step_back(tx: &Tx, held: &Held, rules: &JointReview) -> Result<bool> {
    let chairs = identity::store::holders(tx.db(), rules.chair).await?;
    Ok(candidates(tx, &held.cases, &chairs).await?.iter().all(|candidate| candidate.recused))
}
