//! `redress staff`: the first administrator is made here.

use super::{Complaint, complaint, open};
use clap::Subcommand;
use entity::StaffId;
use entity::staff_role::Role;
use redress::identity::passwords::{self, LONGEST_BYTES, SHORTEST, Weakness};
use redress::identity::service::add_staff::{AddStaff, InDepartment};
use redress::identity::service::disable_staff::DisableStaff;
use redress::identity::service::reset_password::ResetPassword;
use redress::identity::service::unlink_identities::UnlinkIdentities;
use redress::identity::store;
use redress::platform::access::Actor;
use redress::platform::config::Config;
use redress::platform::db::Database;
use sea_orm::ActiveEnum;
use secrecy::{ExposeSecret, SecretString};
use std::io::Read;

#[derive(Subcommand)]
pub enum Staff {
    /// Add a person who may sign in
    Add {
        /// Name to sign in with: a–z, 0–9, . _ - and @
        login: String,
        /// The number of the person in the organisation; one person has one account
        #[arg(long)]
        employee_number: Option<String>,
        /// The person's name
        #[arg(long)]
        name: String,
        /// The post as the organisation calls it
        #[arg(long)]
        title: Option<String>,
        /// The department; made if it is new
        #[arg(long)]
        department: String,
        /// Where notifications are sent to
        #[arg(long)]
        email: Option<String>,
        /// A role; repeat for several
        #[arg(long = "role", required = true, value_parser = role)]
        roles: Vec<Role>,
        /// Read the password from standard input instead of making one and printing it
        #[arg(long)]
        password_stdin: bool,
    },
    /// List everybody
    List,
    /// Keep a person from signing in; ends their sessions within seconds
    Disable { login: String },
    /// Forget who a person is at OpenID Connect issuers and end their sessions: the next account with their login is theirs
    Unlink { login: String },
    /// Give a person a new password and end their sessions
    ResetPassword {
        login: String,
        /// Read the password from standard input instead of making one and printing it
        #[arg(long)]
        password_stdin: bool,
    },
}

fn role(text: &str) -> Result<Role, String> {
    let name = text.to_uppercase().replace('-', "_");
    Role::try_from_value(&name).map_err(|_| {
        let names: Vec<_> = <Role as sea_orm::Iterable>::iter().map(|role| role.to_string()).collect();
        format!("the roles are {}", names.join(", "))
    })
}

impl Staff {
    pub async fn run(self, config: &Config) -> Result<(), Complaint> {
        let db = open(config).await?;
        let actor = Actor::system("command line");
        match self {
            Self::Add { login, employee_number, name, title, department, email, roles, password_stdin } => {
                let password = new_password(&login, password_stdin)?;
                let add = AddStaff {
                    login: login.clone(),
                    employee_number,
                    name,
                    title,
                    department: InDepartment::Named(department),
                    email,
                    roles,
                    password_hash: passwords::hash(&password).map_err(complaint)?,
                    password_temporary: false,
                };
                db.run(&actor, &add).await.map_err(complaint)?;
                println!("added {login}");
                tell(&password, password_stdin);
            }
            Self::List => list(&db, &actor).await?,
            Self::Disable { login } => {
                let staff_id = id_of(&db, &actor, &login).await?;
                db.run(&actor, &DisableStaff { staff_id, expected_version: None }).await.map_err(complaint)?;
                println!("disabled {login}");
            }
            Self::Unlink { login } => {
                let staff_id = id_of(&db, &actor, &login).await?;
                let unlinked = db.run(&actor, &UnlinkIdentities { staff_id }).await.map_err(complaint)?;
                println!("{login} was known at {unlinked} issuers, and is no longer");
            }
            Self::ResetPassword { login, password_stdin } => {
                let password = new_password(&login, password_stdin)?;
                let reset = ResetPassword {
                    staff_id: id_of(&db, &actor, &login).await?,
                    expected_version: None,
                    password_hash: passwords::hash(&password).map_err(complaint)?,
                    password_temporary: false,
                };
                db.run(&actor, &reset).await.map_err(complaint)?;
                println!("{login} has a new password");
                tell(&password, password_stdin);
            }
        }
        db.close().await.map_err(complaint)
    }
}

async fn list(db: &Database, actor: &Actor) -> Result<(), Complaint> {
    for (person, department, roles) in store::directory(db.read(actor)).await.map_err(complaint)? {
        let roles: Vec<_> = roles.iter().map(ToString::to_string).collect();
        let state = if person.disabled_at.is_none() { "active" } else { "disabled" };
        println!("{:<20} {:<8} {:<12} {:<10} {}", person.login, state, person.name, department, roles.join(","));
    }
    Ok(())
}

async fn id_of(db: &Database, actor: &Actor, login: &str) -> Result<StaffId, Complaint> {
    let person = store::by_login(db.read(actor), login).await.map_err(complaint)?;
    person.map(|person| person.id).ok_or_else(|| format!("nobody has the login {login}"))
}

fn new_password(login: &str, from_stdin: bool) -> Result<SecretString, Complaint> {
    if !from_stdin {
        return passwords::random().map_err(complaint);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
    let password = SecretString::from(text.trim_end_matches(['\r', '\n']));
    match passwords::weakness(login, &password) {
        None => Ok(password),
        Some(Weakness::TooShort) => Err(format!("a password has at least {SHORTEST} characters")),
        Some(Weakness::TooLong) => Err(format!("a password has at most {LONGEST_BYTES} bytes")),
        Some(Weakness::Common) => Err("many people use this password; it is easily guessed".to_owned()),
        Some(Weakness::HoldsTheLogin) => Err("the login must not stand in the password".to_owned()),
    }
}

fn tell(password: &SecretString, from_stdin: bool) {
    if !from_stdin {
        println!("password: {}", password.expose_secret());
    }
}
