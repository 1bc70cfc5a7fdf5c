//! Approval items and their steps, for resolvers of one request.

use super::{delegations, store};
use crate::calendar::local_day;
use crate::cases::loaders::grouped;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::approval::ApprovalKind;
use entity::{ApprovalId, CaseId, approval, approval_execution, approval_step, delegation};
use std::collections::HashMap;
use std::sync::Arc;

pub struct ApprovalLoader {
    pub db: Database,
    pub actor: Actor,
}

type Found<K, V> = Result<HashMap<K, V>, async_graphql::Error>;

impl Loader<ApprovalId> for ApprovalLoader {
    type Value = approval::Model;
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[ApprovalId]) -> Found<ApprovalId, approval::Model> {
        let rows = store::by_ids(self.db.read(&self.actor), &self.actor, ids).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// Asks for the items of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ApprovalsOf(pub CaseId);

impl Loader<ApprovalsOf> for ApprovalLoader {
    type Value = Vec<approval::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[ApprovalsOf]) -> Found<ApprovalsOf, Vec<approval::Model>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::of_cases(self.db.read(&self.actor), &self.actor, &cases).await?;
        Ok(grouped(rows, |row| ApprovalsOf(row.case_id)))
    }
}

/// Asks for the approved items about a subject in cases that are closed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApprovedAbout {
    pub kind: ApprovalKind,
    pub subject: String,
}

impl Loader<ApprovedAbout> for ApprovalLoader {
    type Value = Vec<approval::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[ApprovedAbout]) -> Found<ApprovedAbout, Vec<approval::Model>> {
        let subjects: Vec<_> = keys.iter().map(|key| key.subject.as_str()).collect();
        let rows = store::approved_about(self.db.read(&self.actor), &self.actor, &subjects).await?;
        Ok(grouped(rows, |row| ApprovedAbout {
            kind: row.kind,
            subject: row.subject_index.clone().unwrap_or_default(),
        }))
    }
}

/// Asks for what is lent today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LentToday;

impl Loader<LentToday> for ApprovalLoader {
    type Value = Arc<[delegation::Model]>;
    type Error = async_graphql::Error;

    async fn load(&self, _: &[LentToday]) -> Found<LentToday, Arc<[delegation::Model]>> {
        let today = local_day(self.db.now());
        let lent = delegations::store::lent_on(self.db.read(&self.actor), today).await?;
        Ok(HashMap::from([(LentToday, lent.into())]))
    }
}

/// Asks for what happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StepsOf(pub ApprovalId);

impl Loader<StepsOf> for ApprovalLoader {
    type Value = Vec<approval_step::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[StepsOf]) -> Found<StepsOf, Vec<approval_step::Model>> {
        let approvals: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::steps(self.db.read(&self.actor), &approvals).await?;
        Ok(grouped(rows, |row| StepsOf(row.approval_id)))
    }
}

/// Asks for what was paid on an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExecutionsOf(pub ApprovalId);

impl Loader<ExecutionsOf> for ApprovalLoader {
    type Value = Vec<approval_execution::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[ExecutionsOf]) -> Found<ExecutionsOf, Vec<approval_execution::Model>> {
        let approvals: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::executions(self.db.read(&self.actor), &approvals).await?;
        Ok(grouped(rows, |row| ExecutionsOf(row.approval_id)))
    }
}
