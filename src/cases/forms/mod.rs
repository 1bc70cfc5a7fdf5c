//! The policy's forms (annexes 2–5), filled in from a case: call intake form, visit intake slip, archive form, handling record.
//!
//! Rules: HK-F.2…HK-F.5. A form is data; [`page`] prints it.

mod page;
mod record;
mod words;

pub use page::{print, render};
pub use words::Worded;

use super::entry::Detail;
use super::{personal, sealed};
use crate::calendar::ZONE;
use crate::platform::access::{Actor, Permission};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::NodeKey;
use crate::platform::language::{Language, Message};
use crate::platform::masked::{Masked, Personal};
use crate::platform::vault::Vault;
use crate::profiles::{Label, Profile};
use async_graphql::Enum;
use chrono::{DateTime, NaiveDate, Utc};
use entity::case_entry::{self, CaseEntryKind};
use entity::intake_form::{self, IntakeFormKind};
use entity::{StaffId, case};
use std::collections::HashMap;

/// Which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum FormKind {
    /// 来电投诉受理表 (annex 2)
    CallIntake,
    /// 来访投诉受理单 (annex 3)
    VisitSlip,
    /// 投诉档案表 (annex 4)
    Archive,
    /// 投诉处理记录表 (annex 5)
    HandlingRecord,
    /// 协办记录表 (annex 6): of an assistance; see `Assistance.form`.
    AssistanceRecord,
    /// 佣金、押金冻结(解冻)申请表 (annex 8): of an approval item, not of a case; see `Approval.form`.
    FreezeApplication,
    /// 投诉案件合议记录表 (annex 7): of a joint review; its rows are the signatures. See `JointReview.form`.
    JointReviewRecord,
}

impl FormKind {
    const ALL: [Self; 7] = [
        Self::CallIntake,
        Self::VisitSlip,
        Self::Archive,
        Self::HandlingRecord,
        Self::AssistanceRecord,
        Self::FreezeApplication,
        Self::JointReviewRecord,
    ];

    /// Whether it is filled in from a case, and not from something that is done about one.
    pub const fn is_of_case(self) -> bool {
        !matches!(self, Self::AssistanceRecord | Self::FreezeApplication | Self::JointReviewRecord)
    }

    /// The name that the schema shows, which is also the last part of the form's path.
    pub fn name(self) -> String {
        async_graphql::resolver_utils::enum_value(self).to_string()
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn title(self) -> Message {
        match self {
            Self::CallIntake => Message::new("来电投诉受理表", "Call intake form"),
            Self::VisitSlip => Message::new("来访投诉受理单", "Visit intake slip"),
            Self::Archive => Message::new("投诉档案表", "Archive form"),
            Self::HandlingRecord => Message::new("投诉处理记录表", "Handling record"),
            Self::AssistanceRecord => Message::new("协办记录表", "Assistance record"),
            Self::FreezeApplication => {
                Message::new("佣金、押金冻结(解冻)申请表", "Application to freeze or release commission or deposit")
            }
            Self::JointReviewRecord => Message::new("投诉案件合议记录表", "Joint-review record"),
        }
    }
}

/// A form, filled in for one reader.
#[derive(Clone, Debug)]
pub struct Form {
    pub kind: FormKind,
    /// The opaque id of what it is about.
    pub about: String,
    pub organisation: String,
    pub case_number: String,
    /// None until the case is filed.
    pub archive_number: Option<String>,
    pub fields: Vec<FormField>,
    /// Of the handling record: what was done, in order. Of a joint-review record: the signatures.
    pub entries: Vec<FormEntry>,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub struct FormField {
    /// Stable, for programs.
    pub code: &'static str,
    pub label: Message,
    /// None where nothing is known: on paper a blank to write on.
    pub value: Option<FormValue>,
}

#[derive(Clone, Debug)]
pub enum FormValue {
    Words(Message),
    Personal(Masked),
}

impl FormValue {
    /// The value as its reader may see it.
    pub fn r#in(&self, language: Language) -> Masked {
        match self {
            Self::Words(message) => Masked::shown(message.r#in(language).to_owned()),
            Self::Personal(masked) => masked.clone(),
        }
    }
}

/// A row of the handling record: time, person, action, result (HK-F.5).
#[derive(Clone, Debug)]
pub struct FormEntry {
    pub occurred_at: DateTime<Utc>,
    /// None when the system acted.
    pub person: Option<String>,
    pub action: Message,
    pub result: Message,
}

/// What a form is filled in from, and for whom.
pub struct Sources<'a> {
    pub case: &'a case::Model,
    pub profile: &'a Profile,
    /// The handling record, in order.
    pub entries: &'a [case_entry::Model],
    /// What the case was taken in with.
    pub intake_form: Option<&'a intake_form::Model>,
    /// Names of [`people`].
    pub names: &'a HashMap<StaffId, String>,
    pub reader: &'a Actor,
    pub vault: &'a Vault,
}

/// The people whom a form of the case may name.
pub fn people(case: &case::Model, entries: &[case_entry::Model]) -> Result<Vec<StaffId>> {
    let mut people = vec![case.registered_by];
    people.extend(case.handler_id);
    people.extend(entries.iter().filter_map(|entry| entry.recorded_by));
    let naming = [CaseEntryKind::Allocated, CaseEntryKind::Reassigned, CaseEntryKind::Routed];
    for entry in entries.iter().filter(|entry| naming.contains(&entry.kind)) {
        match serde_json::from_value(entry.detail.clone())? {
            Detail::Allocation(allocation) => people.push(allocation.handler_id),
            Detail::Reassignment(given) => people.extend([given.from_id, given.handler_id]),
            Detail::Routing(routed) => people.push(routed.answerer_id),
            _ => {}
        }
    }
    people.sort();
    people.dedup();
    Ok(people)
}

impl Form {
    pub fn of(kind: FormKind, sources: &Sources<'_>) -> Result<Self> {
        let archive_number = sources.archive_number()?;
        let (fields, entries) = match kind {
            FormKind::CallIntake => (sources.intake(IntakeFormKind::Call)?, Vec::new()),
            FormKind::VisitSlip => (sources.intake(IntakeFormKind::Visit)?, Vec::new()),
            FormKind::Archive => (sources.archive(archive_number.as_deref())?, Vec::new()),
            FormKind::HandlingRecord => (sources.record(archive_number.as_deref()), sources.rows()?),
            FormKind::AssistanceRecord => {
                return Err(Failure::bad_input("kind", "This form is of an assistance: ask for Assistance.form."));
            }
            FormKind::FreezeApplication => {
                return Err(Failure::bad_input("kind", "This form is of an approval item: ask for Approval.form."));
            }
            FormKind::JointReviewRecord => {
                return Err(Failure::bad_input("kind", "This form is of a joint review: ask for JointReview.form."));
            }
        };
        Ok(Self {
            kind,
            about: sources.case.id.global().0,
            organisation: sources.profile.organisation.name.clone(),
            case_number: sources.case.number.clone(),
            archive_number,
            fields,
            entries,
        })
    }
}

/// The fields of each form: one line each, in the order of the paper.
impl Sources<'_> {
    /// HK-F.2, HK-F.3: what the case holds, then what its form does. A case that was taken in another way leaves these blank.
    fn intake(&self, kind: IntakeFormKind) -> Result<Vec<FormField>> {
        let case = self.case;
        let name = Personal::Name;
        let form = self.intake_form.filter(|form| form.kind == kind);
        let mut fields = vec![
            self.channel(),
            self.text("contractNumber", "保险合同编号", "Contract number", self.contract_number()?.as_deref()),
            self.personal(
                "policyholderName",
                "投保人",
                "Policyholder",
                name,
                sealed::POLICYHOLDER_NAME,
                case.policyholder_name_sealed.as_deref(),
            )?,
            self.personal(
                "insuredName",
                "被保险人",
                "Insured",
                name,
                sealed::INSURED_NAME,
                case.insured_name_sealed.as_deref(),
            )?,
            self.personal(
                "complainantName",
                "投诉人",
                "Complainant",
                name,
                sealed::COMPLAINANT_NAME,
                Some(&case.complainant_name_sealed),
            )?,
            self.words("relation", "与投保人关系", "Relation to the policyholder", Some(case.relation.words())),
            self.personal("phone", "联系电话", "Phone", Personal::Phone, sealed::PHONE, case.phone_sealed.as_deref())?,
            self.text("summary", "投诉情况要点", "Main points", Some(&case.summary)),
            self.time("receivedAt", "受理时间", "Received", Some(case.received_at)),
        ];
        match kind {
            IntakeFormKind::Call => fields.extend([
                self.personal(
                    "callerNumber",
                    "来电号码",
                    "Number called from",
                    Personal::Phone,
                    sealed::CALLER_NUMBER,
                    form.and_then(|form| form.caller_number_sealed.as_deref()),
                )?,
                self.time("calledAt", "来电时间", "Called", form.and_then(|form| form.called_at)),
                self.text("receiver", "接听人", "Taken by", form.map(|form| form.receiver.as_str())),
            ]),
            IntakeFormKind::Visit => fields.extend([
                self.personal(
                    "signature",
                    "签名",
                    "Signature",
                    name,
                    sealed::SIGNATURE,
                    form.and_then(|form| form.signature_sealed.as_deref()),
                )?,
                self.day("signedOn", "日期", "Date", form.and_then(|form| form.signed_on)),
                self.text("receiver", "受理人", "Received by", form.map(|form| form.receiver.as_str())),
            ]),
        }
        fields.push(self.person("registeredBy", "登记人", "Registered by", Some(case.registered_by)));
        Ok(fields)
    }

    /// HK-F.4
    fn archive(&self, archive_number: Option<&str>) -> Result<Vec<FormField>> {
        let case = self.case;
        let name = Personal::Name;
        Ok(vec![
            self.text("archiveNumber", "档案编号", "Archive number", archive_number),
            self.channel(),
            self.severity(),
            self.text("contractNumber", "保险合同编号", "Contract number", self.contract_number()?.as_deref()),
            self.personal(
                "complainantName",
                "投诉人",
                "Complainant",
                name,
                sealed::COMPLAINANT_NAME,
                Some(&case.complainant_name_sealed),
            )?,
            self.personal("phone", "联系电话", "Phone", Personal::Phone, sealed::PHONE, case.phone_sealed.as_deref())?,
            self.text("summary", "投诉情况要点", "Main points", Some(&case.summary)),
            self.person("handler", "经办人", "Handler", case.handler_id),
            self.time("receivedAt", "受理时间", "Received", Some(case.received_at)),
            self.time("repliedAt", "回复时间", "Replied", case.replied_at),
            self.time("closedAt", "结案时间", "Closed", case.closed_at),
            self.words("closureReason", "结案方式", "Closed because", case.closure_reason.map(Worded::words)),
            self.words("outcome", "处理结果", "Outcome", case.outcome.map(Worded::words)),
            self.words(
                "complainantOpinion",
                "客户意见",
                "Complainant's opinion",
                case.complainant_opinion.map(Worded::words),
            ),
        ])
    }

    /// HK-F.5
    fn record(&self, archive_number: Option<&str>) -> Vec<FormField> {
        vec![
            self.text("archiveNumber", "档案编号", "Archive number", archive_number),
            self.person("handler", "经办人", "Handler", self.case.handler_id),
        ]
    }

    fn rows(&self) -> Result<Vec<FormEntry>> {
        let row = |entry: &case_entry::Model| {
            let detail = serde_json::from_value(entry.detail.clone())?;
            Ok(FormEntry {
                occurred_at: entry.occurred_at,
                person: entry.recorded_by.map(|person| self.name(person)),
                action: entry.kind.words(),
                result: self.result(&detail),
            })
        };
        self.entries.iter().map(row).collect()
    }
}

/// How a value becomes a field.
impl Sources<'_> {
    fn words(&self, code: &'static str, zh: &str, en: &str, value: Option<Message>) -> FormField {
        FormField { code, label: Message::new(zh, en), value: value.map(FormValue::Words) }
    }

    fn text(&self, code: &'static str, zh: &str, en: &str, value: Option<&str>) -> FormField {
        self.words(code, zh, en, value.map(|text| Message::new(text, text)))
    }

    fn time(&self, code: &'static str, zh: &str, en: &str, value: Option<DateTime<Utc>>) -> FormField {
        self.text(code, zh, en, value.map(local_time).as_deref())
    }

    fn day(&self, code: &'static str, zh: &str, en: &str, value: Option<NaiveDate>) -> FormField {
        self.text(code, zh, en, value.map(|day| day.to_string()).as_deref())
    }

    fn person(&self, code: &'static str, zh: &str, en: &str, value: Option<StaffId>) -> FormField {
        self.text(code, zh, en, value.map(|person| self.name(person)).as_deref())
    }

    /// A personal value, masked as in the API.
    fn personal(
        &self,
        code: &'static str,
        zh: &str,
        en: &str,
        kind: Personal,
        field: &'static str,
        sealed: Option<&str>,
    ) -> Result<FormField> {
        let shown = |sealed| personal::shown_to(self.reader, self.vault, self.case, kind, field, self.case.id, sealed);
        let value = sealed.map(shown).transpose()?.map(FormValue::Personal);
        Ok(FormField { code, label: Message::new(zh, en), value })
    }

    fn channel(&self) -> FormField {
        let code = &self.case.channel;
        let label = labelled(code, self.profile.channel(code).map(|channel| &channel.label));
        self.words("channel", "投诉途径", "Channel", Some(label))
    }

    fn severity(&self) -> FormField {
        let code = &self.case.severity;
        let label = labelled(code, self.profile.severity(code).map(|severity| &severity.label));
        self.words("severity", "案件等级", "Severity", Some(label))
    }

    fn contract_number(&self) -> Result<Option<String>> {
        let Some(sealed) = self.case.contract_number_sealed.as_deref() else { return Ok(None) };
        let key = personal::key_of(self.vault, self.case)?;
        key.map(|key| key.open(sealed::CONTRACT_NUMBER, self.case.id, sealed)).transpose()
    }

    /// The number under which the case was filed, if it was.
    fn archive_number(&self) -> Result<Option<String>> {
        let Some(filed) = self.entries.iter().find(|entry| entry.kind == CaseEntryKind::Archived) else {
            return Ok(None);
        };
        Ok(match serde_json::from_value(filed.detail.clone())? {
            Detail::Filing(filing) => Some(filing.number),
            _ => None,
        })
    }

    fn name(&self, person: StaffId) -> String {
        self.names.get(&person).cloned().unwrap_or_default()
    }

    fn reads_approvals(&self) -> bool {
        self.reader.may(Permission::ApprovalRead)
    }

    /// Of a case that they see: a head of a department may see one that they registered, and only their own assistances.
    fn reads_assistances(&self) -> bool {
        self.reads_approvals() && self.reader.may(Permission::AssistanceRead)
    }
}

/// A code of the profile in words; a code that it does not know stands for itself.
fn labelled(code: &str, label: Option<&Label>) -> Message {
    label.map_or_else(|| Message::new(code, code), |label| Message::new(&label.zh, &label.en))
}

/// An instant as it stands on paper.
pub fn local_time(instant: DateTime<Utc>) -> String {
    instant.with_timezone(&ZONE).format("%Y-%m-%d %H:%M:%S").to_string()
}
