//! The type `Escalation`.

use super::entries;
use crate::cases::entry::{Detail, EscalationAnswerDetail, EscalationDetail};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::inherits;
use crate::platform::ids::NodeKey;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::case_entry::{self, CaseEntryKind};
use entity::{CaseId, StaffId};

/// A report of a case to those above, and their answer (汇报请示, HK-3.9, HK-5.4.7).
#[derive(Description)]
pub struct Escalation {
    entry: case_entry::Model,
    detail: EscalationDetail,
    answer: Option<(case_entry::Model, EscalationAnswerDetail)>,
}

/// The reports of a case with their answers, the first one first.
pub async fn escalations(ctx: &Context<'_>, case: CaseId) -> Result<Vec<Escalation>> {
    let kinds = [CaseEntryKind::Escalated, CaseEntryKind::EscalationAnswered];
    let (mut reports, mut answers) = (Vec::new(), Vec::new());
    for (entry, detail) in entries(ctx, case, &kinds).await? {
        match detail {
            Detail::Escalation(detail) => reports.push((entry, detail)),
            Detail::EscalationAnswer(detail) => answers.push((entry, detail)),
            _ => {}
        }
    }
    let answered = reports.into_iter().map(|(entry, detail)| {
        let answer = answers.iter().find(|(_, answer)| answer.escalation_id == entry.id).cloned();
        Escalation { entry, detail, answer }
    });
    Ok(answered.collect())
}

impl Escalation {
    pub fn is_answered(&self) -> bool {
        self.answer.is_some()
    }

    pub fn reporter(&self) -> Option<StaffId> {
        self.entry.recorded_by
    }
}

#[Object(use_type_description)]
impl Escalation {
    /// What `answerEscalation` takes; it is also the id of the entry of the handling record.
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.entry.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn report(&self) -> &str {
        &self.detail.report
    }

    #[graphql(directive = inherits::apply())]
    async fn reported_at(&self) -> DateTime<Utc> {
        self.entry.recorded_at
    }

    #[graphql(directive = inherits::apply())]
    async fn reported_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.reporter()?).await)
    }

    /// What those above answered; null until they do.
    #[graphql(directive = inherits::apply())]
    async fn answer(&self) -> Option<&str> {
        self.answer.as_ref().map(|(_, detail)| detail.answer.as_str())
    }

    #[graphql(directive = inherits::apply())]
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.answer.as_ref().map(|(entry, _)| entry.recorded_at)
    }

    #[graphql(directive = inherits::apply())]
    async fn answered_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        let (entry, _) = self.answer.as_ref()?;
        Some(person(ctx, entry.recorded_by?).await)
    }
}

#[Object(use_type_description)]
impl EscalationAnswerDetail {
    /// The report that was answered: the id of its entry.
    #[graphql(directive = inherits::apply())]
    async fn escalation_id(&self) -> ID {
        self.escalation_id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn answer(&self) -> &str {
        &self.answer
    }
}
