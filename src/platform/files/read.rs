//! Giving a file out: opened, checked and cut to the range that is asked for, a piece at a time.

use super::cipher::{CHUNK, FileKey, Opener, SEALED_CHUNK, chunks, sealed_size};
use super::{Files, failed, path};
use crate::platform::digest::hex;
use crate::platform::error::{Failure, Result};
use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use futures_util::stream::{Stream, try_unfold};
use object_store::ObjectStoreExt;
use std::ops::Range;
use uuid::Uuid;

/// What must be known of a file to read it.
pub struct StoredFile {
    pub id: Uuid,
    pub size: u64,
    pub sha256: String,
    pub key: FileKey,
}

/// What is left of the contents of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// They give the hash that they had.
    Whole,
    /// There are none.
    Missing,
    /// They are others than they were.
    Damaged,
}

struct Reading {
    files: Files,
    file: StoredFile,
    opener: Opener,
    range: Range<u64>,
    /// The next chunk.
    next: u64,
    /// Only of a whole file can the hash be compared.
    hash: Option<Context>,
}

impl Files {
    /// The bytes of a range. Fails before the first of them when the contents are not there or have another length, and before
    /// the last when the whole does not give the hash that it had.
    pub async fn read(
        &self,
        file: StoredFile,
        range: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes>> + Send + use<>> {
        let there = self.store.head(&path(file.id)).await.map_err(|error| failed("read", &error))?;
        if there.size != sealed_size(file.size) {
            return Err(Failure::internal("a file does not have the length that it had"));
        }
        let reading = self.reading(file, range)?;
        Ok(try_unfold(reading, async |mut reading| Ok(reading.piece().await?.map(|piece| (piece, reading)))))
    }

    /// Reads all of a file to see what is left of it; fails when the store does.
    pub async fn condition(&self, file: StoredFile) -> Result<Condition> {
        match self.store.head(&path(file.id)).await {
            Ok(there) if there.size == sealed_size(file.size) => {}
            Ok(_) => return Ok(Condition::Damaged),
            Err(object_store::Error::NotFound { .. }) => return Ok(Condition::Missing),
            Err(error) => return Err(failed("read", &error)),
        }
        let whole = 0..file.size;
        let mut reading = self.reading(file, whole)?;
        while let Some(sealed) = reading.fetch().await? {
            if reading.unseal(sealed).is_err() {
                return Ok(Condition::Damaged);
            }
        }
        Ok(Condition::Whole)
    }

    fn reading(&self, file: StoredFile, range: Range<u64>) -> Result<Reading> {
        let hash = (range == (0..file.size)).then(|| Context::new(&SHA256));
        let opener = Opener::new(&file.key, file.id, file.size)?;
        let next = range.start / CHUNK as u64;
        Ok(Reading { files: self.clone(), file, opener, range, next, hash })
    }
}

impl Reading {
    async fn piece(&mut self) -> Result<Option<Bytes>> {
        let sealed = self.fetch().await?;
        sealed.map(|sealed| self.unseal(sealed)).transpose()
    }

    /// The next chunks as they are stored.
    async fn fetch(&self) -> Result<Option<Vec<u8>>> {
        let end = chunks(self.range.end);
        if self.next >= end {
            return Ok(None);
        }
        let first = self.next;
        let count = ((self.files.part / SEALED_CHUNK) as u64).max(1).min(end - first);
        let sealed = SEALED_CHUNK as u64;
        let wanted = first * sealed..((first + count) * sealed).min(sealed_size(self.file.size));
        let read = self.files.store.get_range(&path(self.file.id), wanted.clone()).await;
        let bytes = read.map_err(|error| failed("read", &error))?.to_vec();
        if bytes.len() as u64 != wanted.end - wanted.start {
            return Err(Failure::internal("a file was cut short while it was read"));
        }
        Ok(Some(bytes))
    }

    /// What is asked for of these chunks.
    fn unseal(&mut self, mut bytes: Vec<u8>) -> Result<Bytes> {
        let end = chunks(self.range.end);
        let first = self.next;
        let mut plain = Vec::with_capacity(bytes.len());
        for (number, chunk) in (first..).zip(bytes.chunks_mut(SEALED_CHUNK)) {
            plain.extend_from_slice(self.opener.open(number, chunk)?);
        }
        self.next += bytes.len().div_ceil(SEALED_CHUNK) as u64;
        if let Some(hash) = &mut self.hash {
            hash.update(&plain);
        }
        if self.next >= end
            && let Some(hash) = self.hash.take()
            && hex(hash.finish().as_ref()) != self.file.sha256
        {
            return Err(Failure::internal("a file does not give the hash that it had"));
        }
        let offset = first * CHUNK as u64;
        let from = self.range.start.saturating_sub(offset);
        let until = (self.range.end - offset).min(plain.len() as u64);
        let cut = |at: u64| usize::try_from(at).map_err(|_| Failure::internal("a range is too large"));
        Ok(Bytes::from(plain).slice(cut(from)?..cut(until)?))
    }
}
