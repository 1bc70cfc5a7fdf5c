//! Asking another department for help: the request is an approval item with a number of its own (HK-6.1…HK-6.4).

use crate::approvals;
use crate::approvals::basis::Named;
use crate::approvals::kinds::Asking;
use crate::approvals::kinds::assistance::Assistance;
use crate::approvals::service::request_approval::{Asked, ask};
use crate::assistance::{error, store};
use crate::calendar::local_day;
use crate::cases;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx, series};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::{identity, profiles};
use async_graphql::InputObject;
use chrono::Datelike;
use entity::approval::{AssistanceGround, LegalGround};
use entity::staff_role::Role;
use entity::{AssistanceId, CaseId, DepartmentId, assistance};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Ask another department to help with a case. The supervisor decides.
#[derive(InputObject, Serialize)]
#[graphql(name = "RequestAssistanceInput")]
pub struct RequestAssistance {
    /// Any text of yours, new for each request. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub case_id: Global<CaseId>,
    /// The department that is asked; not the handler's own.
    pub department_id: Global<DepartmentId>,
    pub ground: AssistanceGround,
    /// Needed when the legal department is asked, and only then.
    pub legal_ground: Option<LegalGround>,
    /// What it is asked; the department reads it.
    pub question: String,
    /// Why it is asked for; the supervisor reads it, the department does not.
    pub reason: String,
}

impl Command for RequestAssistance {
    type Output = AssistanceId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "requestAssistance", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<AssistanceId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = cases::store::lock(tx, self.case_id.0).await?;
        approvals::policy::may_request(tx.actor(), &case)?;
        let department = self.department_id.0;
        let Self { ground, legal_ground, ref question, .. } = *self;
        let asked = Assistance { department, ground, legal_ground, question: question.clone() };
        let checked = asked.check(&Asking { tx, case: &case }).await?;
        self.may_be_asked(tx).await?;
        let Asked { approval, record } = ask(tx, &case, checked, Named::default(), reason).await?;

        let id: AssistanceId = tx.id();
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let year = local_day(tx.now()).year();
        let serial = series::next(tx, format!("assistance:{year}")).await?;
        let number = profile.numbers.assistance.number(year, serial);
        let row = assistance::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            approval_id: Set(approval.id),
            number: Set(number.clone()),
            department_id: Set(department),
            version: Set(1),
            requested_at: Set(tx.now()),
            updated_at: Set(tx.now()),
            ..Default::default()
        };
        store::insert(tx, row).await?;
        let record = record.fact("assistanceId", id).fact("number", number).fact("departmentId", department);
        Ok(Done { output: id, record })
    }
}

impl RequestAssistance {
    /// HK-6.1, HK-6.7: another department, in which somebody can answer.
    async fn may_be_asked(&self, tx: &Tx) -> Result<()> {
        let department = self.department_id.0;
        let own = tx.actor().department_id().ok_or_else(|| Failure::internal("only people ask for assistance"))?;
        if own == department {
            return Err(error::own_department().into());
        }
        let role = if self.legal_ground.is_some() { Role::Legal } else { Role::CoHandler };
        if identity::store::holders_in(tx.db(), role, department).await?.is_empty() {
            return Err(error::nobody_to_answer().into());
        }
        Ok(())
    }
}
