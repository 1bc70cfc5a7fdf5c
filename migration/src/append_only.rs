//! Tables whose rows are facts: the database itself refuses to change or delete one.

use sea_orm_migration::prelude::{DbErr, SchemaManager};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};

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

/// Columns of a fact that may be changed once a case that it belongs to was disposed of; the others never.
pub struct Door {
    pub table: &'static str,
    /// The keys of the cases of the row `old`.
    pub cases: &'static str,
    pub columns: &'static [&'static str],
}

/// Lets the columns of a protected table be changed where the case was disposed of.
pub async fn open_door(manager: &SchemaManager<'_>, door: &Door) -> Result<(), DbErr> {
    let Door { table, cases, columns } = door;
    let connection = manager.get_connection();
    let disposed_of = format!("EXISTS (SELECT 1 FROM cases WHERE disposed_at IS NOT NULL AND id IN ({cases}))");
    if connection.get_database_backend() == DbBackend::Sqlite {
        let names = Statement::from_string(DbBackend::Sqlite, format!("SELECT name FROM pragma_table_info('{table}')"));
        let mut unchanged = String::new();
        for row in connection.query_all_raw(names).await? {
            let name: String = row.try_get_by_index(0)?;
            if !columns.contains(&name.as_str()) {
                unchanged.push_str(&format!(" AND new.\"{name}\" IS old.\"{name}\""));
            }
        }
        connection.execute_unprepared(&format!("DROP TRIGGER {table}_no_update")).await?;
        let trigger = format!(
            "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({disposed_of}{unchanged}) \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        );
        connection.execute_unprepared(&trigger).await?;
        return Ok(());
    }
    let listed = columns.iter().map(|column| format!("'{column}'")).collect::<Vec<_>>().join(", ");
    let function = format!(
        "CREATE OR REPLACE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN IF TG_OP = 'UPDATE' AND {disposed_of} \
         AND to_jsonb(new) - ARRAY[{listed}] = to_jsonb(old) - ARRAY[{listed}] THEN RETURN new; END IF; \
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
