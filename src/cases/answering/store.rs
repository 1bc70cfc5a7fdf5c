//! The only file that queries routings. They are asked for by the key of a case that was found through
//! `cases::store::visible_to`.

use crate::platform::db::{Tx, any_of};
use crate::platform::error::Result;
use case_routing::Column;
use entity::{CaseId, case_routing};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter};

pub async fn routing<C: ConnectionTrait>(db: &C, case: CaseId) -> Result<Option<case_routing::Model>> {
    Ok(case_routing::Entity::find_by_id(case).one(db).await?)
}

pub async fn routings<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<case_routing::Model>> {
    let wanted = any_of(db.get_database_backend(), Column::CaseId, cases);
    Ok(case_routing::Entity::find().filter(wanted).all(db).await?)
}

/// Writes who answers, in place of who did before.
pub async fn write(tx: &Tx, routing: case_routing::Model) -> Result<()> {
    let changing = [Column::RespondentId, Column::DepartmentId, Column::AnswererId, Column::RoutedBy, Column::RoutedAt];
    let case_routing::Model { case_id, respondent_id, department_id, answerer_id, routed_by, routed_at } = routing;
    case_routing::Entity::insert(case_routing::ActiveModel {
        case_id: Set(case_id),
        respondent_id: Set(respondent_id),
        department_id: Set(department_id),
        answerer_id: Set(answerer_id),
        routed_by: Set(routed_by),
        routed_at: Set(routed_at),
    })
    .on_conflict(OnConflict::column(Column::CaseId).update_columns(changing).to_owned())
    .exec_without_returning(tx.db())
    .await?;
    Ok(())
}
