//! Approvals: authority by tier, by another person, once (HK article 4).

mod amend_approval;
mod approval_matrix;
mod contention;
mod decide_approval;
mod decide_approvals;
mod endorse_approval;
mod explanation;
mod kinds;
mod look_up;
mod notices;
mod record_execution;
mod remind_approval;
mod request_approval;
mod return_approval;
mod withdraw_approval;
