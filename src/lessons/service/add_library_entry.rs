//! A typical case goes into the library, without personal data (案例库, HK-3.12).

use crate::cases;
use crate::cases::personal_values::PersonalValues;
use crate::lessons::{error, policy, store};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::refusal::Refusal;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{CaseId, LibraryEntryId, case, library_entry, library_tag};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

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
    let values = PersonalValues::of(tx, case).await?;
    let refusals = texts.iter().filter_map(|(field, text)| Some(error::personal_data(values.found_in(text)?, field)));
    Ok(refusals.collect())
}
