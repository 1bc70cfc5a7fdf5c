//! A new password from the command line; every session of the person ends.

use crate::identity::{passwords, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use entity::audit_event::AuditAction;
use entity::{StaffId, staff, staff_session};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use secrecy::SecretString;

pub struct ResetPassword {
    pub login: String,
    pub password_hash: String,
}

impl ResetPassword {
    /// Hashes the password, which takes a while: do it outside the transaction.
    pub fn new(login: String, password: &SecretString) -> Result<Self> {
        Ok(Self { login, password_hash: passwords::hash(password)? })
    }
}

impl Command for ResetPassword {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let person = store::by_login(tx.db(), &self.login).await?.ok_or(Failure::NotFound)?;
        staff::ActiveModel {
            id: Set(person.id),
            password_hash: Set(self.password_hash.clone()),
            version: Set(person.version + 1),
            updated_at: Set(tx.now()),
            ..Default::default()
        }
        .update_without_returning(tx.db())
        .await?;
        end_sessions(tx, person.id).await?;
        let record = AuditRecord::new(AuditAction::StaffPasswordReset, person.id);
        Ok(Done { output: person.id, record })
    }
}

pub(super) async fn end_sessions(tx: &Tx, staff_id: StaffId) -> Result<()> {
    staff_session::Entity::update_many()
        .col_expr(staff_session::Column::EndedAt, Expr::val(tx.now()))
        .filter(staff_session::COLUMN.staff_id.eq(staff_id))
        .filter(staff_session::Column::EndedAt.is_null())
        .exec(tx.db())
        .await?;
    Ok(())
}
