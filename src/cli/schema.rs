//! `redress schema`: the API as text.

use super::Complaint;
use clap::Args;
use redress::schema::{self, PermissionMatrix};

#[derive(Args)]
pub struct Schema {
    /// Print who may do what instead, as Markdown
    #[arg(long)]
    permissions: bool,
}

impl Schema {
    pub fn run(self) -> Result<(), Complaint> {
        let schema = schema::builder().finish();
        let rules = schema::rules(&schema).map_err(|undeclared| undeclared.to_string())?;
        match self.permissions {
            true => print!("{}", PermissionMatrix::new(&rules).page()),
            false => print!("{}", schema::sdl(&schema)),
        }
        Ok(())
    }
}
