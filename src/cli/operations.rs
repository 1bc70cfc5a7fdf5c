//! `redress operations`: needs no database and no secrets, so that the build of a portal can run it.

use super::Complaint;
use clap::Subcommand;
use entity::staff_role::Role;
use redress::identity::permissions::permissions_of;
use redress::platform::access::{Operation, PermissionSet};
use redress::platform::config::Config;
use redress::schema::{self, operations};
use sea_orm::Iterable;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum Operations {
    /// Check manifests of persisted documents against the schema and the limits, and say who may run each operation
    ///
    /// A manifest is a JSON object of ids and documents, as Relay's compiler (persistConfig.file) and graphql-codegen
    /// (persisted-documents.json) write it. Limits are those of the configuration. Ends with 1 when a document cannot be run.
    ///
    ///     redress operations check portal.json
    #[command(verbatim_doc_comment)]
    Check {
        /// Manifests
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

impl Operations {
    pub fn run(self, config: Option<&Path>) -> Result<(), Complaint> {
        let Self::Check { files } = self;
        let limits = Config::document_limits(config).map_err(|error| error.to_string())?;
        let validator = schema::validator();
        let rules = schema::rules(&validator).map_err(|undeclared| undeclared.to_string())?;
        let mut wrong = 0;
        for file in files {
            for listed in operations::read(&file, &validator, &rules, &limits).map_err(|error| error.to_string())? {
                println!("{}", listed.id);
                match listed.checked {
                    Ok(document) => document.operations().iter().for_each(tell),
                    Err(problems) => {
                        wrong += 1;
                        problems.iter().for_each(|problem| println!("  FAIL  {problem}"));
                    }
                }
            }
        }
        if wrong == 0 { Ok(()) } else { Err(format!("{wrong} of these documents cannot be run")) }
    }
}

fn tell(operation: &Operation) {
    let name = operation.name.as_deref().unwrap_or("(no name)");
    println!("  {} {name}, cost {}", operation.kind, operation.cost());
    let needed: PermissionSet = operation.permissions().collect();
    if operation.is_public() {
        println!("    anybody, also without signing in");
        return;
    }
    if needed.is_empty() {
        println!("    everybody who is signed in");
        return;
    }
    let needed_names: Vec<_> = operation.permissions().map(|permission| permission.to_string()).collect();
    let roles = Role::iter().filter(|role| needed.without(permissions_of(*role)).is_empty());
    let roles: Vec<_> = roles.map(|role| role.to_string()).collect();
    println!("    requires {}", needed_names.join(" "));
    match roles.as_slice() {
        [] => println!("    no single role: several together"),
        roles => println!("    {}", roles.join(" ")),
    }
}
