//! Publishing a profile: checked, numbered, effective from a day, never changed afterwards (HK-3.8).

use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::profiles::{check, store};
use entity::audit_event::AuditAction;
use entity::{ProfileVersionId, profile_version};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

/// Publishes a profile (TOML).
pub struct PublishProfile {
    pub content: String,
}

impl Command for PublishProfile {
    type Output = ProfileVersionId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ProfileVersionId>> {
        let profile = check(&self.content).map_err(|problems| {
            let listed: Vec<_> = problems.iter().map(ToString::to_string).collect();
            Failure::bad_input("profile", listed.join("\n"))
        })?;
        let published = store::all(tx.db()).await?;
        if let Some(last) = published.last() {
            if last.code != profile.code {
                let message = format!("This database follows the profile {}, not {}.", last.code, profile.code);
                return Err(Failure::bad_input("profile", message));
            }
            if profile.effective_from <= last.effective_from {
                let message = format!(
                    "effective_from must be later than {}, when version {} begins.",
                    last.effective_from, last.version
                );
                return Err(Failure::bad_input("profile", message));
            }
        }
        let id: ProfileVersionId = tx.id();
        let version = published.last().map_or(1, |last| last.version + 1);
        let sha256 = sha256_hex(self.content.as_bytes());
        profile_version::Entity::insert(profile_version::ActiveModel {
            id: Set(id),
            code: Set(profile.code.clone()),
            version: Set(version),
            effective_from: Set(profile.effective_from),
            content: Set(self.content.clone()),
            sha256: Set(sha256.clone()),
            published_at: Set(tx.now()),
            published_by: Set(tx.actor().staff_id()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::ProfilePublished, id)
            .fact("code", profile.code)
            .fact("version", version)
            .fact("effectiveFrom", profile.effective_from)
            .fact("sha256", sha256);
        Ok(Done { output: id, record })
    }
}
