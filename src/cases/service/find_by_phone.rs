//! Looking for cases by a phone number: on record, and what is found is what the person may see anyway (SG-4.1).

use crate::audit::register::Reading;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::Result;
use entity::AccessRegisterId;
use entity::access_register::ReadingAct;
use entity::audit_event::AuditAction;

/// Write down that somebody looks for cases by a phone number. Nobody writes down which: it is personal data.
pub struct FindByPhone;

impl Command for FindByPhone {
    type Output = AccessRegisterId;
    const DOOR: Door = Door::Reading;

    async fn execute(&self, tx: &Tx) -> Result<Done<AccessRegisterId>> {
        let row = Reading::by(tx, ReadingAct::FindByPhone)?.write(tx).await?;
        let record = AuditRecord::new(AuditAction::FoundByPhone, row.reader_id);
        Ok(Done { output: row.id, record })
    }
}
