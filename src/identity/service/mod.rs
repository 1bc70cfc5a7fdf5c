//! What is done with people, one use case per file.

pub mod add_staff;
pub mod disable_staff;
pub mod reset_password;
pub mod sign_in;

use crate::platform::db::Tx;
use crate::platform::error::Result;
use entity::{staff, staff_session};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};

/// Changes a person and ends all their sessions.
async fn change_and_sign_out(tx: &Tx, person: &staff::Model, mut changes: staff::ActiveModel) -> Result<()> {
    changes.id = Set(person.id);
    changes.version = Set(person.version + 1);
    changes.updated_at = Set(tx.now());
    changes.update_without_returning(tx.db()).await?;
    staff_session::Entity::update_many()
        .col_expr(staff_session::Column::EndedAt, Expr::val(tx.now()))
        .filter(staff_session::COLUMN.staff_id.eq(person.id))
        .filter(staff_session::Column::EndedAt.is_null())
        .exec(tx.db())
        .await?;
    Ok(())
}
