//! The composition root: configuration → keys → schema → server.

use crate::approvals::open_work::UndecidedApprovals;
use crate::audit::RecordDenial;
use crate::cases::open_work::OpenWorks;
use crate::identity::authenticator::Authenticator;
use crate::identity::passwords::Passwords;
use crate::identity::sign_in_rules::SignInRules;
use crate::identity::tokens::{NotASigningKey, Tokens};
use crate::platform::access::{Actor, CheckedDocument, Permission, Undeclared};
use crate::platform::clock::Clock;
use crate::platform::config::Config;
use crate::platform::db::{Database, Statements};
use crate::platform::error::{Failure, Result};
use crate::platform::http::{Caller, Engine, Start, start};
use crate::platform::scope::Scope;
use crate::platform::vault::{Vault, VaultError};
use crate::profiles::password_age::ProfilePasswordAge;
use crate::schema::{self, Documents, PermissionMatrix, RedressSchema};
use actix_web::dev::Server;
use async_graphql::{Request, Response, ServerError};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// Everything that the workers of one server share.
pub struct App {
    schema: RedressSchema,
    documents: Documents,
    authenticator: Arc<Authenticator>,
    tokens: Arc<Tokens>,
    passwords: Passwords,
    open_works: OpenWorks,
    introspection: bool,
    clock: Clock,
    pub vault: Arc<Vault>,
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
    #[error("server.bind: {0}")]
    Listen(#[from] std::io::Error),
}

impl App {
    pub fn new(config: &Config, clock: Clock) -> Result<Self, CannotStart> {
        let vault = Arc::new(Vault::new(&config.secrets.data_keys, &config.secrets.index_key)?);
        let tokens = Arc::new(Tokens::new(&config.secrets.signing_key, &config.identity, clock.clone())?);
        let sign_in = SignInRules::new(&config.identity, Arc::clone(&tokens), Arc::new(ProfilePasswordAge));
        let passwords = sign_in.passwords.clone();
        let mut builder = schema::builder().data(sign_in);
        if !config.server.introspection {
            // "Did you mean …?" would tell the schema name by name.
            builder = builder.disable_suggestions();
        }
        let rules = schema::rules(&schema::builder().finish())?;
        let schema = builder.data(PermissionMatrix::new(&rules)).finish();
        let documents = Documents::new(rules, config.limits);
        Ok(Self {
            schema,
            documents,
            authenticator: Arc::new(Authenticator::new(Arc::clone(&tokens), clock.clone())),
            tokens,
            passwords,
            open_works: OpenWorks(Arc::from([Box::new(UndecidedApprovals) as Box<_>])),
            introspection: config.server.introspection,
            clock,
            vault,
            statements: Statements::default(),
        })
    }

    /// Serves on a socket while the returned server is awaited, until its handle stops it.
    pub fn serve(self: Arc<Self>, config: Config, listener: TcpListener) -> Result<(SocketAddr, Server), CannotStart> {
        let (clock, vault, statements) = (self.clock.clone(), Arc::clone(&self.vault), self.statements.clone());
        Ok(start(Start { config, engine: self, clock, vault, statements, listener })?)
    }
}

impl Engine for App {
    fn document(&self, text: &str) -> Result<Arc<CheckedDocument>, ServerError> {
        self.documents.get(text)
    }

    fn introspection(&self) -> bool {
        self.introspection
    }

    async fn authenticate(&self, db: &Database, token: &str, request_id: Arc<str>) -> Result<Actor> {
        self.authenticator.actor(db, token, request_id).await
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

    fn key_set(&self) -> &str {
        self.tokens.key_set()
    }

    async fn execute(self: Arc<Self>, db: Database, caller: Caller, request: Request) -> Response {
        let Caller { actor, language, origin } = caller;
        let scope = Scope { db, actor, clock: self.clock.clone(), vault: Arc::clone(&self.vault), origin };
        self.schema.execute(schema::prepare(request.data(language), scope, self.open_works.clone())).await
    }
}
