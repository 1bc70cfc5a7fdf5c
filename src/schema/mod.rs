//! Assembles the GraphQL graph from the slices.

mod documents;
mod node;
pub mod operations;
mod permissions;

pub use documents::Documents;
pub use operations::{CannotTrust, Operations};

use crate::approvals::delegations::graphql::{DelegationMutations, DelegationQueries};
use crate::approvals::graphql::{ApprovalMutations, ApprovalQueries, ApprovalSubscriptions};
use crate::approvals::loaders::ApprovalLoader;
use crate::archive::custody::graphql::{CustodyMutations, CustodyQueries};
use crate::archive::disposal::graphql::{DisposalMutations, DisposalQueries};
use crate::archive::graphql::{ArchiveMutations, ArchiveQueries};
use crate::archive::loaders::ArchiveLoader;
use crate::archive::reading::graphql::{ReadingMutations, ReadingQueries};
use crate::archive::retention::graphql::{RetentionMutations, RetentionQueries};
use crate::archive::supplements::graphql::SupplementMutations;
use crate::assistance::graphql::{AssistanceMutations, AssistanceQueries};
use crate::assistance::loaders::AssistanceLoader;
use crate::audit::graphql::{AuditProofQueries, AuditQueries};
use crate::audit::loaders::LeafLoader;
use crate::calendar::loaders::CalendarLoader;
use crate::cases::graphql::{
    AllocationMutations, CalendarMutations, CalendarQueries, CaseMutations, CaseQueries, CaseSubscriptions,
    ClosureMutations, DeadlineMutations, EvidenceMutations, LinkMutations, PeopleMutations, RecusalMutations,
    SimilarCaseQueries, TeamQueries,
};
use crate::cases::loaders::CaseLoader;
use crate::cases::open_work::OpenWorks;
use crate::cases::oversight::graphql::OversightMutations;
use crate::changes::graphql::ChangeQueries;
use crate::identity::graphql::{
    IdentityQueries, PledgeMutations, SecondFactorMutations, SessionMutations, StaffMutations,
};
use crate::identity::loaders::PeopleLoader;
use crate::identity::service_accounts::graphql::{ServiceAccountMutations, ServiceAccountQueries};
use crate::identity::service_accounts::loaders::ServiceAccountLoader;
use crate::incidents::graphql::{IncidentMutations, IncidentQueries};
use crate::incidents::loaders::IncidentLoader;
use crate::lessons::graphql::{LessonMutations, LessonQueries};
use crate::lessons::loaders::LessonLoader;
use crate::notifications::graphql::{DeliveryQueries, NotificationMutations, NotificationSubscriptions};
use crate::platform::access::{Described, RuleTable, Undeclared};
use crate::platform::answered_once::AnsweredOnce;
use crate::platform::loader::{batching, remembering};
use crate::platform::scope::Scope;
use crate::platform::vault::loaders::DataKeyLoader;
use crate::profiles::graphql::ProfileQueries;
use crate::profiles::loaders::ProfileLoader;
use crate::reports::graphql::{ReportMutations, ReportQueries};
use crate::reviews::graphql::{JointReviewMutations, JointReviewQueries, JointReviewSubscriptions};
use crate::reviews::loaders::JointReviewLoader;
use crate::tasks::graphql::TaskSubscriptions;
use async_graphql::{MergedObject, MergedSubscription, Request, SDLExportOptions, Schema, SchemaBuilder};
use node::NodeQueries;
pub use permissions::PermissionMatrix;
use permissions::PermissionQueries;

/// What can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQueries,
    PermissionQueries,
    IdentityQueries,
    ServiceAccountQueries,
    ProfileQueries,
    CalendarQueries,
    CaseQueries,
    TeamQueries,
    SimilarCaseQueries,
    ApprovalQueries,
    DelegationQueries,
    AssistanceQueries,
    JointReviewQueries,
    LessonQueries,
    ArchiveQueries,
    ReadingQueries,
    CustodyQueries,
    IncidentQueries,
    RetentionQueries,
    DisposalQueries,
    AuditQueries,
    AuditProofQueries,
    ReportQueries,
    DeliveryQueries,
    ChangeQueries,
);

/// What can be done. A payload lists refusals when a rule says no; then nothing was changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    SessionMutations,
    PledgeMutations,
    SecondFactorMutations,
    StaffMutations,
    ServiceAccountMutations,
    ApprovalMutations,
    DelegationMutations,
    AssistanceMutations,
    JointReviewMutations,
    ArchiveMutations,
    ReadingMutations,
    SupplementMutations,
    CustodyMutations,
    IncidentMutations,
    RetentionMutations,
    DisposalMutations,
    CalendarMutations,
    CaseMutations,
    DeadlineMutations,
    ReportMutations,
    OversightMutations,
    LessonMutations,
    AllocationMutations,
    ClosureMutations,
    PeopleMutations,
    LinkMutations,
    RecusalMutations,
    EvidenceMutations,
    NotificationMutations,
);

/// What can be followed, by WebSocket at `/graphql/ws` (`graphql-transport-ws`) or as server-sent events at `/graphql`. Each answer is
/// resolved anew, with what you may see at that moment.
#[derive(MergedSubscription, Default)]
pub struct Subscription(
    CaseSubscriptions,
    ApprovalSubscriptions,
    JointReviewSubscriptions,
    TaskSubscriptions,
    NotificationSubscriptions,
);

pub type RedressSchema = Schema<Query, Mutation, Described<Subscription>>;

/// The schema, to be given what its resolvers use.
pub fn builder() -> SchemaBuilder<Query, Mutation, Described<Subscription>> {
    Schema::build(Query::default(), Mutation::default(), Described::default())
}

/// A schema that validates documents and runs none.
pub fn validator() -> RedressSchema {
    builder().extension(operations::ValidateOnly).finish()
}

/// The schema as text: what `schema.graphql` holds.
pub fn sdl(schema: &RedressSchema) -> String {
    schema.sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions().use_space_ident())
}

/// What every field asks for; fails when one does not say so.
pub fn rules(schema: &RedressSchema) -> Result<RuleTable, Undeclared> {
    RuleTable::of_schema(&sdl(schema))
}

/// Gives a request its scope and its own loaders, which hold its actor.
pub fn prepare(request: Request, scope: Scope, open_works: OpenWorks) -> Request {
    let (db, actor) = (scope.db.clone(), scope.actor.clone());
    request
        .data(remembering(PeopleLoader { db: db.clone(), actor: actor.clone() }))
        .data(remembering(ProfileLoader { db: db.clone(), actor: actor.clone() }))
        .data(remembering(CalendarLoader { db: db.clone(), actor: actor.clone() }))
        .data(batching(CaseLoader { db: db.clone(), actor: actor.clone(), open_works: open_works.clone() }))
        .data(batching(ApprovalLoader { db: db.clone(), actor: actor.clone() }))
        .data(batching(AssistanceLoader { db: db.clone(), actor: actor.clone() }))
        .data(batching(JointReviewLoader { db: db.clone(), actor: actor.clone() }))
        .data(batching(LessonLoader { db: db.clone(), actor: actor.clone() }))
        .data(batching(LeafLoader { db: db.clone(), actor: actor.clone() }))
        .data(batching(IncidentLoader { db: db.clone(), actor: actor.clone() }))
        .data(batching(ServiceAccountLoader { db: db.clone(), actor: actor.clone() }))
        .data(remembering(DataKeyLoader { db: db.clone(), actor: actor.clone() }))
        .data(batching(ArchiveLoader { db, actor }))
        .data(AnsweredOnce::default())
        .data(open_works)
        .data(scope)
}
