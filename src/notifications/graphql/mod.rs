//! What people were told of, how they want to be told, and what could not be delivered.

mod deliveries;
pub mod mutations;
mod notification;
mod preferences;
mod subscriptions;

pub use deliveries::DeliveryQueries;
pub use mutations::NotificationMutations;
pub use notification::{Notification, count_unread, of_viewer};
pub use preferences::{NotificationPreference, of_viewer as preferences_of_viewer};
pub use subscriptions::NotificationSubscriptions;
