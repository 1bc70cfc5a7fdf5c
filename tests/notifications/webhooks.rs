//! Webhooks, posted to a real program on this machine.

use super::{Reaching, deliveries};
use crate::support::outside::{Does, Hook, Posted};
use crate::support::{World, scenario};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use redress::platform::outlets::WebhookConfig;
use serde_json::{Value, json};

const SECRET: [u8; 32] = [7; 32];

pub fn reaching(world: &World, hooks: &[(&str, &Hook)]) -> Reaching {
    Reaching::new(world, |config| {
        for (name, hook) in hooks {
            let secret = format!("whsec_{}", STANDARD.encode(SECRET)).into();
            config.webhooks.insert((*name).to_owned(), WebhookConfig { url: hook.url.clone(), secret });
        }
        config.notifications.attempts = 3.try_into().unwrap();
        config.notifications.timeout_seconds = 2.try_into().unwrap();
    })
}

/// Fails unless the message was signed by whoever knows the secret.
fn verify(posted: &Posted) {
    let part = |name: &str| posted.headers[name].as_str();
    let signed = format!("{}.{}.{}", part("webhook-id"), part("webhook-timestamp"), posted.body);
    let signature = STANDARD.decode(part("webhook-signature").strip_prefix("v1,").unwrap()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &SECRET);
    hmac::verify(&key, signed.as_bytes(), &signature).unwrap();
    assert!(hmac::verify(&key, format!("{signed} ").as_bytes(), &signature).is_err());
}

scenario! {
    /// Every endpoint is told once, signed, of a number and keys, and nothing about anybody.
    async fn endpoints_are_told(world) {
        let (desk, archive) = (Hook::start().await, Hook::start().await);
        let reaching = reaching(world, &[("desk", &desk), ("archive", &archive)]);
        let case = reaching.allocate(world, "handler").await;
        assert_eq!(reaching.deliver(world, 6).await, 2);
        assert_eq!(reaching.deliver(world, 6).await, 0);
        let mut ids = Vec::new();
        for hook in [&desk, &archive] {
            let [posted] = &hook.taken()[..] else { panic!("{:?}", hook.taken()) };
            verify(posted);
            let body: Value = serde_json::from_str(&posted.body).unwrap();
            assert_eq!((&body["type"], &body["timestamp"]), (&json!("CASE_ALLOCATED"), &json!("2024-03-04T01:30:00Z")));
            let mut data = body["data"].as_object().unwrap().clone();
            assert!(data.remove("notificationId").is_some());
            assert_eq!(json!(data), json!({ "recipientId": world.id_of("handler").await, "caseId": case.id, "caseNumber": case.number }));
            assert_eq!(posted.headers["webhook-timestamp"], "1709515806");
            assert_eq!((&posted.headers["idempotency-key"], posted.headers["content-type"].as_str()), (&posted.headers["webhook-id"], "application/json"));
            ids.push(posted.headers["webhook-id"].clone());
        }
        assert_ne!(ids[0], ids[1]);
        let rows = deliveries(world, json!({ "channels": ["WEBHOOK"] })).await;
        let mut names: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["endpoint"].as_str().unwrap()).collect();
        names.sort();
        assert_eq!(names, ["archive", "desk"]);
    }
}

scenario! {
    /// Tried again after 500, a connection that ends and silence, under the same id; a redirect is not followed.
    async fn failures_are_tried_again(world) {
        let (hook, elsewhere) = (Hook::start().await, Hook::start().await);
        let mut reaching = reaching(world, &[("desk", &hook)]);
        for (does, problem) in [
            (Does::Answers(500), "HTTP 500"), (Does::HangsUp, "UNREACHABLE"), (Does::Waits, "TIMED_OUT"),
            (Does::Redirects(elsewhere.url.clone()), "HTTP 302"), (Does::Answers(404), "HTTP 404"),
        ] {
            hook.will([does]);
            let before = hook.taken().len();
            reaching.allocate(world, "handler").await;
            assert_eq!(reaching.deliver(world, 6).await, 0, "{problem}");
            assert_eq!(deliveries(world, Value::Null).await[0]["problem"], json!(problem));
            assert_eq!(reaching.deliver(world, 31).await, 1, "{problem}");
            let taken = hook.taken();
            assert!(taken[before..].iter().all(|posted| posted.headers["webhook-id"] == taken[before].headers["webhook-id"]));
            taken[before..].iter().for_each(verify);
            assert_eq!(taken.len(), before + 2, "{problem}");
        }
        assert!(elsewhere.taken().is_empty());
        reaching = Reaching::new(world, |_| {});
        assert_eq!(reaching.deliver(world, 31).await, 0, "nothing is left");
    }
}

scenario! {
    /// After the last attempt it is given up, for an administrator to see and to put back into line.
    async fn dead_letters_are_put_back(world) {
        let hook = Hook::start().await;
        let reaching = reaching(world, &[("desk", &hook)]);
        hook.will((0..3).map(|_| Does::Answers(503)));
        reaching.allocate(world, "handler").await;
        let retry = async |who: &str, input: Value| world.ask(who, "mutation($input: RetryDeliveryInput!) { retryDelivery(input: $input) { delivery { state attempts version } refusals { code message } } }", json!({ "input": input })).await;
        let waiting = deliveries(world, Value::Null).await[0].clone();
        let early = retry("admin", json!({ "deliveryId": waiting["id"], "expectedVersion": 1 })).await;
        assert_eq!(early.refusals("retryDelivery"), ["STATE_NOT_ALLOWED"]);
        for seconds in [6, 31, 61] {
            assert_eq!(deliveries(world, json!({ "states": ["DEAD"] })).await, json!([]));
            assert_eq!(reaching.deliver(world, seconds).await, 0);
        }
        let dead = deliveries(world, json!({ "states": ["DEAD"] })).await[0].clone();
        assert_eq!((&dead["attempts"], &dead["problem"], &dead["nextAttemptAt"], &dead["recipient"]["name"]), (&json!(3), &json!("HTTP 503"), &Value::Null, &json!("测试handler")));
        assert_eq!(reaching.deliver(world, 90_000).await, 0, "not of its own");
        let input = json!({ "deliveryId": dead["id"], "expectedVersion": dead["version"] });
        for who in ["handler", "supervisor", "manager", "general-manager", "auditor"] {
            assert_eq!(retry(who, input.clone()).await.error_code(), "FORBIDDEN", "{who}");
            assert_eq!(world.ask(who, "{ deliveries { totalCount } }", json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(retry("admin", json!({ "deliveryId": dead["id"], "expectedVersion": 1 })).await.error_code(), "CONFLICT");
        let nothing = redress::platform::ids::global_of("Delivery", uuid::Uuid::from_u128(7)).0;
        assert_eq!(retry("admin", json!({ "deliveryId": nothing, "expectedVersion": 1 })).await.error_code(), "NOT_FOUND");
        let again = retry("admin", input.clone()).await;
        let version = dead["version"].as_i64().unwrap() + 1;
        assert_eq!(again.done("retryDelivery").at("/retryDelivery/delivery"), &json!({ "state": "WAITING", "attempts": 0, "version": version }));
        assert_eq!(retry("admin", input).await.error_code(), "CONFLICT", "the same request twice");
        assert_eq!(reaching.deliver(world, 6).await, 1);
        assert_eq!(hook.taken().len(), 4);
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [DELIVERY_RETRIED] }) { edges { node { after actor { name } subjectType } } } }", json!({})).await;
        assert_eq!(events.at("/auditEvents/edges"), &json!([{ "node": { "after": { "channel": "WEBHOOK" }, "actor": { "name": "测试admin" }, "subjectType": "Delivery" } }]));
    }
}
