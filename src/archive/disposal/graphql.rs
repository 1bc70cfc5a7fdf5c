//! Disposals, as those who propose, decide on and audit them see them.

use super::service::approve_disposal::{ApproveDisposal, ApproveDisposalInput};
use super::service::propose_disposal::ProposeDisposal;
use super::service::reject_disposal::RejectDisposal;
use super::store::{self, POSITION};
use crate::archive::graphql::ArchiveFile;
use crate::archive::loaders::{ArchiveLoader, ItemsOf};
use crate::identity::graphql::{Staff, person};
use crate::identity::sign_in_rules::SignInRules;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::db::Command;
use crate::platform::ids::{Global, NodeKey};
use crate::platform::loader::Batching;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::disposal::{self, DisposalState};
use entity::disposal_item::{self, DisposalOutcome};
use entity::{DisposalId, archive_file};
use std::sync::Arc;

/// A disposal of archive files (档案销毁): proposed by one person, decided by another, certified (SG-13.6).
#[derive(Clone, Description)]
pub struct Disposal(disposal::Model);

impl Disposal {
    /// The disposal of a key, as far as the person may read it.
    pub async fn find(ctx: &Context<'_>, id: DisposalId) -> Result<Option<Self>> {
        let scope = Scope::of(ctx);
        Ok(store::by_id(scope.db.read(&scope.actor), &scope.actor, id).await?.map(Self))
    }
}

#[Object(use_type_description)]
impl Disposal {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn state(&self) -> DisposalState {
        self.0.state
    }

    /// Send it back as `expectedVersion`.
    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The rule or law that lets the files go.
    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn legal_basis(&self) -> &str {
        &self.0.legal_basis
    }

    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn proposed_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.proposed_by).await
    }

    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn proposed_at(&self) -> DateTime<Utc> {
        self.0.proposed_at
    }

    /// Who agreed, or did not.
    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn decided_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.decided_by?).await)
    }

    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// What was said with the decision.
    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn opinion(&self) -> Option<&str> {
        self.0.opinion.as_deref()
    }

    /// The files, by number.
    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<DisposalFile>> {
        let items = ctx.data_unchecked::<Batching<ArchiveLoader>>().load_one(ItemsOf(self.0.id)).await?;
        Ok(items.unwrap_or_default().into_iter().map(|(item, file)| DisposalFile { item, file }).collect())
    }

    /// What certifies it; null until all files are dealt with.
    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn certificate(&self) -> Option<DisposalCertificate> {
        self.0.certificate.is_some().then(|| DisposalCertificate(self.0.clone()))
    }
}

/// An archive file of a disposal.
#[derive(Description)]
pub struct DisposalFile {
    item: disposal_item::Model,
    file: archive_file::Model,
}

#[Object(use_type_description)]
impl DisposalFile {
    /// Archive number (投诉档案编号).
    #[graphql(directive = inherits::apply())]
    async fn number(&self) -> &str {
        &self.file.number
    }

    /// Number of the case.
    #[graphql(directive = inherits::apply())]
    async fn case_number(&self) -> &str {
        &self.file.case_number
    }

    /// SHA-256 of the file's canonical JSON, in hexadecimal.
    #[graphql(directive = inherits::apply())]
    async fn sha256(&self) -> &str {
        &self.file.snapshot_sha256
    }

    /// What became of it.
    #[graphql(directive = inherits::apply())]
    async fn outcome(&self) -> DisposalOutcome {
        self.item.state
    }

    /// When it was disposed of, or kept.
    #[graphql(directive = inherits::apply())]
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.item.ended_at
    }

    /// The file itself.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn archive_file(&self) -> ArchiveFile {
        ArchiveFile(self.file.clone())
    }
}

/// What certifies a disposal (销毁清册).
#[derive(Description)]
pub struct DisposalCertificate(disposal::Model);

#[Object(use_type_description)]
impl DisposalCertificate {
    /// Canonical JSON (RFC 8785): who, when, on which basis, and each file with number, hashes and outcome.
    #[graphql(directive = inherits::apply())]
    async fn content(&self) -> &str {
        self.0.certificate.as_deref().unwrap_or_default()
    }

    /// SHA-256 of `content`, in hexadecimal.
    #[graphql(directive = inherits::apply())]
    async fn sha256(&self) -> &str {
        self.0.certificate_sha256.as_deref().unwrap_or_default()
    }

    /// Which key of `/.well-known/jwks.json` signed it.
    #[graphql(directive = inherits::apply())]
    async fn key_id(&self) -> &str {
        self.0.key_id.as_deref().unwrap_or_default()
    }

    /// Ed25519, in base64url, over the text `redress/disposal-certificate/v1`, a zero byte and `content`.
    #[graphql(directive = inherits::apply())]
    async fn signature(&self) -> &str {
        self.0.signature.as_deref().unwrap_or_default()
    }

    #[graphql(directive = inherits::apply())]
    async fn completed_at(&self) -> Option<DateTime<Utc>> {
        self.0.completed_at
    }
}

#[derive(Default)]
pub struct DisposalQueries;

#[Object]
impl DisposalQueries {
    /// The disposal of an id; null when there is none, or it is not yours to see.
    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn disposal(&self, ctx: &Context<'_>, id: Global<DisposalId>) -> Option<Result<Disposal>> {
        Disposal::find(ctx, id.0).await.transpose()
    }

    /// Disposals of archive files, the latest first.
    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn disposals(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Disposal>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let db = scope.db.read(&scope.actor);
        let query = store::visible_to(&scope.actor);
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &disposal::Model| Cursor::new(row.proposed_at, row.id), Disposal))
    }
}

payloads!(
    disposal: Disposal { ProposeDisposalPayload, ApproveDisposalPayload, RejectDisposalPayload }
);

#[derive(Default)]
pub struct DisposalMutations;

#[Object]
impl DisposalMutations {
    /// Proposes archive files for disposal whose time has passed and that nothing keeps (SG-13.6).
    #[graphql(directive = access::apply(vec![Permission::DisposalPropose]))]
    async fn propose_disposal(
        &self,
        ctx: &Context<'_>,
        input: ProposeDisposal,
    ) -> Option<Result<ProposeDisposalPayload>> {
        Some(run(ctx, input).await)
    }

    /// Agrees to a disposal that somebody else proposed (SG-13.6). The contents of its files are destroyed, and cannot be brought
    /// back.
    #[graphql(directive = access::apply(vec![Permission::DisposalApprove]))]
    async fn approve_disposal(
        &self,
        ctx: &Context<'_>,
        input: ApproveDisposalInput,
    ) -> Option<Result<ApproveDisposalPayload>> {
        let tokens = Arc::clone(&ctx.data_unchecked::<SignInRules>().tokens);
        Some(run(ctx, ApproveDisposal { input, tokens }).await)
    }

    /// Does not agree to a disposal that somebody else proposed: its files stay.
    #[graphql(directive = access::apply(vec![Permission::DisposalApprove]))]
    async fn reject_disposal(&self, ctx: &Context<'_>, input: RejectDisposal) -> Option<Result<RejectDisposalPayload>> {
        Some(run(ctx, input).await)
    }
}

async fn run<C, P>(ctx: &Context<'_>, command: C) -> Result<P>
where
    C: Command<Output = DisposalId>,
    P: From<(Option<Disposal>, Vec<Refusal>)>,
{
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, &command).await)?;
    let disposal = match written {
        Some(id) => Disposal::find(ctx, id).await?,
        None => None,
    };
    Ok((disposal, refusals).into())
}
