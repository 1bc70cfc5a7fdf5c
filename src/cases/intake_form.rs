//! The forms that complaints are taken in with: a call with the call intake form (来电投诉受理表, HK-F.2), a visit with the visit
//! intake slip (来访投诉受理单, HK-F.3). What the case itself holds is not asked for twice.

use super::{error, sealed};
use crate::calendar::local_day;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::refusal::Refusal;
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::{DateTime, NaiveDate, Utc};
use entity::CaseId;
use entity::intake_form::{self, IntakeFormKind};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// What the call intake form (来电投诉受理表) asks for beyond the case.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CallFormInput {
    /// The number that was called from; needed.
    pub caller_number: Option<String>,
    /// When the call came: when the complaint was taken in, if no time is given.
    pub called_at: Option<DateTime<Utc>>,
    /// Who took the call; needed.
    pub receiver: Option<String>,
}

/// What the visit intake slip (来访投诉受理单) asks for beyond the case.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct VisitFormInput {
    /// The name that the complainant signed with (签名); needed, and that of a complainant.
    pub signature: Option<String>,
    /// The day of the signature (日期): that on which the complaint was taken in, if no day is given.
    pub signed_on: Option<NaiveDate>,
    /// Who received the visitor (受理人); needed.
    pub receiver: Option<String>,
}

/// The forms that came with a complaint; its channel asks for one at most.
#[derive(Clone, Copy, Debug)]
pub struct Forms<'a> {
    pub call: Option<&'a CallFormInput>,
    pub visit: Option<&'a VisitFormInput>,
}

/// A form in order.
#[derive(Debug)]
pub enum NewForm {
    Call { caller_number: String, called_at: DateTime<Utc>, receiver: String },
    Visit { signature: String, signed_on: NaiveDate, receiver: String },
}

/// What a form is held against.
#[derive(Debug)]
pub struct Intake<'a> {
    pub received_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// Names of those who complain.
    pub complainants: Vec<&'a str>,
}

impl Forms<'_> {
    /// HK-5.2.1: the form that the channel asks for and no other, with everything that it asks for. The outer failure is
    /// input that cannot be meant; the inner one is what the rules refuse.
    pub fn check(
        &self,
        asked: Option<IntakeFormKind>,
        intake: &Intake<'_>,
    ) -> Result<Result<Option<NewForm>, Vec<Refusal>>> {
        let mut refusals = Vec::new();
        if self.call.is_some() && asked != Some(IntakeFormKind::Call) {
            refusals.push(error::form_not_allowed("callForm"));
        }
        if self.visit.is_some() && asked != Some(IntakeFormKind::Visit) {
            refusals.push(error::form_not_allowed("visitForm"));
        }
        let form = match (asked, self.call, self.visit) {
            (Some(IntakeFormKind::Call), Some(form), _) => form.check(intake, &mut refusals)?,
            (Some(IntakeFormKind::Visit), _, Some(form)) => form.check(intake, &mut refusals)?,
            (Some(IntakeFormKind::Call), None, _) => {
                refusals.push(needed("HK-5.2.1", "callForm", "来电投诉受理表", "the call intake form"));
                None
            }
            (Some(IntakeFormKind::Visit), _, None) => {
                refusals.push(needed("HK-5.2.1", "visitForm", "来访投诉受理单", "the visit intake slip"));
                None
            }
            (None, ..) => None,
        };
        Ok(if refusals.is_empty() { Ok(form) } else { Err(refusals) })
    }
}

fn needed(rule: &'static str, field: &'static str, chinese: &str, english: &str) -> Refusal {
    error::field_required(rule, field, chinese, english)
}

impl CallFormInput {
    fn check(&self, intake: &Intake<'_>, refusals: &mut Vec<Refusal>) -> Result<Option<NewForm>> {
        let number = text::optional("callForm.callerNumber", self.caller_number.as_deref(), text::LINE)?;
        let number = number.filter(|number| !text::comparable_phone(number).is_empty());
        let receiver = text::optional("callForm.receiver", self.receiver.as_deref(), text::LINE)?;
        let called_at = instant::given("callForm.calledAt", self.called_at)?.unwrap_or(intake.received_at);
        if number.is_none() {
            refusals.push(needed("HK-F.2", "callForm.callerNumber", "来电号码", "the number that was called from"));
        }
        if receiver.is_none() {
            refusals.push(needed("HK-F.2", "callForm.receiver", "接听人", "who took the call"));
        }
        if called_at > intake.now {
            refusals.push(error::time_not_allowed("HK-F.2", "callForm.calledAt"));
        }
        Ok(number.zip(receiver).map(|(caller_number, receiver)| NewForm::Call { caller_number, called_at, receiver }))
    }
}

impl VisitFormInput {
    fn check(&self, intake: &Intake<'_>, refusals: &mut Vec<Refusal>) -> Result<Option<NewForm>> {
        let signature = text::optional("visitForm.signature", self.signature.as_deref(), text::LINE)?;
        let receiver = text::optional("visitForm.receiver", self.receiver.as_deref(), text::LINE)?;
        let signed_on = self.signed_on.unwrap_or_else(|| local_day(intake.received_at));
        let signed_on = instant::given_day("visitForm.signedOn", signed_on)?;
        match &signature {
            None => refusals.push(needed("HK-F.3", "visitForm.signature", "投诉人签名", "the complainant's signature")),
            Some(signature) => {
                let signed = text::comparable_name(signature);
                if !intake.complainants.iter().any(|name| text::comparable_name(name) == signed) {
                    refusals.push(error::not_signed_by_a_complainant());
                }
            }
        }
        if receiver.is_none() {
            refusals.push(needed("HK-F.3", "visitForm.receiver", "受理人", "who received the visitor"));
        }
        if signed_on > local_day(intake.now) {
            refusals.push(error::time_not_allowed("HK-F.3", "visitForm.signedOn"));
        }
        Ok(signature.zip(receiver).map(|(signature, receiver)| NewForm::Visit { signature, signed_on, receiver }))
    }
}

impl NewForm {
    /// The number that the complaint came from.
    pub fn caller_number(&self) -> Option<&str> {
        match self {
            Self::Call { caller_number, .. } => Some(caller_number),
            Self::Visit { .. } => None,
        }
    }

    pub async fn insert(&self, tx: &Tx, case: CaseId) -> Result<()> {
        let key = tx.key_of(case).await?;
        let seal = |field, text: &str| key.seal(field, case, text);
        let row = match self {
            Self::Call { caller_number, called_at, receiver } => intake_form::ActiveModel {
                kind: Set(IntakeFormKind::Call),
                receiver: Set(receiver.clone()),
                caller_number_sealed: Set(Some(seal(sealed::CALLER_NUMBER, caller_number)?)),
                called_at: Set(Some(*called_at)),
                ..Default::default()
            },
            Self::Visit { signature, signed_on, receiver } => intake_form::ActiveModel {
                kind: Set(IntakeFormKind::Visit),
                receiver: Set(receiver.clone()),
                signature_sealed: Set(Some(seal(sealed::SIGNATURE, signature)?)),
                signed_on: Set(Some(*signed_on)),
                ..Default::default()
            },
        };
        let row = intake_form::ActiveModel { case_id: Set(case), ..row };
        intake_form::Entity::insert(row).exec_without_returning(tx.db()).await?;
        Ok(())
    }
}
