//! Signing in, and the people that other objects name.

use super::loaders::{PeopleLoader, RolesOf};
use super::passwords::Passwords;
use super::service::sign_in::sign_in;
use super::store::{self, StaffCard};
use super::tokens::Tokens;
use crate::platform::access::{Permission, access, inherits, public};
use crate::platform::error::{ErrorCode, Failure, graphql_error};
use crate::platform::ids::NodeKey;
use crate::platform::loader::Remembering;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::staff_role::Role;
use entity::{StaffId, department, staff};
use secrecy::SecretString;
use std::sync::Arc;

/// A department (部门).
#[derive(Description)]
pub struct Department(pub department::Model);

#[Object(use_type_description)]
impl Department {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn name(&self) -> &str {
        &self.0.name
    }
}

/// A person who works here.
#[derive(Clone, Description)]
pub struct Staff(pub StaffCard);

#[Object(use_type_description)]
impl Staff {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The post as the organisation calls it, for example 咨诉主管.
    #[graphql(directive = inherits::apply())]
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    #[graphql(directive = inherits::apply())]
    async fn department(&self, ctx: &Context<'_>) -> Result<Department> {
        let found = people(ctx).load_one(self.0.department_id).await?;
        found.map(Department).ok_or_else(|| Failure::internal("a department vanished").into())
    }

    /// The roles that the person holds.
    #[graphql(directive = inherits::apply())]
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<Role>> {
        Ok(people(ctx).load_one(RolesOf(self.0.id)).await?.unwrap_or_default())
    }

    /// False when the person may no longer sign in.
    #[graphql(directive = inherits::apply())]
    async fn active(&self) -> bool {
        self.0.disabled_at.is_none()
    }
}

fn people<'a>(ctx: &Context<'a>) -> &'a Remembering<PeopleLoader> {
    ctx.data_unchecked::<Remembering<PeopleLoader>>()
}

/// The person of a key that another row holds.
pub async fn person(ctx: &Context<'_>, id: StaffId) -> Result<Staff> {
    let found = people(ctx).load_one(id).await?;
    found.map(Staff).ok_or_else(|| Failure::internal("a person vanished").into())
}

/// The person who asks.
#[derive(Description)]
pub struct Viewer;

#[Object(use_type_description)]
impl Viewer {
    /// Who you are.
    #[graphql(directive = inherits::apply())]
    async fn staff(&self, ctx: &Context<'_>) -> Result<Staff> {
        match Scope::of(ctx).actor.staff_id() {
            Some(id) => person(ctx, id).await,
            None => Err(graphql_error(ErrorCode::Unauthenticated, "Sign in first.")),
        }
    }

    /// The roles you hold now.
    #[graphql(directive = inherits::apply())]
    async fn roles(&self, ctx: &Context<'_>) -> Vec<Role> {
        Scope::of(ctx).actor.roles.to_vec()
    }

    /// What your roles let you do: which fields you may read and which mutations you may run.
    #[graphql(directive = inherits::apply())]
    async fn permissions(&self, ctx: &Context<'_>) -> Vec<Permission> {
        Scope::of(ctx).actor.permissions.iter().collect()
    }
}

#[derive(Default)]
pub struct IdentityQueries;

#[Object]
impl IdentityQueries {
    /// You, your roles and what they let you do.
    #[graphql(directive = access::apply(vec![]))]
    async fn viewer(&self) -> Viewer {
        Viewer
    }

    /// The people who work here, newest first, or those who hold a role: whom a case can be allocated to, for example.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    #[graphql(directive = access::apply(vec![Permission::StaffRead]))]
    async fn staff(
        &self,
        ctx: &Context<'_>,
        role: Option<Role>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Staff>> {
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let page = PageArgs { first, after, last, before }.check()?;
        let columns = (staff::Column::CreatedAt, staff::Column::Id);
        let listed = page.list(db, store::everybody(role), columns, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &StaffCard| Cursor::new(row.created_at, row.id), Staff))
    }
}

/// Sign in.
#[derive(InputObject)]
pub struct LoginInput {
    pub login: String,
    #[graphql(secret)]
    pub password: String,
}

/// What a person gets for the right password.
#[derive(SimpleObject)]
pub struct LoginPayload {
    /// Send it as `Authorization: Bearer …`.
    #[graphql(directive = inherits::apply())]
    access_token: String,
    /// When the token ends; sign in again then.
    #[graphql(directive = inherits::apply())]
    expires_at: DateTime<Utc>,
    #[graphql(directive = inherits::apply())]
    staff: Staff,
}

#[derive(Default)]
pub struct IdentityMutations;

#[Object]
impl IdentityMutations {
    /// Signs in with a password. A wrong login or password gives the error code `UNAUTHENTICATED`.
    #[graphql(directive = public::apply("Whoever signs in is not known yet.".to_owned()))]
    async fn login(&self, ctx: &Context<'_>, input: LoginInput) -> Option<Result<LoginPayload>> {
        Some(login(ctx, input).await)
    }
}

async fn login(ctx: &Context<'_>, input: LoginInput) -> Result<LoginPayload> {
    let scope = Scope::of(ctx);
    let passwords = ctx.data_unchecked::<Passwords>();
    let tokens = ctx.data_unchecked::<Arc<Tokens>>();
    let password: SecretString = input.password.into();
    let signed_in = sign_in(&scope.db, passwords, tokens, &scope.actor, &input.login, &password).await?;
    let staff = person(ctx, signed_in.staff_id).await?;
    Ok(LoginPayload { access_token: signed_in.access_token, expires_at: signed_in.expires_at, staff })
}

/// The person behind an opaque id, for `node`.
pub async fn node(ctx: &Context<'_>, id: StaffId) -> Result<Option<Staff>> {
    Ok(people(ctx).load_one(id).await?.map(Staff))
}
