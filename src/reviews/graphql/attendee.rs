//! Who attends a joint review.

use crate::identity::graphql::{Staff, person};
use crate::platform::access::inherits;
use crate::platform::ids::NodeKey;
use crate::reviews::policy::{is_invited, is_present, must_sign};
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::joint_review_attendee::{self as attendee, InvitationResponse, JointReviewCapacity};

/// Somebody who was invited to a joint review (参会人).
#[derive(Description)]
pub struct JointReviewAttendee {
    pub row: attendee::Model,
    /// Whether the meeting has ended.
    pub ended: bool,
}

#[Object(use_type_description)]
impl JointReviewAttendee {
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

    /// Whether the invitation holds: it was neither declined nor taken back.
    #[graphql(directive = inherits::apply())]
    async fn invited(&self) -> bool {
        is_invited(&self.row)
    }

    #[graphql(directive = inherits::apply())]
    async fn response(&self) -> InvitationResponse {
        self.row.response
    }

    #[graphql(directive = inherits::apply())]
    async fn responded_at(&self) -> Option<DateTime<Utc>> {
        self.row.responded_at
    }

    /// Why the person declined.
    #[graphql(directive = inherits::apply())]
    async fn response_reason(&self) -> Option<&str> {
        self.row.response_reason.as_deref()
    }

    /// The id of the attendee whose place the person takes.
    #[graphql(directive = inherits::apply())]
    async fn substitute_for(&self) -> Option<ID> {
        self.row.substitute_for.map(NodeKey::global)
    }

    #[graphql(directive = inherits::apply())]
    async fn arrived_at(&self) -> Option<DateTime<Utc>> {
        self.row.arrived_at
    }

    /// When the person left before the end.
    #[graphql(directive = inherits::apply())]
    async fn left_at(&self) -> Option<DateTime<Utc>> {
        self.row.left_at
    }

    /// Whether the person is there; of a meeting that ended, whether they were there at its end.
    #[graphql(directive = inherits::apply())]
    async fn present(&self) -> bool {
        is_present(&self.row)
    }

    /// Whether the record needs the person's signature: whoever was there when the outcome was given signs (HK-7.5.6). False
    /// until then.
    #[graphql(directive = inherits::apply())]
    async fn signs(&self) -> bool {
        self.ended && must_sign(&self.row)
    }
}
