//! `node` and `nodes`: any object by its id, through the same row scope as every other way to it.

use crate::approvals::delegations::graphql::Delegation;
use crate::approvals::graphql::Approval;
use crate::archive::disposal::graphql::Disposal;
use crate::archive::graphql::ArchiveFile;
use crate::archive::reading::graphql::ArchiveReading;
use crate::assistance::graphql::Assistance;
use crate::cases::graphql::{Case, Evidence};
use crate::identity;
use crate::identity::graphql::Staff;
use crate::identity::service_accounts::graphql::ServiceAccount;
use crate::incidents::graphql::Incident;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::{NodeKey, parse_global};
use crate::platform::scope::Scope;
use crate::reports::graphql::MonthlyReport;
use crate::reviews::graphql::JointReview;
use async_graphql::{Context, ID, Interface, Object, Result};
use entity::{
    ApprovalId, ArchiveFileId, ArchiveReadingId, AssistanceId, CaseId, DelegationId, DisposalId, EvidenceId,
    IncidentId, JointReviewId, MonthlyReportId, ServiceAccountId, StaffId,
};

/// An object with an id that is unique among all objects.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", directive = inherits::apply()))]
pub enum Node {
    Case(Case),
    Evidence(Evidence),
    Approval(Approval),
    Delegation(Delegation),
    Assistance(Assistance),
    JointReview(JointReview),
    ArchiveFile(ArchiveFile),
    ArchiveReading(ArchiveReading),
    Disposal(Disposal),
    Staff(Staff),
    MonthlyReport(MonthlyReport),
    Incident(Incident),
    ServiceAccount(ServiceAccount),
}

#[derive(Default)]
pub struct NodeQueries;

#[Object]
impl NodeQueries {
    /// The case, evidence item, approval item, delegation, assistance, joint review, archive file, reading of archive files,
    /// disposal, incident, monthly report, service account or person of an id; null for any other id, and for
    /// what is not yours to see.
    #[graphql(directive = access::apply(vec![]))]
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Node>> {
        find(ctx, &id).await.transpose()
    }

    /// The same for up to 100 ids, in their order.
    #[graphql(directive = access::apply(vec![]))]
    async fn nodes(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<Vec<Option<Node>>> {
        if ids.len() > 100 {
            return Err(Failure::bad_input("ids", "Ask for at most 100 ids.").into());
        }
        futures_util::future::try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some((type_name, key)) = parse_global(id) else { return Ok(None) };
    match type_name.as_str() {
        CaseId::TYPE => Ok(Case::load(ctx, key.into()).await?.map(Node::Case)),
        EvidenceId::TYPE => evidence(ctx, key.into()).await,
        ApprovalId::TYPE => Ok(Approval::find(ctx, key.into()).await?.map(Node::Approval)),
        DelegationId::TYPE => delegation(ctx, key.into()).await,
        AssistanceId::TYPE => Ok(Assistance::find(ctx, key.into()).await?.map(Node::Assistance)),
        JointReviewId::TYPE => Ok(JointReview::find(ctx, key.into()).await?.map(Node::JointReview)),
        ArchiveFileId::TYPE => Ok(ArchiveFile::load(ctx, key.into()).await?.map(Node::ArchiveFile)),
        ArchiveReadingId::TYPE => Ok(ArchiveReading::load(ctx, key.into()).await?.map(Node::ArchiveReading)),
        DisposalId::TYPE => disposal(ctx, key.into()).await,
        MonthlyReportId::TYPE => Ok(MonthlyReport::find(ctx, key.into()).await?.map(Node::MonthlyReport)),
        IncidentId::TYPE => Ok(Incident::find(ctx, key.into()).await?.map(Node::Incident)),
        ServiceAccountId::TYPE => Ok(ServiceAccount::find(ctx, key.into()).await?.map(Node::ServiceAccount)),
        StaffId::TYPE => staff(ctx, key.into()).await,
        _ => Ok(None),
    }
}

async fn evidence(ctx: &Context<'_>, id: EvidenceId) -> Result<Option<Node>> {
    if !Scope::of(ctx).actor.may(Permission::EvidenceRead) {
        return Ok(None);
    }
    Ok(Evidence::load(ctx, id).await?.map(Node::Evidence))
}

async fn disposal(ctx: &Context<'_>, id: DisposalId) -> Result<Option<Node>> {
    Ok(Disposal::find(ctx, id).await?.map(Node::Disposal))
}

async fn delegation(ctx: &Context<'_>, id: DelegationId) -> Result<Option<Node>> {
    if !Scope::of(ctx).actor.may(Permission::ApprovalRead) {
        return Ok(None);
    }
    Ok(Delegation::load(ctx, id).await?.map(Node::Delegation))
}

/// Oneself, or anybody for those who may see who works here.
async fn staff(ctx: &Context<'_>, id: StaffId) -> Result<Option<Node>> {
    let actor = &Scope::of(ctx).actor;
    if !actor.is(id) && !actor.may(Permission::StaffRead) {
        return Ok(None);
    }
    Ok(identity::graphql::node(ctx, id).await?.map(Node::Staff))
}
