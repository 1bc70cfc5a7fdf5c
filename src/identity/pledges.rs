//! The confidentiality pledge that everybody signs before seeing any case data (信息保密承诺书, SG-16.4).

use crate::platform::digest::sha256_hex;

/// A pledge as it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pledge {
    pub version: String,
    pub text: String,
}

impl Pledge {
    pub fn text_sha256(&self) -> String {
        sha256_hex(self.text.as_bytes())
    }
}
