//! The files over HTTP: evidence as its desk gives it out, and the certificates of external readers, for whoever sees the reading.

use super::{sealed, store};
use crate::cases::evidence::desk::EvidenceDesk;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use crate::platform::files::{FileKey, FileRefused, Incoming, Part, StoredFile};
use crate::platform::http::{AskedFor, FileDesk, HandedOut};
use crate::platform::ids::{NodeKey, parse_global};
use entity::ArchiveReadingId;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::mpsc::Receiver;

pub struct ReadingDesk {
    pub evidence: Arc<EvidenceDesk>,
}

impl ReadingDesk {
    async fn certificate(&self, db: &Database, actor: &Actor, id: ArchiveReadingId) -> Result<HandedOut> {
        let reading = store::by_ids(db.read(actor), actor, &[id]).await?.pop().ok_or(Failure::NotFound)?;
        let (Some(file), Some(name), Some(media_type), Some(size), Some(sha256), Some(key)) = (
            reading.certificate_id,
            reading.certificate_name_sealed,
            reading.certificate_media_type,
            reading.certificate_size,
            reading.certificate_sha256,
            reading.certificate_key_sealed,
        ) else {
            return Err(Failure::NotFound);
        };
        let key_of_readings = self.evidence.vault.system()?;
        let file = StoredFile {
            id: file.into(),
            size: u64::try_from(size).map_err(|_| Failure::internal("a file of a negative size"))?,
            sha256,
            key: FileKey::open(key_of_readings, sealed::CERTIFICATE_KEY, id, &key)?,
        };
        let name = key_of_readings.open(sealed::CERTIFICATE_NAME, id, &name)?;
        Ok(HandedOut { files: self.evidence.files.clone(), file, name, media_type })
    }
}

fn reading_of(asked: &AskedFor) -> Option<ArchiveReadingId> {
    let (type_name, key) = parse_global(&asked.id)?;
    (type_name == ArchiveReadingId::TYPE).then(|| key.into())
}

impl FileDesk for ReadingDesk {
    fn may_bring(&self, actor: &Actor) -> Result<(), Permission> {
        self.evidence.may_bring(actor)
    }

    fn take(
        self: Arc<Self>,
        db: Database,
        actor: Actor,
        incoming: Incoming,
        parts: Receiver<Part>,
    ) -> BoxFuture<'static, Result<Value, FileRefused>> {
        Arc::clone(&self.evidence).take(db, actor, incoming, parts)
    }

    fn find(self: Arc<Self>, db: Database, actor: Actor, asked: AskedFor) -> BoxFuture<'static, Result<HandedOut>> {
        match reading_of(&asked) {
            Some(id) => async move { self.certificate(&db, &actor, id).await }.boxed(),
            None => Arc::clone(&self.evidence).find(db, actor, asked),
        }
    }

    /// A certificate is no material of a case: who sees the reading sees it, off the register.
    fn write_down(self: Arc<Self>, db: Database, actor: Actor, asked: AskedFor) -> BoxFuture<'static, Result<()>> {
        match reading_of(&asked) {
            Some(_) => async { Ok(()) }.boxed(),
            None => Arc::clone(&self.evidence).write_down(db, actor, asked),
        }
    }
}
