//! The type `Assistance`.

use super::abilities::AssistanceAbilities;
use super::loader;
use crate::approvals::graphql::Approval;
use crate::assistance::loaders::{AssistancesOf, DeadlineOf, DeliveredWith, QuestionsOf};
use crate::assistance::state::AssistanceState;
use crate::assistance::{form, store};
use crate::cases::deadlines::{DeadlineStatus, status};
use crate::cases::entry::AssistanceDetail;
use crate::cases::graphql::Case;
use crate::cases::graphql::form::Form;
use crate::identity::graphql::{Department, Staff, department, person};
use crate::identity::loaders::PeopleLoader;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::loader::Remembering;
use crate::platform::scope::Scope;
use crate::profiles::loaders::ProfileLoader;
use async_graphql::{ComplexObject, Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::approval::{AssistanceGround, LegalGround};
use entity::evidence::EvidenceKind;
use entity::{AssistanceId, CaseId, case_deadline, information_request};
use std::collections::HashMap;
use std::sync::Arc;

/// The help of another department with a case (协办). The department sees what stands here, and nothing else of the case.
#[derive(Clone, Description)]
pub struct Assistance(pub Arc<store::Assistance>);

impl Assistance {
    pub fn new(assistance: store::Assistance) -> Self {
        Self(Arc::new(assistance))
    }

    /// The assistance of a key, as far as the person may see it.
    pub async fn find(ctx: &Context<'_>, id: AssistanceId) -> Result<Option<Self>> {
        Ok(loader(ctx).load_one(id).await?.map(Self::new))
    }

    async fn deadline(&self, ctx: &Context<'_>) -> Result<Option<case_deadline::Model>> {
        loader(ctx).load_one(DeadlineOf(self.0.row.id)).await
    }
}

/// The assistances of a case, as far as the person may see them.
pub async fn of_case(ctx: &Context<'_>, case: CaseId) -> Result<Vec<Assistance>> {
    let found = loader(ctx).load_one(AssistancesOf(case)).await?.unwrap_or_default();
    Ok(found.into_iter().map(Assistance::new).collect())
}

#[Object(use_type_description)]
impl Assistance {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.row.id.global()
    }

    /// Number of the assistance record (协办编号); consecutive within a year (HK-6.4).
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn number(&self) -> &str {
        &self.0.row.number
    }

    /// Where it stands.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn state(&self) -> AssistanceState {
        self.0.state()
    }

    /// Counts what is done after the request; send it back as `expectedVersion`.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn version(&self) -> i32 {
        self.0.row.version
    }

    /// The department that is asked.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn department(&self, ctx: &Context<'_>) -> Result<Department> {
        department(ctx, self.0.row.department_id).await
    }

    /// Why it is asked (HK-6.2).
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn ground(&self) -> Result<AssistanceGround> {
        Ok(self.0.asked()?.ground)
    }

    /// Why the legal department is asked (HK-6.3); null for others.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn legal_ground(&self) -> Result<Option<LegalGround>> {
        Ok(self.0.asked()?.legal_ground)
    }

    /// What the department is asked.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn question(&self) -> Result<String> {
        Ok(self.0.asked()?.question)
    }

    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn requested_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.requested_by).await
    }

    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn requested_at(&self) -> DateTime<Utc> {
        self.0.row.requested_at
    }

    /// Number of the case.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn case_number(&self) -> &str {
        &self.0.case_number
    }

    /// The case; null for the department, which does not see it.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead, Permission::CaseRead]))]
    async fn case(&self, ctx: &Context<'_>) -> Option<Result<Case>> {
        Case::load(ctx, self.0.row.case_id).await.transpose()
    }

    /// The item by which it was asked for, with the decision; null for the department.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead, Permission::ApprovalRead]))]
    async fn approval(&self, ctx: &Context<'_>) -> Option<Result<Approval>> {
        Approval::find(ctx, self.0.row.approval_id).await.transpose()
    }

    /// What the handler wrote when it was delivered.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn brief(&self) -> Option<&str> {
        self.0.row.brief.as_deref()
    }

    /// The evidence that was delivered, and no other (HK-6.5).
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<DeliveredEvidence>> {
        let found = loader(ctx).load_one(DeliveredWith(self.0.row.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(DeliveredEvidence).collect())
    }

    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn delivered_at(&self) -> Option<DateTime<Utc>> {
        self.0.row.delivered_at
    }

    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn delivered_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.row.delivered_by?).await)
    }

    /// When the department confirmed the receipt.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn received_at(&self) -> Option<DateTime<Utc>> {
        self.0.row.received_at
    }

    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn received_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.row.received_by?).await)
    }

    /// The last second in time: counted from the receipt, and as long as that is not confirmed from the delivery; what lapsed
    /// before the receipt stays so (HK-6.9). Null until it is delivered, and where the policy sets no time.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn due_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        Ok(self.deadline(ctx).await?.map(|deadline| deadline.due_at))
    }

    /// Where that deadline stands now.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn deadline_status(&self, ctx: &Context<'_>) -> Result<Option<DeadlineStatus>> {
        let now = Scope::of(ctx).clock.now();
        Ok(self.deadline(ctx).await?.map(|deadline| status(&deadline, now)))
    }

    /// When the handler last reminded the department.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn reminded_at(&self) -> Option<DateTime<Utc>> {
        self.0.row.reminded_at
    }

    /// What the department asked, and the answers.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn information_requests(&self, ctx: &Context<'_>) -> Result<Vec<InformationRequest>> {
        let found = loader(ctx).load_one(QuestionsOf(self.0.row.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(InformationRequest).collect())
    }

    /// The opinion or result of the department.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn opinion(&self) -> Option<&str> {
        self.0.row.opinion.as_deref()
    }

    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn returned_at(&self) -> Option<DateTime<Utc>> {
        self.0.row.returned_at
    }

    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn returned_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.row.returned_by?).await)
    }

    /// When the handler took it back after it was approved.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn withdrawn_at(&self) -> Option<DateTime<Utc>> {
        self.0.row.withdrawn_at
    }

    /// The last second in which the department may read it; null as long as it is open.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn readable_until(&self) -> Option<DateTime<Utc>> {
        self.0.row.readable_until
    }

    /// The assistance record (协办记录表, HK-F.6); `printPath` leads to the same as a page to print.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn form(&self, ctx: &Context<'_>) -> Result<Form> {
        let assistance = &self.0;
        let profiles = ctx.data_unchecked::<Remembering<ProfileLoader>>();
        let profile = profiles.load_one(assistance.profile_version_id).await?;
        let profile = profile.ok_or_else(|| Failure::internal("a profile version vanished"))?;
        let delivered = loader(ctx).load_one(DeliveredWith(assistance.row.id)).await?.unwrap_or_default();
        let people = ctx.data_unchecked::<Remembering<PeopleLoader>>();
        let cards = people.load_many(form::people(assistance)).await?;
        let names: HashMap<_, _> = cards.into_iter().map(|(id, card)| (id, card.name)).collect();
        let department = department(ctx, assistance.row.department_id).await?.0.name;
        let sources = form::Sources {
            assistance,
            profile: &profile,
            department: &department,
            delivered: &delivered,
            names: &names,
        };
        Ok(Form(sources.form()?))
    }

    /// What you could do with it now, and if not, why.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn viewer_can(&self) -> AssistanceAbilities {
        AssistanceAbilities(self.clone())
    }
}

/// A piece of evidence that was delivered to a department (移交的证据).
#[derive(Description)]
pub struct DeliveredEvidence(store::Delivered);

#[Object(use_type_description)]
impl DeliveredEvidence {
    /// The id of the evidence item.
    #[graphql(directive = inherits::apply())]
    async fn evidence_id(&self) -> ID {
        self.0.item.id.global()
    }

    /// What it is.
    #[graphql(directive = inherits::apply())]
    async fn kind(&self) -> EvidenceKind {
        self.0.item.kind
    }

    /// What it shows.
    #[graphql(directive = inherits::apply())]
    async fn description(&self) -> Option<&str> {
        self.0.item.description.as_deref()
    }

    /// What the file is, by its content: for example `application/pdf`.
    #[graphql(directive = inherits::apply())]
    async fn media_type(&self) -> &str {
        &self.0.item.media_type
    }

    /// SHA-256 of the file, in hexadecimal.
    #[graphql(directive = inherits::apply())]
    async fn sha256(&self) -> &str {
        &self.0.item.sha256
    }

    /// Where the file is given out: `GET` it from this server with the same access token. Each reading leaves a row in the
    /// reading register.
    #[graphql(directive = inherits::apply())]
    async fn path(&self) -> String {
        format!("/files/{}", self.0.item.id.global().0)
    }

    #[graphql(directive = inherits::apply())]
    async fn delivered_at(&self) -> DateTime<Utc> {
        self.0.delivered_at
    }
}

/// What a department that helps asked the handler (要求补充).
#[derive(Description)]
pub struct InformationRequest(information_request::Model);

#[Object(use_type_description)]
impl InformationRequest {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn question(&self) -> &str {
        &self.0.question
    }

    #[graphql(directive = inherits::apply())]
    async fn asked_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.asked_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn asked_at(&self) -> DateTime<Utc> {
        self.0.asked_at
    }

    /// Null until the handler answers.
    #[graphql(directive = inherits::apply())]
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }

    #[graphql(directive = inherits::apply())]
    async fn answered_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.answered_by?).await)
    }

    #[graphql(directive = inherits::apply())]
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.0.answered_at
    }
}

#[ComplexObject]
impl AssistanceDetail {
    /// The department that is asked.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead, Permission::ApprovalRead]))]
    async fn department(&self, ctx: &Context<'_>) -> Result<Department> {
        department(ctx, self.department_id).await
    }

    /// The assistance, as it is now.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead, Permission::ApprovalRead]))]
    async fn assistance(&self, ctx: &Context<'_>) -> Option<Result<Assistance>> {
        Assistance::find(ctx, self.assistance_id).await.transpose()
    }
}
