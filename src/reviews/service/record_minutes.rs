//! Writing the minutes: each time a new version, by the recorder alone (HK-7.5.5). Of two who write at once, one is first; the
//! other gets both texts.

use super::{Held, others};
use crate::notifications::notify;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::{Global, NodeKey};
use crate::platform::text;
use crate::reviews::minutes::{Recorded, Said, attended};
use crate::reviews::policy::ReviewAct;
use crate::reviews::{error, store};
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::joint_review;
use entity::notification::NotificationKind;
use entity::{JointReviewId, StaffId};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};

/// So many statements fit into the minutes of one meeting.
const MOST: usize = 1_000;

/// Write the minutes: what was said and what somebody did not agree with. Meeting, agenda, attendance and outcome are part of
/// them without being written. With a new version every signature is void.
#[derive(InputObject)]
#[graphql(name = "RecordMinutesInput")]
pub struct RecordMinutes {
    pub joint_review_id: Global<JointReviewId>,
    /// The version of the minutes that you changed; 0 for the first. If there is a later one, the error `CONFLICT` carries
    /// both texts in `extensions.current`: `text` and `yourText`.
    pub expected_minutes_version: i32,
    /// In the order of the meeting.
    pub statements: Vec<SaidInput>,
    #[graphql(default)]
    pub dissents: Vec<SaidInput>,
}

/// Something that an attendee said.
#[derive(InputObject)]
#[graphql(name = "MinutedStatementInput")]
pub struct SaidInput {
    pub person_id: Global<StaffId>,
    pub text: String,
}

impl Command for RecordMinutes {
    type Output = JointReviewId;

    async fn execute(&self, tx: &Tx) -> Result<Done<JointReviewId>> {
        if self.statements.len() + self.dissents.len() > MOST {
            return Err(Failure::bad_input("statements", format!("Give at most {MOST}.")));
        }
        let recorded =
            Recorded { statements: said("statements", &self.statements)?, dissents: said("dissents", &self.dissents)? };
        let held = Held::lock(tx, self.joint_review_id.0).await?;
        held.may(ReviewAct::RecordMinutes, tx)?;
        let (expected, current) = (self.expected_minutes_version, held.review.minutes_version);
        if expected != current {
            let theirs = shown(&held.recorded(tx).await?.unwrap_or_default());
            let texts = json!({ "text": theirs, "yourText": shown(&recorded) });
            return Err(Failure::conflict_with(expected, current, texts));
        }
        for (field, texts) in [("statements", &recorded.statements), ("dissents", &recorded.dissents)] {
            let attended = |one: &Said| held.attendees.iter().any(|who| who.staff_id == one.person && attended(who));
            if !texts.iter().all(attended) {
                return Err(error::not_an_attendee(field).into());
            }
        }
        let written = held.write_minutes(tx, &held.review, &recorded).await?;
        let changes = joint_review::ActiveModel { minutes_version: Set(written.version), ..Default::default() };
        store::update(tx, &held.review, changes).await?;
        if written.sha256.is_some() {
            let signers = others(tx, held.signers());
            notify(tx, NotificationKind::MinutesToSign, held.review.case_id, written.id, signers).await?;
        }
        let record = held
            .record(AuditAction::MinutesRecorded)
            .fact("minutesVersion", written.version)
            .fact("minutesSha256", &written.sha256);
        Ok(Done { output: held.review.id, record })
    }
}

fn said(field: &'static str, given: &[SaidInput]) -> Result<Vec<Said>> {
    let one =
        |one: &SaidInput| Ok(Said { person: one.person_id.0, text: text::required(field, &one.text, text::PROSE)? });
    given.iter().map(one).collect()
}

/// What the recorder wrote, as the input has it.
fn shown(recorded: &Recorded) -> Value {
    let texts = |texts: &[Said]| {
        let one = |one: &Said| json!({ "personId": one.person.global().0, "text": one.text });
        texts.iter().map(one).collect::<Vec<_>>()
    };
    json!({ "statements": texts(&recorded.statements), "dissents": texts(&recorded.dissents) })
}
