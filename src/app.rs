//! The composition root: configuration → keys → schema → server and jobs.

use crate::approvals;
use crate::approvals::open_work::UndecidedApprovals;
use crate::approvals::service::lapse_approvals::lapse_approvals;
use crate::archive;
use crate::archive::disposal::carry_out::{Disposing, carry_out};
use crate::archive::reading::desk::ReadingDesk;
use crate::assistance;
use crate::assistance::open_work::OpenAssistances;
use crate::audit::RecordDenial;
use crate::audit::anchors::{Anchors, CannotAnchor};
use crate::audit::metrics::AuditMetrics;
use crate::audit::service::hand_over_heads::hand_over_heads;
use crate::audit::service::seal_events::seal_events;
use crate::cases;
use crate::cases::evidence::desk::EvidenceDesk;
use crate::cases::evidence::forget::forget_uploads;
use crate::cases::forms;
use crate::cases::open_work::{OpenWork, OpenWorks};
use crate::cases::service::expire_suspensions::expire_suspensions;
use crate::cases::service::sweep_deadlines::sweep_deadlines;
use crate::changes::feed;
use crate::identity::authenticator::Authenticator;
use crate::identity::passwords::Passwords;
use crate::identity::posts::Posts;
use crate::identity::service_accounts;
use crate::identity::service_accounts::service::grant_token::grant_token;
use crate::identity::sign_in_rules::SignInRules;
use crate::identity::single_sign_on::{CannotSignOn, SingleSignOn};
use crate::identity::staff_rules::StaffRules;
use crate::identity::tokens::Tokens;
use crate::identity::{self, throttle};
use crate::lessons;
use crate::notifications::delivery::{CannotDeliver, Courier};
use crate::platform::access::{Actor, CheckedDocument, Permission, Undeclared};
use crate::platform::clock::Clock;
use crate::platform::config::{AuditConfig, Config};
use crate::platform::db::erasure::{CODES, Erasure, Kept};
use crate::platform::db::{Database, Statements, forget_idempotency_keys};
use crate::platform::error::{Failure, Result};
use crate::platform::files::{Files, FilesError};
use crate::platform::http::{Caller, Engine, Granted, NotGranted, Start, TokenAsked, Wanted, start};
use crate::platform::ids::{NodeKey, parse_global};
use crate::platform::jobs::{self, JobMetrics, Periodic, Running, Setup};
use crate::platform::live::{Hub, Round};
use crate::platform::openid::Issuers;
use crate::platform::origin::Origin;
use crate::platform::scope::Scope;
use crate::platform::signing::{NotASigningKey, ServerKeys};
use crate::platform::vault::{Vault, VaultError};
use crate::profiles::password_age::ProfilePasswordAge;
use crate::profiles::posts::ProfilePosts;
use crate::profiles::staff_rules::ProfileStaffRules;
use crate::reviews;
use crate::reviews::open_work::JointReviewsGoingOn;
use crate::schema::{self, CannotTrust, Documents, Operations, PermissionMatrix, RedressSchema};
use actix_web::dev::Server;
use async_graphql::{Request, Response, ServerError};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{ApprovalId, AssistanceId, CaseId, JointReviewId};
use futures_util::StreamExt;
use prometheus_client::registry::Registry;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Everything that the workers of one server share.
pub struct App {
    schema: RedressSchema,
    documents: Documents,
    authenticator: Arc<Authenticator>,
    single_sign_on: Arc<SingleSignOn>,
    tokens: Arc<Tokens>,
    pub keys: Arc<ServerKeys>,
    passwords: Passwords,
    open_works: OpenWorks,
    introspection: bool,
    clock: Clock,
    job_metrics: JobMetrics,
    audit_metrics: AuditMetrics,
    hub: Arc<Hub>,
    jobs: Vec<Periodic>,
    pub vault: Arc<Vault>,
    pub files: Files,
    /// What disposing of archive files needs beyond the database.
    pub disposing: Disposing,
    pub statements: Statements,
}

/// Why a server cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    #[error(transparent)]
    Schema(#[from] Undeclared),
    #[error("secrets.signing_key: {0}")]
    SigningKey(#[from] NotASigningKey),
    #[error("secrets: {0}")]
    Vault(#[from] VaultError),
    #[error("operations: {0}")]
    Operations(#[from] CannotTrust),
    #[error(transparent)]
    SignOn(#[from] CannotSignOn),
    #[error("files: {0}")]
    Files(#[from] FilesError),
    #[error(transparent)]
    Delivery(#[from] CannotDeliver),
    #[error(transparent)]
    Anchors(#[from] CannotAnchor),
    #[error("server.bind: {0}")]
    Listen(#[from] std::io::Error),
}

impl App {
    pub fn new(config: &Config, clock: Clock) -> Result<Self, CannotStart> {
        let vault = Arc::new(Vault::new(&config.secrets.key_encryption_keys, &config.secrets.index_key)?);
        let keys = Arc::new(ServerKeys::parse(&config.secrets.signing_key)?);
        let tokens = Arc::new(Tokens::new(&keys, &config.identity, clock.clone())?);
        let sign_in = SignInRules::new(&config.identity, Arc::clone(&tokens), Arc::new(ProfilePasswordAge));
        let passwords = sign_in.passwords.clone();
        let issuers = Issuers::new(&config.issuers, &clock).map_err(CannotSignOn::from)?;
        let single_sign_on = Arc::new(SingleSignOn::new(issuers, sign_in.clone())?);
        let staff_rules: Arc<dyn StaffRules> = Arc::new(ProfileStaffRules);
        let files = Files::new(&config.files)?;
        let hub = Arc::new(Hub::default());
        let mut builder = schema::builder()
            .data(sign_in)
            .data(Arc::clone(&keys))
            .data(Arc::clone(&hub))
            .data(Arc::clone(&staff_rules))
            .data(files.clone())
            .data::<Arc<dyn Posts>>(Arc::new(ProfilePosts));
        if !config.server.introspection {
            // "Did you mean …?" would tell the schema name by name.
            builder = builder.disable_suggestions();
        }
        let validator = schema::validator();
        let rules = schema::rules(&validator)?;
        let operations = Operations::load(&config.operations, &validator, &rules, &config.limits)?;
        let schema = builder.data(PermissionMatrix::new(&rules)).finish();
        let documents = Documents::new(rules, config.limits, operations);
        let authenticator =
            Authenticator::new(Arc::clone(&tokens), clock.clone(), staff_rules, Arc::clone(&single_sign_on));
        let audit_metrics = AuditMetrics::default();
        let disposing = Disposing { files: files.clone(), keys: Arc::clone(&keys), erasures: ERASURES };
        Ok(Self {
            schema,
            documents,
            authenticator: Arc::new(authenticator),
            single_sign_on,
            tokens,
            keys: Arc::clone(&keys),
            passwords,
            open_works: open_works(),
            introspection: config.server.introspection,
            clock,
            hub,
            job_metrics: JobMetrics::default(),
            jobs: periodic(config, &files, &disposing)?
                .into_iter()
                .chain(audit_jobs(config, &keys, &audit_metrics)?)
                .collect(),
            audit_metrics,
            disposing,
            vault,
            files,
            statements: Statements::default(),
        })
    }

    /// The periodic work of this server.
    pub fn jobs(&self) -> &[Periodic] {
        &self.jobs
    }

    /// The figures of that work.
    pub fn job_metrics(&self) -> &JobMetrics {
        &self.job_metrics
    }

    /// Begins with the periodic work, on a thread of its own; none when the configuration leaves it to other servers.
    pub fn start_jobs(&self, config: &Config) -> Result<Option<Running>, CannotStart> {
        if !config.jobs.enabled {
            return Ok(None);
        }
        let setup = Setup {
            database: config.database.clone(),
            outlets: config.outlets(),
            clock: self.clock.clone(),
            vault: Arc::clone(&self.vault),
            commits: self.hub.commits.clone(),
            jobs: self.jobs.clone(),
            metrics: self.job_metrics.clone(),
            shutdown: Duration::from_secs(config.server.shutdown_seconds),
        };
        Ok(Some(jobs::start(setup)?))
    }

    /// Serves on a socket while the returned server is awaited, until its handle stops it.
    pub fn serve(self: Arc<Self>, config: Config, listener: TcpListener) -> Result<(SocketAddr, Server), CannotStart> {
        let (clock, vault, statements) = (self.clock.clone(), Arc::clone(&self.vault), self.statements.clone());
        let desk = Arc::new(ReadingDesk { evidence: self.desk() });
        actix_web::rt::spawn(feed::run(feed::Setup {
            database: config.database.clone(),
            clock: clock.clone(),
            vault: Arc::clone(&vault),
            hub: Arc::clone(&self.hub),
        }));
        Ok(start(Start { config, engine: self, desk, clock, vault, statements, listener })?)
    }

    /// Ends what is connected for long, so that stopping need not wait for it.
    pub fn let_go(&self) {
        self.hub.close();
    }

    /// What keeps the rows of evidence files.
    pub fn desk(&self) -> Arc<EvidenceDesk> {
        Arc::new(EvidenceDesk { files: self.files.clone(), vault: Arc::clone(&self.vault) })
    }
}

/// Every kind of work that keeps a case from being replied to and closed while it is open.
pub fn open_works() -> OpenWorks {
    OpenWorks(Arc::from([
        Box::new(UndecidedApprovals) as Box<dyn OpenWork>,
        Box::new(OpenAssistances),
        Box::new(JointReviewsGoingOn),
    ]))
}

/// What goes when an archive file is disposed of, and what stays: every text column of the schema stands in one of them.
pub const ERASURES: &[&Erasure] = &[
    &cases::erasure::ERASURE,
    &approvals::erasure::ERASURE,
    &assistance::erasure::ERASURE,
    &reviews::erasure::ERASURE,
    &lessons::erasure::ERASURE,
    &archive::erasure::ERASURE,
    &OF_NO_CASE,
];

const OF_NO_CASE: Erasure = Erasure {
    erased: &[],
    removed: &[],
    kept: &[
        Kept {
            table: "audit_events",
            columns: &["action", "system_reason", "actor_roles", "subject_type", "before", "after", "request_id"],
            because: "facts without personal data, which prove that everything else was as it was",
        },
        Kept {
            table: "audit_events",
            columns: &["reason_sealed"],
            because: "sealed with the key of the case, and gone with it",
        },
        Kept { table: "audit_tree_heads", columns: &["key_id", "signature"], because: "the log over the audit trail" },
        Kept { table: "audit_anchors", columns: &["name", "problem"], because: "the log over the audit trail" },
        Kept { table: "confidentiality_pledges", columns: &["version", "text_sha256"], because: CODES },
        Kept { table: "incidents", columns: &["kind"], because: CODES },
        Kept {
            table: "incidents",
            columns: &["account_sealed", "persons_sealed", "measure_sealed"],
            because: "who is liable for a leak outlives the case (SG-16.7)",
        },
        Kept {
            table: "incident_follow_ups",
            columns: &["text_sealed"],
            because: "who is liable for a leak outlives the case (SG-16.7)",
        },
        Kept {
            table: "idempotency_keys",
            columns: &["key", "payload_index", "output"],
            because: "gone after jobs.keep_idempotency_days, long before",
        },
        Kept { table: "notifications", columns: &["kind"], because: CODES },
        Kept { table: "notification_preferences", columns: &["kind"], because: CODES },
        Kept { table: "deliveries", columns: &["channel", "endpoint", "state", "problem"], because: CODES },
        Kept { table: "monthly_reports", columns: &["figures", "suggestion_ids"], because: "figures and keys" },
        Kept { table: "departments", columns: &["name"], because: "the organisation" },
        Kept {
            table: "staff",
            columns: &["login", "name", "title", "password_hash", "email_sealed", "agent_code", "employee_number"],
            because: "the people who work here",
        },
        Kept { table: "staff_identities", columns: &["issuer", "subject"], because: "the people who work here" },
        Kept { table: "staff_roles", columns: &["role"], because: CODES },
        Kept {
            table: "staff_sessions",
            columns: &["device", "issuer", "issuer_session"],
            because: "the people who work here",
        },
        Kept { table: "refresh_tokens", columns: &["sha256"], because: CODES },
        Kept {
            table: "second_factors",
            columns: &["secret_sealed", "pending_sealed"],
            because: "the people who work here",
        },
        Kept { table: "recovery_codes", columns: &["code_index"], because: CODES },
        Kept { table: "service_accounts", columns: &["role", "scopes"], because: CODES },
        Kept {
            table: "service_account_keys",
            columns: &["thumbprint", "public_key"],
            because: "public keys of programs",
        },
        Kept { table: "service_assertions", columns: &["sha256"], because: "forgotten after some minutes" },
        Kept { table: "sign_in_failures", columns: &["subject"], because: "forgotten after an hour" },
        Kept { table: "profile_versions", columns: &["code", "content", "sha256"], because: "the rules" },
        Kept { table: "calendar_versions", columns: &["calendar", "content", "sha256"], because: "the calendar" },
        Kept {
            table: "data_keys",
            columns: &["name", "wrapped"],
            because: "what belongs to no case is sealed with them",
        },
        Kept { table: "jobs", columns: &["name"], because: CODES },
        Kept { table: "number_series", columns: &["name"], because: CODES },
        Kept { table: "calendars", columns: &["name"], because: CODES },
    ],
};

const EVERY_MINUTE: Duration = Duration::from_secs(60);
const HOURLY: Duration = Duration::from_secs(3600);

/// What is done again and again, and how often. Each piece does no harm when it is done twice (`platform::jobs`).
fn periodic(config: &Config, files: &Files, disposing: &Disposing) -> Result<Vec<Periodic>, CannotDeliver> {
    let courier = Arc::new(Courier::new(config)?);
    let (files, disposing) = (files.clone(), disposing.clone());
    let seconds = Duration::from_secs(config.jobs.deliver_every_seconds.get().into());
    let kept = TimeDelta::days(config.jobs.keep_idempotency_days.get().into());
    Ok(vec![
        Periodic::new("deliver-notifications", seconds, move |db, actor| {
            let courier = Arc::clone(&courier);
            async move { courier.deliver(&db, &actor).await }
        }),
        Periodic::new("sweep-deadlines", EVERY_MINUTE, |db, _| async move {
            let swept = sweep_deadlines(&db).await?;
            Ok(swept.missed + swept.warned)
        }),
        Periodic::new("expire-suspensions", EVERY_MINUTE, |db, _| async move { expire_suspensions(&db, 100).await }),
        Periodic::new("lapse-approvals", EVERY_MINUTE, |db, _| async move { lapse_approvals(&db, 100).await }),
        Periodic::new("dispose-archive-files", EVERY_MINUTE, move |db, _| {
            let disposing = disposing.clone();
            async move { carry_out(&db, &disposing).await }
        }),
        Periodic::new("forget-uploads", HOURLY, move |db, _| {
            let files = files.clone();
            async move { forget_uploads(&db, &files).await }
        }),
        Periodic::new("forget-idempotency-keys", HOURLY, move |db, _| async move {
            forget_idempotency_keys(&db, db.now() - kept).await
        }),
        Periodic::new("forget-sign-ins", HOURLY, |db, _| async move {
            let sessions = identity::store::forget_all_old_sessions(&db).await?;
            let assertions = service_accounts::store::forget_old_assertions(&db).await?;
            Ok(sessions + assertions + throttle::forget_old_failures(&db).await?)
        }),
    ])
}

/// What keeps the audit trail verifiable.
fn audit_jobs(config: &Config, keys: &Arc<ServerKeys>, metrics: &AuditMetrics) -> Result<[Periodic; 2], CannotAnchor> {
    let AuditConfig { seal_every_seconds, anchor_every_seconds, .. } = config.audit;
    let every = |seconds: NonZeroU32| Duration::from_secs(seconds.get().into());
    let (keys, counts) = (Arc::clone(keys), metrics.clone());
    let seal = Periodic::new("seal-audit-events", every(seal_every_seconds), move |db, actor| {
        let (keys, metrics) = (Arc::clone(&keys), counts.clone());
        async move { seal_events(&db, &actor, &keys, &metrics).await }
    });
    let (anchors, counts) = (Arc::new(Anchors::new(&config.audit)?), metrics.clone());
    let hand_over = Periodic::new("anchor-audit-heads", every(anchor_every_seconds), move |db, actor| {
        let (anchors, metrics) = (Arc::clone(&anchors), counts.clone());
        async move { hand_over_heads(&db, &actor, &anchors, &metrics).await }
    });
    Ok([seal, hand_over])
}

impl Engine for App {
    fn document(&self, wanted: &Wanted) -> Result<Arc<CheckedDocument>, ServerError> {
        self.documents.get(wanted)
    }

    fn introspection(&self) -> bool {
        self.introspection
    }

    async fn authenticate(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<Actor> {
        self.authenticator.actor(db, token, request_id).await
    }

    async fn admit(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<(Actor, DateTime<Utc>)> {
        self.authenticator.admit(db, token, request_id).await
    }

    fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    fn issuers(&self) -> Option<&Issuers> {
        Some(&self.single_sign_on.issuers)
    }

    async fn record_denial(&self, db: &Database, actor: &Actor, permission: Permission) -> Result<()> {
        let (db, actor) = (db.clone(), actor.clone());
        // In a task of its own, so that a caller who hangs up does not leave a transaction half-way.
        let task = tokio::spawn(async move { db.run(&actor, &RecordDenial { permission }).await });
        task.await.map_err(|_| Failure::internal("recording a denial failed"))?
    }

    fn passwords_waiting(&self) -> usize {
        self.passwords.waiting()
    }

    fn register_metrics(&self, registry: &mut Registry) {
        self.job_metrics.register(registry);
        self.audit_metrics.register(registry);
    }

    fn key_set(&self) -> String {
        self.keys.current().key_set()
    }

    fn issuer(&self) -> &str {
        self.tokens.issuer()
    }

    async fn grant_token(
        self: Arc<Self>,
        db: Database,
        origin: Origin,
        asked: TokenAsked,
    ) -> Result<Granted, NotGranted> {
        grant_token(&self.tokens, &db, &self.vault, origin.address, &asked).await
    }

    async fn print_form(
        self: Arc<Self>,
        db: Database,
        actor: Actor,
        origin: Origin,
        about: String,
        kind: String,
    ) -> Result<String> {
        let scope = Scope { db, actor, clock: self.clock.clone(), vault: Arc::clone(&self.vault), origin };
        let (type_name, id) = parse_global(&about).ok_or(Failure::NotFound)?;
        match type_name.as_str() {
            CaseId::TYPE => forms::print(&scope, id.into(), &kind).await,
            JointReviewId::TYPE => reviews::form::print(&scope, id.into(), &kind).await,
            ApprovalId::TYPE => approvals::form::print(&scope, id.into(), &kind).await,
            AssistanceId::TYPE => assistance::form::print(&scope, id.into(), &kind).await,
            _ => Err(Failure::NotFound),
        }
    }

    async fn execute(self: Arc<Self>, db: Database, caller: Caller, request: Request) -> Response {
        let Caller { actor, language, origin } = caller;
        let scope = Scope { db, actor, clock: self.clock.clone(), vault: Arc::clone(&self.vault), origin };
        self.schema.execute(schema::prepare(request.data(language), scope, self.open_works.clone())).await
    }

    async fn round(
        self: Arc<Self>,
        db: Database,
        caller: Caller,
        request: Request,
        round: Arc<Round>,
    ) -> Vec<Response> {
        let Caller { actor, language, origin } = caller;
        let scope = Scope { db, actor, clock: self.clock.clone(), vault: Arc::clone(&self.vault), origin };
        let request = schema::prepare(request.data(language).data(round), scope, self.open_works.clone());
        self.schema.execute_stream(request).collect().await
    }
}
