//! The three directives that declare who may read a field or run a mutation. There are no others.

use super::Permission;
use async_graphql::TypeDirective;

/// Needs a signed-in person who holds all of these permissions; an empty list asks for a signed-in person only.
#[TypeDirective(location = "FieldDefinition")]
pub fn access(requires: Vec<Permission>) {}

/// Open to everybody, also without signing in.
#[TypeDirective(location = "FieldDefinition")]
pub fn public(reason: String) {}

/// Asks for nothing beyond what the field asks for through which the object was reached.
#[TypeDirective(location = "FieldDefinition")]
pub fn inherits() {}
