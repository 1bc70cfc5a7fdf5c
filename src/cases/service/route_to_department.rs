//! A complaint about a member of the office staff goes to the manager who arranges the answer (HK-5.4.9).

use crate::cases::answering::policy::{Answerer, answerer, choose, may_be_respondent, may_route};
use crate::cases::entry::{Detail, NewEntry, RoutingDetail};
use crate::cases::{answering, store};
use crate::identity;
use crate::notifications::notify;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{CaseId, StaffId, case, case_routing};
use serde::Serialize;

/// Route a complaint about a member of the office staff to the head of that person's department, or, when the person is
/// that head, to the next of the profile's line. Routed again, it goes to whoever answers now.
#[derive(InputObject, Serialize)]
#[graphql(name = "RouteToDepartmentInput")]
pub struct RouteToDepartment {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// The member of the office staff whom the complaint is about.
    pub respondent_id: Global<StaffId>,
    /// Who answers; needed only where several people hold the post.
    pub answerer_id: Option<Global<StaffId>>,
}

impl Command for RouteToDepartment {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let routed_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people route complaints"))?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        may_route(tx.actor(), &case, &profile)?;
        let respondent = identity::store::card(tx.db(), self.respondent_id.0).await?;
        let respondent = respondent.ok_or_else(|| Failure::bad_input("respondentId", "There is no such person."))?;
        may_be_respondent(respondent.id, tx.actor(), &case)?;
        let department = respondent.department_id;
        let roles = identity::store::roles_of(tx.db(), respondent.id).await?;
        let Some(answering) = &profile.staff_complaints else {
            return Err(Failure::internal("routed where nobody answers"));
        };
        let (role, mut holders) = match answerer(answering, &roles)? {
            Answerer::InDepartment(role) => (role, identity::store::holders_in(tx.db(), role, department).await?),
            Answerer::Anywhere(role) => (role, identity::store::holders(tx.db(), role).await?),
        };
        holders.retain(|holder| *holder != respondent.id);
        let answerer_id = choose(role, &holders, self.answerer_id.map(|id| id.0))?;

        let before = answering::store::routing(tx.db(), case.id).await?.map(|routing| routing.answerer_id);
        let routing = case_routing::Model {
            case_id: case.id,
            respondent_id: respondent.id,
            department_id: department,
            answerer_id,
            routed_by,
            routed_at: tx.now(),
        };
        answering::store::write(tx, routing).await?;
        store::update(tx, &case, case::ActiveModel::default()).await?;
        let detail = RoutingDetail { respondent_id: respondent.id, department_id: department, answerer_id };
        let entry = NewEntry::new(CaseEntryKind::Routed, Detail::Routing(detail));
        let entry = store::insert_entry(tx, case.id, entry, tx.now()).await?;
        notify(tx, NotificationKind::CaseRouted, case.id, entry, [answerer_id]).await?;

        let record = AuditRecord::new(AuditAction::CaseRouted, case.id)
            .of_case(case.id)
            .change("answerer", before, Some(answerer_id))
            .fact("respondent", respondent.id)
            .fact("department", department)
            .fact("answersAs", role);
        Ok(Done { output: case.id, record })
    }
}
