//! Work lists (待办): what waits for whom, over cases and approvals. They are questions to the rows as they are: nothing is
//! kept, so that a list is never wrong about what a mutation would say.
//!
//! Rules: HK-3.6, HK-3.11, HK-5.3…HK-5.5.1, HK-4.8…HK-4.11 as they decide whose turn it is.

pub mod graphql;
pub mod policy;
pub mod store;

use async_graphql::Enum;
use sea_orm::{DeriveActiveEnum, EnumIter};

/// What waits for a person: the next step of a case, of an approval item, or of an assistance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskKind {
    /// A registered case waits for a handler (`allocateCase`).
    AllocateCase,
    /// Your case waits for contact, statements and findings, and then a plan (`recordContact` … `draftPlan`).
    InvestigateCase,
    /// The plan of your case is being drafted (`draftPlan`, `submitPlan`).
    DraftPlan,
    /// The plan of your case came back from review (`draftPlan`).
    RevisePlan,
    /// A plan waits for your review (`reviewPlan`).
    ReviewPlan,
    /// An approval item waits for your endorsement (`endorseApproval`).
    EndorseApproval,
    /// An approval item waits for your decision (`decideApproval`).
    DecideApproval,
    /// A department may help with your case: it waits for the material (`deliverAssistance`).
    DeliverAssistance,
    /// A department that helps with your case asks for information (`answerInformationRequest`).
    AnswerInformationRequest,
    /// The complainant waits for the answer, which nothing stands against any more (`recordReply`).
    GiveReply,
    /// Your case was replied to and can be closed (`closeCase`).
    CloseCase,
    /// Your closed case waits to be filed (`archiveCase`).
    ArchiveCase,
}
