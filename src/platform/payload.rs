//! One payload per mutation: what was written, or the refusals.

use crate::platform::error::{Failure, Result};
use crate::platform::refusal::Refusal;

/// What a payload is made of: the key of what was written, or why nothing was.
pub fn settle<T>(outcome: Result<T>) -> Result<(Option<T>, Vec<Refusal>)> {
    match outcome {
        Ok(written) => Ok((Some(written), Vec::new())),
        Err(Failure::Refused(refusals)) => Ok((None, refusals)),
        Err(failure) => Err(failure),
    }
}

/// Declares the payload of mutations that write one object: `payloads!(field: Type { Name, … })`.
macro_rules! payloads {
    ($field:ident: $object:ty { $($name:ident),+ $(,)? }) => {$(
        /// What the mutation did.
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            /// What was written, as it now is; null when nothing was done.
            #[graphql(directive = $crate::platform::access::inherits::apply())]
            pub $field: Option<$object>,
            /// Why nothing was done; empty when it was.
            #[graphql(directive = $crate::platform::access::inherits::apply())]
            pub refusals: Vec<$crate::platform::refusal::Refusal>,
        }

        impl From<(Option<$object>, Vec<$crate::platform::refusal::Refusal>)> for $name {
            fn from(($field, refusals): (Option<$object>, Vec<$crate::platform::refusal::Refusal>)) -> Self {
                Self { $field, refusals }
            }
        }
    )+};
}

pub(crate) use payloads;
