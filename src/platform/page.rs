//! Relay connections over keyset pages: `first`/`last` up to 100, opaque cursors that stay right when rows are added.

use crate::platform::access::inherits;
use crate::platform::error::{Failure, Result};
use crate::platform::instant::is_storable;
use async_graphql::{Context, OutputType, SimpleObject, TypeName};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use std::borrow::Cow;
use uuid::Uuid;

/// The largest page.
pub const MOST: i32 = 100;
/// The page when a caller does not say.
const USUAL: i32 = 20;

/// Where a row stands in a list: what its cursor holds. Cursors are opaque to callers.
pub trait Position: Copy {
    fn to_bytes(self) -> Vec<u8>;

    /// None when a cursor of this list does not look so.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;

    fn encode(self) -> String {
        URL_SAFE_NO_PAD.encode(self.to_bytes())
    }

    fn decode(field: &'static str, text: &str) -> Result<Self> {
        let decoded = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| Self::from_bytes(&bytes));
        decoded.ok_or_else(|| Failure::bad_input(field, "This is not a cursor of this list."))
    }
}

/// Where a row stands in a list that is ordered by a time and a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub time: DateTime<Utc>,
    pub key: Uuid,
}

impl Cursor {
    pub fn new(time: DateTime<Utc>, key: impl Into<Uuid>) -> Self {
        Self { time, key: key.into() }
    }
}

impl Position for Cursor {
    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = self.time.timestamp_micros().to_be_bytes().to_vec();
        bytes.extend_from_slice(self.key.as_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (time, key) = bytes.split_first_chunk::<8>()?;
        let time = DateTime::from_timestamp_micros(i64::from_be_bytes(*time)).filter(|time| is_storable(*time))?;
        Some(Self { time, key: Uuid::from_slice(key).ok()? })
    }
}

/// Which rows of a list a caller wants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

/// A checked [`PageArgs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Page<P = Cursor> {
    pub size: u64,
    /// True for `last`: counted from the end of the list.
    pub backwards: bool,
    pub after: Option<P>,
    pub before: Option<P>,
}

impl PageArgs {
    pub fn check(&self) -> Result<Page> {
        self.check_as()
    }

    /// The same for a list with positions of its own.
    pub fn check_as<P: Position>(&self) -> Result<Page<P>> {
        let (size, backwards) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(Failure::bad_input("last", "Give first or last, not both.")),
            (Some(first), None) => (checked_size("first", first)?, false),
            (None, Some(last)) => (checked_size("last", last)?, true),
            (None, None) => (USUAL as u64, false),
        };
        let after = self.after.as_deref().map(|text| P::decode("after", text)).transpose()?;
        let before = self.before.as_deref().map(|text| P::decode("before", text)).transpose()?;
        Ok(Page { size, backwards, after, before })
    }
}

fn checked_size(field: &'static str, size: i32) -> Result<u64> {
    match u64::try_from(size) {
        Ok(size @ 1..=100) => Ok(size),
        _ => Err(Failure::bad_input(field, format!("A page has 1 to {MOST} rows."))),
    }
}

/// In which direction a list runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum Direction {
    /// Earliest first.
    Asc,
    /// Latest first.
    #[default]
    Desc,
}

impl Page {
    /// Narrows a query to this page of a list ordered by `(time, key)`; one row more than the page tells whether there are more.
    pub fn narrow<E: EntityTrait>(
        &self,
        query: Select<E>,
        (time, key): (E::Column, E::Column),
        direction: Direction,
    ) -> Select<E> {
        let order = self.order(direction);
        let bounded = self.bounds(query, (time, key), direction);
        bounded.order_by(time, order.clone()).order_by(key, order).limit(self.size + 1)
    }

    /// Leaves out what lies outside the page's cursors.
    pub fn bounds<E: EntityTrait>(
        &self,
        query: Select<E>,
        (time, key): (E::Column, E::Column),
        direction: Direction,
    ) -> Select<E> {
        let ascending = direction == Direction::Asc;
        let position = || Expr::tuple([Expr::col(time.as_column_ref()), Expr::col(key.as_column_ref())]);
        let value = |cursor: Cursor| Expr::tuple([Expr::val(cursor.time), Expr::val(cursor.key)]);
        let mut bounds = Condition::all();
        if let Some(cursor) = self.after {
            bounds = bounds.add(if ascending { position().gt(value(cursor)) } else { position().lt(value(cursor)) });
        }
        if let Some(cursor) = self.before {
            bounds = bounds.add(if ascending { position().lt(value(cursor)) } else { position().gt(value(cursor)) });
        }
        query.filter(bounds)
    }

    /// Runs a query for this page, and counts the whole list where that is asked for.
    pub async fn list<C, E, R>(
        &self,
        db: &C,
        query: Select<E>,
        position: (E::Column, E::Column),
        direction: Direction,
        counted: bool,
    ) -> Result<Listed<R>>
    where
        C: ConnectionTrait,
        E: EntityTrait<Model: Send + Sync>,
        R: FromQueryResult + Send + Sync,
    {
        let rows = self.narrow(query.clone(), position, direction).into_model::<R>().all(db).await?;
        let total = if counted { Some(count(db, query).await?) } else { None };
        Ok(Listed { rows, total })
    }
}

impl<P: Position> Page<P> {
    /// In which order the rows of this page are found.
    pub fn order(&self, direction: Direction) -> Order {
        if (direction == Direction::Asc) == self.backwards { Order::Desc } else { Order::Asc }
    }

    /// Turns what was listed into a connection.
    pub fn connect<R, T: OutputType>(
        &self,
        listed: Listed<R>,
        cursor: impl Fn(&R) -> P,
        node: impl Fn(R) -> T,
    ) -> Connection<T> {
        let Listed { mut rows, total } = listed;
        let more = rows.len() as u64 > self.size;
        rows.truncate(self.size as usize);
        if self.backwards {
            rows.reverse();
        }
        let edges: Vec<_> =
            rows.into_iter().map(|row| Edge { cursor: cursor(&row).encode(), node: node(row) }).collect();
        let page_info = PageInfo {
            has_next_page: if self.backwards { self.before.is_some() } else { more },
            has_previous_page: if self.backwards { more } else { self.after.is_some() },
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Connection { edges, page_info, total_count: total }
    }
}

/// The rows of a page, one more if the list goes on, and the length of the list where it was asked for.
pub struct Listed<R> {
    pub rows: Vec<R>,
    pub total: Option<i64>,
}

/// How many rows a query finds.
pub async fn count<C: ConnectionTrait, E: EntityTrait<Model: Send + Sync>>(db: &C, query: Select<E>) -> Result<i64> {
    i64::try_from(query.count(db).await?).map_err(|_| Failure::internal("too many rows to count"))
}

/// Whether the selection of a connection asks for its length.
pub fn asks_for_total(ctx: &Context<'_>) -> bool {
    ctx.look_ahead().field("totalCount").exists()
}

/// Where a page stands in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether rows follow this page. With `last`, whether `before` was given.
    #[graphql(directive = inherits::apply())]
    pub has_next_page: bool,
    /// Whether rows precede this page. With `first`, whether `after` was given.
    #[graphql(directive = inherits::apply())]
    pub has_previous_page: bool,
    /// Cursor of the first row, for `before`.
    #[graphql(directive = inherits::apply())]
    pub start_cursor: Option<String>,
    /// Cursor of the last row, for `after`.
    #[graphql(directive = inherits::apply())]
    pub end_cursor: Option<String>,
}

/// A row of a page.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name_type)]
pub struct Edge<T: OutputType> {
    /// Where the row stands, for `after` and `before`.
    #[graphql(directive = inherits::apply())]
    pub cursor: String,
    #[graphql(directive = inherits::apply())]
    pub node: T,
}

/// A page of a list.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name_type)]
pub struct Connection<T: OutputType> {
    #[graphql(directive = inherits::apply())]
    pub edges: Vec<Edge<T>>,
    #[graphql(directive = inherits::apply())]
    pub page_info: PageInfo,
    /// How many rows the whole list has; counted only when it is asked for.
    #[graphql(directive = inherits::apply())]
    pub total_count: Option<i64>,
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_the_round_trip_and_rubbish_is_refused() {
        let cursor = Cursor::new(DateTime::from_timestamp_micros(1_709_514_000_123_456).unwrap(), Uuid::from_u128(42));
        assert_eq!(Cursor::decode("after", &cursor.encode()).unwrap(), cursor);
        for rubbish in ["", "x", "投诉", "AAAA", &format!("{}A", cursor.encode())] {
            assert!(Cursor::decode("after", rubbish).is_err(), "{rubbish}");
        }
    }

    #[test]
    fn a_page_has_one_to_a_hundred_rows_from_one_end() {
        let page = |first, last| PageArgs { first, last, ..PageArgs::default() }.check();
        assert_eq!(page(None, None).unwrap().size, 20);
        assert_eq!(page(Some(100), None).unwrap().size, 100);
        assert!(page(None, Some(1)).unwrap().backwards);
        for (first, last) in
            [(Some(0), None), (Some(101), None), (Some(-1), None), (None, Some(i32::MAX)), (Some(1), Some(1))]
        {
            assert!(page(first, last).is_err());
        }
    }
}
