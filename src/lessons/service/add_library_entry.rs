//! A typical case goes into the library, without personal data (案例库, HK-3.12).

use crate::cases::{self, people, sealed};
use crate::identity;
use crate::lessons::personal::{Whose, found};
use crate::lessons::{error, policy, store};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::refusal::Refusal;
use crate::platform::text;
use crate::platform::vault::DataKey;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{CaseId, LibraryEntryId, case, library_entry, library_tag};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;
use uuid::Uuid;

/// Add a closed case to the library. The texts must not hold names, phone or contract numbers of the case.
#[derive(InputObject, Serialize)]
#[graphql(name = "AddLibraryEntryInput")]
pub struct AddLibraryEntry {
    /// Any text of yours, new for each entry. Sent again with the same input, nothing is added twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    /// What happened.
    pub summary: String,
    /// What it teaches.
    pub lesson: String,
    /// What it should be found by, at most 20.
    #[graphql(default)]
    pub tags: Vec<String>,
}

const MOST_TAGS: usize = 20;

impl Command for AddLibraryEntry {
    type Output = LibraryEntryId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "addLibraryEntry", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<LibraryEntryId>> {
        let summary = text::required("summary", &self.summary, text::PROSE)?;
        let lesson = text::required("lesson", &self.lesson, text::PROSE)?;
        let tags = self.tags()?;
        let added_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people add to the library"))?;
        let case = cases::store::lock(tx, self.case_id.0).await?;
        policy::may_add(tx.actor(), &case)?;
        policy::may_stand_in_library(store::is_in_library(tx, case.id).await?)?;
        let texts = [("summary", summary.as_str()), ("lesson", &lesson), ("tags", &tags.join("\n"))];
        let personal = personal_data(tx, &case, &texts).await?;
        if !personal.is_empty() {
            return Err(personal.into());
        }

        let id: LibraryEntryId = tx.id();
        library_entry::Entity::insert(library_entry::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            case_number: Set(case.number.clone()),
            summary: Set(summary),
            lesson: Set(lesson),
            added_by: Set(added_by),
            added_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        if !tags.is_empty() {
            let rows = tags.iter().map(|tag| library_tag::ActiveModel { entry_id: Set(id), tag: Set(tag.clone()) });
            library_tag::Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
        }
        let record = AuditRecord::new(AuditAction::LibraryEntryAdded, id).of_case(case.id).fact("tags", tags);
        Ok(Done { output: id, record })
    }
}

impl AddLibraryEntry {
    fn tags(&self) -> Result<Vec<String>> {
        if self.tags.len() > MOST_TAGS {
            return Err(Failure::bad_input("tags", format!("Give at most {MOST_TAGS} tags.")));
        }
        let mut tags: Vec<_> =
            self.tags.iter().map(|tag| text::required("tags", tag, text::LINE)).collect::<Result<_>>()?;
        tags.sort();
        tags.dedup();
        Ok(tags)
    }
}

/// One refusal for each text that holds personal data of the case.
async fn personal_data(tx: &Tx, case: &case::Model, texts: &[(&'static str, &str)]) -> Result<Vec<Refusal>> {
    let values = values(tx, case).await?;
    let refusals = texts.iter().filter_map(|(field, text)| {
        let whose = found(text, values.iter().map(|(whose, value)| (*whose, value.as_str())))?;
        Some(error::personal_data(whose, field))
    });
    Ok(refusals.collect())
}

/// Names and numbers of everybody whom the case names.
async fn values(tx: &Tx, case: &case::Model) -> Result<Vec<(Whose, String)>> {
    let only = [case.id];
    let mut values = Values { key: tx.key_of(case.id).await?, found: Vec::new() };
    values.open(Whose::ComplainantName, sealed::COMPLAINANT_NAME, case.id, Some(&case.complainant_name_sealed))?;
    values.open(Whose::PolicyholderName, sealed::POLICYHOLDER_NAME, case.id, case.policyholder_name_sealed.as_ref())?;
    values.open(Whose::InsuredName, sealed::INSURED_NAME, case.id, case.insured_name_sealed.as_ref())?;
    values.open(Whose::Phone, sealed::PHONE, case.id, case.phone_sealed.as_ref())?;
    values.open(Whose::ContractNumber, sealed::CONTRACT_NUMBER, case.id, case.contract_number_sealed.as_ref())?;
    for other in people::store::complainants(tx.db(), &only).await? {
        values.open(Whose::ComplainantName, sealed::FURTHER_COMPLAINANT_NAME, other.id, Some(&other.name_sealed))?;
        values.open(Whose::Phone, sealed::FURTHER_COMPLAINANT_PHONE, other.id, other.phone_sealed.as_ref())?;
    }
    for letter in people::store::authority_letters(tx.db(), &only).await? {
        values.open(Whose::HolderName, sealed::HOLDER_NAME, letter.id, Some(&letter.holder_name_sealed))?;
        values.open(Whose::Phone, sealed::HOLDER_PHONE, letter.id, letter.holder_phone_sealed.as_ref())?;
    }
    for form in people::store::intake_forms(tx.db(), &only).await? {
        values.open(Whose::Phone, sealed::CALLER_NUMBER, case.id, form.caller_number_sealed.as_ref())?;
    }
    let respondents = people::store::respondents(tx.db(), &only).await?;
    for respondent in &respondents {
        values.open(Whose::RespondentName, sealed::RESPONDENT_NAME, respondent.id, respondent.name_sealed.as_ref())?;
    }
    let staff: Vec<_> = respondents.iter().filter_map(|respondent| respondent.staff_id).collect();
    let cards = identity::store::cards(tx.db(), &staff).await?;
    values.found.extend(cards.into_iter().map(|card| (Whose::RespondentName, card.name)));
    Ok(values.found)
}

struct Values {
    key: DataKey,
    found: Vec<(Whose, String)>,
}

impl Values {
    fn open(&mut self, whose: Whose, field: &'static str, row: impl Into<Uuid>, sealed: Option<&String>) -> Result<()> {
        if let Some(sealed) = sealed {
            self.found.push((whose, self.key.open(field, row, sealed)?));
        }
        Ok(())
    }
}
