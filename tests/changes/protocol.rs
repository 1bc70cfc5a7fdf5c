//! `graphql-transport-ws`, message by message.

use crate::support::socket::{Heard, Socket};
use crate::support::{scenario, serve_beside};
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

const ME: &str = "{ viewer { roles } }";

scenario! {
    /// Questions and changes are answered as over HTTP, with the same limits and permissions, and their ids can be used again.
    async fn operations_are_answered_as_over_http(world) {
        let mut socket = Socket::of(world, "supervisor").await;
        assert_eq!(socket.ask(ME).await, json!({ "data": { "viewer": { "roles": ["SUPERVISOR"] } } }));
        assert_eq!(socket.ask(ME).await["data"]["viewer"]["roles"], json!(["SUPERVISOR"]), "the id is free again");
        let marked = socket.ask("mutation { markNotificationsRead(input: { ids: [] }) { marked { count } } }").await;
        assert_eq!(marked["data"]["markNotificationsRead"]["marked"]["count"], json!(0), "{marked}");
        for (query, code) in [
            ("{ auditEvents(first: 1) { edges { node { id } } } }", "FORBIDDEN"),
            ("{ viewer { nothing } }", "BAD_USER_INPUT"),
            ("{ viewer {", "BAD_USER_INPUT"),
            ("subscription { tasksChanged { mark } notificationAdded { mark } }", "BAD_USER_INPUT"),
            ("subscription { ... on Subscription { tasksChanged { mark } } }", "BAD_USER_INPUT"),
            ("subscription { nothing }", "BAD_USER_INPUT"),
        ] {
            socket.subscribe("wrong", query, json!({})).await;
            let message = socket.hear().await.message();
            assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("wrong")), "{query}: {message}");
            assert_eq!(message["payload"][0]["extensions"]["code"], json!(code), "{query}");
        }
        let many: String = (0..101).map(|i| format!(" a{i}: __typename")).collect();
        socket.subscribe("many", &format!("{{{many} }}"), json!({})).await;
        assert_eq!(socket.hear().await.message()["payload"][0]["extensions"]["code"], json!("LIMITED"));
        // A field that fails leaves the rest, and is a result.
        let answer = socket.ask("{ viewer { roles } node(id: \"x\") { id } }").await;
        assert_eq!(answer["data"]["node"], Value::Null);
        assert_eq!(socket.ask("{ __schema { queryType { name } } }").await["data"]["__schema"]["queryType"]["name"], json!("Query"));
    }
}

scenario! {
    /// Nobody signs in by token, asks what is public, and nothing else.
    async fn nobody_may_ask_what_is_public(world) {
        let mut socket = Socket::of(world, "").await;
        socket.subscribe("1", "subscription { tasksChanged { mark } }", json!({})).await;
        assert_eq!(socket.hear().await.message()["payload"][0]["extensions"]["code"], json!("UNAUTHENTICATED"));
        socket.subscribe("2", ME, json!({})).await;
        assert_eq!(socket.hear().await.message()["payload"][0]["extensions"]["code"], json!("UNAUTHENTICATED"));
        assert_eq!(socket.ask("{ __typename }").await["data"]["__typename"], json!("Query"));
    }
}

scenario! {
    /// Each close code of the protocol, and the message that leads to it.
    async fn every_close_code(world) {
        let token = world.token("supervisor").await.unwrap();
        for text in [
            "", "hello", "[]", "null", "{}", r#"{"type":"subscribe"}"#, r#"{"type":"投诉"}"#, r#"{"type":"connection_ack"}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#, r#"{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","documentId":"x"}}"#, r#"{"type":"next","id":"1"}"#,
        ] {
            let mut socket = Socket::of(world, "supervisor").await;
            socket.say_text(text).await;
            assert_eq!(socket.hear().await.code(), 4400, "{text}");
        }
        let mut socket = Socket::open(world.address).await;
        socket.say_text("not even JSON").await;
        assert_eq!(socket.hear().await.code(), 4400, "before it is acknowledged");
        let mut socket = Socket::of(world, "supervisor").await;
        socket.stream.send(Message::binary(b"{\"type\":\"ping\"}".to_vec())).await.unwrap();
        assert_eq!(socket.hear().await.code(), 4400, "binary");

        let mut socket = Socket::open(world.address).await;
        socket.subscribe("1", ME, json!({})).await;
        assert_eq!(socket.hear().await, Heard::Closed(4401, "Unauthorized".into()));

        let mut socket = Socket::of(world, "supervisor").await;
        socket.subscribe("一", "subscription { tasksChanged { mark } }", json!({})).await;
        socket.subscribe("一", ME, json!({})).await;
        assert_eq!(socket.hear().await, Heard::Closed(4409, "Subscriber for 一 already exists".into()));

        let mut socket = Socket::of(world, "supervisor").await;
        socket.say(&json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } })).await;
        assert_eq!(socket.hear().await, Heard::Closed(4429, "Too many initialisation requests".into()));

        for protocol in [None, Some("graphql-ws"), Some("soap, mqtt")] {
            let headers: Vec<_> = protocol.map(|protocol| ("sec-websocket-protocol", protocol)).into_iter().collect();
            // A client that asked for a protocol refuses a server that chose none; one that asked for none hears why.
            if let Ok(mut socket) = Socket::open_with(world.address, &headers).await {
                assert_eq!(socket.hear().await, Heard::Closed(4406, "Subprotocol not acceptable".into()), "{protocol:?}");
            } else {
                assert!(protocol.is_some());
            }
        }
        let mut socket = Socket::open_with(world.address, &[("sec-websocket-protocol", "soap, graphql-transport-ws")]).await.unwrap();
        socket.init(Some(&token)).await;

        // Who says goodbye is answered with the same word.
        socket.stream.send(Message::Close(Some(CloseFrame { code: CloseCode::Normal, reason: "完成".into() }))).await.unwrap();
        assert_eq!(socket.hear().await.code(), 1000);
        assert_eq!(socket.hear().await, Heard::Gone);
    }
}

scenario! {
    /// Who does not say who it is in time, or says nothing at all later, is let go.
    async fn the_silent_are_let_go(world) {
        let mut config = world.config.clone();
        config.live.init_seconds = NonZeroU32::MIN;
        config.live.ping_seconds = NonZeroU32::MIN;
        let address = serve_beside(world, Arc::clone(&world.app), &config);
        let mut socket = Socket::open(address).await;
        assert_eq!(socket.hear().await, Heard::Closed(4408, "Connection initialisation timeout".into()));
        // Pings alone do not say who it is.
        let mut socket = Socket::open(address).await;
        socket.say(&json!({ "type": "ping" })).await;
        assert_eq!(socket.hear().await.message(), json!({ "type": "pong" }));
        assert_eq!(socket.hear().await.code(), 4408);

        let mut talkative = Socket::at(world, address, "supervisor").await;
        let mut silent = Socket::at(world, address, "supervisor").await;
        // Our client answers pings only while it is read.
        assert_eq!(talkative.hear_within(Duration::from_secs(4)).await, None);
        assert_eq!(silent.hear().await, Heard::Gone);
        assert_eq!(talkative.ask(ME).await["data"]["viewer"]["roles"], json!(["SUPERVISOR"]));
    }
}

scenario! {
    /// Pings of the protocol are answered with their payload, before and after the beginning.
    async fn pings_are_answered(world) {
        let mut socket = Socket::open(world.address).await;
        socket.say(&json!({ "type": "ping", "payload": { "n": 1 } })).await;
        assert_eq!(socket.hear().await.message(), json!({ "type": "pong", "payload": { "n": 1 } }));
        socket.init(None).await;
        socket.say(&json!({ "type": "ping" })).await;
        assert_eq!(socket.hear().await.message(), json!({ "type": "pong" }));
        socket.say(&json!({ "type": "pong" })).await;
        socket.say(&json!({ "type": "complete", "id": "unknown" })).await;
        assert_eq!(socket.ask("{ __typename }").await["data"]["__typename"], json!("Query"));
    }
}

scenario! {
    /// What has ended is not told any more, and its id is free.
    async fn a_completed_subscription_is_silent(world) {
        let mut socket = Socket::of(world, "supervisor").await;
        socket.follow("1", "subscription { tasksChanged { mark } }", json!({})).await;
        socket.say(&json!({ "type": "complete", "id": "1" })).await;
        crate::support::road::registered(world).await;
        socket.quiet_for(crate::changes::A_WHILE).await;
        socket.subscribe("1", "{ __typename }", json!({})).await;
        assert_eq!(socket.next("1").await["data"]["__typename"], json!("Query"));
    }
}

scenario! {
    /// Every token that the front door refuses is refused here, with a code after which a client may try another one.
    async fn tokens_that_are_not_good(world) {
        let good = world.token("supervisor").await.unwrap();
        let (head, rest) = good.split_once('.').unwrap();
        for bad in [
            String::new(), "x".into(), "a.b.c".into(), format!("{good}x"), good[..good.len() - 2].to_owned(), "投诉".into(),
            format!("eyJhbGciOiJub25lIn0.{rest}"), format!("{head}."), "Basic abc".into(),
        ] {
            for authorization in [format!("Bearer {bad}"), bad.clone()] {
                let mut socket = Socket::open(world.address).await;
                socket.say(&json!({ "type": "connection_init", "payload": { "authorization": authorization } })).await;
                assert_eq!(socket.hear().await.code(), 4403, "{authorization}");
            }
        }
        for payload in [json!({ "authorization": 7 }), json!({ "Authorization": null })] {
            let mut socket = Socket::open(world.address).await;
            socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
            assert_eq!(socket.hear().await.code(), 4403, "{payload}");
        }
        let mut socket = Socket::open_with(world.address, &[("sec-websocket-protocol", "graphql-transport-ws"), ("authorization", &format!("Bearer {good}"))]).await.unwrap();
        socket.init(None).await;
        assert_eq!(socket.ask(ME).await["data"]["viewer"]["roles"], json!(["SUPERVISOR"]), "by the header of the handshake");
        for time in ["2024-03-04T09:45:00", "2024-03-04T09:45:06", "2024-03-04T09:29:54"] {
            world.set_time(time);
            let mut socket = Socket::open(world.address).await;
            socket.say(&json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {good}") } })).await;
            assert_eq!(socket.hear().await.code(), 4403, "{time}");
        }
    }
}

scenario! {
    /// A page of another origin does not connect; ours, a named portal's, and programs do.
    async fn other_origins_do_not_connect(world) {
        let mut config = world.config.clone();
        config.server.cors_origins = vec!["https://portal.example".into()];
        let address = serve_beside(world, Arc::clone(&world.app), &config);
        let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
        let ours = format!("http://{address}");
        for origin in ["https://portal.example", &ours] {
            let mut socket = Socket::open_with(address, &[protocol, ("origin", origin)]).await.unwrap();
            socket.init(None).await;
        }
        for origin in ["https://evil.example", "https://portal.example.evil.example", "http://portal.example", "null", ""] {
            let refused = Socket::open_with(address, &[protocol, ("origin", origin)]).await.err().unwrap();
            assert!(refused.to_string().contains("403"), "{origin}: {refused}");
        }
    }
}
