//! `Assistance.viewerCan`: what a portal shows as buttons.

use super::assistance::Assistance;
use crate::assistance::policy::{self, AssistanceAct};
use crate::cases::graphql::recusal;
use crate::platform::access::inherits;
use crate::platform::refusal::Ability;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, Object, Result};

/// What the person asking could do with an assistance now: one field for each button.
#[derive(Description)]
pub struct AssistanceAbilities(pub Assistance);

impl AssistanceAbilities {
    async fn of(&self, ctx: &Context<'_>, act: AssistanceAct) -> Result<Ability> {
        let (scope, assistance) = (Scope::of(ctx), &self.0.0);
        let mut verdict = policy::may(act, &scope.actor, assistance)?;
        if verdict.is_ok() && act.is_departments() {
            let sold_by = assistance.selling_agent_code.as_deref();
            verdict = policy::may_help(act, &recusal::of_viewer(ctx, assistance.row.case_id, sold_by).await?);
        }
        if verdict.is_ok() && act == AssistanceAct::Remind {
            verdict = policy::may_remind_again(&assistance.row, scope.clock.now());
        }
        Ok(Ability(verdict))
    }
}

#[Object(use_type_description)]
impl AssistanceAbilities {
    /// `deliverAssistance`
    #[graphql(directive = inherits::apply())]
    async fn deliver(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, AssistanceAct::Deliver).await
    }

    /// `receiveAssistance`
    #[graphql(directive = inherits::apply())]
    async fn receive(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, AssistanceAct::Receive).await
    }

    /// `askForInformation`
    #[graphql(directive = inherits::apply())]
    async fn ask_for_information(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, AssistanceAct::AskForInformation).await
    }

    /// `answerInformationRequest`, for any question that waits.
    #[graphql(directive = inherits::apply())]
    async fn answer_information_request(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, AssistanceAct::AnswerInformationRequest).await
    }

    /// `remindAssistance`
    #[graphql(directive = inherits::apply())]
    async fn remind(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, AssistanceAct::Remind).await
    }

    /// `returnAssistance`
    #[graphql(directive = inherits::apply())]
    async fn r#return(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, AssistanceAct::Return).await
    }

    /// `withdrawAssistance`
    #[graphql(directive = inherits::apply())]
    async fn withdraw(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, AssistanceAct::Withdraw).await
    }
}
