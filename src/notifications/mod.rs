//! Telling people what they should know of (通知): a row in the transaction of what happened, shown in the application, and
//! delivered later by e-mail and to webhooks.
//!
//! Exactly once in the application; outside at least once, under an id by which a second copy can be told. Nothing that goes
//! out holds personal data: a title, the number of the case and a link.

pub mod delivery;
mod error;
pub mod graphql;
pub mod service;
pub mod store;
pub mod templates;

pub use store::{notify, tell};

crate::platform::ids::node_keys!(NotificationId => "Notification", DeliveryId => "Delivery");
