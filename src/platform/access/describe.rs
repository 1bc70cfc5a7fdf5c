//! What a field requires, in words at the end of its description: people read the schema in an explorer that does not show
//! directives.

use super::{Permission, Rule};
use async_graphql::registry::{MetaType, Registry};
use async_graphql::{Context, Response, SubscriptionType};
use futures_util::Stream;
use std::borrow::Cow;
use std::pin::Pin;

impl Rule {
    /// The sentence that ends the description of a field with this rule.
    pub fn sentence(&self) -> String {
        match self {
            Self::Public => "Requires: nothing, open to everybody.".to_owned(),
            Self::Inherits => "Requires: what its object requires.".to_owned(),
            Self::Requires(permissions) if permissions.is_empty() => "Requires: being signed in.".to_owned(),
            Self::Requires(permissions) => {
                let names: Vec<_> = permissions.iter().map(|permission: Permission| permission.to_string()).collect();
                format!("Requires: {}.", names.join(" and "))
            }
        }
    }
}

/// The root of subscriptions, registered last, that ends the description of every field registered with what the field requires.
#[derive(Default)]
pub struct Described<T>(T);

impl<T: SubscriptionType> SubscriptionType for Described<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = T::create_type_info(registry);
        for ty in registry.types.values_mut() {
            let (MetaType::Object { fields, .. } | MetaType::Interface { fields, .. }) = ty else { continue };
            for field in fields.values_mut() {
                // A field without a rule stops the start elsewhere, by name.
                let Some(rule) = Rule::of_invocations(&field.directive_invocations) else { continue };
                let text = field.description.take().unwrap_or_default();
                let apart = if text.is_empty() { "" } else { "\n" };
                field.description = Some(format!("{text}{apart}{}", rule.sentence()));
            }
        }
        name
    }

    fn create_field_stream<'a>(
        &'a self,
        ctx: &'a Context<'_>,
    ) -> Option<Pin<Box<dyn Stream<Item = Response> + Send + 'a>>> {
        self.0.create_field_stream(ctx)
    }
}
