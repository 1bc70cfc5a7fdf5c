//! The pack of a joint review (合议档案): its signed minutes, and all that is needed to check them without this server.
//!
//! Rules: HK-7.5.6 (all sign the exact text), HK-7.6, HK-F.7. The format is described for outsiders in
//! docs/joint-review-pack.md, and stands still: [`minutes`], the page, the container and the domains of the signatures are
//! never changed, a change is another version beside them. Everything here is pure; [`build`] checks its own work with
//! [`verify`], so that a pack that does not hold is never given out.

mod container;
mod manifest;
mod minutes;
mod page;
mod signature;
#[cfg(test)]
mod tests;
mod verify;

pub use container::MAX_BYTES;
pub use manifest::{EvidenceItem, Manifest, Part};
pub use minutes::{
    AgendaItem, Attendance, Capacity, Dissent, FinalOpinion, Minutes, Outcome, OutcomeKind, Person, Statement,
};
pub use page::page;
pub use signature::{SignatureStatement, Signed};
pub use verify::{Fault, Verified, plain, verify};

use crate::platform::digest::canonical_json;
use crate::platform::error::{Failure, Result};
use crate::platform::signing::ServerKeys;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::ffi::CStr;

pub const MEDIA_TYPE: &str = "application/zip";

/// In this domain the server signs a manifest.
const DOMAIN: &CStr = c"redress/joint-review-pack/v1";

/// What a pack is made of.
#[derive(Clone, Debug)]
pub struct PackSource {
    pub minutes: Minutes,
    pub evidence: Vec<EvidenceItem>,
    /// Of everyone who signs, in any order.
    pub signatures: Vec<Signed>,
    pub made_at: DateTime<Utc>,
}

/// The pack as the bytes of a zip. The same source and keys give the same bytes.
pub fn build(source: &PackSource, keys: &ServerKeys) -> Result<Vec<u8>> {
    let PackSource { minutes, evidence, signatures, made_at } = source;
    let mut signatures = signatures.clone();
    signatures.sort_by_key(|signed| minutes.place_of(signed.statement.person));
    let mut parts = BTreeMap::from([
        (Part::Minutes, minutes.canonical()?),
        (Part::Page, page(minutes, &signatures)?),
        (Part::Attendees, canonical_json(&minutes.attendance)?),
        (Part::Evidence, canonical_json(evidence)?),
        (Part::Signatures, canonical_json(&signatures)?),
        (Part::Keys, keys.public().key_set()),
    ]);
    let manifest = canonical_json(&Manifest::of(minutes, &parts, *made_at)?)?;
    let signature = canonical_json(&keys.sign(DOMAIN, manifest.as_bytes()))?;
    parts.extend([(Part::Manifest, manifest), (Part::ManifestSignature, signature)]);
    let pack = container::write(&parts.iter().map(|(part, text)| (*part, text.as_bytes())).collect());
    verify(&pack, keys.public())
        .map_err(|fault| Failure::internal(format!("a joint-review pack does not hold: {fault}")))?;
    Ok(pack)
}
