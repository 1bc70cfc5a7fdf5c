//! The case library and the suggestions as a portal sees them.

use super::loaders::{LessonLoader, TagsOf};
use super::policy;
use super::service::add_library_entry::AddLibraryEntry;
use super::service::record_suggestion::RecordSuggestion;
use super::store::{self, POSITION, SUGGESTION_POSITION};
use crate::cases::graphql::Case;
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::{Global, NodeKey};
use crate::platform::loader::Batching;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Ability;
use crate::platform::scope::Scope;
use crate::platform::{instant, text};
use async_graphql::{Context, Description, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use entity::suggestion::{self, SuggestionKind};
use entity::{CaseId, SuggestionId, case, library_entry};

/// Whether the person asking could add a case to the library.
pub fn may_add_library_entry(ctx: &Context<'_>, case: &case::Model) -> Ability {
    Ability(policy::may_add(&Scope::of(ctx).actor, case))
}

/// Whether the person asking could record suggestions on the cases they see.
pub fn may_record_suggestion(ctx: &Context<'_>) -> Ability {
    Ability(policy::may_suggest(&Scope::of(ctx).actor))
}

/// An entry of the case library (案例库): what a typical case teaches, without personal data (HK-3.12).
#[derive(Description)]
pub struct LibraryEntry(library_entry::Model);

#[Object(use_type_description)]
impl LibraryEntry {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Number of the case.
    #[graphql(directive = access::apply(vec![Permission::LibraryRead]))]
    async fn case_number(&self) -> &str {
        &self.0.case_number
    }

    /// The case; null when it is not yours to see.
    #[graphql(directive = access::apply(vec![Permission::LibraryRead, Permission::CaseRead]))]
    async fn case(&self, ctx: &Context<'_>) -> Option<Result<Case>> {
        Case::load(ctx, self.0.case_id).await.transpose()
    }

    /// What happened.
    #[graphql(directive = access::apply(vec![Permission::LibraryRead]))]
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// What it teaches.
    #[graphql(directive = access::apply(vec![Permission::LibraryRead]))]
    async fn lesson(&self) -> &str {
        &self.0.lesson
    }

    /// What it is found by, in alphabetical order.
    #[graphql(directive = access::apply(vec![Permission::LibraryRead]))]
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let loader = ctx.data_unchecked::<Batching<LessonLoader>>();
        Ok(loader.load_one(TagsOf(self.0.id)).await?.unwrap_or_default())
    }

    #[graphql(directive = access::apply(vec![Permission::LibraryRead]))]
    async fn added_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.added_by).await
    }

    #[graphql(directive = access::apply(vec![Permission::LibraryRead]))]
    async fn added_at(&self) -> DateTime<Utc> {
        self.0.added_at
    }
}

/// An important problem or a good suggestion that a complaint brought up (HK-5.7).
#[derive(Description)]
pub struct Suggestion(suggestion::Model);

impl Suggestion {
    /// Those of the keys that the person may read, in the order of the keys.
    pub async fn of_keys(ctx: &Context<'_>, keys: &[SuggestionId]) -> Result<Vec<Self>> {
        let mut found = ctx.data_unchecked::<Batching<LessonLoader>>().load_many(keys.iter().copied()).await?;
        Ok(keys.iter().filter_map(|key| found.remove(key)).map(Self).collect())
    }
}

#[Object(use_type_description)]
impl Suggestion {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn kind(&self) -> SuggestionKind {
        self.0.kind
    }

    /// The case; null for auditors once it is archived, who then read it in the archive.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<Case>> {
        Ok(Case::of(ctx, self.0.case_id).await?.shown(ctx))
    }

    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// The post or department that was told.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn reported_to(&self) -> &str {
        &self.0.reported_to
    }

    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn reported_at(&self) -> DateTime<Utc> {
        self.0.reported_at
    }

    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.recorded_by).await
    }
}

/// Narrows the library; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct LibraryFilter {
    /// Words, of which each must stand in the summary or the lesson; at most ten.
    pub text: Option<String>,
    /// Tags, of which the entry must have each; at most ten.
    pub tags: Option<Vec<String>>,
}

const MOST_WORDS: usize = 10;

impl LibraryFilter {
    fn check(self) -> Result<store::LibraryFilter, Failure> {
        let few = |field, count| match count {
            0..=MOST_WORDS => Ok(()),
            _ => Err(Failure::bad_input(field, format!("Give at most {MOST_WORDS}."))),
        };
        let text = text::wanted("text", self.text)?.unwrap_or_default();
        let words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        few("text", words.len())?;
        let tags = text::any_code_wanted("tags", self.tags)?.unwrap_or_default();
        few("tags", tags.len())?;
        Ok(store::LibraryFilter { words, tags })
    }
}

/// Narrows a list of suggestions; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct SuggestionFilter {
    pub kind: Option<SuggestionKind>,
    /// Reported at this time or later.
    pub reported_from: Option<DateTime<Utc>>,
    /// Reported before this time.
    pub reported_until: Option<DateTime<Utc>>,
    pub case_id: Option<Global<CaseId>>,
}

#[derive(Default)]
pub struct LessonQueries;

#[Object]
impl LessonQueries {
    /// The case library, the latest entry first (HK-3.12).
    #[graphql(directive = access::apply(vec![Permission::LibraryRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn library_entries(
        &self,
        ctx: &Context<'_>,
        filter: Option<LibraryFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<LibraryEntry>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let query = filter.unwrap_or_default().check()?.apply(store::visible_to(&scope.actor));
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &library_entry::Model| Cursor::new(row.added_at, row.id), LibraryEntry))
    }

    /// Issues and suggestions of the cases that you may see, the latest first (HK-5.7).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn suggestions(
        &self,
        ctx: &Context<'_>,
        filter: Option<SuggestionFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Suggestion>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let SuggestionFilter { kind, reported_from, reported_until, case_id } = filter.unwrap_or_default();
        let filter = store::SuggestionFilter {
            kind,
            reported_from: instant::given("reportedFrom", reported_from)?,
            reported_until: instant::given("reportedUntil", reported_until)?,
            case: case_id.map(|id| id.0),
        };
        let query = filter.apply(store::suggestions_visible_to(&scope.actor));
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, SUGGESTION_POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &suggestion::Model| Cursor::new(row.reported_at, row.id), Suggestion))
    }
}

payloads!(
    entry: LibraryEntry { AddLibraryEntryPayload }
);

payloads!(
    suggestion: Suggestion { RecordSuggestionPayload }
);

#[derive(Default)]
pub struct LessonMutations;

#[Object]
impl LessonMutations {
    /// Adds a closed case to the library; refused while the texts hold personal data of the case (HK-3.12).
    #[graphql(directive = access::apply(vec![Permission::LibraryAdd]))]
    async fn add_library_entry(
        &self,
        ctx: &Context<'_>,
        input: AddLibraryEntry,
    ) -> Option<Result<AddLibraryEntryPayload>> {
        Some(add(ctx, &input).await)
    }

    /// Records an important problem or a good suggestion, and to whom it was reported (HK-5.7).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn record_suggestion(
        &self,
        ctx: &Context<'_>,
        input: RecordSuggestion,
    ) -> Option<Result<RecordSuggestionPayload>> {
        Some(suggest(ctx, &input).await)
    }
}

async fn add(ctx: &Context<'_>, input: &AddLibraryEntry) -> Result<AddLibraryEntryPayload> {
    let scope = Scope::of(ctx);
    let (id, refusals) = settle(scope.db.run(&scope.actor, input).await)?;
    let Some(id) = id else { return Ok((None, refusals).into()) };
    let added = store::by_ids(scope.db.read(&scope.actor), &scope.actor, &[id]).await?.pop();
    Ok((added.map(LibraryEntry), refusals).into())
}

async fn suggest(ctx: &Context<'_>, input: &RecordSuggestion) -> Result<RecordSuggestionPayload> {
    let scope = Scope::of(ctx);
    let (id, refusals) = settle(scope.db.run(&scope.actor, input).await)?;
    let Some(id) = id else { return Ok((None, refusals).into()) };
    let recorded = store::suggestions_by_ids(scope.db.read(&scope.actor), &scope.actor, &[id]).await?.pop();
    Ok((recorded.map(Suggestion), refusals).into())
}
