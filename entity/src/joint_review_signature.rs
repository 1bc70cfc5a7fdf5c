//! Signatures on minutes (HK-7.5.6): each of one person on one version, made with the server's key over exactly these facts. The
//! database refuses to change a row.

use crate::{JointReviewId, JointReviewSignatureId, StaffId, joint_review_attendee::JointReviewCapacity};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_review_signatures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JointReviewSignatureId,
    pub joint_review_id: JointReviewId,
    pub minutes_version: i32,
    pub minutes_sha256: String,
    pub staff_id: StaffId,
    pub capacity: JointReviewCapacity,
    /// What the person does not agree with (HK-A16).
    pub dissent: Option<String>,
    pub signed_at: DateTimeUtc,
    /// Of the server's key.
    pub key_id: String,
    /// Ed25519, base64url.
    pub value: String,
}

impl ActiveModelBehavior for ActiveModel {}
