//! What goes of the joint reviews of a case that is disposed of (SG-13.6). The record of a meeting about several cases goes with
//! the last of them; hashes and signatures stay.

use crate::platform::db::erasure::Blank::{Empty, Null, TextsBut};
use crate::platform::db::erasure::{CODES, Erased, Erasure, Kept, OF_CASE};

macro_rules! over {
    () => {
        "(SELECT id FROM joint_reviews WHERE (case_id = ?
          OR id IN (SELECT joint_review_id FROM joint_review_agenda WHERE case_id = ?))
          AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.disposed_at IS NULL AND (cases.id = joint_reviews.case_id
          OR cases.id IN (SELECT case_id FROM joint_review_agenda WHERE joint_review_id = joint_reviews.id))))"
    };
}

/// Joint reviews of the case whose cases are all disposed of, and what belongs to them.
const OVER: &str = concat!("id IN ", over!());
const OF_OVER: &str = concat!("joint_review_id IN ", over!());

pub const ERASURE: Erasure = Erasure {
    erased: &[
        Erased { table: "joint_review_agenda", rows: OF_CASE, columns: &[("question", Empty)] },
        Erased {
            table: "joint_reviews",
            rows: OVER,
            columns: &[("place", Null), ("brief", Null), ("outcome_text", Null), ("final_opinion", Null)],
        },
        Erased { table: "joint_review_attendees", rows: OF_OVER, columns: &[("response_reason", Null)] },
        Erased {
            table: "joint_review_minutes",
            rows: OF_OVER,
            columns: &[("recorded", TextsBut(&["person"])), ("content", Null)],
        },
        Erased { table: "joint_review_signatures", rows: OF_OVER, columns: &[("dissent", Null)] },
        Erased { table: "joint_review_refusals", rows: OF_OVER, columns: &[("reason", Empty), ("dissent", Empty)] },
    ],
    removed: &[],
    kept: &[
        Kept { table: "joint_reviews", columns: &["number", "ground", "outcome"], because: CODES },
        Kept { table: "joint_review_attendees", columns: &["capacity", "response"], because: CODES },
        Kept { table: "joint_review_minutes", columns: &["sha256"], because: CODES },
        Kept {
            table: "joint_review_signatures",
            columns: &["minutes_sha256", "capacity", "key_id", "value"],
            because: CODES,
        },
    ],
};
