//! The type `Case`.

use super::abilities::CaseAbilities;
use super::deadline::Deadline;
use super::loader;
use super::plan::Plan;
use super::timeline::{self, TimelineEntry};
use crate::approvals::graphql::{Approval, of_case};
use crate::cases::loaders::{DeadlinesOf, PlansOf};
use crate::cases::policy;
use crate::cases::sealed;
use crate::cases::store::{self, CaseRead, Shape};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::NodeKey;
use crate::platform::loader::Remembering;
use crate::platform::masked::{Masked, Personal};
use crate::platform::page::{Connection, Direction, PageArgs};
use crate::platform::scope::Scope;
use crate::profiles::Profile;
use crate::profiles::graphql::{Coded, PolicyProfile, of_version};
use crate::profiles::loaders::ProfileLoader;
use async_graphql::{Context, Description, ID, Lookahead, Object};
use chrono::{DateTime, Utc};
use entity::case::{CaseOutcome, CaseState, ComplainantOpinion, RelationToPolicyholder};
use entity::{CaseId, case_deadline};
use std::sync::Arc;

/// A complaint case (投诉案件).
#[derive(Clone, Description)]
pub struct Case(pub Arc<CaseRead>);

/// Why personal data is not shown whole.
const CONFIDENTIAL: &str = "HK-5.6.3";

impl Case {
    pub fn new(read: CaseRead) -> Self {
        Self(Arc::new(read))
    }

    /// What the fields below a case ask to be read with it.
    pub fn shape(fields: &Lookahead<'_>) -> Shape {
        let asks = |field: &str| fields.field(field).exists();
        let timeline = match fields.field("timeline").selection_fields().as_slice() {
            [only] => timeline::first_page(only),
            // Not asked for, or asked for twice: then the loader answers.
            _ => None,
        };
        Shape {
            handler: asks("handler"),
            approvals: asks("approvals"),
            deadlines: asks("deadlines") || asks("overdue"),
            timeline,
        }
    }

    /// The case of a key, as far as the person may see it.
    pub async fn find(ctx: &Context<'_>, id: CaseId, shape: Shape) -> Result<Option<Self>> {
        let scope = Scope::of(ctx);
        let mut found = store::by_ids(scope.db.read(&scope.actor), &scope.actor, &[id], shape).await?;
        Ok(found.pop().map(Self::new))
    }

    /// The same, together with other cases that the request asks for at the same time.
    pub async fn load(ctx: &Context<'_>, id: CaseId) -> async_graphql::Result<Option<Self>> {
        Ok(loader(ctx).load_one(id).await?.map(Self::new))
    }

    /// The case that another object belongs to.
    pub async fn of(ctx: &Context<'_>, id: CaseId) -> async_graphql::Result<Self> {
        Self::load(ctx, id).await?.ok_or_else(|| Failure::internal("a case vanished").into())
    }

    pub(super) async fn profile(&self, ctx: &Context<'_>) -> async_graphql::Result<Arc<Profile>> {
        let profiles = ctx.data_unchecked::<Remembering<ProfileLoader>>();
        let found = profiles.load_one(self.0.case.profile_version_id).await?;
        found.ok_or_else(|| Failure::internal("a profile version vanished").into())
    }

    async fn deadline_rows(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<case_deadline::Model>> {
        match &self.0.deadlines {
            Some(read) => Ok(read.clone()),
            None => Ok(loader(ctx).load_one(DeadlinesOf(self.0.case.id)).await?.unwrap_or_default()),
        }
    }

    fn masked(&self, ctx: &Context<'_>, kind: Personal, field: &'static str, sealed: &str) -> Result<Masked> {
        let scope = Scope::of(ctx);
        let plain = scope.vault.open(field, self.0.case.id, sealed)?;
        Ok(if policy::sees_personal_data(&scope.actor, &self.0.case) {
            Masked::shown(plain)
        } else {
            Masked::partial(kind, &plain, CONFIDENTIAL)
        })
    }

    fn masked_if_any(
        &self,
        ctx: &Context<'_>,
        kind: Personal,
        field: &'static str,
        sealed: &Option<String>,
    ) -> Option<async_graphql::Result<Masked>> {
        sealed.as_deref().map(|sealed| Ok(self.masked(ctx, kind, field, sealed)?))
    }
}

#[Object(use_type_description)]
impl Case {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.case.id.global()
    }

    /// Number of the voucher; consecutive within a year.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn number(&self) -> &str {
        &self.0.case.number
    }

    /// Where it stands on its road.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn state(&self) -> CaseState {
        self.0.case.state
    }

    /// Counts changes; send it back as `expectedVersion`.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn version(&self) -> i32 {
        self.0.case.version
    }

    /// How the complaint came in (投诉途径).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn channel(&self, ctx: &Context<'_>) -> async_graphql::Result<Coded> {
        Ok(Coded::channel(&*Self::profile(self, ctx).await?, &self.0.case.channel))
    }

    /// How grave it is.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn severity(&self, ctx: &Context<'_>) -> async_graphql::Result<Coded> {
        Ok(Coded::severity(&*Self::profile(self, ctx).await?, &self.0.case.severity))
    }

    /// The version of the organisation's rules that the case follows: that of its acceptance (HK-3.8).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn policy_profile(&self, ctx: &Context<'_>) -> async_graphql::Result<PolicyProfile> {
        Ok(of_version(self.0.case.profile_version_id, Self::profile(self, ctx).await?))
    }

    /// Main points of the complaint (投诉情况要点).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn summary(&self) -> &str {
        &self.0.case.summary
    }

    /// The complainant (投诉人).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn complainant_name(&self, ctx: &Context<'_>) -> async_graphql::Result<Masked> {
        let sealed = &self.0.case.complainant_name_sealed;
        Ok(self.masked(ctx, Personal::Name, sealed::COMPLAINANT_NAME, sealed)?)
    }

    /// Phone number of the complainant (联系电话).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn phone(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Masked>> {
        self.masked_if_any(ctx, Personal::Phone, sealed::PHONE, &self.0.case.phone_sealed)
    }

    /// Contract number (保险合同编号).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn contract_number(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        let sealed = self.0.case.contract_number_sealed.as_deref()?;
        let opened = Scope::of(ctx).vault.open(sealed::CONTRACT_NUMBER, self.0.case.id, sealed);
        Some(opened.map_err(Into::into))
    }

    /// The policyholder (投保人).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn policyholder_name(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Masked>> {
        let sealed = &self.0.case.policyholder_name_sealed;
        self.masked_if_any(ctx, Personal::Name, sealed::POLICYHOLDER_NAME, sealed)
    }

    /// The insured (被保险人).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn insured_name(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Masked>> {
        self.masked_if_any(ctx, Personal::Name, sealed::INSURED_NAME, &self.0.case.insured_name_sealed)
    }

    /// How the complainant relates to the policyholder (与投保人关系).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn relation(&self) -> RelationToPolicyholder {
        self.0.case.relation
    }

    /// When the complaint was taken in; deadlines count from here.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn received_at(&self) -> DateTime<Utc> {
        self.0.case.received_at
    }

    /// When it was registered, which may be later.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn registered_at(&self) -> DateTime<Utc> {
        self.0.case.registered_at
    }

    /// Who registered it.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn registered_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Staff> {
        person(ctx, self.0.case.registered_by).await
    }

    /// Who handles it (经办人); null until it is allocated.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn handler(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Staff>> {
        match &self.0.handler {
            Some(card) => Some(Ok(Staff(card.clone()))),
            None => Some(person(ctx, self.0.case.handler_id?).await),
        }
    }

    /// First contact with the complainant after acceptance (HK-8.1).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn contacted_at(&self) -> Option<DateTime<Utc>> {
        self.0.case.contacted_at
    }

    /// When both the facts and the responsibility were found (HK-8.1).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn investigated_at(&self) -> Option<DateTime<Utc>> {
        self.0.case.investigated_at
    }

    /// When the complainant got the answer.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn replied_at(&self) -> Option<DateTime<Utc>> {
        self.0.case.replied_at
    }

    /// When the handler closed it.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.case.closed_at
    }

    /// What the handling found of the complaint; null until the case is closed.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn outcome(&self) -> Option<CaseOutcome> {
        self.0.case.outcome
    }

    /// What the complainant says of the result; null until the case is closed.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn complainant_opinion(&self) -> Option<ComplainantOpinion> {
        self.0.case.complainant_opinion
    }

    /// What must happen by when, the earliest first (HK-8.1…HK-8.3).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn deadlines(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Deadline>> {
        let now = Scope::of(ctx).clock.now();
        Ok(self.deadline_rows(ctx).await?.into_iter().map(|row| Deadline::new(row, now)).collect())
    }

    /// True when a deadline has passed and is not met.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn overdue(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let now = Scope::of(ctx).clock.now();
        Ok(self.deadline_rows(ctx).await?.into_iter().any(|row| Deadline::new(row, now).is_overdue()))
    }

    /// The drafts of the handling plan (处理方案), the first one first.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn plans(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Plan>> {
        let plans = loader(ctx).load_one(PlansOf(self.0.case.id)).await?.unwrap_or_default();
        Ok(plans.into_iter().map(Plan).collect())
    }

    /// Everything that somebody with authority must decide, in the order in which it was asked for.
    #[graphql(directive = access::apply(vec![Permission::CaseRead, Permission::ApprovalRead]))]
    async fn approvals(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Approval>> {
        of_case(ctx, self).await
    }

    /// The handling record (投诉处理记录表): what was done, when, by whom.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(default)] direction: Direction,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<TimelineEntry>> {
        let page = PageArgs { first, after, last, before }.check()?;
        timeline::page(ctx, self, page, direction).await
    }

    /// What you could do with the case now, and if not, why.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn viewer_can(&self) -> CaseAbilities {
        CaseAbilities(self.clone())
    }
}
