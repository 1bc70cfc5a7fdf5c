//! What is done about cases above their handlers.

use crate::cases::graphql::{Case, run};
use crate::cases::oversight::service::add_coordination_note::AddCoordinationNote;
use crate::cases::oversight::service::answer_escalation::AnswerEscalation;
use crate::cases::oversight::service::classify_case::ClassifyCase;
use crate::cases::oversight::service::escalate_case::EscalateCase;
use crate::cases::oversight::service::propose_classification::ProposeClassification;
use crate::cases::oversight::service::record_agent_fault::RecordAgentFault;
use crate::cases::oversight::service::record_misappropriation::RecordMisappropriation;
use crate::cases::oversight::service::report_progress::ReportProgress;
use crate::cases::oversight::service::transfer_evidence::TransferEvidence;
use crate::cases::service::acknowledge_case::AcknowledgeCase;
use crate::platform::access::{Permission, access};
use crate::platform::payload::payloads;
use async_graphql::{Context, Object, Result};

payloads!(
    case: Case {
        AcknowledgeCasePayload,
        ReportProgressPayload,
        AddCoordinationNotePayload,
        ProposeClassificationPayload,
        ClassifyCasePayload,
        EscalateCasePayload,
        AnswerEscalationPayload,
        RecordAgentFaultPayload,
        RecordMisappropriationPayload,
        TransferEvidencePayload,
    }
);

#[derive(Default)]
pub struct OversightMutations;

#[Object]
impl OversightMutations {
    /// Records that the complainant was told that the complaint is taken up, and by when to hear more (HK-5.1.2); once, by
    /// whoever registered it or handles it.
    #[graphql(directive = access::apply(vec![Permission::CaseRegister]))]
    async fn acknowledge_case(
        &self,
        ctx: &Context<'_>,
        input: AcknowledgeCase,
    ) -> Option<Result<AcknowledgeCasePayload>> {
        run(ctx, input).await
    }

    /// Reports progress or a result to the supervisors (HK-3.3).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn report_progress(&self, ctx: &Context<'_>, input: ReportProgress) -> Option<Result<ReportProgressPayload>> {
        run(ctx, input).await
    }

    /// Notes what was settled with other departments; the handler is told (HK-3.10).
    #[graphql(directive = access::apply(vec![Permission::CaseCoordinate]))]
    async fn add_coordination_note(
        &self,
        ctx: &Context<'_>,
        input: AddCoordinationNote,
    ) -> Option<Result<AddCoordinationNotePayload>> {
        run(ctx, input).await
    }

    /// Proposes how grave a case is; changes nothing but the record (HK-A12).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn propose_classification(
        &self,
        ctx: &Context<'_>,
        input: ProposeClassification,
    ) -> Option<Result<ProposeClassificationPayload>> {
        run(ctx, input).await
    }

    /// Decides how grave a case is (HK-7.2.1…HK-7.2.6). Deadlines are counted anew from the acceptance (HK-8.4); a major case
    /// becomes urgent, and supervisors and managers are told at once (HK-2.7).
    #[graphql(directive = access::apply(vec![Permission::CaseClassify]))]
    async fn classify_case(&self, ctx: &Context<'_>, input: ClassifyCase) -> Option<Result<ClassifyCasePayload>> {
        run(ctx, input).await
    }

    /// Reports a case up for guidance (HK-3.9, HK-5.4.7).
    #[graphql(directive = access::apply(vec![Permission::CaseEscalate]))]
    async fn escalate_case(&self, ctx: &Context<'_>, input: EscalateCase) -> Option<Result<EscalateCasePayload>> {
        run(ctx, input).await
    }

    /// Answers a report (HK-5.4.7).
    #[graphql(directive = access::apply(vec![Permission::EscalationAnswer]))]
    async fn answer_escalation(
        &self,
        ctx: &Context<'_>,
        input: AnswerEscalation,
    ) -> Option<Result<AnswerEscalationPayload>> {
        run(ctx, input).await
    }

    /// Records whether an agent is clearly at fault; then the evidence must be handed over before the case is closed
    /// (HK-5.4.8).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn record_agent_fault(
        &self,
        ctx: &Context<'_>,
        input: RecordAgentFault,
    ) -> Option<Result<RecordAgentFaultPayload>> {
        run(ctx, input).await
    }

    /// Records whether premium was misappropriated; only then the company may advance any (HK-4.5).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn record_misappropriation(
        &self,
        ctx: &Context<'_>,
        input: RecordMisappropriation,
    ) -> Option<Result<RecordMisappropriationPayload>> {
        run(ctx, input).await
    }

    /// Records that the evidence against an agent was handed to the department that manages the agents (HK-5.4.8).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn transfer_evidence(
        &self,
        ctx: &Context<'_>,
        input: TransferEvidence,
    ) -> Option<Result<TransferEvidencePayload>> {
        run(ctx, input).await
    }
}
