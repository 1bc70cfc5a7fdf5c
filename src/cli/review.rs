//! `redress review`: needs no configuration and no database, so that it also serves those who only have a pack.

use super::Complaint;
use chrono::{DateTime, Utc};
use clap::Subcommand;
use redress::calendar::ZONE;
use redress::platform::signing::PublicKeys;
use redress::reviews::pack::{self, OutcomeKind, Verified, plain};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum Review {
    /// Check the pack of a joint review: that nothing in it was changed, and that all have signed this very text
    ///
    /// Needs nothing but the pack and the public keys of the server that made it. Get the keys from that server, not with
    /// the pack: `redress keys public` there, or its /.well-known/jwks.json. Ends with 0 when the pack holds and with 1
    /// when it does not, naming the first thing that does not fit.
    ///
    ///     redress review verify HY2024-000001.zip --keys jwks.json
    #[command(verbatim_doc_comment)]
    Verify {
        /// The pack, a zip
        file: PathBuf,
        /// Public keys to trust: a JSON Web Key Set, or Ed25519 public keys in PEM
        #[arg(long, value_name = "KEYS")]
        keys: PathBuf,
    },
}

impl Review {
    pub fn run(self) -> Result<(), Complaint> {
        let Self::Verify { file, keys } = self;
        let text = String::from_utf8(read(&keys)?).map_err(|_| format!("{}: is no text", keys.display()))?;
        let trusted = PublicKeys::parse(&text).map_err(|fault| format!("{}: {fault}", keys.display()))?;
        let verified = pack::verify(&read(&file)?, &trusted).map_err(|fault| format!("{}: {fault}", file.display()))?;
        tell(&file, &verified);
        Ok(())
    }
}

/// A file, up to what says that it is too large.
fn read(path: &Path) -> Result<Vec<u8>, Complaint> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(pack::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|error| format!("{}: {error}", path.display()))
}

fn tell(file: &Path, verified: &Verified) {
    let Verified { manifest, sealed_by, minutes, minutes_sha256, evidence, signatures } = verified;
    println!("{} holds", file.display());
    println!("joint review  {} of {}", plain(&minutes.number), plain(&minutes.organisation));
    println!("held          {} at {}", local(minutes.held_at), plain(&minutes.place));
    println!("minutes       version {}, SHA-256 {minutes_sha256}", minutes.version);
    let outcome = match (minutes.outcome.kind, &minutes.final_opinion) {
        (OutcomeKind::Decision, _) => "decision",
        (OutcomeKind::Preliminary, None) => "preliminary",
        (OutcomeKind::Preliminary, Some(_)) => "preliminary, with the final opinion",
    };
    println!("outcome       {outcome}");
    println!("signatures    {}, of all who sign", signatures.len());
    for (signer, signed) in minutes.signers().zip(signatures) {
        let dissent = if signed.statement.dissent.is_some() { ", with dissent" } else { "" };
        let (name, capacity) = (plain(&signer.person.name), signer.capacity.chinese());
        println!("              {name} ({capacity}) {}{dissent}", local(signed.statement.signed_at));
    }
    println!("evidence      {} files listed", evidence.len());
    println!("made          {}, signed with key {sealed_by}", local(manifest.made_at));
}

fn local(instant: DateTime<Utc>) -> String {
    instant.with_timezone(&ZONE).to_rfc3339()
}
