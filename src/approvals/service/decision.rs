//! Deciding, for every kind of item alike: yes, no, or back to the person who asked; and what follows from it.

use super::authority::work_out_authority;
use super::{notices, tell, worked_out};
use crate::approvals::authority::Act;
use crate::approvals::execution::payable;
use crate::approvals::kinds::Content;
use crate::approvals::store::{self, NewStep, Together};
use crate::cases::deadlines::{self, Opening, Owner};
use crate::cases::plans;
use crate::platform::db::{AuditRecord, Tx};
use crate::platform::error::{Failure, Result};
use crate::profiles::{self, Profile};
use entity::approval::{self, ApprovalState};
use entity::approval_step::ApprovalAct;
use entity::audit_event::AuditAction;
use entity::case;
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::plan::PlanVerdict;
use sea_orm::ActiveValue::Set;

/// What is said of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Yes (同意).
    Approve,
    /// No (不同意).
    Refuse,
    /// Neither: it is to be amended (退回).
    Return,
}

impl Word {
    const fn act(self) -> (Act, ApprovalAct, ApprovalState) {
        match self {
            Self::Approve => (Act::Decide, ApprovalAct::Approved, ApprovalState::Approved),
            Self::Refuse => (Act::Decide, ApprovalAct::Refused, ApprovalState::Refused),
            Self::Return => (Act::Return, ApprovalAct::Returned, ApprovalState::Returned),
        }
    }

    /// What it is called of a plan (HK-5.4.5).
    const fn of_plan(self) -> PlanVerdict {
        match self {
            Self::Approve => PlanVerdict::Approve,
            Self::Refuse => PlanVerdict::Reinvestigate,
            Self::Return => PlanVerdict::Redraft,
        }
    }

    pub const fn from_plan(verdict: PlanVerdict) -> Self {
        match verdict {
            PlanVerdict::Approve => Self::Approve,
            PlanVerdict::Reinvestigate => Self::Refuse,
            PlanVerdict::Redraft => Self::Return,
        }
    }
}

/// Decides an item that this transaction holds with its case; gives what the audit trail keeps.
pub async fn decide(
    tx: &Tx,
    case: &case::Model,
    before: &approval::Model,
    word: Word,
    opinion: String,
) -> Result<AuditRecord> {
    let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
    let (act, step, state) = word.act();
    let (inputs, outcome) = worked_out(tx, act, case, before, &profile).await?;
    let content: Content = serde_json::from_value(before.content.clone())?;
    if word == Word::Approve && matches!(content, Content::HandlingPlan(_)) {
        plans::may_be_approved(case, &profile)?;
    }

    let acted_for = outcome.capacity.on_behalf.map(|on_behalf| on_behalf.of);
    let changes = match word {
        Word::Approve | Word::Refuse => approval::ActiveModel {
            decided_by: Set(tx.actor().staff_id()),
            decided_for: Set(acted_for),
            decided_at: Set(Some(tx.now())),
            ..Default::default()
        },
        Word::Return => approval::ActiveModel {
            endorsed_by: Set(None),
            endorsed_for: Set(None),
            endorsed_at: Set(None),
            ..Default::default()
        },
    };
    let decided = store::update(tx, before, approval::ActiveModel { state: Set(state), ..changes }).await?;
    let step = NewStep::with_authority(step, opinion.clone(), &inputs, &outcome)?;
    let step = store::insert_step(tx, &decided, step).await?;
    // What is refused or sent back no longer counts towards its subject.
    let others = work_out_authority(tx, case, Together::with(&decided), &profile, decided.id).await?;
    let told = match word {
        Word::Return => NotificationKind::ApprovalReturned,
        Word::Approve | Word::Refuse => NotificationKind::ApprovalDecided,
    };
    notices::tell_asker(tx, case, &decided, step, told).await?;

    let record = match (content, word) {
        (Content::HandlingPlan(asked), _) => {
            let (plan, state) = plans::reviewed(tx, case, asked.plan, word.of_plan(), &opinion).await?;
            AuditRecord::new(AuditAction::PlanReviewed, plan.id)
                .change("state", case.state, state)
                .fact("number", plan.number)
                .fact("verdict", word.of_plan())
                .fact("approval", decided.id)
        }
        (_, Word::Return) => {
            tell(tx, &decided, CaseEntryKind::ApprovalReturned, None, &opinion).await?;
            AuditRecord::new(AuditAction::ApprovalReturned, decided.id).change("state", before.state, decided.state)
        }
        (_, Word::Approve | Word::Refuse) => {
            let approved = word == Word::Approve;
            if approved {
                begin_to_lapse(tx, case, &profile, &decided).await?;
            }
            tell(tx, &decided, CaseEntryKind::ApprovalDecided, Some(approved), &opinion).await?;
            AuditRecord::new(AuditAction::ApprovalDecided, decided.id).change("state", before.state, decided.state)
        }
    };
    let record = record
        .of_case(case.id)
        .fact("contentSha256", &decided.content_sha256)
        .fact("cumulativeAmount", decided.cumulative_amount)
        .fact("tier", &decided.tier)
        .fact("requiredRole", decided.required_role)
        .fact("actedAs", outcome.capacity.role)
        .fact("actedFor", acted_for)
        .fact("aboveTier", outcome.capacity.above_tier)
        .fact("profileVersion", case.profile_version_id)
        .reason(opinion);
    Ok(others.note(record))
}

/// An approval of money lapses when nothing is paid within the profile's period, if it sets one.
async fn begin_to_lapse(tx: &Tx, case: &case::Model, profile: &Profile, item: &approval::Model) -> Result<()> {
    let rule = profile.deadline_from(StartEvent::ApprovalDecided);
    let Some(rule) = rule.filter(|_| payable(item).is_ok_and(|payable| payable.is_some())) else { return Ok(()) };
    let started_at = item.decided_at.ok_or_else(|| Failure::internal("an approval without its time"))?;
    let opening = Opening { rule, about: item.id.into(), started_at, owner: Owner::Handler, met_at: None };
    deadlines::open(tx, case.id, profile, opening).await?;
    Ok(())
}
