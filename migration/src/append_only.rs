//! Tables whose rows are facts: the database itself refuses to change or delete one.

use sea_orm_migration::prelude::{DbErr, SchemaManager};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Makes the database refuse UPDATE and DELETE on the table, and TRUNCATE where there is such a thing.
pub async fn protect(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    match connection.get_database_backend() {
        DbBackend::Sqlite => {
            for act in ["UPDATE", "DELETE"] {
                let trigger = format!(
                    "CREATE TRIGGER {table}_no_{} BEFORE {act} ON {table} \
                     BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
                    act.to_lowercase()
                );
                connection.execute_unprepared(&trigger).await?;
            }
        }
        _ => {
            let function = format!(
                "CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
            );
            connection.execute_unprepared(&function).await?;
            let trigger = format!(
                "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION {table}_refuse_change()"
            );
            connection.execute_unprepared(&trigger).await?;
            connection.execute_unprepared(&no_truncate(table)).await?;
        }
    }
    Ok(())
}

/// Makes PostgreSQL refuse TRUNCATE on a table that is protected; such a statement runs no trigger of rows.
pub fn no_truncate(table: &str) -> String {
    format!(
        "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} \
         FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()"
    )
}

/// Undoes [`protect`].
pub async fn unprotect(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    match connection.get_database_backend() {
        DbBackend::Sqlite => {
            for act in ["update", "delete"] {
                connection.execute_unprepared(&format!("DROP TRIGGER {table}_no_{act}")).await?;
            }
        }
        _ => {
            connection.execute_unprepared(&format!("DROP FUNCTION {table}_refuse_change() CASCADE")).await?;
        }
    }
    Ok(())
}
