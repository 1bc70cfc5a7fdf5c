//! The use cases of this slice.

pub mod mark_notifications_read;
pub mod retry_delivery;
pub mod set_notification_preferences;
