//! Looking cases up. Direct look-up, list and count go through the same row scope.

use super::case::Case;
use crate::audit::RecordDenial;
use crate::calendar::{day_start, local_day};
use crate::cases::policy;
use crate::cases::sealed;
use crate::cases::service::find_by_phone::FindByPhone;
use crate::cases::store::{self, CaseOrderField, CaseRead, Filter, Participant};
use crate::platform::access::{Permission, access};
use crate::platform::error::Failure;
use crate::platform::ids::Global;
use crate::platform::instant;
use crate::platform::page::{Connection, Cursor, Direction, Listed, PageArgs, asks_for_total, count};
use crate::platform::scope::Scope;
use crate::platform::text::{any_code_wanted, any_wanted, comparable_contract_number, comparable_phone, wanted};
use crate::profiles;
use async_graphql::{Context, InputObject, Object, Result};
use chrono::{DateTime, Days, Utc};
use entity::case::{self, CaseState};
use entity::{CaseId, StaffId};

/// Narrows a list of cases; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct CaseFilter {
    /// Any of these states.
    pub states: Option<Vec<CaseState>>,
    /// Codes of channels; any of them.
    pub channels: Option<Vec<String>>,
    /// Codes of severities; any of them.
    pub severities: Option<Vec<String>>,
    /// The handler.
    pub handler_id: Option<Global<StaffId>>,
    /// Taken in at this time or later.
    pub received_from: Option<DateTime<Utc>>,
    /// Taken in before this time.
    pub received_until: Option<DateTime<Utc>>,
    /// The whole number of the case.
    pub number: Option<String>,
    /// The whole phone number of any complainant, or the one that was called from, however it is written. Needs the permission CASE_FIND_BY_PHONE, and leaves a row of the reading register.
    pub phone: Option<String>,
    /// The whole contract number, however it is written.
    pub contract_number: Option<String>,
    /// True: only cases with a deadline that has passed and is not met.
    #[graphql(default)]
    pub overdue: bool,
    /// Only urgent cases, or only others (HK-2.7).
    pub urgent: Option<bool>,
    /// False: only cases whose complainant was not yet told that the complaint is taken up (HK-5.1.2).
    pub acknowledged: Option<bool>,
    /// Only cases under investigation whose last contact with the complainant (or the acceptance) lies more than this many
    /// days back, 0 to 3650 (HK-2.5).
    pub no_contact_for_days: Option<i32>,
    /// True: the same with the number of days of the profile; an error when it sets none.
    #[graphql(default)]
    pub silent: bool,
    /// True: only cases that you handle, that you answer for a department, or that you take part in by your role because of
    /// their severity (HK-3.11).
    #[graphql(default)]
    pub mine: bool,
}

/// In which order cases are listed.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct CaseOrder {
    pub field: CaseOrderField,
    #[graphql(default)]
    pub direction: Direction,
}

impl Default for CaseOrder {
    fn default() -> Self {
        Self { field: CaseOrderField::ReceivedAt, direction: Direction::Desc }
    }
}

impl CaseFilter {
    async fn check(self, scope: &Scope) -> Result<Filter, Failure> {
        let permission = Permission::CaseFindByPhone;
        if self.phone.is_some() && !scope.actor.may(permission) {
            scope.db.run(&scope.actor, &RecordDenial { permission }).await?;
            return Err(Failure::Forbidden("CaseFilter.phone requires CASE_FIND_BY_PHONE."));
        }
        if self.phone.is_some() {
            scope.db.run(&scope.actor, &FindByPhone).await?;
        }
        let index = |field, text: String| scope.vault.index(field, &text);
        let silent_since = silent_since(scope, self.no_contact_for_days, self.silent).await?;
        let of = if self.mine { Some(myself(scope).await?) } else { None };
        Ok(Filter {
            states: any_wanted("states", self.states)?,
            channels: any_code_wanted("channels", self.channels)?,
            severities: any_code_wanted("severities", self.severities)?,
            handler: self.handler_id.map(|id| id.0),
            received_from: instant::given("receivedFrom", self.received_from)?,
            received_until: instant::given("receivedUntil", self.received_until)?,
            number: wanted("number", self.number)?,
            phone_index: wanted("phone", self.phone)?.map(|phone| index(sealed::PHONE, comparable_phone(&phone))),
            contract_number_index: wanted("contractNumber", self.contract_number)?
                .map(|number| index(sealed::CONTRACT_NUMBER, comparable_contract_number(&number))),
            overdue_at: self.overdue.then(|| scope.clock.now()),
            urgent: self.urgent,
            acknowledged: self.acknowledged,
            silent_since,
            of,
        })
    }
}

/// The instant before which the last contact must lie: days are local (G-1), and exactly so many days are not more (HK-2.5).
async fn silent_since(
    scope: &Scope,
    days: Option<i32>,
    as_the_profile_says: bool,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let today = local_day(scope.clock.now());
    let days = match days {
        Some(days) => {
            let checked = u16::try_from(days).ok().filter(|days| *days <= 3650);
            checked.ok_or_else(|| Failure::bad_input("noContactForDays", "Give 0 to 3650 days."))?
        }
        None if as_the_profile_says => {
            let published = profiles::store::effective_on(scope.db.read(&scope.actor), today).await?;
            let set = published.and_then(|published| published.profile.work_lists.silent_days);
            set.ok_or_else(|| {
                Failure::bad_input("silent", "The profile sets no number of days (work_lists.silent_days).")
            })?
        }
        None => return Ok(None),
    };
    Ok(today.checked_sub_days(Days::new(days.into())).map(day_start))
}

/// The person who asks, with the severities of each profile version in which their roles take part.
async fn myself(scope: &Scope) -> Result<Participant, Failure> {
    let person = scope.actor.staff_id().ok_or(Failure::Unauthenticated("Sign in first."))?;
    let published = profiles::store::in_order(scope.db.read(&scope.actor)).await?;
    let severities = published.iter().map(|version| (version.id, policy::followed(&scope.actor, &version.profile)));
    Ok(Participant { person, severities: severities.filter(|(_, codes)| !codes.is_empty()).collect() })
}

#[derive(Default)]
pub struct CaseQueries;

#[Object]
impl CaseQueries {
    /// A case; null when there is none of this id or it is not yours to see. Auditors read archived cases in the archive
    /// (`openArchiveFile`), on record.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn case(&self, ctx: &Context<'_>, id: Global<CaseId>) -> Option<Result<Case>> {
        let found = Case::find(ctx, id.0, Case::shape(&ctx.look_ahead())).await;
        found.map_err(Into::into).transpose()
    }

    /// The cases that you may see, the latest first unless `orderBy` says otherwise.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn cases(
        &self,
        ctx: &Context<'_>,
        filter: Option<CaseFilter>,
        order_by: Option<CaseOrder>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Case>> {
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let page = PageArgs { first, after, last, before }.check()?;
        let order = order_by.unwrap_or_default();
        let query = filter.unwrap_or_default().check(scope).await?.apply(store::shown_to(&scope.actor));
        let shape = Case::shape(&ctx.look_ahead().field("edges").field("node"));
        let position = (order.field.column(), case::Column::Id);
        let rows = store::read(db, page.narrow(query.clone(), position, order.direction), shape).await?;
        let total = if asks_for_total(ctx) { Some(count(db, query).await?) } else { None };
        let cursor = |read: &CaseRead| Cursor::new(order.field.time(&read.case), read.case.id);
        Ok(page.connect(Listed { rows, total }, cursor, Case::new))
    }
}
