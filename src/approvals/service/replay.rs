//! Working every past decision out again from what was recorded with it.

use crate::approvals::authority::{self, Inputs};
use crate::approvals::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use crate::profiles;
use entity::ApprovalId;
use entity::approval_step::{self, ApprovalAct};
use std::collections::HashMap;

/// What a replay found.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    pub identical: u64,
    /// Acts from before inputs were recorded.
    pub unrecorded: u64,
    pub different: Vec<Different>,
}

/// An act from which something else follows now.
#[derive(Clone, Debug)]
pub struct Different {
    pub approval: ApprovalId,
    pub act: ApprovalAct,
    pub difference: String,
}

/// How many are looked up at a time.
const PAGE: u64 = 1000;

pub async fn replay_all(db: &Database, actor: &Actor) -> Result<Replayed> {
    let db = db.read(actor);
    let versions = profiles::store::in_order(db).await?;
    let profiles: HashMap<_, _> = versions.into_iter().map(|version| (version.id, version.profile)).collect();
    let (mut found, mut after) = (Replayed::default(), None);
    loop {
        let steps = store::with_authority(db, after, PAGE).await?;
        let Some(last) = steps.last() else { return Ok(found) };
        after = Some(last.id);
        for step in steps {
            let Some((text, recorded)) = step.inputs.as_deref().zip(step.assessment.as_deref()) else {
                found.unrecorded += 1;
                continue;
            };
            let inputs: Inputs = serde_json::from_str(text)?;
            let profile = profiles.get(&inputs.profile_version);
            let profile = profile.ok_or_else(|| Failure::internal("a profile version vanished"))?;
            match authority::replay(text, profile)? {
                Some(recomputed) if recomputed == recorded => found.identical += 1,
                Some(recomputed) => found.different.push(different(&step, format!("{recorded} is now {recomputed}"))),
                None => found.different.push(different(&step, "would be refused now".to_owned())),
            }
        }
    }
}

fn different(step: &approval_step::Model, difference: String) -> Different {
    Different { approval: step.approval_id, act: step.act, difference }
}
