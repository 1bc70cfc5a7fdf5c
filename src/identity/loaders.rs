//! People, roles and departments by key, for resolvers of one request.

use super::second_factor;
use super::store::{self, StaffCard};
use crate::platform::access::Actor;
use crate::platform::db::Database;
use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use entity::staff_role::Role;
use entity::{DepartmentId, StaffId, department};
use std::collections::HashMap;

pub struct PeopleLoader {
    pub db: Database,
    pub actor: Actor,
}

impl Loader<StaffId> for PeopleLoader {
    type Value = StaffCard;
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[StaffId]) -> Result<HashMap<StaffId, StaffCard>, Self::Error> {
        let cards = store::cards(self.db.read(&self.actor), ids).await?;
        Ok(cards.into_iter().map(|card| (card.id, card)).collect())
    }
}

/// Asks for the roles of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RolesOf(pub StaffId);

impl Loader<RolesOf> for PeopleLoader {
    type Value = Vec<Role>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[RolesOf]) -> Result<HashMap<RolesOf, Vec<Role>>, Self::Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let roles = store::roles(self.db.read(&self.actor), &ids).await?;
        Ok(roles.into_iter().map(|(id, roles)| (RolesOf(id), roles)).collect())
    }
}

/// Asks for the e-mail address of a person, as it is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SealedEmailOf(pub StaffId);

impl Loader<SealedEmailOf> for PeopleLoader {
    type Value = String;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[SealedEmailOf]) -> Result<HashMap<SealedEmailOf, String>, Self::Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let emails = store::sealed_emails(self.db.read(&self.actor), &ids).await?;
        Ok(emails.into_iter().map(|(id, sealed)| (SealedEmailOf(id), sealed)).collect())
    }
}

/// Asks since when a person has a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecondFactorOf(pub StaffId);

impl Loader<SecondFactorOf> for PeopleLoader {
    type Value = DateTime<Utc>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[SecondFactorOf]) -> Result<HashMap<SecondFactorOf, DateTime<Utc>>, Self::Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let since = second_factor::store::since(self.db.read(&self.actor), &ids).await?;
        Ok(since.into_iter().map(|(id, since)| (SecondFactorOf(id), since)).collect())
    }
}

impl Loader<DepartmentId> for PeopleLoader {
    type Value = department::Model;
    type Error = async_graphql::Error;

    async fn load(&self, ids: &[DepartmentId]) -> Result<HashMap<DepartmentId, department::Model>, Self::Error> {
        let departments = store::departments(self.db.read(&self.actor), ids).await?;
        Ok(departments.into_iter().map(|department| (department.id, department)).collect())
    }
}
