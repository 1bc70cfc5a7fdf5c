//! Service accounts as administrators and auditors see them.

use super::loaders::{KeysOf, ServiceAccountLoader};
use super::policy;
use super::public_key::PublicKey;
use super::service::add_service_account::AddServiceAccount;
use super::service::add_service_account_key::AddServiceAccountKey;
use super::service::change_service_account_scopes::ChangeServiceAccountScopes;
use super::service::disable_service_account::DisableServiceAccount;
use super::service::enable_service_account::EnableServiceAccount;
use super::service::revoke_service_account_key::RevokeServiceAccountKey;
use super::service::update_service_account::UpdateServiceAccount;
use super::store::{self, POSITION, staff_id};
use crate::identity::graphql::{Department, Staff, department, forget, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::db::Command;
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::loader::Batching;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::staff_role::Role;
use entity::{ServiceAccountId, service_account, service_account_key};

/// A program that asks for itself, such as a portal's back end or an export: what it may do, and the keys by which it proves who it is.
/// It decides and signs nothing. Its `id` is the `client_id` of `POST /oauth/token`.
#[derive(Description)]
pub struct ServiceAccount(service_account::Model);

impl ServiceAccount {
    /// The account of a key, if the person may see which programs ask.
    pub async fn find(ctx: &Context<'_>, id: ServiceAccountId) -> Result<Option<Self>> {
        let scope = Scope::of(ctx);
        Ok(store::by_id(scope.db.read(&scope.actor), &scope.actor, id).await?.map(Self))
    }

    /// The row of `staff` behind it, as other objects show who acted.
    async fn staff(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, staff_id(self.0.id)).await
    }

    async fn all_keys(&self, ctx: &Context<'_>) -> Result<Vec<ServiceAccountKey>> {
        let loader = ctx.data_unchecked::<Batching<ServiceAccountLoader>>();
        let found = loader.load_one(KeysOf(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(|(key, last_used_at)| ServiceAccountKey { key, last_used_at }).collect())
    }
}

#[Object(use_type_description)]
impl ServiceAccount {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn name(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(self.staff(ctx).await?.0.name)
    }

    /// The department that it works for.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn department(&self, ctx: &Context<'_>) -> Result<Department> {
        department(ctx, self.staff(ctx).await?.0.department_id).await
    }

    /// Who answers for it.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn responsible(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.responsible_id).await
    }

    /// It sees the rows that this role sees.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn role(&self) -> Role {
        self.0.role
    }

    /// What it may do.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn scopes(&self) -> Vec<Permission> {
        policy::permissions(self.0.role, policy::kept_scopes(&self.0.scopes)).iter().collect()
    }

    /// All keys that it ever had, the latest first.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn keys(&self, ctx: &Context<'_>) -> Result<Vec<ServiceAccountKey>> {
        self.all_keys(ctx).await
    }

    /// When a token was last granted to it, to the minute; null when none ever was.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn last_used_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        Ok(self.all_keys(ctx).await?.into_iter().filter_map(|key| key.last_used_at).max())
    }

    /// False when it may not ask.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn active(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.staff(ctx).await?.0.disabled_at.is_none())
    }

    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Send it back as `expectedVersion`. Keys count as well.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn version(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(self.staff(ctx).await?.0.version)
    }
}

/// A public key of a service account.
#[derive(Description)]
pub struct ServiceAccountKey {
    key: service_account_key::Model,
    last_used_at: Option<DateTime<Utc>>,
}

#[Object(use_type_description)]
impl ServiceAccountKey {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.key.id.global()
    }

    /// Its JWK thumbprint with SHA-256 (RFC 7638), for the `kid` of assertions.
    #[graphql(directive = inherits::apply())]
    async fn thumbprint(&self) -> &str {
        &self.key.thumbprint
    }

    /// The `alg` of what it signs: `EdDSA`, `ES256` or `RS256`.
    #[graphql(directive = inherits::apply())]
    async fn algorithm(&self) -> Result<String> {
        let key = PublicKey::parse(&self.key.public_key).map_err(|_| Failure::internal("a kept key is none"))?;
        Ok(format!("{:?}", key.algorithm))
    }

    #[graphql(directive = inherits::apply())]
    async fn added_at(&self) -> DateTime<Utc> {
        self.key.added_at
    }

    /// From when on it is good no more; null when it is good until it is revoked.
    #[graphql(directive = inherits::apply())]
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.key.expires_at
    }

    #[graphql(directive = inherits::apply())]
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.key.revoked_at
    }

    /// When a token was last granted for it, to the minute; null when none ever was.
    #[graphql(directive = inherits::apply())]
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.last_used_at
    }
}

#[derive(Default)]
pub struct ServiceAccountQueries;

#[Object]
impl ServiceAccountQueries {
    /// Programs that ask for themselves, the newest first.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountRead]))]
    async fn service_accounts(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ServiceAccount>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let (db, query) = (scope.db.read(&scope.actor), store::visible_to(&scope.actor));
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &service_account::Model| Cursor::new(row.created_at, row.id), ServiceAccount))
    }
}

payloads!(
    service_account: ServiceAccount {
        AddServiceAccountPayload,
        UpdateServiceAccountPayload,
        ChangeServiceAccountScopesPayload,
        AddServiceAccountKeyPayload,
        RevokeServiceAccountKeyPayload,
        DisableServiceAccountPayload,
        EnableServiceAccountPayload,
    }
);

#[derive(Default)]
pub struct ServiceAccountMutations;

#[Object]
impl ServiceAccountMutations {
    /// Adds a program that asks for itself. Refused with `SCOPE_NOT_ALLOWED` for what its role does not have, and for what people alone do.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountManage]))]
    async fn add_service_account(
        &self,
        ctx: &Context<'_>,
        input: AddServiceAccount,
    ) -> Option<Result<AddServiceAccountPayload>> {
        Some(write(ctx, &input).await.map(Into::into))
    }

    /// Changes the name or department of a service account, or who answers for it.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountManage]))]
    async fn update_service_account(
        &self,
        ctx: &Context<'_>,
        input: UpdateServiceAccount,
    ) -> Option<Result<UpdateServiceAccountPayload>> {
        Some(write(ctx, &input).await.map(Into::into))
    }

    /// Gives a service account exactly these scopes, effective within a second: for tokens that it holds already, too.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountManage]))]
    async fn change_service_account_scopes(
        &self,
        ctx: &Context<'_>,
        input: ChangeServiceAccountScopes,
    ) -> Option<Result<ChangeServiceAccountScopesPayload>> {
        Some(write(ctx, &input).await.map(Into::into))
    }

    /// Adds a public key; several are good at once. To change a key without a pause: add the new one, let the program use it, and revoke the
    /// old one when its `lastUsedAt` stands still. Refused with `KEY_NOT_ALLOWED` for a private, weak or other key, and with `ALREADY_THERE`
    /// for one that is or was registered.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountManage]))]
    async fn add_service_account_key(
        &self,
        ctx: &Context<'_>,
        input: AddServiceAccountKey,
    ) -> Option<Result<AddServiceAccountKeyPayload>> {
        Some(write(ctx, &input).await.map(Into::into))
    }

    /// Revokes a key for good; tokens that were granted for it end within a second.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountManage]))]
    async fn revoke_service_account_key(
        &self,
        ctx: &Context<'_>,
        input: RevokeServiceAccountKey,
    ) -> Option<Result<RevokeServiceAccountKeyPayload>> {
        Some(write(ctx, &input).await.map(Into::into))
    }

    /// Keeps a program from asking; its tokens end within a second.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountManage]))]
    async fn disable_service_account(
        &self,
        ctx: &Context<'_>,
        input: DisableServiceAccount,
    ) -> Option<Result<DisableServiceAccountPayload>> {
        Some(write(ctx, &input).await.map(Into::into))
    }

    /// Lets a program ask again, with the keys that are still good.
    #[graphql(directive = access::apply(vec![Permission::ServiceAccountManage]))]
    async fn enable_service_account(
        &self,
        ctx: &Context<'_>,
        input: EnableServiceAccount,
    ) -> Option<Result<EnableServiceAccountPayload>> {
        Some(write(ctx, &input).await.map(Into::into))
    }
}

async fn write<C: Command<Output = ServiceAccountId>>(
    ctx: &Context<'_>,
    command: &C,
) -> Result<(Option<ServiceAccount>, Vec<Refusal>)> {
    let scope = Scope::of(ctx);
    let (id, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    forget(ctx);
    let account = match id {
        Some(id) => ServiceAccount::find(ctx, id).await?,
        None => None,
    };
    Ok((account, refusals))
}
