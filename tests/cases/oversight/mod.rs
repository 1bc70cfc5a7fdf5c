//! What goes to the people above a handler.

mod classify_case;
mod escalate_case;
mod report_progress;
mod transfer_evidence;
