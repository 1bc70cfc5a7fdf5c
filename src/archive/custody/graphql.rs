//! How the archive is kept, as a portal sees it.

use super::policy::{self, Due};
use super::service::move_archive_file::MoveArchiveFile;
use super::service::record_archive_backup::RecordArchiveBackup;
use super::service::record_archive_check::RecordArchiveCheck;
use super::service::record_damage::record_damage;
use super::service::treat_archive_damage::TreatArchiveDamage;
use super::store::{self, BACKUP_POSITION, CHECK_POSITION, DAMAGE_POSITION};
use crate::archive::graphql::ArchiveFile;
use crate::archive::loaders::{ArchiveLoader, FoundBy, TreatmentOf};
use crate::archive::store::by_id;
use crate::archive::verification::{Fault, verify};
use crate::calendar::{day_start, local_day};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::files::Files;
use crate::platform::ids::{Global, NodeKey};
use crate::platform::loader::Batching;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::scope::Scope;
use crate::profiles;
use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use entity::archive_damage::{self, DamageKind};
use entity::archive_file::ArchiveMedium;
use entity::{ArchiveFileId, archive_backup, archive_check, archive_placement, archive_treatment};

/// Where a paper file is kept (SG-13.1).
#[derive(Description)]
pub struct ArchivePlacement(pub archive_placement::Model);

#[Object(use_type_description)]
impl ArchivePlacement {
    /// The locked cabinet.
    #[graphql(directive = inherits::apply())]
    async fn cabinet(&self) -> &str {
        &self.0.cabinet
    }

    /// Where in the cabinet.
    #[graphql(directive = inherits::apply())]
    async fn place(&self) -> &str {
        &self.0.place
    }

    /// Who holds the key (SG-16.2).
    #[graphql(directive = inherits::apply())]
    async fn key_holder(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.key_holder_id).await
    }

    #[graphql(directive = inherits::apply())]
    async fn placed_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.placed_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn placed_at(&self) -> DateTime<Utc> {
        self.0.placed_at
    }
}

/// A check of the archive (SG-13.3). Nobody can change or delete it.
#[derive(Description)]
pub struct ArchiveCheck(archive_check::Model);

#[Object(use_type_description)]
impl ArchiveCheck {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What was checked.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn medium(&self) -> ArchiveMedium {
        self.0.medium
    }

    /// What was seen, in words.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn remark(&self) -> Option<&str> {
        self.0.remark.as_deref()
    }

    /// The damage that it found.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn findings(&self, ctx: &Context<'_>) -> Result<Vec<ArchiveDamage>> {
        let loader = ctx.data_unchecked::<Batching<ArchiveLoader>>();
        let found = loader.load_one(FoundBy(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(ArchiveDamage).collect())
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn checked_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.checked_by).await
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn checked_at(&self) -> DateTime<Utc> {
        self.0.checked_at
    }
}

/// Damage of an archive file (SG-13.3). Nobody can change or delete it; what was done about it is recorded with it.
#[derive(Description)]
pub struct ArchiveDamage(pub archive_damage::Model);

impl ArchiveDamage {
    async fn treatment(&self, ctx: &Context<'_>) -> Result<Option<archive_treatment::Model>> {
        ctx.data_unchecked::<Batching<ArchiveLoader>>().load_one(TreatmentOf(self.0.id)).await
    }
}

#[Object(use_type_description)]
impl ArchiveDamage {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The file; null for a cabinet or a store as a whole.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn file(&self, ctx: &Context<'_>) -> Option<Result<ArchiveFile>> {
        ArchiveFile::load(ctx, self.0.archive_file_id?).await.transpose()
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn kind(&self) -> DamageKind {
        self.0.kind
    }

    /// What of the file, as verification names it: `SNAPSHOT`, the kind of a part, `SUPPLEMENT n`, or `EVIDENCE` with a key.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn part(&self) -> Option<&str> {
        self.0.part.as_deref()
    }

    /// What was seen, in words.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn remark(&self) -> Option<&str> {
        self.0.remark.as_deref()
    }

    /// Who found it; null when the system did.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn found_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.found_by?).await)
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn found_at(&self) -> DateTime<Utc> {
        self.0.found_at
    }

    /// What was done about it; null while nothing was.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn measure(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        Some(self.treatment(ctx).await.transpose()?.map(|treatment| treatment.measure))
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn treated_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        match self.treatment(ctx).await.transpose()? {
            Ok(treatment) => Some(person(ctx, treatment.treated_by).await),
            Err(error) => Some(Err(error)),
        }
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn treated_at(&self, ctx: &Context<'_>) -> Option<Result<DateTime<Utc>>> {
        Some(self.treatment(ctx).await.transpose()?.map(|treatment| treatment.treated_at))
    }
}

/// A backup of the archive, as it was logged (SG-13.2). Nobody can change or delete it.
#[derive(Description)]
pub struct ArchiveBackup(archive_backup::Model);

#[Object(use_type_description)]
impl ArchiveBackup {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn made_at(&self) -> DateTime<Utc> {
        self.0.made_at
    }

    /// Where it is kept.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn place(&self) -> &str {
        &self.0.place
    }

    /// Whether it was complete and could be read.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn succeeded(&self) -> bool {
        self.0.succeeded
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn remark(&self) -> Option<&str> {
        self.0.remark.as_deref()
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.recorded_by).await
    }
}

/// A month or quarter in which nobody has checked files of a medium yet (SG-13.3).
#[derive(SimpleObject)]
pub struct ArchiveCheckDue {
    #[graphql(directive = inherits::apply())]
    medium: ArchiveMedium,
    /// First day of the month or quarter.
    #[graphql(directive = inherits::apply())]
    from: NaiveDate,
    /// The last day on which the check is in time.
    #[graphql(directive = inherits::apply())]
    until: NaiveDate,
    /// True from the day after.
    #[graphql(directive = inherits::apply())]
    overdue: bool,
}

/// What verification found of an archive file.
#[derive(SimpleObject)]
pub struct ArchiveVerification {
    #[graphql(directive = inherits::apply())]
    file: ArchiveFile,
    /// Whether the file, its supplements and the contents of its evidence give the hashes that were recorded.
    #[graphql(directive = inherits::apply())]
    intact: bool,
    /// What is not as it was filed; it was recorded as damage.
    #[graphql(directive = inherits::apply())]
    faults: Vec<ArchiveFault>,
}

/// Something in an archive file that is not as it was filed.
#[derive(SimpleObject)]
pub struct ArchiveFault {
    #[graphql(directive = inherits::apply())]
    kind: DamageKind,
    /// `SNAPSHOT`, the kind of a part, `SUPPLEMENT n`, or `EVIDENCE` with a key.
    #[graphql(directive = inherits::apply())]
    part: String,
}

#[derive(Default)]
pub struct CustodyQueries;

#[Object]
impl CustodyQueries {
    /// Hashes everything in an archive file again, its supplements and the contents of its evidence, and compares it with what was
    /// recorded; what does not fit is recorded as damage (SG-13.3). It shows nothing of the contents. Null when there is no such
    /// file, or you may not look it up.
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn verify_archive_file(
        &self,
        ctx: &Context<'_>,
        id: Global<ArchiveFileId>,
    ) -> Option<Result<ArchiveVerification>> {
        examine(ctx, id.0).await.map_err(Into::into).transpose()
    }

    /// The checks of the archive, the latest first (SG-13.3).
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn archive_checks(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ArchiveCheck>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let (db, query) = (scope.db.read(&scope.actor), store::checks_visible_to(&scope.actor));
        let listed = page.list(db, query, CHECK_POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &archive_check::Model| Cursor::new(row.checked_at, row.id), ArchiveCheck))
    }

    /// The months and quarters in which the profile asks for a check and there is none yet, the latest first of each medium, at
    /// most 120 of each (SG-13.3).
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn archive_checks_due(&self, ctx: &Context<'_>) -> Result<Vec<ArchiveCheckDue>> {
        Ok(checks_due(ctx).await?)
    }

    /// Damage of archive files, the latest first (SG-13.3).
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn archive_damages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only that about which something, or nothing, was done.")] treated: Option<bool>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ArchiveDamage>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let all = store::damages_visible_to(&scope.actor);
        let query = treated.map_or(all.clone(), |treated| store::treated(all, treated));
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, DAMAGE_POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &archive_damage::Model| Cursor::new(row.found_at, row.id), ArchiveDamage))
    }

    /// The log of backups, the latest first (SG-13.2).
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn archive_backups(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ArchiveBackup>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let (db, query) = (scope.db.read(&scope.actor), store::backups_visible_to(&scope.actor));
        let listed = page.list(db, query, BACKUP_POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &archive_backup::Model| Cursor::new(row.made_at, row.id), ArchiveBackup))
    }
}

async fn examine(ctx: &Context<'_>, id: ArchiveFileId) -> Result<Option<ArchiveVerification>, Failure> {
    let scope = Scope::of(ctx);
    let (db, actor) = (&scope.db, &scope.actor);
    let Some(file) = by_id(db.read(actor), actor, db.now(), id).await? else { return Ok(None) };
    let faults = verify(db, actor, ctx.data_unchecked::<Files>(), &file).await?;
    record_damage(db, actor, &file, &faults).await?;
    Ok(Some(ArchiveVerification {
        intact: faults.is_empty(),
        faults: faults.into_iter().map(|Fault { kind, part }| ArchiveFault { kind, part }).collect(),
        file: ArchiveFile(file),
    }))
}

async fn checks_due(ctx: &Context<'_>) -> Result<Vec<ArchiveCheckDue>, Failure> {
    let scope = Scope::of(ctx);
    let db = scope.db.read(&scope.actor);
    let today = local_day(scope.clock.now());
    let Some(published) = profiles::store::effective_on(db, today).await? else { return Ok(Vec::new()) };
    let rules = &published.profile.archive;
    let mut found = Vec::new();
    for (medium, cycle) in
        [(ArchiveMedium::Paper, rules.paper_check), (ArchiveMedium::Electronic, rules.electronic_check)]
    {
        let (Some(cycle), Some(since)) = (cycle, store::kept_since(db, medium).await?) else { continue };
        let since = local_day(since);
        // The quarter in which the first file was filed begins up to three months before.
        let from = since.checked_sub_months(chrono::Months::new(3)).map_or(DateTime::<Utc>::MIN_UTC, day_start);
        let checked: Vec<NaiveDate> =
            store::checked_since(db, medium, from).await?.into_iter().map(local_day).collect();
        let due = policy::due(cycle, since, &checked, today).into_iter();
        found.extend(due.map(|Due { from, until, overdue }| ArchiveCheckDue { medium, from, until, overdue }));
    }
    Ok(found)
}

payloads!(
    file: ArchiveFile { MoveArchiveFilePayload }
);

payloads!(
    check: ArchiveCheck { RecordArchiveCheckPayload }
);

payloads!(
    damage: ArchiveDamage { TreatArchiveDamagePayload }
);

payloads!(
    backup: ArchiveBackup { RecordArchiveBackupPayload }
);

#[derive(Default)]
pub struct CustodyMutations;

#[Object]
impl CustodyMutations {
    /// Moves a paper file, or gives the key of its cabinet to somebody else (SG-13.1). The key is held by an ARCHIVIST and nobody
    /// else (SG-16.2).
    #[graphql(directive = access::apply(vec![Permission::ArchiveKeep]))]
    async fn move_archive_file(
        &self,
        ctx: &Context<'_>,
        input: MoveArchiveFile,
    ) -> Option<Result<MoveArchiveFilePayload>> {
        Some(moved(ctx, &input).await.map_err(Into::into))
    }

    /// Records that files of a medium were checked today, with the damage that was found (SG-13.3).
    #[graphql(directive = access::apply(vec![Permission::ArchiveKeep]))]
    async fn record_archive_check(
        &self,
        ctx: &Context<'_>,
        input: RecordArchiveCheck,
    ) -> Option<Result<RecordArchiveCheckPayload>> {
        Some(checked(ctx, &input).await.map_err(Into::into))
    }

    /// Records what was done about damage, once (SG-13.3).
    #[graphql(directive = access::apply(vec![Permission::ArchiveKeep]))]
    async fn treat_archive_damage(
        &self,
        ctx: &Context<'_>,
        input: TreatArchiveDamage,
    ) -> Option<Result<TreatArchiveDamagePayload>> {
        Some(treat(ctx, &input).await.map_err(Into::into))
    }

    /// Logs a backup of the archive (SG-13.2).
    #[graphql(directive = access::apply(vec![Permission::ArchiveKeep]))]
    async fn record_archive_backup(
        &self,
        ctx: &Context<'_>,
        input: RecordArchiveBackup,
    ) -> Option<Result<RecordArchiveBackupPayload>> {
        Some(backed_up(ctx, &input).await.map_err(Into::into))
    }
}

async fn moved(ctx: &Context<'_>, input: &MoveArchiveFile) -> Result<MoveArchiveFilePayload, Failure> {
    let scope = Scope::of(ctx);
    let (id, refusals) = settle(scope.db.run(&scope.actor, input).await)?;
    let Some(id) = id else { return Ok((None, refusals).into()) };
    let file = by_id(scope.db.read(&scope.actor), &scope.actor, scope.clock.now(), id).await?;
    Ok((file.map(ArchiveFile), refusals).into())
}

async fn checked(ctx: &Context<'_>, input: &RecordArchiveCheck) -> Result<RecordArchiveCheckPayload, Failure> {
    let scope = Scope::of(ctx);
    let (id, refusals) = settle(scope.db.run(&scope.actor, input).await)?;
    let Some(id) = id else { return Ok((None, refusals).into()) };
    let check = store::check(scope.db.read(&scope.actor), &scope.actor, id).await?;
    Ok((check.map(ArchiveCheck), refusals).into())
}

async fn treat(ctx: &Context<'_>, input: &TreatArchiveDamage) -> Result<TreatArchiveDamagePayload, Failure> {
    let scope = Scope::of(ctx);
    let (id, refusals) = settle(scope.db.run(&scope.actor, input).await)?;
    let Some(id) = id else { return Ok((None, refusals).into()) };
    let damage = store::damage(scope.db.read(&scope.actor), &scope.actor, id).await?;
    Ok((damage.map(ArchiveDamage), refusals).into())
}

async fn backed_up(ctx: &Context<'_>, input: &RecordArchiveBackup) -> Result<RecordArchiveBackupPayload, Failure> {
    let scope = Scope::of(ctx);
    let (id, refusals) = settle(scope.db.run(&scope.actor, input).await)?;
    let Some(id) = id else { return Ok((None, refusals).into()) };
    let backup = store::backup(scope.db.read(&scope.actor), &scope.actor, id).await?;
    Ok((backup.map(ArchiveBackup), refusals).into())
}
