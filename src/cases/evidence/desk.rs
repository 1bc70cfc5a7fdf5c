//! What the HTTP room asks about files: who may bring one, which row it gets, who may read one.

use super::service::keep_file::KeepFile;
use super::service::read_evidence::ReadEvidence;
use super::{KEPT_FOR, policy, sealed, store};
use crate::cases::personal;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use crate::platform::files::{FileKey, FileRefused, Files, Incoming, Kept, Part, StoredFile};
use crate::platform::http::{AskedFor, FileDesk, HandedOut};
use crate::platform::ids::{NodeKey, new_id, parse_global};
use crate::platform::vault::{DataKey, Vault};
use bytes::Bytes;
use entity::access_register::ReadingPurpose;
use entity::{EvidenceId, UploadId, evidence};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::mpsc::{Receiver, channel};
use uuid::Uuid;

/// Keeps the rows of the files in the store.
pub struct EvidenceDesk {
    pub files: Files,
    pub vault: Arc<Vault>,
}

impl EvidenceDesk {
    /// Brings a small file that is here already.
    pub async fn bring(&self, db: &Database, actor: &Actor, name: &str, content: Bytes) -> Result<UploadId> {
        let (sender, mut parts) = channel(2);
        for part in [Part::Bytes(content), Part::End] {
            sender.send(part).await.map_err(|_| Failure::internal("nobody takes the file"))?;
        }
        let incoming = Incoming { name: name.to_owned(), ..Default::default() };
        match self.keep(db, actor, &incoming, &mut parts).await {
            Ok(kept) => Ok(kept.id.into()),
            Err(FileRefused::Failed(failure)) => Err(failure),
            Err(refused) => Err(Failure::bad_input("file", refused.to_string())),
        }
    }

    async fn keep(
        &self,
        db: &Database,
        actor: &Actor,
        incoming: &Incoming,
        parts: &mut Receiver<Part>,
    ) -> Result<Kept, FileRefused> {
        let id: Uuid = new_id(db.now());
        let kept = self.files.keep(id, incoming, parts).await?;
        if let Err(failure) = db.run(actor, &KeepFile(&kept)).await {
            self.files.remove(id).await?;
            return Err(failure.into());
        }
        if kept.infected_with.is_some() {
            tracing::warn!(upload = %id, "an infected file was put into quarantine");
            return Err(FileRefused::Infected);
        }
        Ok(kept)
    }

    async fn look_up(&self, db: &Database, actor: &Actor, asked: AskedFor) -> Result<HandedOut> {
        let wanted = wanted(asked)?;
        let found = store::readable(db.read(actor), actor, wanted.id, db.now()).await?;
        let (item, case) = found.ok_or(Failure::NotFound)?;
        policy::purpose(actor, wanted.purpose)?;
        let key = personal::key_of(&self.vault, &case)?.ok_or(Failure::NotFound)?;
        let file = stored_file(&key, &item)?;
        let name = key.open(sealed::NAME, item.id, &item.name_sealed)?;
        Ok(HandedOut { files: self.files.clone(), file, name, media_type: item.media_type })
    }
}

impl FileDesk for EvidenceDesk {
    fn may_bring(&self, actor: &Actor) -> Result<(), Permission> {
        let brings = [
            Permission::CaseHandle,
            Permission::CaseRegister,
            Permission::ArchiveRelease,
            Permission::ArchiveSupplement,
        ];
        if brings.into_iter().any(|permission| actor.may(permission)) { Ok(()) } else { Err(Permission::CaseRegister) }
    }

    fn take(
        self: Arc<Self>,
        db: Database,
        actor: Actor,
        incoming: Incoming,
        mut parts: Receiver<Part>,
    ) -> BoxFuture<'static, Result<Value, FileRefused>> {
        let taking = async move {
            let kept = self.keep(&db, &actor, &incoming, &mut parts).await?;
            Ok(json!({
                "id": UploadId(kept.id).global(), "name": kept.name, "size": kept.size, "type": kept.media_type,
                "sha256": kept.sha256, "attachUntil": db.now() + KEPT_FOR,
            }))
        };
        taking.boxed()
    }

    fn find(self: Arc<Self>, db: Database, actor: Actor, asked: AskedFor) -> BoxFuture<'static, Result<HandedOut>> {
        async move { self.look_up(&db, &actor, asked).await }.boxed()
    }

    fn write_down(self: Arc<Self>, db: Database, actor: Actor, asked: AskedFor) -> BoxFuture<'static, Result<()>> {
        async move { db.run(&actor, &wanted(asked)?).await.map(drop) }.boxed()
    }
}

/// What must be known to read the file of an evidence item that was found.
pub fn stored_file(key: &DataKey, item: &evidence::Model) -> Result<StoredFile> {
    Ok(StoredFile {
        id: item.file_id.into(),
        size: u64::try_from(item.size).map_err(|_| Failure::internal("a file of a negative size"))?,
        sha256: item.sha256.clone(),
        key: FileKey::open(key, sealed::KEY, item.case_id, &item.key_sealed)?,
    })
}

fn wanted(asked: AskedFor) -> Result<ReadEvidence> {
    let id = match parse_global(&asked.id) {
        Some((type_name, key)) if type_name == EvidenceId::TYPE => key.into(),
        _ => return Err(Failure::NotFound),
    };
    let purpose = asked.purpose.map(|purpose| serde_json::from_value::<ReadingPurpose>(Value::String(purpose)));
    let purpose = purpose.transpose().map_err(|_| Failure::bad_input("purpose", "There is no such purpose."))?;
    Ok(ReadEvidence { id, purpose })
}
