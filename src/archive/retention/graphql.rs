//! How long files are kept, as archivists and auditors see it.

use super::loaders::KeepingOf;
use super::policy::{self, RetentionState};
use super::sealed;
use super::service::keep_permanently::KeepPermanently;
use super::service::place_legal_hold::PlaceLegalHold;
use super::service::release_legal_hold::ReleaseLegalHold;
use super::store::{self, Hold, Keeping};
use crate::archive::graphql::ArchiveFile;
use crate::archive::loaders::ArchiveLoader;
use crate::archive::store::POSITION;
use crate::calendar::local_day;
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::db::Command;
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::loader::{Batching, Remembering};
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use crate::platform::vault::loaders::key_of;
use crate::profiles::loaders::ProfileLoader;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, NaiveDate, Utc};
use entity::permanent_retention::{self, PermanentGround};
use entity::{ArchiveFileId, CaseId, archive_file};

/// How long an archive file is kept (保管期限), by the profile that its case follows (SG-13.4, SG-13.5).
#[derive(Description)]
pub struct Retention {
    keeping: Keeping,
    state: RetentionState,
    until: Option<NaiveDate>,
    rule: Option<String>,
}

impl Retention {
    /// Of a file that was found.
    pub async fn of(ctx: &Context<'_>, file: ArchiveFileId) -> Result<Self> {
        let keeping = ctx.data_unchecked::<Batching<ArchiveLoader>>().load_one(KeepingOf(file)).await?;
        let keeping = keeping.ok_or_else(|| Failure::internal("an archive file vanished"))?;
        let profiles = ctx.data_unchecked::<Remembering<ProfileLoader>>();
        let profile = profiles.load_one(keeping.profile_version).await?;
        let profile = profile.ok_or_else(|| Failure::internal("a profile version vanished"))?;
        let rule = policy::rule_for(profile.retention.as_ref(), &keeping.severity);
        let facts = keeping.facts();
        Ok(Self {
            state: policy::state(rule, &facts, local_day(Scope::of(ctx).clock.now())),
            until: rule.and_then(|rule| policy::until(rule, &facts)),
            rule: rule.map(|rule| rule.rule.clone()),
            keeping,
        })
    }
}

#[Object(use_type_description)]
impl Retention {
    /// Whether it must still be kept, today.
    #[graphql(directive = inherits::apply())]
    async fn state(&self) -> RetentionState {
        self.state
    }

    /// The last local day on which it must be kept: from the day after it may be proposed for disposal. Null when it is kept for
    /// good, or the profile sets no time.
    #[graphql(directive = inherits::apply())]
    async fn retain_until(&self) -> Option<NaiveDate> {
        self.until
    }

    /// The rule of the profile that says so, such as `SG-13.4`.
    #[graphql(directive = inherits::apply())]
    async fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }

    /// Why it is to be kept for good, as it was said; it has an effect where the profile lists the ground for the severity.
    #[graphql(directive = inherits::apply())]
    async fn permanent_grounds(&self) -> Vec<PermanentRetention> {
        let case = self.keeping.case;
        self.keeping.permanent.iter().cloned().map(|row| PermanentRetention { row, case }).collect()
    }

    /// The legal holds, released ones too, the earliest first.
    #[graphql(directive = inherits::apply())]
    async fn holds(&self) -> Vec<LegalHold> {
        let case = self.keeping.case;
        self.keeping.holds.iter().cloned().map(|hold| LegalHold { hold, case }).collect()
    }

    /// When its contents were destroyed.
    #[graphql(directive = inherits::apply())]
    async fn disposed_at(&self) -> Option<DateTime<Utc>> {
        self.keeping.disposed_at
    }

    /// The id of the disposal that it waits in, or by which it went.
    #[graphql(directive = access::apply(vec![Permission::DisposalRead]))]
    async fn disposal_id(&self) -> Option<ID> {
        self.keeping.disposal.map(NodeKey::global)
    }
}

/// A ground to keep a file for good. Nobody can change or delete it.
#[derive(Description)]
pub struct PermanentRetention {
    row: permanent_retention::Model,
    case: CaseId,
}

#[Object(use_type_description)]
impl PermanentRetention {
    #[graphql(directive = inherits::apply())]
    async fn ground(&self) -> PermanentGround {
        self.row.ground
    }

    /// In words; null once the file was disposed of.
    #[graphql(directive = inherits::apply())]
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(key) = key_of(ctx, self.case).await? else { return Ok(None) };
        Ok(Some(key.open(sealed::PERMANENT_REASON, self.row.archive_file_id, &self.row.reason_sealed)?))
    }

    #[graphql(directive = inherits::apply())]
    async fn set_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.row.set_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn set_at(&self) -> DateTime<Utc> {
        self.row.set_at
    }
}

/// A legal hold (保全): keeps a file from disposal until it is released.
#[derive(Description)]
pub struct LegalHold {
    hold: Hold,
    case: CaseId,
}

#[Object(use_type_description)]
impl LegalHold {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.hold.0.id.global()
    }

    /// In words; null once the file was disposed of.
    #[graphql(directive = inherits::apply())]
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(key) = key_of(ctx, self.case).await? else { return Ok(None) };
        Ok(Some(key.open(sealed::HOLD_REASON, self.hold.0.id, &self.hold.0.reason_sealed)?))
    }

    #[graphql(directive = inherits::apply())]
    async fn placed_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.hold.0.placed_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn placed_at(&self) -> DateTime<Utc> {
        self.hold.0.placed_at
    }

    /// When it was released; null while it holds.
    #[graphql(directive = inherits::apply())]
    async fn released_at(&self) -> Option<DateTime<Utc>> {
        self.hold.1.as_ref().map(|release| release.released_at)
    }

    #[graphql(directive = inherits::apply())]
    async fn released_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.hold.1.as_ref()?.released_by).await)
    }

    /// Why it was released; null while it holds, and once the file was disposed of.
    #[graphql(directive = inherits::apply())]
    async fn release_reason(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(release) = &self.hold.1 else { return Ok(None) };
        let Some(key) = key_of(ctx, self.case).await? else { return Ok(None) };
        Ok(Some(key.open(sealed::RELEASE_REASON, release.legal_hold_id, &release.reason_sealed)?))
    }
}

#[derive(Default)]
pub struct RetentionQueries;

#[Object]
impl RetentionQueries {
    /// Files whose time has passed and that nothing keeps, the latest first; they can be read like any other until somebody
    /// disposes of them (SG-13.6).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn disposable_archive_files(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ArchiveFile>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let db = scope.db.read(&scope.actor);
        let query = store::eligible(db, &scope.actor, scope.clock.now()).await?;
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &archive_file::Model| Cursor::new(row.filed_at, row.id), ArchiveFile))
    }
}

payloads!(
    archive_file: ArchiveFile { PlaceLegalHoldPayload, ReleaseLegalHoldPayload, KeepPermanentlyPayload }
);

#[derive(Default)]
pub struct RetentionMutations;

#[Object]
impl RetentionMutations {
    /// Keeps an archive file from disposal, with a reason, until the hold is released (SG-13.6).
    #[graphql(directive = access::apply(vec![Permission::RetentionManage]))]
    async fn place_legal_hold(
        &self,
        ctx: &Context<'_>,
        input: PlaceLegalHold,
    ) -> Option<Result<PlaceLegalHoldPayload>> {
        Some(run(ctx, input).await)
    }

    /// Ends a legal hold, with a reason; others on the file go on.
    #[graphql(directive = access::apply(vec![Permission::RetentionManage]))]
    async fn release_legal_hold(
        &self,
        ctx: &Context<'_>,
        input: ReleaseLegalHold,
    ) -> Option<Result<ReleaseLegalHoldPayload>> {
        Some(run(ctx, input).await)
    }

    /// Says why an archive file is to be kept for good (SG-13.5).
    #[graphql(directive = access::apply(vec![Permission::RetentionManage]))]
    async fn keep_permanently(
        &self,
        ctx: &Context<'_>,
        input: KeepPermanently,
    ) -> Option<Result<KeepPermanentlyPayload>> {
        Some(run(ctx, input).await)
    }
}

async fn run<C, P>(ctx: &Context<'_>, command: C) -> Result<P>
where
    C: Command<Output = ArchiveFileId>,
    P: From<(Option<ArchiveFile>, Vec<Refusal>)>,
{
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, &command).await)?;
    let file = match written {
        Some(id) => ArchiveFile::load(ctx, id).await?,
        None => None,
    };
    Ok((file, refusals).into())
}
