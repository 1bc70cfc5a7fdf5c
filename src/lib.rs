//! redress: a GraphQL backend for complaint casework with role-based authorization.
//!
//! Rooms are named after the work; a slice imports only the slices before it in this list (docs/ARCHITECTURE.md).

pub mod platform;

pub mod calendar;
pub mod identity;
pub mod profiles;

pub mod audit;
pub mod notifications;

pub mod changes;

pub mod cases;

pub mod approvals;
pub mod assistance;

pub mod reviews;

pub mod lessons;
pub mod tasks;

pub mod archive;

pub mod incidents;

pub mod reports;

pub mod app;
pub mod demo;
pub mod schema;
