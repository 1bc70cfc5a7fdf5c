//! What goes of a case that is disposed of (SG-13.6), table by table.

use crate::platform::db::erasure::Blank::{Empty, Null, TextsBut};
use crate::platform::db::erasure::{CODES, Erased, Erasure, Kept, OF_CASE, Removed};

const OF_DEADLINE: &str = "deadline_id IN (SELECT id FROM case_deadlines WHERE case_id = ?)";

/// Codes, keys and times in the details of the handling record.
const DETAIL: &[&str] = &[
    "of",
    "channel",
    "means",
    "promised_by",
    "handler_id",
    "from_id",
    "respondent_id",
    "department_id",
    "answerer_id",
    "kind",
    "scope",
    "granted_on",
    "expires_on",
    "other_number",
    "direction",
    "party",
    "finding",
    "responsible_party",
    "grounds",
    "suggested_severity",
    "severity",
    "escalation_id",
    "evidence_id",
    "sha256",
    "source",
    "verdict",
    "approval_id",
    "assistance_id",
    "number",
    "complainant_opinion",
    "code",
    "due_at_before",
    "due_at",
    "complainant_told_at",
    "complainant_told_by",
    "ground",
    "last_contact_at",
    "ends_at",
    "ended_at",
    "joint_review_id",
];

pub const ERASURE: Erasure = Erasure {
    erased: &[
        Erased {
            table: "cases",
            rows: "id = ?",
            columns: &[
                ("summary", Empty),
                ("complainant_name_sealed", Empty),
                ("phone_sealed", Null),
                ("contract_number_sealed", Null),
                ("contract_number_index", Null),
                ("policyholder_name_sealed", Null),
                ("insured_name_sealed", Null),
                ("selling_agent_code", Null),
                ("data_key", Null),
            ],
        },
        Erased { table: "case_entries", rows: OUTCOME_IS_A_CODE, columns: &[("detail", TextsBut(WITH_OUTCOME))] },
        Erased { table: "case_entries", rows: OUTCOME_IS_TEXT, columns: &[("detail", TextsBut(DETAIL))] },
        Erased {
            table: "case_complainants",
            rows: OF_CASE,
            columns: &[("name_sealed", Empty), ("phone_sealed", Null)],
        },
        Erased { table: "case_respondents", rows: OF_CASE, columns: &[("name_sealed", Null), ("agent_code", Null)] },
        Erased { table: "case_recusals", rows: OF_CASE, columns: &[("reason", Empty)] },
        Erased { table: "case_links", rows: "case_id = ? OR other_case_id = ?", columns: &[("reason", Empty)] },
        Erased {
            table: "authority_letters",
            rows: OF_CASE,
            columns: &[("holder_name_sealed", Empty), ("holder_phone_sealed", Null)],
        },
        Erased {
            table: "intake_forms",
            rows: OF_CASE,
            columns: &[("receiver", Empty), ("caller_number_sealed", Null), ("signature_sealed", Null)],
        },
        Erased {
            table: "evidence",
            rows: OF_CASE,
            columns: &[("description", Null), ("name_sealed", Empty), ("key_sealed", Empty)],
        },
        Erased { table: "plans", rows: OF_CASE, columns: &[("basis", Null), ("proposal", Null), ("opinion", Null)] },
        Erased { table: "deadline_pauses", rows: OF_DEADLINE, columns: &[("reason", Empty)] },
        Erased { table: "deadline_extensions", rows: OF_DEADLINE, columns: &[("reason", Empty)] },
    ],
    removed: &[Removed { table: "case_identifiers", rows: OF_CASE }],
    kept: &[
        Kept {
            table: "cases",
            columns: &[
                "number",
                "state",
                "channel",
                "severity",
                "relation",
                "outcome",
                "complainant_opinion",
                "closure_reason",
            ],
            because: CODES,
        },
        Kept { table: "case_entries", columns: &["kind"], because: CODES },
        Kept { table: "case_complainants", columns: &["relation"], because: CODES },
        Kept { table: "case_respondents", columns: &["kind"], because: CODES },
        Kept { table: "case_identifiers", columns: &["kind", "blind_index"], because: "the rows go" },
        Kept { table: "case_links", columns: &["kind"], because: CODES },
        Kept { table: "authority_letters", columns: &["scope"], because: CODES },
        Kept { table: "intake_forms", columns: &["kind"], because: CODES },
        Kept { table: "evidence", columns: &["kind", "source", "media_type", "sha256"], because: CODES },
        Kept { table: "plans", columns: &["verdict"], because: CODES },
        Kept { table: "case_deadlines", columns: &["code", "rule", "start_event", "unit", "calendar"], because: CODES },
        Kept { table: "deadline_extensions", columns: &["unit", "told_by"], because: CODES },
        Kept { table: "case_suspensions", columns: &["ground", "reopening_ground"], because: CODES },
        Kept {
            table: "uploads",
            columns: &["name_sealed", "media_type", "sha256", "key_sealed", "infected_with"],
            because: "an upload belongs to no case, and is gone after a day",
        },
    ],
};

/// What came of a contact is told in words; the outcome of a closure or a joint review is a code.
const OUTCOME_IS_TEXT: &str = "case_id = ? AND kind = 'CONTACT'";
const OUTCOME_IS_A_CODE: &str = "case_id = ? AND kind <> 'CONTACT'";
const WITH_OUTCOME: &[&str] = &with_outcome();

const fn with_outcome() -> [&'static str; DETAIL.len() + 1] {
    let mut names = ["outcome"; DETAIL.len() + 1];
    let mut i = 0;
    while i < DETAIL.len() {
        names[i] = DETAIL[i];
        i += 1;
    }
    names
}
