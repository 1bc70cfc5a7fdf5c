//! Joint review meetings (合议): asked for by the handler, agreed to by the supervisor, held by people in set capacities, minuted,
//! and signed by all who were there when the outcome was given.
//!
//! Rules: HK-7.1, HK-7.3…HK-7.7, HK-8.6, HK-5.4.7, HK-F.7, HK-A11, HK-A16, HK-A20, HK-A21. The request and its answer are an
//! approval item; from the convening on, [`policy::state`] follows from what is written here.
//!
//! - Agreeing decides that a meeting is held; convening says that the evidence pack was checked (HK-7.5.2).
//! - Every version of the minutes is kept. A signature is on one version; with a new one, all are void.
//! - Those sign who were there when the outcome was given. A refusal to sign is on record, and takes the place of no
//!   signature: the record becomes final when a version is signed by all, with dissent where there is some (HK-A16).
//! - Of a preliminary outcome the record is final with the final opinion in it, signed by all.
//! - A final record is guidance for the plan of a grave case (HK-5.4.7). It approves nothing (HK-7.7).

pub mod erasure;
mod error;
pub mod figures;
pub mod form;
pub mod graphql;
pub mod invitation;
pub mod loaders;
pub mod minutes;
pub mod open_work;
pub mod pack;
pub mod policy;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(
    JointReviewAttendeeId => "JointReviewAttendee",
    JointReviewId => "JointReview",
    JointReviewMinutesId => "JointReviewMinutes",
    JointReviewSignatureId => "JointReviewSignature",
);
