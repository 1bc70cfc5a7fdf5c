//! Cases: intake, handling record, deadlines, plan, reply, suspension, closure, forms.
//! Cases: intake, handling record, evidence, deadlines, plan, reply, closure.

mod acknowledge_case;
mod add_complainant;
mod add_respondent;
mod allocate_case;
mod allocate_cases;
mod close_case;
mod deadlines;
mod declare_recusal;
mod evidence;
mod expire_suspensions;
mod extend_deadline;
mod forms;
mod intake_forms;
mod lifecycle;
mod link_cases;
mod look_up;
mod oversight;
mod pause_deadline;
mod personal_data;
mod plans;
mod predecessors;
mod preview_due_date;
mod publish_calendar;
mod reassign_case;
mod record_authority_letter;
mod record_reply;
mod recording;
mod register_case;
mod reopen_case;
mod route_to_department;
mod suspend_case;
mod sweep_deadlines;
mod team_load;
mod viewer_can;
mod void_voucher;
mod whose_and_silent;

use crate::support::World;
use entity::notification::{self, NotificationKind};
use redress::platform::access::Actor;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// How often a person was told of something.
async fn told(world: &World, who: &str, kind: NotificationKind) -> u64 {
    let recipient = world.staff_id(who).await;
    let system = Actor::system("test");
    notification::Entity::find()
        .filter(notification::Column::RecipientId.eq(recipient))
        .filter(notification::Column::Kind.eq(kind))
        .count(world.db.read(&system))
        .await
        .unwrap()
}
