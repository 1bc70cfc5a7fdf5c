//! Work lists: what waits for whom.

mod viewer_tasks;
