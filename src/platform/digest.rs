//! SHA-256 over bytes and over the canonical form of JSON (RFC 8785), as lower-case hexadecimal.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;
use std::fmt::Write;

/// SHA-256 of the bytes.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The canonical JSON text of a value: the same facts always give the same bytes.
pub fn canonical_json<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    serde_json_canonicalizer::to_string(value)
}
