//! The archive as archivists and auditors see it.

use super::custody::graphql::{ArchiveDamage, ArchivePlacement};
use super::loaders::{ArchiveLoader, DamagesOf, PlacementOf};
use super::reading::graphql::queries::attempt;
use super::reading::service::open_archive_file::{OpenArchiveFile, Shown};
use super::retention::graphql::Retention;
use super::search::Needle;
use super::search::service::record_look_up::RecordLookUp;
use super::service::archive_case::ArchiveCase;
use super::snapshot::{ArchivePartKind, masked};
use super::store::{self, Filter, POSITION, REGISTER_POSITION, RegisterFilter};
use super::supplements::graphql::ArchiveSupplement;
pub use super::supplements::graphql::may_add_archive_supplement;
use crate::audit::register;
use crate::cases::graphql::{Case, run};
use crate::cases::sealed;
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::{Global, NodeKey};
use crate::platform::instant;
use crate::platform::loader::Batching;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::payloads;
use crate::platform::scope::Scope;
use crate::platform::text::{any_code_wanted, any_wanted, comparable_contract_number, comparable_phone, wanted};
use crate::platform::vault::DataKey;
use crate::platform::vault::loaders::key_of;
use async_graphql::{Context, Description, ID, InputObject, Json, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::access_register::{self, ReadingAct, ReadingDenial, ReadingOutcome, ReadingPurpose};
use entity::archive_file::{self, ArchiveMedium};
use entity::case::CaseOutcome;
use entity::{ArchiveFileId, CaseId, StaffId, archive_supplement};
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

    /// Archive number (投诉档案编号); consecutive within what the profile counts in: a year, or year, level and category.
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

    /// Code of the severity when it was filed: the level (等级).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn severity(&self) -> &str {
        &self.0.severity
    }

    /// Code of the category (SG-12.2); null where the profile has none.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn category(&self) -> Option<&str> {
        self.0.category.as_deref()
    }

    /// On what it is kept.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn medium(&self) -> ArchiveMedium {
        self.0.medium
    }

    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn outcome(&self) -> Option<CaseOutcome> {
        self.0.outcome
    }

    /// Who handled the case last.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn handler(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.handler_id?).await)
    }

    /// When the handling was completed: the case was closed.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn completed_at(&self) -> Option<DateTime<Utc>> {
        self.0.completed_at
    }

    /// Where a paper file is now; null for an electronic one (SG-13.1).
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn placement(&self, ctx: &Context<'_>) -> Result<Option<ArchivePlacement>> {
        let loader = ctx.data_unchecked::<Batching<ArchiveLoader>>();
        Ok(loader.load_one(PlacementOf(self.0.id)).await?.map(ArchivePlacement))
    }

    /// Damage that was found on it, the earliest first (SG-13.3).
    #[graphql(directive = access::apply(vec![Permission::ArchiveCustodyRead]))]
    async fn damages(&self, ctx: &Context<'_>) -> Result<Vec<ArchiveDamage>> {
        let loader = ctx.data_unchecked::<Batching<ArchiveLoader>>();
        let found = loader.load_one(DamagesOf(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(ArchiveDamage).collect())
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
pub struct OpenedArchiveFile(Shown);

#[Object(use_type_description)]
impl OpenedArchiveFile {
    #[graphql(directive = inherits::apply())]
    async fn file(&self) -> ArchiveFile {
        ArchiveFile(self.0.file.clone())
    }

    /// The contents, personal data masked; for who helped with the case, what was delivered to their department (HK-6.3).
    #[graphql(directive = inherits::apply())]
    async fn parts(&self) -> Result<Vec<ArchivePart>> {
        let part = |(kind, sha256, part): &(ArchivePartKind, String, Value)| {
            Ok(ArchivePart { kind: *kind, sha256: sha256.clone(), content: Json(masked(*kind, part.clone())?) })
        };
        self.0.parts.iter().map(part).collect()
    }

    /// What was added after the filing, in its order (HK-5.6.4).
    #[graphql(directive = inherits::apply())]
    async fn supplements(&self, ctx: &Context<'_>) -> Result<Vec<ArchiveSupplement>> {
        let key = key_of(ctx, self.0.file.case_id).await?.ok_or(Failure::NotFound)?;
        let open = |row: &archive_supplement::Model| ArchiveSupplement::open(&key, row.clone());
        Ok(self.0.supplements.iter().map(open).collect::<Result<_, _>>()?)
    }

    /// Whether the contents still give the hash that was stored when the case was filed.
    #[graphql(directive = inherits::apply())]
    async fn intact(&self) -> bool {
        self.0.intact
    }

    /// The row that the register has of this opening.
    #[graphql(directive = inherits::apply())]
    async fn register_entry(&self) -> AccessRegisterEntry {
        AccessRegisterEntry(self.0.entry.clone())
    }
}

/// A row of the reading register (档案查阅登记台账): one for each opened file, copy and revealed value, and for each attempt that was
/// denied. Nobody can change or delete it.
#[derive(Description)]
pub struct AccessRegisterEntry(pub access_register::Model);

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

    /// In which way it was turned to.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn act(&self) -> ReadingAct {
        self.0.act
    }

    /// Whether it was shown.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn outcome(&self) -> ReadingOutcome {
        self.0.outcome
    }

    /// Why it was not; null when it was.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn denial(&self) -> Option<ReadingDenial> {
        self.0.denial
    }

    /// The case that it belongs to, if it belongs to one.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn case_id(&self) -> Option<ID> {
        self.0.case_id.map(NodeKey::global)
    }

    /// The reading that somebody agreed to and that let the reader in, if it was one.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn reading_id(&self) -> Option<ID> {
        self.0.reading_id.map(NodeKey::global)
    }

    /// The parts of the file that were shown; null for what has no parts, and when nothing was shown.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn sections(&self) -> Option<Result<Vec<ArchivePartKind>>> {
        let sections = serde_json::from_value(self.0.sections.clone()?).map_err(Failure::from);
        Some(sections.map_err(Into::into))
    }

    /// The personal value that was asked for, if it was one: a name of `PersonalField`, with its position where it is not the
    /// first.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// Why, in the words of the reader; null where nobody asked, and once the case was disposed of.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn reason(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        let sealed = self.0.reason_sealed.as_deref()?;
        reason(ctx, &self.0, sealed).await.transpose()
    }

    /// What it was read for; null for what goes without saying.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    async fn purpose(&self) -> Option<ReadingPurpose> {
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
    /// Codes of categories; any of them (SG-12.2).
    pub categories: Option<Vec<String>>,
    /// Any of them.
    pub outcomes: Option<Vec<CaseOutcome>>,
    /// Who handled the case last.
    pub handler_id: Option<Global<StaffId>>,
    /// Any of them.
    pub media: Option<Vec<ArchiveMedium>>,
    /// Filed at this time or later.
    pub filed_from: Option<DateTime<Utc>>,
    /// Filed before this time.
    pub filed_until: Option<DateTime<Utc>>,
    /// A whole phone number of anybody who complains, however it is written. Looking for one is on record.
    pub phone: Option<String>,
    /// The whole contract number, however it is written. Looking for one is on record.
    pub contract_number: Option<String>,
    /// What stands in the texts of the file or its supplements: two characters or more, in one piece. Full-width forms, capitals and
    /// the length of white space make no difference. Names, phone and contract numbers of the case are not found so.
    pub text: Option<String>,
}

impl ArchiveFileFilter {
    /// Checks what is asked for, and writes down that somebody's number is.
    async fn check(self, scope: &Scope) -> Result<Filter, Failure> {
        let phone = wanted("phone", self.phone)?.map(|phone| comparable_phone(&phone));
        let contract_number =
            wanted("contractNumber", self.contract_number)?.map(|number| comparable_contract_number(&number));
        if phone.is_some() || contract_number.is_some() {
            let look_up = RecordLookUp { phone: phone.as_deref(), contract_number: contract_number.as_deref() };
            scope.db.run(&scope.actor, &look_up).await?;
        }
        Ok(Filter {
            number: wanted("number", self.number)?,
            case_number: wanted("caseNumber", self.case_number)?,
            year: self.year,
            severities: any_code_wanted("severities", self.severities)?,
            channels: any_code_wanted("channels", self.channels)?,
            categories: any_code_wanted("categories", self.categories)?,
            outcomes: any_wanted("outcomes", self.outcomes)?,
            handler: self.handler_id.map(|id| id.0),
            media: any_wanted("media", self.media)?,
            filed_from: instant::given("filedFrom", self.filed_from)?,
            filed_until: instant::given("filedUntil", self.filed_until)?,
            phone: phone.map(|phone| scope.vault.index(sealed::PHONE, &phone)),
            contract_number: contract_number.map(|number| scope.vault.index(sealed::CONTRACT_NUMBER, &number)),
            text: self.text.map(|text| Needle::new("text", &text)).transpose()?,
        })
    }
}

/// The archive files of a year (SG-12.2).
#[derive(SimpleObject)]
pub struct ArchiveYear {
    /// Local year of the filing.
    #[graphql(directive = inherits::apply())]
    year: i32,
    /// How many there are.
    #[graphql(directive = inherits::apply())]
    files: i64,
    #[graphql(directive = inherits::apply())]
    levels: Vec<ArchiveLevel>,
}

/// The archive files of a year and a level.
#[derive(SimpleObject)]
pub struct ArchiveLevel {
    /// Code of the severity.
    #[graphql(directive = inherits::apply())]
    severity: String,
    /// How many there are.
    #[graphql(directive = inherits::apply())]
    files: i64,
    #[graphql(directive = inherits::apply())]
    categories: Vec<ArchiveCategory>,
}

/// The archive files of a year, a level and a category.
#[derive(SimpleObject)]
pub struct ArchiveCategory {
    /// Code of the category; null for files without one.
    #[graphql(directive = inherits::apply())]
    category: Option<String>,
    /// How many there are.
    #[graphql(directive = inherits::apply())]
    files: i64,
}

/// Years, levels and categories, from branches in that order.
fn tree_of(branches: Vec<store::Branch>) -> Vec<ArchiveYear> {
    let mut years: Vec<ArchiveYear> = Vec::new();
    for store::Branch { year, severity, category, files } in branches {
        if years.last().is_none_or(|last| last.year != year) {
            years.push(ArchiveYear { year, files: 0, levels: Vec::new() });
        }
        let Some(of_year) = years.last_mut() else { continue };
        of_year.files += files;
        if of_year.levels.last().is_none_or(|last| last.severity != severity) {
            of_year.levels.push(ArchiveLevel { severity, files: 0, categories: Vec::new() });
        }
        let Some(of_level) = of_year.levels.last_mut() else { continue };
        of_level.files += files;
        of_level.categories.push(ArchiveCategory { category, files });
    }
    years
}

async fn reason(ctx: &Context<'_>, entry: &access_register::Model, sealed: &str) -> Result<Option<String>> {
    let open = |key: &DataKey| key.open(register::REASON, entry.id, sealed).map_err(Into::into);
    match entry.case_id {
        Some(case) => key_of(ctx, case).await?.as_ref().map(open).transpose(),
        None => open(Scope::of(ctx).vault.system()?).map(Some),
    }
}

/// Narrows the register; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct AccessRegisterFilter {
    /// Who read, or tried to.
    pub reader_id: Option<Global<StaffId>>,
    pub archive_file_id: Option<Global<ArchiveFileId>>,
    pub case_id: Option<Global<CaseId>>,
    /// Any of these ways.
    pub acts: Option<Vec<ReadingAct>>,
    /// Only what was shown, or only what was denied.
    pub outcome: Option<ReadingOutcome>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub until: Option<DateTime<Utc>>,
}

#[derive(Default)]
pub struct ArchiveQueries;

#[Object]
impl ArchiveQueries {
    /// The archive files that are open to you, the latest first: all for who keeps the archive or audits; those of cases that
    /// you took part in, as far as the profile goes; what was delivered to your department; and what somebody agreed that you
    /// read, as long as that holds (HK-5.6.3, SG-14).
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
        let filter = filter.unwrap_or_default().check(scope).await?;
        let db = scope.db.read(&scope.actor);
        let files = filter.searched(&scope.actor, scope.clock.now());
        let query = filter.apply(db.get_database_backend(), files);
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &archive_file::Model| Cursor::new(row.filed_at, row.id), ArchiveFile))
    }

    /// The archive files that you may look up, counted by year, level and category, the latest year first (SG-12.2).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    async fn archive_tree(&self, ctx: &Context<'_>) -> Result<Vec<ArchiveYear>> {
        let scope = Scope::of(ctx);
        Ok(tree_of(store::tree(scope.db.read(&scope.actor), &scope.actor, scope.clock.now()).await?))
    }

    /// Opens an archive file for a purpose. It changes nothing in the file; each opening leaves a row of the reading register
    /// (HK-5.6.3), which the answer shows; so does each attempt at a file that is not open to you, which looks like one that is not
    /// there. Nothing is shown when the row cannot be written.
    #[graphql(directive = access::apply(vec![Permission::ArchiveOpen]))]
    async fn open_archive_file(
        &self,
        ctx: &Context<'_>,
        input: OpenArchiveFile,
    ) -> Option<Result<OpenArchiveFilePayload>> {
        Some(open(ctx, input).await)
    }

    /// Who read what confidential material, and who tried to, the latest first: everything for who keeps the archive or audits,
    /// what you yourself were shown otherwise.
    #[graphql(directive = access::apply(vec![Permission::AccessRegisterRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn access_register(
        &self,
        ctx: &Context<'_>,
        filter: Option<AccessRegisterFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<AccessRegisterEntry>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let AccessRegisterFilter { reader_id, archive_file_id, case_id, acts, outcome, from, until } =
            filter.unwrap_or_default();
        let filter = RegisterFilter {
            reader: reader_id.map(|id| id.0),
            file: archive_file_id.map(|id| id.0),
            case: case_id.map(|id| id.0),
            acts: any_wanted("acts", acts)?,
            outcome,
            from: instant::given("from", from)?,
            until: instant::given("until", until)?,
        };
        let query = filter.apply(store::register_visible_to(&scope.actor));
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
    /// Files a closed case: gives it the next archive number and freezes it as it stands (HK-5.6.1). Refused while a part of the
    /// contents is neither there nor explained, each of them listed (HK-5.6.2, SG-12.1).
    #[graphql(directive = access::apply(vec![Permission::CaseArchive]))]
    async fn archive_case(&self, ctx: &Context<'_>, input: ArchiveCase) -> Option<Result<ArchiveCasePayload>> {
        run(ctx, input).await
    }
}

async fn open(ctx: &Context<'_>, input: OpenArchiveFile) -> Result<OpenArchiveFilePayload> {
    let (shown, refusals) = attempt(ctx, &input).await?;
    Ok((shown.map(|shown| OpenedArchiveFile(*shown)), refusals).into())
}
