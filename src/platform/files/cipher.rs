//! A file at rest: chunks of 64 KiB, each sealed with AES-256-GCM under a key of the file's own. The nonce is the STREAM
//! construction's (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the number of the chunk, and whether it is the last. So chunks
//! cannot be swapped, left out or cut off, and any of them opens by itself. The key of the file goes with each chunk, so that
//! no other file's contents pass for it.

use crate::platform::error::{Failure, Result};
use crate::platform::vault::DataKey;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::{Bytes, BytesMut};
use uuid::Uuid;

/// Plain bytes of every chunk but the last.
pub const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
pub const SEALED_CHUNK: usize = CHUNK + TAG;
const KEY: usize = 32;

/// How long a file of this size is when it is sealed.
pub fn sealed_size(size: u64) -> u64 {
    size + chunks(size) * TAG as u64
}

/// How many chunks a file of this size has.
pub fn chunks(size: u64) -> u64 {
    size.div_ceil(CHUNK as u64)
}

/// The key of one file: random, used for no other, and kept only as a data key seals it.
#[derive(Clone)]
pub struct FileKey([u8; KEY]);

impl FileKey {
    pub fn random() -> Result<Self> {
        let mut key = [0; KEY];
        aws_lc_rs::rand::fill(&mut key).map_err(|_| Failure::internal("no randomness"))?;
        Ok(Self(key))
    }

    /// Sealed for one field of one row.
    pub fn seal(&self, key: &DataKey, field: &'static str, row: impl Into<Uuid>) -> Result<String> {
        key.seal(field, row, &STANDARD_NO_PAD.encode(self.0))
    }

    /// What [`FileKey::seal`] sealed for the same field of the same row.
    pub fn open(key: &DataKey, field: &'static str, row: impl Into<Uuid>, sealed: &str) -> Result<Self> {
        let text = key.open(field, row, sealed)?;
        let bytes = STANDARD_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| Failure::internal("the key of a file is no key"))
    }

    fn cipher(&self) -> Result<LessSafeKey> {
        let key =
            UnboundKey::new(&AES_256_GCM, &self.0).map_err(|_| Failure::internal("the key of a file is no key"))?;
        Ok(LessSafeKey::new(key))
    }
}

/// The key of the file is its own, so that the number of the chunk is enough to use no nonce twice.
fn nonce(number: u32, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[7..11].copy_from_slice(&number.to_be_bytes());
    nonce[11] = u8::from(last);
    Nonce::assume_unique_for_key(nonce)
}

/// Seals a file as it comes.
pub struct Sealer {
    cipher: LessSafeKey,
    file: Uuid,
    number: u32,
    /// What has come of the next chunk. A full one waits until more comes: it may be the last.
    pending: BytesMut,
}

impl Sealer {
    pub fn new(key: &FileKey, file: Uuid) -> Result<Self> {
        Ok(Self { cipher: key.cipher()?, file, number: 0, pending: BytesMut::with_capacity(SEALED_CHUNK) })
    }

    /// Takes more of the file and gives the chunks that are complete.
    pub fn push(&mut self, mut plain: &[u8]) -> Result<Vec<Bytes>> {
        let mut sealed = Vec::new();
        while !plain.is_empty() {
            if self.pending.len() == CHUNK {
                sealed.push(self.seal(false)?);
            }
            let (taken, rest) = plain.split_at(plain.len().min(CHUNK - self.pending.len()));
            self.pending.extend_from_slice(taken);
            plain = rest;
        }
        Ok(sealed)
    }

    /// The last chunk.
    pub fn finish(mut self) -> Result<Bytes> {
        self.seal(true)
    }

    fn seal(&mut self, last: bool) -> Result<Bytes> {
        let mut chunk = std::mem::replace(&mut self.pending, BytesMut::with_capacity(SEALED_CHUNK));
        let tag = self
            .cipher
            .seal_in_place_separate_tag(nonce(self.number, last), Aad::from(self.file.as_bytes()), &mut chunk)
            .map_err(|_| Failure::internal("sealing a file failed"))?;
        chunk.extend_from_slice(tag.as_ref());
        self.number = self.number.checked_add(1).ok_or_else(|| Failure::internal("a file has too many chunks"))?;
        Ok(chunk.freeze())
    }
}

/// Opens chunks of a file, in any order.
pub struct Opener {
    cipher: LessSafeKey,
    file: Uuid,
    last: u64,
}

impl Opener {
    pub fn new(key: &FileKey, file: Uuid, size: u64) -> Result<Self> {
        Ok(Self { cipher: key.cipher()?, file, last: chunks(size).saturating_sub(1) })
    }

    /// Opens one chunk where it lies.
    pub fn open<'a>(&self, number: u64, sealed: &'a mut [u8]) -> Result<&'a [u8]> {
        let broken = || Failure::internal("a chunk of a file does not open: it was changed, or the key is another one");
        let counted = u32::try_from(number).map_err(|_| broken())?;
        let nonce = nonce(counted, number == self.last);
        let plain = self.cipher.open_in_place(nonce, Aad::from(self.file.as_bytes()), sealed).map_err(|_| broken())?;
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: Uuid = Uuid::from_u128(7);

    fn seal(key: &FileKey, file: Uuid, plain: &[u8], step: usize) -> Vec<Bytes> {
        let mut sealer = Sealer::new(key, file).unwrap();
        let mut sealed: Vec<_> = plain.chunks(step).flat_map(|part| sealer.push(part).unwrap()).collect();
        sealed.push(sealer.finish().unwrap());
        sealed
    }

    fn open(key: &FileKey, file: Uuid, size: usize, sealed: &[Bytes]) -> Result<Vec<u8>> {
        let opener = Opener::new(key, file, size as u64)?;
        let mut plain = Vec::new();
        for (number, chunk) in sealed.iter().enumerate() {
            plain.extend_from_slice(opener.open(number as u64, &mut chunk.to_vec())?);
        }
        Ok(plain)
    }

    #[test]
    fn what_was_sealed_opens_whatever_the_sizes_in_which_it_came() {
        let key = FileKey::random().unwrap();
        for size in [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17] {
            let plain: Vec<u8> = (0..size).map(|i| (i % 251) as u8).collect();
            for step in [1_000, CHUNK - 1, CHUNK, size] {
                let sealed = seal(&key, FILE, &plain, step);
                assert_eq!(sealed.len() as u64, chunks(size as u64));
                assert_eq!(sealed.iter().map(Bytes::len).sum::<usize>() as u64, sealed_size(size as u64));
                assert_eq!(open(&key, FILE, size, &sealed).unwrap(), plain, "{size} in {step}");
            }
        }
    }

    #[test]
    fn what_was_tampered_with_does_not_open() {
        let key = FileKey::random().unwrap();
        let plain = vec![5; 3 * CHUNK];
        let sealed = seal(&key, FILE, &plain, CHUNK);
        assert!(open(&FileKey::random().unwrap(), FILE, plain.len(), &sealed).is_err(), "another key");
        assert!(open(&key, Uuid::from_u128(8), plain.len(), &sealed).is_err(), "another file");
        let swapped = [sealed[1].clone(), sealed[0].clone(), sealed[2].clone()];
        assert!(open(&key, FILE, plain.len(), &swapped).is_err(), "swapped");
        assert!(open(&key, FILE, 2 * CHUNK, &sealed[..2]).is_err(), "cut off");
        assert!(open(&key, FILE, plain.len(), &[sealed[0].clone(), sealed[2].clone()]).is_err(), "left out");
        let mut flipped = sealed.clone();
        let mut bytes = flipped[1].to_vec();
        bytes[9] ^= 1;
        flipped[1] = bytes.into();
        assert!(open(&key, FILE, plain.len(), &flipped).is_err(), "changed");
    }
}
