//! When keys of programs were last used, to the minute. A memory, not a record: no auditor asks for each use.

use crate::ServiceAccountKeyId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_account_key_uses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: ServiceAccountKeyId,
    pub last_used_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
