//! Checks a pack in a fixed order, and names the first thing that does not fit. Needs the pack and the keys that are
//! trusted; no bytes make it panic, and what it holds in memory is bounded by [`container::MAX_BYTES`].

use super::container::{self, Parts};
use super::manifest::{EvidenceItem, FORMAT, ListedPart, Manifest, Part};
use super::minutes::Minutes;
use super::page::page;
use super::signature::Signed;
use super::{Attendance, DOMAIN};
use crate::platform::digest::canonical_json;
use crate::platform::instant::is_storable;
use crate::platform::signing::{NotSigned, PublicKeys, ServerSignature};
use chrono::{DateTime, Utc};
use entity::StaffId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// What a pack holds, all of it checked.
#[derive(Clone, Debug)]
pub struct Verified {
    pub manifest: Manifest,
    /// The key that signed the manifest.
    pub sealed_by: String,
    pub minutes: Minutes,
    /// The hash that every signature is over.
    pub minutes_sha256: String,
    pub evidence: Vec<EvidenceItem>,
    /// In the order of the attendance.
    pub signatures: Vec<Signed>,
}

/// The first thing that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the file is larger than any pack ({} MiB)", container::MAX_BYTES >> 20)]
    TooLarge,
    #[error("the file is no pack: it is not a zip, or only a piece of one")]
    NotAPack,
    #[error("a part is named {0}, which leads out of the pack")]
    UnsafeName(String),
    #[error("there is a part {0} that does not belong to a pack")]
    Unexpected(String),
    #[error("{0} is compressed or encrypted; a pack stores its parts as they are")]
    Packed(Part),
    #[error("{0} is there twice")]
    Twice(Part),
    #[error("{0} is damaged: its bytes are not those that the zip announces")]
    Damaged(Part),
    #[error("{0} is missing")]
    Missing(Part),
    #[error("{0} cannot be read: it is not JSON of the form that it must have")]
    Unreadable(Part),
    #[error("{0} is not in the canonical form (RFC 8785)")]
    NotCanonical(Part),
    #[error("the pack is of another format, {0}")]
    OtherFormat(String),
    #[error("manifest.json is not signed by the server (key {key}): {why}")]
    ManifestNotSigned { key: String, why: NotSigned },
    #[error("manifest.json does not list the parts of a pack")]
    OtherParts,
    #[error("{0} is not of the size that the manifest lists")]
    OtherSize(Part),
    #[error("{0} is not what the manifest lists: its SHA-256 is another one")]
    OtherHash(Part),
    #[error("keys.json is no set of public keys")]
    NoKeys,
    #[error("minutes.json is of another joint review, number or version than the manifest")]
    OtherMinutes,
    #[error("minutes.json names {0} twice among those who were there")]
    AttendsTwice(String),
    #[error("minutes.json names nobody who signs")]
    NobodySigns,
    #[error("attendees.json is not the attendance of minutes.json")]
    OtherAttendees,
    #[error("evidence.json holds an item twice")]
    EvidenceTwice,
    #[error("there is a signature of {0}, who is not among those who sign")]
    NotASigner(String),
    #[error("{0} signed twice")]
    SignedTwice(String),
    #[error("the signature of {0} is of another joint review")]
    OtherReviewSigned(String),
    #[error("the signature of {0} is under another version of the minutes")]
    OtherVersionSigned(String),
    #[error("the signature of {0} is under another text of the minutes")]
    OtherTextSigned(String),
    #[error("the signature of {0} is in another capacity than that of the attendance")]
    OtherCapacitySigned(String),
    #[error("the signature of {0} is from before the meeting or after the pack")]
    SignedOutOfTime(String),
    #[error("the signature of {signer} (key {key}): {why}")]
    NotSigned { signer: String, key: String, why: NotSigned },
    #[error("the key {0}, which signed, is not in keys.json")]
    KeyNotIncluded(String),
    #[error("the signature of {0} is missing")]
    SignatureMissing(String),
    #[error("signatures.json is not in the order of the attendance")]
    OtherOrder,
    #[error("minutes.html is not the page of minutes.json and signatures.json")]
    OtherPage,
    #[error("the zip holds something besides its parts, or holds them in another way")]
    OtherContainer,
}

impl Fault {
    /// For a name that no part has. It may hold anything, so what is not plain is escaped.
    pub(super) fn unexpected(name: &[u8]) -> Self {
        let leads_out = name.split(|byte| matches!(byte, b'/' | b'\\')).any(|step| step == b"..")
            || matches!(name.first(), Some(b'/' | b'\\'))
            || name.contains(&b':')
            || name.contains(&0);
        let shown = plain(&String::from_utf8_lossy(name));
        if leads_out { Self::UnsafeName(shown) } else { Self::Unexpected(shown) }
    }
}

/// Checks everything. The keys in the pack are not trusted for being there: those that are come from elsewhere.
pub fn verify(pack: &[u8], trusted: &PublicKeys) -> Result<Verified, Fault> {
    let parts = container::read(pack)?;
    let (manifest, sealed_by) = manifest(&parts, trusted)?;
    let included = keys(&parts)?;
    let minutes = minutes(&parts, &manifest)?;
    if canonical(&minutes.attendance, Part::Attendees)?.as_bytes() != bytes(&parts, Part::Attendees)? {
        return Err(Fault::OtherAttendees);
    }
    let evidence: Vec<EvidenceItem> = read(&parts, Part::Evidence)?;
    let mut known = HashSet::new();
    if !evidence.iter().all(|item| known.insert(item.id.0)) {
        return Err(Fault::EvidenceTwice);
    }
    let minutes_sha256 = minutes.sha256().map_err(|_| Fault::Unreadable(Part::Minutes))?;
    let signatures: Vec<Signed> = read(&parts, Part::Signatures)?;
    let signing = Signing { minutes: &minutes, sha256: &minutes_sha256, made_at: manifest.made_at };
    signing.check(&signatures, trusted)?;
    let used = signatures.iter().map(|signed| &signed.signature.key_id).chain([&sealed_by]);
    if let Some(key) = used.into_iter().find(|key| included.find(key).is_none()) {
        return Err(Fault::KeyNotIncluded(plain(key)));
    }
    let printed = page(&minutes, &signatures).map_err(|_| Fault::OtherPage)?;
    if printed.as_bytes() != bytes(&parts, Part::Page)? {
        return Err(Fault::OtherPage);
    }
    if container::write(&parts) != pack {
        return Err(Fault::OtherContainer);
    }
    Ok(Verified { manifest, sealed_by, minutes, minutes_sha256, evidence, signatures })
}

/// The manifest that a trusted key signed and that lists the parts as they are; and that key's id.
fn manifest(parts: &Parts<'_>, trusted: &PublicKeys) -> Result<(Manifest, String), Fault> {
    #[derive(Deserialize)]
    struct Format {
        format: String,
    }
    let listed = bytes(parts, Part::Manifest)?;
    let Format { format } = serde_json::from_slice(listed).map_err(|_| Fault::Unreadable(Part::Manifest))?;
    if format != FORMAT {
        return Err(Fault::OtherFormat(plain(&format)));
    }
    let manifest: Manifest = read(parts, Part::Manifest)?;
    let signature: ServerSignature = read(parts, Part::ManifestSignature)?;
    trusted
        .verify(DOMAIN, listed, &signature)
        .map_err(|why| Fault::ManifestNotSigned { key: plain(&signature.key_id), why })?;
    if !is_storable(manifest.made_at) {
        return Err(Fault::Unreadable(Part::Manifest));
    }
    let expected = Part::ALL.into_iter().filter(|part| !matches!(part, Part::Manifest | Part::ManifestSignature));
    if !expected.clone().map(Part::name).eq(manifest.parts.iter().map(|listed| &*listed.name)) {
        return Err(Fault::OtherParts);
    }
    for (part, listed) in expected.zip(&manifest.parts) {
        let there = ListedPart::of(part, bytes(parts, part)?);
        if there.size != listed.size {
            return Err(Fault::OtherSize(part));
        }
        if there.sha256 != listed.sha256 {
            return Err(Fault::OtherHash(part));
        }
    }
    Ok((manifest, signature.key_id))
}

fn keys(parts: &Parts<'_>) -> Result<PublicKeys, Fault> {
    let text = std::str::from_utf8(bytes(parts, Part::Keys)?).map_err(|_| Fault::NoKeys)?;
    let keys = PublicKeys::parse(text).map_err(|_| Fault::NoKeys)?;
    if keys.key_set() == text { Ok(keys) } else { Err(Fault::NotCanonical(Part::Keys)) }
}

fn minutes(parts: &Parts<'_>, manifest: &Manifest) -> Result<Minutes, Fault> {
    let minutes: Minutes = read(parts, Part::Minutes)?;
    if !minutes.has_sound_times() {
        return Err(Fault::Unreadable(Part::Minutes));
    }
    let named = (minutes.joint_review, &minutes.number, minutes.version);
    if named != (manifest.joint_review, &manifest.number, manifest.minutes_version) {
        return Err(Fault::OtherMinutes);
    }
    let mut there = HashSet::new();
    if let Some(twice) = minutes.attendance.iter().find(|attendance| !there.insert(attendance.person.id.0)) {
        return Err(Fault::AttendsTwice(plain(&twice.person.name)));
    }
    if minutes.signers().next().is_none() {
        return Err(Fault::NobodySigns);
    }
    Ok(minutes)
}

/// What the signatures are to be of.
struct Signing<'a> {
    minutes: &'a Minutes,
    sha256: &'a str,
    made_at: DateTime<Utc>,
}

impl Signing<'_> {
    /// Each is of one who signs, and of this text; nobody's is missing (HK-7.5.6).
    fn check(&self, signatures: &[Signed], trusted: &PublicKeys) -> Result<(), Fault> {
        let mut signed_by = HashSet::new();
        for signed in signatures {
            let signer = self.signer(signed.statement.person)?;
            let name = || plain(&signer.person.name);
            if !signed_by.insert(signer.person.id.0) {
                return Err(Fault::SignedTwice(name()));
            }
            self.check_one(signed, signer)?;
            let key = || plain(&signed.signature.key_id);
            signed.verify(trusted).map_err(|why| Fault::NotSigned { signer: name(), key: key(), why })?;
        }
        if let Some(missing) = self.minutes.signers().find(|signer| !signed_by.contains(&signer.person.id.0)) {
            return Err(Fault::SignatureMissing(plain(&missing.person.name)));
        }
        let signers = self.minutes.signers().map(|signer| signer.person.id);
        let in_order = signers.eq(signatures.iter().map(|signed| signed.statement.person));
        if in_order { Ok(()) } else { Err(Fault::OtherOrder) }
    }

    fn signer(&self, person: StaffId) -> Result<&Attendance, Fault> {
        let named = || self.minutes.attendance.iter().find(|attendance| attendance.person.id == person);
        let unasked = || named().map_or_else(|| person.0.to_string(), |attendance| plain(&attendance.person.name));
        self.minutes.signers().find(|signer| signer.person.id == person).ok_or_else(|| Fault::NotASigner(unasked()))
    }

    fn check_one(&self, signed: &Signed, signer: &Attendance) -> Result<(), Fault> {
        let (statement, name) = (&signed.statement, plain(&signer.person.name));
        if statement.joint_review != self.minutes.joint_review {
            return Err(Fault::OtherReviewSigned(name));
        }
        if statement.minutes_version != self.minutes.version {
            return Err(Fault::OtherVersionSigned(name));
        }
        if statement.minutes_sha256 != self.sha256 {
            return Err(Fault::OtherTextSigned(name));
        }
        if statement.capacity != signer.capacity {
            return Err(Fault::OtherCapacitySigned(name));
        }
        // Both ends are times that can be stored, and so is what lies between them.
        if !(self.minutes.held_at..=self.made_at).contains(&statement.signed_at) {
            return Err(Fault::SignedOutOfTime(name));
        }
        Ok(())
    }
}

fn bytes<'a>(parts: &Parts<'a>, part: Part) -> Result<&'a [u8], Fault> {
    parts.get(&part).copied().ok_or(Fault::Missing(part))
}

/// A part that is the canonical JSON of its form, and so says nothing besides.
fn read<T: DeserializeOwned + Serialize>(parts: &Parts<'_>, part: Part) -> Result<T, Fault> {
    let bytes = bytes(parts, part)?;
    let value = serde_json::from_slice(bytes).map_err(|_| Fault::Unreadable(part))?;
    if canonical(&value, part)?.as_bytes() == bytes { Ok(value) } else { Err(Fault::NotCanonical(part)) }
}

fn canonical<T: Serialize>(value: &T, part: Part) -> Result<String, Fault> {
    canonical_json(value).map_err(|_| Fault::Unreadable(part))
}

/// A text that somebody else chose, so that it can be shown: short, and without anything that a terminal obeys.
pub fn plain(text: &str) -> String {
    let shown = |char: char| match char {
        '\'' | '"' | '\\' => vec![char],
        _ => char.escape_debug().collect(),
    };
    text.chars().take(80).flat_map(shown).collect()
}
