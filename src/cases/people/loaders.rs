//! The people of cases, for resolvers of one request, batched over the cases of a page.

use super::store::{self, CaseHead, Member, Similar};
use crate::cases::loaders::{CaseLoader, grouped};
use crate::cases::recusal::{self, Involved, Person};
use crate::identity;
use async_graphql::dataloader::Loader;
use entity::{CaseId, authority_letter, case_complainant, case_link, case_respondent, intake_form};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

type Found<K, V> = Result<HashMap<K, V>, async_graphql::Error>;

/// Asks for the complainants besides the lead complainant of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ComplainantsOf(pub CaseId);

impl Loader<ComplainantsOf> for CaseLoader {
    type Value = Vec<case_complainant::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[ComplainantsOf]) -> Found<ComplainantsOf, Vec<case_complainant::Model>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::complainants(self.db.read(&self.actor), &cases).await?;
        Ok(grouped(rows, |row| ComplainantsOf(row.case_id)))
    }
}

/// Asks who is complained about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RespondentsOf(pub CaseId);

impl Loader<RespondentsOf> for CaseLoader {
    type Value = Vec<case_respondent::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[RespondentsOf]) -> Found<RespondentsOf, Vec<case_respondent::Model>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::respondents(self.db.read(&self.actor), &cases).await?;
        Ok(grouped(rows, |row| RespondentsOf(row.case_id)))
    }
}

/// Asks for the letters of authority of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AuthorityLettersOf(pub CaseId);

impl Loader<AuthorityLettersOf> for CaseLoader {
    type Value = Vec<authority_letter::Model>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AuthorityLettersOf]) -> Found<AuthorityLettersOf, Vec<authority_letter::Model>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::authority_letters(self.db.read(&self.actor), &cases).await?;
        Ok(grouped(rows, |row| AuthorityLettersOf(row.case_id)))
    }
}

/// Asks for the form that a case was taken in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IntakeFormOf(pub CaseId);

impl Loader<IntakeFormOf> for CaseLoader {
    type Value = intake_form::Model;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[IntakeFormOf]) -> Found<IntakeFormOf, intake_form::Model> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::intake_forms(self.db.read(&self.actor), &cases).await?;
        Ok(rows.into_iter().map(|row| (IntakeFormOf(row.case_id), row)).collect())
    }
}

/// Asks for the cases before a case that name the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EarlierThan(pub CaseId);

impl Loader<EarlierThan> for CaseLoader {
    type Value = Vec<Similar>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[EarlierThan]) -> Found<EarlierThan, Vec<Similar>> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::earlier(self.db.read(&self.actor), &cases).await?;
        Ok(found.into_iter().map(|(case, similar)| (EarlierThan(case), similar)).collect())
    }
}

/// Asks for the links of a case, each with the case at its other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinksOf(pub CaseId);

impl Loader<LinksOf> for CaseLoader {
    type Value = Vec<(case_link::Model, CaseHead)>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[LinksOf]) -> Found<LinksOf, Vec<(case_link::Model, CaseHead)>> {
        let db = self.db.read(&self.actor);
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let links = store::links(db, &cases).await?;
        let ends: BTreeSet<_> = links.iter().flat_map(|link| [link.case_id, link.other_case_id]).collect();
        let ends: Vec<_> = ends.into_iter().collect();
        let heads: HashMap<_, _> = store::heads(db, &ends).await?.into_iter().map(|head| (head.id, head)).collect();
        let mut found: HashMap<LinksOf, Vec<(case_link::Model, CaseHead)>> = HashMap::new();
        for link in links {
            for (this, other) in [(link.case_id, link.other_case_id), (link.other_case_id, link.case_id)] {
                if let Some(head) = heads.get(&other) {
                    found.entry(LinksOf(this)).or_default().push((link.clone(), head.clone()));
                }
            }
        }
        Ok(found)
    }
}

/// Asks for the cases that are one matter with a case, itself included, each with its further complainants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupOf(pub CaseId);

impl Loader<GroupOf> for CaseLoader {
    type Value = Vec<Member>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[GroupOf]) -> Found<GroupOf, Vec<Member>> {
        let db = self.db.read(&self.actor);
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let groups = store::groups(db, &cases).await?;
        Ok(groups.into_iter().map(|(case, group)| (GroupOf(case), group)).collect())
    }
}

/// Asks what keeps people from taking part in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InvolvedIn(pub CaseId);

impl Loader<InvolvedIn> for CaseLoader {
    type Value = Involved;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[InvolvedIn]) -> Found<InvolvedIn, Involved> {
        let cases: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = store::involved(self.db.read(&self.actor), &cases).await?;
        Ok(found.into_iter().map(|(case, involved)| (InvolvedIn(case), involved)).collect())
    }
}

/// Asks for everybody who may come to take part in cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WhoTakesPart;

impl Loader<WhoTakesPart> for CaseLoader {
    type Value = Arc<[Person]>;
    type Error = async_graphql::Error;

    async fn load(&self, _: &[WhoTakesPart]) -> Found<WhoTakesPart, Arc<[Person]>> {
        let workers = identity::store::workers(self.db.read(&self.actor), &recusal::roles_that_take_part()).await?;
        let people: Vec<_> = workers.into_iter().map(|(card, roles)| Person::new(&card, roles)).collect();
        Ok(HashMap::from([(WhoTakesPart, people.into())]))
    }
}
