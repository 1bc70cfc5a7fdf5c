//! What can go wrong, and how a caller is told.
//!
//! Expected refusals are data ([`Refusal`] in every payload). Everything else is a GraphQL error with one of the codes of
//! [`ErrorCode`] in `extensions.code`. Nothing internal leaves the server.

use crate::platform::refusal::Refusal;
use async_graphql::{ErrorExtensions, ServerError};
use sea_orm::{DbErr, RuntimeErr, sqlx};
use std::borrow::Cow;
use std::sync::Arc;

pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// The closed set of values of `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    Unauthenticated,
    Forbidden,
    BadUserInput,
    NotFound,
    Conflict,
    Limited,
    Internal,
}

impl ErrorCode {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::Limited => "LIMITED",
            Self::Internal => "INTERNAL",
        }
    }
}

/// Why a use case did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// A rule says no; the payload tells which.
    Refused(Vec<Refusal>),
    /// There is no such thing, or it is not the caller's to see.
    NotFound,
    /// Somebody else changed it first.
    Conflict { expected: i32, current: i32 },
    /// The same of a text: who lost gets both.
    TextsConflict { expected: i32, current: i32, theirs: serde_json::Value, yours: serde_json::Value },
    /// What was sent cannot be meant.
    BadInput { field: Cow<'static, str>, message: Cow<'static, str> },
    /// Who is asking is not known.
    Unauthenticated(&'static str),
    /// This person or address asks for too much; the same may be sent again after so many seconds.
    TooMuch { after_seconds: u32 },
    /// Too much is going on; the same may be sent again after so many seconds.
    TryAgain { after_seconds: u32, message: &'static str },
    /// A permission is missing that only the content of the request shows to be needed.
    Forbidden(&'static str),
    /// The database failed.
    Database(DbErr),
    /// Anything that should not happen.
    Internal(Cow<'static, str>),
}

impl Failure {
    pub fn bad_input(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::BadInput { field: field.into(), message: message.into() }
    }

    pub fn internal(what: impl Into<Cow<'static, str>>) -> Self {
        Self::Internal(what.into())
    }

    /// True when the same work may succeed if it is simply done again.
    pub fn is_transient(&self) -> bool {
        // PostgreSQL: serialization failure, deadlock. SQLite: BUSY and its extended forms, LOCKED. On both, a unique value
        // that somebody else wrote at the same time: seen when the work is done again.
        let again = ["40001", "40P01", "5", "6", "261", "262", "517", "23505", "1555", "2067"];
        self.database_code().is_some_and(|code| again.contains(&&*code))
    }

    /// True when nothing can be written for want of space.
    pub fn is_disk_full(&self) -> bool {
        // PostgreSQL: disk full. SQLite: FULL, and failing to write, sync or grow a file.
        matches!(self.database_code().as_deref(), Some("53100" | "13" | "778" | "1034" | "4874"))
    }

    /// True when there is no file of an SQLite database.
    pub fn is_missing_file(&self) -> bool {
        self.database_code().as_deref() == Some("14")
    }

    /// True when the database could not be reached or had no time for us.
    fn is_unavailable(&self) -> bool {
        // PostgreSQL: lock timeout, statement timeout, shutting down, too many connections.
        let code = self.database_code();
        if self.is_disk_full() {
            return true;
        }
        let busy = matches!(code.as_deref(), Some("55P03" | "57014" | "57P01" | "57P03" | "53300"));
        busy || self.is_transient()
            || matches!(self, Self::Database(DbErr::Conn(_) | DbErr::ConnectionAcquire(_)))
            || matches!(
                self.sqlx_error(),
                Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
            )
    }

    /// For the log: what failed, without the values of rows, which a database quotes in the details of its errors.
    pub fn summary(&self) -> String {
        match self {
            Self::Database(error) => error.to_string(),
            other => format!("{other:?}"),
        }
    }

    fn sqlx_error(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(
                DbErr::Conn(RuntimeErr::SqlxError(e))
                | DbErr::Exec(RuntimeErr::SqlxError(e))
                | DbErr::Query(RuntimeErr::SqlxError(e)),
            ) => Some(e),
            _ => None,
        }
    }

    fn database_code(&self) -> Option<Cow<'_, str>> {
        self.sqlx_error()?.as_database_error()?.code()
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Vec<Refusal>> for Failure {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Refused(refusals)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("JSON: {error}").into())
    }
}

/// A GraphQL error with a code.
pub fn graphql_error(code: ErrorCode, message: impl Into<String>) -> async_graphql::Error {
    async_graphql::Error::new(message).extend_with(|_, extensions| extensions.set("code", code.name()))
}

/// The same, for what is refused before any resolver runs and has no place in the document.
pub fn server_error(code: ErrorCode, message: impl Into<String>) -> ServerError {
    unplaced(graphql_error(code, message))
}

/// An error without a place in the document.
pub fn unplaced(error: impl Into<async_graphql::Error>) -> ServerError {
    ServerError { locations: Vec::new(), ..error.into().into_server_error(async_graphql::Pos::default()) }
}

/// Travels with an error that is no fault of the request: the same may be sent again after a while.
#[derive(Clone, Copy, Debug)]
pub struct TryAgain {
    pub after_seconds: u32,
    /// True when it is this caller who asks for too much.
    pub too_much: bool,
}

fn try_again(message: &str, when: TryAgain) -> async_graphql::Error {
    let error = graphql_error(ErrorCode::Limited, message)
        .extend_with(|_, extensions| extensions.set("retryAfterSeconds", when.after_seconds));
    async_graphql::Error { source: Some(Arc::new(when)), ..error }
}

impl From<Failure> for async_graphql::Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotFound => graphql_error(ErrorCode::NotFound, "There is no such object, or you may not see it."),
            Failure::Conflict { expected, current } => {
                graphql_error(ErrorCode::Conflict, "Somebody else changed this meanwhile; read it again.").extend_with(
                    |_, extensions| {
                        extensions.set("expectedVersion", expected);
                        extensions.set("currentVersion", current);
                    },
                )
            }
            Failure::TextsConflict { expected, current, theirs, yours } => {
                async_graphql::Error::from(Failure::Conflict { expected, current }).extend_with(|_, extensions| {
                    for (name, text) in [("currentText", theirs.clone()), ("yourText", yours.clone())] {
                        extensions.set(name, async_graphql::Value::from_json(text).unwrap_or_default());
                    }
                })
            }
            Failure::BadInput { field, message } => graphql_error(ErrorCode::BadUserInput, message)
                .extend_with(|_, extensions| extensions.set("field", field.as_ref())),
            Failure::Unauthenticated(message) => graphql_error(ErrorCode::Unauthenticated, message),
            Failure::TooMuch { after_seconds } => try_again(
                "You ask for too much at a time; try again later.",
                TryAgain { after_seconds, too_much: true },
            ),
            Failure::TryAgain { after_seconds, message } => {
                try_again(message, TryAgain { after_seconds, too_much: false })
            }
            Failure::Forbidden(message) => graphql_error(ErrorCode::Forbidden, message),
            failure if failure.is_unavailable() => {
                tracing::warn!(error = failure.summary(), "the database is busy or away");
                try_again("The server is busy; try again shortly.", TryAgain { after_seconds: 1, too_much: false })
            }
            failure => {
                tracing::error!(error = failure.summary(), "internal error");
                graphql_error(ErrorCode::Internal, "Something went wrong on the server.")
            }
        }
    }
}
