//! Proofs that the audit trail is what it was, for auditors who keep heads of their own.

use super::AuditEvent;
use crate::audit::head::TreeHead;
use crate::audit::leaf::Leaf;
use crate::audit::store;
use crate::audit::tree::{Hash, Question, hash_of, leaf_hash};
use crate::platform::access::{Permission, access};
use crate::platform::digest::hex;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, Object};
use chrono::{DateTime, Utc};
use entity::{AuditEventId, audit_tree_head};
use tlog_tiles::{check_record, check_tree};

/// What the server stated, and signed, of its audit log when it had so many events (RFC 6962, 3.5). Two heads of one log never
/// contradict each other: `auditConsistency` proves it.
#[derive(Description)]
pub struct AuditTreeHead(TreeHead);

#[Object(use_type_description)]
impl AuditTreeHead {
    /// How many events the log had.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn size(&self) -> u64 {
        self.0.size
    }

    /// Root of the tree over them: SHA-256, in hexadecimal.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn root(&self) -> &str {
        &self.0.root
    }

    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn signed_at(&self) -> DateTime<Utc> {
        self.0.timestamp
    }

    /// The key that signed it, by its RFC 7638 thumbprint.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn key_id(&self) -> &str {
        &self.0.signature.key_id
    }

    /// Ed25519 signature, in base64url.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn signature(&self) -> &str {
        &self.0.signature.value
    }

    /// The head as one line of canonical JSON: keep it, and give it to `redress audit verify --anchor`.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn line(&self) -> Result<String> {
        self.0.line()
    }
}

/// Proof that an event is in the log (RFC 6962, 2.1.1): leaf hash and path give the root of the head.
#[derive(Description)]
pub struct AuditProof {
    event: AuditEvent,
    index: u64,
    leaf: String,
    head: TreeHead,
    path: Vec<Hash>,
}

#[Object(use_type_description)]
impl AuditProof {
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn event(&self) -> &AuditEvent {
        &self.event
    }

    /// The number of its leaf, from 0.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn leaf_index(&self) -> u64 {
        self.index
    }

    /// The leaf: the event as canonical JSON, of which a sealed reason is hashed as it is sealed.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn leaf(&self) -> &str {
        &self.leaf
    }

    /// SHA-256 over a zero byte and the leaf, in hexadecimal.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn leaf_hash(&self) -> String {
        hex(&leaf_hash(self.leaf.as_bytes()).0)
    }

    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn head(&self) -> AuditTreeHead {
        AuditTreeHead(self.head.clone())
    }

    /// The audit path from the leaf up, in hexadecimal: at most as many hashes as the tree is high, which is 20 of a million events.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn path(&self) -> Vec<String> {
        self.path.iter().map(|hash| hex(&hash.0)).collect()
    }
}

/// Proof that the log of one head is the beginning of the log of another (RFC 6962, 2.1.2).
#[derive(Description)]
pub struct AuditConsistency {
    from: TreeHead,
    to: TreeHead,
    path: Vec<Hash>,
}

#[Object(use_type_description)]
impl AuditConsistency {
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn from(&self) -> AuditTreeHead {
        AuditTreeHead(self.from.clone())
    }

    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn to(&self) -> AuditTreeHead {
        AuditTreeHead(self.to.clone())
    }

    /// The hashes of the proof, in hexadecimal: at most one more than the tree is high.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn path(&self) -> Vec<String> {
        self.path.iter().map(|hash| hex(&hash.0)).collect()
    }
}

#[derive(Default)]
pub struct AuditProofQueries;

#[Object]
impl AuditProofQueries {
    /// The last head of the audit log, or the one of a size; null when there is none. Events are in it a second or two after they
    /// happened.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn audit_tree_head(
        &self,
        ctx: &Context<'_>,
        size: Option<u64>,
    ) -> Option<async_graphql::Result<AuditTreeHead>> {
        let found = head(ctx, size).await.transpose()?;
        Some(found.map(|(head, _)| AuditTreeHead(head)).map_err(Into::into))
    }

    /// Proves that an event is in the log: of the last head, or of the one of a size. Null for an id that is none of an event, for an
    /// event that is not sealed yet, and for a head that is not there or is older than the event.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn audit_proof(
        &self,
        ctx: &Context<'_>,
        event_id: Global<AuditEventId>,
        size: Option<u64>,
    ) -> Option<async_graphql::Result<AuditProof>> {
        Some(prove_event(ctx, event_id.0, size).await.transpose()?.map_err(Into::into))
    }

    /// Proves that the log of one head is the beginning of the log of another, or of the last. Null when there is no head of such a
    /// size.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn audit_consistency(
        &self,
        ctx: &Context<'_>,
        from: u64,
        to: Option<u64>,
    ) -> Option<async_graphql::Result<AuditConsistency>> {
        Some(prove_growth(ctx, from, to).await.transpose()?.map_err(Into::into))
    }
}

async fn head(ctx: &Context<'_>, size: Option<u64>) -> Result<Option<(TreeHead, Hash)>> {
    let scope = Scope::of(ctx);
    let size = size.map(|size| i64::try_from(size).unwrap_or(i64::MAX));
    let Some(row) = store::head(scope.db.read(&scope.actor), size).await? else { return Ok(None) };
    Ok(Some((TreeHead::of(&row)?, root(&row)?)))
}

fn root(row: &audit_tree_head::Model) -> Result<Hash> {
    hash_of(&row.root).ok_or_else(|| Failure::internal("a tree head without a root"))
}

async fn prove_event(ctx: &Context<'_>, id: AuditEventId, size: Option<u64>) -> Result<Option<AuditProof>> {
    let scope = Scope::of(ctx);
    let db = scope.db.read(&scope.actor);
    let Some((index, event)) = store::sealed_event(db, &scope.actor, id).await? else { return Ok(None) };
    let Some(leaf) = store::leaf(db, id).await?.as_ref().map(Leaf::text).transpose()? else { return Ok(None) };
    let index = u64::try_from(index).map_err(|_| Failure::internal("a leaf of a negative number"))?;
    let Some((head, root)) = head(ctx, size).await?.filter(|(head, _)| index < head.size) else { return Ok(None) };
    let question = Question::Inclusion { index, size: head.size };
    let path = question.answer(&store::hashes(db, &question.positions()?).await?)?;
    check_record(&path, head.size, root, index, leaf_hash(leaf.as_bytes())).map_err(|_| changed())?;
    Ok(Some(AuditProof { event: AuditEvent(event), index, leaf, head, path }))
}

async fn prove_growth(ctx: &Context<'_>, from: u64, to: Option<u64>) -> Result<Option<AuditConsistency>> {
    let scope = Scope::of(ctx);
    let Some((from, old)) = head(ctx, Some(from)).await? else { return Ok(None) };
    let Some((to, new)) = head(ctx, to).await?.filter(|(to, _)| from.size <= to.size) else { return Ok(None) };
    let question = Question::Consistency { from: from.size, to: to.size };
    let path = question.answer(&store::hashes(scope.db.read(&scope.actor), &question.positions()?).await?)?;
    check_tree(&path, to.size, new, from.size, old).map_err(|_| changed())?;
    Ok(Some(AuditConsistency { from, to, path }))
}

/// A proof that does not hold is not given out: somebody changed the trail, or the log over it.
fn changed() -> Failure {
    Failure::internal("the audit trail is not what was signed: run `redress audit export` and `redress audit verify`")
}
