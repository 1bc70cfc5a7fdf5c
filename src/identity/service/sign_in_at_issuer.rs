//! Signing in at an OpenID Connect issuer: knowing a person the first time, beginning a session with a token, and going on
//! with it when the next token comes.

use crate::identity::store;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::staff_role::Role;
use entity::{StaffId, StaffSessionId, staff, staff_identity, staff_session};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait};

pub const ENDED: Failure = Failure::Unauthenticated("The session has ended; sign in again at the issuer.");

const SOMEBODY_ELSE: Failure =
    Failure::Unauthenticated("The account of this login belongs to somebody else at the issuer; ask an administrator.");

/// From here on this subject of the issuer is that person, and nobody else of the issuer is.
pub struct LinkIdentity<'a> {
    pub staff_id: StaffId,
    /// The url of the issuer, and what it is called here.
    pub issuer: &'a str,
    pub name: &'a str,
    pub subject: &'a str,
}

impl Command for LinkIdentity<'_> {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let person = store::lock(tx, self.staff_id).await?;
        match store::subject_of(tx.db(), person.id, self.issuer).await? {
            // Somebody else came with the same token at the same time.
            Some(subject) if subject == self.subject => return Err(Failure::conflict(person.version, person.version)),
            Some(_) => return Err(SOMEBODY_ELSE),
            None => {}
        }
        staff_identity::Entity::insert(staff_identity::ActiveModel {
            issuer: Set(self.issuer.to_owned()),
            subject: Set(self.subject.to_owned()),
            staff_id: Set(person.id),
            linked_at: Set(tx.now()),
            signed_out_at: Set(None),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::StaffIdentityLinked, person.id).fact("issuer", self.name);
        Ok(Done { output: (), record })
    }
}

/// Begins a session of ours with a sign-in at an issuer.
pub struct BeginSession<'a> {
    pub person: &'a staff::Model,
    pub identity: &'a staff_identity::Model,
    pub session: &'a staff_session::Model,
    pub roles: &'a [Role],
    /// The issuer says that the person has proved a second factor.
    pub second_factor: bool,
}

impl Command for BeginSession<'_> {
    type Output = ();
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        // Whoever signs out everywhere at this moment waits for this row, or this waits for them.
        let identity = store::lock_identity(tx, self.identity).await?.ok_or(ENDED)?;
        if identity.signed_out_at.is_some_and(|at| self.session.created_at <= at) {
            return Err(ENDED);
        }
        let now = store::lock(tx, self.person.id).await?;
        let begun = match &self.session.issuer_session {
            Some(key) => store::session_of_issuer(tx.db(), key).await?,
            None => None,
        };
        if now.version != self.person.version || begun.is_some() {
            return Err(Failure::conflict(self.person.version, now.version));
        }
        store::forget_old_sessions(tx, self.person.id).await?;
        staff_session::Entity::insert(staff_session::ActiveModel::from(self.session.clone()))
            .exec_without_returning(tx.db())
            .await?;
        let record = AuditRecord::new(AuditAction::SignedIn, self.person.id)
            .fact("roles", self.roles)
            .fact("issuer", &self.session.issuer)
            .fact("secondFactor", self.second_factor);
        Ok(Done { output: (), record })
    }
}

/// Goes on with a session of an issuer, since it gave a newer token.
pub struct GoOn {
    pub session: StaffSessionId,
    pub issued_at: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

impl Command for GoOn {
    type Output = ();
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let session = store::lock_session(tx, self.session).await?.ok_or(ENDED)?;
        if session.last_used_at >= self.issued_at {
            // Somebody else came with the same token at the same time.
            return Err(Failure::conflict(0, 0));
        }
        let changes = staff_session::ActiveModel {
            id: Set(self.session),
            last_used_at: Set(self.issued_at),
            expires_at: Set(self.end),
            ..Default::default()
        };
        changes.update(tx.db()).await?;
        Ok(Done { output: (), record: AuditRecord::new(AuditAction::SessionRefreshed, self.session) })
    }
}
