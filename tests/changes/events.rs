//! GraphQL over server-sent events.

use super::CASE;
use crate::support::road;
use crate::support::{World, scenario};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;

/// A stream of events as it comes.
struct Events {
    response: reqwest::Response,
    text: String,
}

impl Events {
    async fn of(world: &World, token: Option<&str>, body: &Value) -> Self {
        let mut request = world.client().post(world.url("/graphql")).header("accept", "text/event-stream").json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        Self { response, text: String::new() }
    }

    /// The next event: its name and its data; none at the end of the stream.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if event.starts_with(':') {
                    continue;
                }
                let (name, data) = event.split_once('\n').unwrap();
                let data = data.strip_prefix("data: ").unwrap();
                let data = if data.is_empty() { Value::Null } else { serde_json::from_str(data).unwrap() };
                return Some((name.strip_prefix("event: ").unwrap().to_owned(), data));
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.response.chunk()).await.unwrap();
            match chunk.ok()? {
                Some(bytes) => self.text.push_str(std::str::from_utf8(&bytes).unwrap()),
                None => return None,
            }
        }
    }

    async fn told(&mut self) -> Value {
        let (name, data) = self.next().await.unwrap();
        assert_eq!(name, "next", "{data}");
        data
    }

    async fn completes(&mut self) {
        assert_eq!(self.next().await, Some(("complete".to_owned(), Value::Null)));
        assert_eq!(self.next().await, None);
    }
}

scenario! {
    /// A question has one answer and completes; what is refused says so in the stream.
    async fn questions_and_refusals(world) {
        let token = world.token("supervisor").await;
        let mut events = Events::of(world, token.as_deref(), &json!({ "query": "{ viewer { roles } }" })).await;
        assert_eq!(events.told().await, json!({ "data": { "viewer": { "roles": ["SUPERVISOR"] } } }));
        events.completes().await;
        for (token, query, code) in [
            (None, "{ viewer { roles } }", "UNAUTHENTICATED"),
            (Some("x"), "{ viewer { roles } }", "UNAUTHENTICATED"),
            (token.as_deref(), "{ auditEvents(first: 1) { edges { node { id } } } }", "FORBIDDEN"),
            (token.as_deref(), "{ viewer { nothing } }", "BAD_USER_INPUT"),
            (token.as_deref(), "subscription { tasksChanged { mark } notificationAdded { mark } }", "BAD_USER_INPUT"),
        ] {
            let mut events = Events::of(world, token, &json!({ "query": query })).await;
            assert_eq!(events.told().await["errors"][0]["extensions"]["code"], json!(code), "{query}");
            events.completes().await;
        }
        let plain = world.post(token.as_deref(), &json!({ "query": "subscription { tasksChanged { mark } }" })).await;
        assert_eq!((plain.status, plain.error_code()), (406, "BAD_USER_INPUT"));
        let get = world.get("supervisor", "/graphql?query=mutation%7Blogout%7BclientMutationId%7D%7D", &[("accept", "text/event-stream")]).await;
        assert_eq!(get.status(), 405);
    }
}

scenario! {
    /// A subscription goes on until the client hangs up, or the session ends.
    async fn a_case_is_followed(world) {
        let mut case = road::registered(world).await;
        let token = world.token("supervisor").await;
        let body = json!({ "query": CASE, "variables": { "id": case.id } });
        let mut events = Events::of(world, token.as_deref(), &body).await;
        let mut hung_up = Events::of(world, token.as_deref(), &body).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        case.allocate(world, "handler").await;
        for events in [&mut events, &mut hung_up] {
            assert_eq!(events.told().await["data"]["caseChanged"]["case"]["state"], json!("ALLOCATED"));
        }
        drop(hung_up);
        world.ask("supervisor", "mutation { logout { ended { sessionIds } } }", json!({})).await.at("/logout/ended");
        assert_eq!(events.told().await["errors"][0]["extensions"]["code"], json!("UNAUTHENTICATED"));
        events.completes().await;
        let mut stranger = Events::of(world, world.token("handler-2").await.as_deref(), &body).await;
        assert_eq!(stranger.told().await["errors"][0]["extensions"]["code"], json!("NOT_FOUND"));
        stranger.completes().await;
        let open = world.client().get(world.url("/metrics")).send().await.unwrap().text().await.unwrap();
        assert!(open.contains("redress_connections 0\n") && open.contains("redress_subscriptions 0\n"), "{open}");
    }
}

scenario! {
    /// A browser asks with GET; when the server stops, the stream ends without a word, so that it connects again.
    async fn by_get_and_until_the_server_stops(world) {
        let path = "/graphql?query=subscription%7BtasksChanged%7Bmark%7D%7D";
        let response = world.get("supervisor", path, &[("accept", "text/event-stream")]).await;
        assert_eq!(response.status(), 200);
        tokio::time::sleep(Duration::from_millis(500)).await;
        world.app.let_go();
        let rest: Vec<_> = tokio::time::timeout(Duration::from_secs(10), response.bytes_stream().collect::<Vec<_>>()).await.unwrap();
        assert!(rest.iter().all(|chunk| chunk.as_ref().is_ok_and(|bytes| bytes.starts_with(b":"))), "{rest:?}");
    }
}
