//! Work lists as a portal sees them: fields of `viewer`.

mod counts;
mod task;

pub use super::TaskKind;
pub use counts::{TaskCounts, counts};
pub use task::{Task, tasks};
