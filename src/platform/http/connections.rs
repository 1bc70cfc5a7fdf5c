//! Who stays connected to this server, and how many of them.

use super::graphql::{Engine, Worker};
use crate::platform::access::{Actor, Who};
use crate::platform::error::Failure;
use crate::platform::live::{Listener, RULES};
use actix_web::web;
use chrono::{DateTime, Utc};
use entity::StaffId;
use prometheus_client::metrics::gauge::Gauge;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Places for WebSockets and streams of events.
#[derive(Debug)]
pub struct Connections {
    most: usize,
    most_of_one: usize,
    held: Mutex<HashMap<Holder, usize>>,
    open: Gauge,
}

/// One person, or one address that is not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    /// Before it is known who comes.
    Server,
    Person(StaffId),
    Address(IpAddr),
}

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Place {
    connections: Arc<Connections>,
    holder: Holder,
}

impl Connections {
    pub fn new(most: usize, most_of_one: usize, open: Gauge) -> Self {
        Self { most, most_of_one, held: Mutex::default(), open }
    }

    /// A place in the server; none when it is full.
    pub fn enter(self: &Arc<Self>) -> Option<Place> {
        let place = self.take(Holder::Server, self.most)?;
        self.open.inc();
        Some(place)
    }

    /// A place among those of one person, or of one address.
    pub fn seat(self: &Arc<Self>, actor: &Actor, address: IpAddr) -> Option<Place> {
        self.take(actor.staff_id().map_or(Holder::Address(address), Holder::Person), self.most_of_one)
    }

    fn take(self: &Arc<Self>, holder: Holder, most: usize) -> Option<Place> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(holder).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { connections: Arc::clone(self), holder })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.connections.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.holder) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.holder);
            }
        }
        if self.holder == Holder::Server {
            self.connections.open.dec();
        }
    }
}

/// Why somebody may not stay any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// The access token has ended.
    Expired,
    /// The session has ended, or the person was disabled.
    SignedOut,
    /// What the person may do has changed.
    RolesChanged,
    /// The server stops.
    Closing,
}

/// Somebody who stays connected.
pub struct Presence<E> {
    worker: web::Data<Worker<E>>,
    pub actor: Actor,
    signed_in: Option<SignedIn>,
    _seat: Place,
}

struct SignedIn {
    token: SecretString,
    until: DateTime<Utc>,
    listener: Listener,
}

/// How long to wait before asking again a database that does not answer.
const AGAIN: Duration = Duration::from_millis(300);

impl<E: Engine> Presence<E> {
    /// Lets somebody in, with a token or as nobody.
    pub async fn enter(
        worker: web::Data<Worker<E>>,
        token: Option<&str>,
        request_id: Arc<str>,
        address: IpAddr,
    ) -> Result<Self, Failure> {
        let (actor, signed_in) = match token {
            None => (Actor::nobody(request_id), None),
            Some(token) => {
                let listener = worker.engine.hub().listener();
                listener.listen(RULES);
                let (seen, _) = admit(&worker, token, &request_id).await?;
                for topic in topics(&seen) {
                    listener.listen(topic);
                }
                // What changed between the first look and listening was not heard.
                let (actor, until) = admit(&worker, token, &request_id).await?;
                if until <= worker.db.now() {
                    return Err(Failure::Unauthenticated("The access token has ended; sign in again."));
                }
                listener.listen_until(until);
                (actor, Some(SignedIn { token: token.to_owned().into(), until, listener }))
            }
        };
        let seat = worker.connections.seat(&actor, address).ok_or(FULL)?;
        Ok(Self { worker, actor, signed_in, _seat: seat })
    }

    /// Returns when the person may not stay any longer.
    pub async fn left(&self) -> Leaving {
        tokio::select! {
            () = self.worker.engine.hub().closing() => Leaving::Closing,
            leaving = self.ended() => leaving,
        }
    }

    async fn ended(&self) -> Leaving {
        let Some(SignedIn { token, until, listener }) = &self.signed_in else { return std::future::pending().await };
        loop {
            listener.woken().await;
            if self.worker.db.now() >= *until {
                return Leaving::Expired;
            }
            listener.hear();
            if let Some(leaving) = self.looked_at(token).await {
                return leaving;
            }
        }
    }

    /// Why the person may not stay, by what the records say now.
    async fn looked_at(&self, token: &SecretString) -> Option<Leaving> {
        loop {
            match admit(&self.worker, token.expose_secret(), &self.actor.request_id).await {
                Ok((now, _)) if now.is_same_as(&self.actor) => return None,
                Ok(_) => return Some(Leaving::RolesChanged),
                Err(Failure::Unauthenticated(_)) => return Some(Leaving::SignedOut),
                Err(failure) => {
                    tracing::warn!(error = failure.summary(), "whether somebody may stay cannot be looked up");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }
}

/// One look-up, when its turn comes: a thousand who come back at once must not take all connections to the database.
async fn admit<E: Engine>(
    worker: &Worker<E>,
    token: &str,
    request_id: &Arc<str>,
) -> Result<(Actor, DateTime<Utc>), Failure> {
    let _turn = worker.turns.acquire().await;
    worker.engine.admit(&worker.db, token, Arc::clone(request_id)).await
}

pub const FULL: Failure =
    Failure::TryAgain { after_seconds: 5, message: "Too many connections are open; close some, or come back later." };

/// What is announced when something about a person, their session, or a program changes.
fn topics(actor: &Actor) -> impl Iterator<Item = Uuid> {
    let both: Option<[Uuid; 2]> = match actor.who {
        Who::Staff { id, session_id, .. } => Some([id.into(), session_id.into()]),
        Who::Service { id, account_id, .. } => Some([id.into(), account_id.into()]),
        Who::System { .. } | Who::Nobody => None,
    };
    both.into_iter().flatten()
}
