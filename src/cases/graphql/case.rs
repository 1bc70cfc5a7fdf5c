//! The type `Case` and what belongs to it.

use super::loader;
use super::timeline::{self, TimelineEntry};
use crate::approvals::graphql::{Approval, may_request_approval, of_case};
use crate::cases::deadlines::{DeadlineStatus, status};
use crate::cases::loaders::{DeadlinesOf, OpenWorkOf, PlansOf};
use crate::cases::policy::{self, CaseAct, Verdict};
use crate::cases::service::register_case::sealed;
use crate::cases::service::submit_plan::grounds;
use crate::cases::store::{self, CaseRead, Shape};
use crate::identity::graphql::{Staff, person};
use crate::identity::loaders::{PeopleLoader, RolesOf};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::NodeKey;
use crate::platform::loader::Remembering;
use crate::platform::masked::{Masked, Personal};
use crate::platform::page::{Connection, Direction, PageArgs};
use crate::platform::refusal::Ability;
use crate::platform::scope::Scope;
use crate::profiles::Profile;
use crate::profiles::graphql::{Coded, PolicyProfile, of_version};
use crate::profiles::loaders::ProfileLoader;
use async_graphql::{Context, Description, ID, Lookahead, Object};
use chrono::{DateTime, Utc};
use entity::CaseId;
use entity::case::{CaseOutcome, CaseState, ComplainantOpinion, RelationToPolicyholder};
use entity::case_deadline::{self, PeriodUnit};
use entity::plan::{self, PlanVerdict};
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

    /// The case that another object belongs to.
    pub async fn load(ctx: &Context<'_>, id: CaseId) -> async_graphql::Result<Self> {
        let found = loader(ctx).load_one(id).await?;
        found.map(Self::new).ok_or_else(|| Failure::internal("a case vanished").into())
    }

    async fn profile(&self, ctx: &Context<'_>) -> async_graphql::Result<Arc<Profile>> {
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
        Ok(self.deadline_rows(ctx).await?.into_iter().map(|row| Deadline { status: status(&row, now), row }).collect())
    }

    /// True when a deadline has passed and is not met.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn overdue(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let now = Scope::of(ctx).clock.now();
        Ok(self.deadline_rows(ctx).await?.iter().any(|row| status(row, now) == DeadlineStatus::Overdue))
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

/// What must happen by when.
#[derive(Description)]
pub struct Deadline {
    row: case_deadline::Model,
    status: DeadlineStatus,
}

#[Object(use_type_description)]
impl Deadline {
    /// Code of the deadline in the profile, for example `REPLY`.
    #[graphql(directive = inherits::apply())]
    async fn code(&self) -> &str {
        &self.row.code
    }

    /// The rule that sets it, for example `HK-8.2`.
    #[graphql(directive = inherits::apply())]
    async fn rule(&self) -> &str {
        &self.row.rule
    }

    /// Where it stands now.
    #[graphql(directive = inherits::apply())]
    async fn status(&self) -> DeadlineStatus {
        self.status
    }

    /// The acceptance of the complaint.
    #[graphql(directive = inherits::apply())]
    async fn started_at(&self) -> DateTime<Utc> {
        self.row.started_at
    }

    /// Length of the period, in `unit`.
    #[graphql(directive = inherits::apply())]
    async fn length(&self) -> i32 {
        self.row.length
    }

    #[graphql(directive = inherits::apply())]
    async fn unit(&self) -> PeriodUnit {
        self.row.unit
    }

    /// The last second that is in time.
    #[graphql(directive = inherits::apply())]
    async fn due_at(&self) -> DateTime<Utc> {
        self.row.due_at
    }

    /// When the last of what it waits for had happened.
    #[graphql(directive = inherits::apply())]
    async fn met_at(&self) -> Option<DateTime<Utc>> {
        self.row.met_at
    }

    /// The version of the working calendar that it was counted with.
    #[graphql(directive = inherits::apply())]
    async fn calendar_version(&self) -> &str {
        &self.row.calendar_version
    }

    /// True when it reaches into a year whose holidays are not published yet: it may still move.
    #[graphql(directive = inherits::apply())]
    async fn provisional(&self) -> bool {
        self.row.provisional
    }
}

/// A draft of the handling plan (处理方案). A reviewed draft is not touched again.
#[derive(Description)]
pub struct Plan(plan::Model);

#[Object(use_type_description)]
impl Plan {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Which draft of the case it is, counted from 1.
    #[graphql(directive = inherits::apply())]
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// What it rests on: contract, law, regulation.
    #[graphql(directive = inherits::apply())]
    async fn basis(&self) -> Option<&str> {
        self.0.basis.as_deref()
    }

    /// What is to be done for the complainant.
    #[graphql(directive = inherits::apply())]
    async fn proposal(&self) -> Option<&str> {
        self.0.proposal.as_deref()
    }

    #[graphql(directive = inherits::apply())]
    async fn drafted_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Staff> {
        person(ctx, self.0.drafted_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn drafted_at(&self) -> DateTime<Utc> {
        self.0.drafted_at
    }

    #[graphql(directive = inherits::apply())]
    async fn submitted_at(&self) -> Option<DateTime<Utc>> {
        self.0.submitted_at
    }

    /// What the reviewer said; null until then.
    #[graphql(directive = inherits::apply())]
    async fn verdict(&self) -> Option<PlanVerdict> {
        self.0.verdict
    }

    /// The reviewer's opinion in words.
    #[graphql(directive = inherits::apply())]
    async fn opinion(&self) -> Option<&str> {
        self.0.opinion.as_deref()
    }

    #[graphql(directive = inherits::apply())]
    async fn reviewed_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Staff>> {
        Some(person(ctx, self.0.reviewed_by?).await)
    }

    #[graphql(directive = inherits::apply())]
    async fn reviewed_at(&self) -> Option<DateTime<Utc>> {
        self.0.reviewed_at
    }
}

/// What the person asking could do with a case now: one field for each button. The answer is that of the rules which the
/// mutations ask, on the case as it is; somebody else may still be faster.
#[derive(Description)]
pub struct CaseAbilities(Case);

impl CaseAbilities {
    fn handle(&self, ctx: &Context<'_>, act: CaseAct) -> Ability {
        Ability(policy::may_handle(act, &Scope::of(ctx).actor, &self.0.0.case))
    }

    async fn conclude(&self, ctx: &Context<'_>, act: CaseAct) -> async_graphql::Result<Ability> {
        let case = &self.0.0.case;
        let open = loader(ctx).load_one(OpenWorkOf(case.id)).await?.unwrap_or_default();
        Ok(Ability(policy::may_conclude(act, &Scope::of(ctx).actor, case, &open)))
    }

    async fn latest_plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<plan::Model>> {
        let plans = loader(ctx).load_one(PlansOf(self.0.0.case.id)).await?.unwrap_or_default();
        Ok(plans.into_iter().next_back())
    }
}

#[Object(use_type_description)]
impl CaseAbilities {
    /// `allocateCase`
    #[graphql(directive = inherits::apply())]
    async fn allocate(&self, ctx: &Context<'_>) -> async_graphql::Result<Ability> {
        let profile = self.0.profile(ctx).await?;
        Ok(Ability(policy::may_allocate(&Scope::of(ctx).actor, &self.0.0.case, &profile)))
    }

    /// `recordContact`
    #[graphql(directive = inherits::apply())]
    async fn record_contact(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::RecordContact)
    }

    /// `recordStatement`
    #[graphql(directive = inherits::apply())]
    async fn record_statement(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::RecordStatement)
    }

    /// `recordFinding`
    #[graphql(directive = inherits::apply())]
    async fn record_finding(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::RecordFinding)
    }

    /// `draftPlan`
    #[graphql(directive = inherits::apply())]
    async fn draft_plan(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::DraftPlan)
    }

    /// `submitPlan`; the refusals name everything that is missing.
    #[graphql(directive = inherits::apply())]
    async fn submit_plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Ability> {
        let case = &self.0.0.case;
        let actor = &Scope::of(ctx).actor;
        let verdict: Verdict = match policy::may_handle(CaseAct::SubmitPlan, actor, case) {
            Ok(()) => {
                let draft = self.latest_plan(ctx).await?.filter(|plan| plan.verdict.is_none());
                let entries = timeline::all(ctx, case.id).await?;
                policy::may_submit_plan(actor, case, grounds(&entries, draft.as_ref())?)
            }
            refused => refused,
        };
        Ok(Ability(verdict))
    }

    /// `reviewPlan`
    #[graphql(directive = inherits::apply())]
    async fn review_plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Ability> {
        let case = &self.0.0.case;
        let actor = &Scope::of(ctx).actor;
        let Some(plan) = self.latest_plan(ctx).await? else {
            return Ok(Ability(policy::has_nothing_to_review(actor, case)));
        };
        let people = ctx.data_unchecked::<Remembering<PeopleLoader>>();
        let submitter = RolesOf(plan.submitted_by.unwrap_or(plan.drafted_by));
        let roles = people.load_one(submitter).await?.unwrap_or_default();
        let profile = self.0.profile(ctx).await?;
        Ok(Ability(policy::may_review_plan(actor, case, &plan, &roles, &profile)))
    }

    /// `requestApproval`
    #[graphql(directive = inherits::apply())]
    async fn request_approval(&self, ctx: &Context<'_>) -> Ability {
        may_request_approval(ctx, &self.0.0.case)
    }

    /// `recordReply`
    #[graphql(directive = inherits::apply())]
    async fn record_reply(&self, ctx: &Context<'_>) -> async_graphql::Result<Ability> {
        self.conclude(ctx, CaseAct::RecordReply).await
    }

    /// `closeCase`
    #[graphql(directive = inherits::apply())]
    async fn close(&self, ctx: &Context<'_>) -> async_graphql::Result<Ability> {
        self.conclude(ctx, CaseAct::Close).await
    }

    /// `archiveCase`
    #[graphql(directive = inherits::apply())]
    async fn archive(&self, ctx: &Context<'_>) -> Ability {
        self.handle(ctx, CaseAct::Archive)
    }
}
