//! What goes of an archive file that is disposed of, and what is left of it (SG-13.6).

use crate::platform::db::erasure::Blank::Empty;
use crate::platform::db::erasure::{CODES, Erased, Erasure, Kept, OF_CASE};

/// Sealed with the key of the case, which is destroyed.
const BY_KEY: &str = "sealed with the key of the case, and gone with it";

/// How the archive is kept, in the words of who keeps it.
const OF_THE_ARCHIVE: &str = "the state of cabinets, media and backups, not what is in them";

pub const ERASURE: Erasure = Erasure {
    erased: &[Erased { table: "archive_files", rows: OF_CASE, columns: &[("snapshot_sealed", Empty)] }],
    removed: &[],
    kept: &[
        Kept {
            table: "archive_files",
            columns: &[
                "number",
                "case_number",
                "channel",
                "severity",
                "audience",
                "category",
                "medium",
                "outcome",
                "part_hashes",
                "snapshot_sha256",
            ],
            because: CODES,
        },
        Kept {
            table: "archive_texts",
            columns: &["folded"],
            because: "what is searched goes with its index: search::store::forget",
        },
        Kept { table: "archive_supplements", columns: &["content_sealed"], because: BY_KEY },
        Kept { table: "archive_supplements", columns: &["kind", "content_sha256", "previous_sha256"], because: CODES },
        Kept { table: "archive_placements", columns: &["cabinet", "place"], because: "where paper was kept" },
        Kept { table: "archive_checks", columns: &["medium", "remark"], because: OF_THE_ARCHIVE },
        Kept { table: "archive_damages", columns: &["kind", "part", "remark"], because: OF_THE_ARCHIVE },
        Kept { table: "archive_treatments", columns: &["measure"], because: OF_THE_ARCHIVE },
        Kept { table: "archive_backups", columns: &["place", "remark"], because: OF_THE_ARCHIVE },
        Kept {
            table: "archive_readings",
            columns: &["purpose", "state", "chain", "waits_for", "certificate_media_type", "certificate_sha256"],
            because: CODES,
        },
        Kept {
            table: "archive_readings",
            columns: &["reason", "place", "unit", "certificate_name_sealed", "certificate_key_sealed"],
            because: "who read which files on what ground outlives them, like the register",
        },
        Kept { table: "archive_reading_steps", columns: &["act", "acted_as"], because: CODES },
        Kept {
            table: "archive_reading_steps",
            columns: &["note"],
            because: "who read which files on what ground outlives them, like the register",
        },
        Kept { table: "access_register", columns: &["reason_sealed"], because: BY_KEY },
        Kept {
            table: "access_register",
            columns: &["reader_roles", "act", "outcome", "denial", "sections", "field", "purpose", "request_id"],
            because: CODES,
        },
        Kept { table: "legal_holds", columns: &["reason_sealed"], because: BY_KEY },
        Kept { table: "legal_hold_releases", columns: &["reason_sealed"], because: BY_KEY },
        Kept { table: "permanent_retentions", columns: &["reason_sealed"], because: BY_KEY },
        Kept { table: "permanent_retentions", columns: &["ground"], because: CODES },
        Kept {
            table: "disposals",
            columns: &[
                "state",
                "reason",
                "legal_basis",
                "opinion",
                "certificate",
                "certificate_sha256",
                "key_id",
                "signature",
            ],
            because: "why, on which basis and by whom files were disposed of is what the certificate is for",
        },
        Kept { table: "disposal_items", columns: &["state"], because: CODES },
    ],
};
