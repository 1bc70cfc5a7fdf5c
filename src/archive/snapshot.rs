//! A case as it stands when it is filed: its parts, each hashed, in canonical JSON (HK-5.6.2, HK-F.4, HK-F.5).

use super::contents::Held;
use crate::cases::personal_values::{PersonalValues, Whose};
use crate::cases::sealed;
use crate::identity;
use crate::platform::db::Tx;
use crate::platform::digest::{canonical_json, sha256_hex};
use crate::platform::error::{Failure, Result};
use crate::platform::language::Message;
use crate::platform::masked::{Masked, Personal};
use crate::platform::money::Money;
use crate::platform::vault::DataKey;
use crate::{approvals, assistance, cases, reviews};
use async_graphql::Enum;
use entity::{
    AssistanceId, DepartmentId, EvidenceId, StaffId, authority_letter, case, case_complainant, case_recusal,
    case_respondent, information_request, intake_form,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A part of an archive file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ArchivePartKind {
    /// The archive form (投诉档案表).
    ArchiveForm,
    /// The handling record (投诉处理记录表): contacts, statements, findings and everything else that was done.
    HandlingRecord,
    /// The handling plans with their reviews (处理方案).
    Plans,
    /// The approval items with every step.
    Approvals,
    /// What had to happen by when, and when it did.
    Deadlines,
    /// The evidence: what each item is, and the hash of its file.
    Evidence,
    /// The help of other departments (协办): what was asked and delivered, and what came back.
    Assistances,
    /// The joint reviews with their signed records (合议记录, HK-7.6).
    JointReviews,
    /// What the file holds at least, each part or why there is none (HK-5.6.2, SG-12.1).
    Contents,
}

impl ArchivePartKind {
    /// What it is called on paper.
    pub fn title(self) -> Message {
        match self {
            Self::ArchiveForm => Message::new("投诉档案表", "Archive form"),
            Self::HandlingRecord => Message::new("投诉处理记录表", "Handling record"),
            Self::Plans => Message::new("处理方案", "Handling plans"),
            Self::Approvals => Message::new("审批事项", "Approval items"),
            Self::Deadlines => Message::new("办理时限", "Deadlines"),
            Self::Evidence => Message::new("证据", "Evidence"),
            Self::Assistances => Message::new("协办", "Assistances"),
            Self::JointReviews => Message::new("合议记录", "Joint reviews"),
            Self::Contents => Message::new("归档内容", "Contents"),
        }
    }
}

/// The frozen case.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Snapshot {
    parts: BTreeMap<ArchivePartKind, Value>,
}

impl Snapshot {
    /// The canonical text: what is sealed, and what the hash of the file is made of.
    pub fn canonical(&self) -> Result<String> {
        Ok(canonical_json(self)?)
    }

    /// One part.
    pub fn part(&self, kind: ArchivePartKind) -> Option<&Value> {
        self.parts.get(&kind)
    }

    /// Each part with its hash.
    pub fn parts(&self) -> Result<Vec<(ArchivePartKind, String, Value)>> {
        let hashed = |(kind, part): (&ArchivePartKind, &Value)| {
            Ok((*kind, sha256_hex(canonical_json(part)?.as_bytes()), part.clone()))
        };
        self.parts.iter().map(hashed).collect()
    }

    /// The hash of each part, by its kind: what is kept in clear.
    pub fn part_hashes(&self) -> Result<Value> {
        let hashes: BTreeMap<_, _> = self.parts()?.into_iter().map(|(kind, sha256, _)| (kind, sha256)).collect();
        Ok(serde_json::to_value(hashes)?)
    }

    /// Id and hash of each evidence item.
    pub fn evidence(&self) -> Vec<(EvidenceId, String)> {
        let items = self.parts.get(&ArchivePartKind::Evidence).and_then(Value::as_array).into_iter().flatten();
        let item = |item: &Value| {
            let id = Uuid::try_parse(item["id"].as_str()?).ok()?;
            Some((id.into(), item["sha256"].as_str()?.to_owned()))
        };
        items.filter_map(item).collect()
    }

    /// What must not be read where files are searched: names and numbers of everybody whom the case names, and the contracts of
    /// its approvals.
    pub fn personal_values(&self) -> PersonalValues {
        let form = self.parts.get(&ArchivePartKind::ArchiveForm).unwrap_or(&Value::Null);
        let mut values: Vec<(Whose, &Value)> = Vec::new();
        for (whose, field) in [
            (Whose::ComplainantName, "complainantName"),
            (Whose::PolicyholderName, "policyholderName"),
            (Whose::InsuredName, "insuredName"),
            (Whose::Phone, "phone"),
            (Whose::ContractNumber, "contractNumber"),
        ] {
            values.push((whose, &form[field]));
        }
        let people = |list: &str| form[list].as_array().map(Vec::as_slice).unwrap_or_default();
        for (whose, list) in [
            (Whose::ComplainantName, "furtherComplainants"),
            (Whose::RespondentName, "respondents"),
            (Whose::HolderName, "authorityLetters"),
        ] {
            for person in people(list) {
                values.extend([(whose, &person["name"]), (whose, &person["staff"]["name"])]);
                values.push((Whose::Phone, &person["phone"]));
            }
        }
        let intake = &form["intakeForm"];
        values.extend([(Whose::Phone, &intake["callerNumber"]), (Whose::ComplainantName, &intake["signature"])]);
        let items = self.parts.get(&ArchivePartKind::Approvals).and_then(Value::as_array).into_iter().flatten();
        values.extend(items.map(|item| (Whose::ContractNumber, &item["contractNumber"])));
        PersonalValues::from_iter(values.into_iter().filter_map(|(whose, value)| Some((whose, value.as_str()?))))
    }

    /// What people wrote: everything in the file that is no name, number, code or time.
    pub fn prose(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.parts.values().for_each(|part| collect_prose(part, &mut found));
        found
    }
}

/// Fields that hold names and numbers.
const NO_PROSE: [&str; 9] = [
    "name",
    "complainantName",
    "policyholderName",
    "insuredName",
    "phone",
    "contractNumber",
    "callerNumber",
    "signature",
    "receiver",
];

fn collect_prose<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        // Keys, hashes, codes, amounts and times have neither.
        Value::String(text) if text.chars().any(|letter| !letter.is_ascii() || letter == ' ') => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect_prose(item, found)),
        Value::Object(fields) => {
            let prose = fields.iter().filter(|(name, _)| !NO_PROSE.contains(&name.as_str()));
            prose.for_each(|(_, field)| collect_prose(field, found));
        }
        _ => {}
    }
}

/// Of the part of assistances, those that were delivered to a department.
pub fn only_assistances(part: Value, delivered: &[AssistanceId]) -> Value {
    let Value::Array(assistances) = part else { return Value::Null };
    let is_delivered = |one: &Value| delivered.iter().any(|id| one["id"] == json!(id));
    Value::Array(assistances.into_iter().filter(is_delivered).collect())
}

/// Freezes the case as this transaction sees it.
pub async fn take(tx: &Tx, key: &DataKey, case: &case::Model, number: &str, held: &[Held]) -> Result<Snapshot> {
    let db = tx.db();
    let entries = cases::store::entries(db, &[case.id]).await?;
    let plans = cases::store::plans(db, &[case.id]).await?;
    let deadlines = cases::store::deadlines(db, &[case.id]).await?;
    let evidence = cases::evidence::store::of_cases(db, &[case.id]).await?;
    let items = approvals::store::all_of_case(db, case.id).await?;
    let item_ids: Vec<_> = items.iter().map(|item| item.id).collect();
    let steps = approvals::store::steps(db, &item_ids).await?;
    let party = Party::of(tx, case).await?;
    let help = Help::of(tx, case).await?;

    let mut people: Vec<StaffId> = vec![case.registered_by];
    people.extend(case.handler_id);
    people.extend(entries.iter().filter_map(|entry| entry.recorded_by));
    people.extend(plans.iter().flat_map(|plan| [Some(plan.drafted_by), plan.submitted_by, plan.reviewed_by]).flatten());
    people.extend(steps.iter().flat_map(|step| [step.acted_by, step.acted_for]).flatten());
    people.extend(party.respondents.iter().filter_map(|respondent| respondent.staff_id));
    people.extend(party.recusals.iter().map(|recusal| recusal.staff_id));
    people.extend(evidence.iter().flat_map(|item| [item.collector_id, item.added_by]));
    people.extend(help.people());
    let names = Names::of(tx, people).await?;

    let handling_record: Vec<_> = entries
        .iter()
        .map(|entry| {
            json!({
                "id": entry.id, "kind": entry.kind, "occurredAt": entry.occurred_at, "recordedAt": entry.recorded_at,
                "recordedBy": entry.recorded_by.map(|id| names.person(id)), "detail": entry.detail,
            })
        })
        .collect();
    let plans: Vec<_> = plans
        .iter()
        .map(|plan| {
            json!({
                "number": plan.number, "basis": plan.basis, "proposal": plan.proposal,
                "draftedBy": names.person(plan.drafted_by), "draftedAt": plan.drafted_at,
                "submittedBy": plan.submitted_by.map(|id| names.person(id)), "submittedAt": plan.submitted_at,
                "verdict": plan.verdict, "opinion": plan.opinion,
                "reviewedBy": plan.reviewed_by.map(|id| names.person(id)), "reviewedAt": plan.reviewed_at,
            })
        })
        .collect();
    let yuan = |fen| Money::fen(fen).to_string();
    let approvals: Vec<_> = items
        .iter()
        .map(|item| {
            let steps: Vec<_> = steps
                .iter()
                .filter(|step| step.approval_id == item.id)
                .map(|step| {
                    json!({
                        "act": step.act, "revision": step.revision, "content": step.content,
                        "contentSha256": step.content_sha256, "cumulativeAmount": yuan(step.cumulative_amount),
                        "tier": step.tier, "requiredRole": step.required_role, "rule": step.rule,
                        "actedBy": step.acted_by.map(|id| names.person(id)), "actedAs": step.acted_as,
                        "actedFor": step.acted_for.map(|id| names.person(id)), "aboveTier": step.above_tier,
                        "basis": step.basis, "reverses": step.reverses,
                        "opinion": step.opinion, "actedAt": step.acted_at,
                    })
                })
                .collect();
            let open = |sealed: &String| key.open(approvals::service::CONTRACT_NUMBER, item.id, sealed);
            let contract_number = item.contract_number_sealed.as_ref().map(open).transpose()?;
            // The content is as it was hashed: integer fen, and the contract by its blind index.
            Ok(json!({
                "id": item.id, "kind": item.kind, "state": item.state, "revision": item.revision,
                "contractNumber": contract_number, "content": item.content, "amount": yuan(item.amount),
                "reason": item.reason, "steps": steps,
            }))
        })
        .collect::<Result<_>>()?;
    let deadlines: Vec<_> = deadlines
        .iter()
        .map(|deadline| {
            json!({
                "code": deadline.code, "rule": deadline.rule, "startedAt": deadline.started_at, "dueAt": deadline.due_at,
                "metAt": deadline.met_at, "missedAt": deadline.missed_at, "calendar": deadline.calendar,
                "calendarVersion": deadline.calendar_version,
            })
        })
        .collect();
    // Not the name of the file, which may tell of a person.
    let evidence: Vec<_> = evidence
        .iter()
        .map(|item| {
            json!({
                "id": item.id, "kind": item.kind, "source": item.source, "description": item.description,
                "collector": names.person(item.collector_id), "collectedAt": item.collected_at,
                "addedBy": names.person(item.added_by), "addedAt": item.added_at,
                "mediaType": item.media_type, "size": item.size, "sha256": item.sha256,
            })
        })
        .collect();
    let joint_reviews = joint_reviews(tx, case).await?;
    Ok(Snapshot {
        parts: BTreeMap::from([
            (ArchivePartKind::ArchiveForm, archive_form(key, case, number, &names, &party)?),
            (ArchivePartKind::HandlingRecord, Value::Array(handling_record)),
            (ArchivePartKind::Plans, Value::Array(plans)),
            (ArchivePartKind::Approvals, Value::Array(approvals)),
            (ArchivePartKind::Deadlines, Value::Array(deadlines)),
            (ArchivePartKind::Evidence, Value::Array(evidence)),
            (ArchivePartKind::Assistances, help.describe(&names)?),
            (ArchivePartKind::JointReviews, Value::Array(joint_reviews)),
            (ArchivePartKind::Contents, serde_json::to_value(held)?),
        ]),
    })
}

/// HK-7.6: a copy of every record, with the signatures on it. What was not held says why in the handling record.
async fn joint_reviews(tx: &Tx, case: &case::Model) -> Result<Vec<Value>> {
    let mut copies = Vec::new();
    for (_, read) in reviews::store::all_of_cases(tx.db(), &[case.id]).await? {
        let review = read.review;
        let minutes = reviews::store::latest_minutes(tx.db(), &review).await?;
        let record = minutes.as_ref().and_then(|row| row.content.as_deref()).map(serde_json::from_str::<Value>);
        let signatures = reviews::store::signatures(tx.db(), &[review.id]).await?;
        let signatures = signatures.iter().filter(|one| one.minutes_version == review.minutes_version);
        let signatures: Vec<_> = signatures.map(reviews::minutes::signed).collect::<Result<_>>()?;
        let refusals = reviews::store::refusals(tx.db(), &[review.id]).await?;
        let names = Names::of(tx, refusals.iter().map(|one| one.staff_id).collect()).await?;
        let refusals: Vec<_> = refusals
            .iter()
            .map(|one| {
                json!({
                    "person": names.person(one.staff_id), "minutesVersion": one.minutes_version, "reason": one.reason,
                    "dissent": one.dissent, "refusedAt": one.refused_at,
                })
            })
            .collect();
        copies.push(json!({
            "id": review.id, "number": review.number, "ground": review.ground, "approval": review.approval_id,
            "requestedAt": review.requested_at, "filedAt": review.filed_at, "cancelledAt": review.cancelled_at,
            "record": record.transpose()?, "recordSha256": minutes.and_then(|row| row.sha256),
            "signatures": signatures, "refusals": refusals,
        }));
    }
    Ok(copies)
}

/// Personal fields of the archive form, masked for every reader.
const PERSONAL: [(&str, Personal); 4] = [
    ("complainantName", Personal::Name),
    ("phone", Personal::Phone),
    ("policyholderName", Personal::Name),
    ("insuredName", Personal::Name),
];

/// Fields of the archive form that hold lists of people, each with personal fields of their own.
const LISTS: [&str; 3] = ["furtherComplainants", "respondents", "authorityLetters"];

/// Personal fields of the people in such a list, and of the form that the complaint was taken in with.
const PERSONAL_OF_PEOPLE: [(&str, Personal); 4] = [
    ("name", Personal::Name),
    ("phone", Personal::Phone),
    ("callerNumber", Personal::Phone),
    ("signature", Personal::Name),
];

/// The people of a case, beyond those in its own row.
struct Party {
    complainants: Vec<case_complainant::Model>,
    respondents: Vec<case_respondent::Model>,
    letters: Vec<authority_letter::Model>,
    form: Option<intake_form::Model>,
    recusals: Vec<case_recusal::Model>,
}

impl Party {
    async fn of(tx: &Tx, case: &case::Model) -> Result<Self> {
        use cases::people::store;
        let (db, id) = (tx.db(), [case.id]);
        Ok(Self {
            complainants: store::complainants(db, &id).await?,
            respondents: store::respondents(db, &id).await?,
            letters: store::authority_letters(db, &id).await?,
            form: store::intake_forms(db, &id).await?.pop(),
            recusals: store::involved(db, &id).await?.remove(&case.id).unwrap_or_default().declared,
        })
    }

    /// What the archive form says of them.
    fn describe(&self, key: &DataKey, names: &Names, form: &mut Map<String, Value>) -> Result<()> {
        let open = |field, row: Uuid, sealed: &Option<String>| {
            sealed.as_deref().map(|sealed| key.open(field, row, sealed)).transpose()
        };
        let complainant = |row: &case_complainant::Model| {
            let name = key.open(sealed::FURTHER_COMPLAINANT_NAME, row.id, &row.name_sealed)?;
            let phone = open(sealed::FURTHER_COMPLAINANT_PHONE, row.id.into(), &row.phone_sealed)?;
            Ok(json!({ "name": name, "phone": phone, "relation": row.relation, "representative": row.representative }))
        };
        let respondent = |row: &case_respondent::Model| {
            Ok(json!({
                "kind": row.kind, "name": open(sealed::RESPONDENT_NAME, row.id.into(), &row.name_sealed)?,
                "agentCode": row.agent_code, "staff": row.staff_id.map(|id| names.person(id)), "department": row.department_id,
            }))
        };
        let letter = |row: &authority_letter::Model| {
            let name = key.open(sealed::HOLDER_NAME, row.id, &row.holder_name_sealed)?;
            let phone = open(sealed::HOLDER_PHONE, row.id.into(), &row.holder_phone_sealed)?;
            let (granted_on, expires_on) = (row.granted_on, row.expires_on);
            Ok(
                json!({ "name": name, "phone": phone, "scope": row.scope, "grantedOn": granted_on, "expiresOn": expires_on }),
            )
        };
        let intake = |row: &intake_form::Model| -> Result<Value> {
            Ok(json!({
                "kind": row.kind, "receiver": row.receiver, "calledAt": row.called_at, "signedOn": row.signed_on,
                "callerNumber": open(sealed::CALLER_NUMBER, row.case_id.into(), &row.caller_number_sealed)?,
                "signature": open(sealed::SIGNATURE, row.case_id.into(), &row.signature_sealed)?,
            }))
        };
        let recusal = |row: &case_recusal::Model| json!({ "person": names.person(row.staff_id), "reason": row.reason, "declaredAt": row.declared_at });
        let list = |rows: Result<Vec<Value>>| rows.map(Value::Array);
        for (name, value) in [
            ("furtherComplainants", list(self.complainants.iter().map(complainant).collect())?),
            ("respondents", list(self.respondents.iter().map(respondent).collect())?),
            ("authorityLetters", list(self.letters.iter().map(letter).collect())?),
            ("intakeForm", self.form.as_ref().map(intake).transpose()?.unwrap_or_default()),
            ("recusals", Value::Array(self.recusals.iter().map(recusal).collect())),
        ] {
            form.insert(name.to_owned(), value);
        }
        Ok(())
    }
}

/// The assistances of a case, and what belongs to them.
struct Help {
    assistances: Vec<assistance::store::Assistance>,
    delivered: Vec<assistance::store::Delivered>,
    questions: Vec<information_request::Model>,
    departments: HashMap<DepartmentId, String>,
}

impl Help {
    async fn of(tx: &Tx, case: &case::Model) -> Result<Self> {
        use assistance::store;
        let db = tx.db();
        let assistances = store::all_of_case(db, case.id).await?;
        let ids: Vec<_> = assistances.iter().map(|assistance| assistance.row.id).collect();
        let asked: Vec<_> = assistances.iter().map(|assistance| assistance.row.department_id).collect();
        let departments = identity::store::departments(db, &asked).await?;
        Ok(Self {
            delivered: store::delivered(db, &ids).await?,
            questions: store::questions(db, &ids).await?,
            departments: departments.into_iter().map(|department| (department.id, department.name)).collect(),
            assistances,
        })
    }

    fn people(&self) -> impl Iterator<Item = StaffId> {
        let acted = self.assistances.iter().flat_map(assistance::form::people);
        let talked = self.questions.iter().flat_map(|question| [Some(question.asked_by), question.answered_by]);
        acted.chain(talked.flatten())
    }

    fn describe(&self, names: &Names) -> Result<Value> {
        let person = |id: Option<StaffId>| id.map(|id| names.person(id));
        let assistance = |found: &assistance::store::Assistance| {
            let (row, asked) = (&found.row, found.asked()?);
            let own = self.delivered.iter().filter(|piece| piece.assistance_id == row.id);
            let evidence: Vec<_> = own
                .map(|piece| json!({ "id": piece.item.id, "sha256": piece.item.sha256, "deliveredAt": piece.delivered_at }))
                .collect();
            let own = self.questions.iter().filter(|question| question.assistance_id == row.id);
            let questions: Vec<_> = own
                .map(|question| {
                    json!({
                        "question": question.question, "askedBy": names.person(question.asked_by),
                        "askedAt": question.asked_at, "answer": question.answer,
                        "answeredBy": person(question.answered_by), "answeredAt": question.answered_at,
                    })
                })
                .collect();
            Ok(json!({
                "id": row.id, "number": row.number, "approval": row.approval_id, "state": found.state().to_string(),
                "department": self.departments.get(&row.department_id), "ground": asked.ground,
                "legalGround": asked.legal_ground, "question": asked.question,
                "requestedBy": names.person(found.requested_by), "requestedAt": row.requested_at,
                "brief": row.brief, "evidence": evidence,
                "deliveredBy": person(row.delivered_by), "deliveredAt": row.delivered_at,
                "receivedBy": person(row.received_by), "receivedAt": row.received_at,
                "informationRequests": questions, "opinion": row.opinion,
                "returnedBy": person(row.returned_by), "returnedAt": row.returned_at, "withdrawnAt": row.withdrawn_at,
            }))
        };
        Ok(Value::Array(self.assistances.iter().map(assistance).collect::<Result<_>>()?))
    }
}

fn archive_form(key: &DataKey, case: &case::Model, number: &str, names: &Names, party: &Party) -> Result<Value> {
    let open =
        |field, sealed: &Option<String>| sealed.as_deref().map(|sealed| key.open(field, case.id, sealed)).transpose();
    let mut form = json!({
        "archiveNumber": number,
        "caseNumber": case.number,
        "channel": case.channel,
        "severity": case.severity,
        "summary": case.summary,
        "complainantName": key.open(sealed::COMPLAINANT_NAME, case.id, &case.complainant_name_sealed)?,
        "phone": open(sealed::PHONE, &case.phone_sealed)?,
        "contractNumber": open(sealed::CONTRACT_NUMBER, &case.contract_number_sealed)?,
        "policyholderName": open(sealed::POLICYHOLDER_NAME, &case.policyholder_name_sealed)?,
        "insuredName": open(sealed::INSURED_NAME, &case.insured_name_sealed)?,
        "relation": case.relation,
        "headCount": case.head_count,
        "sellingAgentCode": case.selling_agent_code,
        "receivedAt": case.received_at,
        "registeredAt": case.registered_at,
        "registeredBy": names.person(case.registered_by),
        "handler": case.handler_id.map(|id| names.person(id)),
        "repliedAt": case.replied_at,
        "closedAt": case.closed_at,
        "outcome": case.outcome,
        "complainantOpinion": case.complainant_opinion,
        "profileVersion": case.profile_version_id,
    });
    if let Value::Object(form) = &mut form {
        party.describe(key, names, form)?;
    }
    Ok(form)
}

/// The part as readers get it: personal fields as [`Masked`] objects.
pub fn masked(kind: ArchivePartKind, part: Value) -> Result<Value> {
    let (ArchivePartKind::ArchiveForm, Value::Object(mut form)) = (kind, part.clone()) else { return Ok(part) };
    for (field, personal) in PERSONAL {
        mask(&mut form, field, personal)?;
    }
    for list in LISTS {
        for one in form.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            mask_person(one)?;
        }
    }
    if let Some(intake) = form.get_mut("intakeForm") {
        mask_person(intake)?;
    }
    Ok(Value::Object(form))
}

fn mask_person(person: &mut Value) -> Result<()> {
    let Value::Object(person) = person else { return Ok(()) };
    PERSONAL_OF_PEOPLE.into_iter().try_for_each(|(field, personal)| mask(person, field, personal))
}

fn mask(form: &mut Map<String, Value>, field: &str, kind: Personal) -> Result<()> {
    if let Some(Value::String(plain)) = form.get(field) {
        let masked = serde_json::to_value(Masked::partial(kind, plain, "HK-5.6.3"))?;
        form.insert(field.to_owned(), masked);
    }
    Ok(())
}

/// Names of the people who took part.
struct Names(HashMap<StaffId, String>);

impl Names {
    async fn of(tx: &Tx, mut people: Vec<StaffId>) -> Result<Self> {
        people.sort();
        people.dedup();
        let cards = identity::store::cards(tx.db(), &people).await?;
        if cards.len() != people.len() {
            return Err(Failure::internal("a person vanished"));
        }
        Ok(Self(cards.into_iter().map(|card| (card.id, card.name)).collect()))
    }

    fn person(&self, id: StaffId) -> Value {
        json!({ "id": id, "name": self.0.get(&id) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_facts_give_the_same_hash_whatever_their_order() {
        let one: Snapshot = serde_json::from_str(r#"{"PLANS":[{"a":1,"b":"张"}],"ARCHIVE_FORM":{}}"#).unwrap();
        let other: Snapshot = serde_json::from_str(r#"{"ARCHIVE_FORM":{},"PLANS":[{"b":"张","a":1}]}"#).unwrap();
        assert_eq!(one.canonical().unwrap(), other.canonical().unwrap());
    }

    /// HK-5.6.3
    #[test]
    fn personal_fields_of_the_form_are_masked_and_nothing_else() {
        let form = json!({
            "complainantName": "李秀英", "phone": "13812345678", "insuredName": null, "summary": "要求退保",
            "furtherComplainants": [{ "name": "李秀英", "phone": "13900000000" }], "respondents": [{ "name": null }],
            "authorityLetters": [{ "name": "何雪莲" }], "intakeForm": { "signature": "李秀英" },
        });
        let masked = masked(ArchivePartKind::ArchiveForm, form).unwrap();
        assert_eq!(masked["complainantName"]["value"], "李**");
        assert_eq!(masked["phone"]["value"], "138****5678");
        assert_eq!(masked["furtherComplainants"][0]["phone"]["value"], "139****0000");
        assert_eq!(masked["authorityLetters"][0]["name"]["value"], "何**");
        assert_eq!(masked["intakeForm"]["signature"]["value"], "李**");
        assert_eq!(masked["insuredName"], Value::Null);
        assert_eq!(masked["summary"], "要求退保");
        assert!(!masked.to_string().contains("李秀英"));
    }
}
