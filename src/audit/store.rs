//! The only file that queries audit events.

use crate::platform::access::{Actor, Permission};
use chrono::{DateTime, Utc};
use entity::audit_event::{self, AuditAction};
use entity::{CaseId, StaffId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait, Select};

/// The events that a person may read: all of them, or none.
pub fn visible_to(actor: &Actor) -> Select<audit_event::Entity> {
    let query = audit_event::Entity::find();
    if actor.may(Permission::AuditRead) { query } else { query.filter(Expr::val(1).eq(0)) }
}

pub const POSITION: (audit_event::Column, audit_event::Column) =
    (audit_event::Column::OccurredAt, audit_event::Column::Id);

/// How a list of events is narrowed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub case: Option<CaseId>,
    pub actor: Option<StaffId>,
    pub actions: Option<Vec<AuditAction>>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

impl Filter {
    pub fn apply(self, query: Select<audit_event::Entity>) -> Select<audit_event::Entity> {
        use audit_event::Column;
        query
            .apply_if(self.case, |query, case| query.filter(Column::CaseId.eq(case)))
            .apply_if(self.actor, |query, actor| query.filter(Column::ActorId.eq(actor)))
            .apply_if(self.actions, |query, actions| query.filter(Column::Action.is_in(actions)))
            .apply_if(self.from, |query, from| query.filter(Column::OccurredAt.gte(from)))
            .apply_if(self.until, |query, until| query.filter(Column::OccurredAt.lt(until)))
    }
}
