//! Complaint cases (投诉案件): intake, people, recusal, handling record, evidence, deadlines, plan, reply, closure.
//!
//! Rules: HK-2.1, HK-2.3…HK-2.5, HK-3.1…HK-3.4, HK-3.6, HK-3.8, HK-3.11, HK-4.8, HK-5.1.1…HK-5.2.2, HK-5.3…HK-5.4.5, HK-5.4.9,
//! HK-5.5.1…HK-5.5.6, HK-7.2.1, HK-8.1…HK-8.8, HK-A15, HK-F.1…HK-F.5, SG-9.2.4.

pub mod allocation;
pub mod answering;
pub mod assisting;
pub mod deadlines;
pub mod entry;
pub mod erasure;
pub(crate) mod error;
pub mod evidence;
pub mod forms;
pub mod graphql;
pub mod intake_form;
pub mod loaders;
pub mod open_work;
pub mod oversight;
pub mod people;
pub mod personal;
pub mod personal_values;
pub mod plans;
pub mod policy;
pub mod recusal;
pub mod sealed;
pub mod service;
pub mod store;
pub mod succession;
pub mod suspensions;
pub mod team;
pub mod voiding;

crate::platform::ids::node_keys!(
    AuthorityLetterId => "AuthorityLetter",
    CaseId => "Case",
    CaseEntryId => "TimelineEntry",
    CaseLinkId => "CaseLink",
    ComplainantId => "Complainant",
    PlanId => "Plan",
    RecusalId => "Recusal",
    RespondentId => "Respondent",
);
