//! The assistance record (协办记录表, annex 6, HK-F.6): what was asked of which department, and what it answered.

use super::store::{self, Assistance, Delivered};
use crate::audit::RecordDenial;
use crate::cases::forms::{Form, FormField, FormKind, FormValue, Worded, local_time, render};
use crate::identity;
use crate::platform::access::Permission;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::NodeKey;
use crate::platform::language::Message;
use crate::platform::scope::Scope;
use crate::profiles::{self, Profile};
use chrono::{DateTime, Utc};
use entity::{AssistanceId, StaffId};
use std::collections::HashMap;

/// What the form is filled in from.
pub struct Sources<'a> {
    pub assistance: &'a Assistance,
    pub profile: &'a Profile,
    /// Name of the department that is asked.
    pub department: &'a str,
    pub delivered: &'a [Delivered],
    /// Names of [`people`].
    pub names: &'a HashMap<StaffId, String>,
}

/// The people whom the form may name.
pub fn people(assistance: &Assistance) -> Vec<StaffId> {
    let row = &assistance.row;
    let acted =
        [Some(assistance.requested_by), assistance.decided_by, row.delivered_by, row.received_by, row.returned_by];
    let mut people: Vec<_> = acted.into_iter().flatten().collect();
    people.sort();
    people.dedup();
    people
}

impl Sources<'_> {
    pub fn form(&self) -> Result<Form> {
        let Assistance { row, requested_by, decided_by, decided_at, case_number, .. } = self.assistance;
        let asked = self.assistance.asked()?;
        let pieces = self.delivered.iter().map(|piece| self.piece(piece)).collect::<Vec<_>>();
        let listed =
            |language: fn(&Message) -> &String| pieces.iter().map(language).cloned().collect::<Vec<_>>().join("\n");
        let evidence = Message::new(listed(|piece| &piece.chinese), listed(|piece| &piece.english));
        let fields = vec![
            field("number", "协办编号", "Number", Some(same(&row.number))),
            field("department", "协办部门", "Department", Some(same(self.department))),
            field("ground", "协办理由", "Ground", Some(asked.ground.words())),
            field("legalGround", "法定情形", "Ground of a legal opinion", asked.legal_ground.map(Worded::words)),
            field("question", "需协办事项", "Question", Some(same(&asked.question))),
            self.person("requestedBy", "申请人", "Asked for by", Some(*requested_by)),
            time("requestedAt", "申请时间", "Asked for", Some(row.requested_at)),
            self.person("decidedBy", "审批人", "Decided by", *decided_by),
            time("decidedAt", "审批时间", "Decided", *decided_at),
            field("brief", "情况说明", "Brief", row.brief.as_deref().map(same)),
            field("evidence", "移交证据", "Evidence delivered", (!pieces.is_empty()).then_some(evidence)),
            time("deliveredAt", "移交时间", "Delivered", row.delivered_at),
            self.person("receivedBy", "签收人", "Received by", row.received_by),
            time("receivedAt", "签收时间", "Received", row.received_at),
            field("opinion", "协办意见或结果", "Opinion or result", row.opinion.as_deref().map(same)),
            self.person("returnedBy", "协办人", "Answered by", row.returned_by),
            time("returnedAt", "反馈时间", "Returned", row.returned_at),
        ];
        Ok(Form {
            kind: FormKind::AssistanceRecord,
            about: row.id.global().0,
            organisation: self.profile.organisation.name.clone(),
            case_number: case_number.clone(),
            archive_number: None,
            fields,
            entries: Vec::new(),
        })
    }

    /// A line of the list: what it is, and the hash of its file.
    fn piece(&self, piece: &Delivered) -> Message {
        let (kind, sha256) = (piece.item.kind.words(), &piece.item.sha256);
        let description = piece.item.description.as_deref().unwrap_or_default();
        let line = |kind: &str| {
            [kind, description, sha256].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        Message::new(line(&kind.chinese), line(&kind.english))
    }

    fn person(&self, code: &'static str, chinese: &str, english: &str, person: Option<StaffId>) -> FormField {
        let name = |person| self.names.get(&person).map(String::as_str).unwrap_or_default();
        field(code, chinese, english, person.map(|person| same(name(person))))
    }
}

fn field(code: &'static str, chinese: &str, english: &str, value: Option<Message>) -> FormField {
    FormField { code, label: Message::new(chinese, english), value: value.map(FormValue::Words) }
}

fn time(code: &'static str, chinese: &str, english: &str, value: Option<DateTime<Utc>>) -> FormField {
    field(code, chinese, english, value.map(|instant| same(&local_time(instant))))
}

fn same(text: &str) -> Message {
    Message::new(text, text)
}

/// The page of the form, by the rules of the field `Assistance.form`.
pub async fn print(scope: &Scope, id: AssistanceId, kind: &str) -> Result<String> {
    let permission = Permission::AssistanceRead;
    if !scope.actor.may(permission) {
        scope.db.run(&scope.actor, &RecordDenial { permission }).await?;
        return Err(Failure::Forbidden("Forms of assistances require ASSISTANCE_READ."));
    }
    if FormKind::parse(kind) != Some(FormKind::AssistanceRecord) {
        return Err(Failure::NotFound);
    }
    let db = scope.db.read(&scope.actor);
    let now = scope.clock.now();
    let assistance = store::by_ids(db, &scope.actor, &[id], now).await?.pop().ok_or(Failure::NotFound)?;
    let profile = profiles::store::profile(db, assistance.profile_version_id).await?;
    let department = identity::store::departments(db, &[assistance.row.department_id]).await?.pop();
    let department = department.ok_or_else(|| Failure::internal("a department vanished"))?.name;
    let delivered = store::delivered(db, &[id]).await?;
    let cards = identity::store::cards(db, &people(&assistance)).await?;
    let names: HashMap<_, _> = cards.into_iter().map(|card| (card.id, card.name)).collect();
    let sources = Sources {
        assistance: &assistance,
        profile: &profile,
        department: &department,
        delivered: &delivered,
        names: &names,
    };
    render(&sources.form()?, &local_time(now))
}
