//! What verification found is recorded as damage (SG-13.3), once until something is done about it.

use super::{Found, insert_damages};
use crate::archive::custody::store;
use crate::archive::verification::Fault;
use crate::platform::access::Actor;
use crate::platform::db::{AuditRecord, Command, Database, Done, Door, Tx};
use crate::platform::error::Result;
use entity::archive_file;
use entity::audit_event::AuditAction;

/// Writes down what of these is not known yet.
pub async fn record_damage(db: &Database, actor: &Actor, file: &archive_file::Model, faults: &[Fault]) -> Result<()> {
    let known = store::untreated(db.read(actor), file.id).await?;
    let is_known = |fault: &Fault| {
        known.iter().any(|damage| damage.kind == fault.kind && damage.part.as_deref() == Some(&fault.part))
    };
    let faults: Vec<Fault> = faults.iter().filter(|fault| !is_known(fault)).cloned().collect();
    if faults.is_empty() { Ok(()) } else { db.run(actor, &RecordDamage { file, faults }).await }
}

struct RecordDamage<'a> {
    file: &'a archive_file::Model,
    faults: Vec<Fault>,
}

impl Command for RecordDamage<'_> {
    type Output = ();
    const DOOR: Door = Door::Reading;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let Self { file, faults } = self;
        let found = faults.iter().map(|fault| Found {
            file: Some(file.id),
            check: None,
            kind: fault.kind,
            part: Some(fault.part.clone()),
            remark: None,
        });
        insert_damages(tx, found.collect()).await?;
        let parts: Vec<_> = faults.iter().map(|fault| format!("{} {}", fault.kind, fault.part)).collect();
        let record =
            AuditRecord::new(AuditAction::ArchiveDamageFound, file.id).of_case(file.case_id).fact("found", parts);
        Ok(Done { output: (), record })
    }
}
