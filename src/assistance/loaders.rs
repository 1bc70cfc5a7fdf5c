//! Assistances and what belongs to them, for resolvers of one request.

use super::store::{self, Assistance, Delivered};
use crate::cases::loaders::grouped;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::{AssistanceId, CaseId, case_deadline, information_request};
use std::collections::HashMap;

pub struct AssistanceLoader {
    pub db: Database,
    pub actor: Actor,
}

type Found<K, V> = Result<HashMap<K, V>, async_graphql::Error>;

impl Loader<AssistanceId> for AssistanceLoader {
    type Value = Assistance;
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[AssistanceId]) -> Found<AssistanceId, Assistance> {
        let found = store::by_ids(self.db.read(&self.actor), &self.actor, ids, self.db.now()).await?;
        Ok(found.into_iter().map(|assistance| (assistance.row.id, assistance)).collect())
    }
}

/// Asks for the assistances of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AssistancesOf(pub CaseId);

impl Loader<AssistancesOf> for AssistanceLoader {
    type Value = Vec<Assistance>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AssistancesOf]) -> Found<AssistancesOf, Vec<Assistance>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::of_cases(self.db.read(&self.actor), &self.actor, &cases, self.db.now()).await?;
        Ok(grouped(found, |assistance| AssistancesOf(assistance.row.case_id)))
    }
}

/// Asks for the evidence that was delivered with an assistance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeliveredWith(pub AssistanceId);

impl Loader<DeliveredWith> for AssistanceLoader {
    type Value = Vec<Delivered>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[DeliveredWith]) -> Found<DeliveredWith, Vec<Delivered>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::delivered(self.db.read(&self.actor), &ids).await?;
        Ok(grouped(found, |piece| DeliveredWith(piece.assistance_id)))
    }
}

/// Asks for what the department asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuestionsOf(pub AssistanceId);

impl Loader<QuestionsOf> for AssistanceLoader {
    type Value = Vec<information_request::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[QuestionsOf]) -> Found<QuestionsOf, Vec<information_request::Model>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::questions(self.db.read(&self.actor), &ids).await?;
        Ok(grouped(found, |question| QuestionsOf(question.assistance_id)))
    }
}

/// Asks for the deadline of an assistance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeadlineOf(pub AssistanceId);

impl Loader<DeadlineOf> for AssistanceLoader {
    type Value = case_deadline::Model;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[DeadlineOf]) -> Found<DeadlineOf, case_deadline::Model> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::deadlines(self.db.read(&self.actor), &ids).await?;
        Ok(found.into_iter().map(|row| (DeadlineOf(row.about_id.into()), row)).collect())
    }
}
