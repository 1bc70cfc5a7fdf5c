//! The only file that queries audit events, and the log over them.

use super::leaf::Leaf;
use super::tree::{Hash, Hashes, hash_of};
use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Database, any_of};
use crate::platform::error::Result;
use crate::platform::live::{Mark, Round};
use chrono::{DateTime, Utc};
use entity::audit_event::{self, AuditAction};
use entity::{
    AuditEventId, CaseId, StaffId, audit_anchor as anchors, audit_hash as stored_hashes, audit_leaf as leaves,
    audit_pending as pending_events, audit_tree_head as heads,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use std::collections::HashMap;
use std::ops::Range;

/// The events that a person may read: all of them, or none.
pub fn visible_to(actor: &Actor) -> Select<audit_event::Entity> {
    let query = audit_event::Entity::find();
    if actor.may(Permission::AuditRead) { query } else { query.filter(Expr::val(1).eq(0)) }
}

pub const POSITION: (audit_event::Column, audit_event::Column) =
    (audit_event::Column::OccurredAt, audit_event::Column::Id);

/// How a list of events is narrowed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub case: Option<CaseId>,
    pub actor: Option<StaffId>,
    pub actions: Option<Vec<AuditAction>>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

impl Filter {
    pub fn apply(self, query: Select<audit_event::Entity>) -> Select<audit_event::Entity> {
        use audit_event::Column;
        query
            .apply_if(self.case, |query, case| query.filter(Column::CaseId.eq(case)))
            .apply_if(self.actor, |query, actor| query.filter(Column::ActorId.eq(actor)))
            .apply_if(self.actions, |query, actions| query.filter(Column::Action.is_in(actions)))
            .apply_if(self.from, |query, from| query.filter(Column::OccurredAt.gte(from)))
            .apply_if(self.until, |query, until| query.filter(Column::OccurredAt.lt(until)))
    }
}

/// Events that wait to be sealed, in the order of their keys, and how many of those that wait are there no more.
pub async fn pending<C: ConnectionTrait>(db: &C, at_most: u64) -> Result<(Vec<Leaf>, usize)> {
    let query = pending_events::Entity::find().order_by_asc(pending_events::Column::EventId).limit(at_most);
    let ids: Vec<AuditEventId> = query.all(db).await?.into_iter().map(|row| row.event_id).collect();
    let these = any_of(db.get_database_backend(), audit_event::Column::Id, &ids);
    let query = audit_event::Entity::find().filter(these).order_by_asc(audit_event::Column::Id);
    let events: Vec<Leaf> = query.into_model().all(db).await?;
    let gone = ids.len() - events.len();
    Ok((events, gone))
}

/// Forgets that events waited.
pub async fn forget_pending<C: ConnectionTrait>(db: &C, sealed: &[AuditEventId]) -> Result<()> {
    let these = any_of(db.get_database_backend(), pending_events::Column::EventId, sealed);
    pending_events::Entity::delete_many().filter(these).exec(db).await?;
    Ok(())
}

/// When the event happened that waits the longest, by the order of keys.
pub async fn oldest_pending<C: ConnectionTrait>(db: &C) -> Result<Option<DateTime<Utc>>> {
    Ok(pending(db, 1).await?.0.first().map(|event| event.occurred_at))
}

pub async fn last_head<C: ConnectionTrait>(db: &C) -> Result<Option<heads::Model>> {
    Ok(heads::Entity::find().order_by_desc(heads::Column::Size).one(db).await?)
}

/// The head of a size, or the last.
pub async fn head<C: ConnectionTrait>(db: &C, size: Option<i64>) -> Result<Option<heads::Model>> {
    match size {
        Some(size) => Ok(heads::Entity::find_by_id(size).one(db).await?),
        None => last_head(db).await,
    }
}

/// The heads of trees larger than one size, up to another.
pub async fn heads_within<C: ConnectionTrait>(db: &C, above: i64, up_to: i64) -> Result<Vec<heads::Model>> {
    let within = heads::Entity::find().filter(heads::Column::Size.gt(above)).filter(heads::Column::Size.lte(up_to));
    Ok(within.order_by_asc(heads::Column::Size).all(db).await?)
}

/// Hashes at these positions, as far as they are there.
pub async fn hashes<C: ConnectionTrait>(db: &C, positions: &[u64]) -> Result<Hashes> {
    let positions = positions.iter().map(|position| i64::try_from(*position).unwrap_or(i64::MAX));
    let query = stored_hashes::Entity::find().filter(stored_hashes::Column::Position.is_in(positions));
    by_position(query.all(db).await?)
}

/// Hashes at these positions, as far as they are there.
pub async fn hashes_within<C: ConnectionTrait>(db: &C, positions: Range<u64>) -> Result<Hashes> {
    let bound = |position: u64| i64::try_from(position).unwrap_or(i64::MAX);
    let query = stored_hashes::Entity::find()
        .filter(stored_hashes::Column::Position.gte(bound(positions.start)))
        .filter(stored_hashes::Column::Position.lt(bound(positions.end)));
    by_position(query.all(db).await?)
}

/// What has not 32 bytes is no hash: it is missing.
fn by_position(rows: Vec<stored_hashes::Model>) -> Result<Hashes> {
    let entry = |row: stored_hashes::Model| Some((u64::try_from(row.position).ok()?, hash_of(&row.hash)?));
    Ok(Hashes(rows.into_iter().filter_map(entry).collect::<HashMap<u64, Hash>>()))
}

/// The mark after everything that is sealed.
pub async fn latest_mark<C: ConnectionTrait>(db: &C) -> Result<Mark> {
    let last = leaves::Entity::find().order_by_desc(leaves::Column::LeafIndex).one(db).await?;
    Ok(Mark(last.map_or(0, |last| last.leaf_index + 1)))
}

/// Since when a subscription looks for what it missed. No mark that this organisation gave lies ahead of what is sealed.
pub async fn looks_back_to<C: ConnectionTrait>(db: &C, round: &Round, since: Option<&str>) -> Result<Option<Mark>> {
    match round.looks_back_to(since)? {
        Some(mark) if mark > latest_mark(db).await? => Err(Mark::unknown()),
        mark => Ok(mark),
    }
}

/// The leaf that each of these events is, as far as they are sealed.
pub async fn leaves_of<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    events: &[AuditEventId],
) -> Result<Vec<leaves::Model>> {
    if !actor.may(Permission::AuditRead) {
        return Ok(Vec::new());
    }
    let these = any_of(db.get_database_backend(), leaves::Column::EventId, events);
    Ok(leaves::Entity::find().filter(these).all(db).await?)
}

/// An event as it is hashed, with the leaf that it is.
pub async fn sealed_event<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: AuditEventId,
) -> Result<Option<(i64, audit_event::Model)>> {
    let Some(event) = visible_to(actor).filter(audit_event::Column::Id.eq(id)).one(db).await? else { return Ok(None) };
    Ok(leaves_of(db, actor, &[id]).await?.first().map(|leaf| (leaf.leaf_index, event)))
}

/// The event of a key as it is hashed.
pub async fn leaf<C: ConnectionTrait>(db: &C, id: AuditEventId) -> Result<Option<Leaf>> {
    let query = audit_event::Entity::find_by_id(id);
    Ok(query.into_model().one(db).await?)
}

/// Leaves with these numbers, and their events: none where there is no such event, or nothing that is one.
pub async fn leaves_within<C: ConnectionTrait>(
    db: &C,
    indexes: Range<i64>,
) -> Result<Vec<(leaves::Model, Option<Leaf>)>> {
    let found = leaves::Entity::find()
        .filter(leaves::Column::LeafIndex.gte(indexes.start))
        .filter(leaves::Column::LeafIndex.lt(indexes.end))
        .order_by_asc(leaves::Column::LeafIndex)
        .all(db)
        .await?;
    let ids: Vec<AuditEventId> = found.iter().map(|leaf| leaf.event_id).collect();
    let these = any_of(db.get_database_backend(), audit_event::Column::Id, &ids);
    let events: Result<Vec<Leaf>, _> = audit_event::Entity::find().filter(these).into_model().all(db).await;
    let Ok(events) = events else {
        // One of them is no event any more; it must not hide the others.
        let mut one_by_one = Vec::new();
        for row in found {
            let event = leaf(db, row.event_id).await.ok().flatten();
            one_by_one.push((row, event));
        }
        return Ok(one_by_one);
    };
    let mut events: HashMap<_, _> = events.into_iter().map(|event| (event.id, event)).collect();
    let with_event = |row: leaves::Model| {
        let event = events.remove(&row.event_id.0);
        (row, event)
    };
    Ok(found.into_iter().map(with_event).collect())
}

/// Events that are no leaf, at most so many, and whether each waits to become one. Looks through all of them.
pub async fn unsealed<C: ConnectionTrait>(db: &C, at_most: u64) -> Result<Vec<(AuditEventId, bool)>> {
    let sealed = Query::select()
        .expr(Expr::val(1))
        .from(leaves::Entity)
        .and_where(
            Expr::col((leaves::Entity, leaves::Column::EventId)).equals((audit_event::Entity, audit_event::Column::Id)),
        )
        .take();
    let ids: Vec<AuditEventId> = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Id)
        .filter(Expr::exists(sealed).not())
        .order_by_asc(audit_event::Column::Id)
        .limit(at_most)
        .into_tuple()
        .all(db)
        .await?;
    let these = any_of(db.get_database_backend(), pending_events::Column::EventId, &ids);
    let waiting = pending_events::Entity::find().filter(these).all(db).await?;
    let waits = |id: &AuditEventId| waiting.iter().any(|row| row.event_id == *id);
    Ok(ids.into_iter().map(|id| (id, waits(&id))).collect())
}

/// How far each anchor is.
pub async fn anchors<C: ConnectionTrait>(db: &C) -> Result<Vec<anchors::Model>> {
    Ok(anchors::Entity::find().all(db).await?)
}

/// Writes down that an anchor took the head of a size.
pub async fn head_taken(db: &Database, name: &str, size: i64) -> Result<()> {
    let row = anchors::ActiveModel {
        name: Set(name.to_owned()),
        size: Set(size),
        taken_at: Set(Some(db.now())),
        failing_since: Set(None),
        problem: Set(None),
    };
    let columns =
        [anchors::Column::Size, anchors::Column::TakenAt, anchors::Column::FailingSince, anchors::Column::Problem];
    let update = OnConflict::column(anchors::Column::Name).update_columns(columns).to_owned();
    db.tally(&anchors::Entity::insert(row).on_conflict(update).into_query()).await?;
    Ok(())
}

/// Writes down that an anchor took no head, since when and why.
pub async fn head_not_taken(db: &Database, name: &str, problem: &str) -> Result<()> {
    let row = anchors::ActiveModel {
        name: Set(name.to_owned()),
        size: Set(0),
        taken_at: Set(None),
        failing_since: Set(Some(db.now())),
        problem: Set(Some(problem.to_owned())),
    };
    let since = Expr::col((anchors::Entity, anchors::Column::FailingSince));
    let update = OnConflict::column(anchors::Column::Name)
        .value(anchors::Column::FailingSince, since.if_null(db.now()))
        .update_column(anchors::Column::Problem)
        .to_owned();
    db.tally(&anchors::Entity::insert(row).on_conflict(update).into_query()).await?;
    Ok(())
}
