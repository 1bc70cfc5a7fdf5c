//! Adding to the file of an archived case: a judgment, what was published, a return visit (补充归档, HK-5.6.4).

use crate::archive::search;
use crate::archive::service::archive_case::SNAPSHOT;
use crate::archive::snapshot::Snapshot;
use crate::archive::supplements::{CONTENT, Supplement, SupplementEvidence, policy, store};
use crate::cases::evidence::attach::{Attachment, attach};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::archive_supplement::{self, SupplementKind};
use entity::audit_event::AuditAction;
use entity::evidence::{EvidenceKind, EvidenceSource};
use entity::{ArchiveFileId, ArchiveSupplementId, CaseId, UploadId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Add to the file of an archived case. It stays for good.
#[derive(InputObject, Serialize)]
#[graphql(name = "AddArchiveSupplementInput")]
pub struct AddArchiveSupplement {
    /// Any text of yours, new for each supplement. Sent again with the same input, nothing is added twice.
    pub idempotency_key: Option<String>,
    /// The archived case, for its handler; this or `archiveFileId`.
    pub case_id: Option<Global<CaseId>>,
    /// The file, for who keeps the archive.
    pub archive_file_id: Option<Global<ArchiveFileId>>,
    pub kind: SupplementKind,
    /// What it is, in words.
    pub text: String,
    /// Files that belong to it: what `POST /files` answered with; at most 20.
    #[graphql(default)]
    pub attachments: Vec<Global<UploadId>>,
    /// From whom the files come.
    pub source: Option<EvidenceSource>,
}

const MOST_ATTACHMENTS: usize = 20;

impl Command for AddArchiveSupplement {
    type Output = ArchiveSupplementId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "addArchiveSupplement", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveSupplementId>> {
        let text = text::required("text", &self.text, text::PROSE)?;
        if self.attachments.len() > MOST_ATTACHMENTS {
            return Err(Failure::bad_input("attachments", format!("Give at most {MOST_ATTACHMENTS} files.")));
        }
        let added_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people add to files"))?;
        let (case, file) = match (self.case_id, self.archive_file_id) {
            (Some(id), None) => store::by_case(tx, id.0).await?,
            (None, Some(id)) => store::by_file(tx, id.0).await?,
            _ => return Err(Failure::bad_input("caseId", "Give caseId or archiveFileId.")),
        };
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        policy::may_supplement(tx.actor(), &case, &profile)?;
        let file = file.ok_or_else(|| Failure::internal("an archived case has no file"))?;
        let key = tx.key_of(case.id).await?;

        let mut evidence = Vec::with_capacity(self.attachments.len());
        for upload in &self.attachments {
            let attachment = Attachment {
                upload: upload.0,
                kind: EvidenceKind::Other,
                source: self.source.unwrap_or(EvidenceSource::OwnInquiry),
                collector_id: added_by,
                collected_at: tx.now(),
                description: None,
            };
            // The handling record was filed: what is added later stands here, and not there.
            let (item, _) = attach(tx, case.id, attachment, ("HK-5.6.4", "attachments")).await?;
            evidence.push(SupplementEvidence { id: item.id, sha256: item.sha256 });
        }
        // Two at once take the same position: one of them is done again.
        let before = store::of_files(tx.db(), &[file.id]).await?.pop();
        let supplement = Supplement {
            archive_file: file.id,
            position: before.as_ref().map_or(1, |before| before.position + 1),
            previous_sha256: before.map_or_else(|| file.snapshot_sha256.clone(), |before| before.content_sha256),
            kind: self.kind,
            text,
            evidence,
            added_by,
            added_at: tx.now(),
        };
        let canonical = supplement.canonical()?;
        let sha256 = sha256_hex(canonical.as_bytes());
        let id: ArchiveSupplementId = tx.id();
        archive_supplement::Entity::insert(archive_supplement::ActiveModel {
            id: Set(id),
            archive_file_id: Set(file.id),
            position: Set(supplement.position),
            kind: Set(supplement.kind),
            content_sealed: Set(key.seal(CONTENT, id, &canonical)?),
            content_sha256: Set(sha256.clone()),
            previous_sha256: Set(supplement.previous_sha256.clone()),
            added_by: Set(added_by),
            added_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let snapshot: Snapshot = serde_json::from_str(&key.open(SNAPSHOT, file.id, &file.snapshot_sealed)?)?;
        let searched = search::text_of_prose(&[&supplement.text], &snapshot.personal_values());
        search::store::append(tx, file.id, &searched).await?;

        let record = AuditRecord::new(AuditAction::ArchiveFileSupplemented, file.id)
            .of_case(case.id)
            .fact("position", supplement.position)
            .fact("kind", supplement.kind)
            .fact("evidence", supplement.evidence.iter().map(|item| &item.sha256).collect::<Vec<_>>())
            .fact("previousSha256", supplement.previous_sha256)
            .fact("sha256", sha256);
        Ok(Done { output: id, record })
    }
}
