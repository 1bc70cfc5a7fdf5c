//! Documents that were sent before: parsed and checked once.

use crate::platform::access::{CheckedDocument, DocumentLimits, RuleTable};
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
    checked: Cache<String, Arc<CheckedDocument>>,
}

impl Documents {
    pub fn new(rules: RuleTable, limits: DocumentLimits) -> Self {
        let weight = |text: &String, document: &Arc<CheckedDocument>| {
            document.weight().saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX))
        };
        let checked = Cache::builder().weigher(weight).max_capacity(MOST_REMEMBERED).build();
        Self { rules, limits, checked }
    }

    /// The document of a text, parsed and checked.
    pub fn get(&self, text: &str) -> Result<Arc<CheckedDocument>, ServerError> {
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
