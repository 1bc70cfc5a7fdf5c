//! A person who may no longer sign in. Everything they did stays theirs.

use crate::identity::{service::reset_password::end_sessions, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use entity::audit_event::AuditAction;
use entity::{StaffId, staff};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

pub struct DisableStaff {
    pub login: String,
}

impl Command for DisableStaff {
    type Output = StaffId;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let person = store::by_login(tx.db(), &self.login).await?.ok_or(Failure::NotFound)?;
        staff::ActiveModel {
            id: Set(person.id),
            disabled_at: Set(person.disabled_at.or(Some(tx.now()))),
            version: Set(person.version + 1),
            updated_at: Set(tx.now()),
            ..Default::default()
        }
        .update_without_returning(tx.db())
        .await?;
        end_sessions(tx, person.id).await?;
        let record = AuditRecord::new(AuditAction::StaffDisabled, person.id).change(
            "active",
            person.disabled_at.is_none(),
            false,
        );
        Ok(Done { output: person.id, record })
    }
}
