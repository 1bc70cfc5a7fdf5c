//! What administrators do with people and departments.

use super::staff::{Department, Staff, department, forget, person};
use crate::identity::passwords;
use crate::identity::posts::Posts;
use crate::identity::second_factor::service::reset_second_factor::ResetSecondFactor;
use crate::identity::service::add_department::AddDepartment;
use crate::identity::service::add_staff::{AddStaff, InDepartment};
use crate::identity::service::change_staff_roles::ChangeStaffRoles;
use crate::identity::service::disable_staff::DisableStaff;
use crate::identity::service::enable_staff::EnableStaff;
use crate::identity::service::rename_department::RenameDepartment;
use crate::identity::service::reset_password::ResetPassword;
use crate::identity::service::update_staff::UpdateStaff;
use crate::identity::sign_in_rules::SignInRules;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::db::Command;
use crate::platform::error::Failure;
use crate::platform::ids::Global;
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use entity::staff_role::Role;
use entity::{DepartmentId, StaffId};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// Add a person.
#[derive(InputObject)]
pub struct AddStaffInput {
    /// What the person signs in with: a–z, 0–9, . _ - and @.
    pub login: String,
    /// The number of the person in the organisation (工号); the login, if none is given. One person has one account, since
    /// duties are separated between persons (HK-4.8).
    pub employee_number: Option<String>,
    pub name: String,
    /// The post as the organisation calls it.
    pub title: Option<String>,
    pub department_id: Global<DepartmentId>,
    /// Where notifications are sent to.
    pub email: Option<String>,
    /// All roles that the person holds; some exclude each other. If none are given, the role of the post is granted: that
    /// which the organisation's rules name for `title` (HK-3.1).
    #[graphql(default)]
    pub roles: Vec<Role>,
}

/// Keep a person from signing in.
#[derive(InputObject)]
pub struct DisableStaffInput {
    pub staff_id: Global<StaffId>,
    /// The `version` of the person that you saw.
    pub expected_version: i32,
}

/// Give a person a new password.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    pub staff_id: Global<StaffId>,
    /// The `version` of the person that you saw.
    pub expected_version: i32,
}

/// Remove the second factor of a person who has lost it.
#[derive(InputObject)]
pub struct ResetSecondFactorInput {
    pub staff_id: Global<StaffId>,
    /// The `version` of the person that you saw.
    pub expected_version: i32,
}

payloads!(staff: Staff { UpdateStaffPayload, ChangeStaffRolesPayload, DisableStaffPayload, EnableStaffPayload });
payloads!(staff: Staff { ResetSecondFactorPayload });
payloads!(department: Department { AddDepartmentPayload, RenameDepartmentPayload });

/// A person with a password that was made for them.
#[derive(SimpleObject)]
pub struct NewPassword {
    #[graphql(directive = inherits::apply())]
    staff: Staff,
    /// Tell it to the person; it is shown only now, and they must choose their own with it within some days.
    #[graphql(directive = inherits::apply())]
    temporary_password: String,
}

payloads!(added: NewPassword { AddStaffPayload });
payloads!(reset: NewPassword { ResetPasswordPayload });

#[derive(Default)]
pub struct StaffMutations;

#[Object]
impl StaffMutations {
    /// Adds a person, with a temporary password (requirements T1.1).
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn add_staff(&self, ctx: &Context<'_>, input: AddStaffInput) -> Option<Result<AddStaffPayload>> {
        let roles = match roles_of(ctx, &input).await {
            Ok(roles) => roles,
            Err(failure) => return Some(Err(failure.into())),
        };
        let with_password = |password_hash| AddStaff {
            login: input.login,
            employee_number: input.employee_number,
            name: input.name,
            title: input.title,
            department: InDepartment::Known(input.department_id.0),
            email: input.email,
            roles,
            password_hash,
            password_temporary: true,
        };
        Some(new_password(ctx, with_password).await.map(Into::into))
    }

    /// Changes a person's name, post, department, e-mail address or agent code.
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn update_staff(&self, ctx: &Context<'_>, input: UpdateStaff) -> Option<Result<UpdateStaffPayload>> {
        Some(on_staff(ctx, &input).await.map(Into::into))
    }

    /// Gives a person exactly these roles, effective within a second. Refused for roles that exclude each other, and for
    /// the last administrator.
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn change_staff_roles(
        &self,
        ctx: &Context<'_>,
        input: ChangeStaffRoles,
    ) -> Option<Result<ChangeStaffRolesPayload>> {
        Some(on_staff(ctx, &input).await.map(Into::into))
    }

    /// Keeps a person from signing in and ends their sessions within a second; refused for the last administrator.
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn disable_staff(&self, ctx: &Context<'_>, input: DisableStaffInput) -> Option<Result<DisableStaffPayload>> {
        let command = DisableStaff { staff_id: input.staff_id.0, expected_version: Some(input.expected_version) };
        Some(on_staff(ctx, &command).await.map(Into::into))
    }

    /// Lets a person sign in again.
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn enable_staff(&self, ctx: &Context<'_>, input: EnableStaff) -> Option<Result<EnableStaffPayload>> {
        Some(on_staff(ctx, &input).await.map(Into::into))
    }

    /// Gives a person a temporary password and ends their sessions.
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        input: ResetPasswordInput,
    ) -> Option<Result<ResetPasswordPayload>> {
        let with_password = |password_hash| ResetPassword {
            staff_id: input.staff_id.0,
            expected_version: Some(input.expected_version),
            password_hash,
            password_temporary: true,
        };
        Some(new_password(ctx, with_password).await.map(Into::into))
    }

    /// Removes the second factor and the recovery codes of a person who has lost them, and ends their sessions: be sure who asks
    /// (ASVS 6.4.4). Then the password is enough for signing in, until the person enrols another one. Refused for oneself.
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn reset_second_factor(
        &self,
        ctx: &Context<'_>,
        input: ResetSecondFactorInput,
    ) -> Option<Result<ResetSecondFactorPayload>> {
        let command = ResetSecondFactor { staff_id: input.staff_id.0, expected_version: Some(input.expected_version) };
        Some(on_staff(ctx, &command).await.map(Into::into))
    }

    /// Adds a department.
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn add_department(&self, ctx: &Context<'_>, input: AddDepartment) -> Option<Result<AddDepartmentPayload>> {
        Some(on_department(ctx, &input).await.map(Into::into))
    }

    /// Gives a department another name.
    #[graphql(directive = access::apply(vec![Permission::StaffManage]))]
    async fn rename_department(
        &self,
        ctx: &Context<'_>,
        input: RenameDepartment,
    ) -> Option<Result<RenameDepartmentPayload>> {
        Some(on_department(ctx, &input).await.map(Into::into))
    }
}

async fn on_staff<C>(ctx: &Context<'_>, command: &C) -> Result<(Option<Staff>, Vec<Refusal>)>
where
    C: Command<Output = StaffId>,
{
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    forget(ctx);
    Ok(match written {
        Some(id) => (Some(person(ctx, id).await?), refusals),
        None => (None, refusals),
    })
}

async fn on_department<C>(ctx: &Context<'_>, command: &C) -> Result<(Option<Department>, Vec<Refusal>)>
where
    C: Command<Output = DepartmentId>,
{
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    forget(ctx);
    Ok(match written {
        Some(id) => (Some(department(ctx, id).await?), refusals),
        None => (None, refusals),
    })
}

/// Makes a password, runs the command with its hash, and tells the password if the command was carried out.
async fn new_password<C>(
    ctx: &Context<'_>,
    command: impl FnOnce(String) -> C,
) -> Result<(Option<NewPassword>, Vec<Refusal>)>
where
    C: Command<Output = StaffId>,
{
    let password = passwords::random()?;
    let password_hash = hashed(ctx, password.clone()).await?;
    let (staff, refusals) = on_staff(ctx, &command(password_hash)).await?;
    let told = |staff| NewPassword { staff, temporary_password: password.expose_secret().to_owned() };
    Ok((staff.map(told), refusals))
}

async fn hashed(ctx: &Context<'_>, password: SecretString) -> Result<String, Failure> {
    let passwords = &ctx.data_unchecked::<SignInRules>().passwords;
    passwords.hash(passwords.turn().await?, password).await
}

/// The roles that were asked for, or that of the post.
async fn roles_of(ctx: &Context<'_>, input: &AddStaffInput) -> Result<Vec<Role>, Failure> {
    let scope = Scope::of(ctx);
    match &input.title {
        Some(title) if input.roles.is_empty() => {
            let posts = ctx.data_unchecked::<Arc<dyn Posts>>();
            Ok(posts.role(&scope.db, &scope.actor, title.trim()).await?.into_iter().collect())
        }
        _ => Ok(input.roles.clone()),
    }
}
