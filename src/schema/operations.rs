//! Trusted operations: the documents of portals' manifests, parsed, checked and costed once, and asked for by their ids.

use super::RedressSchema;
use crate::platform::access::{CheckedDocument, DocumentLimits, RuleTable};
use crate::platform::config::{OperationsConfig, OperationsMode};
use crate::platform::digest::sha256_hex;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::{Request, Response, ServerError};
use futures_util::FutureExt;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The documents of the manifests by every id that stands for them.
pub struct Operations {
    mode: OperationsMode,
    by_id: HashMap<String, Arc<CheckedDocument>>,
}

/// A document of a manifest.
pub struct Listed {
    pub id: String,
    pub text: String,
    /// What it needs, or what is wrong with it.
    pub checked: Result<Arc<CheckedDocument>, Vec<String>>,
}

/// Why a server cannot serve the operations that it is to.
#[derive(Debug, thiserror::Error)]
pub enum CannotTrust {
    #[error("{}: {error}", path.display())]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error(
        "{}: is not a JSON object of ids and documents, as Relay's compiler (persistConfig.file) and graphql-codegen \
         (persisted-documents.json) write it",
        .0.display()
    )]
    NoManifest(PathBuf),
    #[error("{}: {id}: {problem}", path.display())]
    Wrong { path: PathBuf, id: String, problem: String },
    #[error("two documents have the id {0}")]
    Twice(String),
    #[error("mode is \"trusted\" and manifests hold no operation: nothing could be asked")]
    Nothing,
}

impl Operations {
    /// Reads the manifests; every document in them must be one that this server can run.
    pub fn load(
        config: &OperationsConfig,
        schema: &RedressSchema,
        rules: &RuleTable,
        limits: &DocumentLimits,
    ) -> Result<Self, CannotTrust> {
        let mut by_id: HashMap<String, Arc<CheckedDocument>> = HashMap::new();
        let mut texts: HashMap<String, String> = HashMap::new();
        for path in &config.manifests {
            for Listed { id, text, checked } in read(path, schema, rules, limits)? {
                let document = checked.map_err(|problems| CannotTrust::Wrong {
                    path: path.clone(),
                    id: id.clone(),
                    problem: problems.join(" "),
                })?;
                let sha256 = sha256_hex(text.as_bytes());
                for id in [id, format!("sha256:{sha256}"), sha256] {
                    if texts.insert(id.clone(), text.clone()).is_some_and(|other| other != text) {
                        return Err(CannotTrust::Twice(id));
                    }
                    by_id.insert(id, Arc::clone(&document));
                }
            }
        }
        if config.mode == OperationsMode::Trusted && by_id.is_empty() {
            return Err(CannotTrust::Nothing);
        }
        Ok(Self { mode: config.mode, by_id })
    }

    /// The document of an id: the manifest's own, `sha256:` and the hash of the text, or the hash alone.
    pub fn find(&self, id: &str) -> Option<Arc<CheckedDocument>> {
        self.by_id.get(id).cloned()
    }

    /// Whether nothing else may run.
    pub fn are_all(&self) -> bool {
        self.mode == OperationsMode::Trusted
    }

    /// In development, logs a document that no manifest holds: by its hash and its names, since its text may tell of people.
    pub fn tell_of_others(&self, text: &str, document: &CheckedDocument) {
        if self.mode != OperationsMode::Development {
            return;
        }
        let sha256 = sha256_hex(text.as_bytes());
        if !self.by_id.contains_key(&sha256) {
            let names: Vec<_> = document.operations().iter().filter_map(|one| one.name.as_deref()).collect();
            tracing::warn!(%sha256, operations = names.join(" "), "trusted mode would refuse this document");
        }
    }
}

/// The documents of a manifest, each checked like a request: parsed, within the limits, and valid against the schema.
pub fn read(
    path: &Path,
    schema: &RedressSchema,
    rules: &RuleTable,
    limits: &DocumentLimits,
) -> Result<Vec<Listed>, CannotTrust> {
    let unreadable = |error| CannotTrust::Unreadable { path: path.to_owned(), error };
    let content = std::fs::read_to_string(path).map_err(unreadable)?;
    let manifest: BTreeMap<String, String> =
        serde_json::from_str(&content).map_err(|_| CannotTrust::NoManifest(path.to_owned()))?;
    let listed = manifest.into_iter().map(|(id, text)| {
        let checked = check(&text, schema, rules, limits);
        Listed { id, text, checked }
    });
    Ok(listed.collect())
}

fn check(
    text: &str,
    schema: &RedressSchema,
    rules: &RuleTable,
    limits: &DocumentLimits,
) -> Result<Arc<CheckedDocument>, Vec<String>> {
    let document = CheckedDocument::read(text, rules, limits).map_err(|error| vec![error.message])?;
    let problems: Vec<_> = document
        .operations()
        .iter()
        .flat_map(|operation| {
            let mut request = Request::new(text);
            request.set_parsed_query(document.document.clone());
            request.operation_name = operation.name.clone();
            validate(schema, request)
        })
        .map(|error| error.message)
        .collect();
    if problems.is_empty() { Ok(Arc::new(document)) } else { Err(problems) }
}

/// The schema's own validation, which nothing waits for: it ends before anything is resolved.
fn validate(schema: &RedressSchema, request: Request) -> Vec<ServerError> {
    schema.execute(request).now_or_never().unwrap_or_default().errors
}

/// Ends every execution after validation.
pub(super) struct ValidateOnly;

impl ExtensionFactory for ValidateOnly {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for ValidateOnly {
    async fn execute(&self, _: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        Response::default()
    }
}
