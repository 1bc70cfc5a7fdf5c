//! Taking a file: recognised, measured, hashed, scanned and sealed while it comes.

use super::cipher::{FileKey, Sealer};
use super::kinds::{self, HEAD};
use super::refused::FileRefused;
use super::scan::{Scan, Verdict};
use super::{Files, failed, name, path, quarantine};
use crate::platform::digest::hex;
use crate::platform::error::Failure;
use aws_lc_rs::digest::{Context, SHA256};
use bytes::{Bytes, BytesMut};
use object_store::{ObjectStoreExt, WriteMultipart};
use tokio::sync::mpsc::Receiver;
use uuid::Uuid;

/// What a caller says of a file that comes.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    pub name: String,
    pub declared_type: Option<String>,
    pub length: Option<u64>,
}

/// A piece of it. When the pieces end without [`Part::End`], the connection was cut.
#[derive(Debug)]
pub enum Part {
    Bytes(Bytes),
    End,
}

/// A file that was taken, and whether it had to be kept apart.
pub struct Kept {
    pub id: Uuid,
    pub name: String,
    pub media_type: &'static str,
    pub size: u64,
    pub sha256: String,
    pub key: FileKey,
    /// What the scanner found in it.
    pub infected_with: Option<String>,
}

impl Files {
    /// Takes a file as it comes. What is refused, cut short or fails leaves nothing behind.
    pub async fn keep(&self, id: Uuid, incoming: &Incoming, parts: &mut Receiver<Part>) -> Result<Kept, FileRefused> {
        let name = name::clean(&incoming.name).ok_or(FileRefused::NameMissing)?;
        if incoming.length.is_some_and(|length| length > self.max_bytes) {
            return Err(FileRefused::TooLarge(self.max_bytes));
        }
        let (head, ended) = read_head(parts).await?;
        if head.is_empty() {
            return Err(FileRefused::Empty);
        }
        let recognised = kinds::recognise(&head, &name, incoming.declared_type.as_deref(), &self.kinds)?;
        let scan = match &self.scanner {
            Some(scanner) => Some(scanner.start().await.map_err(|error| away(&error))?),
            None => None,
        };
        let key = FileKey::random()?;
        let upload = self.store.put_multipart(&path(id)).await.map_err(|error| failed("written", &error))?;
        let mut taking = Taking {
            writer: WriteMultipart::new_with_chunk_size(upload, self.part),
            sealer: Sealer::new(&key, id)?,
            hash: Context::new(&SHA256),
            size: 0,
            most: self.max_bytes,
            is_text: recognised.kind.is_text,
            scan,
        };
        let verdict = match taking.all(head, ended, parts).await {
            Ok(verdict) => verdict,
            Err(refused) => {
                taking.abandon().await;
                return Err(refused);
            }
        };
        let (size, sha256) = taking.finish().await?;
        let infected_with = match verdict {
            Verdict::Infected(found) => {
                self.keep_apart(id).await?;
                Some(found)
            }
            Verdict::Clean | Verdict::TooLarge => None,
        };
        let media_type = recognised.kind.media_type;
        Ok(Kept { id, name: recognised.name, media_type, size, sha256, key, infected_with })
    }

    async fn keep_apart(&self, id: Uuid) -> Result<(), FileRefused> {
        if let Err(error) = self.store.rename(&path(id), &quarantine(id)).await {
            tracing::error!(%error, "an infected file could not be kept apart, so it is removed");
            self.remove(id).await?;
        }
        Ok(())
    }
}

/// What the file begins with, and whether that is all of it.
async fn read_head(parts: &mut Receiver<Part>) -> Result<(Bytes, bool), FileRefused> {
    let mut head = BytesMut::new();
    while head.len() < HEAD {
        match parts.recv().await.ok_or(FileRefused::CutShort)? {
            Part::Bytes(bytes) => head.extend_from_slice(&bytes),
            Part::End => return Ok((head.freeze(), true)),
        }
    }
    Ok((head.freeze(), false))
}

fn away(error: &std::io::Error) -> FileRefused {
    tracing::warn!(%error, "the virus scanner cannot be reached");
    FileRefused::ScannerAway
}

struct Taking {
    writer: WriteMultipart,
    sealer: Sealer,
    hash: Context,
    size: u64,
    most: u64,
    is_text: bool,
    scan: Option<Scan>,
}

impl Taking {
    /// Takes the rest of the file and hears what the scanner says.
    async fn all(&mut self, head: Bytes, ended: bool, parts: &mut Receiver<Part>) -> Result<Verdict, FileRefused> {
        self.more(&head).await?;
        if !ended {
            while let Part::Bytes(bytes) = parts.recv().await.ok_or(FileRefused::CutShort)? {
                self.more(&bytes).await?;
            }
        }
        let Some(scan) = self.scan.take() else { return Ok(Verdict::Clean) };
        match scan.verdict().await.map_err(|error| away(&error))? {
            Verdict::TooLarge => Err(FileRefused::TooLargeToScan),
            verdict => Ok(verdict),
        }
    }

    async fn more(&mut self, bytes: &[u8]) -> Result<(), FileRefused> {
        /// Parts on their way into the store; further ones wait.
        const UNDER_WAY: usize = 2;
        self.size += bytes.len() as u64;
        if self.size > self.most {
            return Err(FileRefused::TooLarge(self.most));
        }
        if self.is_text && !kinds::is_text(bytes) {
            return Err(FileRefused::KindUnknown);
        }
        self.hash.update(bytes);
        if let Some(scan) = &mut self.scan {
            scan.push(bytes).await.map_err(|error| away(&error))?;
        }
        for sealed in self.sealer.push(bytes)? {
            self.writer.wait_for_capacity(UNDER_WAY).await.map_err(|error| failed("written", &error))?;
            self.writer.put(sealed);
        }
        Ok(())
    }

    async fn finish(self) -> Result<(u64, String), Failure> {
        let Self { mut writer, sealer, hash, size, .. } = self;
        writer.put(sealer.finish()?);
        writer.finish().await.map_err(|error| failed("written", &error))?;
        Ok((size, hex(hash.finish().as_ref())))
    }

    async fn abandon(self) {
        if let Err(error) = self.writer.abort().await {
            tracing::warn!(%error, "what was written of a refused file could not be removed");
        }
    }
}
