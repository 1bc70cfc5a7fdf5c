//! Distributing the work: giving cases to other handlers, many at once, and routing complaints about office staff.

use super::case::Case;
use super::mutations::run;
use crate::cases::entry::{ReassignmentDetail, RoutingDetail};
use crate::cases::service::allocate_cases::{AllocateCases, Allocated};
use crate::cases::service::reassign_case::ReassignCase;
use crate::cases::service::route_to_department::RouteToDepartment;
use crate::identity::graphql::{Department, Staff, department, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::ids::NodeKey;
use crate::platform::payload::payloads;
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{ComplexObject, Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::case_routing;

payloads!(
    case: Case {
        ReassignCasePayload,
        RouteToDepartmentPayload,
    }
);

/// What the mutation did.
#[derive(Description)]
pub struct AllocateCasesPayload(Vec<Allocated>);

#[Object(use_type_description)]
impl AllocateCasesPayload {
    /// One for each case of the input, in their order.
    #[graphql(directive = inherits::apply())]
    async fn results(&self) -> Vec<AllocationResult<'_>> {
        self.0.iter().map(AllocationResult).collect()
    }

    /// Every refusal of every case; empty when all were allocated.
    #[graphql(directive = inherits::apply())]
    async fn refusals(&self) -> Vec<Refusal> {
        self.0.iter().flat_map(|allocated| allocated.refusals.clone()).collect()
    }
}

/// What became of one of many cases.
#[derive(Description)]
pub struct AllocationResult<'a>(&'a Allocated);

#[Object(use_type_description)]
impl AllocationResult<'_> {
    /// The id that was sent.
    #[graphql(directive = inherits::apply())]
    async fn case_id(&self) -> ID {
        self.0.case.global()
    }

    /// The case as it now is; null when it was not allocated.
    #[graphql(directive = inherits::apply())]
    async fn case(&self, ctx: &Context<'_>) -> Option<Result<Case>> {
        if self.0.refusals.is_empty() { Case::load(ctx, self.0.case).await.transpose() } else { None }
    }

    /// Why it was not allocated; empty when it was. OBJECT_NOT_FOUND and OBJECT_CHANGED stand for the errors NOT_FOUND and
    /// CONFLICT of `allocateCase`.
    #[graphql(directive = inherits::apply())]
    async fn refusals(&self) -> &[Refusal] {
        &self.0.refusals
    }
}

/// To whom a complaint about a member of the office staff was routed (HK-5.4.9).
#[derive(Description)]
pub struct CaseRouting(pub case_routing::Model);

#[Object(use_type_description)]
impl CaseRouting {
    /// The member of the office staff whom the complaint is about.
    #[graphql(directive = inherits::apply())]
    async fn respondent(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.respondent_id).await
    }

    /// The department of that person.
    #[graphql(directive = inherits::apply())]
    async fn department(&self, ctx: &Context<'_>) -> Result<Department> {
        department(ctx, self.0.department_id).await
    }

    /// The manager who arranges the answer and may record it.
    #[graphql(directive = inherits::apply())]
    async fn answerer(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.answerer_id).await
    }

    #[graphql(directive = inherits::apply())]
    async fn routed_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.routed_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn routed_at(&self) -> DateTime<Utc> {
        self.0.routed_at
    }
}

#[ComplexObject]
impl ReassignmentDetail {
    /// Who handled the case until then.
    #[graphql(directive = inherits::apply())]
    async fn from(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.from_id).await
    }

    /// Who handles the case from here on.
    #[graphql(directive = inherits::apply())]
    async fn handler(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.handler_id).await
    }
}

#[Object(use_type_description)]
impl RoutingDetail {
    /// The member of the office staff whom the complaint is about.
    #[graphql(directive = inherits::apply())]
    async fn respondent(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.respondent_id).await
    }

    /// The department that answers.
    #[graphql(directive = inherits::apply())]
    async fn department(&self, ctx: &Context<'_>) -> Result<Department> {
        department(ctx, self.department_id).await
    }

    /// The manager who arranges the answer.
    #[graphql(directive = inherits::apply())]
    async fn answerer(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.answerer_id).await
    }
}

#[derive(Default)]
pub struct AllocationMutations;

#[Object]
impl AllocationMutations {
    /// Gives up to 200 registered cases to handlers; one that is refused does not keep the others back (HK-3.6, HK-5.3).
    #[graphql(directive = access::apply(vec![Permission::CaseAllocate]))]
    async fn allocate_cases(&self, ctx: &Context<'_>, input: AllocateCases) -> Option<Result<AllocateCasesPayload>> {
        let scope = Scope::of(ctx);
        let allocated = input.run(&scope.db, &scope.actor).await;
        Some(allocated.map(AllocateCasesPayload).map_err(Into::into))
    }

    /// Gives a case to another handler, with what is under way on it; both are told (HK-3.6).
    #[graphql(directive = access::apply(vec![Permission::CaseAllocate]))]
    async fn reassign_case(&self, ctx: &Context<'_>, input: ReassignCase) -> Option<Result<ReassignCasePayload>> {
        run(ctx, input).await
    }

    /// Routes a complaint about a member of the office staff to the manager who arranges the answer (HK-5.4.9).
    #[graphql(directive = access::apply(vec![Permission::CaseAllocate]))]
    async fn route_to_department(
        &self,
        ctx: &Context<'_>,
        input: RouteToDepartment,
    ) -> Option<Result<RouteToDepartmentPayload>> {
        run(ctx, input).await
    }
}
