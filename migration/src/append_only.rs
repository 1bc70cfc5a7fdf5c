//! Tables whose rows are facts: the database itself refuses to change or delete one.

use sea_orm_migration::prelude::{DbErr, SchemaManager};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};

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

/// What a protected table lets be done to a row that belongs to a case which was disposed of, and never else.
pub struct Door {
    pub table: &'static str,
    /// Whether the row `old` belongs to such a case.
    pub disposed_of: &'static str,
    /// The columns that may be changed; none of them: the row may go.
    pub columns: &'static [&'static str],
}

/// Lets the columns of a protected table be changed, or its rows be deleted, where the case was disposed of.
pub async fn open_door(manager: &SchemaManager<'_>, door: &Door) -> Result<(), DbErr> {
    let Door { table, disposed_of, columns } = door;
    let connection = manager.get_connection();
    let act = if columns.is_empty() { "DELETE" } else { "UPDATE" };
    if connection.get_database_backend() == DbBackend::Sqlite {
        let mut unchanged = String::new();
        if !columns.is_empty() {
            let names = format!("SELECT name FROM pragma_table_info('{table}')");
            for row in connection.query_all_raw(Statement::from_string(DbBackend::Sqlite, names)).await? {
                let name: String = row.try_get_by_index(0)?;
                if !columns.contains(&name.as_str()) {
                    unchanged.push_str(&format!(" AND new.\"{name}\" IS old.\"{name}\""));
                }
            }
        }
        let name = format!("{table}_no_{}", act.to_lowercase());
        connection.execute_unprepared(&format!("DROP TRIGGER {name}")).await?;
        let trigger = format!(
            "CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN NOT ({disposed_of}{unchanged}) \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        );
        connection.execute_unprepared(&trigger).await?;
        return Ok(());
    }
    let (unchanged, row) = if columns.is_empty() {
        (String::new(), "old")
    } else {
        let listed = columns.iter().map(|column| format!("'{column}'")).collect::<Vec<_>>().join(", ");
        (format!(" AND to_jsonb(new) - ARRAY[{listed}] = to_jsonb(old) - ARRAY[{listed}]"), "new")
    };
    let function = format!(
        "CREATE OR REPLACE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN IF TG_OP = '{act}' THEN IF {disposed_of}{unchanged} THEN RETURN {row}; END IF; END IF; \
         RAISE EXCEPTION '{table} is append-only'; END $$"
    );
    connection.execute_unprepared(&function).await?;
    Ok(())
}

/// Undoes [`open_door`].
pub async fn close_door(manager: &SchemaManager<'_>, door: &Door) -> Result<(), DbErr> {
    unprotect(manager, door.table).await?;
    protect(manager, door.table).await
}
