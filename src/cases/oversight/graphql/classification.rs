//! How grave a case is, as proposed and decided.

use super::entries;
use crate::cases::entry::{ClassificationDetail, Detail};
use crate::cases::graphql::Case;
use crate::cases::graphql::people::group_count;
use crate::cases::oversight::classification::{ClassificationFacts, ClassificationFactsInput, Suggestion, suggest};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::inherits;
use crate::profiles::Profile;
use crate::profiles::graphql::Coded;
use async_graphql::{Context, Description, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::case_entry::{self, CaseEntryKind, MajorGround};
use std::sync::Arc;

/// A proposal or decision of how grave a case is (定级, HK-7.2.1…HK-7.2.6).
#[derive(Description)]
pub struct Classification {
    entry: case_entry::Model,
    detail: ClassificationDetail,
    profile: Arc<Profile>,
}

/// Every proposal and decision of a case, the first one first.
pub async fn classifications(ctx: &Context<'_>, case: &Case) -> Result<Vec<Classification>> {
    let kinds = [CaseEntryKind::ClassificationProposed, CaseEntryKind::Classified];
    let found = entries(ctx, case.0.case.id, &kinds).await?;
    let profile = case.profile(ctx).await?;
    let shown = found.into_iter().filter_map(|(entry, detail)| match detail {
        Detail::Classification(detail) => Some(Classification { entry, detail, profile: Arc::clone(&profile) }),
        _ => None,
    });
    Ok(shown.collect())
}

impl Classification {
    pub fn is_decided(&self) -> bool {
        self.detail.severity.is_some()
    }
}

#[Object(use_type_description)]
impl Classification {
    /// True for a decision, false for a proposal of the handler.
    #[graphql(directive = inherits::apply())]
    async fn decided(&self) -> bool {
        self.is_decided()
    }

    #[graphql(directive = inherits::apply())]
    async fn facts(&self) -> &ClassificationFacts {
        &self.detail.facts
    }

    /// What the facts make it a major complaint by; empty when nothing does.
    #[graphql(directive = inherits::apply())]
    async fn grounds(&self) -> &[MajorGround] {
        &self.detail.grounds
    }

    /// Whether it was said to be a difficult complaint (疑难).
    #[graphql(directive = inherits::apply())]
    async fn difficult(&self) -> bool {
        self.detail.difficult
    }

    /// The severity that follows from the facts.
    #[graphql(directive = inherits::apply())]
    async fn suggested_severity(&self) -> Coded {
        Coded::severity(&self.profile, &self.detail.suggested_severity)
    }

    /// The severity that was decided; null in a proposal.
    #[graphql(directive = inherits::apply())]
    async fn severity(&self) -> Option<Coded> {
        self.detail.severity.as_ref().map(|code| Coded::severity(&self.profile, code))
    }

    #[graphql(directive = inherits::apply())]
    async fn reason(&self) -> &str {
        &self.detail.reason
    }

    #[graphql(directive = inherits::apply())]
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.entry.recorded_at
    }

    #[graphql(directive = inherits::apply())]
    async fn recorded_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.entry.recorded_by?).await)
    }
}

/// What would follow from facts. Nothing is recorded.
#[derive(SimpleObject)]
pub struct ClassificationSuggestion {
    /// What the facts make it a major complaint by; any one is enough (HK-7.2.6).
    #[graphql(directive = inherits::apply())]
    grounds: Vec<MajorGround>,
    #[graphql(directive = inherits::apply())]
    severity: Coded,
}

/// What would follow from facts for a case; none where the policy says nothing of it.
pub async fn suggestion(
    ctx: &Context<'_>,
    case: &Case,
    facts: &ClassificationFactsInput,
    difficult: bool,
) -> Result<Option<ClassificationSuggestion>> {
    let profile = case.profile(ctx).await?;
    let Some(rules) = &profile.classification else { return Ok(None) };
    let facts = facts.as_far_as_given(group_count(ctx, case).await?);
    let Suggestion { grounds, severity } = suggest(&facts, difficult, rules, &profile);
    Ok(Some(ClassificationSuggestion { grounds, severity: Coded::severity(&profile, &severity) }))
}
