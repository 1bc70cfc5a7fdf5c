//! The only file that queries the case library and the suggestions.

use crate::cases;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Tx, any_of};
use crate::platform::error::Result;
use chrono::{DateTime, Utc};
use entity::suggestion::SuggestionKind;
use entity::{CaseId, LibraryEntryId, SuggestionId, library_entry, library_tag, suggestion};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

/// The entries of the library that a person may read: all or none.
pub fn visible_to(actor: &Actor) -> Select<library_entry::Entity> {
    let query = library_entry::Entity::find();
    if actor.may(Permission::LibraryRead) { query } else { query.filter(Expr::val(1).eq(0)) }
}

pub const POSITION: (library_entry::Column, library_entry::Column) =
    (library_entry::Column::AddedAt, library_entry::Column::Id);

/// How the library is narrowed.
#[derive(Clone, Debug, Default)]
pub struct LibraryFilter {
    /// Each stands in the summary or the lesson.
    pub words: Vec<String>,
    /// Each is a tag.
    pub tags: Vec<String>,
}

impl LibraryFilter {
    pub fn apply(&self, mut query: Select<library_entry::Entity>) -> Select<library_entry::Entity> {
        for word in &self.words {
            let stands = |column: library_entry::Column| {
                Expr::expr(Func::lower(Expr::col((library_entry::Entity, column)))).like(containing(word))
            };
            let anywhere =
                Condition::any().add(stands(library_entry::Column::Summary)).add(stands(library_entry::Column::Lesson));
            query = query.filter(anywhere);
        }
        for tag in &self.tags {
            let tagged = library_tag::Entity::find()
                .select_only()
                .column(library_tag::Column::EntryId)
                .filter(library_tag::Column::Tag.eq(tag))
                .into_query();
            query = query.filter(library_entry::Column::Id.in_subquery(tagged));
        }
        query
    }
}

/// What contains a text, whatever signs stand in it.
fn containing(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for character in text.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// Entries by key, as far as the person may read them.
pub async fn by_ids<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    ids: &[LibraryEntryId],
) -> Result<Vec<library_entry::Model>> {
    let wanted = any_of(db.get_database_backend(), library_entry::Column::Id, ids);
    Ok(visible_to(actor).filter(wanted).all(db).await?)
}

/// The tags of several entries, in alphabetical order.
pub async fn tags<C: ConnectionTrait>(db: &C, entries: &[LibraryEntryId]) -> Result<Vec<library_tag::Model>> {
    let wanted = any_of(db.get_database_backend(), library_tag::Column::EntryId, entries);
    Ok(library_tag::Entity::find().filter(wanted).order_by_asc(library_tag::Column::Tag).all(db).await?)
}

/// Whether a case stands in the library.
pub async fn is_in_library(tx: &Tx, case: CaseId) -> Result<bool> {
    let entry = library_entry::Entity::find().filter(library_entry::COLUMN.case_id.eq(case));
    Ok(entry.one(tx.db()).await?.is_some())
}

/// The suggestions that a person may read: those of the cases they may see.
pub fn suggestions_visible_to(actor: &Actor) -> Select<suggestion::Entity> {
    let query = suggestion::Entity::find();
    match cases::store::visible_keys(actor) {
        Some(keys) => query.filter(suggestion::Column::CaseId.in_subquery(keys)),
        None => query,
    }
}

pub const SUGGESTION_POSITION: (suggestion::Column, suggestion::Column) =
    (suggestion::Column::ReportedAt, suggestion::Column::Id);

/// How a list of suggestions is narrowed.
#[derive(Clone, Debug, Default)]
pub struct SuggestionFilter {
    pub kind: Option<SuggestionKind>,
    pub reported_from: Option<DateTime<Utc>>,
    pub reported_until: Option<DateTime<Utc>>,
    pub case: Option<CaseId>,
}

impl SuggestionFilter {
    pub fn apply(&self, query: Select<suggestion::Entity>) -> Select<suggestion::Entity> {
        use suggestion::Column;
        query
            .apply_if(self.kind, |query, kind| query.filter(Column::Kind.eq(kind)))
            .apply_if(self.reported_from, |query, from| query.filter(Column::ReportedAt.gte(from)))
            .apply_if(self.reported_until, |query, until| query.filter(Column::ReportedAt.lt(until)))
            .apply_if(self.case, |query, case| query.filter(Column::CaseId.eq(case)))
    }
}

/// Suggestions by key, as far as the person may read them.
/// Keys of what was reported in a period, of the cases that a person may see, in order.
pub async fn reported_within<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<SuggestionId>> {
    let filter = SuggestionFilter { reported_from: Some(from), reported_until: Some(until), ..Default::default() };
    let query = filter.apply(suggestions_visible_to(actor)).select_only().column(suggestion::Column::Id);
    let (at, id) = SUGGESTION_POSITION;
    Ok(query.order_by_asc(at).order_by_asc(id).into_tuple().all(db).await?)
}

pub async fn suggestions_by_ids<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    ids: &[SuggestionId],
) -> Result<Vec<suggestion::Model>> {
    let wanted = any_of(db.get_database_backend(), suggestion::Column::Id, ids);
    Ok(suggestions_visible_to(actor).filter(wanted).all(db).await?)
}
