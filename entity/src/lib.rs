//! The tables of redress: one file per table, id newtypes and value enums.
//!
//! There is no logic here. Value enums derive `async_graphql::Enum`, so that a value is declared once, from its column
//! to the SDL (docs/adr/0001-layout.md); nothing else in this crate knows GraphQL.

pub mod access_register;
pub mod approval;
pub mod approval_execution;
pub mod approval_step;
pub mod archive_file;
pub mod assistance;
pub mod assistance_evidence;
pub mod audit_event;
pub mod authority_letter;
pub mod calendar;
pub mod calendar_version;
pub mod case;
pub mod case_complainant;
pub mod case_deadline;
pub mod case_entry;
pub mod case_identifier;
pub mod case_link;
pub mod case_recusal;
pub mod case_respondent;
pub mod case_routing;
pub mod case_suspension;
pub mod data_key;
pub mod deadline_extension;
pub mod deadline_pause;
pub mod delegation;
pub mod delivery;
pub mod department;
pub mod disposal;
pub mod disposal_item;
pub mod evidence;
pub mod idempotency_key;
pub mod information_request;
pub mod intake_form;
pub mod job;
pub mod joint_review;
pub mod joint_review_agenda;
pub mod joint_review_attendee;
pub mod joint_review_evidence;
pub mod joint_review_minutes;
pub mod joint_review_refusal;
pub mod joint_review_signature;
pub mod legal_hold;
pub mod legal_hold_release;
pub mod library_entry;
pub mod library_tag;
pub mod monthly_report;
pub mod notification;
pub mod notification_preference;
pub mod number_series;
pub mod permanent_retention;
pub mod plan;
pub mod profile_version;
pub mod refresh_token;
pub mod sign_in_failure;
pub mod staff;
pub mod staff_role;
pub mod staff_session;
pub mod suggestion;
pub mod upload;

mod ids;
mod value_enum;

pub use ids::*;
