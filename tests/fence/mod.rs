//! What no one may break.

mod access;
pub mod access_matrix;
mod erasure;
mod imports;
mod schema;
mod statements;
