//! What the role that serves may do to the tables of a role that owns them (PostgreSQL): everything that work needs, and of
//! tables whose rows are facts only to look up and insert, and to erase what the triggers let be erased of a case that was
//! disposed of.

use crate::platform::error::{Failure, Result};
use migration::DOORS;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// Tables that a trigger keeps append-only; beside them, the list of migrations is the owner's alone.
const FACTS: &str =
    "EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = c.relname || '_append_only')";

const TABLES: &str = "FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace";

pub async fn current_role<C: ConnectionTrait>(db: &C) -> Result<String> {
    text(db, "SELECT current_user::text AS text").await
}

/// Gives a role its rights on every table, and takes what it had before.
pub async fn give<C: ConnectionTrait>(db: &C, role: &str) -> Result<()> {
    if role == current_role(db).await? {
        let message = "database.owner_url and database.url name the same role: then nothing is gained by two.";
        return Err(Failure::bad_input("database.owner_url", message));
    }
    // PostgreSQL quotes the names itself: %I.
    let grants = format!(
        "DO $$ DECLARE it record; BEGIN
           EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), {role});
           FOR it IN SELECT c.relname AS name, {FACTS} AS facts {TABLES} LOOP
             EXECUTE format('REVOKE ALL ON %I FROM %I', it.name, {role});
             EXECUTE format('GRANT SELECT ON %I TO %I', it.name, {role});
             CONTINUE WHEN it.name = 'seaql_migrations';
             EXECUTE format('GRANT INSERT ON %I TO %I', it.name, {role});
             CONTINUE WHEN it.facts;
             EXECUTE format('GRANT UPDATE, DELETE ON %I TO %I', it.name, {role});
           END LOOP;
         END $$",
        role = literal(role),
    );
    db.execute_unprepared(&grants).await?;
    for door in DOORS {
        let right = match door.columns {
            [] => "DELETE".to_owned(),
            columns => format!("UPDATE ({})", columns.join(", ")),
        };
        let grant =
            format!("DO $$ BEGIN EXECUTE format('GRANT {right} ON {} TO %I', {}); END $$", door.table, literal(role));
        db.execute_unprepared(&grant).await?;
    }
    Ok(())
}

/// A text as SQL writes it. A block of DO takes no parameters.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// How safe facts are from the role of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rights {
    /// The database has no roles.
    NoRoles,
    /// It owns tables, or is a superuser: triggers alone keep it from changing facts, and it can drop them.
    Owner,
    /// It may change these tables of facts.
    Changes(Vec<String>),
    /// It may look up and insert, and erase what was disposed of, no more.
    Appends,
}

pub async fn rights<C: ConnectionTrait>(db: &C) -> Result<Rights> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(Rights::NoRoles);
    }
    let owns = format!(
        "SELECT (count(*) > 0 OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))::text AS text
         {TABLES} AND pg_has_role(c.relowner, 'USAGE')"
    );
    if text(db, &owns).await? == "true" {
        return Ok(Rights::Owner);
    }
    // Doors whose rows go; of the others single columns are granted, which is no right to the table.
    let removed = DOORS.iter().filter(|door| door.columns.is_empty()).map(|door| format!("'{}'", door.table));
    let removed = removed.collect::<Vec<_>>().join(", ");
    let changes = format!(
        "SELECT coalesce(string_agg(c.relname, ' ' ORDER BY c.relname), '') AS text {TABLES} AND {FACTS}
         AND (has_table_privilege(c.oid, 'UPDATE, TRUNCATE')
              OR c.relname NOT IN ({removed}) AND has_table_privilege(c.oid, 'DELETE'))"
    );
    let changes = text(db, &changes).await?;
    if changes.is_empty() {
        return Ok(Rights::Appends);
    }
    Ok(Rights::Changes(changes.split(' ').map(str::to_owned).collect()))
}

async fn text<C: ConnectionTrait>(db: &C, question: &str) -> Result<String> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await?;
    let row = row.ok_or_else(|| Failure::internal("the database said nothing"))?;
    Ok(row.try_get("", "text")?)
}
