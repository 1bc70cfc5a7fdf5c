//! A client of `graphql-transport-ws` that says what it is told to, right or wrong.

use super::World;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub struct Socket {
    address: SocketAddr,
    pub stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What the server said.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Message(Value),
    /// It closed the connection: code and reason.
    Closed(u16, String),
    /// The connection ended without a word.
    Gone,
}

impl Heard {
    #[track_caller]
    pub fn message(self) -> Value {
        match self {
            Self::Message(message) => message,
            other => panic!("no message but {other:?}"),
        }
    }

    #[track_caller]
    pub fn code(&self) -> u16 {
        match self {
            Self::Closed(code, _) => *code,
            other => panic!("not closed but {other:?}"),
        }
    }
}

impl Socket {
    /// Connects without a word.
    pub async fn open(address: SocketAddr) -> Self {
        Self::open_with(address, &[("sec-websocket-protocol", "graphql-transport-ws")]).await.unwrap()
    }

    pub async fn open_with(address: SocketAddr, headers: &[(&str, &str)]) -> tungstenite::Result<Self> {
        let mut request = format!("ws://{address}/graphql/ws").into_client_request().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        let (stream, _) = connect_async(request).await?;
        Ok(Self { address, stream })
    }

    /// Connects and signs in; an empty login is nobody.
    pub async fn of(world: &World, login: &str) -> Self {
        Self::at(world, world.address, login).await
    }

    /// The same at another server of the world.
    pub async fn at(world: &World, address: SocketAddr, login: &str) -> Self {
        let mut socket = Self::open(address).await;
        socket.init(world.token(login).await.as_deref()).await;
        socket
    }

    pub async fn init(&mut self, token: Option<&str>) {
        let payload = token.map(|token| json!({ "authorization": format!("Bearer {token}") }));
        self.say(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(self.hear().await, Heard::Message(json!({ "type": "connection_ack" })));
    }

    pub async fn say(&mut self, message: &Value) {
        self.say_text(&message.to_string()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(&json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// Subscribes, and waits until the subscription is open: from then on, changes are told.
    pub async fn follow(&mut self, id: &str, query: &str, variables: Value) {
        let before = self.rounds().await;
        self.subscribe(id, query, variables).await;
        self.opened(before + 1).await;
    }

    /// Waits until the server has executed subscriptions so often.
    pub async fn opened(&self, rounds: u64) {
        for _ in 0..400 {
            if self.rounds().await >= rounds {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("a subscription is not opened");
    }

    /// How often its server has executed subscriptions.
    pub async fn rounds(&self) -> u64 {
        let metrics = self.metrics().await;
        let rounds = metrics.lines().find_map(|line| line.strip_prefix("redress_subscription_rounds_total "));
        rounds.unwrap().parse().unwrap()
    }

    /// The figures of its server.
    pub async fn metrics(&self) -> String {
        reqwest::get(format!("http://{}/metrics", self.address)).await.unwrap().text().await.unwrap()
    }

    /// What comes next, within reason.
    pub async fn hear(&mut self) -> Heard {
        tokio::time::timeout(Duration::from_secs(20), self.heard()).await.expect("the server says nothing")
    }

    /// What comes within this time.
    pub async fn hear_within(&mut self, time: Duration) -> Option<Heard> {
        tokio::time::timeout(time, self.heard()).await.ok()
    }

    async fn heard(&mut self) -> Heard {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Heard::Message(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Heard::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Heard::Gone,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next result of an operation.
    pub async fn next(&mut self, id: &str) -> Value {
        let message = self.hear().await.message();
        assert_eq!((&message["type"], &message["id"]), (&json!("next"), &json!(id)), "{message:#}");
        message["payload"].clone()
    }

    /// Asks and waits for the one answer.
    pub async fn ask(&mut self, query: &str) -> Value {
        self.subscribe("question", query, json!({})).await;
        let payload = self.next("question").await;
        assert_eq!(self.hear().await, Heard::Message(json!({ "type": "complete", "id": "question" })));
        payload
    }

    /// Fails when something comes within this time.
    pub async fn quiet_for(&mut self, time: Duration) {
        if let Some(heard) = self.hear_within(time).await {
            panic!("{heard:?}");
        }
    }
}
