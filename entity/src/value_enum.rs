//! One declaration gives a value enum its column text, its JSON text and its GraphQL name, all in SCREAMING_SNAKE_CASE.

macro_rules! value_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            sea_orm::EnumIter, sea_orm::DeriveActiveEnum, serde::Serialize, serde::Deserialize, async_graphql::Enum,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name {
            $($(#[$variant_meta])* $variant),+
        }

        impl std::fmt::Display for $name {
            /// The value as it stands in the column, in JSON and in the SDL.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&sea_orm::ActiveEnum::to_value(self))
            }
        }
    };
}

pub(crate) use value_enum;
