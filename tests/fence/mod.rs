//! What no one may break.

mod access;
mod imports;
mod schema;
mod statements;
