//! The application to freeze, or to release, commission or deposit of an agent (佣金、押金冻结(解冻)申请表, annex 8, HK-F.8), filled in
//! from an item with its decision.

use super::kinds::Content;
use super::store;
use crate::audit::RecordDenial;
use crate::cases::forms::{Form, FormField, FormKind, FormValue, local_time, render};
use crate::cases::store::{Shape, by_ids};
use crate::identity;
use crate::platform::access::Permission;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::NodeKey;
use crate::platform::language::Message;
use crate::platform::money::Money;
use crate::platform::scope::Scope;
use crate::profiles::{self, Profile};
use chrono::{DateTime, NaiveDate, Utc};
use entity::approval::{AgentAccount, FreezeAction};
use entity::approval_step::{self, ApprovalAct};
use entity::{ApprovalId, StaffId, approval, case};
use std::collections::HashMap;

/// What the form is filled in from.
pub struct Sources<'a> {
    pub item: &'a approval::Model,
    pub case: &'a case::Model,
    pub profile: &'a Profile,
    /// What happened to the item, in order.
    pub steps: &'a [approval_step::Model],
    /// Names of [`people`].
    pub names: &'a HashMap<StaffId, String>,
}

/// The people whom the form may name.
pub fn people(item: &approval::Model, steps: &[approval_step::Model]) -> Vec<StaffId> {
    let mut people: Vec<_> =
        steps.iter().flat_map(|step| [step.acted_by, step.acted_for]).flatten().chain([item.requested_by]).collect();
    people.sort();
    people.dedup();
    people
}

impl Sources<'_> {
    /// The form; none of an item of another kind.
    pub fn form(&self) -> Result<Option<Form>> {
        let Content::CommissionOrDepositFreeze(freeze) = serde_json::from_value(self.item.content.clone())? else {
            return Ok(None);
        };
        let action = match freeze.action {
            FreezeAction::Freeze => Message::new("冻结", "Freeze"),
            FreezeAction::Release => Message::new("解冻", "Release"),
        };
        let account = match freeze.account {
            AgentAccount::Commission => Message::new("佣金", "Commission"),
            AgentAccount::Deposit => Message::new("押金", "Deposit"),
        };
        let amount = freeze.amount.map_or_else(|| Message::new("全部", "All"), |fen| same(Money::fen(fen).to_string()));
        let endorsed = self.last(&[ApprovalAct::Endorsed]);
        let decided = self.last(&[ApprovalAct::Approved, ApprovalAct::Refused]);
        let decision = decided.map(|step| match step.act {
            ApprovalAct::Approved => Message::new("同意", "Approved"),
            _ => Message::new("不同意", "Refused"),
        });
        let fields = vec![
            field("action", "申请事项", "Action", Some(action)),
            field("account", "款项", "Account", Some(account)),
            field("agentCode", "代理人工号", "Agent code", Some(same(freeze.agent_code))),
            field("amount", "金额（元）", "Amount (yuan)", Some(amount)),
            field("from", "起始日期", "From", freeze.from.map(day)),
            field("until", "截止日期", "Until", freeze.until.map(day)),
            field("reason", "申请理由", "Reason", Some(same(self.item.reason.clone()))),
            field("requestedBy", "申请人", "Asked for by", Some(self.name(self.item.requested_by))),
            field("requestedAt", "申请时间", "Asked for", Some(time(self.item.requested_at))),
            field("endorsedBy", "复核人", "Endorsed by", endorsed.map(|step| self.actor(step))),
            field("endorsement", "复核意见", "Endorsement", endorsed.map(|step| same(step.opinion.clone()))),
            field("decision", "审批结果", "Decision", decision),
            field("decidedBy", "审批人", "Decided by", decided.map(|step| self.actor(step))),
            field("opinion", "审批意见", "Opinion", decided.map(|step| same(step.opinion.clone()))),
            field("decidedAt", "审批时间", "Decided", decided.map(|step| time(step.acted_at))),
        ];
        Ok(Some(Form {
            kind: FormKind::FreezeApplication,
            about: self.item.id.global().0,
            organisation: self.profile.organisation.name.clone(),
            case_number: self.case.number.clone(),
            archive_number: None,
            fields,
            entries: Vec::new(),
        }))
    }

    /// The last of these acts on the present revision.
    fn last(&self, acts: &[ApprovalAct]) -> Option<&approval_step::Model> {
        let current = |step: &&approval_step::Model| step.revision == self.item.revision && acts.contains(&step.act);
        self.steps.iter().rev().find(current)
    }

    /// Who acted, and for whom.
    fn actor(&self, step: &approval_step::Model) -> Message {
        let name =
            |person: Option<StaffId>| person.and_then(|person| self.names.get(&person)).cloned().unwrap_or_default();
        let acted_by = name(step.acted_by);
        match step.acted_for {
            Some(for_whom) => {
                let for_whom = name(Some(for_whom));
                Message::new(format!("{acted_by}（代 {for_whom}）"), format!("{acted_by} for {for_whom}"))
            }
            None => same(acted_by),
        }
    }

    fn name(&self, person: StaffId) -> Message {
        same(self.names.get(&person).cloned().unwrap_or_default())
    }
}

fn field(code: &'static str, chinese: &str, english: &str, value: Option<Message>) -> FormField {
    FormField { code, label: Message::new(chinese, english), value: value.map(FormValue::Words) }
}

fn same(text: String) -> Message {
    Message::new(text.clone(), text)
}

fn day(day: NaiveDate) -> Message {
    same(day.to_string())
}

fn time(instant: DateTime<Utc>) -> Message {
    same(local_time(instant))
}

/// The page of the form, by the rules of the field `Approval.form`.
pub async fn print(scope: &Scope, id: ApprovalId, kind: &str) -> Result<String> {
    for permission in [Permission::ApprovalRead, Permission::CaseRead] {
        if !scope.actor.may(permission) {
            scope.db.run(&scope.actor, &RecordDenial { permission }).await?;
            return Err(Failure::Forbidden("Forms of approval items require APPROVAL_READ and CASE_READ."));
        }
    }
    if FormKind::parse(kind) != Some(FormKind::FreezeApplication) {
        return Err(Failure::NotFound);
    }
    let db = scope.db.read(&scope.actor);
    let item = store::by_ids(db, &scope.actor, &[id]).await?.pop().ok_or(Failure::NotFound)?;
    let read = by_ids(db, &scope.actor, &[item.case_id], Shape::default()).await?.pop();
    let case = read.ok_or(Failure::NotFound)?.case;
    let profile = profiles::store::profile(db, case.profile_version_id).await?;
    let steps = store::steps(db, &[id]).await?;
    let cards = identity::store::cards(db, &people(&item, &steps)).await?;
    let names: HashMap<_, _> = cards.into_iter().map(|card| (card.id, card.name)).collect();
    let sources = Sources { item: &item, case: &case, profile: &profile, steps: &steps, names: &names };
    let form = sources.form()?.ok_or(Failure::NotFound)?;
    render(&form, &local_time(scope.clock.now()))
}
