//! Giving a filed record out as a signed pack, on record (HK-7.6).

use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::platform::signing::ServerKeys;
use crate::reviews::minutes::signed;
use crate::reviews::{pack, store};
use entity::JointReviewId;
use entity::audit_event::AuditAction;
use std::sync::Arc;

/// Make the pack of a record in the folder.
pub struct ExportJointReview {
    pub joint_review_id: JointReviewId,
    pub keys: Arc<ServerKeys>,
}

impl Command for ExportJointReview {
    type Output = Vec<u8>;
    const DOOR: Door = Door::Reading;

    async fn execute(&self, tx: &Tx) -> Result<Done<Vec<u8>>> {
        let review = store::in_folder(tx, self.joint_review_id).await?.ok_or(Failure::NotFound)?;
        let minutes = store::latest_minutes(tx.db(), &review).await?.and_then(|row| row.content);
        let minutes = minutes.ok_or_else(|| Failure::internal("a filed record has no minutes"))?;
        let mut signatures = store::signatures(tx.db(), &[review.id]).await?;
        signatures.retain(|one| one.minutes_version == review.minutes_version);
        let evidence = store::packs(tx.db(), &[review.id]).await?.into_iter().map(|(_, item)| {
            let size = u64::try_from(item.size).map_err(|_| Failure::internal("a file of a negative size"))?;
            // The name of a file may tell of a person.
            Ok(pack::EvidenceItem { id: item.id, name: None, sha256: item.sha256, size })
        });
        let source = pack::PackSource {
            minutes: serde_json::from_str(&minutes)?,
            evidence: evidence.collect::<Result<_>>()?,
            signatures: signatures.iter().map(signed).collect::<Result<_>>()?,
            made_at: tx.now(),
        };
        let bytes = pack::build(&source, &self.keys)?;
        let record = AuditRecord::new(AuditAction::JointReviewExported, review.id)
            .of_case(review.case_id)
            .fact("sha256", sha256_hex(&bytes))
            .fact("minutesVersion", review.minutes_version);
        Ok(Done { output: bytes, record })
    }
}
