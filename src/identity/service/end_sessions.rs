//! Signing out: here, on one device, or everywhere. Every server knows within a second.

use crate::identity::store::{self, Sessions};
use crate::platform::access::Who;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use entity::StaffSessionId;
use entity::audit_event::AuditAction;

/// Which of one's own sessions end.
#[derive(Clone, Copy, Debug)]
pub enum EndSessions {
    This,
    One(StaffSessionId),
    All,
}

impl Command for EndSessions {
    type Output = Vec<StaffSessionId>;
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<Self::Output>> {
        let Who::Staff { id, session_id, .. } = tx.actor().who else {
            return Err(Failure::internal("only people have sessions"));
        };
        let which = match self {
            Self::This => Sessions::Only(session_id),
            Self::One(session) => Sessions::Only(*session),
            Self::All => Sessions::All,
        };
        let ended = store::end_sessions(tx, id, which).await?;
        if ended.is_empty() {
            return Err(Failure::NotFound);
        }
        let record = AuditRecord::new(AuditAction::SessionsEnded, id).fact("sessions", &ended);
        Ok(Done { output: ended, record })
    }
}
