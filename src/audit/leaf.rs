//! What is hashed of an event: its canonical form (docs/audit-log.md). Two events are the same when these bytes are.

use crate::platform::digest::canonical_json;
use crate::platform::error::Result;
use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// An event as its row has it, also one that no program of ours wrote. Of a sealed reason the sealed text is hashed: a
/// reason that can no longer be opened still verifies.
#[derive(Clone, Debug, FromQueryResult, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Leaf {
    pub id: Uuid,
    pub occurred_at: DateTime<Utc>,
    pub action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_reason: Option<String>,
    pub actor_roles: String,
    pub subject_type: String,
    pub subject_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    pub before: Value,
    pub after: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_sealed: Option<String>,
    pub request_id: String,
}

impl Leaf {
    /// The bytes of the leaf: one line of canonical JSON (RFC 8785), without what has no value.
    pub fn text(&self) -> Result<String> {
        Ok(canonical_json(self)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The form never changes: what was sealed years ago must still give its hash.
    #[test]
    fn the_form_is_fixed() {
        let leaf = Leaf {
            id: Uuid::from_u128(1),
            occurred_at: "2024-03-04T09:30:00.000120+08:00".parse().unwrap(),
            action: "CASE_REGISTERED".to_owned(),
            actor_id: None,
            system_reason: Some("重\n试".to_owned()),
            actor_roles: String::new(),
            subject_type: "Case".to_owned(),
            subject_id: Uuid::from_u128(2),
            case_id: None,
            before: json!({}),
            after: json!({ "b": 1.0, "a": [true, null] }),
            reason_sealed: None,
            request_id: "r".to_owned(),
        };
        let text = r#"{"action":"CASE_REGISTERED","actorRoles":"","after":{"a":[true,null],"b":1},"before":{},"id":"00000000-0000-0000-0000-000000000001","occurredAt":"2024-03-04T01:30:00.000120Z","requestId":"r","subjectId":"00000000-0000-0000-0000-000000000002","subjectType":"Case","systemReason":"重\n试"}"#;
        assert_eq!(leaf.text().unwrap(), text);
        assert_eq!(serde_json::from_str::<Leaf>(text).unwrap().text().unwrap(), text);
    }
}
