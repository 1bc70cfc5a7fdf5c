//! Minutes and signatures.

use crate::identity::graphql::{Staff, person};
use crate::platform::access::inherits;
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::reviews::minutes::{Recorded, Said};
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::joint_review_attendee::JointReviewCapacity;
use entity::{joint_review_minutes, joint_review_refusal, joint_review_signature};

/// A version of the minutes (合议记录), which is never changed.
#[derive(Description)]
pub struct JointReviewMinutes(pub joint_review_minutes::Model);

impl JointReviewMinutes {
    fn recorded(&self) -> Result<Recorded> {
        serde_json::from_value(self.0.recorded.clone()).map_err(|error| Failure::from(error).into())
    }
}

#[Object(use_type_description)]
impl JointReviewMinutes {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Counted from 1.
    #[graphql(directive = inherits::apply())]
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What was said, in the order of the meeting.
    #[graphql(directive = inherits::apply())]
    async fn statements(&self) -> Result<Vec<MinutedStatement>> {
        Ok(self.recorded()?.statements.into_iter().map(MinutedStatement).collect())
    }

    /// What somebody did not agree with (HK-A16).
    #[graphql(directive = inherits::apply())]
    async fn dissents(&self) -> Result<Vec<MinutedStatement>> {
        Ok(self.recorded()?.dissents.into_iter().map(MinutedStatement).collect())
    }

    /// The whole record as canonical JSON (RFC 8785): meeting, agenda, attendance, statements, dissents, outcome. Null before the
    /// meeting ended.
    #[graphql(directive = inherits::apply())]
    async fn content(&self) -> Option<&str> {
        self.0.content.as_deref()
    }

    /// SHA-256 of `content`, in hexadecimal: what is signed; send it back as `expectedMinutesSha256`.
    #[graphql(directive = inherits::apply())]
    async fn sha256(&self) -> Option<&str> {
        self.0.sha256.as_deref()
    }

    #[graphql(directive = inherits::apply())]
    async fn written_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.written_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn written_at(&self) -> DateTime<Utc> {
        self.0.written_at
    }
}

/// Something that was said in a joint review.
#[derive(Description)]
pub struct MinutedStatement(Said);

#[Object(use_type_description)]
impl MinutedStatement {
    #[graphql(directive = inherits::apply())]
    async fn person(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.person).await
    }

    #[graphql(directive = inherits::apply())]
    async fn text(&self) -> &str {
        &self.0.text
    }
}

/// A signature on a version of the minutes: made with the key of this server over person, capacity, time and hash, after the
/// person had said again who they are (HK-7.5.6).
#[derive(Description)]
pub struct JointReviewSignature {
    pub row: joint_review_signature::Model,
    /// The version of the minutes that holds.
    pub latest: i32,
}

#[Object(use_type_description)]
impl JointReviewSignature {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.row.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn person(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.row.staff_id).await
    }

    #[graphql(directive = inherits::apply())]
    async fn capacity(&self) -> JointReviewCapacity {
        self.row.capacity
    }

    #[graphql(directive = inherits::apply())]
    async fn minutes_version(&self) -> i32 {
        self.row.minutes_version
    }

    #[graphql(directive = inherits::apply())]
    async fn minutes_sha256(&self) -> &str {
        &self.row.minutes_sha256
    }

    /// True when the minutes were changed since: it counts no longer.
    #[graphql(directive = inherits::apply())]
    async fn void(&self) -> bool {
        self.row.minutes_version < self.latest
    }

    /// What the person does not agree with.
    #[graphql(directive = inherits::apply())]
    async fn dissent(&self) -> Option<&str> {
        self.row.dissent.as_deref()
    }

    #[graphql(directive = inherits::apply())]
    async fn signed_at(&self) -> DateTime<Utc> {
        self.row.signed_at
    }

    /// Which key of `/.well-known/jwks.json` it was made with.
    #[graphql(directive = inherits::apply())]
    async fn key_id(&self) -> &str {
        &self.row.key_id
    }

    /// Ed25519, in base64url.
    #[graphql(directive = inherits::apply())]
    async fn value(&self) -> &str {
        &self.row.value
    }
}

/// Somebody refused to sign a version of the minutes.
#[derive(Description)]
pub struct SigningRefusal(pub joint_review_refusal::Model);

#[Object(use_type_description)]
impl SigningRefusal {
    #[graphql(directive = inherits::apply())]
    async fn person(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.staff_id).await
    }

    #[graphql(directive = inherits::apply())]
    async fn minutes_version(&self) -> i32 {
        self.0.minutes_version
    }

    #[graphql(directive = inherits::apply())]
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// What the person does not agree with.
    #[graphql(directive = inherits::apply())]
    async fn dissent(&self) -> &str {
        &self.0.dissent
    }

    #[graphql(directive = inherits::apply())]
    async fn refused_at(&self) -> DateTime<Utc> {
        self.0.refused_at
    }
}
