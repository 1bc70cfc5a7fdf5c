//! Registering a complaint: numbered without gaps, personal data sealed, taken in with the form of its channel, deadlines set
//! (HK-3.2, HK-5.1.1, HK-5.2.1, HK-8.1…HK-8.3).

use crate::calendar::local_day;
use crate::cases::entry::{Detail, NewEntry, RegistrationDetail};
use crate::cases::evidence::attach::{Attachment, attach};
use crate::cases::intake_form::{CallFormInput, Forms, Intake, NewForm, VisitFormInput};
use crate::cases::oversight::urgent;
use crate::cases::people::authority::AuthorityLetterInput;
use crate::cases::people::complainant::{ComplainantInput, NewComplainant, identity};
use crate::cases::people::identifiers::Identifiers;
use crate::cases::people::policy::{may_be_named, may_count};
use crate::cases::people::respondent::RespondentInput;
use crate::cases::{deadlines, error, evidence, people, sealed, store, succession};
use crate::platform::db::{AuditRecord, Command, Done, Door, IdempotencyKey, Tx, series};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::refusal::Refusal;
use crate::platform::{instant, text};
use crate::profiles::{self, IntakeField, Profile};
use async_graphql::InputObject;
use chrono::{DateTime, Datelike, Utc};
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState, RelationToPolicyholder};
use entity::case_entry::CaseEntryKind;
use entity::case_identifier::IdentifierKind;
use entity::evidence::EvidenceKind;
use entity::{CaseId, StaffId, UploadId, authority_letter, case_complainant, case_respondent};
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
    /// The complainant (投诉人); of several, the one who leads.
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
    /// The closed case that this complaint goes on with (HK-5.5.6). The new case has its own number and deadlines.
    pub predecessor_id: Option<Global<CaseId>>,
    /// Whoever else complains; at most five of them speak for the group.
    pub further_complainants: Option<Vec<ComplainantInput>>,
    /// How many people complain, if more than are named (HK-7.2.1).
    pub head_count: Option<i32>,
    /// Who is complained about (被投诉人).
    pub respondents: Option<Vec<RespondentInput>>,
    /// The code of the agent who sold the policy, if it is known (销售人员工号).
    pub selling_agent_code: Option<String>,
    /// The letter by which somebody acts for the complainant (授权委托书).
    pub authority_letter: Option<AuthorityLetterInput>,
    /// The call intake form: where the channel asks for it, as the telephone does (HK-5.2.1, HK-F.2).
    pub call_form: Option<CallFormInput>,
    /// The visit intake slip: where the channel asks for it, as a visit does (HK-5.2.1, HK-F.3).
    pub visit_form: Option<VisitFormInput>,
    /// Files that came with the complaint: ids that `POST /files` answered with. Some channels ask for one (HK-5.2.2).
    #[graphql(default)]
    pub attachments: Vec<Global<UploadId>>,
}

impl Command for RegisterCase {
    type Output = CaseId;
    const DOOR: Door = Door::Service;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "registerCase", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let registered_by =
            tx.actor().staff_id().ok_or_else(|| Failure::internal("only people register complaints"))?;
        let received_at = instant::given("receivedAt", self.received_at)?.unwrap_or(tx.now());
        if received_at > tx.now() {
            return Err(error::time_not_allowed("HK-8.1", "receivedAt").into());
        }
        let accepted = self.accept(tx)?;
        let published =
            profiles::store::effective_on(tx.db(), local_day(received_at)).await?.ok_or_else(error::no_profile)?;
        let profile = &published.profile;
        let form = self.check(&accepted, profile, received_at, tx.now())?;
        let attachment_kind = self.attachment_kind(profile, &accepted.channel)?;
        let severity = self.severity(profile)?;
        let identifiers = accepted.identifiers(tx, form.as_ref());
        let is_urgent = Set(profile.is_major(&severity));
        let predecessor = self.predecessor(tx).await?;

        let year = local_day(tx.now()).year();
        let serial = series::next(tx, format!("case:{year}")).await?;
        let number = profile.numbers.case.number(year, serial);
        let (row, further) = accepted.row(tx, registered_by, received_at, severity, number)?;
        let row = case::ActiveModel {
            profile_version_id: Set(published.id),
            predecessor_id: Set(predecessor),
            urgent: is_urgent,
            ..row
        };
        let case = case::Entity::insert(row).exec_with_returning(tx.db()).await?;
        people::store::insert_identifiers(tx, case.id, identifiers).await?;
        self.insert_people(tx, case.id, registered_by, &further).await?;
        if let Some(form) = form {
            form.insert(tx, case.id).await?;
        }
        let detail = Detail::Registration(RegistrationDetail { channel: case.channel.clone() });
        let entry =
            store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::Registered, detail), tx.now()).await?;
        deadlines::write(tx, &case, profile).await?;
        urgent::tell(tx, false, &case, entry, profile).await?;
        self.attach(tx, &case, attachment_kind).await?;

        let record = AuditRecord::new(AuditAction::CaseRegistered, case.id)
            .of_case(case.id)
            .fact("number", &case.number)
            .fact("state", case.state)
            .fact("channel", &case.channel)
            .fact("severity", &case.severity)
            .fact("headCount", case.head_count)
            .fact("receivedAt", case.received_at)
            .fact("attachments", &self.attachments)
            .fact("predecessor", case.predecessor_id);
        Ok(Done { output: case.id, record })
    }
}

impl RegisterCase {
    fn accept(&self, tx: &Tx) -> Result<Accepted> {
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
            selling_agent_code: line("sellingAgentCode", &self.selling_agent_code)?,
            further: listed("furtherComplainants", self.further_complainants.as_deref())?
                .iter()
                .map(ComplainantInput::check)
                .collect::<Result<_>>()?,
            head_count: self.head_count,
        })
    }

    async fn predecessor(&self, tx: &Tx) -> Result<Option<CaseId>> {
        match self.predecessor_id {
            Some(id) => Ok(Some(succession::predecessor(tx, id.0).await?)),
            None => Ok(None),
        }
    }

    /// Everything that the profile asks for; gives the form, if the channel has one.
    fn check(
        &self,
        accepted: &Accepted,
        profile: &Profile,
        received_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Option<NewForm>> {
        let channel = profile.channel(&accepted.channel).ok_or_else(error::channel_not_allowed)?;
        let mut refusals = accepted.refusals(profile);
        let forms = Forms { call: self.call_form.as_ref(), visit: self.visit_form.as_ref() };
        let complainants =
            std::iter::once(&accepted.complainant_name).chain(accepted.further.iter().map(|one| &one.name));
        let intake = Intake { received_at, now, complainants: complainants.map(String::as_str).collect() };
        match forms.check(channel.form, &intake)? {
            Ok(form) if refusals.is_empty() => return Ok(form),
            Ok(_) => {}
            Err(more) => refusals.extend(more),
        }
        Err(refusals.into())
    }

    /// Everybody who has a row of their own.
    async fn insert_people(&self, tx: &Tx, case: CaseId, by: StaffId, further: &[NewComplainant]) -> Result<()> {
        if !further.is_empty() {
            let key = tx.key_of(case).await?;
            let rows: Vec<_> = further.iter().map(|one| one.row(tx, &key, case, by)).collect::<Result<_>>()?;
            case_complainant::Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
        }
        for respondent in listed("respondents", self.respondents.as_deref())? {
            let row = respondent.row(tx, case, by).await?;
            case_respondent::Entity::insert(row).exec_without_returning(tx.db()).await?;
        }
        if let Some(letter) = &self.authority_letter {
            let row = letter.row(tx, &tx.key_of(case).await?, case, by)?;
            authority_letter::Entity::insert(row).exec_without_returning(tx.db()).await?;
        }
        Ok(())
    }

    /// HK-5.2.2: what the files of this channel are; refused when one is asked for and none is there.
    fn attachment_kind(&self, profile: &Profile, channel: &str) -> Result<EvidenceKind> {
        const MOST: usize = 20;
        if self.attachments.len() > MOST {
            return Err(Failure::bad_input("attachments", format!("Attach at most {MOST} files.")));
        }
        match profile.channel(channel).and_then(|channel| channel.required_attachment) {
            Some(_) if self.attachments.is_empty() => Err(evidence::error::attachment_required().into()),
            kind => Ok(kind.unwrap_or(EvidenceKind::Other)),
        }
    }

    async fn attach(&self, tx: &Tx, case: &case::Model, kind: EvidenceKind) -> Result<()> {
        for Global(upload) in &self.attachments {
            let attachment = Attachment {
                upload: *upload,
                kind,
                source: evidence::policy::source_of_attachment(kind),
                collector_id: case.registered_by,
                collected_at: case.received_at,
                description: None,
            };
            let (_, entry) = attach(tx, case.id, attachment, ("HK-5.2.2", "attachments")).await?;
            store::insert_entry(tx, case.id, entry, tx.now()).await?;
        }
        Ok(())
    }

    fn severity(&self, profile: &Profile) -> Result<String> {
        let known = match &self.severity {
            Some(code) => profile.severity(code),
            None => profile.severities.first(),
        };
        Ok(known.ok_or_else(error::severity_unknown)?.code.clone())
    }
}

/// People that one registration may name in a list.
const MOST_LISTED: usize = 100;

fn listed<'a, T>(field: &'static str, list: Option<&'a [T]>) -> Result<&'a [T]> {
    let list = list.unwrap_or_default();
    if list.len() > MOST_LISTED {
        return Err(Failure::bad_input(field, format!("Give at most {MOST_LISTED}; add the others later.")));
    }
    Ok(list)
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
    selling_agent_code: Option<String>,
    further: Vec<NewComplainant>,
    head_count: Option<i32>,
}

impl Accepted {
    /// What the profile asks for is there and means something, and the people fit.
    fn refusals(&self, profile: &Profile) -> Vec<Refusal> {
        let mut refusals: Vec<_> = profile.intake.required.iter().filter_map(|field| self.missing(*field)).collect();
        let mut named = vec![identity(&self.complainant_name, self.phone.as_deref())];
        named.extend(self.further.iter().map(NewComplainant::identity));
        let representatives = self.further.iter().filter(|one| one.representative).count();
        let counted = self.head_count.map_or(Ok(()), |count| may_count(count, named.len()));
        for verdict in [may_be_named(&named, representatives, profile), counted] {
            refusals.extend(verdict.err().into_iter().flatten());
        }
        refusals
    }

    /// By what the case is found again.
    fn identifiers(&self, tx: &Tx, form: Option<&NewForm>) -> Vec<(IdentifierKind, String)> {
        let found = Identifiers::new(tx.vault(), self.policyholder_name.as_deref())
            .phone(self.phone.as_deref())
            .phone(form.and_then(NewForm::caller_number))
            .contract(self.contract_number.as_deref())
            .person(Some(&self.complainant_name));
        let found =
            self.further.iter().fold(found, |found, one| found.phone(one.phone.as_deref()).person(Some(&one.name)));
        found.all()
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

    /// The row of the case, and those who get rows of their own.
    fn row(
        self,
        tx: &Tx,
        registered_by: StaffId,
        received_at: DateTime<Utc>,
        severity: String,
        number: String,
    ) -> Result<(case::ActiveModel, Vec<NewComplainant>)> {
        let vault = tx.vault();
        let (key, wrapped) = vault.make_key(self.id)?;
        let named = i32::try_from(self.further.len() + 1).map_err(|_| Failure::internal("a case names too many"))?;
        let head_count = self.head_count.unwrap_or(named);
        let seal =
            |field, value: &Option<String>| value.as_deref().map(|value| key.seal(field, self.id, value)).transpose();
        let index = |field, value: &Option<String>, comparable: fn(&str) -> String| {
            value.as_deref().map(comparable).filter(|text| !text.is_empty()).map(|text| vault.index(field, &text))
        };
        let row = case::ActiveModel {
            id: Set(self.id),
            number: Set(number),
            state: Set(CaseState::Registered),
            version: Set(1),
            channel: Set(self.channel),
            severity: Set(severity),
            summary: Set(self.summary),
            complainant_name_sealed: Set(key.seal(sealed::COMPLAINANT_NAME, self.id, &self.complainant_name)?),
            phone_sealed: Set(seal(sealed::PHONE, &self.phone)?),
            contract_number_sealed: Set(seal(sealed::CONTRACT_NUMBER, &self.contract_number)?),
            contract_number_index: Set(index(
                sealed::CONTRACT_NUMBER,
                &self.contract_number,
                text::comparable_contract_number,
            )),
            policyholder_name_sealed: Set(seal(sealed::POLICYHOLDER_NAME, &self.policyholder_name)?),
            insured_name_sealed: Set(seal(sealed::INSURED_NAME, &self.insured_name)?),
            relation: Set(self.relation),
            head_count: Set(head_count),
            selling_agent_code: Set(self.selling_agent_code),
            received_at: Set(received_at),
            registered_at: Set(tx.now()),
            registered_by: Set(registered_by),
            handler_id: Set(None),
            updated_at: Set(tx.now()),
            data_key: Set(Some(wrapped)),
            waiting_since: Set(Some(tx.now())),
            ..Default::default()
        };
        Ok((row, self.further))
    }
}
