//! Joint review meetings (合议, HK article 7). What the approval item of the request says is not said again here.

use crate::{ApprovalId, CaseId, JointReviewId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// Why a joint review is asked for.
    JointReviewGround {
        /// The case is a major one (重大投诉, HK-7.2).
        Major,
        /// The handler thinks that it is needed (HK-7.3).
        HandlerRequest,
    }
}

value_enum! {
    /// What a meeting came to (HK-7.5.4).
    JointReviewOutcome {
        /// A clear decision (明确意见).
        Decision,
        /// A preliminary, leaning opinion (倾向性意见); the final one follows (HK-8.6).
        Preliminary,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_reviews")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JointReviewId,
    /// Given when the meeting is convened first.
    #[sea_orm(unique)]
    pub number: Option<String>,
    /// The case that it was asked for on; `joint_review_agenda` has all of them.
    pub case_id: CaseId,
    /// The request, with the supervisor's answer.
    #[sea_orm(unique)]
    pub approval_id: ApprovalId,
    pub ground: JointReviewGround,
    pub requested_at: DateTimeUtc,
    pub version: i32,
    pub meets_at: Option<DateTimeUtc>,
    pub length_minutes: Option<i32>,
    pub place: Option<String>,
    /// The facts, for people of other departments (HK-7.5.2).
    pub brief: Option<String>,
    pub chair_id: Option<StaffId>,
    pub recorder_id: Option<StaffId>,
    /// Whoever convenes has checked the evidence pack (HK-7.5.2).
    pub convened_by: Option<StaffId>,
    /// When it was last convened.
    pub convened_at: Option<DateTimeUtc>,
    /// How often people were invited or told otherwise; 0 until it is convened.
    pub invitations: i32,
    pub opened_at: Option<DateTimeUtc>,
    pub closed_at: Option<DateTimeUtc>,
    pub outcome: Option<JointReviewOutcome>,
    pub outcome_text: Option<String>,
    /// Of a preliminary outcome.
    pub final_opinion: Option<String>,
    pub final_opinion_at: Option<DateTimeUtc>,
    /// The latest version of the minutes; 0 while there is none.
    pub minutes_version: i32,
    /// When all had signed: the record is in the folder since then (HK-7.6).
    pub filed_at: Option<DateTimeUtc>,
    pub cancelled_at: Option<DateTimeUtc>,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
