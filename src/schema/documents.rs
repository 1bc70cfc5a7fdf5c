//! Documents that were sent before: parsed and checked once.

use crate::platform::access::{CheckedDocument, DocumentLimits, RuleTable};
use crate::platform::error::server_error;
use async_graphql::ServerError;
use async_graphql::parser::parse_query;
use moka::sync::Cache;
use std::sync::Arc;

/// Longer documents are checked each time: a caller must not fill the memory with them.
const LONGEST_REMEMBERED: usize = 16 * 1024;
const MOST_REMEMBERED: u64 = 1_000;

pub struct Documents {
    rules: RuleTable,
    limits: DocumentLimits,
    checked: Cache<String, Arc<CheckedDocument>>,
}

impl Documents {
    pub fn new(rules: RuleTable, limits: DocumentLimits) -> Self {
        Self { rules, limits, checked: Cache::new(MOST_REMEMBERED) }
    }

    /// The document of a text, parsed and checked.
    pub fn get(&self, text: &str) -> Result<Arc<CheckedDocument>, ServerError> {
        if let Some(known) = self.checked.get(text) {
            return Ok(known);
        }
        let document = parse_query(text).map_err(ServerError::from)?;
        let checked = CheckedDocument::check(document, &self.rules, &self.limits)
            .map_err(|error| server_error(error.code, error.message))?;
        let checked = Arc::new(checked);
        if text.len() <= LONGEST_REMEMBERED {
            self.checked.insert(text.to_owned(), Arc::clone(&checked));
        }
        Ok(checked)
    }
}
