//! Supplements as a portal sees them.

use super::service::add_archive_supplement::AddArchiveSupplement;
use super::{CONTENT, Supplement, policy};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Ability;
use crate::platform::scope::Scope;
use crate::platform::vault::DataKey;
use crate::profiles::Profile;
use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::archive_supplement::{self, SupplementKind};
use entity::case;

/// Whether the person asking could add to the file of a case.
pub fn may_add_archive_supplement(ctx: &Context<'_>, case: &case::Model, profile: &Profile) -> Ability {
    Ability(policy::may_supplement(&Scope::of(ctx).actor, case, profile))
}

/// Something that was added to an archive file after the filing (HK-5.6.4).
#[derive(Description)]
pub struct ArchiveSupplement {
    row: archive_supplement::Model,
    content: Supplement,
}

impl ArchiveSupplement {
    /// A supplement of a file that was opened.
    pub fn open(key: &DataKey, row: archive_supplement::Model) -> Result<Self, Failure> {
        let content = key.open(CONTENT, row.id, &row.content_sealed)?;
        Ok(Self { content: serde_json::from_str(&content)?, row })
    }
}

#[Object(use_type_description)]
impl ArchiveSupplement {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// Counted from 1 within the file.
    #[graphql(directive = inherits::apply())]
    async fn position(&self) -> i32 {
        self.row.position
    }

    #[graphql(directive = inherits::apply())]
    async fn kind(&self) -> SupplementKind {
        self.row.kind
    }

    /// What it is, in words.
    #[graphql(directive = inherits::apply())]
    async fn text(&self) -> &str {
        &self.content.text
    }

    /// The files that belong to it.
    #[graphql(directive = inherits::apply())]
    async fn evidence(&self) -> Vec<ArchivedEvidence> {
        let items = self.content.evidence.iter();
        items.map(|item| ArchivedEvidence { id: item.id.global(), sha256: item.sha256.clone() }).collect()
    }

    #[graphql(directive = inherits::apply())]
    async fn added_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.row.added_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn added_at(&self) -> DateTime<Utc> {
        self.row.added_at
    }

    /// SHA-256 of its canonical JSON (RFC 8785).
    #[graphql(directive = inherits::apply())]
    async fn sha256(&self) -> &str {
        &self.row.content_sha256
    }

    /// The hash of the supplement before it, or of the file as it was filed; it stands in what `sha256` is made of.
    #[graphql(directive = inherits::apply())]
    async fn previous_sha256(&self) -> &str {
        &self.row.previous_sha256
    }
}

/// A file of evidence that belongs to an archive file.
#[derive(SimpleObject)]
pub struct ArchivedEvidence {
    /// Id of the evidence item.
    #[graphql(directive = inherits::apply())]
    id: ID,
    /// SHA-256 of its contents.
    #[graphql(directive = inherits::apply())]
    sha256: String,
}

/// That something was added to a file. What it says is shown where the file is opened.
#[derive(SimpleObject)]
pub struct AddedArchiveSupplement {
    /// Id of the supplement.
    #[graphql(directive = inherits::apply())]
    id: ID,
}

payloads!(
    supplement: AddedArchiveSupplement { AddArchiveSupplementPayload }
);

#[derive(Default)]
pub struct SupplementMutations;

#[Object]
impl SupplementMutations {
    /// Adds to the file of an archived case: by its handler, and by whom the profile names (HK-5.6.4). The case stays archived,
    /// and every hash that was there stays as it is.
    #[graphql(directive = access::apply(vec![Permission::ArchiveSupplement]))]
    async fn add_archive_supplement(
        &self,
        ctx: &Context<'_>,
        input: AddArchiveSupplement,
    ) -> Option<Result<AddArchiveSupplementPayload>> {
        Some(add(ctx, &input).await.map_err(Into::into))
    }
}

async fn add(ctx: &Context<'_>, input: &AddArchiveSupplement) -> Result<AddArchiveSupplementPayload, Failure> {
    let scope = Scope::of(ctx);
    let (added, refusals) = settle(scope.db.run(&scope.actor, input).await)?;
    Ok((added.map(|id| AddedArchiveSupplement { id: id.global() }), refusals).into())
}
