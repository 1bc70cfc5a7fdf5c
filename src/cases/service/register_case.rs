//! Registering a complaint: numbered without gaps, personal data sealed, deadlines set (HK-3.2, HK-5.1.1, HK-8.1…HK-8.3).

use crate::calendar::local_day;
use crate::cases::entry::{Detail, NewEntry, RegistrationDetail};
use crate::cases::{deadlines, error, sealed, store};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx, series};
use crate::platform::error::{Failure, Result};
use crate::platform::refusal::Refusal;
use crate::platform::{instant, text};
use crate::profiles::{self, IntakeField, Profile};
use async_graphql::InputObject;
use chrono::{DateTime, Datelike, Utc};
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState, RelationToPolicyholder};
use entity::case_entry::CaseEntryKind;
use entity::{CaseId, StaffId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// A complaint as it is taken in. Which of the optional fields are asked for is set by the profile (HK-F.3).
#[derive(InputObject, Serialize)]
#[graphql(name = "RegisterCaseInput")]
pub struct RegisterCase {
    /// Any text of yours, new for each complaint. Sent again with the same input, it registers nothing twice.
    pub idempotency_key: String,
    /// Code of a channel of the profile, for example `PHONE` (HK-3.2).
    pub channel: String,
    /// Code of a severity of the profile; the mildest if none is given.
    pub severity: Option<String>,
    /// When the complaint was taken in: now, if no time is given. Deadlines count from here.
    pub received_at: Option<DateTime<Utc>>,
    /// Main points of the complaint (投诉情况要点).
    pub summary: String,
    /// The complainant (投诉人).
    pub complainant_name: String,
    /// How the complainant relates to the policyholder (与投保人关系).
    pub relation: RelationToPolicyholder,
    /// Phone number of the complainant (联系电话).
    pub phone: Option<String>,
    /// Contract number (保险合同编号).
    pub contract_number: Option<String>,
    /// The policyholder (投保人).
    pub policyholder_name: Option<String>,
    /// The insured (被保险人).
    pub insured_name: Option<String>,
}

impl Command for RegisterCase {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey<'_>>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "registerCase", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let registered_by =
            tx.actor().staff_id().ok_or_else(|| Failure::internal("only people register complaints"))?;
        let received_at = instant::given("receivedAt", self.received_at)?.unwrap_or(tx.now());
        if received_at > tx.now() {
            return Err(error::time_not_allowed("HK-8.1", "receivedAt").into());
        }
        let accepted = self.accept(tx).await?;
        let published =
            profiles::store::effective_on(tx.db(), local_day(received_at)).await?.ok_or_else(error::no_profile)?;
        let profile = &published.profile;
        accepted.check(profile)?;
        let severity = self.severity(profile)?;

        let year = local_day(tx.now()).year();
        let serial = series::next(tx, format!("case:{year}")).await?;
        let row = accepted.row(tx, registered_by, received_at, severity, profile.numbers.case.number(year, serial))?;
        let row = case::ActiveModel { profile_version_id: Set(published.id), ..row };
        let case = case::Entity::insert(row).exec_with_returning(tx.db()).await?;
        let detail = Detail::Registration(RegistrationDetail { channel: case.channel.clone() });
        store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::Registered, detail), tx.now()).await?;
        deadlines::write(tx, &case, profile).await?;

        let record = AuditRecord::new(AuditAction::CaseRegistered, case.id)
            .of_case(case.id)
            .fact("number", &case.number)
            .fact("state", case.state)
            .fact("channel", &case.channel)
            .fact("severity", &case.severity)
            .fact("receivedAt", case.received_at);
        Ok(Done { output: case.id, record })
    }
}

impl RegisterCase {
    async fn accept(&self, tx: &Tx) -> Result<Accepted> {
        let line = |field, value: &Option<String>| text::optional(field, value.as_deref(), text::LINE);
        Ok(Accepted {
            id: tx.id(),
            channel: text::required("channel", &self.channel, text::LINE)?,
            summary: text::required("summary", &self.summary, text::PROSE)?,
            complainant_name: text::required("complainantName", &self.complainant_name, text::LINE)?,
            relation: self.relation,
            phone: line("phone", &self.phone)?,
            contract_number: line("contractNumber", &self.contract_number)?,
            policyholder_name: line("policyholderName", &self.policyholder_name)?,
            insured_name: line("insuredName", &self.insured_name)?,
        })
    }

    fn severity(&self, profile: &Profile) -> Result<String> {
        let known = match &self.severity {
            Some(code) => profile.severity(code),
            None => profile.severities.first(),
        };
        Ok(known.ok_or_else(error::severity_unknown)?.code.clone())
    }
}

/// What was sent, with its texts in order.
struct Accepted {
    id: CaseId,
    channel: String,
    summary: String,
    complainant_name: String,
    relation: RelationToPolicyholder,
    phone: Option<String>,
    contract_number: Option<String>,
    policyholder_name: Option<String>,
    insured_name: Option<String>,
}

impl Accepted {
    /// The channel is one of the profile's, and what the profile asks for is there and means something.
    fn check(&self, profile: &Profile) -> Result<()> {
        if profile.channel(&self.channel).is_none() {
            return Err(error::channel_not_allowed().into());
        }
        let missing: Vec<Refusal> = profile.intake.required.iter().filter_map(|field| self.missing(*field)).collect();
        if missing.is_empty() { Ok(()) } else { Err(missing.into()) }
    }

    fn missing(&self, field: IntakeField) -> Option<Refusal> {
        let comparable = |text: &Option<String>, comparable: fn(&str) -> String| {
            text.as_deref().map(comparable).filter(|text| !text.is_empty()).is_some()
        };
        let (given, name, chinese, english) = match field {
            IntakeField::ContractNumber => (
                comparable(&self.contract_number, text::comparable_contract_number),
                "contractNumber",
                "保险合同编号",
                "the contract number",
            ),
            IntakeField::Phone => {
                (comparable(&self.phone, text::comparable_phone), "phone", "联系电话", "the phone number")
            }
            IntakeField::PolicyholderName => {
                (self.policyholder_name.is_some(), "policyholderName", "投保人", "the policyholder")
            }
            IntakeField::InsuredName => (self.insured_name.is_some(), "insuredName", "被保险人", "the insured"),
        };
        (!given).then(|| error::field_required("HK-F.3", name, chinese, english))
    }

    fn row(
        self,
        tx: &Tx,
        registered_by: StaffId,
        received_at: DateTime<Utc>,
        severity: String,
        number: String,
    ) -> Result<case::ActiveModel> {
        let vault = tx.vault();
        let seal =
            |field, value: &Option<String>| value.as_deref().map(|value| vault.seal(field, self.id, value)).transpose();
        let index = |field, value: &Option<String>, comparable: fn(&str) -> String| {
            value.as_deref().map(comparable).filter(|text| !text.is_empty()).map(|text| vault.index(field, &text))
        };
        Ok(case::ActiveModel {
            id: Set(self.id),
            number: Set(number),
            state: Set(CaseState::Registered),
            version: Set(1),
            channel: Set(self.channel),
            severity: Set(severity),
            summary: Set(self.summary),
            complainant_name_sealed: Set(vault.seal(sealed::COMPLAINANT_NAME, self.id, &self.complainant_name)?),
            phone_sealed: Set(seal(sealed::PHONE, &self.phone)?),
            phone_index: Set(index(sealed::PHONE, &self.phone, text::comparable_phone)),
            contract_number_sealed: Set(seal(sealed::CONTRACT_NUMBER, &self.contract_number)?),
            contract_number_index: Set(index(
                sealed::CONTRACT_NUMBER,
                &self.contract_number,
                text::comparable_contract_number,
            )),
            policyholder_name_sealed: Set(seal(sealed::POLICYHOLDER_NAME, &self.policyholder_name)?),
            insured_name_sealed: Set(seal(sealed::INSURED_NAME, &self.insured_name)?),
            relation: Set(self.relation),
            received_at: Set(received_at),
            registered_at: Set(tx.now()),
            registered_by: Set(registered_by),
            handler_id: Set(None),
            updated_at: Set(tx.now()),
            ..Default::default()
        })
    }
}
