//! Approvals: authority by tier, by another person, once (HK article 4).

mod amend_approval;
mod approval_matrix;
mod basis;
mod contention;
mod decide_approval;
mod decide_approvals;
mod delegation;
mod endorse_approval;
mod explanation;
mod handling_plan;
mod kinds;
mod lapse_approvals;
mod look_up;
mod notices;
mod record_execution;
mod remind_approval;
mod request_approval;
mod return_approval;
mod reverse_approval;
mod simulate_authority;
mod withdraw_approval;
