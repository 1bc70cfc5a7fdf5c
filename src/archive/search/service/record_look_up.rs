//! Looking archive files up by somebody's phone or contract number is on record (SG-4.1, SG-16.3).

use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use entity::audit_event::AuditAction;

/// Written before the answer is given; if it cannot be, nothing is found.
pub struct RecordLookUp<'a> {
    pub phone: Option<&'a str>,
    pub contract_number: Option<&'a str>,
}

impl Command for RecordLookUp<'_> {
    type Output = ();
    const DOOR: Door = Door::Reading;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let person = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people look files up"))?;
        let by = [self.phone.map(|_| "PHONE"), self.contract_number.map(|_| "CONTRACT_NUMBER")];
        let by: Vec<_> = by.into_iter().flatten().collect();
        let numbers: Vec<_> = [self.phone, self.contract_number].into_iter().flatten().collect();
        let record = AuditRecord::new(AuditAction::ArchiveSearched, person).fact("by", by);
        // The numbers are personal: they go where they are sealed.
        Ok(Done { output: (), record: record.reason(numbers.join(" ")) })
    }
}
