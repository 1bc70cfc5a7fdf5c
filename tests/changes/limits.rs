//! Large, many and slow.

use super::CASE;
use crate::support::road;
use crate::support::socket::{Heard, Socket};
use crate::support::{scenario, serve_beside};
use entity::staff_role::Role;
use futures_util::SinkExt;
use serde_json::json;
use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

scenario! {
    /// A message is as large as a request may be, whole or in fragments; 32 MB of a message that does not end are not kept.
    async fn large_and_unfinished_messages(world) {
        let largest = world.config.server.body_limit;
        let padded = |size: usize| {
            let message = json!({ "type": "ping", "payload": { "pad": "" } }).to_string();
            message.replace("\"\"", &format!("\"{}\"", "x".repeat(size - message.len())))
        };
        let mut socket = Socket::of(world, "").await;
        socket.say_text(&padded(largest - 100)).await;
        assert_eq!(socket.hear().await.message()["type"], json!("pong"));
        socket.say_text(&padded(largest + 1_000)).await;
        assert_eq!(socket.hear().await.code(), 1009);

        let mut socket = Socket::of(world, "").await;
        let mut sent = 0;
        let mut code = OpCode::Data(Data::Text);
        while sent < 32 << 20 {
            let frame = Frame::message(vec![b'x'; 32 << 10], code, false);
            code = OpCode::Data(Data::Continue);
            if socket.stream.send(Message::Frame(frame)).await.is_err() {
                break;
            }
            sent += 32 << 10;
        }
        assert_eq!(socket.hear().await.code(), 1009, "after {sent} bytes");
        // Empty fragments without end cost nothing either.
        let mut socket = Socket::of(world, "").await;
        socket.stream.send(Message::Frame(Frame::message(Vec::new(), OpCode::Data(Data::Text), false))).await.unwrap();
        for _ in 0..20_000 {
            let frame = Frame::message(Vec::new(), OpCode::Data(Data::Continue), false);
            socket.stream.feed(Message::Frame(frame)).await.unwrap();
        }
        socket.stream.flush().await.unwrap();
        let last = Frame::message(br#"{"type":"ping"}"#.to_vec(), OpCode::Data(Data::Continue), true);
        socket.stream.send(Message::Frame(last)).await.unwrap();
        assert_eq!(socket.hear().await.message()["type"], json!("pong"));
        assert_eq!(world.ask("", "{ __typename }", json!({})).await.text("/__typename"), "Query");
    }
}

scenario! {
    /// Bytes that are no frames end the connection and nothing else.
    async fn bytes_that_are_no_frames(world) {
        let mut socket = Socket::of(world, "").await;
        let raw = socket.stream.get_mut();
        raw.write_all(&[0xff; 64]).await.unwrap();
        let mut rest = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(10), raw.read_to_end(&mut rest)).await.unwrap();
        for request in ["GET /graphql/ws HTTP/1.1\r\nhost: x\r\n\r\n", "GET /graphql/ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 8\r\nsec-websocket-key: x\r\n\r\n"] {
            let mut raw = tokio::net::TcpStream::connect(world.address).await.unwrap();
            raw.write_all(request.as_bytes()).await.unwrap();
            let mut answer = [0; 12];
            raw.read_exact(&mut answer).await.unwrap();
            assert!(answer.starts_with(b"HTTP/1.1 4"), "{request}: {answer:?}");
        }
    }
}

scenario! {
    /// Five hundred subscriptions on one socket are all told; one more than the limit is refused, and the others go on.
    async fn five_hundred_subscriptions_on_one_socket(world) {
        let mut config = world.config.clone();
        config.live.operations = 500;
        let address = serve_beside(world, Arc::clone(&world.app), &config);
        let mut case = road::registered(world).await;
        let mut socket = Socket::at(world, address, "supervisor").await;
        let before = socket.rounds().await;
        for id in 0..500 {
            socket.subscribe(&id.to_string(), CASE, json!({ "id": case.id })).await;
        }
        socket.subscribe("one more", CASE, json!({ "id": case.id })).await;
        let refused = socket.hear().await.message();
        assert_eq!((&refused["id"], &refused["payload"][0]["extensions"]["code"]), (&json!("one more"), &json!("LIMITED")));
        socket.opened(before + 500).await;
        case.allocate(world, "handler").await;
        let mut told = HashSet::new();
        while told.len() < 500 {
            let message = socket.hear().await.message();
            assert_eq!(message["type"], json!("next"), "{message}");
            told.insert(message["id"].as_str().unwrap().to_owned());
        }
    }
}

scenario! {
    /// A person, and a server, hold so many connections; the next one is told to come back, and one that ends makes room.
    async fn connections_are_limited(world) {
        let mut config = world.config.clone();
        config.live.connections_of_one = 2;
        config.live.connections = 4;
        let address = serve_beside(world, Arc::clone(&world.app), &config);
        let first = Socket::at(world, address, "supervisor").await;
        let _second = Socket::at(world, address, "supervisor").await;
        let token = world.token("supervisor").await.unwrap();
        let init = json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } });
        let mut third = Socket::open(address).await;
        third.say(&init).await;
        assert_eq!(third.hear().await, Heard::Closed(1013, "Too many connections".into()));
        drop(third);
        let _manager = Socket::at(world, address, "manager").await;
        drop(first);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let _again = Socket::at(world, address, "supervisor").await;
        let _fourth = Socket::at(world, address, "manager").await;
        let full = Socket::open_with(address, &[("sec-websocket-protocol", "graphql-transport-ws")]).await.err().unwrap();
        assert!(full.to_string().contains("503"), "{full}");
    }
}

scenario! {
    /// Who takes nothing is dropped; those who read are told meanwhile.
    async fn a_slow_reader_is_dropped(world) {
        let mut config = world.config.clone();
        config.live.patience_seconds = NonZeroU32::MIN;
        config.server.body_limit = 1 << 20;
        let address = serve_beside(world, Arc::clone(&world.app), &config);
        let mut slow = Socket::at(world, address, "supervisor").await;
        let mut reader = Socket::at(world, address, "supervisor").await;
        let mut case = road::registered(world).await;
        reader.follow("case", CASE, json!({ "id": case.id })).await;
        // Answers that nobody reads: the buffers of both sides fill up, then the server waits, then no longer.
        let echo = json!({ "type": "ping", "payload": { "pad": "投诉".repeat(30_000) } }).to_string();
        let mut dropped = false;
        for _ in 0..400 {
            match tokio::time::timeout(Duration::from_secs(5), slow.stream.send(Message::text(echo.clone()))).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => {
                    dropped = true;
                    break;
                }
            }
        }
        assert!(dropped, "72 MB of answers were kept for who reads none");
        case.allocate(world, "handler").await;
        reader.next("case").await;
        let metrics = reader.metrics().await;
        let open = metrics.lines().find(|line| line.starts_with("redress_connections ")).unwrap();
        assert_eq!(open, "redress_connections 1", "{metrics}");
    }
}

scenario! {
    /// SG-14.5: who takes nothing is let go as soon as anybody else when the session ends, and not when our patience does.
    async fn a_slow_reader_does_not_stay_longer(world) {
        world.add_person("leaver", &[Role::Handler]).await;
        let mut slow = Socket::of(world, "leaver").await;
        // Until both sides' buffers are full and the server waits for its turn to answer.
        let echo = json!({ "type": "ping", "payload": { "pad": "x".repeat(200_000) } }).to_string();
        while let Ok(sent) = tokio::time::timeout(Duration::from_secs(1), slow.stream.send(Message::text(echo.clone()))).await {
            sent.unwrap();
        }
        world.disable("leaver").await;
        let began = Instant::now();
        while !slow.metrics().await.contains("redress_connections 0\n") {
            assert!(began.elapsed() < Duration::from_secs(5), "still connected");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
