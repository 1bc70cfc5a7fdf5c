//! Programs that ask for themselves.

mod acting;
mod administration;
mod grant_token;

use std::time::Duration;

/// For less than this a server may take what it knew for true.
async fn until_every_server_knows() {
    tokio::time::sleep(Duration::from_millis(1_000)).await;
}
