//! Anchors: places outside that keep tree heads, as the configuration names them.

mod store;

use super::head::TreeHead;
use crate::platform::config::{AnchorConfig, AuditConfig};
use crate::platform::files::{FilesError, open_place};
use crate::platform::outlets::http_client;
use crate::platform::webhook::Endpoint;
use chrono::{DateTime, Utc};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use secrecy::SecretString;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// An anchor that does not answer within this time took nothing.
const PATIENCE: Duration = Duration::from_secs(15);

pub struct Anchors {
    places: BTreeMap<String, Place>,
    http: reqwest::Client,
}

enum Place {
    /// A folder or a bucket: one object for each head, which is never written again.
    Store(Arc<dyn ObjectStore>),
    Webhook(Box<Endpoint>),
    /// Another database, with a table of heads.
    Database(SecretString),
}

/// Why an anchor could never take anything.
#[derive(Debug, thiserror::Error)]
pub enum CannotAnchor {
    #[error("audit.anchors.{0}: {1}")]
    Store(String, FilesError),
    #[error("audit.anchors.{0}.secret: this must be 24 to 64 bytes in base64, with or without whsec_ before it")]
    Secret(String),
    #[error("audit.anchors: {0}")]
    Http(#[from] reqwest::Error),
}

/// What a webhook is told.
#[derive(Serialize)]
struct Event<'a> {
    r#type: &'static str,
    timestamp: DateTime<Utc>,
    data: &'a TreeHead,
}

impl Anchors {
    pub fn new(config: &AuditConfig) -> Result<Self, CannotAnchor> {
        let mut places = BTreeMap::new();
        for (name, anchor) in &config.anchors {
            let place = match anchor {
                AnchorConfig::Store(place) => {
                    Place::Store(open_place(place).map_err(|error| CannotAnchor::Store(name.clone(), error))?)
                }
                AnchorConfig::Webhook(webhook) => {
                    let endpoint = Endpoint::new(webhook).ok_or_else(|| CannotAnchor::Secret(name.clone()))?;
                    Place::Webhook(Box::new(endpoint))
                }
                AnchorConfig::Database(url) => Place::Database(url.clone()),
            };
            places.insert(name.clone(), place);
        }
        Ok(Self { places, http: http_client(PATIENCE)? })
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Lets an anchor keep a head. That it has this very head is no error; that it has another of this size is one.
    pub async fn take(&self, name: &str, head: &TreeHead, now: DateTime<Utc>) -> Result<(), String> {
        let Some(place) = self.places.get(name) else { return Err("there is no such anchor".to_owned()) };
        let taking = async {
            match place {
                Place::Store(store) => keep(store.as_ref(), head).await,
                Place::Webhook(endpoint) => {
                    let event = Event { r#type: "audit.tree_head", timestamp: head.timestamp, data: head };
                    endpoint.post(&self.http, id_of(head), now, &event).await.map_err(|problem| problem.0)
                }
                Place::Database(url) => store::keep(url, head).await,
            }
        };
        tokio::time::timeout(PATIENCE, taking).await.unwrap_or_else(|_| Err("TIMED_OUT".to_owned()))
    }
}

/// The same for the same head, so that a receiver knows a second copy.
fn id_of(head: &TreeHead) -> Uuid {
    Uuid::parse_str(head.root.get(..32).unwrap_or_default()).unwrap_or_default()
}

const ANOTHER: &str = "it has another head of this size";

async fn keep(store: &dyn ObjectStore, head: &TreeHead) -> Result<(), String> {
    let path = Path::from(format!("tree-heads/{:020}.json", head.size));
    let line = format!("{}\n", head.line().map_err(|failure| failure.summary())?);
    let only_new = PutOptions { mode: PutMode::Create, ..Default::default() };
    match store.put_opts(&path, line.clone().into(), only_new).await {
        Ok(_) => Ok(()),
        Err(object_store::Error::AlreadyExists { .. }) => {
            let kept = store.get(&path).await.map_err(|error| error.to_string())?;
            let kept = kept.bytes().await.map_err(|error| error.to_string())?;
            if kept == line.as_bytes() { Ok(()) } else { Err(ANOTHER.to_owned()) }
        }
        Err(error) => Err(error.to_string()),
    }
}
