//! The Merkle log over the audit trail: leaves, hashes, signed heads, and what is still to be sealed.

use crate::append_only;
use crate::tables::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, Table, async_trait};
use sea_orm_migration::schema::{
    big_integer, binary, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

const FACTS: [&str; 3] = ["audit_leaves", "audit_hashes", "audit_tree_heads"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let leaves = Table::create()
            .table("audit_leaves")
            .col(big_integer("leaf_index").primary_key())
            // No foreign key: what somebody removed must still be missed.
            .col(uuid("event_id").unique_key())
            .take();
        let hashes =
            Table::create().table("audit_hashes").col(big_integer("position").primary_key()).col(binary("hash")).take();
        let heads = Table::create()
            .table("audit_tree_heads")
            .col(big_integer("size").primary_key())
            .col(binary("root"))
            .col(timestamp_with_time_zone("signed_at"))
            .col(text("key_id"))
            .col(text("signature"))
            .take();
        let pending = Table::create().table("audit_pending").col(uuid("event_id").primary_key()).take();
        let anchors = Table::create()
            .table("audit_anchors")
            .col(text("name").primary_key())
            .col(big_integer("size"))
            .col(timestamp_with_time_zone_null("taken_at"))
            .col(timestamp_with_time_zone_null("failing_since"))
            .col(text_null("problem"))
            .take();
        for table in [leaves, hashes, heads, pending, anchors] {
            manager.create_table(table).await?;
        }
        for table in FACTS {
            append_only::protect(manager, table).await?;
        }
        // With the event or not at all, without a round trip, and for whoever inserts one.
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                let trigger = "CREATE TRIGGER audit_events_await_sealing AFTER INSERT ON audit_events \
                               BEGIN INSERT INTO audit_pending (event_id) VALUES (NEW.id); END";
                run(manager, &[trigger]).await?;
            }
            _ => {
                let function = "CREATE FUNCTION audit_events_await_sealing() RETURNS trigger LANGUAGE plpgsql AS \
                                $$ BEGIN INSERT INTO audit_pending (event_id) VALUES (NEW.id); RETURN NULL; END $$";
                let trigger = "CREATE TRIGGER audit_events_await_sealing AFTER INSERT ON audit_events \
                               FOR EACH ROW EXECUTE FUNCTION audit_events_await_sealing()";
                // Rows come and go: what is gone must not be looked through for long.
                let vacuum = "ALTER TABLE audit_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)";
                run(manager, &[function, trigger, vacuum]).await?;
            }
        }
        run(manager, &["INSERT INTO audit_pending (event_id) SELECT id FROM audit_events"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, &["DROP TRIGGER audit_events_await_sealing"]).await?,
            _ => run(manager, &["DROP FUNCTION audit_events_await_sealing() CASCADE"]).await?,
        }
        for table in FACTS {
            append_only::unprotect(manager, table).await?;
        }
        drop_tables(manager, &["audit_anchors", "audit_pending"]).await?;
        drop_tables(manager, &FACTS).await
    }
}
