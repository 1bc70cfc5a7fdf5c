//! Assembles the GraphQL graph from the slices.

mod documents;
mod node;
mod permissions;

pub use documents::Documents;

use crate::approvals::graphql::{ApprovalMutations, ApprovalQueries};
use crate::approvals::loaders::ApprovalLoader;
use crate::archive::graphql::{ArchiveMutations, ArchiveQueries};
use crate::archive::loaders::ArchiveLoader;
use crate::audit::graphql::AuditQueries;
use crate::cases::graphql::{CaseMutations, CaseQueries};
use crate::cases::loaders::CaseLoader;
use crate::cases::open_work::OpenWorks;
use crate::identity::graphql::{IdentityQueries, SessionMutations, StaffMutations};
use crate::identity::loaders::PeopleLoader;
use crate::platform::access::{Described, RuleTable, Undeclared};
use crate::platform::loader::{batching, remembering};
use crate::platform::scope::Scope;
use crate::profiles::graphql::ProfileQueries;
use crate::profiles::loaders::ProfileLoader;
use async_graphql::{EmptySubscription, MergedObject, Request, SDLExportOptions, Schema, SchemaBuilder};
use node::NodeQueries;
pub use permissions::PermissionMatrix;
use permissions::PermissionQueries;

/// What can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQueries,
    PermissionQueries,
    IdentityQueries,
    ProfileQueries,
    CaseQueries,
    ApprovalQueries,
    ArchiveQueries,
    AuditQueries,
);

/// What can be done. A payload lists refusals when a rule says no; then nothing was changed.
#[derive(MergedObject, Default)]
pub struct Mutation(SessionMutations, StaffMutations, CaseMutations, ApprovalMutations, ArchiveMutations);

pub type RedressSchema = Schema<Query, Described<Mutation>, EmptySubscription>;

/// The schema, to be given what its resolvers use.
pub fn builder() -> SchemaBuilder<Query, Described<Mutation>, EmptySubscription> {
    Schema::build(Query::default(), Described::default(), EmptySubscription)
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
    let (db, actor) = (&scope.db, &scope.actor);
    let people = remembering(PeopleLoader { db: db.clone(), actor: actor.clone() });
    let profiles = remembering(ProfileLoader { db: db.clone(), actor: actor.clone() });
    let cases = batching(CaseLoader { db: db.clone(), actor: actor.clone(), open_works: open_works.clone() });
    let approvals = batching(ApprovalLoader { db: db.clone(), actor: actor.clone() });
    let files = batching(ArchiveLoader { db: db.clone(), actor: actor.clone() });
    request.data(people).data(profiles).data(cases).data(approvals).data(files).data(open_works).data(scope)
}
