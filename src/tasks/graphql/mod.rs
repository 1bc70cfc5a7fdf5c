//! Work lists as a portal sees them: fields of `viewer`.

mod counts;
mod subscriptions;
mod task;

pub use super::TaskKind;
pub use counts::{TaskCounts, counts};
pub use subscriptions::TaskSubscriptions;
pub use task::{Task, tasks};
