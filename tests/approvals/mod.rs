//! Approvals: authority by tier, by another person, once (HK article 4).

mod amend_approval;
mod contention;
mod decide_approval;
mod endorse_approval;
mod explanation;
mod kinds;
mod look_up;
mod request_approval;
mod withdraw_approval;
