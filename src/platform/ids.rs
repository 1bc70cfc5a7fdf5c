//! Keys (UUIDv7) and the opaque ids that the API shows for them.

use async_graphql::registry::Registry;
use async_graphql::{ID, InputType, InputValueError, InputValueResult, Value};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::sync::Mutex;
use uuid::{ContextV7, Timestamp, Uuid};

/// Keeps keys of the same millisecond in the order in which they were made.
static SEQUENCE: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// A new key that sorts after those made before it.
pub fn new_id<T: From<Uuid>>(now: DateTime<Utc>) -> T {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    T::from(Uuid::new_v7(Timestamp::from_unix(&SEQUENCE, seconds, now.timestamp_subsec_nanos())))
}

/// A key that the API shows, and the GraphQL type that it belongs to.
pub trait NodeKey: From<Uuid> + Into<Uuid> + Copy + Send + Sync {
    const TYPE: &'static str;

    /// The opaque id of the object.
    fn global(self) -> ID {
        global_of(Self::TYPE, self.into())
    }
}

/// The opaque id of an object: base64url of `Type:uuid`.
pub fn global_of(type_name: &str, key: Uuid) -> ID {
    ID(URL_SAFE_NO_PAD.encode(format!("{type_name}:{}", key.simple())))
}

/// Names the GraphQL type of keys: `node_keys!(CaseId => "Case")`.
macro_rules! node_keys {
    ($($key:ident => $type:literal),+ $(,)?) => {$(
        impl $crate::platform::ids::NodeKey for entity::$key {
            const TYPE: &'static str = $type;
        }
    )+};
}

pub(crate) use node_keys;

/// Takes an opaque id apart; none when it is not one of ours.
pub fn parse_global(id: &str) -> Option<(String, Uuid)> {
    let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (type_name, key) = text.split_once(':')?;
    Some((type_name.to_owned(), Uuid::try_parse(key).ok()?))
}

/// An `ID` argument that must name an object of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Global<T>(pub T);

impl<T: NodeKey> Serialize for Global<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.global())
    }
}

impl<T: NodeKey> InputType for Global<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let not_one = || InputValueError::custom(format!("This is not the id of a {}.", T::TYPE));
        match value {
            Some(Value::String(text)) => match parse_global(&text) {
                Some((type_name, key)) if type_name == T::TYPE => Ok(Self(T::from(key))),
                _ => Err(not_one()),
            },
            _ => Err(not_one()),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.global().0)
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::CaseId;

    #[test]
    fn an_id_survives_the_round_trip_and_names_its_type() {
        let key: CaseId = new_id(DateTime::from_timestamp(1_709_514_000, 0).unwrap());
        let (type_name, uuid) = parse_global(&key.global()).unwrap();
        assert_eq!((type_name.as_str(), CaseId(uuid)), ("Case", key));
    }

    #[test]
    fn keys_of_one_instant_keep_their_order() {
        let now = DateTime::from_timestamp(1_709_514_000, 0).unwrap();
        let keys: Vec<CaseId> = (0..1000).map(|_| new_id(now)).collect();
        assert!(keys.is_sorted());
    }

    #[test]
    fn rubbish_is_no_id() {
        for rubbish in ["", "x", "Q2FzZTo", "投诉", "Q2FzZTp6eno"] {
            assert!(parse_global(rubbish).is_none(), "{rubbish}");
        }
    }
}
