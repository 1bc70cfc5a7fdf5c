//! What is done with assistances.

use super::assistance::Assistance;
use crate::assistance::service::answer_information_request::AnswerInformationRequest;
use crate::assistance::service::ask_for_information::AskForInformation;
use crate::assistance::service::deliver_assistance::DeliverAssistance;
use crate::assistance::service::receive_assistance::ReceiveAssistance;
use crate::assistance::service::remind_assistance::RemindAssistance;
use crate::assistance::service::request_assistance::RequestAssistance;
use crate::assistance::service::return_assistance::ReturnAssistance;
use crate::assistance::service::withdraw_assistance::WithdrawAssistance;
use crate::platform::access::{Permission, access};
use crate::platform::db::Command;
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, Object, Result};
use entity::AssistanceId;

payloads!(
    assistance: Assistance {
        RequestAssistancePayload,
        DeliverAssistancePayload,
        ReceiveAssistancePayload,
        AskForInformationPayload,
        AnswerInformationRequestPayload,
        RemindAssistancePayload,
        ReturnAssistancePayload,
        WithdrawAssistancePayload,
    }
);

async fn run<C, P>(ctx: &Context<'_>, command: C) -> Option<Result<P>>
where
    C: Command<Output = AssistanceId>,
    P: From<(Option<Assistance>, Vec<Refusal>)>,
{
    Some(write_and_read(ctx, &command).await.map(P::from))
}

async fn write_and_read<C: Command<Output = AssistanceId>>(
    ctx: &Context<'_>,
    command: &C,
) -> Result<(Option<Assistance>, Vec<Refusal>)> {
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    let assistance = match written {
        Some(id) => Assistance::find(ctx, id).await?,
        None => None,
    };
    Ok((assistance, refusals))
}

#[derive(Default)]
pub struct AssistanceMutations;

#[Object]
impl AssistanceMutations {
    /// Asks another department to help with a case that you handle (HK-6.1…HK-6.4). It is an approval item of the kind
    /// ASSISTANCE, which the supervisor decides (HK-6.6); `withdrawApproval` takes it back until then. A request that was refused
    /// or sent back is asked anew.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRequest]))]
    async fn request_assistance(
        &self,
        ctx: &Context<'_>,
        input: RequestAssistance,
    ) -> Option<Result<RequestAssistancePayload>> {
        run(ctx, input).await
    }

    /// Delivers the material to the department, once the supervisor agreed (HK-5.4.6, HK-6.5). The department may read what is
    /// listed, and nothing else of the case; its time begins.
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn deliver_assistance(
        &self,
        ctx: &Context<'_>,
        input: DeliverAssistance,
    ) -> Option<Result<DeliverAssistancePayload>> {
        run(ctx, input).await
    }

    /// Confirms that your department has the material; its time counts from here (HK-6.9).
    #[graphql(directive = access::apply(vec![Permission::AssistanceReceive]))]
    async fn receive_assistance(
        &self,
        ctx: &Context<'_>,
        input: ReceiveAssistance,
    ) -> Option<Result<ReceiveAssistancePayload>> {
        run(ctx, input).await
    }

    /// Asks the handler for more. The time of your department goes on.
    #[graphql(directive = access::apply(vec![Permission::AssistanceReturn]))]
    async fn ask_for_information(
        &self,
        ctx: &Context<'_>,
        input: AskForInformation,
    ) -> Option<Result<AskForInformationPayload>> {
        run(ctx, input).await
    }

    /// Answers what the department asked, and delivers more evidence if you list some.
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn answer_information_request(
        &self,
        ctx: &Context<'_>,
        input: AnswerInformationRequest,
    ) -> Option<Result<AnswerInformationRequestPayload>> {
        run(ctx, input).await
    }

    /// Reminds the department; once on a local day (HK-2.6).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn remind_assistance(
        &self,
        ctx: &Context<'_>,
        input: RemindAssistance,
    ) -> Option<Result<RemindAssistancePayload>> {
        run(ctx, input).await
    }

    /// Returns the opinion or result of your department to the handler (HK-6.7). Your department reads what was delivered for
    /// as long as the policy lets it (`readableUntil`).
    #[graphql(directive = access::apply(vec![Permission::AssistanceReturn]))]
    async fn return_assistance(
        &self,
        ctx: &Context<'_>,
        input: ReturnAssistance,
    ) -> Option<Result<ReturnAssistancePayload>> {
        run(ctx, input).await
    }

    /// Takes back an assistance that was approved and is not returned; the department is told, and its reading ends.
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn withdraw_assistance(
        &self,
        ctx: &Context<'_>,
        input: WithdrawAssistance,
    ) -> Option<Result<WithdrawAssistancePayload>> {
        run(ctx, input).await
    }
}
