//! Tables whose rows are facts: the database itself refuses to change or delete one.

use sea_orm_migration::prelude::{DbErr, SchemaManager};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Makes the database refuse UPDATE and DELETE on the table.
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
        }
    }
    Ok(())
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
