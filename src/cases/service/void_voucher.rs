//! Making a voucher void (作废, SG-9.2.4): who registered it asks with the reason; where the profile asks for it, somebody above
//! agrees. Number and content stay, deadlines end, and from then on the case is only read.

use crate::cases::entry::{Detail, NewEntry, VoidingDetail};
use crate::cases::{deadlines, store, voiding};
use crate::identity;
use crate::notifications::notify;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{CaseId, StaffId};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Ask for a voucher of yours to be void. Where the profile asks nobody to agree, it is void at once.
#[derive(InputObject, Serialize)]
#[graphql(name = "VoidVoucherInput")]
pub struct VoidVoucher {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    pub reason: String,
}

impl Command for VoidVoucher {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let asked = voiding::is_asked(&store::entries(tx.db(), &[case.id]).await?);
        voiding::may_void(tx.actor(), &case, &profile, asked)?;

        let record = if voiding::rules(&profile)?.agreed_by.is_empty() {
            void(tx, &case, Some(reason.clone())).await?
        } else {
            ask(tx, &case, reason.clone(), &voiding::rules(&profile)?.agreed_by).await?
        };
        Ok(Done { output: case.id, record: record.reason(reason) })
    }
}

/// Agree that a voucher is void, after who registered it asked.
#[derive(InputObject, Serialize)]
#[graphql(name = "AgreeToVoidInput")]
pub struct AgreeToVoid {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// What you have to say about it.
    pub opinion: Option<String>,
}

impl Command for AgreeToVoid {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let opinion = text::optional("opinion", self.opinion.as_deref(), text::PROSE)?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let asked = voiding::is_asked(&store::entries(tx.db(), &[case.id]).await?);
        voiding::may_agree(tx.actor(), &case, &profile, asked)?;

        let record = void(tx, &case, opinion.clone()).await?;
        let record = match opinion {
            Some(opinion) => record.reason(opinion),
            None => record,
        };
        Ok(Done { output: case.id, record })
    }
}

async fn ask(
    tx: &Tx,
    case: &case::Model,
    reason: String,
    agreed_by: &[entity::staff_role::Role],
) -> Result<AuditRecord> {
    store::update(tx, case, case::ActiveModel::default()).await?;
    let detail = Detail::Voiding(VoidingDetail { reason: Some(reason) });
    let entry = NewEntry::new(CaseEntryKind::VoidingAsked, detail);
    let entry = store::insert_entry(tx, case.id, entry, tx.now()).await?;
    let mut told: Vec<StaffId> = Vec::new();
    for role in agreed_by {
        told.extend(identity::store::holders(tx.db(), *role).await?);
    }
    told.retain(|person| *person != case.registered_by);
    notify(tx, NotificationKind::VoidingAsked, case.id, entry, told).await?;
    Ok(AuditRecord::new(AuditAction::VoidingAsked, case.id).of_case(case.id).fact("number", &case.number))
}

async fn void(tx: &Tx, case: &case::Model, reason: Option<String>) -> Result<AuditRecord> {
    let voided = case::ActiveModel { state: Set(CaseState::Voided), ..Default::default() };
    store::update(tx, case, voided).await?;
    let entry = NewEntry::new(CaseEntryKind::Voided, Detail::Voiding(VoidingDetail { reason }));
    let entry = store::insert_entry(tx, case.id, entry, tx.now()).await?;
    deadlines::end(tx, case.id).await?;
    let told = Some(case.registered_by).filter(|person| !tx.actor().is(*person));
    notify(tx, NotificationKind::VoucherVoided, case.id, entry, told).await?;
    Ok(AuditRecord::new(AuditAction::VoucherVoided, case.id)
        .of_case(case.id)
        .change("state", case.state, CaseState::Voided)
        .fact("number", &case.number))
}
