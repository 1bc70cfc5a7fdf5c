//! What is done with a joint review, one use case per file.

pub mod cancel_joint_review;
pub mod close_joint_review;
pub mod convene_joint_review;
pub mod export_joint_review;
pub mod open_joint_review;
pub mod record_attendance;
pub mod record_final_opinion;
pub mod record_minutes;
pub mod refuse_to_sign;
pub mod request_joint_review;
pub mod respond_to_invitation;
pub mod sign_minutes;

use super::minutes::{Recorded, Sources, people};
use super::policy::{Candidate, JointReviewState, Meeting, ReviewAct, must_sign, state};
use super::{error, store};
use crate::cases::entry::{Detail, JointReviewDetail, NewEntry};
use crate::cases::recusal::{self, Person};
use crate::cases::store::insert_entry;
use crate::platform::db::{AuditRecord, Tx};
use crate::platform::error::{Failure, Result};
use crate::profiles::{JointReview, Profile};
use crate::{cases, identity, profiles};
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{
    CaseEntryId, CaseId, JointReviewId, JointReviewMinutesId, StaffId, case, joint_review, joint_review_agenda,
    joint_review_attendee, joint_review_minutes,
};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use std::collections::HashMap;
use std::sync::Arc;

/// A joint review that this transaction holds, with everything that decisions about it depend on.
struct Held {
    review: joint_review::Model,
    state: JointReviewState,
    agenda: Vec<joint_review_agenda::Model>,
    cases: Vec<case::Model>,
    attendees: Vec<joint_review_attendee::Model>,
    /// Of the case that it was asked for on.
    profile: Arc<Profile>,
}

impl Held {
    /// Locks a joint review that the person may see, and reads what belongs to it.
    async fn lock(tx: &Tx, id: JointReviewId) -> Result<Self> {
        let read = store::lock(tx, id).await?;
        let agenda = store::agenda(tx.db(), &[id]).await?;
        let cases = store::cases_of(tx.db(), &agenda, false).await?;
        let attendees = store::attendees(tx.db(), &[id]).await?;
        let case = cases.iter().find(|case| case.id == read.review.case_id);
        let case = case.ok_or_else(|| Failure::internal("a case vanished"))?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        Ok(Self { state: state(&read.review, read.request), review: read.review, agenda, cases, attendees, profile })
    }

    /// The same, refusing a version that is no longer current.
    async fn lock_version(tx: &Tx, id: JointReviewId, expected: i32) -> Result<Self> {
        let held = Self::lock(tx, id).await?;
        if held.review.version != expected {
            return Err(Failure::conflict(expected, held.review.version));
        }
        Ok(held)
    }

    fn meeting(&self) -> Meeting<'_> {
        Meeting { review: &self.review, state: self.state, attendees: &self.attendees }
    }

    fn may(&self, act: ReviewAct, tx: &Tx) -> Result<()> {
        Ok(self.meeting().may(act, tx.actor())?)
    }

    fn rules(&self) -> Result<&JointReview> {
        Ok(self.profile.joint_review.as_ref().ok_or_else(error::not_held_here)?)
    }

    /// Who handles each case on the agenda.
    fn handlers(&self) -> Vec<(CaseId, Option<StaffId>)> {
        handlers(&self.cases)
    }

    /// Refuses when any of these people must step back from a case on the agenda (HK-4.8).
    async fn none_steps_back(&self, tx: &Tx, people: &[StaffId]) -> Result<()> {
        let recused = candidates(tx, &self.cases, people).await?.into_iter().any(|candidate| candidate.recused);
        if recused { Err(error::recused().into()) } else { Ok(()) }
    }

    /// Writes an entry of the handling record of every case on the agenda; gives that of the case it was asked for on.
    async fn enter(&self, tx: &Tx, kind: CaseEntryKind, detail: JointReviewDetail) -> Result<CaseEntryId> {
        let mut first = None;
        for item in &self.agenda {
            let entry = NewEntry::new(kind, Detail::JointReview(detail.clone()));
            let id = insert_entry(tx, item.case_id, entry, tx.now()).await?;
            first.get_or_insert(id);
        }
        first.ok_or_else(|| Failure::internal("a joint review is about no case"))
    }

    fn detail(&self) -> JointReviewDetail {
        JointReviewDetail {
            joint_review_id: self.review.id,
            number: self.review.number.clone(),
            outcome: None,
            text: None,
        }
    }

    fn record(&self, action: AuditAction) -> AuditRecord {
        AuditRecord::new(action, self.review.id).of_case(self.review.case_id)
    }

    /// Those who must sign the minutes; known when the meeting has ended.
    fn signers(&self) -> Vec<StaffId> {
        self.attendees.iter().filter(|attendee| must_sign(attendee)).map(|attendee| attendee.staff_id).collect()
    }

    /// Writes the next version of the minutes of the joint review as it now is; every signature on the versions before is void.
    async fn write_minutes(
        &self,
        tx: &Tx,
        review: &joint_review::Model,
        recorded: &Recorded,
    ) -> Result<joint_review_minutes::Model> {
        let written_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people write minutes"))?;
        let cards = identity::store::cards(tx.db(), &people(review, &self.attendees)).await?;
        let names: HashMap<_, _> = cards.into_iter().map(|card| (card.id, card.name)).collect();
        let sources = Sources {
            review,
            organisation: &self.profile.organisation.name,
            agenda: &self.agenda,
            cases: &self.cases,
            attendees: &self.attendees,
            names: &names,
        };
        let version = self.review.minutes_version + 1;
        let minutes = sources.minutes(version, recorded)?;
        let id: JointReviewMinutesId = tx.id();
        let row = joint_review_minutes::ActiveModel {
            id: Set(id),
            joint_review_id: Set(review.id),
            version: Set(version),
            recorded: Set(serde_json::to_value(recorded)?),
            content: Set(minutes.as_ref().map(|minutes| minutes.canonical()).transpose()?),
            sha256: Set(minutes.as_ref().map(|minutes| minutes.sha256()).transpose()?),
            written_by: Set(written_by),
            written_at: Set(tx.now()),
        };
        Ok(joint_review_minutes::Entity::insert(row).exec_with_returning(tx.db()).await?)
    }

    /// What the recorder wrote last; none while nothing was written.
    async fn recorded(&self, tx: &Tx) -> Result<Option<Recorded>> {
        let latest = store::latest_minutes(tx.db(), &self.review).await?;
        Ok(latest.map(|row| serde_json::from_value(row.recorded)).transpose()?)
    }
}

fn handlers(cases: &[case::Model]) -> Vec<(CaseId, Option<StaffId>)> {
    cases.iter().map(|case| (case.id, case.handler_id)).collect()
}

/// People as a meeting about these cases sees them.
async fn candidates(tx: &Tx, cases: &[case::Model], people: &[StaffId]) -> Result<Vec<Candidate>> {
    let ids: Vec<_> = cases.iter().map(|case| case.id).collect();
    let involved = cases::people::store::involved(tx.db(), &ids).await?;
    let mut roles = identity::store::roles(tx.db(), people).await?;
    let cards = identity::store::cards(tx.db(), people).await?;
    let candidate = |card: identity::store::StaffCard| {
        let roles = roles.remove(&card.id).unwrap_or_default();
        let person = Person::new(&card, roles.clone());
        let steps_back = |case: &case::Model| {
            let involved = involved.get(&case.id).cloned().unwrap_or_default();
            !recusal::of(&person, case.selling_agent_code.as_deref(), &involved).is_empty()
        };
        let recused = cases.iter().any(steps_back);
        Candidate { id: card.id, is_active: card.disabled_at.is_none(), roles, recused }
    };
    Ok(cards.into_iter().map(candidate).collect())
}

/// These people, each once, without the one who acts, who knows.
fn others(tx: &Tx, people: impl IntoIterator<Item = StaffId>) -> Vec<StaffId> {
    let mut others: Vec<_> = people.into_iter().filter(|person| !tx.actor().is(*person)).collect();
    others.sort();
    others.dedup();
    others
}
