//! Gathering the facts that the authority over an item depends on.

use super::authority::{Bar, Facts, Person};
use super::kinds::Content;
use super::store;
use crate::cases::recusal::{self, Involved, RecusalReason};
use crate::cases::{self, people};
use crate::identity;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::profiles::Profile;
use entity::approval_step::{self, ApprovalAct};
use entity::staff_role::Role;
use entity::{StaffId, approval, case, plan};

/// What the facts are read from.
pub struct Sources<'a> {
    pub approval: &'a approval::Model,
    pub case: &'a case::Model,
    /// What happened to the item.
    pub steps: &'a [approval_step::Model],
    pub plans: &'a [plan::Model],
    /// Everybody who handles the case or did.
    pub handlers: &'a [StaffId],
    /// Everybody who could come to act; of those, who stands in the line of authority matters.
    pub people: &'a [recusal::Person],
    pub line: &'a [Role],
    /// The roles of the person who asked, also when they may no longer sign in.
    pub owner_roles: &'a [Role],
    pub involved: &'a Involved,
}

impl Sources<'_> {
    pub fn facts(&self) -> Result<Facts> {
        let item = self.approval;
        let content: Content = serde_json::from_value(item.content.clone())?;
        let in_line = |person: &&recusal::Person| person.roles.iter().any(|role| self.line.contains(role));
        let mut people: Vec<_> = self.people.iter().filter(in_line).map(|person| self.person(person)).collect();
        if people.iter().all(|person| person.id != item.requested_by) {
            let bars = self.parts(item.requested_by);
            people.push(Person { id: item.requested_by, roles: sorted(self.owner_roles), bars });
        }
        people.sort_by_key(|person| person.id);
        Ok(Facts {
            kind: item.kind,
            state: item.state,
            case_state: self.case.state,
            revision: item.revision,
            content_sha256: item.content_sha256.clone(),
            measures: content.measures(),
            cumulative_amount: item.cumulative_amount,
            owner: item.requested_by,
            endorsed_by: item.endorsed_by,
            people,
        })
    }

    fn person(&self, person: &recusal::Person) -> Person {
        let mut bars = self.parts(person.id);
        let recused = recusal::of(person, self.case.selling_agent_code.as_deref(), self.involved);
        bars.extend(recused.into_iter().map(|reason| match reason {
            RecusalReason::NamedInComplaint => Bar::NamedInComplaint,
            RecusalReason::SoldThePolicy => Bar::SoldThePolicy,
            RecusalReason::ReportsToRespondent => Bar::ReportsToRespondent,
            RecusalReason::Declared => Bar::RecusalDeclared,
        }));
        Person { id: person.id, roles: sorted(&person.roles), bars }
    }

    /// What a person had a part in, whatever their role then.
    fn parts(&self, person: StaffId) -> Vec<Bar> {
        let asks = |step: &approval_step::Model| {
            matches!(step.act, ApprovalAct::Requested | ApprovalAct::Amended) && step.acted_by == person
        };
        let drafted = |plan: &plan::Model| plan.drafted_by == person || plan.submitted_by == Some(person);
        let handles = self.case.handler_id == Some(person);
        [
            (self.approval.requested_by == person || self.steps.iter().any(asks), Bar::Requested),
            (self.plans.iter().any(drafted), Bar::DraftedPlan),
            (handles, Bar::HandlesCase),
            (!handles && self.handlers.contains(&person), Bar::HandledCase),
        ]
        .into_iter()
        .filter_map(|(holds, bar)| holds.then_some(bar))
        .collect()
    }
}

fn sorted(roles: &[Role]) -> Vec<Role> {
    let mut roles = roles.to_vec();
    roles.sort();
    roles
}

/// The facts of items of a case that this transaction holds.
pub async fn of_items(tx: &Tx, case: &case::Model, profile: &Profile, items: &[approval::Model]) -> Result<Vec<Facts>> {
    let line = &profile.authority.line;
    let workers = identity::store::workers(tx.db(), line).await?;
    let people: Vec<_> = workers.into_iter().map(|(card, roles)| recusal::Person::new(&card, roles)).collect();
    let involved = people::store::involved(tx.db(), &[case.id]).await?.remove(&case.id).unwrap_or_default();
    let plans = cases::store::plans(tx.db(), &[case.id]).await?;
    let handlers = cases::store::handlers(tx.db(), &[case.id]).await?.remove(&case.id).unwrap_or_default();
    let keys: Vec<_> = items.iter().map(|item| item.id).collect();
    let steps = store::steps(tx.db(), &keys).await?;
    let owners: Vec<_> = items.iter().map(|item| item.requested_by).collect();
    let roles = identity::store::roles(tx.db(), &owners).await?;
    let facts = |item: &approval::Model| {
        let steps: Vec<_> = steps.iter().filter(|step| step.approval_id == item.id).cloned().collect();
        let sources = Sources {
            approval: item,
            case,
            steps: &steps,
            plans: &plans,
            handlers: &handlers,
            people: &people,
            line,
            owner_roles: roles.get(&item.requested_by).map_or(&[], Vec::as_slice),
            involved: &involved,
        };
        sources.facts()
    };
    items.iter().map(facts).collect()
}

/// The facts of one item that this transaction holds.
pub async fn of_item(tx: &Tx, case: &case::Model, profile: &Profile, item: &approval::Model) -> Result<Facts> {
    let mut facts = of_items(tx, case, profile, std::slice::from_ref(item)).await?;
    facts.pop().ok_or_else(|| crate::platform::error::Failure::internal("an item has no facts"))
}
