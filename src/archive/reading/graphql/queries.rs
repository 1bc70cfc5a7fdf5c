//! Looking readings up, and what is shown on record beside opening a file.

use super::{ArchiveCopy, ArchiveReading, RevealedField};
use crate::archive::graphql::AccessRegisterEntry;
use crate::archive::reading::error;
use crate::archive::reading::service::export_archive_file::ExportArchiveFile;
use crate::archive::reading::service::reveal_field::RevealField;
use crate::archive::reading::service::way_in::Attempt;
use crate::archive::reading::store::{self, Filter, POSITION};
use crate::calendar::local_day;
use crate::platform::access::{Permission, access};
use crate::platform::answered_once::AnsweredOnce;
use crate::platform::db::Command;
use crate::platform::error::Failure;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use crate::platform::text::any_wanted;
use async_graphql::{Context, InputObject, Object, Result};
use entity::access_register::ReadingDenial;
use entity::archive_reading;
use entity::archive_reading::ArchiveReadingState;

/// Narrows a list of readings; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct ArchiveReadingFilter {
    /// Any of these states.
    pub states: Option<Vec<ArchiveReadingState>>,
    /// True: only what waits for you, to agree to it, to release or take back the files, to escort, or to sign off after the
    /// period.
    #[graphql(default)]
    pub waiting_for_me: bool,
}

payloads!(exported: ArchiveCopy { ExportArchiveFilePayload });
payloads!(revealed: RevealedField { RevealFieldPayload });

/// Runs an attempt to read, once for each name in the answer. What is not the reader's looks like what is not there; a wrong
/// purpose and a missing right are told.
pub async fn attempt<T, C>(ctx: &Context<'_>, command: &C) -> Result<(Option<T>, Vec<Refusal>)>
where
    T: Clone + Send + Sync + 'static,
    C: Command<Output = Attempt<T>>,
{
    AnsweredOnce::answer(ctx, async { run(ctx, command).await.map_err(async_graphql::Error::from) }).await?
}

async fn run<T, C>(ctx: &Context<'_>, command: &C) -> Result<(Option<T>, Vec<Refusal>), Failure>
where
    C: Command<Output = Attempt<T>>,
{
    let scope = Scope::of(ctx);
    let (attempt, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    match attempt {
        None => Ok((None, refusals)),
        Some(Attempt::Shown(shown)) => Ok((Some(shown), refusals)),
        Some(Attempt::Denied(denial)) => match denial {
            ReadingDenial::OtherPurpose => Ok((None, vec![error::other_purpose()])),
            ReadingDenial::NoRevealRight => Ok((None, vec![error::not_revealed()])),
            ReadingDenial::NoExportRight => Err(Failure::Forbidden("Copies require ARCHIVE_EXPORT, and the profile.")),
            ReadingDenial::NoWayIn
            | ReadingDenial::BeforePeriod
            | ReadingDenial::AfterPeriod
            | ReadingDenial::NotReleased
            | ReadingDenial::Ended
            | ReadingDenial::NoEscort => Err(Failure::NotFound),
        },
    }
}

#[derive(Default)]
pub struct ReadingQueries;

#[Object]
impl ReadingQueries {
    /// The readings of archive files that you see, the latest first: your own, those you asked for or escort, those of your
    /// department if you head it; all for who agrees for the whole organisation, keeps the archive or audits.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn archive_readings(
        &self,
        ctx: &Context<'_>,
        filter: Option<ArchiveReadingFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ArchiveReading>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let ArchiveReadingFilter { states, waiting_for_me } = filter.unwrap_or_default();
        let today = local_day(scope.clock.now());
        let filter = Filter {
            states: any_wanted("states", states)?,
            waiting_for: waiting_for_me.then(|| store::waiting_for(&scope.actor, today)),
        };
        let query = filter.apply(store::visible_to(&scope.actor));
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        let cursor = |row: &archive_reading::Model| Cursor::new(row.requested_at, row.id);
        Ok(page.connect(listed, cursor, ArchiveReading))
    }

    /// Takes a copy of an archive file that is open to you, watermarked with your name and the time (HK-5.6.3, SG-16.5). It takes
    /// the permission ARCHIVE_EXPORT and a role that the profile lets copy; without them it is FORBIDDEN, and that is on record
    /// too. Each copy leaves a row of the reading register; nothing is given out when the row cannot be written.
    #[graphql(directive = access::apply(vec![Permission::ArchiveOpen]))]
    async fn export_archive_file(
        &self,
        ctx: &Context<'_>,
        input: ExportArchiveFile,
    ) -> Option<Result<ExportArchiveFilePayload>> {
        let exported = async {
            let (copied, refusals) = attempt(ctx, &input).await?;
            let copy = copied.map(|copied| ArchiveCopy::of(*copied)).transpose()?;
            Ok((copy, refusals).into())
        };
        Some(exported.await)
    }

    /// Shows one personal value whole, of a case or an archive file that is open to you, for a role that the profile names
    /// (SG-16.3). Each value leaves a row of the reading register; it is not shown when the row cannot be written.
    #[graphql(directive = access::apply(vec![Permission::PersonalReveal]))]
    async fn reveal_field(&self, ctx: &Context<'_>, input: RevealField) -> Option<Result<RevealFieldPayload>> {
        let revealed = async {
            let (revealed, refusals) = attempt(ctx, &input).await?;
            let field = revealed
                .map(|shown| RevealedField { value: shown.value, register_entry: AccessRegisterEntry(shown.entry) });
            Ok((field, refusals).into())
        };
        Some(revealed.await)
    }
}
