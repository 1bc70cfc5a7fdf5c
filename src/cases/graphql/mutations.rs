//! What is done with cases.

use super::case::Case;
use crate::cases::open_work::OpenWorks;
use crate::cases::service::allocate_case::AllocateCase;
use crate::cases::service::close_case::{CloseCase, CloseCaseInput};
use crate::cases::service::draft_plan::DraftPlan;
use crate::cases::service::record_contact::RecordContact;
use crate::cases::service::record_finding::RecordFinding;
use crate::cases::service::record_reply::{RecordReply, RecordReplyInput};
use crate::cases::service::record_statement::RecordStatement;
use crate::cases::service::register_case::RegisterCase;
use crate::platform::access::{Permission, access};
use crate::platform::db::Command;
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, Object, Result};
use entity::CaseId;

payloads!(
    case: Case {
        RegisterCasePayload,
        AllocateCasePayload,
        RecordContactPayload,
        RecordStatementPayload,
        RecordFindingPayload,
        DraftPlanPayload,
        RecordReplyPayload,
        CloseCasePayload,
    }
);

/// Runs a command on a case and reads what the payload asks for of it.
pub async fn run<C, P>(ctx: &Context<'_>, command: C) -> Option<Result<P>>
where
    C: Command<Output = CaseId>,
    P: From<(Option<Case>, Vec<Refusal>)>,
{
    Some(Box::pin(write_and_read(ctx, &command)).await.map(P::from).map_err(Into::into))
}

async fn write_and_read<C: Command<Output = CaseId>>(
    ctx: &Context<'_>,
    command: &C,
) -> crate::platform::error::Result<(Option<Case>, Vec<Refusal>)> {
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    let case = match written {
        Some(id) => Case::find(ctx, id, Case::shape(&ctx.look_ahead().field("case"))).await?,
        None => None,
    };
    Ok((case, refusals))
}

pub(super) fn open_works(ctx: &Context<'_>) -> OpenWorks {
    ctx.data_unchecked::<OpenWorks>().clone()
}

#[derive(Default)]
pub struct CaseMutations;

#[Object]
impl CaseMutations {
    /// Registers a complaint and gives it the next number of the year (HK-3.2, HK-5.1.1).
    #[graphql(directive = access::apply(vec![Permission::CaseRegister]))]
    async fn register_case(&self, ctx: &Context<'_>, input: RegisterCase) -> Option<Result<RegisterCasePayload>> {
        run(ctx, input).await
    }

    /// Gives a registered case to a handler (HK-5.3).
    #[graphql(directive = access::apply(vec![Permission::CaseAllocate]))]
    async fn allocate_case(&self, ctx: &Context<'_>, input: AllocateCase) -> Option<Result<AllocateCasePayload>> {
        run(ctx, input).await
    }

    /// Records a contact with the complainant, or an attempt (HK-2.5).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn record_contact(&self, ctx: &Context<'_>, input: RecordContact) -> Option<Result<RecordContactPayload>> {
        run(ctx, input).await
    }

    /// Records what a party says of the matter (HK-5.4.1).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn record_statement(
        &self,
        ctx: &Context<'_>,
        input: RecordStatement,
    ) -> Option<Result<RecordStatementPayload>> {
        run(ctx, input).await
    }

    /// Records what the investigation found (HK-5.4.2, HK-5.4.3).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn record_finding(&self, ctx: &Context<'_>, input: RecordFinding) -> Option<Result<RecordFindingPayload>> {
        run(ctx, input).await
    }

    /// Drafts a handling plan (HK-5.4.3).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn draft_plan(&self, ctx: &Context<'_>, input: DraftPlan) -> Option<Result<DraftPlanPayload>> {
        run(ctx, input).await
    }

    /// Records the answer to the complainant; refused while an approval is undecided (HK-5.4.5). The handler does so, or
    /// the manager to whom a complaint about office staff was routed (HK-5.4.9).
    #[graphql(directive = access::apply(vec![Permission::CaseReply]))]
    async fn record_reply(&self, ctx: &Context<'_>, input: RecordReplyInput) -> Option<Result<RecordReplyPayload>> {
        run(ctx, RecordReply { input, open_works: open_works(ctx) }).await
    }

    /// Closes a case that was replied to; only its handler does (HK-5.5.1).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn close_case(&self, ctx: &Context<'_>, input: CloseCaseInput) -> Option<Result<CloseCasePayload>> {
        run(ctx, CloseCase { input, open_works: open_works(ctx) }).await
    }
}
