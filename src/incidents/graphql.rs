//! Incidents as the management and auditors see them.

use super::loaders::{FollowUpsOf, IncidentLoader};
use super::sealed;
use super::service::follow_up_incident::FollowUpIncident;
use super::service::record_incident::RecordIncident;
use super::store::{self, POSITION};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::db::Command;
use crate::platform::ids::NodeKey;
use crate::platform::loader::Batching;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::incident::{self, IncidentKind};
use entity::{IncidentId, incident_follow_up};

/// A leak, a loss or abuse of confidential material (SG-16.7). Nobody can change or delete it.
#[derive(Description)]
pub struct Incident(incident::Model);

impl Incident {
    /// The incident of a key, if the person may read incidents.
    pub async fn find(ctx: &Context<'_>, id: IncidentId) -> Result<Option<Self>> {
        let scope = Scope::of(ctx);
        Ok(store::by_id(scope.db.read(&scope.actor), &scope.actor, id).await?.map(Self))
    }
}

#[Object(use_type_description)]
impl Incident {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = access::apply(vec![Permission::IncidentRead]))]
    async fn kind(&self) -> IncidentKind {
        self.0.kind
    }

    #[graphql(directive = access::apply(vec![Permission::IncidentRead]))]
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }

    /// What happened.
    #[graphql(directive = access::apply(vec![Permission::IncidentRead]))]
    async fn account(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(Scope::of(ctx).vault.system()?.open(sealed::ACCOUNT, self.0.id, &self.0.account_sealed)?)
    }

    /// Who is directly responsible, and which head answers for them.
    #[graphql(directive = access::apply(vec![Permission::IncidentRead]))]
    async fn persons(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(Scope::of(ctx).vault.system()?.open(sealed::PERSONS, self.0.id, &self.0.persons_sealed)?)
    }

    /// What was done about it when it was recorded.
    #[graphql(directive = access::apply(vec![Permission::IncidentRead]))]
    async fn measure(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        let sealed = self.0.measure_sealed.as_deref()?;
        let opened = Scope::of(ctx).vault.system().and_then(|key| key.open(sealed::MEASURE, self.0.id, sealed));
        Some(opened.map_err(Into::into))
    }

    #[graphql(directive = access::apply(vec![Permission::IncidentRead]))]
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.recorded_by).await
    }

    #[graphql(directive = access::apply(vec![Permission::IncidentRead]))]
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }

    /// What was found and done later, in order.
    #[graphql(directive = access::apply(vec![Permission::IncidentRead]))]
    async fn follow_ups(&self, ctx: &Context<'_>) -> Result<Vec<IncidentFollowUp>> {
        let loader = ctx.data_unchecked::<Batching<IncidentLoader>>();
        let found = loader.load_one(FollowUpsOf(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(IncidentFollowUp).collect())
    }
}

/// What was found or done later about an incident.
#[derive(Description)]
pub struct IncidentFollowUp(incident_follow_up::Model);

#[Object(use_type_description)]
impl IncidentFollowUp {
    #[graphql(directive = inherits::apply())]
    async fn text(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(Scope::of(ctx).vault.system()?.open(sealed::FOLLOW_UP, self.0.id, &self.0.text_sealed)?)
    }

    #[graphql(directive = inherits::apply())]
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.recorded_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
}

#[derive(Default)]
pub struct IncidentQueries;

#[Object]
impl IncidentQueries {
    /// Leaks, losses and abuse of confidential material, the latest first (SG-16.7).
    #[graphql(directive = access::apply(vec![Permission::IncidentRead]))]
    async fn incidents(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Incident>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let (db, query) = (scope.db.read(&scope.actor), store::visible_to(&scope.actor));
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &incident::Model| Cursor::new(row.recorded_at, row.id), Incident))
    }
}

payloads!(
    incident: Incident { RecordIncidentPayload, FollowUpIncidentPayload }
);

#[derive(Default)]
pub struct IncidentMutations;

#[Object]
impl IncidentMutations {
    /// Records a leak, a loss or abuse of confidential material (SG-16.7).
    #[graphql(directive = access::apply(vec![Permission::IncidentRecord]))]
    async fn record_incident(&self, ctx: &Context<'_>, input: RecordIncident) -> Option<Result<RecordIncidentPayload>> {
        Some(write(ctx, &input).await.map(Into::into))
    }

    /// Says what was found or done later about an incident (SG-16.7).
    #[graphql(directive = access::apply(vec![Permission::IncidentRecord]))]
    async fn follow_up_incident(
        &self,
        ctx: &Context<'_>,
        input: FollowUpIncident,
    ) -> Option<Result<FollowUpIncidentPayload>> {
        Some(write(ctx, &input).await.map(Into::into))
    }
}

async fn write<C: Command<Output = IncidentId>>(
    ctx: &Context<'_>,
    command: &C,
) -> Result<(Option<Incident>, Vec<Refusal>)> {
    let scope = Scope::of(ctx);
    let (id, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    let incident = match id {
        Some(id) => Incident::find(ctx, id).await?,
        None => None,
    };
    Ok((incident, refusals))
}
