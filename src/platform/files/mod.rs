//! The contents of files: encrypted chunk by chunk on their way into a folder or a bucket, recognised by what they are, and
//! never whole in memory (docs/adr/0008-files.md). It knows neither rows nor people: whoever keeps the rows keeps the keys.

mod cipher;
mod config;
mod kinds;
mod name;
mod read;
mod refused;
mod scan;
mod write;

pub use cipher::FileKey;
pub use config::{BucketConfig, FilesConfig, FilesError, Place};
pub use read::{Condition, StoredFile};
pub use refused::FileRefused;
pub use write::{Incoming, Kept, Part};

use crate::platform::error::{Failure, Result};
use kinds::Kind;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt};
use scan::Clamd;
use std::sync::Arc;
use uuid::Uuid;

const MEBIBYTE: usize = 1 << 20;

/// Where files are kept and which are taken. Cloning gives another handle on the same place.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// What is written and read at a time.
    part: usize,
    max_bytes: u64,
    kinds: Arc<[&'static Kind]>,
    scanner: Option<Arc<Clamd>>,
}

impl Files {
    /// Checks the configuration; nothing is written or asked yet.
    pub fn new(config: &FilesConfig) -> Result<Self, FilesError> {
        let FilesConfig { place, max_bytes, kinds, clamd, .. } = config;
        if !(1..=config::MOST_BYTES).contains(max_bytes) {
            return Err(FilesError::MaxBytes);
        }
        let kinds = kinds.iter().map(|name| kinds::named(name).ok_or_else(|| FilesError::Kind(name.clone())));
        let part = match place {
            Place::Folder(_) => MEBIBYTE,
            // A bucket takes parts of 5 MiB and more, and 10 000 of them.
            Place::Bucket(_) => 8 * MEBIBYTE,
        };
        Ok(Self {
            store: open_place(place)?,
            part,
            max_bytes: *max_bytes,
            kinds: kinds.collect::<Result<_, _>>()?,
            scanner: clamd.as_deref().map(Clamd::new).transpose()?.map(Arc::new),
        })
    }

    /// Removes the contents of a file; that there are none is no error.
    pub async fn remove(&self, id: Uuid) -> Result<()> {
        match self.store.delete(&path(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed("removed", &error)),
        }
    }

    /// Whether contents can be written, read and removed.
    pub async fn try_all(&self) -> Result<()> {
        let probe = Path::from("doctor");
        let broken = |error| failed("reached", &error);
        self.store.put(&probe, "can this be written?".into()).await.map_err(broken)?;
        self.store.head(&probe).await.map_err(broken)?;
        self.store.delete(&probe).await.map_err(broken)
    }

    /// Whether the scanner answers; none when there is none.
    pub async fn try_scanner(&self) -> Option<Result<()>> {
        let scanner = self.scanner.as_ref()?;
        Some(scanner.ping().await.map_err(|_| Failure::internal("the scanner does not answer")))
    }
}

/// The folder is made when the first file is written: a command that only looks at rows leaves nothing behind.
pub fn open_place(place: &Place) -> Result<Arc<dyn ObjectStore>, FilesError> {
    match place {
        Place::Folder(folder) => {
            let folder = std::path::absolute(folder).map_err(FilesError::Folder)?;
            let prefix = Path::from_absolute_path(folder).map_err(object_store::Error::from)?;
            // Acknowledged means durable.
            let disk = LocalFileSystem::new().with_fsync(true);
            Ok(Arc::new(PrefixStore::new(disk, prefix)))
        }
        Place::Bucket(bucket) => {
            let mut builder = AmazonS3Builder::new()
                .with_bucket_name(&bucket.name)
                .with_region(&bucket.region)
                .with_allow_http(bucket.allow_http)
                .with_virtual_hosted_style_request(bucket.virtual_hosted);
            if let Some(endpoint) = &bucket.endpoint {
                builder = builder.with_endpoint(endpoint);
            }
            if let (Some(id), Some(secret)) = (&bucket.access_key_id, &bucket.secret_access_key) {
                let secret = secrecy::ExposeSecret::expose_secret(secret);
                builder = builder.with_access_key_id(id).with_secret_access_key(secret);
            }
            Ok(Arc::new(builder.build()?))
        }
    }
}

/// Where the contents of a file are: named by its key and nothing that a caller sends. The last digits of a key are random, so
/// that no folder holds all.
fn path(id: Uuid) -> Path {
    let id = id.simple().to_string();
    let folder = id.get(id.len() - 2..).unwrap_or_default();
    Path::from_iter(["files", folder, &id])
}

/// Where an infected file is kept apart.
fn quarantine(id: Uuid) -> Path {
    Path::from_iter(["quarantine", &id.simple().to_string()])
}

/// The error of a store quotes paths: it is for the log alone.
fn failed(what: &str, error: &object_store::Error) -> Failure {
    Failure::internal(format!("a file could not be {what}: {error}"))
}
