//! What goes of the approval items of a case that is disposed of (SG-13.6).

use crate::platform::db::erasure::Blank::{Empty, Null, TextsBut};
use crate::platform::db::erasure::{CODES, Erased, Erasure, Kept, OF_CASE};

/// Codes, keys and days in the content of an item.
const CONTENT: &[&str] =
    &["kind", "scope", "action", "account", "department", "ground", "legal_ground", "from", "until", "plan", "sha256"];

pub const ERASURE: Erasure = Erasure {
    erased: &[
        Erased {
            table: "approvals",
            rows: OF_CASE,
            columns: &[
                ("content", TextsBut(CONTENT)),
                ("reason", Empty),
                ("contract_number_sealed", Null),
                ("subject_index", Null),
            ],
        },
        Erased {
            table: "approval_steps",
            rows: "approval_id IN (SELECT id FROM approvals WHERE case_id = ?)",
            columns: &[("content", TextsBut(CONTENT)), ("opinion", Empty)],
        },
    ],
    removed: &[],
    kept: &[
        Kept {
            table: "approvals",
            columns: &["kind", "state", "content_sha256", "tier", "required_role", "rule"],
            because: CODES,
        },
        Kept { table: "approvals", columns: &["basis"], because: "keys and hashes of what an item rests on" },
        Kept {
            table: "approval_steps",
            columns: &["act", "content_sha256", "tier", "required_role", "rule", "acted_as"],
            because: CODES,
        },
        Kept {
            table: "approval_steps",
            columns: &["basis", "inputs", "assessment"],
            because: "amounts, roles, keys and hashes: why authority was as it was stays explained",
        },
        Kept {
            table: "approval_executions",
            columns: &["voucher_number", "content_sha256"],
            because: "what was paid stays accounted for",
        },
        Kept { table: "delegations", columns: &["kinds", "reason"], because: "lent authority belongs to no case" },
    ],
};
