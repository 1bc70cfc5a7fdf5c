//! The only file that queries incidents.

use crate::platform::access::{Actor, Permission};
use crate::platform::db::any_of;
use crate::platform::error::Result;
use entity::{IncidentId, incident, incident_follow_up};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

/// The incidents that a person may read: all or none.
pub fn visible_to(actor: &Actor) -> Select<incident::Entity> {
    let query = incident::Entity::find();
    if actor.may(Permission::IncidentRead) { query } else { query.filter(Expr::val(1).eq(0)) }
}

pub const POSITION: (incident::Column, incident::Column) = (incident::Column::RecordedAt, incident::Column::Id);

pub async fn by_id<C: ConnectionTrait>(db: &C, actor: &Actor, id: IncidentId) -> Result<Option<incident::Model>> {
    Ok(visible_to(actor).filter(incident::Column::Id.eq(id)).one(db).await?)
}

/// What followed on several incidents that were found, in order.
pub async fn follow_ups<C: ConnectionTrait>(
    db: &C,
    incidents: &[IncidentId],
) -> Result<Vec<incident_follow_up::Model>> {
    let own = any_of(db.get_database_backend(), incident_follow_up::Column::IncidentId, incidents);
    let query = incident_follow_up::Entity::find().filter(own).order_by_asc(incident_follow_up::Column::RecordedAt);
    Ok(query.order_by_asc(incident_follow_up::Column::Id).all(db).await?)
}
