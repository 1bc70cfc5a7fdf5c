//! Of what a person wants to be told by e-mail. In the application everybody is told of everything.

use crate::notifications::store;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use async_graphql::InputObject;
use entity::StaffId;
use entity::audit_event::AuditAction;
use entity::notification::NotificationKind;
use std::collections::BTreeMap;

/// How you want to be told of one kind of thing.
#[derive(InputObject)]
pub struct NotificationPreferenceInput {
    pub kind: NotificationKind,
    /// Whether an e-mail is sent, if you have an address and a mail server is configured.
    pub email: bool,
}

/// Choose of what you are told by e-mail; kinds that are not named stay as they are.
#[derive(InputObject)]
#[graphql(name = "SetNotificationPreferencesInput")]
pub struct SetNotificationPreferences {
    /// Each kind once.
    pub preferences: Vec<NotificationPreferenceInput>,
}

impl Command for SetNotificationPreferences {
    type Output = StaffId;
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<StaffId>> {
        let Some(me) = tx.actor().staff_id() else { return Err(Failure::internal("only people have preferences")) };
        let chosen: BTreeMap<_, _> = self.preferences.iter().map(|chosen| (chosen.kind, chosen.email)).collect();
        if chosen.is_empty() || chosen.len() != self.preferences.len() {
            return Err(Failure::bad_input("preferences", "Give each kind once, and one at least."));
        }
        let chosen: Vec<_> = chosen.into_iter().collect();
        store::set_preferences(tx, me, &chosen).await?;
        let mut record = AuditRecord::new(AuditAction::NotificationPreferencesSet, me);
        for (kind, email) in chosen {
            record = record.fact(&kind.to_string(), email);
        }
        Ok(Done { output: me, record })
    }
}
