//! Cases that may belong together: suggested by what they have in common, linked by decision.

use super::case::Case;
use super::loader;
use super::mutations::run;
use crate::cases::people::identifiers::Identifiers;
use crate::cases::people::loaders::{EarlierThan, LinksOf};
use crate::cases::people::store::{self, CaseHead};
use crate::cases::service::find_by_phone::FindByPhone;
use crate::cases::service::link_cases::LinkCases;
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::payload::payloads;
use crate::platform::scope::Scope;
use crate::platform::text::wanted;
use async_graphql::{Context, Description, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::case::CaseState;
use entity::case_identifier::IdentifierKind;
use entity::case_link::{self, CaseLinkKind};

/// A case as those see it who may not look into it: that it is there, and where it stands.
#[derive(Description)]
pub struct CaseBrief(CaseHead);

#[Object(use_type_description)]
impl CaseBrief {
    #[graphql(directive = inherits::apply())]
    async fn number(&self) -> &str {
        &self.0.number
    }

    #[graphql(directive = inherits::apply())]
    async fn state(&self) -> CaseState {
        self.0.state
    }

    #[graphql(directive = inherits::apply())]
    async fn received_at(&self) -> DateTime<Utc> {
        self.0.received_at
    }

    #[graphql(directive = inherits::apply())]
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.closed_at
    }

    /// The case itself; null when it is not yours to see.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<Case>> {
        Case::load(ctx, self.0.id).await
    }
}

/// A case that may belong to the same matter. It is a suggestion: `linkCases` decides.
#[derive(SimpleObject)]
pub struct SimilarCase {
    /// Which case it is.
    #[graphql(directive = inherits::apply())]
    found: CaseBrief,
    /// Why it is suggested.
    #[graphql(directive = inherits::apply())]
    in_common: Vec<IdentifierKind>,
}

impl From<store::Similar> for SimilarCase {
    fn from(similar: store::Similar) -> Self {
        Self { found: CaseBrief(similar.case), in_common: similar.in_common }
    }
}

/// The cases before a case that name the same.
pub async fn earlier(ctx: &Context<'_>, case: &Case) -> Result<Vec<SimilarCase>> {
    let found = loader(ctx).load_one(EarlierThan(case.0.case.id)).await?.unwrap_or_default();
    Ok(found.into_iter().map(SimilarCase::from).collect())
}

/// That two cases belong together, as somebody decided.
#[derive(Description)]
pub struct CaseLink {
    link: case_link::Model,
    other: CaseHead,
}

/// The links of a case, on whichever of the two they were decided.
pub async fn links(ctx: &Context<'_>, case: &Case) -> Result<Vec<CaseLink>> {
    let found = loader(ctx).load_one(LinksOf(case.0.case.id)).await?.unwrap_or_default();
    Ok(found.into_iter().map(|(link, other)| CaseLink { link, other }).collect())
}

#[Object(use_type_description)]
impl CaseLink {
    #[graphql(directive = inherits::apply())]
    async fn kind(&self) -> CaseLinkKind {
        self.link.kind
    }

    /// The case at the other end.
    #[graphql(directive = inherits::apply())]
    async fn other(&self) -> CaseBrief {
        CaseBrief(self.other.clone())
    }

    /// Why they belong together.
    #[graphql(directive = inherits::apply())]
    async fn reason(&self) -> &str {
        &self.link.reason
    }

    #[graphql(directive = inherits::apply())]
    async fn linked_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.link.linked_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn linked_at(&self) -> DateTime<Utc> {
        self.link.linked_at
    }
}

#[derive(Default)]
pub struct SimilarCaseQueries;

#[Object]
impl SimilarCaseQueries {
    /// At intake: the latest cases, twenty at most, that name this phone, this contract, or a complainant of this name about
    /// a policyholder of this name. Of cases that are not yours to see you learn the number, the state, the dates and why
    /// they are suggested, and nothing else. Looking for a phone leaves a row of the reading register.
    #[graphql(directive = access::apply(vec![Permission::CaseRegister, Permission::CaseFindByPhone]))]
    async fn similar_cases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A whole phone number, however it is written.")] phone: Option<String>,
        #[graphql(desc = "A whole contract number, however it is written.")] contract_number: Option<String>,
        #[graphql(desc = "The whole name of a complainant; looked for together with the policyholder's.")]
        complainant_name: Option<String>,
        #[graphql(desc = "The whole name of the policyholder.")] policyholder_name: Option<String>,
    ) -> Result<Vec<SimilarCase>> {
        let scope = Scope::of(ctx);
        if phone.is_some() {
            scope.db.run(&scope.actor, &FindByPhone).await?;
        }
        let policyholder = wanted("policyholderName", policyholder_name)?;
        let identifiers = Identifiers::new(&scope.vault, policyholder.as_deref())
            .phone(wanted("phone", phone)?.as_deref())
            .contract(wanted("contractNumber", contract_number)?.as_deref())
            .person(wanted("complainantName", complainant_name)?.as_deref());
        let found = store::similar(scope.db.read(&scope.actor), &identifiers.all()).await?;
        Ok(found.into_iter().map(SimilarCase::from).collect())
    }
}

payloads!(case: Case { LinkCasesPayload });

#[derive(Default)]
pub struct LinkMutations;

#[Object]
impl LinkMutations {
    /// Links a case to another one, on record (HK-A15). The handler does, before there is one the person who registered the
    /// case, and whoever allocates cases.
    #[graphql(directive = access::apply(vec![Permission::CaseRegister]))]
    async fn link_cases(&self, ctx: &Context<'_>, input: LinkCases) -> Option<Result<LinkCasesPayload>> {
        run(ctx, input).await
    }
}
