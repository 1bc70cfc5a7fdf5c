//! The contact log: who was in touch, how, and whether anybody was reached (HK-2.5, HK-8.1).

use super::{earlier, record};
use crate::cases::entry::{ContactDetail, Detail, NewEntry};
use crate::cases::policy::{self, CaseAct};
use crate::cases::service::reopen_case::reopen;
use crate::cases::{store, suspensions};
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::CaseId;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_entry::{CaseEntryKind, ContactDirection, ContactMeans};
use entity::case_suspension::ReopeningGround;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Record a contact with the complainant, or an attempt. A contact that reaches the complainant of a suspended case takes the
/// case up again; after the end of the suspension it is refused.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordContactInput")]
pub struct RecordContact {
    /// Any text of yours, new for each entry. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    pub direction: ContactDirection,
    pub means: ContactMeans,
    /// False for an attempt that reached nobody; it meets no deadline.
    #[graphql(default = true)]
    pub reached: bool,
    /// What was said.
    pub content: String,
    /// What came of it.
    pub outcome: Option<String>,
    /// When it was: now, if no time is given.
    pub occurred_at: Option<DateTime<Utc>>,
}

impl Command for RecordContact {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "recordContact", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let content = text::required("content", &self.content, text::PROSE)?;
        let outcome = text::optional("outcome", self.outcome.as_deref(), text::PROSE)?;
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_handle(CaseAct::RecordContact, tx.actor(), &case)?;
        let occurred_at = instant::given("occurredAt", self.occurred_at)?.unwrap_or(tx.now());
        policy::may_have_happened(occurred_at, &case, tx.now(), "HK-2.5")?;

        let contacted = earlier(case.contacted_at, occurred_at).filter(|_| self.reached);
        // Reaching the complainant takes a suspended case up again (HK-5.5.4).
        let suspension = suspensions::store::going_on(tx, &case).await?;
        let reopened = suspension.filter(|s| suspensions::policy::is_reopened_by(s, self.reached, occurred_at));
        let milestones = case::ActiveModel {
            state: reopened.as_ref().map_or_else(Default::default, |_| Set(CaseState::Investigating)),
            contacted_at: contacted.map_or_else(Default::default, |at| Set(Some(at))),
            ..Default::default()
        };
        let Self { direction, means, reached, .. } = *self;
        let attempt = match direction {
            ContactDirection::Outbound => Some(store::attempts(tx.db(), case.id).await? + 1),
            ContactDirection::Inbound => None,
        };
        let detail = Detail::Contact(ContactDetail { direction, means, reached, attempt, content, outcome });
        let entry = NewEntry::new(CaseEntryKind::Contact, detail);
        let record = record(tx, &case, AuditAction::ContactRecorded, entry, occurred_at, milestones).await?;
        if let Some(suspension) = &reopened {
            reopen(tx, suspension, ReopeningGround::Contact, None).await?;
        }
        let record = record.fact("means", means).fact("reached", reached);
        Ok(Done { output: case.id, record })
    }
}
