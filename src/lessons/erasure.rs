//! What goes of what was learnt from a case that is disposed of (SG-13.6).

use crate::platform::db::erasure::Blank::Empty;
use crate::platform::db::erasure::{CODES, Erased, Erasure, Kept, OF_CASE};

pub const ERASURE: Erasure = Erasure {
    erased: &[Erased { table: "suggestions", rows: OF_CASE, columns: &[("text", Empty)] }],
    removed: &[],
    kept: &[
        Kept { table: "suggestions", columns: &["kind", "reported_to"], because: CODES },
        Kept {
            table: "library_entries",
            columns: &["case_number", "summary", "lesson"],
            because: "the library takes no text that holds personal data of the case",
        },
        Kept { table: "library_tags", columns: &["tag"], because: CODES },
    ],
};
