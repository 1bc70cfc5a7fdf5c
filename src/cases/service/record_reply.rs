//! The answer to the complainant, after everything that it needs is approved (HK-5.4.5, HK-8.2, HK-8.3): by the handler, or
//! by the manager who answers for the department (HK-5.4.9).

use super::earlier;
use crate::cases::entry::{Detail, NewEntry, ReplyDetail};
use crate::cases::open_work::OpenWorks;
use crate::cases::{answering, deadlines, policy, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::{instant, text};
use crate::profiles;
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::CaseId;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_entry::{CaseEntryKind, ContactMeans};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Record the reply that the complainant got.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordReplyInput")]
pub struct RecordReplyInput {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    pub means: ContactMeans,
    /// What the complainant was told.
    pub text: String,
    /// When it was: now, if no time is given.
    pub occurred_at: Option<DateTime<Utc>>,
}

pub struct RecordReply {
    pub input: RecordReplyInput,
    pub open_works: OpenWorks,
}

impl Command for RecordReply {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let Self { input, open_works } = self;
        let text = text::required("text", &input.text, text::PROSE)?;
        let case = store::lock_version(tx, input.case_id.0, input.expected_version).await?;
        let open = open_works.of(tx.db(), &[case.id]).await?.remove(&case.id).unwrap_or_default();
        let routing = answering::store::routing(tx.db(), case.id).await?;
        policy::may_reply(tx.actor(), &case, routing.as_ref(), &open)?;
        let occurred_at = instant::given("occurredAt", input.occurred_at)?.unwrap_or(tx.now());
        policy::may_have_happened(occurred_at, &case, tx.now(), "HK-8.2")?;
        let plan = store::latest_plan(tx.db(), case.id).await?;
        policy::may_follow_approval(occurred_at, plan.and_then(|plan| plan.reviewed_at))?;

        let mut changes = case::ActiveModel { state: Set(CaseState::Replied), ..Default::default() };
        // A case that was suspended may be replied to again; a limit that was met stays met (HK-8.8).
        if let Some(replied) = earlier(case.replied_at, occurred_at) {
            changes.replied_at = Set(Some(replied));
        }
        if let Some(contacted) = earlier(case.contacted_at, occurred_at) {
            changes.contacted_at = Set(Some(contacted));
        }
        let replied = store::update(tx, &case, changes).await?;
        let detail = Detail::Reply(ReplyDetail { means: input.means, text });
        store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::Reply, detail), occurred_at).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        deadlines::write(tx, &replied, &profile).await?;

        let record = AuditRecord::new(AuditAction::ReplyRecorded, case.id)
            .of_case(case.id)
            .change("state", case.state, replied.state)
            .fact("means", input.means)
            .fact("occurredAt", occurred_at);
        Ok(Done { output: case.id, record })
    }
}
