//! Demonstration data: one person per role and believable cases in every state, made by the same commands as real ones.

mod complaints;
mod meeting;
mod people;
mod story;

pub use people::{PASSWORD, PEOPLE, Person};

use crate::cases::evidence::desk::EvidenceDesk;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::Result;
use crate::profiles::service::publish::PublishProfile;
use std::sync::Arc;

/// The profile that the demonstration follows.
const PROFILE: &str = include_str!("../../profiles/life-insurance.toml");

/// Fills an empty database.
pub async fn seed(db: &Database, desk: &Arc<EvidenceDesk>) -> Result<()> {
    db.run(&Actor::system("demonstration"), &PublishProfile { content: PROFILE.to_owned() }).await?;
    let people = people::add(db).await?;
    for (position, story) in story::STORIES.iter().enumerate() {
        story::tell(db, desk, &people, position, story).await?;
    }
    Ok(())
}
