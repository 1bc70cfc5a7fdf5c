//! Periodic work: once, on one of several servers, whatever happens to them.

use super::command_line::{Keys, Served};
use crate::notifications::Reaching;
use crate::support::outside::{Does, Hook};
use crate::support::{World, road, scenario};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use redress::platform::clock::Clock;
use redress::platform::error::Failure;
use redress::platform::jobs::{JobMetrics, Periodic, Ran, Setup, start};
use redress::platform::live::Commits;
use redress::platform::outlets::{Outlets, WebhookConfig};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A job that counts how often it is done.
fn counting(every: u64) -> (Periodic, Arc<AtomicU64>) {
    let done = Arc::<AtomicU64>::default();
    let counter = Arc::clone(&done);
    let job = Periodic::new("count", Duration::from_secs(every), move |_, _| {
        let counter = Arc::clone(&counter);
        async move { Ok(counter.fetch_add(1, Ordering::SeqCst) + 1) }
    });
    (job, done)
}

async fn run(world: &World, job: &Periodic) -> Ran {
    job.run(&world.db, &JobMetrics::default()).await.unwrap()
}

fn wait(world: &World, milliseconds: i64) {
    world.clock.set(world.clock.now() + TimeDelta::milliseconds(milliseconds));
}

scenario! {
    /// A job is done once when it is due, by whichever of many servers comes first, and again when its time has passed.
    async fn a_job_is_done_once_when_it_is_due(world) {
        let (job, done) = counting(300);
        for round in 1..=3 {
            let ran = join_all((0..8).map(|_| run(world, &job))).await;
            assert_eq!(ran.iter().filter(|ran| **ran == Ran::Done(round)).count(), 1, "{ran:?}");
            assert_eq!(done.load(Ordering::SeqCst), round);
            wait(world, 299_999);
            assert_eq!(run(world, &job).await, Ran::NotNow, "not before its time");
            wait(world, 1);
        }
    }
}

scenario! {
    /// Who dies in the middle of it keeps others away for as long as the lease runs, and no longer.
    async fn a_job_whose_server_died_is_taken_over(world) {
        let stuck = Periodic::new("count", Duration::from_secs(86_400), |_, _| std::future::pending());
        let died = tokio::time::timeout(Duration::from_millis(500), stuck.run(&world.db, &JobMetrics::default())).await;
        assert!(died.is_err());
        let (job, _) = counting(86_400);
        wait(world, 59_999);
        assert_eq!(run(world, &job).await, Ran::NotNow);
        wait(world, 1);
        assert_eq!(run(world, &job).await, Ran::Done(1), "though it is done once a day");
        wait(world, 60_000);
        assert_eq!(run(world, &job).await, Ran::NotNow);
    }
}

scenario! {
    /// A job that fails or panics is done again after a minute, and the figures say so.
    async fn a_failure_is_tried_again_soon(world) {
        let calls = Arc::<AtomicUsize>::default();
        let counter = Arc::clone(&calls);
        let job = Periodic::new("fail", Duration::from_secs(3600), move |_, _| {
            let call = counter.fetch_add(1, Ordering::SeqCst);
            async move {
                match call {
                    0 => Err(Failure::internal("on purpose")),
                    1 => panic!("on purpose"),
                    _ => Ok(7),
                }
            }
        });
        let metrics = JobMetrics::default();
        for _ in 0..2 {
            job.run(&world.db, &metrics).await.unwrap_err();
            wait(world, 59_999);
            assert_eq!(job.run(&world.db, &metrics).await.unwrap(), Ran::NotNow);
            wait(world, 1);
        }
        assert_eq!(job.run(&world.db, &metrics).await.unwrap(), Ran::Done(7));
        wait(world, 60_000);
        assert_eq!(job.run(&world.db, &metrics).await.unwrap(), Ran::NotNow);
        let mut registry = prometheus_client::registry::Registry::default();
        metrics.register(&mut registry);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        for line in ["job_runs_total{job=\"fail\",outcome=\"failed\"} 2", "job_runs_total{job=\"fail\",outcome=\"done\"} 1", "job_duration_seconds_count{job=\"fail\"} 3", "job_last_success_timestamp_seconds{job=\"fail\"} 1709515920"] {
            assert!(text.contains(line), "{line} in {text}");
        }
        let job = world.app.jobs().iter().find(|job| job.name == "forget-sign-ins").unwrap();
        job.run(&world.db, world.app.job_metrics()).await.unwrap();
        let served = world.client().get(world.url("/metrics")).send().await.unwrap().text().await.unwrap();
        assert!(served.contains("redress_job_runs_total{job=\"forget-sign-ins\",outcome=\"done\"} 1"), "{served}");
    }
}

scenario! {
    /// A clock that was ahead for a while does not leave the work undone until then.
    async fn a_clock_that_jumps_stops_no_job(world) {
        let (job, _) = counting(300);
        let right = world.clock.now();
        world.set_time("2031-01-01T00:00:00");
        assert_eq!(run(world, &job).await, Ran::Done(1));
        world.clock.set(right);
        assert_eq!(run(world, &job).await, Ran::Done(2));
        assert_eq!(run(world, &job).await, Ran::NotNow);
    }
}

scenario! {
    /// Two servers with threads of their own: one at a time, in turn; told to stop, they finish what is under way.
    async fn two_runners_never_do_it_at_the_same_time(world) {
        let (active, most, begun, finished) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let figures = (Arc::clone(&active), Arc::clone(&most), Arc::clone(&begun), Arc::clone(&finished));
        let job = Periodic::new("overlap", Duration::from_millis(100), move |_, _| {
            let (active, most, begun, finished) = figures.clone();
            async move {
                begun.fetch_add(1, Ordering::SeqCst);
                most.fetch_max(active.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(250)).await;
                active.fetch_sub(1, Ordering::SeqCst);
                finished.fetch_add(1, Ordering::SeqCst);
                Ok(1)
            }
        });
        let runners: Vec<_> = (0..2)
            .map(|_| {
                start(Setup {
                    database: world.config.database.clone(),
                    outlets: Outlets::default(),
                    clock: Clock::system(),
                    vault: Arc::clone(&world.app.vault),
                    commits: Commits::default(),
                    jobs: vec![job.clone()],
                    metrics: JobMetrics::default(),
                    shutdown: Duration::from_secs(10),
                })
                .unwrap()
            })
            .collect();
        let began = Instant::now();
        while begun.load(Ordering::SeqCst) < 4 || active.load(Ordering::SeqCst) == 0 {
            assert!(began.elapsed() < Duration::from_secs(30), "{} runs", begun.load(Ordering::SeqCst));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::task::spawn_blocking(move || runners.into_iter().for_each(|runner| runner.wait())).await.unwrap();
        assert_eq!(most.load(Ordering::SeqCst), 1);
        assert_eq!((active.load(Ordering::SeqCst), begun.load(Ordering::SeqCst)), (0, finished.load(Ordering::SeqCst)));
    }
}

scenario! {
    /// Keys of commands are forgotten after their time, and not before.
    async fn old_idempotency_keys_are_forgotten(world) {
        let register = async |key: &str| road::on_case(world, "registrar", "registerCase", road::complaint_with(json!({ "idempotencyKey": key }))).await.text("/registerCase/case/number");
        let (old, new) = (register("old").await, register("new").await);
        assert_eq!(register("old").await, old);
        let job = world.app.jobs().iter().find(|job| job.name == "forget-idempotency-keys").unwrap();
        assert_eq!(run(world, job).await, Ran::Done(0));
        wait(world, 86_400_000 * 29);
        let later = register("later").await;
        wait(world, 86_400_000 + 1);
        assert_eq!(run(world, job).await, Ran::Done(2), "of the three");
        assert_eq!(register("later").await, later);
        let again = register("old").await;
        assert!(again != old && again != new, "carried out again");
    }
}

scenario! {
    /// Counts of failed sign-ins and sessions that are long over are forgotten.
    async fn old_sign_ins_are_forgotten(world) {
        world.ask("handler", "{ viewer { roles } }", json!({})).await.at("/viewer");
        let wrong = "mutation { login(input: { login: \"handler\", password: \"wrong\" }) { expiresAt } }";
        assert_eq!(world.ask("", wrong, json!({})).await.error_code(), "UNAUTHENTICATED");
        let job = world.app.jobs().iter().find(|job| job.name == "forget-sign-ins").unwrap();
        assert_eq!(run(world, job).await, Ran::Done(0));
        wait(world, 3_600_001);
        assert_eq!(run(world, job).await, Ran::Done(2), "the login and the address");
        wait(world, 86_400_000 * 8);
        assert_eq!(run(world, job).await, Ran::Done(1), "the session");
    }
}

scenario! {
    /// `kill -9` between taking a delivery and sending it: it goes out later, under the same id.
    async fn what_was_under_way_is_delivered_later(world) {
        let hook = Hook::start().await;
        let secret = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
        let reaching = Reaching::new(world, |config| {
            config.webhooks.insert("desk".to_owned(), WebhookConfig { url: hook.url.clone(), secret: secret.to_owned().into() });
        });
        reaching.allocate(world, "handler").await;
        hook.will([Does::Waits]);
        let mut keys = Keys::new(secrecy::ExposeSecret::expose_secret(&world.config.database.url));
        for (name, value) in [("URL", hook.url.as_str()), ("SECRET", secret)] {
            keys.settings.push((format!("REDRESS_WEBHOOKS__DESK__{name}"), value.to_owned()));
        }
        keys.settings.push(("REDRESS_JOBS__DELIVER_EVERY_SECONDS".to_owned(), "1".to_owned()));
        let served = Served::start(&keys);
        let began = Instant::now();
        while hook.taken().is_empty() {
            assert!(began.elapsed() < Duration::from_secs(30), "{:?}", served.log.lock().unwrap());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        served.signal("-KILL");
        drop(served);
        world.clock.set(real_now() + TimeDelta::seconds(30));
        let job = reaching.app.jobs().iter().find(|job| job.name == "deliver-notifications").unwrap();
        assert_eq!(job.run(&world.db, reaching.app.job_metrics()).await.unwrap(), Ran::NotNow, "the lease of the dead still runs");
        world.clock.set(real_now() + TimeDelta::minutes(5));
        // The program may have lived long enough to find deadlines of 2024 missed, and to tell of them.
        let ran = job.run(&world.db, reaching.app.job_metrics()).await.unwrap();
        assert!(matches!(ran, Ran::Done(delivered) if delivered >= 1), "{ran:?}");
        let taken = hook.taken();
        let again = taken.iter().filter(|message| message.headers["webhook-id"] == taken[0].headers["webhook-id"]);
        assert_eq!(again.count(), 2);
    }
}

/// The time of the program that was started, which has the machine's clock.
fn real_now() -> DateTime<Utc> {
    Clock::system().now()
}
