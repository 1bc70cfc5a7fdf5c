//! Data keys that belong to no case, wrapped under a key-encryption key. Those of cases stand in `cases.data_key`.

use crate::DataKeyId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_keys")]
pub struct Model {
    /// The wrapped key is bound to it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DataKeyId,
    /// `system` seals what belongs to no case; `earlier:1` opens what key 1 of the configuration sealed before there were
    /// data keys.
    #[sea_orm(unique)]
    pub name: String,
    pub wrapped: String,
}

impl ActiveModelBehavior for ActiveModel {}
