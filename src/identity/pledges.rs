//! The confidentiality pledge that everybody signs before seeing any case data (信息保密承诺书, SG-16.4). The organisation's rules
//! know it; this is how they are asked.

use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::digest::sha256_hex;
use crate::platform::error::Result;
use futures_util::future::BoxFuture;

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

/// Tells which pledge holds now, if there is one. `app.rs` registers who knows.
pub trait Pledges: Send + Sync {
    fn current<'a>(&'a self, db: &'a Database, asking: &'a Actor) -> BoxFuture<'a, Result<Option<Pledge>>>;
}
