//! The archive as archivists and auditors see it.

use super::loaders::ArchiveLoader;
use super::retention::graphql::Retention;
use super::service::archive_case::{ArchiveCase, SNAPSHOT};
use super::service::open_archive_file::OpenArchiveFile;
use super::snapshot::{ArchivePartKind, Snapshot, masked};
use super::store::{self, Filter, POSITION, REGISTER_POSITION};
use crate::cases::graphql::{Case, run};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::digest::sha256_hex;
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::loader::Batching;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::disposed_of;
use crate::platform::scope::Scope;
use crate::platform::text::{any_code_wanted, wanted};
use crate::platform::vault::loaders::key_of;
use async_graphql::{Context, Description, ID, InputObject, Json, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::access_register::{self, ReadingPurpose};
use entity::{ArchiveFileId, archive_file};
use serde_json::Value;

/// An archive file (投诉档案): a closed case as it stood when it was filed. Its contents are shown by `openArchiveFile`.
#[derive(Clone, Description)]
pub struct ArchiveFile(pub archive_file::Model);

impl ArchiveFile {
    /// The file of a key, as far as the person may look it up.
    pub async fn load(ctx: &Context<'_>, id: ArchiveFileId) -> Result<Option<Self>> {
        Ok(ctx.data_unchecked::<Batching<ArchiveLoader>>().load_one(id).await?.map(Self))
    }
}

#[Object(use_type_description)]
impl ArchiveFile {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Archive number (投诉档案编号); consecutive within a year.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// Local year of the filing.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// Number of the case.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn case_number(&self) -> &str {
        &self.0.case_number
    }

    /// Code of the channel (投诉途径).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn channel(&self) -> &str {
        &self.0.channel
    }

    /// Code of the severity.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn severity(&self) -> &str {
        &self.0.severity
    }

    /// Who filed it: the handler.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn filed_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.filed_by).await
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn filed_at(&self) -> DateTime<Utc> {
        self.0.filed_at
    }

    /// How long it is kept, and what keeps it longer (SG-13.4…SG-13.6).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn retention(&self, ctx: &Context<'_>) -> Result<Retention> {
        Retention::of(ctx, self.0.id).await
    }

    /// SHA-256 of the file's canonical JSON (RFC 8785).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn sha256(&self) -> &str {
        &self.0.snapshot_sha256
    }
}

/// A part of an archive file, as its reader may see it.
#[derive(SimpleObject)]
pub struct ArchivePart {
    #[graphql(directive = inherits::apply())]
    kind: ArchivePartKind,
    /// SHA-256 of the part's canonical JSON as it was filed, before anything was masked.
    #[graphql(directive = inherits::apply())]
    sha256: String,
    /// The part; personal values in it are objects of the shape of `Masked`.
    #[graphql(directive = inherits::apply())]
    content: Json<Value>,
}

/// An archive file that was opened.
#[derive(Description)]
pub struct OpenedArchiveFile {
    file: archive_file::Model,
    entry: access_register::Model,
    snapshot: Snapshot,
    intact: bool,
}

#[Object(use_type_description)]
impl OpenedArchiveFile {
    #[graphql(directive = inherits::apply())]
    async fn file(&self) -> ArchiveFile {
        ArchiveFile(self.file.clone())
    }

    /// The contents, personal data masked.
    #[graphql(directive = inherits::apply())]
    async fn parts(&self) -> Result<Vec<ArchivePart>> {
        let parts = self.snapshot.parts()?.into_iter();
        parts.map(|(kind, sha256, part)| Ok(ArchivePart { kind, sha256, content: Json(masked(kind, part)?) })).collect()
    }

    /// Whether the contents still give the hash that was stored when the case was filed.
    #[graphql(directive = inherits::apply())]
    async fn intact(&self) -> bool {
        self.intact
    }

    /// The row that the register has of this opening.
    #[graphql(directive = inherits::apply())]
    async fn register_entry(&self) -> AccessRegisterEntry {
        AccessRegisterEntry(self.entry.clone())
    }
}

/// A row of the reading register (档案查阅登记台账). Nobody can change or delete it.
#[derive(Description)]
pub struct AccessRegisterEntry(access_register::Model);

#[Object(use_type_description)]
impl AccessRegisterEntry {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }

    /// Who read it.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn reader(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.reader_id).await
    }

    /// The roles that the reader held at that moment.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn reader_roles(&self) -> Vec<&str> {
        self.0.reader_roles.split(',').filter(|role| !role.is_empty()).collect()
    }

    /// The archive file that was opened, if it was one.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn archive_file_id(&self) -> Option<ID> {
        self.0.archive_file_id.map(NodeKey::global)
    }

    /// The evidence item whose file was read, if it was one.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn evidence_id(&self) -> Option<ID> {
        self.0.evidence_id.map(NodeKey::global)
    }

    /// What it was read for.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn purpose(&self) -> ReadingPurpose {
        self.0.purpose
    }

    /// Ties the reading to the request: the header `X-Request-Id` of its answer.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn request_id(&self) -> &str {
        &self.0.request_id
    }
}

/// Narrows a list of archive files; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct ArchiveFileFilter {
    /// The whole archive number.
    pub number: Option<String>,
    /// The whole number of the case.
    pub case_number: Option<String>,
    /// Local year of the filing.
    pub year: Option<i32>,
    /// Codes of severities; any of them.
    pub severities: Option<Vec<String>>,
    /// Codes of channels; any of them.
    pub channels: Option<Vec<String>>,
}

#[derive(Default)]
pub struct ArchiveQueries;

#[Object]
impl ArchiveQueries {
    /// The archive files that you may look up, the latest first.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn archive_files(
        &self,
        ctx: &Context<'_>,
        filter: Option<ArchiveFileFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ArchiveFile>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let ArchiveFileFilter { number, case_number, year, severities, channels } = filter.unwrap_or_default();
        let filter = Filter {
            number: wanted("number", number)?,
            case_number: wanted("caseNumber", case_number)?,
            year,
            severities: any_code_wanted("severities", severities)?,
            channels: any_code_wanted("channels", channels)?,
        };
        let query = filter.apply(store::visible_to(&scope.actor));
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &archive_file::Model| Cursor::new(row.filed_at, row.id), ArchiveFile))
    }

    /// Opens an archive file for a purpose. It changes nothing in the file; each opening leaves a row of the reading register
    /// (HK-5.6.3), which the answer shows. Nothing is shown when the row cannot be written.
    #[graphql(directive = access::apply(vec![Permission::ArchiveOpen]))]
    async fn open_archive_file(
        &self,
        ctx: &Context<'_>,
        input: OpenArchiveFile,
    ) -> Option<Result<OpenArchiveFilePayload>> {
        Some(open(ctx, input).await)
    }

    /// Who read which archive file or evidence, the latest first: everything for auditors, your own readings otherwise.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn access_register(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<AccessRegisterEntry>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let query = store::register_visible_to(&scope.actor);
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, REGISTER_POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        let cursor = |row: &access_register::Model| Cursor::new(row.occurred_at, row.id);
        Ok(page.connect(listed, cursor, AccessRegisterEntry))
    }
}

payloads!(
    case: Case { ArchiveCasePayload }
);

payloads!(
    opened: OpenedArchiveFile { OpenArchiveFilePayload }
);

#[derive(Default)]
pub struct ArchiveMutations;

#[Object]
impl ArchiveMutations {
    /// Files a closed case: gives it the next archive number and freezes it as it stands (HK-5.6.1).
    #[graphql(directive = access::apply(vec![Permission::CaseArchive]))]
    async fn archive_case(&self, ctx: &Context<'_>, input: ArchiveCase) -> Option<Result<ArchiveCasePayload>> {
        run(ctx, input).await
    }
}

async fn open(ctx: &Context<'_>, input: OpenArchiveFile) -> Result<OpenArchiveFilePayload> {
    let scope = Scope::of(ctx);
    let (entry, refusals) = settle(scope.db.run(&scope.actor, &input).await)?;
    let Some(entry) = entry else { return Ok((None, refusals).into()) };
    let db = scope.db.read(&scope.actor);
    let file = store::by_id(db, &scope.actor, input.id.0).await?.ok_or(Failure::NotFound)?;
    let entry = store::register_entry(db, &scope.actor, entry).await?.ok_or(Failure::NotFound)?;
    let key = key_of(ctx, file.case_id).await?.ok_or_else(|| Failure::from(disposed_of()))?;
    let canonical = key.open(SNAPSHOT, file.id, &file.snapshot_sealed)?;
    let opened = OpenedArchiveFile {
        intact: sha256_hex(canonical.as_bytes()) == file.snapshot_sha256,
        snapshot: serde_json::from_str(&canonical).map_err(Failure::from)?,
        file,
        entry,
    };
    Ok((Some(opened), refusals).into())
}
