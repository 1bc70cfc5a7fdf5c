//! How much one person, or one address that is not signed in, may ask for in a while: by the cost of the operation, counted in
//! this process. The answer says how much is left (draft-ietf-httpapi-ratelimit-headers).

use crate::platform::access::Actor;
use crate::platform::error::Failure;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use entity::StaffId;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{InsufficientCapacity, Quota, RateLimiter};
use serde::Deserialize;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

/// The rates section of the configuration: cost that is regained in a second, and how much may be saved up; 0 means no limit.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateConfig {
    pub person_per_second: u32,
    pub person_burst: u32,
    pub address_per_second: u32,
    pub address_burst: u32,
}

/// Shared by all workers of a process.
pub struct Rates {
    people: Option<Limiter<StaffId>>,
    addresses: Option<Limiter<IpAddr>>,
}

struct Limiter<K: Hash + Eq + Clone> {
    policy: &'static str,
    burst: NonZeroU32,
    per_second: NonZeroU32,
    limiter: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
}

/// What is left after an operation was paid for.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    policy: &'static str,
    burst: u32,
    per_second: u32,
    remaining: u32,
}

impl Rates {
    pub fn new(config: &RateConfig) -> Self {
        Self {
            people: Limiter::new("person", config.person_per_second, config.person_burst),
            addresses: Limiter::new("address", config.address_per_second, config.address_burst),
        }
    }

    /// Pays for something that costs so much; refuses when too little is left.
    pub fn pay(&self, actor: &Actor, address: IpAddr, cost: u32) -> Result<Option<Left>, Failure> {
        match actor.staff_id() {
            Some(person) => self.people.as_ref().map(|people| people.pay(person, cost)).transpose(),
            None => self.addresses.as_ref().map(|addresses| addresses.pay(address, cost)).transpose(),
        }
    }

    /// Forgets everybody who has all of it again.
    pub fn forget_idle(&self) {
        if let Some(people) = &self.people {
            people.limiter.retain_recent();
            people.limiter.shrink_to_fit();
        }
        if let Some(addresses) = &self.addresses {
            addresses.limiter.retain_recent();
            addresses.limiter.shrink_to_fit();
        }
    }
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(policy: &'static str, per_second: u32, burst: u32) -> Option<Self> {
        let (per_second, burst) = (NonZeroU32::new(per_second)?, NonZeroU32::new(burst)?);
        let quota = Quota::per_second(per_second).allow_burst(burst);
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), DefaultClock::default());
        Some(Self { policy, burst, per_second, limiter })
    }

    fn pay(&self, key: K, cost: u32) -> Result<Left, Failure> {
        let too_much = |after: Duration| Failure::TooMuch {
            // Rounded up: who comes back then is served.
            after_seconds: u32::try_from(after.as_secs()).unwrap_or(u32::MAX).saturating_add(1),
        };
        let cost = NonZeroU32::new(cost).unwrap_or(NonZeroU32::MIN);
        match self.limiter.check_key_n(&key, cost) {
            Ok(Ok(state)) => Ok(Left {
                policy: self.policy,
                burst: self.burst.get(),
                per_second: self.per_second.get(),
                remaining: state.remaining_burst_capacity(),
            }),
            Ok(Err(not_until)) => Err(too_much(not_until.wait_time_from(self.limiter.clock().now()))),
            // More than can ever be saved up: as good as the whole.
            Err(InsufficientCapacity(_)) => Err(too_much(Duration::from_secs(60))),
        }
    }
}

impl Left {
    /// The headers of revision 11 of the draft: what there is, what is left, and in how many seconds all of it is back.
    pub fn write(&self, headers: &mut HeaderMap) {
        let Self { policy, burst, per_second, remaining } = *self;
        let window = burst.div_ceil(per_second);
        let full_in = (burst - remaining.min(burst)).div_ceil(per_second);
        for (name, value) in [
            ("ratelimit-policy", format!("\"{policy}\";q={burst};w={window}")),
            ("ratelimit", format!("\"{policy}\";r={remaining};t={full_in}")),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}
