//! What goes of the assistances of a case that is disposed of (SG-13.6).

use crate::platform::db::erasure::Blank::{Empty, Null};
use crate::platform::db::erasure::{CODES, Erased, Erasure, Kept, OF_CASE};

pub const ERASURE: Erasure = Erasure {
    erased: &[
        Erased { table: "assistances", rows: OF_CASE, columns: &[("brief", Null), ("opinion", Null)] },
        Erased {
            table: "information_requests",
            rows: "assistance_id IN (SELECT id FROM assistances WHERE case_id = ?)",
            columns: &[("question", Empty), ("answer", Null)],
        },
    ],
    removed: &[],
    kept: &[Kept { table: "assistances", columns: &["number"], because: CODES }],
};
