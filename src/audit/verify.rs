//! Verifying an exported audit log with the server's public keys alone, and with heads that were anchored outside
//! (docs/audit-log.md). It needs no database, and as much memory as one batch.

use super::export::FORMAT;
use super::head::TreeHead;
use super::tree::{Edge, Hash, leaf_hash};
use crate::platform::digest::hex;
use crate::platform::signing::{NotSigned, PublicKeys};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::io::{self, BufRead};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

/// What an intact log says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    pub size: u64,
    /// Of the last head; empty when there is none.
    pub root: String,
    pub heads: u64,
    /// When the last head was signed.
    pub signed_at: Option<DateTime<Utc>>,
    /// Anchored heads that fit.
    pub anchored: u64,
    /// Events that wait to be sealed.
    pub waiting: u64,
    /// Events that say they happened long before the head that came before them: a clock that was set, or an event that
    /// somebody put in afterwards. How many, and the first.
    pub late: u64,
    pub first_late: Option<(u64, String)>,
}

/// The first thing that does not fit, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("line {0} is not a line of this format")]
    Line(u64),
    #[error("the file ends early: it was cut off, or the export was not finished")]
    CutOff,
    #[error("event {index} ({id}) is not what was sealed at this place: it was changed, put in, or moved")]
    Changed { index: u64, id: String },
    #[error("event {index} ({id}) was removed")]
    Removed { index: u64, id: String },
    #[error("event {id} is in the trail, but was neither sealed nor waits to be: it was put in past the log")]
    PutIn { id: String },
    #[error(
        "the stored hash of event {index} ({id}) was changed, or of a subtree that it completes; the events are as signed"
    )]
    Hash { index: u64, id: String },
    #[error("the events from {from} to {to} are not those of the head that was signed of {size} events")]
    Root { from: u64, to: u64, size: u64 },
    #[error("the head of {size} events: {why}")]
    Head { size: u64, why: NotSigned },
    #[error("the head of {size} events is not where it belongs: it says so many, and is older than none before it")]
    Order { size: u64 },
    #[error("the anchored head of {size} events: {why}")]
    AnchorSignature { size: u64, why: NotSigned },
    #[error("there are two anchored heads of {size} events: the log was forked")]
    Fork { size: u64 },
    #[error("the events from {from} to {to} are not those that were anchored: the log was written anew")]
    Anchor { from: u64, to: u64 },
    #[error(
        "the log ends after {size} events, and a head of {anchored} was anchored: the events from {size} on were removed"
    )]
    Truncated { size: u64, anchored: u64 },
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// An event that says it happened so long before the head before it is told of.
const LATE: TimeDelta = TimeDelta::minutes(10);

/// Reads heads that an anchor kept: one on each line.
pub fn heads(text: &str) -> Result<Vec<TreeHead>, serde_json::Error> {
    text.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str).collect()
}

/// Checks a log against trusted keys and anchored heads; gives the first thing that does not fit.
pub fn verify(mut log: impl BufRead, keys: &PublicKeys, mut anchored: Vec<TreeHead>) -> Result<Verified, Fault> {
    anchored.sort_by_key(|head| head.size);
    for head in &anchored {
        head.verify(keys).map_err(|why| Fault::AnchorSignature { size: head.size, why })?;
    }
    if let Some([one, _]) = anchored.array_windows().find(|[one, next]| one.size == next.size && one.root != next.root)
    {
        return Err(Fault::Fork { size: one.size });
    }
    thread::scope(|scope| {
        let signatures = Signatures::start(scope, keys);
        let mut reading = Reading::new(&anchored);
        let outcome = reading.all(&mut log, &signatures);
        match (outcome, signatures.finish()) {
            (_, Some((size, why))) => Err(Fault::Head { size, why }),
            (outcome, None) => outcome.map(|()| reading.found),
        }
    })
}

/// What is looked at of an event; the rest of it is in its hash.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Glance {
    id: String,
    occurred_at: DateTime<Utc>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    size: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredHashes {
    hashes: Vec<Option<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Missing {
    missing: MissingEvent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MissingEvent {
    id: Option<String>,
    leaf: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unsealed {
    unsealed: UnsealedEvent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnsealedEvent {
    id: String,
    waits: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Footer {
    end: End,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    size: u64,
    unsealed: u64,
}

/// Where the reading of a log is.
struct Reading<'a> {
    edge: Edge,
    line: u64,
    /// Size of the last head, or anchored head, that fits.
    good: u64,
    /// Since the last head: ids of the events, and the hashes that they give.
    ids: Vec<String>,
    hashes: Vec<(u64, Hash)>,
    /// Whether the stored hashes of them were compared, and the event of the first that is another.
    compared: bool,
    differs: Option<u64>,
    anchored: &'a [TreeHead],
    /// The roots where a head was anchored, since the last head.
    roots: Vec<(u64, String)>,
    unsealed: u64,
    found: Verified,
}

impl<'a> Reading<'a> {
    fn new(anchored: &'a [TreeHead]) -> Self {
        Self {
            edge: Edge::default(),
            line: 0,
            good: 0,
            ids: Vec::new(),
            hashes: Vec::new(),
            compared: false,
            differs: None,
            anchored,
            roots: Vec::new(),
            unsealed: 0,
            found: Verified::default(),
        }
    }

    fn all(&mut self, log: &mut impl BufRead, signatures: &Signatures<'_, '_>) -> Result<(), Fault> {
        let mut text = Vec::new();
        let header: Header = match self.next(log, &mut text)? {
            true => self.parse(&text)?,
            false => return Err(Fault::CutOff),
        };
        if header.format != FORMAT {
            return Err(Fault::Line(1));
        }
        while self.next(log, &mut text)? {
            // Lines are canonical, so that each kind begins in its own way.
            match text.get(..4) {
                Some(br#"{"ac"#) => self.event(&text)?,
                Some(br#"{"ha"#) => self.stored(&text)?,
                Some(br#"{"ro"#) => self.head(&text, signatures)?,
                Some(br#"{"mi"#) => return Err(self.missing(&text)?),
                Some(br#"{"un"#) => self.unsealed(&text)?,
                Some(br#"{"en"#) => {
                    let Footer { end } = self.parse(&text)?;
                    let whole =
                        (end.size, end.unsealed) == (self.edge.size(), self.unsealed) && header.size == end.size;
                    return match (whole, self.next(log, &mut text)?) {
                        (true, false) => self.end(),
                        (true, true) => Err(Fault::Line(self.line)),
                        (false, _) => Err(Fault::CutOff),
                    };
                }
                _ => return Err(Fault::Line(self.line)),
            }
        }
        Err(Fault::CutOff)
    }

    fn next(&mut self, log: &mut impl BufRead, text: &mut Vec<u8>) -> Result<bool, Fault> {
        text.clear();
        self.line += 1;
        if log.read_until(b'\n', text)? == 0 {
            return Ok(false);
        }
        match text.pop() {
            Some(b'\n') => Ok(true),
            _ => Err(Fault::CutOff),
        }
    }

    fn parse<'t, T: Deserialize<'t>>(&self, text: &'t [u8]) -> Result<T, Fault> {
        serde_json::from_slice(text).map_err(|_| Fault::Line(self.line))
    }

    /// The bytes of the line are the leaf.
    fn event(&mut self, text: &[u8]) -> Result<(), Fault> {
        let Glance { id, occurred_at } = self.parse(text)?;
        if self.compared {
            return Err(Fault::Line(self.line));
        }
        let index = self.edge.size();
        if self.found.signed_at.is_some_and(|before| occurred_at < before - LATE) {
            self.found.late += 1;
            self.found.first_late.get_or_insert_with(|| (index, id.clone()));
        }
        let hashes = self.edge.add(leaf_hash(text)).map_err(|_| Fault::Line(self.line))?;
        self.hashes.extend(hashes.into_iter().map(|hash| (index, hash)));
        self.ids.push(id);
        let size = self.edge.size();
        if self.anchored.binary_search_by_key(&size, |head| head.size).is_ok() {
            let root = self.root()?;
            self.roots.push((size, root));
        }
        Ok(())
    }

    fn stored(&mut self, text: &[u8]) -> Result<(), Fault> {
        let StoredHashes { hashes } = self.parse(text)?;
        if self.compared || hashes.len() != self.hashes.len() {
            return Err(Fault::Line(self.line));
        }
        let pairs = self.hashes.iter().zip(hashes);
        let mut others = pairs.filter(|((_, hash), stored)| stored.as_deref() != Some(&*hex(&hash.0)));
        self.differs = others.next().map(|((index, _), _)| *index);
        self.compared = true;
        Ok(())
    }

    fn head(&mut self, text: &[u8], signatures: &Signatures<'_, '_>) -> Result<(), Fault> {
        let head: TreeHead = self.parse(text)?;
        let size = self.edge.size();
        // Events that came since would be held against no hash.
        if !std::mem::take(&mut self.compared) {
            return Err(Fault::Line(self.line));
        }
        if head.size != size || self.found.signed_at.is_some_and(|before| head.timestamp < before) {
            return Err(Fault::Order { size: head.size });
        }
        let root = self.root()?;
        match (root == head.root, self.differs) {
            (true, None) => {}
            (true, Some(index)) => return Err(Fault::Hash { index, id: self.id(index) }),
            (false, Some(index)) => return Err(Fault::Changed { index, id: self.id(index) }),
            (false, None) => return Err(Fault::Root { from: self.good, to: size.saturating_sub(1), size }),
        }
        self.anchors()?;
        self.good = size;
        self.found =
            Verified { root, heads: self.found.heads + 1, signed_at: Some(head.timestamp), ..self.found.clone() };
        self.ids.clear();
        self.hashes.clear();
        signatures.check(head);
        Ok(())
    }

    /// Looks at the heads that were anchored up to here.
    fn anchors(&mut self) -> Result<(), Fault> {
        for (size, root) in std::mem::take(&mut self.roots) {
            while let Some((first, rest)) = self.anchored.split_first().filter(|(first, _)| first.size == size) {
                if first.root != root {
                    return Err(Fault::Anchor { from: self.good, to: size.saturating_sub(1) });
                }
                (self.good, self.anchored) = (size, rest);
                self.found.anchored += 1;
            }
        }
        Ok(())
    }

    fn missing(&self, text: &[u8]) -> Result<Fault, Fault> {
        let Missing { missing } = self.parse(text)?;
        Ok(Fault::Removed { index: missing.leaf, id: missing.id.unwrap_or_else(|| "its leaf, too".to_owned()) })
    }

    fn unsealed(&mut self, text: &[u8]) -> Result<(), Fault> {
        let Unsealed { unsealed: UnsealedEvent { id, waits } } = self.parse(text)?;
        self.unsealed += 1;
        self.found.waiting += 1;
        if waits { Ok(()) } else { Err(Fault::PutIn { id }) }
    }

    fn end(&mut self) -> Result<(), Fault> {
        let size = self.edge.size();
        if !self.ids.is_empty() || self.compared {
            return Err(Fault::CutOff);
        }
        if let Some(anchored) = self.anchored.last() {
            return Err(Fault::Truncated { size, anchored: anchored.size });
        }
        self.found.size = size;
        Ok(())
    }

    fn root(&self) -> Result<String, Fault> {
        self.edge.root().map(|root| hex(&root.0)).map_err(|_| Fault::Line(self.line))
    }

    fn id(&self, index: u64) -> String {
        let place = index.checked_sub(self.edge.size() - self.ids.len() as u64);
        place.and_then(|place| self.ids.get(usize::try_from(place).ok()?)).cloned().unwrap_or_default()
    }
}

/// Checks signatures on as many threads as the machine has processors: a log may have a head for each event, and a signature
/// takes longer than all the rest.
struct Signatures<'scope, 'keys> {
    sender: SyncSender<TreeHead>,
    workers: Vec<ScopedJoinHandle<'scope, Option<(u64, NotSigned)>>>,
    _keys: std::marker::PhantomData<&'keys PublicKeys>,
}

impl<'scope, 'keys: 'scope> Signatures<'scope, 'keys> {
    fn start(scope: &'scope Scope<'scope, '_>, keys: &'keys PublicKeys) -> Self {
        let (sender, heads) = sync_channel(4_096);
        let heads = std::sync::Arc::new(Mutex::new(heads));
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let workers = (0..threads).map(|_| {
            let heads = std::sync::Arc::clone(&heads);
            scope.spawn(move || first_unsigned(&heads, keys))
        });
        Self { sender, workers: workers.collect(), _keys: std::marker::PhantomData }
    }

    fn check(&self, head: TreeHead) {
        // The workers wait for as long as there is a sender.
        let _ = self.sender.send(head);
    }

    /// The smallest head that no trusted key signed.
    fn finish(self) -> Option<(u64, NotSigned)> {
        drop(self.sender);
        let unsigned = self.workers.into_iter().filter_map(|worker| worker.join().ok().flatten());
        unsigned.min_by_key(|(size, _)| *size)
    }
}

fn first_unsigned(heads: &Mutex<Receiver<TreeHead>>, keys: &PublicKeys) -> Option<(u64, NotSigned)> {
    let mut first: Option<(u64, NotSigned)> = None;
    loop {
        let next = heads.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(head) = next else { return first };
        if let Err(why) = head.verify(keys)
            && first.is_none_or(|(size, _)| head.size < size)
        {
            first = Some((head.size, why));
        }
    }
}
