//! The type `Case`.

use super::abilities::CaseAbilities;
use super::allocation::CaseRouting;
use super::closure::{Suspension, successors, suspensions};
use super::deadline::Deadline;
use super::evidence::{self, Evidence};
use super::form::{Form, form_of};
use super::loader;
use super::people::{self, AuthorityLetter, Complainant, IntakeForm, Respondent};
use super::plan::Plan;
use super::recusal::{self, Recusal};
use super::similar::{self, CaseLink, SimilarCase};
use super::team::{self, HandlerLoad};
use super::timeline::{self, TimelineEntry};
use crate::approvals::graphql::{Approval, of_case};
use crate::assistance::graphql::{Assistance, of_case as assistances_of};
use crate::cases::answering::loaders::RoutingOf;
use crate::cases::deadlines::{DeadlineStatus, status};
use crate::cases::forms::FormKind;
use crate::cases::loaders::{DeadlinesOf, PlansOf};
use crate::cases::oversight::classification::ClassificationFactsInput;
use crate::cases::oversight::graphql::{
    self as oversight, Acknowledgement, Classification, ClassificationSuggestion, Escalation, EvidenceTransfer,
};
use crate::cases::store::{self, CaseRead, Shape};
use crate::cases::{personal, policy, sealed};
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
use crate::reviews::graphql::{self as reviews, JointReview};
use async_graphql::{Context, Description, ID, Lookahead, Object};
use chrono::{DateTime, Utc};
use entity::case::{CaseOutcome, CaseState, ClosureReason, ComplainantOpinion, RelationToPolicyholder};
use entity::{CaseId, case_deadline};
use std::sync::Arc;
use uuid::Uuid;

/// A complaint case (投诉案件).
#[derive(Clone, Description)]
pub struct Case(pub Arc<CaseRead>);

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

    /// The case of a key, as far as the person is shown it.
    pub async fn find(ctx: &Context<'_>, id: CaseId, shape: Shape) -> Result<Option<Self>> {
        let scope = Scope::of(ctx);
        let ids = [id];
        let found = store::shown_by_ids(scope.db.read(&scope.actor), &scope.actor, &ids, shape);
        let mut found = Box::pin(found).await?;
        Ok(found.pop().map(Self::new))
    }

    /// The same, together with other cases that the request asks for at the same time.
    pub async fn load(ctx: &Context<'_>, id: CaseId) -> async_graphql::Result<Option<Self>> {
        Ok(loader(ctx).load_one(id).await?.map(Self::new).and_then(|case| case.shown(ctx)))
    }

    /// The case that another object belongs to, for what is worked out from it.
    pub async fn of(ctx: &Context<'_>, id: CaseId) -> async_graphql::Result<Self> {
        let found = loader(ctx).load_one(id).await?.map(Self::new);
        found.ok_or_else(|| Failure::internal("a case vanished").into())
    }

    /// The case itself, unless the person reads it in the archive only.
    pub fn shown(self, ctx: &Context<'_>) -> Option<Self> {
        let on_record = policy::is_shown_on_record_only(&Scope::of(ctx).actor);
        (!on_record || self.0.case.state != CaseState::Archived).then_some(self)
    }

    pub async fn profile(&self, ctx: &Context<'_>) -> async_graphql::Result<Arc<Profile>> {
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
        self.masked_of(ctx, kind, field, self.0.case.id, sealed)
    }

    /// A personal value of a row that belongs to the case, for whoever asks.
    pub(super) fn masked_of(
        &self,
        ctx: &Context<'_>,
        kind: Personal,
        field: &'static str,
        row: impl Into<Uuid>,
        sealed: &str,
    ) -> Result<Masked> {
        let scope = Scope::of(ctx);
        personal::shown_to(&scope.actor, &scope.vault, &self.0.case, kind, field, row, sealed)
    }

    pub(super) fn lead_name(&self, ctx: &Context<'_>) -> Result<Masked> {
        self.masked(ctx, Personal::Name, sealed::COMPLAINANT_NAME, &self.0.case.complainant_name_sealed)
    }

    pub(super) fn lead_phone(&self, ctx: &Context<'_>) -> Option<Result<Masked>> {
        let sealed = self.0.case.phone_sealed.as_deref()?;
        Some(self.masked(ctx, Personal::Phone, sealed::PHONE, sealed))
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

    /// The complainant (投诉人); of several, the one who leads.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn complainant_name(&self, ctx: &Context<'_>) -> async_graphql::Result<Masked> {
        Ok(self.lead_name(ctx)?)
    }

    /// Phone number of the complainant (联系电话).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn phone(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Masked>> {
        Some(self.lead_phone(ctx)?.map_err(Into::into))
    }

    /// Everybody who complains and is named, the lead complainant first (群诉).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn complainants(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Complainant>> {
        people::complainants(ctx, self).await
    }

    /// How many people complain, named or not (HK-7.2.1).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn head_count(&self) -> i32 {
        self.0.case.head_count
    }

    /// How many people complain of the same matter: over this case and those merged with it, whoever is named on several
    /// counting once (HK-7.2.1, HK-A15).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn group_head_count(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        people::group_count(ctx, self).await
    }

    /// Who is complained about (被投诉人).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn respondents(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Respondent>> {
        people::respondents(ctx, self).await
    }

    /// The code of the agent who sold the policy (销售人员工号).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn selling_agent_code(&self) -> Option<&str> {
        self.0.case.selling_agent_code.as_deref()
    }

    /// The letters by which somebody acts for a complainant (授权委托书).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn authority_letters(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AuthorityLetter>> {
        people::authority_letters(ctx, self).await
    }

    /// The form that the complaint was taken in with; null where the channel asks for none (HK-5.2.1).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn intake_form(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<IntakeForm>> {
        people::intake_form(ctx, self).await
    }

    /// The cases registered before this one, twenty at most and the latest first, that name the same phone, contract or
    /// person. Of cases that are not yours to see you learn the number, the state, the dates and why they are suggested.
    #[graphql(directive = access::apply(vec![Permission::CaseRead, Permission::CaseRegister]))]
    async fn earlier_cases(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<SimilarCase>> {
        similar::earlier(ctx, self).await
    }

    /// The cases that somebody decided to see together with this one (HK-A15).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn links(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<CaseLink>> {
        similar::links(ctx, self).await
    }

    /// Who must not take part in the case, of those who could be given it or decide on it (回避, HK-4.8, HK-5.3).
    #[graphql(directive = access::apply(vec![Permission::CaseRead, Permission::CaseAllocate]))]
    async fn recusals(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Recusal>> {
        recusal::recusals(ctx, self).await
    }

    /// Contract number (保险合同编号).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn contract_number(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        let sealed = self.0.case.contract_number_sealed.as_deref()?;
        let key = personal::key_of(&Scope::of(ctx).vault, &self.0.case).transpose()?;
        let opened = key.and_then(|key| key.open(sealed::CONTRACT_NUMBER, self.0.case.id, sealed));
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

    /// Since when it waits for its next step: its state or its handler changed then.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn waiting_since(&self) -> DateTime<Utc> {
        self.0.case.waiting_since.unwrap_or(self.0.case.updated_at)
    }

    /// For a complaint about a member of the office staff: who answers it; null when it was not routed (HK-5.4.9).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn routing(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<CaseRouting>> {
        Ok(loader(ctx).load_one(RoutingOf(self.0.case.id)).await?.map(CaseRouting))
    }

    /// The handlers whom it could be given to, those with the least to do first (HK-3.6, HK-F.1).
    #[graphql(directive = access::apply(vec![Permission::CaseRead, Permission::CaseAllocate, Permission::StaffRead]))]
    async fn suggested_handlers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<HandlerLoad>> {
        team::suggested(ctx, self).await
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

    /// When the complainant first got an answer.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn replied_at(&self) -> Option<DateTime<Utc>> {
        self.0.case.replied_at
    }

    /// When it was closed, by its handler or by the end of a suspension.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.case.closed_at
    }

    /// What the handling found of the complaint; null until the handler closes the case.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn outcome(&self) -> Option<CaseOutcome> {
        self.0.case.outcome
    }

    /// What the complainant says of the result; null until the case is closed.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn complainant_opinion(&self) -> Option<ComplainantOpinion> {
        self.0.case.complainant_opinion
    }

    /// Why it is closed; null until then.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn closure_reason(&self) -> Option<ClosureReason> {
        self.0.case.closure_reason
    }

    /// Its suspensions (暂结案), the first one first; the last one runs while the case is SUSPENDED.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn suspensions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Suspension>> {
        suspensions(ctx, self.0.case.id).await
    }

    /// The closed case that this one goes on with (HK-5.5.6); null when there is none or it is not yours to see.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn predecessor(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Case>> {
        match self.0.case.predecessor_id {
            Some(id) => Self::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// The cases that go on with this one, as far as you may see them, the first one first.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn successors(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Case>> {
        successors(ctx, self.0.case.id).await
    }

    /// One of the policy's forms, filled in from the case (HK-F.2…HK-F.5); `printPath` leads to the same as a page to print.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn form(&self, ctx: &Context<'_>, kind: FormKind) -> async_graphql::Result<Form> {
        form_of(ctx, self, kind).await
    }

    /// What must happen by when, the earliest first (HK-8.1…HK-8.8).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn deadlines(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Deadline>> {
        let now = Scope::of(ctx).clock.now();
        Ok(self.deadline_rows(ctx).await?.into_iter().map(|row| Deadline::new(row, self.clone(), now)).collect())
    }

    /// True when a deadline has passed and is not met, and the case is not over.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn overdue(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        if policy::OVER.contains(&self.0.case.state) {
            return Ok(false);
        }
        let now = Scope::of(ctx).clock.now();
        Ok(self.deadline_rows(ctx).await?.iter().any(|row| status(row, now) == DeadlineStatus::Overdue))
    }

    /// The drafts of the handling plan (处理方案), the first one first.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn plans(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Plan>> {
        let plans = loader(ctx).load_one(PlansOf(self.0.case.id)).await?.unwrap_or_default();
        Ok(plans.into_iter().map(Plan).collect())
    }

    /// The evidence (证据), in the order in which it was added; none for who took the case in, once somebody handles it
    /// (HK-5.6.3).
    #[graphql(directive = access::apply(vec![Permission::CaseRead, Permission::EvidenceRead]))]
    async fn evidence(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Evidence>> {
        evidence::of_case(ctx, self).await
    }

    /// Everything that somebody with authority must decide, in the order in which it was asked for.
    #[graphql(directive = access::apply(vec![Permission::CaseRead, Permission::ApprovalRead]))]
    async fn approvals(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Approval>> {
        of_case(ctx, self).await
    }

    /// The help of other departments (协办), in the order in which it was asked for.
    #[graphql(directive = access::apply(vec![Permission::CaseRead, Permission::AssistanceRead]))]
    async fn assistances(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Assistance>> {
        assistances_of(ctx, self.0.case.id).await
    }

    /// The joint reviews that it stands on the agenda of (合议), the first one asked for first.
    #[graphql(directive = access::apply(vec![Permission::CaseRead, Permission::JointReviewRead]))]
    async fn joint_reviews(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<JointReview>> {
        reviews::of_case(ctx, self.0.case.id).await
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

    /// Handled before others: so are major complaints (HK-2.7).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn urgent(&self) -> bool {
        self.0.case.urgent
    }

    /// How the complainant was told that the complaint is taken up; null until then (HK-5.1.2).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn acknowledgement(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Acknowledgement>> {
        oversight::acknowledgement(ctx, self.0.case.id).await
    }

    /// The last decision of how grave it is; null until somebody decided.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn classification(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Classification>> {
        let all = oversight::classifications(ctx, self).await?;
        Ok(all.into_iter().rfind(Classification::is_decided))
    }

    /// Every proposal and decision of how grave it is, the first one first.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn classifications(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Classification>> {
        oversight::classifications(ctx, self).await
    }

    /// What would follow from these facts (HK-7.2.1…HK-7.2.6); null where the policy says nothing of it. Nothing is recorded.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn classification_suggestion(
        &self,
        ctx: &Context<'_>,
        facts: ClassificationFactsInput,
        #[graphql(default)] difficult: bool,
    ) -> async_graphql::Result<Option<ClassificationSuggestion>> {
        oversight::suggestion(ctx, self, &facts, difficult).await
    }

    /// Reports to those above with their answers, the first one first (HK-5.4.7).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn escalations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Escalation>> {
        oversight::escalations(ctx, self.0.case.id).await
    }

    /// An agent is clearly at fault: the evidence must be handed over before the case is closed (HK-5.4.8).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn agent_at_fault(&self) -> bool {
        self.0.case.agent_at_fault
    }

    /// Premium was misappropriated (挪用保费): the company may advance it (HK-4.5).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn premium_misappropriated(&self) -> bool {
        self.0.case.premium_misappropriated
    }

    /// What went to the department that manages the agents, the first transfer first (HK-5.4.8).
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn evidence_transfers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EvidenceTransfer>> {
        oversight::evidence_transfers(ctx, self.0.case.id).await
    }

    /// What you could do with the case now, and if not, why.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn viewer_can(&self) -> CaseAbilities {
        CaseAbilities(self.clone())
    }
}
