//! Deciding many items at once: each in a transaction of its own, so that a refusal undoes nothing else.

use super::decide_approval::DecideApproval;
use crate::approvals::error;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use crate::platform::refusal::Refusal;
use async_graphql::InputObject;
use entity::ApprovalId;
use serde::Serialize;

/// Decide up to 200 items, one after the other.
#[derive(InputObject, Serialize)]
#[graphql(name = "DecideApprovalsInput")]
pub struct DecideApprovals {
    /// At most 200, each with a key of its own: sent again, those that were decided give their first answer again, and those
    /// that were refused are tried again.
    pub decisions: Vec<DecideApproval>,
}

const MOST: usize = 200;

/// What became of one of the items.
pub struct Decided {
    pub approval: ApprovalId,
    pub refusals: Vec<Refusal>,
}

impl DecideApprovals {
    /// One answer for each item, in their order. What fails for another reason than a rule, a version, a missing item or its
    /// input ends the work: sent again, it goes on from there.
    pub async fn run(&self, db: &Database, actor: &Actor) -> Result<Vec<Decided>> {
        if !(1..=MOST).contains(&self.decisions.len()) {
            return Err(Failure::bad_input("decisions", format!("Give 1 to {MOST} decisions.")));
        }
        let mut decided = Vec::with_capacity(self.decisions.len());
        for decision in &self.decisions {
            let refusals = match db.run(actor, decision).await {
                Ok(_) => Vec::new(),
                Err(Failure::Refused(refusals)) => refusals,
                Err(Failure::NotFound) => vec![error::not_there()],
                Err(Failure::Conflict { current, .. }) => vec![error::changed(current)],
                Err(Failure::BadInput { message, .. }) => vec![error::input_not_allowed(&message)],
                Err(failure) => return Err(failure),
            };
            decided.push(Decided { approval: decision.approval_id.0, refusals });
        }
        Ok(decided)
    }
}
