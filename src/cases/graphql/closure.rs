//! Suspending, reopening, void vouchers, and cases that go on with others.

use super::case::Case;
use super::loader;
use super::mutations::{open_works, run};
use crate::cases::loaders::SuccessorsOf;
use crate::cases::service::reopen_case::ReopenCase;
use crate::cases::service::suspend_case::{SuspendCase, SuspendCaseInput};
use crate::cases::service::void_voucher::{AgreeToVoid, VoidVoucher};
use crate::cases::suspensions::{self, loaders::SuspensionsOf};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::payload::payloads;
use async_graphql::{Context, Description, Object, Result};
use chrono::{DateTime, Utc};
use entity::CaseId;
use entity::case_suspension::{ReopeningGround, SuspensionGround};

/// A suspended closing (暂结案). It ends by reopening or by expiry.
#[derive(Description)]
pub struct Suspension(suspensions::Suspension);

#[Object(use_type_description)]
impl Suspension {
    #[graphql(directive = inherits::apply())]
    async fn ground(&self) -> SuspensionGround {
        self.0.row.ground
    }

    /// The last contact with the complainant; the period counts from here (HK-5.5.3).
    #[graphql(directive = inherits::apply())]
    async fn last_contact_at(&self) -> DateTime<Utc> {
        self.0.row.last_contact_at
    }

    #[graphql(directive = inherits::apply())]
    async fn suspended_at(&self) -> DateTime<Utc> {
        self.0.row.suspended_at
    }

    #[graphql(directive = inherits::apply())]
    async fn suspended_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.row.suspended_by).await
    }

    /// The last second of the period, computed: when the deadline of this suspension is due. After it the case is closed and cannot be reopened.
    #[graphql(directive = inherits::apply())]
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }

    /// When the case went on, if it did.
    #[graphql(directive = inherits::apply())]
    async fn reopened_at(&self) -> Option<DateTime<Utc>> {
        self.0.row.reopened_at
    }

    /// Why the case went on.
    #[graphql(directive = inherits::apply())]
    async fn reopening_ground(&self) -> Option<ReopeningGround> {
        self.0.row.reopening_ground
    }

    /// When the case was closed because the period was over.
    #[graphql(directive = inherits::apply())]
    async fn expired_at(&self) -> Option<DateTime<Utc>> {
        self.0.row.expired_at
    }
}

pub async fn suspensions(ctx: &Context<'_>, case: CaseId) -> Result<Vec<Suspension>> {
    let found = loader(ctx).load_one(SuspensionsOf(case)).await?.unwrap_or_default();
    Ok(found.into_iter().map(Suspension).collect())
}

/// The suspension that runs on a case.
pub async fn running_suspension(ctx: &Context<'_>, case: CaseId) -> Result<Option<suspensions::Suspension>> {
    let found = loader(ctx).load_one(SuspensionsOf(case)).await?.unwrap_or_default();
    Ok(found.into_iter().find(|one| one.row.reopened_at.is_none() && one.row.expired_at.is_none()))
}

pub async fn successors(ctx: &Context<'_>, case: CaseId) -> Result<Vec<Case>> {
    let found = loader(ctx).load_one(SuccessorsOf(case)).await?.unwrap_or_default();
    Ok(found.into_iter().map(Case::new).collect())
}

payloads!(
    case: Case {
        SuspendCasePayload,
        ReopenCasePayload,
        VoidVoucherPayload,
        AgreeToVoidPayload,
    }
);

#[derive(Default)]
pub struct ClosureMutations;

#[Object]
impl ClosureMutations {
    /// Suspends a case on one of three grounds, until a period after the last contact is over (HK-5.5.2, HK-5.5.3). Refused while
    /// an approval is undecided.
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn suspend_case(&self, ctx: &Context<'_>, input: SuspendCaseInput) -> Option<Result<SuspendCasePayload>> {
        run(ctx, SuspendCase { input, open_works: open_works(ctx) }).await
    }

    /// Takes a suspended case up again under its old number (HK-5.5.4). `recordContact` does it by itself when the complainant
    /// was reached. After the end of the suspension both are refused (HK-5.5.6).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn reopen_case(&self, ctx: &Context<'_>, input: ReopenCase) -> Option<Result<ReopenCasePayload>> {
        run(ctx, input).await
    }

    /// Asks for a voucher of yours to be void, before it is allocated (SG-9.2.4). It is void when somebody whom the profile
    /// names agrees, or at once where it names nobody. Number and content stay.
    #[graphql(directive = access::apply(vec![Permission::CaseRegister]))]
    async fn void_voucher(&self, ctx: &Context<'_>, input: VoidVoucher) -> Option<Result<VoidVoucherPayload>> {
        run(ctx, input).await
    }

    /// Agrees that a voucher is void, after who registered it asked (SG-9.2.4).
    #[graphql(directive = access::apply(vec![Permission::CaseRegister]))]
    async fn agree_to_void(&self, ctx: &Context<'_>, input: AgreeToVoid) -> Option<Result<AgreeToVoidPayload>> {
        run(ctx, input).await
    }
}
