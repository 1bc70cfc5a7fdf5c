//! Who must not take part in a case (回避).

use super::case::Case;
use super::loader;
use super::mutations::run;
use crate::cases::people::loaders::{InvolvedIn, WhoTakesPart};
use crate::cases::policy::Verdict;
use crate::cases::recusal::{self, Involved, Person, RecusalReason};
use crate::cases::service::declare_recusal::DeclareRecusal;
use crate::identity::graphql::{Staff, person};
use crate::identity::loaders::PeopleLoader;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::loader::Remembering;
use crate::platform::payload::payloads;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, Object, Result};
use chrono::{DateTime, Utc};
use entity::{CaseId, StaffId, case, case_recusal};

/// Somebody who must not take part in a case (回避): it is not given to them, and they decide nothing on it.
#[derive(Description)]
pub struct Recusal {
    person: StaffId,
    reasons: Vec<RecusalReason>,
    declared: Option<case_recusal::Model>,
}

#[Object(use_type_description)]
impl Recusal {
    #[graphql(directive = inherits::apply())]
    async fn person(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.person).await
    }

    /// Everything that keeps the person from the case.
    #[graphql(directive = inherits::apply())]
    async fn reasons(&self) -> &[RecusalReason] {
        &self.reasons
    }

    /// What the person said, if they stepped back themselves.
    #[graphql(directive = inherits::apply())]
    async fn statement(&self) -> Option<&str> {
        self.declared.as_ref().map(|recusal| recusal.reason.as_str())
    }

    /// When the person stepped back.
    #[graphql(directive = inherits::apply())]
    async fn declared_at(&self) -> Option<DateTime<Utc>> {
        self.declared.as_ref().map(|recusal| recusal.declared_at)
    }
}

async fn involved(ctx: &Context<'_>, case: CaseId) -> Result<Involved> {
    Ok(loader(ctx).load_one(InvolvedIn(case)).await?.unwrap_or_default())
}

/// Everybody who could be asked and must not take part.
pub async fn recusals(ctx: &Context<'_>, case: &Case) -> Result<Vec<Recusal>> {
    let case = &case.0.case;
    let involved = involved(ctx, case.id).await?;
    if involved.is_nobody() && case.selling_agent_code.is_none() {
        return Ok(Vec::new());
    }
    let people = loader(ctx).load_one(WhoTakesPart).await?;
    let declared = |person: StaffId| involved.declared.iter().find(|recusal| recusal.staff_id == person).cloned();
    let recusal = |person: &Person| {
        let reasons = recusal::of(person, case.selling_agent_code.as_deref(), &involved);
        (!reasons.is_empty()).then(|| Recusal { person: person.id, reasons, declared: declared(person.id) })
    };
    Ok(people.iter().flat_map(|people| people.iter()).filter_map(recusal).collect())
}

/// Whether the person asking must not decide on the case.
pub async fn viewer_may_decide(ctx: &Context<'_>, case: &case::Model) -> Result<Verdict> {
    Ok(recusal::may_decide(&of_viewer(ctx, case.id, case.selling_agent_code.as_deref()).await?))
}

/// What keeps the person asking from a case, which they need not see.
pub async fn of_viewer(ctx: &Context<'_>, case: CaseId, sold_by: Option<&str>) -> Result<Vec<RecusalReason>> {
    let actor = &Scope::of(ctx).actor;
    let involved = involved(ctx, case).await?;
    let Some(viewer) = actor.staff_id().filter(|_| !involved.is_nobody() || sold_by.is_some()) else {
        return Ok(Vec::new());
    };
    let card = ctx.data_unchecked::<Remembering<PeopleLoader>>().load_one(viewer).await?;
    let reasons = card.map(|card| recusal::of(&Person::new(&card, actor.roles.to_vec()), sold_by, &involved));
    Ok(reasons.unwrap_or_default())
}

payloads!(case: Case { DeclareRecusalPayload });

#[derive(Default)]
pub struct RecusalMutations;

#[Object]
impl RecusalMutations {
    /// Steps back from a case (申请回避): it is not given to you, and you decide nothing on it (HK-4.8, HK-5.3).
    #[graphql(directive = access::apply(vec![Permission::RecusalDeclare]))]
    async fn declare_recusal(&self, ctx: &Context<'_>, input: DeclareRecusal) -> Option<Result<DeclareRecusalPayload>> {
        run(ctx, input).await
    }
}
