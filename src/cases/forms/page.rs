//! A form as a page to print, in Chinese: `templates/form.html`, which escapes every value.

use super::{Form, FormKind, Sources, local_time, people};
use crate::audit::RecordDenial;
use crate::cases::people::store::intake_forms;
use crate::cases::store::{self, Shape};
use crate::identity;
use crate::platform::access::Permission;
use crate::platform::error::{Failure, Result};
use crate::platform::language::Language;
use crate::platform::scope::Scope;
use crate::profiles;
use askama::Template;
use entity::CaseId;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "form.html")]
struct Page<'a> {
    title: &'a str,
    organisation: &'a str,
    case_number: &'a str,
    archive_number: Option<&'a str>,
    /// Label and value.
    fields: Vec<(&'a str, String)>,
    /// Time, person, action, result; none for a form without rows.
    entries: Option<Vec<[String; 4]>>,
    printed_at: String,
}

/// The page of a form, by the rules of the field `Case.form`. What is not the reader's looks like what is not there.
pub async fn print(scope: &Scope, id: CaseId, kind: &str) -> Result<String> {
    let permission = Permission::CaseRead;
    if !scope.actor.may(permission) {
        scope.db.run(&scope.actor, &RecordDenial { permission }).await?;
        return Err(Failure::Forbidden("Forms of cases require CASE_READ."));
    }
    let kind = FormKind::parse(kind).filter(|kind| kind.is_of_case()).ok_or(Failure::NotFound)?;
    let db = scope.db.read(&scope.actor);
    let case =
        store::shown_by_ids(db, &scope.actor, &[id], Shape::default()).await?.pop().ok_or(Failure::NotFound)?.case;
    let profile = profiles::store::profile(db, case.profile_version_id).await?;
    let entries = store::entries(db, &[id]).await?;
    let intake_form = intake_forms(db, &[id]).await?.pop();
    let cards = identity::store::cards(db, &people(&case, &entries)?).await?;
    let names: HashMap<_, _> = cards.into_iter().map(|card| (card.id, card.name)).collect();
    let sources = Sources {
        case: &case,
        profile: &profile,
        entries: &entries,
        intake_form: intake_form.as_ref(),
        names: &names,
        reader: &scope.actor,
        vault: &scope.vault,
    };
    render(&Form::of(kind, &sources)?, &local_time(scope.clock.now()))
}

/// The page of a form.
pub fn render(form: &Form, printed_at: &str) -> Result<String> {
    let text = |value: &super::FormValue| value.r#in(Language::Chinese).text().unwrap_or_default().to_owned();
    let title = form.kind.title();
    let row = |entry: &super::FormEntry| {
        let person = entry.person.clone().unwrap_or_else(|| "系统".to_owned());
        [local_time(entry.occurred_at), person, entry.action.chinese.clone(), entry.result.chinese.clone()]
    };
    let page = Page {
        title: &title.chinese,
        organisation: &form.organisation,
        case_number: &form.case_number,
        archive_number: form.archive_number.as_deref(),
        fields: form
            .fields
            .iter()
            .map(|field| (field.label.chinese.as_str(), field.value.as_ref().map(text).unwrap_or_default()))
            .collect(),
        entries: (form.kind == FormKind::HandlingRecord).then(|| form.entries.iter().map(row).collect()),
        printed_at: printed_at.to_owned(),
    };
    page.render().map_err(|error| Failure::internal(format!("a form could not be written: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::forms::{FormEntry, FormField, FormValue};
    use crate::platform::language::Message;
    use chrono::DateTime;

    fn form(text: &str) -> Form {
        Form {
            kind: FormKind::HandlingRecord,
            about: "Q2FzZTo".to_owned(),
            organisation: text.to_owned(),
            case_number: "TS2024-000001".to_owned(),
            archive_number: Some(text.to_owned()),
            fields: vec![FormField {
                code: "summary",
                label: Message::new("要点", "Points"),
                value: Some(FormValue::Words(Message::new(text, text))),
            }],
            entries: vec![FormEntry {
                occurred_at: DateTime::from_timestamp(1_709_514_000, 0).unwrap(),
                person: Some(text.to_owned()),
                action: Message::new("联系客户", "Contact"),
                result: Message::new(text, text),
            }],
        }
    }

    #[test]
    fn nothing_that_somebody_wrote_becomes_markup() {
        let hostile = "</td><script>alert('1')</script><img src=x onerror=\"x\">&";
        let page = render(&form(hostile), "2024-03-04 09:30:00").unwrap();
        for markup in ["<script", "<img", "onerror=\""] {
            assert!(!page.contains(markup), "{markup} in {page}");
        }
        assert_eq!(page.matches("alert(").count(), 5);
    }

    #[test]
    fn times_are_local_and_chinese_stays_chinese() {
        let page = render(&form("客户要求退保"), "2024-03-04 09:30:00").unwrap();
        assert!(
            page.contains("2024-03-04 09:00:00") && page.contains("客户要求退保") && page.contains("lang=\"zh-CN\"")
        );
    }
}
