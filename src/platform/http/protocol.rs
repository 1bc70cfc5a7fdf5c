//! The messages of `graphql-transport-ws`, and why a connection is closed.

use super::live::Answer;
use super::request::Sent;
use super::respond::Body;
use actix_ws::{CloseCode, CloseReason};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub const PROTOCOL: &str = "graphql-transport-ws";

/// What a client may say.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Said {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Ping {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Pong {
        #[serde(default, rename = "payload")]
        _payload: Option<Map<String, Value>>,
    },
    Subscribe {
        id: String,
        payload: Sent,
    },
    Complete {
        id: String,
    },
}

impl Said {
    /// None for what is no message of the protocol.
    pub fn read(text: &str) -> Option<Self> {
        let said = serde_json::from_str(text).ok()?;
        match &said {
            Self::Subscribe { id, .. } | Self::Complete { id } if id.is_empty() => None,
            _ => Some(said),
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Told<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<&'a Map<String, Value>>,
    },
    Next {
        id: &'a str,
        payload: Body<'a>,
    },
    Error {
        id: &'a str,
        payload: &'a [async_graphql::ServerError],
    },
    Complete {
        id: &'a str,
    },
}

impl Told<'_> {
    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|error| {
            tracing::error!(%error, "a message could not be written");
            String::new()
        })
    }
}

pub fn acknowledged() -> String {
    Told::ConnectionAck.text()
}

pub fn pong(payload: Option<&Map<String, Value>>) -> String {
    Told::Pong { payload }.text()
}

pub fn complete(id: &str) -> String {
    Told::Complete { id }.text()
}

/// An answer: a result, or why the operation did not begin.
pub fn answer(id: &str, answer: &Answer) -> String {
    match answer.refused {
        true => Told::Error { id, payload: &answer.response.errors }.text(),
        false => Told::Next { id, payload: Body::of(&answer.response, false) }.text(),
    }
}

/// Why we close a connection: the codes of the protocol, and those of RFC 6455 and its registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Close {
    /// The server stops.
    GoingAway,
    Protocol,
    TooLarge,
    /// Too many connections.
    TryAgain,
    BadMessage(&'static str),
    NotAcknowledged,
    /// The token is not good, or not any more; who comes with a good one is let in.
    Forbidden(&'static str),
    InitTimeout,
    SubprotocolUnknown,
    Exists(String),
    InitTwice,
}

impl From<Close> for CloseReason {
    fn from(close: Close) -> Self {
        let (code, description) = match close {
            Close::GoingAway => (CloseCode::Away, "The server stops".to_owned()),
            Close::Protocol => (CloseCode::Protocol, "Protocol error".to_owned()),
            Close::TooLarge => (CloseCode::Size, "The message is too large".to_owned()),
            Close::TryAgain => (CloseCode::Again, "Too many connections".to_owned()),
            Close::BadMessage(what) => (CloseCode::Other(4400), what.to_owned()),
            Close::NotAcknowledged => (CloseCode::Other(4401), "Unauthorized".to_owned()),
            Close::Forbidden(why) => (CloseCode::Other(4403), why.to_owned()),
            Close::SubprotocolUnknown => (CloseCode::Other(4406), "Subprotocol not acceptable".to_owned()),
            Close::InitTimeout => (CloseCode::Other(4408), "Connection initialisation timeout".to_owned()),
            Close::Exists(id) => (CloseCode::Other(4409), format!("Subscriber for {id} already exists")),
            Close::InitTwice => (CloseCode::Other(4429), "Too many initialisation requests".to_owned()),
        };
        Self { code, description: Some(description) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_not_understood() {
        for text in [
            "",
            "null",
            "[]",
            "hello",
            "{}",
            r#"{"type":"connection_ack"}"#,
            r#"{"type":"start","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"connection_init","payload":"token"}"#,
            r#"{"type":"ping","payload":7}"#,
        ] {
            assert!(Said::read(text).is_none(), "{text}");
        }
        assert!(Said::read(r#"{"type":"connection_init"}"#).is_some());
        assert!(Said::read(r#"{"type":"connection_init","payload":null}"#).is_some());
        assert!(Said::read(r#"{"type":"pong","payload":{"投诉":1},"more":true}"#).is_some());
    }
}
