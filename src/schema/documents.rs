//! Documents that were sent before, or that a manifest holds: parsed and checked once.

use super::operations::Operations;
use crate::platform::access::{CheckedDocument, DocumentLimits, RuleTable};
use crate::platform::error::{ErrorCode, server_error};
use crate::platform::http::Wanted;
use async_graphql::ServerError;
use moka::sync::Cache;
use std::sync::Arc;

/// Longer documents are checked each time.
const LONGEST_REMEMBERED: usize = 16 * 1024;
/// In bytes, by the weight of each; a caller must not fill the memory with them.
const MOST_REMEMBERED: u64 = 64 << 20;

pub struct Documents {
    rules: RuleTable,
    limits: DocumentLimits,
    operations: Operations,
    checked: Cache<String, Arc<CheckedDocument>>,
}

impl Documents {
    pub fn new(rules: RuleTable, limits: DocumentLimits, operations: Operations) -> Self {
        let weight = |text: &String, document: &Arc<CheckedDocument>| {
            document.weight().saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX))
        };
        let checked = Cache::builder().weigher(weight).max_capacity(MOST_REMEMBERED).build();
        Self { rules, limits, operations, checked }
    }

    /// The document that a request wants.
    pub fn get(&self, wanted: &Wanted) -> Result<Arc<CheckedDocument>, ServerError> {
        match wanted {
            Wanted::Id(id) => self.operations.find(id).ok_or_else(|| {
                server_error(ErrorCode::NotFound, "No manifest of this server holds a document with this id.")
            }),
            Wanted::Text(_) if self.operations.are_all() => {
                Err(server_error(ErrorCode::Forbidden, "Only the operations of a manifest run here: send documentId."))
            }
            Wanted::Text(text) => {
                let document = self.of_text(text)?;
                self.operations.tell_of_others(text, &document);
                Ok(document)
            }
        }
    }

    fn of_text(&self, text: &str) -> Result<Arc<CheckedDocument>, ServerError> {
        if let Some(known) = self.checked.get(text) {
            return Ok(known);
        }
        let checked = Arc::new(CheckedDocument::read(text, &self.rules, &self.limits)?);
        if text.len() <= LONGEST_REMEMBERED {
            self.checked.insert(text.to_owned(), Arc::clone(&checked));
        }
        Ok(checked)
    }
}
