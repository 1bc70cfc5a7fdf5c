//! A joint review that meets tomorrow.

use super::people::Cast;
use crate::approvals::service::decide_approval::{ApprovalDecision, DecideApproval};
use crate::cases;
use crate::platform::clock::Clock;
use crate::platform::db::{Command, Database};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::reviews;
use crate::reviews::service::convene_joint_review::{AttendeeInput, ConveneJointReview};
use crate::reviews::service::request_joint_review::RequestJointReview;
use chrono::TimeDelta;
use entity::CaseId;
use entity::joint_review::JointReviewGround;
use entity::joint_review_attendee::JointReviewCapacity;

/// Asked for two days ago, agreed to the next day, convened just now.
pub async fn convene(db: &Database, cast: &Cast, handler: &'static str, case: CaseId) -> Result<()> {
    let supervisor = cast.actor("supervisor")?;
    let evidence = cases::evidence::store::of_cases(db.read(supervisor), &[case]).await?;
    let request = RequestJointReview {
        idempotency_key: "demo-joint-review".to_owned(),
        case_id: Global(case),
        ground: JointReviewGround::Major,
        question: "联名投诉是否统一按协议解约处理，如何答复媒体？".to_owned(),
        evidence_ids: evidence.iter().map(|item| Global(item.id)).collect(),
        reason: "群诉且有媒体介入，需合议。".to_owned(),
    };
    let id = hours_ago(db, cast, handler, 48, &request).await?;
    let asked = reviews::store::by_ids(db.read(supervisor), supervisor, &[id]).await?.pop().ok_or(Failure::NotFound)?;
    let agreed = DecideApproval {
        idempotency_key: "demo-joint-review-agreed".to_owned(),
        approval_id: Global(asked.review.approval_id),
        expected_version: 1,
        expected_content_sha256: None,
        decision: ApprovalDecision::Approve,
        opinion: "证据材料齐备，同意合议。".to_owned(),
    };
    hours_ago(db, cast, "supervisor", 24, &agreed).await?;
    let attends =
        |login: &str, capacity| cast.id(login).map(|person| AttendeeInput { person_id: Global(person), capacity });
    let recorder = ["handler", "handler-2", "handler-3"].into_iter().find(|login| *login != handler);
    let meeting = ConveneJointReview {
        joint_review_id: Global(id),
        expected_version: asked.review.version,
        meets_at: db.now() + TimeDelta::days(1),
        length_minutes: 90,
        place: "三楼会议室".to_owned(),
        brief: Some("多名客户联名反映销售时承诺收益，已有媒体联系采访，请就条款与口径提出意见。".to_owned()),
        chair_id: Global(cast.id("supervisor")?),
        recorder_id: Global(cast.id(recorder.ok_or(Failure::NotFound)?)?),
        attendees: vec![
            attends("supervisor", JointReviewCapacity::Supervisor)?,
            attends(handler, JointReviewCapacity::Handler)?,
            attends("assistant-manager", JointReviewCapacity::Management)?,
            attends("legal", JointReviewCapacity::Department)?,
        ],
        further_cases: Vec::new(),
    };
    hours_ago(db, cast, "supervisor", 0, &meeting).await.map(drop)
}

async fn hours_ago<C: Command>(db: &Database, cast: &Cast, login: &str, hours: i64, command: &C) -> Result<C::Output> {
    let then = Clock::standing_at(db.now() - TimeDelta::hours(hours));
    db.at(then).run(cast.actor(login)?, command).await
}
