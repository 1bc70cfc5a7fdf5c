//! How much each handler has to do (HK-3.6): what a supervisor looks at before giving somebody a case.

pub mod loaders;
pub mod store;

use chrono::{DateTime, Utc};
use entity::StaffId;
use entity::case::CaseState;

/// The cases in work of one handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerLoad {
    pub handler: StaffId,
    /// False for who has cases but may no longer handle any: the account is disabled or the role is gone.
    pub on_duty: bool,
    pub by_state: Vec<(CaseState, i64)>,
    pub open: i64,
    pub overdue: i64,
    /// None when the profile does not say what is soon.
    pub due_soon: Option<i64>,
    /// When the oldest of them was taken in.
    pub oldest: Option<DateTime<Utc>>,
}

/// The states in the order of the road.
fn in_order_of_states(mut load: HandlerLoad) -> HandlerLoad {
    load.by_state.sort_by_key(|(state, _)| *state);
    load
}
