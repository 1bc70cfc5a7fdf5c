//! `redress staff`: the first administrator is made here.

use super::{Complaint, complaint, open};
use clap::Subcommand;
use entity::staff_role::Role;
use redress::identity::service::add_staff::AddStaff;
use redress::identity::service::disable_staff::DisableStaff;
use redress::identity::service::reset_password::ResetPassword;
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
        /// The person's name
        #[arg(long)]
        name: String,
        /// The post as the organisation calls it
        #[arg(long)]
        title: Option<String>,
        /// The department; made if it is new
        #[arg(long)]
        department: String,
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
            Self::Add { login, name, title, department, roles, password_stdin } => {
                let password = new_password(password_stdin)?;
                let add = AddStaff::new(login.clone(), name, title, department, roles, &password).map_err(complaint)?;
                db.run(&actor, &add).await.map_err(complaint)?;
                println!("added {login}");
                tell(&password, password_stdin);
            }
            Self::List => list(&db, &actor).await?,
            Self::Disable { login } => {
                db.run(&actor, &DisableStaff { login: login.clone() }).await.map_err(complaint)?;
                println!("disabled {login}");
            }
            Self::ResetPassword { login, password_stdin } => {
                let password = new_password(password_stdin)?;
                let reset = ResetPassword::new(login.clone(), &password).map_err(complaint)?;
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

fn new_password(from_stdin: bool) -> Result<SecretString, Complaint> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned().into());
    }
    // Without letters that are mistaken for others; 32 of them, so that every byte fits evenly.
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0; 20];
    aws_lc_rs::rand::fill(&mut random).map_err(|_| "no random numbers".to_owned())?;
    Ok(random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect::<String>().into())
}

fn tell(password: &SecretString, from_stdin: bool) {
    if !from_stdin {
        println!("password: {}", password.expose_secret());
    }
}
