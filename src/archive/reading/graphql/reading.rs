//! The type `ArchiveReading`.

use crate::archive::graphql::ArchiveFile;
use crate::archive::loaders::{ArchiveLoader, FilesOf, StepsOf};
use crate::archive::reading::policy::{self, ReadingDeed};
use crate::calendar::local_day;
use crate::identity::graphql::{Department, Staff, department, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::loader::Batching;
use crate::platform::refusal::Ability;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use entity::access_register::ReadingPurpose;
use entity::archive_reading::{self, ArchiveReadingState};
use entity::archive_reading_step::{self, ArchiveReadingAct};
use entity::staff_role::Role;
use entity::{ArchiveReadingId, archive_file};

/// Leave to read archive files for some days (档案查阅申请, SG-14): asked for, agreed to by each of `chain` in its order, released by an
/// archivist, signed off by the reader, and confirmed by an archivist who takes the files back.
#[derive(Clone, Description)]
pub struct ArchiveReading(pub archive_reading::Model);

fn loader<'a>(ctx: &Context<'a>) -> &'a Batching<ArchiveLoader> {
    ctx.data_unchecked::<Batching<ArchiveLoader>>()
}

impl ArchiveReading {
    /// The reading of a key, as far as the person sees it.
    pub async fn load(ctx: &Context<'_>, id: ArchiveReadingId) -> Result<Option<Self>> {
        Ok(loader(ctx).load_one(id).await?.map(Self))
    }

    async fn steps_done(&self, ctx: &Context<'_>) -> Result<Vec<archive_reading_step::Model>> {
        Ok(loader(ctx).load_one(StepsOf(self.0.id)).await?.unwrap_or_default())
    }
}

#[Object(use_type_description)]
impl ArchiveReading {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Counts changes; send it back as `expectedVersion`.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Where it stands. A RELEASED one lets its reader read only within the period; see `readable`.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn state(&self) -> ArchiveReadingState {
        self.0.state
    }

    /// Whether its reader reads now: it is released, within the period, and of an external reader the escort is there.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn readable(&self, ctx: &Context<'_>) -> bool {
        let today = local_day(Scope::of(ctx).clock.now());
        policy::leave_for(std::slice::from_ref(&self.0), self.0.purpose, today).is_some()
    }

    /// Who is to read.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn reader(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.reader_id).await
    }

    /// Who asked: the reader, or for an external body an archivist.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn requested_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.requested_by).await
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn requested_at(&self) -> DateTime<Utc> {
        self.0.requested_at
    }

    /// The department of the reader when it was asked for.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn department(&self, ctx: &Context<'_>) -> Result<Department> {
        department(ctx, self.0.department_id).await
    }

    /// What the files are read for, and for nothing else (SG-14.9).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn purpose(&self) -> ReadingPurpose {
        self.0.purpose
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// First local day.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn first_day(&self) -> NaiveDate {
        self.0.first_day
    }

    /// Last local day, included.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn last_day(&self) -> NaiveDate {
        self.0.last_day
    }

    /// The files that it is for.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<ReadingFile>> {
        let files = loader(ctx).load_one(FilesOf(self.0.id)).await?.unwrap_or_default();
        Ok(files.into_iter().map(ReadingFile).collect())
    }

    /// The roles that agree, in their order.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn chain(&self) -> Result<Vec<Role>> {
        Ok(serde_json::from_value(self.0.chain.clone()).map_err(Failure::from)?)
    }

    /// The role of the chain whose turn it is; null when nobody has to agree any more.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn waits_for(&self) -> Option<Role> {
        self.0.waits_for
    }

    /// Where paper is read, and stays; null before the release, and where nothing is on paper.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// Whether the files were intact when they were taken back; null until then.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn intact(&self) -> Option<bool> {
        self.0.intact
    }

    /// The external body for which the reader reads; null for people who work here (SG-14.4).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref()
    }

    /// Who sits with the external reader; null for people who work here.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn escort(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.escort_id?).await)
    }

    /// Since when the escort sits with the external reader; null while nobody does.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn escorted_since(&self) -> Option<DateTime<Utc>> {
        self.0.escorted_since
    }

    /// The legal certificate of the external body; null for people who work here.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn certificate(&self) -> Option<ReadingCertificate> {
        Some(ReadingCertificate {
            media_type: self.0.certificate_media_type.clone()?,
            size: self.0.certificate_size?,
            sha256: self.0.certificate_sha256.clone()?,
            path: format!("/files/{}", self.0.id.global().0),
        })
    }

    /// What was done about it, the first step first. Nobody can change one.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<ArchiveReadingStep>> {
        Ok(self.steps_done(ctx).await?.into_iter().map(ArchiveReadingStep).collect())
    }

    /// What you could do with it now, and if not, why.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn viewer_can(&self) -> ArchiveReadingAbilities {
        ArchiveReadingAbilities(self.clone())
    }
}

/// A file that a reading is for. Whoever sees the reading learns its number and severity.
#[derive(Description)]
pub struct ReadingFile(archive_file::Model);

#[Object(use_type_description)]
impl ReadingFile {
    /// Archive number.
    #[graphql(directive = inherits::apply())]
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// Code of the severity of its case, which says who agrees.
    #[graphql(directive = inherits::apply())]
    async fn severity(&self) -> &str {
        &self.0.severity
    }

    /// The file itself; null while it is not yours to read.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn file(&self, ctx: &Context<'_>) -> Result<Option<ArchiveFile>> {
        ArchiveFile::load(ctx, self.0.id).await
    }
}

/// The legal certificate of an external body.
#[derive(SimpleObject)]
pub struct ReadingCertificate {
    /// Media type, as the server recognised it.
    #[graphql(directive = inherits::apply())]
    media_type: String,
    /// In bytes.
    #[graphql(directive = inherits::apply())]
    size: i64,
    /// SHA-256 of its contents.
    #[graphql(directive = inherits::apply())]
    sha256: String,
    /// Where it is downloaded from, signed in like here.
    #[graphql(directive = inherits::apply())]
    path: String,
}

/// What somebody did about a reading: a signature of who and when.
#[derive(Description)]
pub struct ArchiveReadingStep(archive_reading_step::Model);

#[Object(use_type_description)]
impl ArchiveReadingStep {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn act(&self) -> ArchiveReadingAct {
        self.0.act
    }

    #[graphql(directive = inherits::apply())]
    async fn acted_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.acted_by).await
    }

    /// The role of the chain in which somebody agreed or refused; null for other acts.
    #[graphql(directive = inherits::apply())]
    async fn acted_as(&self) -> Option<Role> {
        self.0.acted_as
    }

    #[graphql(directive = inherits::apply())]
    async fn acted_at(&self) -> DateTime<Utc> {
        self.0.acted_at
    }

    /// Opinion, reason, or what was found.
    #[graphql(directive = inherits::apply())]
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// What the person asking could do with a reading now: one field for each button.
#[derive(Description)]
pub struct ArchiveReadingAbilities(ArchiveReading);

impl ArchiveReadingAbilities {
    async fn of(&self, ctx: &Context<'_>, deed: ReadingDeed) -> Result<Ability> {
        let scope = Scope::of(ctx);
        let steps = self.0.steps_done(ctx).await?;
        let today = local_day(scope.clock.now());
        Ok(Ability(policy::may(deed, &scope.actor, &self.0.0, &steps, today)))
    }
}

#[Object(use_type_description)]
impl ArchiveReadingAbilities {
    /// `decideArchiveReading`
    #[graphql(directive = inherits::apply())]
    async fn decide(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReadingDeed::Decide).await
    }

    /// `releaseArchiveReading`
    #[graphql(directive = inherits::apply())]
    async fn release(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReadingDeed::Release).await
    }

    /// `returnArchiveReading`
    #[graphql(directive = inherits::apply())]
    async fn r#return(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReadingDeed::Return).await
    }

    /// `confirmArchiveReading`
    #[graphql(directive = inherits::apply())]
    async fn confirm(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReadingDeed::Confirm).await
    }

    /// `withdrawArchiveReading`
    #[graphql(directive = inherits::apply())]
    async fn withdraw(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReadingDeed::Withdraw).await
    }

    /// `revokeArchiveReading`
    #[graphql(directive = inherits::apply())]
    async fn revoke(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReadingDeed::Revoke).await
    }

    /// `openEscortSession`
    #[graphql(directive = inherits::apply())]
    async fn open_escort_session(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReadingDeed::OpenEscort).await
    }

    /// `closeEscortSession`
    #[graphql(directive = inherits::apply())]
    async fn close_escort_session(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.of(ctx, ReadingDeed::CloseEscort).await
    }
}
