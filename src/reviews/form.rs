//! The joint-review record (投诉案件合议记录表, annex 7, HK-F.7): number, meeting, decision, and a row for each signature.

use super::minutes::{parsed, signed};
use super::{pack, store};
use crate::audit::RecordDenial;
use crate::cases::forms::{Form, FormEntry, FormField, FormKind, FormValue, local_time};
use crate::platform::access::Permission;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::NodeKey;
use crate::platform::language::Message;
use crate::platform::scope::Scope;
use entity::{JointReviewId, StaffId, joint_review_signature};
use std::collections::HashMap;

/// The record, from the minutes that hold and the signatures on them.
pub fn of(
    id: JointReviewId,
    minutes: &pack::Minutes,
    signatures: &[joint_review_signature::Model],
    names: &HashMap<StaffId, String>,
) -> Form {
    let said = |texts: Vec<(&pack::Person, &String)>| {
        let lines: Vec<_> = texts.into_iter().map(|(person, text)| format!("{}：{text}", person.name)).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    };
    let agenda: Vec<_> = minutes.agenda.iter().map(|item| format!("{} {}", item.case_number, item.question)).collect();
    let attendance: Vec<_> = minutes.attendance.iter().map(present).collect();
    let outcome = match minutes.outcome.kind {
        pack::OutcomeKind::Decision => Message::new("明确意见", "Decision"),
        pack::OutcomeKind::Preliminary => Message::new("倾向性意见", "Preliminary opinion"),
    };
    let statements = minutes.statements.iter().map(|one| (&one.person, &one.text)).collect();
    let dissents = minutes.dissents.iter().map(|one| (&one.person, &one.text)).collect();
    let final_opinion = minutes.final_opinion.as_ref();
    let fields = vec![
        text("number", "合议编号", "Number", Some(&minutes.number)),
        text("heldAt", "合议时间", "Held", Some(&local_time(minutes.held_at))),
        text("place", "合议地点", "Place", Some(&minutes.place)),
        text("chair", "主持人", "Chair", Some(&minutes.chair.name)),
        text("recorder", "记录人", "Recorder", Some(&minutes.recorder.name)),
        text("attendance", "参会人员", "Attendance", Some(&attendance.join("\n"))),
        text("agenda", "议题", "Agenda", Some(&agenda.join("\n"))),
        text("statements", "合议内容", "Discussion", said(statements).as_deref()),
        text("dissents", "不同意见", "Dissent", said(dissents).as_deref()),
        FormField {
            code: "outcome",
            label: Message::new("意见类别", "Kind of outcome"),
            value: Some(FormValue::Words(outcome)),
        },
        text("decision", "合议意见", "Outcome", Some(&minutes.outcome.text)),
        text("finalOpinion", "最终意见", "Final opinion", final_opinion.map(|opinion| opinion.text.as_str())),
    ];
    let signature = |row: &joint_review_signature::Model| FormEntry {
        occurred_at: row.signed_at,
        person: names.get(&row.staff_id).cloned(),
        action: Message::new("签名", "Signed"),
        result: row.dissent.as_ref().map_or_else(
            || Message::new("同意记录", "Agrees to the record"),
            |dissent| Message::new(format!("不同意见：{dissent}"), format!("Dissents: {dissent}")),
        ),
    };
    Form {
        kind: FormKind::JointReviewRecord,
        about: id.global().0,
        organisation: minutes.organisation.clone(),
        case_number: minutes.agenda.first().map(|item| item.case_number.clone()).unwrap_or_default(),
        archive_number: None,
        fields,
        entries: signatures.iter().map(signature).collect(),
    }
}

fn present(one: &pack::Attendance) -> String {
    let left = one.left_at.map(|at| format!(" – {}", local_time(at))).unwrap_or_default();
    format!("{} {}{left}", one.person.name, local_time(one.arrived_at))
}

fn text(code: &'static str, chinese: &str, english: &str, value: Option<&str>) -> FormField {
    let value = value.map(|text| FormValue::Words(Message::new(text, text)));
    FormField { code, label: Message::new(chinese, english), value }
}

/// The page of the record, by the rules of the field `JointReview.form`: the same page that the pack holds.
pub async fn print(scope: &Scope, id: JointReviewId, kind: &str) -> Result<String> {
    let permission = Permission::JointReviewRead;
    if !scope.actor.may(permission) {
        scope.db.run(&scope.actor, &RecordDenial { permission }).await?;
        return Err(Failure::Forbidden("Records of joint reviews require JOINT_REVIEW_READ."));
    }
    if FormKind::parse(kind) != Some(FormKind::JointReviewRecord) {
        return Err(Failure::NotFound);
    }
    let db = scope.db.read(&scope.actor);
    let read = store::by_ids(db, &scope.actor, &[id]).await?.pop().ok_or(Failure::NotFound)?;
    let latest = store::latest_minutes(db, &read.review).await?.ok_or(Failure::NotFound)?;
    let minutes = parsed(&latest)?.ok_or(Failure::NotFound)?;
    let signatures = store::signatures(db, &[id]).await?;
    let on_these = signatures.iter().filter(|one| one.minutes_version == latest.version);
    pack::page(&minutes, &on_these.map(signed).collect::<Result<Vec<_>>>()?)
}
