//! What a write tells the audit trail: an argument of commit, so that it cannot be forgotten (G-9).

use crate::platform::ids::NodeKey;
use entity::CaseId;
use entity::audit_event::AuditAction;
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// One audit event in the making. Facts are states, roles, amounts, keys and hashes: never personal data. Free text goes
/// into the reason, which is sealed.
#[derive(Debug)]
pub struct AuditRecord {
    pub(super) action: AuditAction,
    pub(super) subject_type: &'static str,
    pub(super) subject_id: Uuid,
    pub(super) case_id: Option<CaseId>,
    pub(super) before: Map<String, Value>,
    pub(super) after: Map<String, Value>,
    pub(super) reason: Option<String>,
}

impl AuditRecord {
    pub fn new<K: NodeKey>(action: AuditAction, subject: K) -> Self {
        Self {
            action,
            subject_type: K::TYPE,
            subject_id: subject.into(),
            case_id: None,
            before: Map::new(),
            after: Map::new(),
            reason: None,
        }
    }

    /// The case that it belongs to.
    pub fn of_case(mut self, case: CaseId) -> Self {
        self.case_id = Some(case);
        self
    }

    /// A fact that now holds.
    pub fn fact(mut self, name: &str, value: impl Serialize) -> Self {
        self.after.insert(name.to_owned(), json!(value));
        self
    }

    /// A fact that changed.
    pub fn change<T: Serialize>(mut self, name: &str, before: T, after: T) -> Self {
        self.before.insert(name.to_owned(), json!(before));
        self.after.insert(name.to_owned(), json!(after));
        self
    }

    /// What the person gave as reason or opinion.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}
