//! What is done about readings.

use super::ArchiveReading;
use crate::archive::reading::service::confirm_archive_reading::ConfirmArchiveReading;
use crate::archive::reading::service::decide_archive_reading::DecideArchiveReading;
use crate::archive::reading::service::escort::{CloseEscortSession, OpenEscortSession};
use crate::archive::reading::service::release_archive_reading::ReleaseArchiveReading;
use crate::archive::reading::service::request_archive_reading::RequestArchiveReading;
use crate::archive::reading::service::request_external_reading::RequestExternalReading;
use crate::archive::reading::service::return_archive_reading::ReturnArchiveReading;
use crate::archive::reading::service::revoke_archive_reading::RevokeArchiveReading;
use crate::archive::reading::service::withdraw_archive_reading::WithdrawArchiveReading;
use crate::platform::access::{Permission, access};
use crate::platform::db::Command;
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, Object, Result};
use entity::ArchiveReadingId;

payloads!(
    reading: ArchiveReading {
        RequestArchiveReadingPayload,
        RequestExternalReadingPayload,
        DecideArchiveReadingPayload,
        ReleaseArchiveReadingPayload,
        ReturnArchiveReadingPayload,
        ConfirmArchiveReadingPayload,
        WithdrawArchiveReadingPayload,
        RevokeArchiveReadingPayload,
        OpenEscortSessionPayload,
        CloseEscortSessionPayload,
    }
);

async fn run<C, P>(ctx: &Context<'_>, command: C) -> Option<Result<P>>
where
    C: Command<Output = ArchiveReadingId>,
    P: From<(Option<ArchiveReading>, Vec<Refusal>)>,
{
    let written = async {
        let scope = Scope::of(ctx);
        let (written, refusals) = settle(scope.db.run(&scope.actor, &command).await)?;
        let reading = match written {
            Some(id) => ArchiveReading::load(ctx, id).await?,
            None => None,
        };
        Ok(P::from((reading, refusals)))
    };
    Some(written.await)
}

#[derive(Default)]
pub struct ReadingMutations;

#[Object]
impl ReadingMutations {
    /// Asks to read archive files for some days, where the profile lets people ask (SG-14.1, SG-14.2, SG-14.5). Those of the chain
    /// are told in their order.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRequest]))]
    async fn request_archive_reading(
        &self,
        ctx: &Context<'_>,
        input: RequestArchiveReading,
    ) -> Option<Result<RequestArchiveReadingPayload>> {
        run(ctx, input).await
    }

    /// Asks that an external body reads archive files, with a certificate and an escort (SG-14.4).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRelease]))]
    async fn request_external_reading(
        &self,
        ctx: &Context<'_>,
        input: RequestExternalReading,
    ) -> Option<Result<RequestExternalReadingPayload>> {
        run(ctx, input).await
    }

    /// Agrees to a reading, or refuses it, when it is the turn of your role. One refusal is enough; nobody decides on their own
    /// reading (SG-14.10).
    #[graphql(directive = access::apply(vec![Permission::ArchiveApprove]))]
    async fn decide_archive_reading(
        &self,
        ctx: &Context<'_>,
        input: DecideArchiveReading,
    ) -> Option<Result<DecideArchiveReadingPayload>> {
        run(ctx, input).await
    }

    /// Gives the files out to be read, when everybody of the chain agreed (SG-14.6).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRelease]))]
    async fn release_archive_reading(
        &self,
        ctx: &Context<'_>,
        input: ReleaseArchiveReading,
    ) -> Option<Result<ReleaseArchiveReadingPayload>> {
        run(ctx, input).await
    }

    /// Signs off: the reader has read, and reads no more by this leave (SG-14.8). For an external reader the escort does.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRequest]))]
    async fn return_archive_reading(
        &self,
        ctx: &Context<'_>,
        input: ReturnArchiveReading,
    ) -> Option<Result<ReturnArchiveReadingPayload>> {
        run(ctx, input).await
    }

    /// Takes the files back after the reader signed off, intact or not (SG-14.8).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRelease]))]
    async fn confirm_archive_reading(
        &self,
        ctx: &Context<'_>,
        input: ConfirmArchiveReading,
    ) -> Option<Result<ConfirmArchiveReadingPayload>> {
        run(ctx, input).await
    }

    /// Takes a request of yours back before anything was given out.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRequest]))]
    async fn withdraw_archive_reading(
        &self,
        ctx: &Context<'_>,
        input: WithdrawArchiveReading,
    ) -> Option<Result<WithdrawArchiveReadingPayload>> {
        run(ctx, input).await
    }

    /// Ends a reading: from that moment on nothing is read by it. The reader is told.
    #[graphql(directive = access::apply(vec![Permission::ArchiveRelease]))]
    async fn revoke_archive_reading(
        &self,
        ctx: &Context<'_>,
        input: RevokeArchiveReading,
    ) -> Option<Result<RevokeArchiveReadingPayload>> {
        run(ctx, input).await
    }

    /// You sit down with the external reader whom you escort: from now on the reader reads (SG-14.4).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRequest]))]
    async fn open_escort_session(
        &self,
        ctx: &Context<'_>,
        input: OpenEscortSession,
    ) -> Option<Result<OpenEscortSessionPayload>> {
        run(ctx, input).await
    }

    /// You leave the external reader, who then reads nothing (SG-14.4).
    #[graphql(directive = access::apply(vec![Permission::ArchiveRequest]))]
    async fn close_escort_session(
        &self,
        ctx: &Context<'_>,
        input: CloseEscortSession,
    ) -> Option<Result<CloseEscortSessionPayload>> {
        run(ctx, input).await
    }
}
