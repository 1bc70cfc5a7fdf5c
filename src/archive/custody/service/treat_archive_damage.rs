//! What was done about damage (SG-13.3).

use crate::archive::custody::store;
use crate::archive::error;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{ArchiveDamageId, ArchiveTreatmentId, archive_treatment};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Record what was done about damage.
#[derive(InputObject, Serialize)]
#[graphql(name = "TreatArchiveDamageInput")]
pub struct TreatArchiveDamage {
    pub damage_id: Global<ArchiveDamageId>,
    /// What was done, in words, without names of complainants.
    pub measure: String,
}

impl Command for TreatArchiveDamage {
    type Output = ArchiveDamageId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveDamageId>> {
        let measure = text::required("measure", &self.measure, text::PROSE)?;
        let treated_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people treat damage"))?;
        let damage = store::damage(tx.db(), tx.actor(), self.damage_id.0).await?.ok_or(Failure::NotFound)?;
        if !store::treatments(tx.db(), &[damage.id]).await?.is_empty() {
            return Err(error::treated_before().into());
        }
        let id: ArchiveTreatmentId = tx.id();
        archive_treatment::Entity::insert(archive_treatment::ActiveModel {
            id: Set(id),
            damage_id: Set(damage.id),
            measure: Set(measure),
            treated_by: Set(treated_by),
            treated_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::ArchiveDamageTreated, damage.id).fact("kind", damage.kind);
        Ok(Done { output: damage.id, record })
    }
}
