//! Suspending a case: on a ground that the record bears out, until a computed end (暂结案, HK-5.5.2, HK-5.5.3, HK-8.7).

use crate::cases::deadlines::{self, Opening, Owner};
use crate::cases::entry::{Detail, NewEntry, SuspensionDetail};
use crate::cases::open_work::OpenWorks;
use crate::cases::store;
use crate::cases::suspensions::{self, error, policy};
use crate::identity;
use crate::notifications::notify;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::case_suspension::{self, SuspensionGround};
use entity::notification::NotificationKind;
use entity::staff_role::Role;
use entity::{CaseId, CaseSuspensionId};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Suspend a case. When the suspension ends is computed from the last contact; it cannot be given.
#[derive(InputObject, Serialize)]
#[graphql(name = "SuspendCaseInput")]
pub struct SuspendCaseInput {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// PLAN_REFUSED needs an approved plan; the others need an attempt to reach the complainant since the last contact.
    pub ground: SuspensionGround,
    /// Why, in words.
    pub reason: String,
}

pub struct SuspendCase {
    pub input: SuspendCaseInput,
    pub open_works: OpenWorks,
}

impl Command for SuspendCase {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let Self { input, open_works } = self;
        let reason = text::required("reason", &input.reason, text::PROSE)?;
        let case = store::lock_version(tx, input.case_id.0, input.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let open = open_works.of(tx.db(), &[case.id]).await?.remove(&case.id).unwrap_or_default();
        policy::may_suspend(tx.actor(), &case, &profile, &open)?;
        let rule = profile.deadline_from(StartEvent::LastContact).ok_or_else(error::not_in_the_policy)?;
        let contacts = policy::Contacts::of(&case, &store::entries(tx.db(), &[case.id]).await?)?;
        let plans = store::plans(tx.db(), &[case.id]).await?;
        policy::may_suspend_on(input.ground, profile.suspension.silent_days, contacts, &plans, tx.now())?;
        let suspended_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people suspend cases"))?;

        let id: CaseSuspensionId = tx.id();
        let suspension = case_suspension::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            ground: Set(input.ground),
            last_contact_at: Set(contacts.last),
            suspended_at: Set(tx.now()),
            suspended_by: Set(suspended_by),
            ..Default::default()
        };
        suspensions::store::insert(tx, suspension).await?;
        let owner = Owner::Handler;
        let opening = Opening { rule, about: id.into(), started_at: contacts.last, owner, met_at: None };
        let ends_at = deadlines::open(tx, case.id, &profile, opening).await?.due_at;
        let suspended = case::ActiveModel { state: Set(CaseState::Suspended), ..Default::default() };
        store::update(tx, &case, suspended).await?;
        let detail =
            SuspensionDetail { ground: input.ground, reason: reason.clone(), last_contact_at: contacts.last, ends_at };
        let entry = NewEntry::new(CaseEntryKind::Suspended, Detail::Suspension(detail));
        store::insert_entry(tx, case.id, entry, tx.now()).await?;
        let mut supervisors = identity::store::holders(tx.db(), Role::Supervisor).await?;
        supervisors.retain(|person| *person != suspended_by);
        notify(tx, NotificationKind::CaseSuspended, case.id, id, supervisors).await?;

        let record = AuditRecord::new(AuditAction::CaseSuspended, case.id)
            .of_case(case.id)
            .change("state", case.state, CaseState::Suspended)
            .fact("ground", input.ground)
            .fact("lastContactAt", contacts.last)
            .fact("endsAt", ends_at)
            .reason(reason);
        Ok(Done { output: case.id, record })
    }
}
