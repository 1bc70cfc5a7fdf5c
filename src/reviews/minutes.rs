//! The minutes as they are hashed and signed: made from the meeting and from what the recorder wrote (HK-7.5.5).

use super::pack;
use super::policy::{is_invited, must_sign};
use crate::platform::error::{Failure, Result};
use entity::joint_review::{self, JointReviewOutcome};
use entity::joint_review_attendee::{self as attendee, JointReviewCapacity};
use entity::{StaffId, case, joint_review_agenda, joint_review_minutes, joint_review_signature};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What the recorder writes: the rest of the minutes is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recorded {
    pub statements: Vec<Said>,
    /// What somebody did not agree with (HK-A16).
    pub dissents: Vec<Said>,
}

/// Something that an attendee said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Said {
    pub person: StaffId,
    pub text: String,
}

/// What the minutes of a meeting that ended are made from.
pub struct Sources<'a> {
    pub review: &'a joint_review::Model,
    pub organisation: &'a str,
    pub agenda: &'a [joint_review_agenda::Model],
    pub cases: &'a [case::Model],
    /// In the order of the invitations.
    pub attendees: &'a [attendee::Model],
    /// Names of [`people`].
    pub names: &'a HashMap<StaffId, String>,
}

/// The people whom the minutes name.
pub fn people(review: &joint_review::Model, attendees: &[attendee::Model]) -> Vec<StaffId> {
    let invited = attendees.iter().map(|attendee| attendee.staff_id);
    let mut people: Vec<_> = invited.chain(review.chair_id).chain(review.recorder_id).collect();
    people.sort();
    people.dedup();
    people
}

/// Whether somebody was at the meeting, for however long.
pub fn attended(attendee: &attendee::Model) -> bool {
    is_invited(attendee) && attendee.arrived_at.is_some()
}

impl Sources<'_> {
    /// The minutes of this version; none while the meeting has no outcome.
    pub fn minutes(&self, version: i32, recorded: &Recorded) -> Result<Option<pack::Minutes>> {
        let review = self.review;
        let (Some(kind), Some(text)) = (review.outcome, &review.outcome_text) else { return Ok(None) };
        let (Some(number), Some(held_at), Some(place), Some(chair), Some(recorder)) =
            (&review.number, review.opened_at, &review.place, review.chair_id, review.recorder_id)
        else {
            return Err(Failure::internal("a meeting ended that was never held"));
        };
        let said = |said: &Said| Ok((self.person(said.person)?, said.text.clone()));
        let attendance = self.attendees.iter().filter(|attendee| attended(attendee)).map(|attendee| {
            let arrived_at = attendee.arrived_at.unwrap_or(held_at);
            Ok(pack::Attendance {
                person: self.person(attendee.staff_id)?,
                capacity: capacity(attendee.capacity),
                arrived_at,
                left_at: attendee.left_at,
                signs: must_sign(attendee),
            })
        });
        let agenda = self.agenda.iter().map(|item| {
            let case = self.cases.iter().find(|case| case.id == item.case_id);
            let case = case.ok_or_else(|| Failure::internal("a case vanished"))?;
            Ok(pack::AgendaItem { case_number: case.number.clone(), question: item.question.clone() })
        });
        let statement = |one: &Said| said(one).map(|(person, text)| pack::Statement { person, text });
        let dissent = |one: &Said| said(one).map(|(person, text)| pack::Dissent { person, text });
        let final_opinion = review.final_opinion.as_ref().zip(review.final_opinion_at);
        Ok(Some(pack::Minutes {
            joint_review: review.id.into(),
            number: number.clone(),
            version: number_of(version)?,
            organisation: self.organisation.to_owned(),
            held_at,
            place: place.clone(),
            chair: self.person(chair)?,
            recorder: self.person(recorder)?,
            attendance: attendance.collect::<Result<_>>()?,
            agenda: agenda.collect::<Result<_>>()?,
            statements: recorded.statements.iter().map(statement).collect::<Result<_>>()?,
            dissents: recorded.dissents.iter().map(dissent).collect::<Result<_>>()?,
            outcome: pack::Outcome {
                kind: match kind {
                    JointReviewOutcome::Decision => pack::OutcomeKind::Decision,
                    JointReviewOutcome::Preliminary => pack::OutcomeKind::Preliminary,
                },
                text: text.clone(),
            },
            final_opinion: final_opinion.map(|(text, given_at)| pack::FinalOpinion { text: text.clone(), given_at }),
        }))
    }

    fn person(&self, id: StaffId) -> Result<pack::Person> {
        let name = self.names.get(&id).cloned().ok_or_else(|| Failure::internal("a person vanished"))?;
        Ok(pack::Person { id, name })
    }
}

pub const fn capacity(capacity: JointReviewCapacity) -> pack::Capacity {
    match capacity {
        JointReviewCapacity::Management => pack::Capacity::Management,
        JointReviewCapacity::Supervisor => pack::Capacity::Supervisor,
        JointReviewCapacity::Handler => pack::Capacity::Handler,
        JointReviewCapacity::Department => pack::Capacity::Department,
    }
}

pub fn number_of(version: i32) -> Result<u32> {
    u32::try_from(version).map_err(|_| Failure::internal("a version of the minutes is negative"))
}

/// The statement that a kept signature signs, with the signature.
pub fn signed(row: &joint_review_signature::Model) -> Result<pack::Signed> {
    let statement = pack::SignatureStatement {
        joint_review: row.joint_review_id.into(),
        minutes_version: number_of(row.minutes_version)?,
        minutes_sha256: row.minutes_sha256.clone(),
        person: row.staff_id,
        capacity: capacity(row.capacity),
        dissent: row.dissent.clone(),
        signed_at: row.signed_at,
    };
    let signature = crate::platform::signing::ServerSignature { key_id: row.key_id.clone(), value: row.value.clone() };
    Ok(pack::Signed { statement, signature })
}

/// The minutes of a version; none when it was written before the meeting ended.
pub fn parsed(row: &joint_review_minutes::Model) -> Result<Option<pack::Minutes>> {
    Ok(row.content.as_deref().map(serde_json::from_str).transpose()?)
}
