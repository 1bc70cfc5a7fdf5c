//! Who complains, who is complained about, who acts for whom, and the form that the case was taken in with.

use super::case::Case;
use super::loader;
use super::mutations::run;
use crate::cases::loaders::CaseLoader;
use crate::cases::people::complainant::count;
use crate::cases::people::loaders::{AuthorityLettersOf, ComplainantsOf, GroupOf, IntakeFormOf, RespondentsOf};
use crate::cases::sealed;
use crate::cases::service::add_complainant::AddComplainant;
use crate::cases::service::add_respondent::AddRespondent;
use crate::cases::service::record_authority_letter::RecordAuthorityLetter;
use crate::cases::service::update_head_count::UpdateHeadCount;
use crate::identity::graphql::{Department, Staff, department, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::ids::NodeKey;
use crate::platform::masked::{Masked, Personal};
use crate::platform::payload::payloads;
use crate::platform::scope::Scope;
use async_graphql::dataloader::Loader;
use async_graphql::{Context, Description, ID, Object, Result, Union};
use chrono::{DateTime, NaiveDate, Utc};
use entity::authority_letter::{self, AuthorityScope};
use entity::case::RelationToPolicyholder;
use entity::case_complainant;
use entity::case_respondent::{self, RespondentKind};
use entity::intake_form::{self, IntakeFormKind};
use std::hash::Hash;

/// Rows that belong to a case, by a loader.
async fn of_case<K, V>(ctx: &Context<'_>, key: K) -> Result<Vec<V>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    V: Send + Sync + Clone + 'static,
    CaseLoader: Loader<K, Value = Vec<V>, Error = async_graphql::Error>,
{
    Ok(loader(ctx).load_one(key).await?.unwrap_or_default())
}

/// Somebody who complains (投诉人).
#[derive(Description)]
pub struct Complainant {
    case: Case,
    /// None for the lead complainant, who stands in the case's own row.
    further: Option<case_complainant::Model>,
}

/// Everybody who is named, the lead complainant first.
pub async fn complainants(ctx: &Context<'_>, case: &Case) -> Result<Vec<Complainant>> {
    let further = of_case(ctx, ComplainantsOf(case.0.case.id)).await?;
    let lead = Complainant { case: case.clone(), further: None };
    let others = further.into_iter().map(|row| Complainant { case: case.clone(), further: Some(row) });
    Ok(std::iter::once(lead).chain(others).collect())
}

/// How many people complain of the matter, over the cases that were merged for it (HK-A15).
pub async fn group_count(ctx: &Context<'_>, case: &Case) -> Result<i32> {
    let group = of_case(ctx, GroupOf(case.0.case.id)).await?;
    Ok(count(&Scope::of(ctx).vault, &group)?)
}

#[Object(use_type_description)]
impl Complainant {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        match &self.further {
            Some(row) => row.id.global(),
            None => entity::ComplainantId(self.case.0.case.id.into()).global(),
        }
    }

    #[graphql(directive = inherits::apply())]
    async fn name(&self, ctx: &Context<'_>) -> Result<Masked> {
        let case = &self.case;
        Ok(match &self.further {
            Some(row) => {
                case.masked_of(ctx, Personal::Name, sealed::FURTHER_COMPLAINANT_NAME, row.id, &row.name_sealed)?
            }
            None => case.lead_name(ctx)?,
        })
    }

    #[graphql(directive = inherits::apply())]
    async fn phone(&self, ctx: &Context<'_>) -> Option<Result<Masked>> {
        let masked = match &self.further {
            Some(row) => {
                let sealed = row.phone_sealed.as_deref()?;
                self.case.masked_of(ctx, Personal::Phone, sealed::FURTHER_COMPLAINANT_PHONE, row.id, sealed)
            }
            None => self.case.lead_phone(ctx)?,
        };
        Some(masked.map_err(Into::into))
    }

    /// How the person relates to the policyholder (与投保人关系).
    #[graphql(directive = inherits::apply())]
    async fn relation(&self) -> RelationToPolicyholder {
        self.further.as_ref().map_or(self.case.0.case.relation, |row| row.relation)
    }

    /// True for the lead complainant: whom the organisation answers, and who speaks for all.
    #[graphql(directive = inherits::apply())]
    async fn lead(&self) -> bool {
        self.further.is_none()
    }

    /// True for one who speaks for the group besides the lead complainant.
    #[graphql(directive = inherits::apply())]
    async fn representative(&self) -> bool {
        self.further.as_ref().is_some_and(|row| row.representative)
    }
}

/// Somebody who is complained about (被投诉人).
#[derive(Description)]
pub struct Respondent {
    case: Case,
    row: case_respondent::Model,
}

/// Everybody who is complained about.
pub async fn respondents(ctx: &Context<'_>, case: &Case) -> Result<Vec<Respondent>> {
    let rows = of_case(ctx, RespondentsOf(case.0.case.id)).await?;
    Ok(rows.into_iter().map(|row| Respondent { case: case.clone(), row }).collect())
}

#[Object(use_type_description)]
impl Respondent {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.row.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn kind(&self) -> RespondentKind {
        self.row.kind
    }

    /// As the complainant named them.
    #[graphql(directive = inherits::apply())]
    async fn name(&self, ctx: &Context<'_>) -> Option<Result<Masked>> {
        let sealed = self.row.name_sealed.as_deref()?;
        let masked = self.case.masked_of(ctx, Personal::Name, sealed::RESPONDENT_NAME, self.row.id, sealed);
        Some(masked.map_err(Into::into))
    }

    /// The code under which the agent sells.
    #[graphql(directive = inherits::apply())]
    async fn agent_code(&self) -> Option<&str> {
        self.row.agent_code.as_deref()
    }

    /// The member of the staff, if it is known who.
    #[graphql(directive = inherits::apply())]
    async fn staff(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.row.staff_id?).await)
    }

    /// The department; of a member of the staff, the one in which they were then.
    #[graphql(directive = inherits::apply())]
    async fn department(&self, ctx: &Context<'_>) -> Option<Result<Department>> {
        Some(department(ctx, self.row.department_id?).await)
    }

    #[graphql(directive = inherits::apply())]
    async fn added_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.row.added_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn added_at(&self) -> DateTime<Utc> {
        self.row.added_at
    }
}

/// A letter by which a complainant lets somebody act (授权委托书).
#[derive(Description)]
pub struct AuthorityLetter {
    case: Case,
    row: authority_letter::Model,
}

/// The letters of authority of a case.
pub async fn authority_letters(ctx: &Context<'_>, case: &Case) -> Result<Vec<AuthorityLetter>> {
    let rows = of_case(ctx, AuthorityLettersOf(case.0.case.id)).await?;
    Ok(rows.into_iter().map(|row| AuthorityLetter { case: case.clone(), row }).collect())
}

#[Object(use_type_description)]
impl AuthorityLetter {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// Who may act.
    #[graphql(directive = inherits::apply())]
    async fn holder_name(&self, ctx: &Context<'_>) -> Result<Masked> {
        let Self { case, row } = self;
        Ok(case.masked_of(ctx, Personal::Name, sealed::HOLDER_NAME, row.id, &row.holder_name_sealed)?)
    }

    #[graphql(directive = inherits::apply())]
    async fn holder_phone(&self, ctx: &Context<'_>) -> Option<Result<Masked>> {
        let sealed = self.row.holder_phone_sealed.as_deref()?;
        let masked = self.case.masked_of(ctx, Personal::Phone, sealed::HOLDER_PHONE, self.row.id, sealed);
        Some(masked.map_err(Into::into))
    }

    #[graphql(directive = inherits::apply())]
    async fn scope(&self) -> AuthorityScope {
        self.row.scope
    }

    /// The day of the letter.
    #[graphql(directive = inherits::apply())]
    async fn granted_on(&self) -> NaiveDate {
        self.row.granted_on
    }

    /// The last day on which it holds, if it names one.
    #[graphql(directive = inherits::apply())]
    async fn expires_on(&self) -> Option<NaiveDate> {
        self.row.expires_on
    }

    #[graphql(directive = inherits::apply())]
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.row.recorded_by).await
    }
}

/// What the call intake form (来电投诉受理表) says beyond the case (HK-F.2).
#[derive(Description)]
pub struct CallForm {
    case: Case,
    row: intake_form::Model,
}

#[Object(use_type_description)]
impl CallForm {
    /// The number that was called from.
    #[graphql(directive = inherits::apply())]
    async fn caller_number(&self, ctx: &Context<'_>) -> Option<Result<Masked>> {
        let sealed = self.row.caller_number_sealed.as_deref()?;
        let masked = self.case.masked_of(ctx, Personal::Phone, sealed::CALLER_NUMBER, self.row.case_id, sealed);
        Some(masked.map_err(Into::into))
    }

    /// When the call came.
    #[graphql(directive = inherits::apply())]
    async fn called_at(&self) -> Option<DateTime<Utc>> {
        self.row.called_at
    }

    /// Who took the call.
    #[graphql(directive = inherits::apply())]
    async fn receiver(&self) -> &str {
        &self.row.receiver
    }
}

/// What the visit intake slip (来访投诉受理单) says beyond the case (HK-F.3).
#[derive(Description)]
pub struct VisitForm {
    case: Case,
    row: intake_form::Model,
}

#[Object(use_type_description)]
impl VisitForm {
    /// The name that the complainant signed with (签名).
    #[graphql(directive = inherits::apply())]
    async fn signature(&self, ctx: &Context<'_>) -> Option<Result<Masked>> {
        let sealed = self.row.signature_sealed.as_deref()?;
        let masked = self.case.masked_of(ctx, Personal::Name, sealed::SIGNATURE, self.row.case_id, sealed);
        Some(masked.map_err(Into::into))
    }

    /// The day of the signature (日期).
    #[graphql(directive = inherits::apply())]
    async fn signed_on(&self) -> Option<NaiveDate> {
        self.row.signed_on
    }

    /// Who received the visitor (受理人).
    #[graphql(directive = inherits::apply())]
    async fn receiver(&self) -> &str {
        &self.row.receiver
    }
}

/// The form that a complaint was taken in with; what the case itself holds is not repeated.
#[derive(Union)]
pub enum IntakeForm {
    Call(CallForm),
    Visit(VisitForm),
}

/// The form of a case; none when the channel asks for none, or the case is older than the forms.
pub async fn intake_form(ctx: &Context<'_>, case: &Case) -> Result<Option<IntakeForm>> {
    let row = loader(ctx).load_one(IntakeFormOf(case.0.case.id)).await?;
    let case = case.clone();
    Ok(row.map(|row| match row.kind {
        IntakeFormKind::Call => IntakeForm::Call(CallForm { case, row }),
        IntakeFormKind::Visit => IntakeForm::Visit(VisitForm { case, row }),
    }))
}

payloads!(
    case: Case {
        AddComplainantPayload,
        UpdateHeadCountPayload,
        AddRespondentPayload,
        RecordAuthorityLetterPayload,
    }
);

#[derive(Default)]
pub struct PeopleMutations;

#[Object]
impl PeopleMutations {
    /// Names another complainant (HK-7.2.1). The handler does, and before there is one the person who registered the case.
    #[graphql(directive = access::apply(vec![Permission::CaseRegister]))]
    async fn add_complainant(&self, ctx: &Context<'_>, input: AddComplainant) -> Option<Result<AddComplainantPayload>> {
        run(ctx, input).await
    }

    /// Says how many people complain, named or not (HK-7.2.1).
    #[graphql(directive = access::apply(vec![Permission::CaseRegister]))]
    async fn update_head_count(
        &self,
        ctx: &Context<'_>,
        input: UpdateHeadCount,
    ) -> Option<Result<UpdateHeadCountPayload>> {
        run(ctx, input).await
    }

    /// Names somebody else who is complained about (HK-5.4.8, HK-5.4.9); whoever allocates cases may do it too.
    #[graphql(directive = access::apply(vec![Permission::CaseRegister]))]
    async fn add_respondent(&self, ctx: &Context<'_>, input: AddRespondent) -> Option<Result<AddRespondentPayload>> {
        run(ctx, input).await
    }

    /// Records a letter by which somebody acts for the complainant.
    #[graphql(directive = access::apply(vec![Permission::CaseRegister]))]
    async fn record_authority_letter(
        &self,
        ctx: &Context<'_>,
        input: RecordAuthorityLetter,
    ) -> Option<Result<RecordAuthorityLetterPayload>> {
        run(ctx, input).await
    }
}
