//! Allocating many cases at once: each in a transaction of its own, so that a refusal undoes nothing else (HK-3.6, HK-5.3).

use super::allocate_case::AllocateCase;
use crate::cases::error;
use crate::platform::access::Actor;
use crate::platform::db::{AuditRecord, Command, Database, Done, IdempotencyKey, Tx};
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::platform::refusal::Refusal;
use async_graphql::InputObject;
use entity::CaseId;
use entity::audit_event::AuditAction;
use serde::Serialize;

/// Give up to 200 registered cases to handlers, one after the other.
#[derive(InputObject, Serialize)]
#[graphql(name = "AllocateCasesInput")]
pub struct AllocateCases {
    /// Any text of yours, new for each input. Sent again with the same input, it allocates nothing twice, and tries again
    /// what was refused.
    pub idempotency_key: String,
    /// At most 200.
    pub cases: Vec<AllocateCase>,
}

const MOST: usize = 200;

/// What became of one of the cases.
pub struct Allocated {
    pub case: CaseId,
    pub refusals: Vec<Refusal>,
}

impl AllocateCases {
    /// One answer for each case, in their order. What fails for another reason than a rule, a version or a missing case ends
    /// the work: sent again, it goes on from there.
    pub async fn run(&self, db: &Database, actor: &Actor) -> Result<Vec<Allocated>> {
        if !(1..=MOST).contains(&self.cases.len()) {
            return Err(Failure::bad_input("cases", format!("Give 1 to {MOST} cases.")));
        }
        db.run(actor, &Beginning(self)).await?;
        let key = sha256_hex(self.idempotency_key.as_bytes());
        let mut allocated = Vec::with_capacity(self.cases.len());
        for (position, input) in self.cases.iter().enumerate() {
            let one = One { key: format!("{key}/{position}"), input };
            let refusals = match db.run(actor, &one).await {
                Ok(_) => Vec::new(),
                Err(Failure::Refused(refusals)) => refusals,
                Err(Failure::NotFound) => vec![error::not_there()],
                Err(Failure::Conflict { current, .. }) => vec![error::changed(current)],
                Err(failure) => return Err(failure),
            };
            allocated.push(Allocated { case: input.case_id.0, refusals });
        }
        Ok(allocated)
    }
}

/// Claims the key for the whole input, before anything is allocated.
struct Beginning<'a>(&'a AllocateCases);

impl Command for Beginning<'_> {
    type Output = ();

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.0.idempotency_key, "allocateCases", self.0))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let person = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people allocate cases"))?;
        let record = AuditRecord::new(AuditAction::CasesAllocationBegun, person).fact("cases", self.0.cases.len());
        Ok(Done { output: (), record })
    }
}

struct One<'a> {
    key: String,
    input: &'a AllocateCase,
}

impl Command for One<'_> {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.key, "allocateCases/case", self.input))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        self.input.execute(tx).await
    }
}
