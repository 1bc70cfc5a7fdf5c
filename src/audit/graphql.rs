//! The audit trail as auditors read it.

mod proofs;

pub use proofs::AuditProofQueries;

use super::loaders::LeafLoader;
use super::store::{self, Filter, POSITION};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access};
use crate::platform::ids::{Global, NodeKey, global_of};
use crate::platform::instant;
use crate::platform::loader::Batching;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::scope::Scope;
use crate::platform::text::any_wanted;
use crate::platform::vault::loaders::key_of;
use async_graphql::{Context, Description, ID, InputObject, Json, Object, Result};
use chrono::{DateTime, Utc};
use entity::audit_event::{self, AuditAction};
use entity::{CaseId, StaffId};
use serde_json::Value;

/// One committed write, or one refused operation. Nobody can change or delete it.
#[derive(Description)]
pub struct AuditEvent(audit_event::Model);

#[Object(use_type_description)]
impl AuditEvent {
    #[graphql(directive = crate::platform::access::inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }

    /// The number of its leaf in the audit log, from 0: consecutive, in the order of sealing. Null in the second or two before it is
    /// sealed. `auditProof` proves that it is there.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn leaf_index(&self, ctx: &Context<'_>) -> Result<Option<i64>> {
        ctx.data_unchecked::<Batching<LeafLoader>>().load_one(self.0.id).await
    }

    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn action(&self) -> AuditAction {
        self.0.action
    }

    /// Who did it; null when the system acted.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.actor_id?).await)
    }

    /// Why the system acted.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn system_reason(&self) -> Option<&str> {
        self.0.system_reason.as_deref()
    }

    /// The roles that the person held at that moment; of a service account `SERVICE` and the role whose rows it sees.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn actor_roles(&self) -> Vec<&str> {
        self.0.actor_roles.split(',').filter(|role| !role.is_empty()).collect()
    }

    /// Type of what was written, for example `Approval`.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn subject_type(&self) -> &str {
        &self.0.subject_type
    }

    /// Id of what was written.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn subject_id(&self) -> ID {
        global_of(&self.0.subject_type, self.0.subject_id)
    }

    /// Id of the case that it belongs to.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn case_id(&self) -> Option<ID> {
        self.0.case_id.map(NodeKey::global)
    }

    /// The changed facts before: states, roles, amounts in fen, keys and hashes; never personal data.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn before(&self) -> Json<Value> {
        Json(self.0.before.clone())
    }

    /// The changed facts after.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn after(&self) -> Json<Value> {
        Json(self.0.after.clone())
    }

    /// What the person gave as reason or opinion; null once the archive file of the case was disposed of (SG-13.6).
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn reason(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        let sealed = self.0.reason_sealed.as_deref()?;
        let key = match self.0.case_id {
            Some(case) => key_of(ctx, case).await.transpose()?,
            None => Scope::of(ctx).vault.system().cloned().map_err(Into::into),
        };
        Some(key.and_then(|key| Ok(key.open("audit_events.reason", self.0.id, sealed)?)))
    }

    /// Ties the event to the request: the header `X-Request-Id` of its answer, and the server's log.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    async fn request_id(&self) -> &str {
        &self.0.request_id
    }
}

/// Narrows a list of events; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct AuditEventFilter {
    pub case_id: Option<Global<CaseId>>,
    /// Who did it.
    pub actor_id: Option<Global<StaffId>>,
    /// Any of these actions.
    pub actions: Option<Vec<AuditAction>>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub until: Option<DateTime<Utc>>,
}

#[derive(Default)]
pub struct AuditQueries;

#[Object]
impl AuditQueries {
    /// What was done, the latest first.
    #[graphql(directive = access::apply(vec![Permission::AuditRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn audit_events(
        &self,
        ctx: &Context<'_>,
        filter: Option<AuditEventFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<AuditEvent>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let AuditEventFilter { case_id, actor_id, actions, from, until } = filter.unwrap_or_default();
        let filter = Filter {
            case: case_id.map(|id| id.0),
            actor: actor_id.map(|id| id.0),
            actions: any_wanted("actions", actions)?,
            from: instant::given("from", from)?,
            until: instant::given("until", until)?,
        };
        let query = filter.apply(store::visible_to(&scope.actor));
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &audit_event::Model| Cursor::new(row.occurred_at, row.id), AuditEvent))
    }
}
