//! A joint review meeting is held on the case (合议提请, HK-7.1, HK-7.3).

use crate::platform::error::Result;
use crate::platform::text;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JointReviewRequest {
    pub question: String,
}

impl JointReviewRequest {
    /// The slice above asks: it knows the evidence that goes with it.
    pub fn new(question: &str) -> Result<Self> {
        Ok(Self { question: text::required("question", question, text::PROSE)? })
    }
}
