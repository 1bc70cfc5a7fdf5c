//! Extending a deadline (延期): by the role that the profile names, with a reason, after the complainant was told, and never
//! beyond what the profile lets it be at most.

use crate::calendar::Period;
use crate::cases::deadlines::{self, policy};
use crate::cases::entry::{DeadlineDetail, Detail, NewEntry};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::{instant, text};
use crate::profiles;
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::case_entry::{CaseEntryKind, ContactMeans};
use entity::{CaseDeadlineId, CaseId, case, deadline_extension};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Extend a deadline.
#[derive(InputObject, Serialize)]
#[graphql(name = "ExtendDeadlineInput")]
pub struct ExtendDeadline {
    /// Any text of yours, new for each extension. Sent again with the same input, it extends nothing twice.
    pub idempotency_key: String,
    pub deadline_id: Global<CaseDeadlineId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// By how much, in the unit of the deadline.
    pub length: i32,
    pub reason: String,
    /// When the complainant was told.
    pub complainant_told_at: DateTime<Utc>,
    /// How the complainant was told.
    pub complainant_told_by: ContactMeans,
}

impl Command for ExtendDeadline {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "extendDeadline", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        if !u32::try_from(self.length).is_ok_and(|length| (1..=Period::MOST).contains(&length)) {
            let message = format!("Extend a deadline by 1 to {} of its unit.", Period::MOST);
            return Err(Failure::bad_input("length", message));
        }
        let told_at = instant::given("complainantToldAt", Some(self.complainant_told_at))?.unwrap_or(tx.now());
        let (case, deadline) = deadlines::store::lock(tx, self.deadline_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let rule = profile.deadline(deadline.start_event, &deadline.code, &case.severity);
        let allowed = policy::may_extend(tx.actor(), &case, &deadline, rule, &profile, tx.now())?;
        policy::may_have_been_told(told_at, &case, tx.now())?;
        let approved_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people extend deadlines"))?;

        deadlines::store::insert_extension(
            tx,
            deadline_extension::ActiveModel {
                id: Set(tx.id()),
                deadline_id: Set(deadline.id),
                length: Set(self.length),
                unit: Set(deadline.unit),
                reason: Set(reason.clone()),
                approved_by: Set(approved_by),
                approved_at: Set(tx.now()),
                told_at: Set(told_at),
                told_by: Set(self.complainant_told_by),
            },
        )
        .await?;
        let extended = deadlines::count_anew(tx, deadline.clone(), &case, &profile).await?;
        deadlines::may_be_so_long(tx, &extended, allowed, &profile).await?;
        store::update(tx, &case, case::ActiveModel::default()).await?;
        let detail = DeadlineDetail {
            reason: Some(reason.clone()),
            complainant_told_at: Some(told_at),
            complainant_told_by: Some(self.complainant_told_by),
            ..DeadlineDetail::moved(&deadline, extended.due_at)
        };
        let entry = NewEntry::new(CaseEntryKind::DeadlineExtended, Detail::Deadline(detail));
        store::insert_entry(tx, case.id, entry, tx.now()).await?;

        let record = AuditRecord::new(AuditAction::DeadlineExtended, deadline.id)
            .of_case(case.id)
            .fact("code", &deadline.code)
            .fact("length", self.length)
            .fact("unit", deadline.unit)
            .fact("complainantToldAt", told_at)
            .change("dueAt", deadline.due_at, extended.due_at)
            .reason(reason);
        Ok(Done { output: case.id, record })
    }
}
