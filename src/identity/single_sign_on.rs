//! Single sign-on: from a token of an OpenID Connect issuer to a person, a session and roles of ours.
//!
//! The issuer says who signed in and in which groups they are. Whether they may is ours to say: a session of our own stands
//! for each sign-in there, so that it is listed, ended and outlived like any other; disabled people stay outside, and roles
//! that exclude each other are not held together, whatever the groups say.

use super::authenticator::actor_of;
use super::passwords;
use super::permissions::conflict;
use super::service::add_department::AddDepartment;
use super::service::add_staff::{AddStaff, InDepartment, checked_login};
use super::service::change_staff_roles::ChangeStaffRoles;
use super::service::sign_in_at_issuer::{BeginSession, ENDED, GoOn, LinkIdentity};
use super::service::update_staff::UpdateStaff;
use super::sign_in_rules::SignInRules;
use super::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::{Global, new_id};
use crate::platform::openid::{GroupRule, IssuedToken, Issuer, IssuerConfig, Issuers, People};
use crate::platform::refusal::RefusalCode;
use crate::platform::text;
use chrono::{DateTime, Utc};
use entity::staff_role::Role;
use entity::{staff, staff_session};
use std::sync::Arc;

/// What one request does may meet what another does for the same person; each time one of them gets further.
const ATTEMPTS: usize = 10;

const UNKNOWN: Failure =
    Failure::Unauthenticated("Nobody here is known by this account of the issuer; ask an administrator.");
const NO_ROLE: Failure = Failure::Unauthenticated("None of your groups gives you a role here; ask an administrator.");
const CONFLICTING: Failure =
    Failure::Unauthenticated("Your groups give you roles that exclude each other; ask an administrator.");
const NOT_ALLOWED: Failure =
    Failure::Unauthenticated("The rules of this organisation do not let this account in; ask an administrator.");

pub struct SingleSignOn {
    pub issuers: Issuers,
    rules: SignInRules,
}

/// Why no issuer can be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum CannotSignOn {
    #[error("issuers.{0}.{1}: {2} and {3} exclude each other")]
    Roles(String, &'static str, Role, Role),
    #[error("issuers: {0}")]
    Http(#[from] reqwest::Error),
}

/// A person whom an issuer signed in, with a session of ours.
pub struct Admitted {
    pub person: staff::Model,
    pub session: staff_session::Model,
    pub roles: Vec<Role>,
}

impl SingleSignOn {
    pub fn new(issuers: Issuers, rules: SignInRules) -> Result<Self, CannotSignOn> {
        for issuer in issuers.iter() {
            let of_groups = issuer.config.groups.iter().map(|rule| ("groups", &rule.roles));
            for (key, roles) in of_groups.chain([("roles", &issuer.config.roles)]) {
                if let Some((one, other)) = conflict(roles) {
                    return Err(CannotSignOn::Roles(issuer.name.clone(), key, one, other));
                }
            }
        }
        Ok(Self { issuers, rules })
    }

    /// The person, the session and the roles behind a token that was checked.
    pub async fn admit(
        &self,
        db: &Database,
        issuer: &Issuer,
        token: &IssuedToken,
        request_id: &Arc<str>,
    ) -> Result<Admitted> {
        for _ in 0..ATTEMPTS {
            match self.step(db, issuer, token, request_id).await {
                Ok(Some(admitted)) => return Ok(admitted),
                Ok(None) | Err(Failure::Conflict { .. }) => {}
                Err(Failure::Refused(refusals)) => {
                    let codes: Vec<_> = refusals.iter().map(|refusal| refusal.code).collect();
                    tracing::warn!(issuer = issuer.name, ?codes, "somebody whom an issuer signed in is refused");
                    return Err(NOT_ALLOWED);
                }
                Err(failure) => return Err(failure),
            }
        }
        Err(Failure::TryAgain { after_seconds: 1, message: "Your account is being changed; try again shortly." })
    }

    /// One attempt. Nothing, when something was written that must be looked at anew.
    async fn step(
        &self,
        db: &Database,
        issuer: &Issuer,
        token: &IssuedToken,
        request_id: &Arc<str>,
    ) -> Result<Option<Admitted>> {
        let system = Actor::system("single sign-on");
        let read = db.read(&system);
        let Some((identity, person)) = store::identity(read, &issuer.config.url, &token.subject).await? else {
            introduce(db, issuer, token).await?;
            return Ok(None);
        };
        if person.disabled_at.is_some() {
            return Err(ENDED);
        }
        let held = store::roles_of(read, person.id).await?;
        let session = self.session_of(issuer, token, &person, db.now());
        let begun = match &session.issuer_session {
            Some(key) => store::session_of_issuer(read, key).await?,
            None => None,
        };
        let ours = begun.as_ref().unwrap_or(&session);
        // A newer token lets it go on, but never longer than a session lasts.
        let end = self.rules.session_end(ours.created_at, token.issued_at);
        if ours.staff_id != person.id || ours.ended_at.is_some() || ours.expires_at.max(end) <= db.now() {
            return Err(ENDED);
        }
        if let Some(session) = begun.as_ref().filter(|begun| begun.last_used_at >= token.issued_at) {
            return Ok(Some(Admitted { session: session.clone(), person, roles: held }));
        }
        let newest = store::newest_at_issuer(read, person.id, &issuer.name).await?;
        if newest.is_none_or(|newest| token.issued_at >= newest)
            && follow_groups(db, issuer, token, &person, &held).await?
        {
            return Ok(None);
        }
        let actor = actor_of(&person, ours, &held, Arc::clone(request_id));
        match begun {
            Some(begun) => {
                let go_on = GoOn { session: begun.id, issued_at: token.issued_at, end };
                db.run(&actor, &go_on).await?;
                let session = staff_session::Model { last_used_at: token.issued_at, expires_at: end, ..begun };
                Ok(Some(Admitted { session, person, roles: held }))
            }
            None => {
                let second_factor = proved_second_factor(issuer, token);
                let (person, roles) = (&person, &held[..]);
                db.run(&actor, &BeginSession { person, identity: &identity, session: &session, roles, second_factor })
                    .await?;
                Ok(Some(Admitted { session, person: person.clone(), roles: held }))
            }
        }
    }

    /// The session that a token would begin. It is as old as the sign-in at the issuer, or as the token where it does not say.
    fn session_of(
        &self,
        issuer: &Issuer,
        token: &IssuedToken,
        person: &staff::Model,
        now: DateTime<Utc>,
    ) -> staff_session::Model {
        let began = token.signed_in_at().unwrap_or(token.issued_at).min(now);
        staff_session::Model {
            id: new_id(now),
            staff_id: person.id,
            device: None,
            issuer: Some(issuer.name.clone()),
            issuer_session: Some(key_of(issuer, token)),
            must_change_password: false,
            created_at: began,
            last_used_at: token.issued_at,
            expires_at: self.rules.session_end(began, token.issued_at),
            ended_at: None,
        }
    }
}

/// What tells one sign-in at the issuers from all others: the session there and when it was signed in to, so that signing in
/// anew begins a session anew. Where the tokens say neither, each of them is a session of its own.
fn key_of(issuer: &Issuer, token: &IssuedToken) -> String {
    let when = token.signed_in_at().map(|at| at.timestamp().to_string()).unwrap_or_default();
    let which = match (token.text("sid"), token.signed_in_at(), token.text("jti")) {
        (Some(sid), _, _) => format!("sid\0{sid}"),
        (None, Some(_), _) => "auth_time".to_owned(),
        (None, None, Some(jti)) => format!("jti\0{jti}"),
        (None, None, None) => format!("iat\0{}\0{}", token.issued_at.timestamp(), token.until.timestamp()),
    };
    sha256_hex(format!("{}\0{}\0{which}\0{when}", issuer.config.url, token.subject).as_bytes())
}

/// Whether the issuer says that the person has proved a second factor, by what the configuration takes for one.
fn proved_second_factor(issuer: &Issuer, token: &IssuedToken) -> bool {
    let said = token.texts("amr").into_iter().chain(token.text("acr"));
    said.into_iter().any(|value| issuer.config.second_factor.iter().any(|factor| factor == value))
}

/// Links an account of the issuer with the person whose login it names; makes that person where anybody may come.
async fn introduce(db: &Database, issuer: &Issuer, token: &IssuedToken) -> Result<()> {
    let system = Actor::system("single sign-on");
    let login = login_of(&issuer.config, token).ok_or(UNKNOWN)?;
    if let Some(person) = store::by_login(db.read(&system), login).await? {
        let (url, subject) = (&issuer.config.url, &token.subject);
        return db.run(&system, &LinkIdentity { staff_id: person.id, issuer: url, name: &issuer.name, subject }).await;
    }
    let Some(new) = newcomer(&issuer.config, token, login)? else { return Err(UNKNOWN) };
    match db.run(&system, &new).await {
        Ok(_) => Ok(()),
        // Somebody else came with the same token at the same time.
        Err(Failure::Refused(_)) if store::by_login(db.read(&system), login).await?.is_some() => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// The login that a token names. An e-mail address counts only when the issuer has verified it.
fn login_of<'a>(issuer: &IssuerConfig, token: &'a IssuedToken) -> Option<&'a str> {
    let login = token.text(&issuer.login_claim)?;
    let verified = issuer.login_claim != "email" || token.is_true("email_verified");
    (verified && checked_login(login).is_ok()).then_some(login)
}

fn newcomer(issuer: &IssuerConfig, token: &IssuedToken, login: &str) -> Result<Option<AddStaff>> {
    if issuer.people == People::Known {
        return Ok(None);
    }
    let (roles, department) = match issuer.groups.is_empty() {
        true => (issuer.roles.clone(), None),
        false => granted_by(&issuer.groups, &token.texts(&issuer.groups_claim))?,
    };
    let Some(department) = department.or(issuer.department.as_deref()) else { return Ok(None) };
    let name = text::optional("name", token.text(&issuer.name_claim), text::LINE).ok().flatten();
    Ok(Some(AddStaff {
        login: login.to_owned(),
        employee_number: None,
        name: name.unwrap_or_else(|| login.to_owned()),
        title: None,
        department: InDepartment::Named(department.to_owned()),
        email: None,
        roles,
        password_hash: passwords::NONE.to_owned(),
        password_temporary: false,
    }))
}

/// The roles of all groups that somebody is in, and the department of the first that has one.
fn granted_by<'a>(rules: &'a [GroupRule], groups: &[&str]) -> Result<(Vec<Role>, Option<&'a str>)> {
    let meant = || rules.iter().filter(|rule| groups.contains(&rule.group.as_str()));
    let mut roles: Vec<Role> = meant().flat_map(|rule| rule.roles.iter().copied()).collect();
    roles.sort();
    roles.dedup();
    if roles.is_empty() {
        return Err(NO_ROLE);
    }
    if conflict(&roles).is_some() {
        return Err(CONFLICTING);
    }
    Ok((roles, meant().find_map(|rule| rule.department.as_deref())))
}

/// Gives a person the roles and the department of their groups, where groups are mapped. True when something was written.
async fn follow_groups(
    db: &Database,
    issuer: &Issuer,
    token: &IssuedToken,
    person: &staff::Model,
    held: &[Role],
) -> Result<bool> {
    let config = &issuer.config;
    if config.groups.is_empty() {
        return Ok(false);
    }
    let (roles, department) = granted_by(&config.groups, &token.texts(&config.groups_claim))?;
    let system = Actor::system("single sign-on");
    let (staff_id, expected_version) = (Global(person.id), person.version);
    let mut sorted = held.to_vec();
    sorted.sort();
    if sorted != roles {
        match db.run(&system, &ChangeStaffRoles { staff_id, expected_version, roles }).await {
            Ok(_) => return Ok(true),
            // Somebody must be left who manages people, whatever the groups say.
            Err(Failure::Refused(refusals)) if refusals.iter().all(|r| r.code == RefusalCode::LastAdministrator) => {
                tracing::warn!(issuer = issuer.name, "the last administrator keeps the role against the groups");
            }
            Err(failure) => return Err(failure),
        }
    }
    let Some(name) = department else { return Ok(false) };
    let known = store::department_by_name(db.read(&system), name).await?;
    if known.as_ref().is_some_and(|department| department.id == person.department_id) {
        return Ok(false);
    }
    let department = match known {
        Some(department) => department.id,
        None => match db.run(&system, &AddDepartment { name: name.to_owned() }).await {
            Ok(department) => department,
            // Somebody else made it at the same time.
            Err(Failure::Refused(_)) => return Ok(true),
            Err(failure) => return Err(failure),
        },
    };
    let moved = UpdateStaff {
        staff_id,
        expected_version,
        employee_number: None,
        name: None,
        title: None,
        department_id: Some(Global(department)),
        agent_code: None,
        email: None,
    };
    db.run(&system, &moved).await?;
    Ok(true)
}
