//! People and departments, as other objects name them.

use crate::identity::loaders::{PeopleLoader, RolesOf, SealedEmailOf, SecondFactorOf};
use crate::identity::sealed;
use crate::identity::store::StaffCard;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::loader::Remembering;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::staff_role::Role;
use entity::{DepartmentId, StaffId};

/// A department (部门).
#[derive(Description)]
pub struct Department(pub entity::department::Model);

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

    /// Send it back as `expectedVersion`.
    #[graphql(directive = inherits::apply())]
    async fn version(&self) -> i32 {
        self.0.version
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
        department(ctx, self.0.department_id).await
    }

    /// The roles that the person holds.
    #[graphql(directive = inherits::apply())]
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<Role>> {
        Ok(people(ctx).load_one(RolesOf(self.0.id)).await?.unwrap_or_default())
    }

    /// The code under which the person sells policies, if they do (业务员工号).
    #[graphql(directive = access::apply(vec![Permission::StaffRead]))]
    async fn agent_code(&self) -> Option<&str> {
        self.0.agent_code.as_deref()
    }

    /// The number of the person in the organisation (工号); one person has one account.
    #[graphql(directive = access::apply(vec![Permission::StaffRead]))]
    async fn employee_number(&self) -> &str {
        &self.0.employee_number
    }

    /// What the person signs in with.
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn login(&self) -> &str {
        &self.0.login
    }

    /// Since when the person has a second factor beside the password; null without one.
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn second_factor_since(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        people(ctx).load_one(SecondFactorOf(self.0.id)).await
    }

    /// Where notifications are sent to. Null when there is none, and unless it is yours or you may see who works here
    /// (STAFF_READ).
    #[graphql(directive = inherits::apply())]
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let scope = Scope::of(ctx);
        if !scope.actor.is(self.0.id) && !scope.actor.may(Permission::StaffRead) {
            return Ok(None);
        }
        let sealed = people(ctx).load_one(SealedEmailOf(self.0.id)).await?;
        Ok(sealed.map(|sealed| scope.vault.system()?.open(sealed::EMAIL, self.0.id, &sealed)).transpose()?)
    }

    /// Send it back as `expectedVersion`.
    #[graphql(directive = inherits::apply())]
    async fn version(&self) -> i32 {
        self.0.version
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

/// After people or departments were changed in this request, they are looked up again.
pub fn forget(ctx: &Context<'_>) {
    let people = people(ctx);
    people.clear::<StaffId>();
    people.clear::<RolesOf>();
    people.clear::<SealedEmailOf>();
    people.clear::<SecondFactorOf>();
    people.clear::<DepartmentId>();
}

/// A department by its key.
pub async fn department(ctx: &Context<'_>, id: DepartmentId) -> Result<Department> {
    let found = people(ctx).load_one(id).await?;
    found.map(Department).ok_or_else(|| Failure::internal("a department vanished").into())
}

/// The person of a key that another row holds.
pub async fn person(ctx: &Context<'_>, id: StaffId) -> Result<Staff> {
    let found = people(ctx).load_one(id).await?;
    found.map(Staff).ok_or_else(|| Failure::internal("a person vanished").into())
}

/// The person behind an opaque id, for `node`.
pub async fn node(ctx: &Context<'_>, id: StaffId) -> Result<Option<Staff>> {
    Ok(people(ctx).load_one(id).await?.map(Staff))
}
