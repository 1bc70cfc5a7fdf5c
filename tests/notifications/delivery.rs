//! Once, however many servers deliver; and at least once, whatever happens to them.

use super::webhooks::reaching;
use super::{Reaching, deliveries};
use crate::support::outside::Hook;
use crate::support::scenario;
use chrono::TimeDelta;
use futures_util::future::join_all;
use redress::notifications::delivery::Courier;
use redress::platform::access::Actor;
use redress::platform::jobs::Ran;
use redress::platform::outlets::WebhookConfig;
use serde_json::{Value, json};
use std::collections::BTreeSet;

scenario! {
    /// Two servers at the same time: every notification goes out once, whether the job keeps them apart or the rows do.
    async fn two_servers_deliver_once(world) {
        let hook = Hook::start().await;
        let servers = [reaching(world, &[("desk", &hook)]), reaching(world, &[("desk", &hook)])];
        for _ in 0..6 {
            join_all((0..5).map(|_| servers[0].allocate(world, "handler"))).await;
        }
        world.clock.set(world.clock.now() + TimeDelta::seconds(6));
        let job = |server: &Reaching| server.app.jobs().iter().find(|job| job.name == "deliver-notifications").unwrap().clone();
        let jobs = [job(&servers[0]), job(&servers[1]), job(&servers[0]), job(&servers[1])];
        let ran = join_all(jobs.iter().map(|job| job.run(&world.db, servers[0].app.job_metrics()))).await;
        let ran: Vec<Ran> = ran.into_iter().map(Result::unwrap).collect();
        assert_eq!(ran.iter().filter(|ran| **ran == Ran::Done(30)).count(), 1, "{ran:?}");
        assert_eq!(ran.iter().filter(|ran| **ran == Ran::NotNow).count(), 3, "{ran:?}");
        for _ in 0..6 {
            join_all((0..5).map(|_| servers[0].allocate(world, "handler-2"))).await;
        }
        let mut config = world.config.clone();
        let secret = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=".to_owned().into();
        config.webhooks.insert("desk".to_owned(), WebhookConfig { url: hook.url.clone(), secret });
        let (couriers, system) = ((0..3).map(|_| Courier::new(&config).unwrap()).collect::<Vec<_>>(), Actor::system("test"));
        let delivered: u64 = join_all(couriers.iter().map(|courier| courier.deliver(&world.db, &system))).await.into_iter().map(Result::unwrap).sum();
        assert_eq!(delivered, 30);
        let ids: BTreeSet<_> = hook.taken().iter().map(|posted| posted.headers["webhook-id"].clone()).collect();
        assert_eq!((ids.len(), hook.taken().len()), (60, 60));
        assert!(deliveries(world, json!({ "states": ["WAITING", "DEAD"] })).await == json!([]));
    }
}

scenario! {
    /// A way out that is gone from the configuration is said to be, and one that comes does not tell of the past.
    async fn the_configuration_of_the_day_counts(world) {
        let hook = Hook::start().await;
        let without = Reaching::new(world, |config| config.notifications.attempts = 1.try_into().unwrap());
        without.allocate(world, "handler").await;
        let with = reaching(world, &[("desk", &hook)]);
        assert_eq!(with.deliver(world, 6).await, 0);
        with.allocate(world, "handler").await;
        assert_eq!(without.deliver(world, 6).await, 0);
        let dead = deliveries(world, Value::Null).await;
        assert_eq!((dead.as_array().unwrap().len(), &dead[0]["problem"], &dead[0]["state"]), (1, &json!("NOT_CONFIGURED"), &json!("DEAD")));
        assert!(hook.taken().is_empty());
    }
}
