//! Going on with a closed case in a new one: new number, new deadlines, a link on both (HK-5.5.6).

use super::{store, suspensions};
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use entity::CaseId;
use entity::case::CaseState;

/// The case that a new one names as its predecessor: within reach of who registers, and closed. A suspension whose period is
/// over counts as closed, also while nobody has swept it yet.
pub async fn predecessor(tx: &Tx, id: CaseId) -> Result<CaseId> {
    let found = store::by_ids(tx.db(), tx.actor(), &[id], store::Shape::default()).await?.pop();
    let case = found.ok_or(Failure::NotFound)?.case;
    let closed = match suspensions::store::running_on(tx.db(), &case).await? {
        Some(suspension) => suspensions::policy::is_over(&suspension, tx.now()),
        None => matches!(case.state, CaseState::Closed | CaseState::Archived),
    };
    if closed { Ok(case.id) } else { Err(not_closed().into()) }
}

fn not_closed() -> Refusal {
    let message =
        Message::new("原案件尚未结案，请在原案件中继续处理。", "The earlier case is not closed; go on with that one.");
    Refusal::new(RefusalCode::PredecessorNotClosed, "HK-5.5.6", message).about("predecessorId")
}
