//! `redress schema`: the API as text.

use super::Complaint;
use redress::schema;

pub fn run() -> Result<(), Complaint> {
    let schema = schema::builder().finish();
    schema::rules(&schema).map_err(|undeclared| undeclared.to_string())?;
    print!("{}", schema::sdl(&schema));
    Ok(())
}
