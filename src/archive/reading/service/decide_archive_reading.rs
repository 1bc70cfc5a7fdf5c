//! One link of the chain agrees that somebody reads, or refuses (SG-14.1, SG-14.2, SG-14.4).

use super::{carry_out, lock_for};
use crate::archive::reading::policy::ReadingDeed;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::{Enum, InputObject};
use entity::ArchiveReadingId;
use entity::archive_reading::{self, ArchiveReadingState};
use entity::archive_reading_step::ArchiveReadingAct;
use entity::audit_event::AuditAction;
use entity::staff_role::Role;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// What somebody of the chain says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
pub enum ReadingDecision {
    /// The next of the chain decides, or an archivist releases the files.
    Approve,
    /// The reading is refused, whoever agreed before.
    Refuse,
}

/// Agree that somebody reads archive files, or refuse.
#[derive(InputObject, Serialize)]
#[graphql(name = "DecideArchiveReadingInput")]
pub struct DecideArchiveReading {
    /// Any text of yours, new for each decision. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub reading_id: Global<ArchiveReadingId>,
    /// The `version` of the reading that you saw.
    pub expected_version: i32,
    pub decision: ReadingDecision,
    /// Why.
    pub opinion: String,
}

impl Command for DecideArchiveReading {
    type Output = ArchiveReadingId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "decideArchiveReading", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveReadingId>> {
        let opinion = text::required("opinion", &self.opinion, text::PROSE)?;
        let before = lock_for(tx, ReadingDeed::Decide, self.reading_id.0, self.expected_version).await?;
        let acted_as = before.waits_for;
        let chain: Vec<Role> = serde_json::from_value(before.chain.clone())?;
        let agreed = usize::try_from(before.approvals).map_err(|_| Failure::internal("fewer than no approvals"))? + 1;
        let next = chain.get(agreed).copied();
        let (act, action, changes) = match (self.decision, next) {
            (ReadingDecision::Refuse, _) => (
                ArchiveReadingAct::Refused,
                AuditAction::ArchiveReadingRefused,
                archive_reading::ActiveModel {
                    state: Set(ArchiveReadingState::Refused),
                    waits_for: Set(None),
                    ..Default::default()
                },
            ),
            (ReadingDecision::Approve, next) => (
                ArchiveReadingAct::Approved,
                AuditAction::ArchiveReadingApproved,
                archive_reading::ActiveModel {
                    state: Set(if next.is_some() {
                        ArchiveReadingState::Requested
                    } else {
                        ArchiveReadingState::Approved
                    }),
                    approvals: Set(before.approvals + 1),
                    waits_for: Set(next),
                    ..Default::default()
                },
            ),
        };
        let after = carry_out(tx, &before, act, (acted_as, Some(opinion.clone())), changes).await?;
        let record = AuditRecord::new(action, before.id)
            .change("state", before.state, after.state)
            .fact("as", acted_as)
            .reason(opinion);
        Ok(Done { output: before.id, record })
    }
}
