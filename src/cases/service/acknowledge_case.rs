//! Telling the complainant that the complaint is taken up, and by when to hear more (受理告知, HK-5.1.2).

use crate::calendar::local_day;
use crate::cases::entry::{AcknowledgementDetail, Detail, NewEntry};
use crate::cases::{policy, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::instant;
use crate::profiles::{self, Profile};
use async_graphql::InputObject;
use chrono::{DateTime, NaiveDate, Utc};
use entity::audit_event::AuditAction;
use entity::case_entry::{CaseEntryKind, ContactMeans};
use entity::{CaseId, case};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Record that the complainant was told that the complaint is taken up.
#[derive(InputObject, Serialize)]
#[graphql(name = "AcknowledgeCaseInput")]
pub struct AcknowledgeCase {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    pub means: ContactMeans,
    /// When it was: now, if no time is given.
    pub occurred_at: Option<DateTime<Utc>>,
}

impl Command for AcknowledgeCase {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        policy::may_acknowledge(tx.actor(), &case)?;
        let occurred_at = instant::given("occurredAt", self.occurred_at)?.unwrap_or(tx.now());
        policy::may_have_happened(occurred_at, &case, tx.now(), "HK-5.1.2")?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let promised_by = promised_by(tx, case.id, &profile).await?;

        let changes = case::ActiveModel { acknowledged_at: Set(Some(occurred_at)), ..Default::default() };
        store::update(tx, &case, changes).await?;
        let detail = Detail::Acknowledgement(AcknowledgementDetail { means: self.means, promised_by });
        store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::Acknowledged, detail), occurred_at).await?;

        let record = AuditRecord::new(AuditAction::CaseAcknowledged, case.id)
            .of_case(case.id)
            .fact("means", self.means)
            .fact("occurredAt", occurred_at)
            .fact("promisedBy", promised_by);
        Ok(Done { output: case.id, record })
    }
}

/// The last day of the deadline that the profile promises.
async fn promised_by(tx: &Tx, case: CaseId, profile: &Profile) -> Result<Option<NaiveDate>> {
    let Some(rules) = &profile.acknowledgement else { return Ok(None) };
    let deadlines = store::deadlines(tx.db(), &[case]).await?;
    let promised = deadlines.into_iter().find(|deadline| deadline.code == rules.promises);
    Ok(promised.map(|deadline| local_day(deadline.due_at)))
}
