//! The zip that holds the parts: each once, uncompressed, in their order, with no time of its own.
//!
//! These bytes are part of the format and are written here, so that no new version of a library changes them. Reading names
//! what is wrong as well as it can; that nothing else stands in the file, its reader sees by writing the parts again.

use super::manifest::Part;
use super::verify::Fault;
use rawzip::{CompressionMethod, ZipArchive, crc32};
use std::collections::BTreeMap;

pub type Parts<'a> = BTreeMap<Part, &'a [u8]>;

/// No pack is larger. Nothing in it is compressed, so this bounds what reading it takes.
pub const MAX_BYTES: usize = 32 << 20;

/// 1 January 1980, the first day that a zip can name.
const DAY: u16 = 0x21;
/// "Needs version 1.0": nothing compressed, no folders.
const VERSION: u16 = 10;

pub fn write(parts: &Parts<'_>) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (part, content) in parts {
        let (offset, name) = (bytes.len() as u32, part.name().as_bytes());
        let described = described(name, content);
        bytes.extend([b"PK\x03\x04", described.as_slice(), name, content].concat());
        // Comment, disk, internal and external attributes: none.
        directory.extend(
            [b"PK\x01\x02", &VERSION.to_le_bytes()[..], &described, &[0; 10], &offset.to_le_bytes(), name].concat(),
        );
    }
    let (offset, count) = (bytes.len() as u32, (parts.len() as u16).to_le_bytes());
    let size = directory.len() as u32;
    bytes.extend(directory);
    bytes.extend(
        [b"PK\x05\x06", &[0; 4][..], &count, &count, &size.to_le_bytes(), &offset.to_le_bytes(), &[0; 2]].concat(),
    );
    bytes
}

/// What a file's own header and the directory both say of it.
fn described(name: &[u8], content: &[u8]) -> Vec<u8> {
    let size = (content.len() as u32).to_le_bytes();
    let flags_method_and_time = [0; 6];
    let lengths = [(name.len() as u16).to_le_bytes(), [0; 2]].concat();
    [
        &VERSION.to_le_bytes()[..],
        &flags_method_and_time,
        &DAY.to_le_bytes(),
        &crc32(content).to_le_bytes(),
        &size,
        &size,
        &lengths,
    ]
    .concat()
}

/// The parts of a pack: all of them, each once.
pub fn read(pack: &[u8]) -> Result<Parts<'_>, Fault> {
    if pack.len() > MAX_BYTES {
        return Err(Fault::TooLarge);
    }
    let archive = ZipArchive::from_slice(pack).map_err(|_| Fault::NotAPack)?;
    let mut parts = Parts::new();
    for entry in archive.entries() {
        let entry = entry.map_err(|_| Fault::NotAPack)?;
        let path = entry.file_path();
        let part = Part::named(path.as_ref()).ok_or_else(|| Fault::unexpected(path.as_ref()))?;
        if entry.compression_method() != CompressionMethod::STORE || entry.flags().is_encrypted() {
            return Err(Fault::Packed(part));
        }
        let (start, end) =
            archive.get_entry(entry.wayfinder()).map_err(|_| Fault::Damaged(part))?.compressed_data_range();
        let content = pack.get(start as usize..end as usize).ok_or(Fault::Damaged(part))?;
        let as_announced = content.len() as u64 == entry.uncompressed_size_hint() && crc32(content) == entry.crc32();
        if parts.insert(part, content).is_some() {
            return Err(Fault::Twice(part));
        }
        if !as_announced {
            return Err(Fault::Damaged(part));
        }
    }
    match Part::ALL.into_iter().find(|part| !parts.contains_key(part)) {
        Some(missing) => Err(Fault::Missing(missing)),
        None => Ok(parts),
    }
}
