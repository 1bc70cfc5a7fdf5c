//! A joint review meeting is held on the case (合议提请, HK-7.1, HK-7.3).

use crate::platform::error::Result;
use crate::platform::text;
use async_graphql::InputObject;
use serde::{Deserialize, Serialize};

/// A joint review meeting on the case.
#[derive(Clone, InputObject, Serialize)]
pub struct JointReviewRequestInput {
    /// What the meeting should decide.
    pub question: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JointReviewRequest {
    pub question: String,
}

impl JointReviewRequestInput {
    pub fn check(&self) -> Result<JointReviewRequest> {
        Ok(JointReviewRequest { question: text::required("question", &self.question, text::PROSE)? })
    }
}
