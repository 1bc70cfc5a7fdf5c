//! Schema migrations of redress. Each one runs up and down, on SQLite and on PostgreSQL.
//!
//! A migration that has been released is never edited; a change is a new migration.

use sea_orm_migration::prelude::{MigrationTrait, MigratorTrait};

pub mod append_only;
mod m20261121_000001_identity_create;
mod m20261121_000002_profiles_create;
mod m20261121_000003_audit_create;
mod m20261121_000004_cases_create;
mod m20261121_000005_approvals_create;
mod m20261121_000006_archive_create;
mod m20261122_000001_identity_sessions;
mod m20261122_000002_notifications_create;
mod m20261122_000003_calendars_and_deadlines;
mod m20261122_000004_notifications_deliver;
mod m20261122_000005_evidence_create;
mod m20261122_000006_people_create;
mod m20261122_000007_allocation;
mod m20261122_000008_classification;
mod m20261122_000009_closure;
mod m20261122_000010_reports_create;
mod m20261122_000011_approvals_kinds;
mod m20261126_000001_authority;
mod m20261126_000002_assistance_create;
mod m20261126_000003_reviews_create;
mod m20261126_000010_audit_log;
mod m20261126_000011_append_only_truncate;
mod m20261126_000020_data_keys;
mod m20261126_000030_archive_filing;
mod m20261126_000031_archive_supplements;
mod m20261126_000032_archive_custody;
mod m20261126_000033_archive_search;
mod m20261126_000034_pledges;
mod m20261126_000035_incidents;
mod m20261126_000040_reading;
mod m20261126_000050_retention_create;
mod m20261127_000010_identity_issuers;
mod tables;

/// What of the facts of a case may be erased once it is disposed of: the triggers let nothing else be changed.
pub const DOORS: &[append_only::Door] = &m20261126_000050_retention_create::DOORS;

pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_identity_create::Migration),
            Box::new(m20261121_000002_profiles_create::Migration),
            Box::new(m20261121_000003_audit_create::Migration),
            Box::new(m20261121_000004_cases_create::Migration),
            Box::new(m20261121_000005_approvals_create::Migration),
            Box::new(m20261121_000006_archive_create::Migration),
            Box::new(m20261122_000001_identity_sessions::Migration),
            Box::new(m20261122_000002_notifications_create::Migration),
            Box::new(m20261122_000003_calendars_and_deadlines::Migration),
            Box::new(m20261122_000004_notifications_deliver::Migration),
            Box::new(m20261122_000005_evidence_create::Migration),
            Box::new(m20261122_000006_people_create::Migration),
            Box::new(m20261122_000007_allocation::Migration),
            Box::new(m20261122_000008_classification::Migration),
            Box::new(m20261122_000009_closure::Migration),
            Box::new(m20261122_000010_reports_create::Migration),
            Box::new(m20261122_000011_approvals_kinds::Migration),
            Box::new(m20261126_000001_authority::Migration),
            Box::new(m20261126_000002_assistance_create::Migration),
            Box::new(m20261126_000003_reviews_create::Migration),
            Box::new(m20261126_000010_audit_log::Migration),
            Box::new(m20261126_000011_append_only_truncate::Migration),
            Box::new(m20261126_000020_data_keys::Migration),
            Box::new(m20261126_000030_archive_filing::Migration),
            Box::new(m20261126_000031_archive_supplements::Migration),
            Box::new(m20261126_000032_archive_custody::Migration),
            Box::new(m20261126_000033_archive_search::Migration),
            Box::new(m20261126_000034_pledges::Migration),
            Box::new(m20261126_000035_incidents::Migration),
            Box::new(m20261126_000040_reading::Migration),
            Box::new(m20261126_000050_retention_create::Migration),
            Box::new(m20261127_000010_identity_issuers::Migration),
        ]
    }
}
