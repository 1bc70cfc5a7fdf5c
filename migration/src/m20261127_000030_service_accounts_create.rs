//! Service accounts: programs that prove who they are with a key pair.

use crate::tables::{create_indexes, drop_tables};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{json_binary, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

const ACCOUNTS: &str = "service_accounts";
const KEYS: &str = "service_account_keys";
const USES: &str = "service_account_key_uses";
const ASSERTIONS: &str = "service_assertions";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(ACCOUNTS)
                    .col(uuid("id").primary_key())
                    .col(uuid("responsible_id"))
                    .col(text("role"))
                    .col(json_binary("scopes"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(ForeignKey::create().from(ACCOUNTS, "id").to("staff", "id"))
                    .foreign_key(ForeignKey::create().from(ACCOUNTS, "responsible_id").to("staff", "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, ACCOUNTS, &[("service_accounts_created", &["created_at", "id"])]).await?;
        manager
            .create_table(
                Table::create()
                    .table(KEYS)
                    .col(uuid("id").primary_key())
                    .col(uuid("service_account_id"))
                    .col(text("thumbprint").unique_key())
                    .col(text("public_key"))
                    .col(timestamp_with_time_zone("added_at"))
                    .col(timestamp_with_time_zone_null("expires_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .foreign_key(ForeignKey::create().from(KEYS, "service_account_id").to(ACCOUNTS, "id"))
                    .take(),
            )
            .await?;
        create_indexes(manager, KEYS, &[("service_account_keys_account", &["service_account_id", "added_at"])]).await?;
        manager
            .create_table(
                Table::create()
                    .table(USES)
                    .col(uuid("key_id").primary_key())
                    .col(timestamp_with_time_zone("last_used_at"))
                    .foreign_key(ForeignKey::create().from(USES, "key_id").to(KEYS, "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(ASSERTIONS)
                    .col(text("sha256").primary_key())
                    .col(timestamp_with_time_zone("expires_at"))
                    .take(),
            )
            .await?;
        create_indexes(manager, ASSERTIONS, &[("service_assertions_expires", &["expires_at"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &[ASSERTIONS, USES, KEYS, ACCOUNTS]).await
    }
}
