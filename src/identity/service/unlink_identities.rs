//! Forgetting who a person is at issuers, when their account there was replaced: the next one with their login is theirs again.

use crate::identity::store::{self, Sessions};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use entity::audit_event::AuditAction;
use entity::{StaffId, staff_identity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

pub struct UnlinkIdentities {
    pub staff_id: StaffId,
}

impl Command for UnlinkIdentities {
    /// How many there were.
    type Output = u64;

    async fn execute(&self, tx: &Tx) -> Result<Done<u64>> {
        let person = store::lock(tx, self.staff_id).await?;
        store::end_sessions(tx, person.id, Sessions::All).await?;
        let unlinked = staff_identity::Entity::delete_many()
            .filter(staff_identity::COLUMN.staff_id.eq(person.id))
            .exec(tx.db())
            .await?
            .rows_affected;
        let record = AuditRecord::new(AuditAction::StaffIdentitiesUnlinked, person.id).fact("unlinked", unlinked);
        Ok(Done { output: unlinked, record })
    }
}
