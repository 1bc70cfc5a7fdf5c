//! Evidence as a portal sees it.

use super::case::Case;
use super::loader;
use crate::cases::entry::EvidenceDetail;
use crate::cases::evidence::loaders::EvidenceOf;
use crate::cases::evidence::service::add_evidence::AddEvidence;
use crate::cases::evidence::{policy, sealed};
use crate::cases::store::CaseRead;
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::ids::NodeKey;
use crate::platform::masked::{Masked, Personal};
use crate::platform::payload::settle;
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{ComplexObject, Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::EvidenceId;
use entity::evidence::{self, EvidenceKind, EvidenceSource};

/// An evidence item (证据): a file of a case, which nobody can change or remove.
#[derive(Clone, Description)]
pub struct Evidence {
    item: evidence::Model,
    case: Case,
}

impl Evidence {
    /// The item of a key, as far as the person may read it.
    pub async fn load(ctx: &Context<'_>, id: EvidenceId) -> Result<Option<Self>> {
        let found = loader(ctx).load_one(id).await?;
        Ok(found.map(|(item, case)| Self { item, case: Case::new(CaseRead::bare(case)) }))
    }
}

/// The evidence of a case, as far as the person may read it.
pub async fn of_case(ctx: &Context<'_>, case: &Case) -> Result<Vec<Evidence>> {
    if !policy::may_read(&Scope::of(ctx).actor, &case.0.case) {
        return Ok(Vec::new());
    }
    let items = loader(ctx).load_one(EvidenceOf(case.0.case.id)).await?.unwrap_or_default();
    Ok(items.into_iter().map(|item| Evidence { item, case: case.clone() }).collect())
}

#[Object(use_type_description)]
impl Evidence {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.item.id.global()
    }

    /// The case; null for auditors once it is archived, who then read it in the archive.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn case(&self, ctx: &Context<'_>) -> Option<Case> {
        self.case.clone().shown(ctx)
    }

    /// What it is.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn kind(&self) -> EvidenceKind {
        self.item.kind
    }

    /// From whom it comes.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn source(&self) -> EvidenceSource {
        self.item.source
    }

    /// Who collected it.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn collector(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.item.collector_id).await
    }

    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn collected_at(&self) -> DateTime<Utc> {
        self.item.collected_at
    }

    /// What it shows.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn description(&self) -> Option<&str> {
        self.item.description.as_deref()
    }

    /// Name of the file; its extension only, for who does not work on the open case.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn name(&self, ctx: &Context<'_>) -> Result<Masked> {
        let sealed = &self.item.name_sealed;
        Ok(self.case.masked_of(ctx, Personal::FileName, sealed::NAME, self.item.id, sealed)?)
    }

    /// What the file is, by its content: for example `application/pdf`.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn media_type(&self) -> &str {
        &self.item.media_type
    }

    /// Bytes of the file.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn size(&self) -> f64 {
        // Exact up to 8 PiB; an `Int` of GraphQL ends at 2 GiB.
        #[allow(clippy::cast_precision_loss, reason = "files are smaller")]
        let size = self.item.size as f64;
        size
    }

    /// SHA-256 of the file as it was brought, in hexadecimal.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn sha256(&self) -> &str {
        &self.item.sha256
    }

    /// Where the file is given out: `GET` it from this server with the same access token. Each reading leaves a row in the
    /// reading register; auditors say what for (`?purpose=COMPLIANCE_CHECK`).
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn path(&self) -> String {
        format!("/files/{}", self.item.id.global().0)
    }

    /// Who attached it to the case.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn added_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.item.added_by).await
    }

    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn added_at(&self) -> DateTime<Utc> {
        self.item.added_at
    }
}

#[ComplexObject]
impl EvidenceDetail {
    /// The item, for who may read the evidence of the case.
    #[graphql(directive = access::apply(vec![Permission::EvidenceRead]))]
    async fn evidence(&self, ctx: &Context<'_>) -> Option<Result<Evidence>> {
        Evidence::load(ctx, self.evidence_id).await.transpose()
    }
}

/// What the mutation did.
#[derive(SimpleObject)]
pub struct AddEvidencePayload {
    /// What was added; null when nothing was done.
    #[graphql(directive = inherits::apply())]
    evidence: Option<Evidence>,
    /// The case, as it now is; null when nothing was done.
    #[graphql(directive = inherits::apply())]
    case: Option<Case>,
    /// Why nothing was done; empty when it was.
    #[graphql(directive = inherits::apply())]
    refusals: Vec<Refusal>,
}

#[derive(Default)]
pub struct EvidenceMutations;

#[Object]
impl EvidenceMutations {
    /// Attaches a file that you brought over `POST /files` to a case that you handle, for good (HK-5.4.2).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn add_evidence(&self, ctx: &Context<'_>, input: AddEvidence) -> Option<Result<AddEvidencePayload>> {
        Some(add(ctx, input).await)
    }
}

async fn add(ctx: &Context<'_>, input: AddEvidence) -> Result<AddEvidencePayload> {
    let scope = Scope::of(ctx);
    let (added, refusals) = settle(scope.db.run(&scope.actor, &input).await)?;
    let Some(id) = added else { return Ok(AddEvidencePayload { evidence: None, case: None, refusals }) };
    let evidence = Evidence::load(ctx, id).await?;
    let case = Case::find(ctx, input.case_id.0, Case::shape(&ctx.look_ahead().field("case"))).await?;
    Ok(AddEvidencePayload { evidence, case, refusals })
}
