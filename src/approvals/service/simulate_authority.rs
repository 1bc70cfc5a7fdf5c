//! Trying a draft of the profile on the items that were asked for in a period.

use crate::approvals::authority::{Facts, Inputs};
use crate::approvals::facts::Gathered;
use crate::approvals::simulation::Simulation;
use crate::approvals::store;
use crate::calendar::day_start;
use crate::cases::store::{Shape, by_ids};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use crate::profiles::{self, Profile};
use chrono::NaiveDate;
use entity::approval_step;
use entity::{ApprovalId, CaseId};
use std::collections::HashMap;

/// How many items are looked at in all, about, and at a time.
const MOST: u64 = 20_000;
const PAGE: u64 = 500;

/// The items, of those that the person may see, that were asked for from the first local day to the last.
pub async fn simulate_authority(
    db: &Database,
    actor: &Actor,
    draft: &Profile,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Simulation> {
    let now = db.now();
    let reader = db.read(actor);
    let published: HashMap<_, _> =
        profiles::store::in_order(reader).await?.into_iter().map(|version| (version.id, version.profile)).collect();
    let mut line = draft.authority.line.clone();
    line.extend(published.values().flat_map(|profile| profile.authority.line.iter().copied()));
    let (from, until) = (day_start(first), day_start(last.succ_opt().unwrap_or(last)));
    let mut simulation = Simulation::default();
    let mut after = None;
    loop {
        let items = store::asked_between(reader, actor, (from, until), after, PAGE).await?;
        let Some(end) = items.last() else { return Ok(simulation) };
        after = Some((end.requested_at, end.id));
        let of: Vec<CaseId> = items.iter().map(|item| item.case_id).collect();
        let cases: HashMap<_, _> = by_ids(reader, actor, &of, Shape::default())
            .await?
            .into_iter()
            .map(|read| (read.case.id, read.case))
            .collect();
        let gathered = Gathered::of(reader, now, &line, &of, &items).await?;
        for item in &items {
            let case = cases.get(&item.case_id).ok_or_else(|| Failure::internal("an item without its case"))?;
            let profile = published.get(&case.profile_version_id);
            let profile = profile.ok_or_else(|| Failure::internal("a profile version vanished"))?;
            let facts = match as_decided(&gathered, item.id)? {
                Some(then) => then,
                None => gathered.facts(case, item, profile)?,
            };
            simulation.add(item.id, &facts, profile, draft);
        }
        if simulation.items > MOST {
            return Err(Failure::bad_input(
                "to",
                format!("There are more than {MOST} items; choose a shorter period."),
            ));
        }
    }
}

/// The facts of the last act with authority; none when nobody has acted.
fn as_decided(gathered: &Gathered, item: ApprovalId) -> Result<Option<Facts>> {
    let recorded = |step: &approval_step::Model| step.inputs.clone();
    let Some(inputs) = gathered.steps_of(item).iter().rev().find_map(recorded) else { return Ok(None) };
    Ok(Some(serde_json::from_str::<Inputs>(&inputs)?.facts))
}
