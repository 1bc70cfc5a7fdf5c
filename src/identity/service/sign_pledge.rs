//! Signing the confidentiality pledge (信息保密承诺书, SG-16.4): once for each version and text.

use crate::identity::pledges::Pledge;
use crate::identity::{error, store};
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use entity::audit_event::AuditAction;
use entity::confidentiality_pledge as pledges;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

pub struct SignPledge<'a> {
    /// The version that the person read.
    pub version: &'a str,
    /// The one that holds now.
    pub current: Option<Pledge>,
}

impl Command for SignPledge<'_> {
    type Output = ();
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let person = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people sign pledges"))?;
        let pledge = self.current.as_ref().ok_or_else(error::no_pledge)?;
        if pledge.version != self.version {
            return Err(error::another_pledge(&pledge.version).into());
        }
        if store::pledge_signed(tx.db(), person, pledge).await?.is_some() {
            return Err(error::pledge_signed_before().into());
        }
        let text_sha256 = pledge.text_sha256();
        pledges::Entity::insert(pledges::ActiveModel {
            staff_id: Set(person),
            version: Set(pledge.version.clone()),
            text_sha256: Set(text_sha256.clone()),
            signed_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::PledgeSigned, person)
            .fact("version", &pledge.version)
            .fact("textSha256", text_sha256);
        Ok(Done { output: (), record })
    }
}
