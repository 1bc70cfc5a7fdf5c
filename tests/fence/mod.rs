//! What no one may break.

mod access;
mod access_matrix;
mod imports;
mod schema;
mod statements;
