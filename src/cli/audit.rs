//! `redress audit`: giving the audit log out, and verifying what was given out. Verifying needs no configuration and no database.

use super::{Complaint, complaint, open};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use redress::audit::export::{Exported, export};
use redress::audit::head::TreeHead;
use redress::audit::verify::{Verified, heads, verify};
use redress::calendar::ZONE;
use redress::platform::access::Actor;
use redress::platform::config::Config;
use redress::platform::signing::PublicKeys;
use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum Audit {
    /// Write the audit log into a new file, for somebody outside to verify
    Export {
        /// The file; it must not be there yet
        file: PathBuf,
    },
    /// Check an exported audit log: that no event was changed, removed, put in or moved since it was sealed
    ///
    /// Needs nothing but the file, the public keys of the server (`redress keys public` there), and, to notice that the end was
    /// cut off or everything written anew, heads that were kept elsewhere. Ends with 0 when the log holds and with 1 when it does
    /// not, naming the first event that does not fit.
    ///
    ///     redress audit verify audit.jsonl --keys jwks.json --anchor /mnt/worm/redress/tree-heads
    #[command(verbatim_doc_comment)]
    Verify {
        /// What `redress audit export` wrote
        file: PathBuf,
        /// Public keys to trust: a JSON Web Key Set, or Ed25519 public keys in PEM
        #[arg(long, value_name = "KEYS")]
        keys: PathBuf,
        /// Heads that an anchor kept: a file with one on each line, or a folder of such files; may be given several times
        #[arg(long = "anchor", value_name = "HEADS")]
        anchors: Vec<PathBuf>,
    },
}

impl Audit {
    pub fn needs_configuration(&self) -> bool {
        matches!(self, Self::Export { .. })
    }

    pub fn verify(self) -> Result<(), Complaint> {
        let Self::Verify { file, keys, anchors } = self else { return Ok(()) };
        let text = fs::read_to_string(&keys).map_err(|error| unreadable(&keys, error))?;
        let trusted = PublicKeys::parse(&text).map_err(|fault| unreadable(&keys, fault))?;
        let mut anchored = Vec::new();
        for path in &anchors {
            anchored.extend(heads_at(path)?);
        }
        let given = anchored.len();
        let log = File::open(&file).map_err(|error| unreadable(&file, error))?;
        let log = BufReader::with_capacity(1 << 20, log);
        let verified = verify(log, &trusted, anchored).map_err(|fault| unreadable(&file, fault))?;
        tell(&file, &verified, given);
        Ok(())
    }

    pub async fn export(self, config: &Config) -> Result<(), Complaint> {
        let Self::Export { file } = self else { return Ok(()) };
        let db = open(config).await?;
        let out = OpenOptions::new().write(true).create_new(true).open(&file);
        let mut out = BufWriter::with_capacity(1 << 20, out.map_err(|error| unreadable(&file, error))?);
        let Exported { leaves, unsealed } =
            export(db.read(&Actor::system("export")), &mut out).await.map_err(complaint)?;
        db.close().await.map_err(complaint)?;
        println!("{leaves} events, and {unsealed} events that are not sealed yet");
        Ok(())
    }
}

fn unreadable(path: &Path, error: impl std::fmt::Display) -> Complaint {
    format!("{}: {error}", path.display())
}

/// The heads of a file, or of all files of a folder.
fn heads_at(path: &Path) -> Result<Vec<TreeHead>, Complaint> {
    if !path.is_dir() {
        let text = fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
        return heads(&text).map_err(|error| unreadable(path, error));
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| unreadable(path, error))? {
        found.extend(heads_at(&entry.map_err(|error| unreadable(path, error))?.path())?);
    }
    Ok(found)
}

fn tell(file: &Path, verified: &Verified, given: usize) {
    let Verified { size, root, heads, signed_at, anchored, waiting, late, first_late } = verified;
    println!("{} holds", file.display());
    println!(
        "events        {size}, under {heads} signed heads, the last of {}",
        signed_at.map_or_else(String::new, local)
    );
    println!("root          {root}");
    println!("anchored      {anchored} of {given} heads, all of them in this log");
    if given == 0 {
        println!(
            "              without one, nobody can tell whether the end is missing or everything was written anew"
        );
    }
    println!("not sealed    {waiting}");
    if let Some((index, id)) = first_late {
        println!(
            "late          {late} events say they happened long before they were sealed, the first {index} ({id}):"
        );
        println!("              a server's clock was behind, or somebody put them in afterwards");
    }
}

fn local(instant: DateTime<Utc>) -> String {
    instant.with_timezone(&ZONE).to_rfc3339()
}
