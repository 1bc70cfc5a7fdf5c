//! Joint reviews and what belongs to them, for resolvers of one request.

use super::store::{self, ReviewRead};
use crate::cases::loaders::grouped;
use crate::cases::people::store::heads;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use entity::{
    CaseId, JointReviewId, evidence, joint_review_agenda, joint_review_attendee, joint_review_minutes,
    joint_review_refusal, joint_review_signature,
};
use std::collections::HashMap;

pub struct JointReviewLoader {
    pub db: Database,
    pub actor: Actor,
}

type Found<K, V> = Result<HashMap<K, V>, async_graphql::Error>;

/// A joint review of a key, as far as the person may see it.
impl Loader<JointReviewId> for JointReviewLoader {
    type Value = ReviewRead;
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[JointReviewId]) -> Found<JointReviewId, ReviewRead> {
        let rows = store::by_ids(self.db.read(&self.actor), &self.actor, ids).await?;
        Ok(rows.into_iter().map(|read| (read.review.id, read)).collect())
    }
}

/// Asks for the joint reviews about a case, as far as the person may see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JointReviewsOf(pub CaseId);

impl Loader<JointReviewsOf> for JointReviewLoader {
    type Value = Vec<ReviewRead>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[JointReviewsOf]) -> Found<JointReviewsOf, Vec<ReviewRead>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::of_cases(self.db.read(&self.actor), &self.actor, &cases).await?;
        Ok(found.into_iter().map(|(case, reviews)| (JointReviewsOf(case), reviews)).collect())
    }
}

/// A case on an agenda, with its number.
#[derive(Clone, Debug)]
pub struct AgendaItemRead {
    pub item: joint_review_agenda::Model,
    pub case_number: String,
}

/// Asks for the agenda of a joint review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AgendaOf(pub JointReviewId);

impl Loader<AgendaOf> for JointReviewLoader {
    type Value = Vec<AgendaItemRead>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AgendaOf]) -> Found<AgendaOf, Vec<AgendaItemRead>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let db = self.db.read(&self.actor);
        let items = store::agenda(db, &ids).await?;
        let cases: Vec<_> = items.iter().map(|item| item.case_id).collect();
        let numbers: HashMap<_, _> = heads(db, &cases).await?.into_iter().map(|head| (head.id, head.number)).collect();
        let read = |item: joint_review_agenda::Model| AgendaItemRead {
            case_number: numbers.get(&item.case_id).cloned().unwrap_or_default(),
            item,
        };
        Ok(grouped(items.into_iter().map(read).collect(), |read| AgendaOf(read.item.joint_review_id)))
    }
}

/// Asks for everybody who was ever invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AttendeesOf(pub JointReviewId);

impl Loader<AttendeesOf> for JointReviewLoader {
    type Value = Vec<joint_review_attendee::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AttendeesOf]) -> Found<AttendeesOf, Vec<joint_review_attendee::Model>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::attendees(self.db.read(&self.actor), &ids).await?;
        Ok(grouped(rows, |row| AttendeesOf(row.joint_review_id)))
    }
}

/// Asks for the evidence pack, as far as the person may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PackOf(pub JointReviewId);

impl Loader<PackOf> for JointReviewLoader {
    type Value = Vec<evidence::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[PackOf]) -> Found<PackOf, Vec<evidence::Model>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<PackOf, Vec<evidence::Model>> = HashMap::new();
        for (review, item) in store::readable_packs(self.db.read(&self.actor), &self.actor, &ids).await? {
            found.entry(PackOf(review)).or_default().push(item);
        }
        Ok(found)
    }
}

/// Asks for every version of the minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MinutesOf(pub JointReviewId);

impl Loader<MinutesOf> for JointReviewLoader {
    type Value = Vec<joint_review_minutes::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[MinutesOf]) -> Found<MinutesOf, Vec<joint_review_minutes::Model>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::minutes(self.db.read(&self.actor), &ids).await?;
        Ok(grouped(rows, |row| MinutesOf(row.joint_review_id)))
    }
}

/// Asks for the signatures on any version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignaturesOf(pub JointReviewId);

impl Loader<SignaturesOf> for JointReviewLoader {
    type Value = Vec<joint_review_signature::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[SignaturesOf]) -> Found<SignaturesOf, Vec<joint_review_signature::Model>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::signatures(self.db.read(&self.actor), &ids).await?;
        Ok(grouped(rows, |row| SignaturesOf(row.joint_review_id)))
    }
}

/// Asks for the refusals to sign any version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RefusalsOf(pub JointReviewId);

impl Loader<RefusalsOf> for JointReviewLoader {
    type Value = Vec<joint_review_refusal::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[RefusalsOf]) -> Found<RefusalsOf, Vec<joint_review_refusal::Model>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::refusals(self.db.read(&self.actor), &ids).await?;
        Ok(grouped(rows, |row| RefusalsOf(row.joint_review_id)))
    }
}
