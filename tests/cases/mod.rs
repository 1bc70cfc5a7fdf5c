//! Cases: intake, handling record, deadlines, plan, reply, closure.

mod allocate_case;
mod close_case;
mod deadlines;
mod lifecycle;
mod look_up;
mod personal_data;
mod plans;
mod record_reply;
mod recording;
mod register_case;
mod viewer_can;
