//! Polity's schema, by expand and contract: a migration adds, a later release takes away.
//!
//! Each migration is one SQL text for both engines. It is written with PostgreSQL's type names;
//! SQLite gets its own ones and STRICT tables. What cannot be said alike stands in a file per engine.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::{DbErr, MigrationTrait, SchemaManager, async_trait};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, TransactionTrait};

mod m0001_foundation;
mod turn;

pub use turn::{SchemaError, bring_up_to_date};

/// Applies and undoes migrations.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_foundation::Migration)]
    }
}

/// The statements of a schema text for one engine.
///
/// Statements end with a semicolon at the end of a line that is followed by an empty line.
fn statements(schema: &str, engine: DbBackend) -> Vec<String> {
    let text: Vec<&str> = schema.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    text.join("\n")
        .split(";\n\n")
        .map(|statement| statement.trim().trim_end_matches(';').to_owned())
        .filter(|statement| !statement.is_empty())
        .map(
            |statement| {
                if engine == DbBackend::Sqlite { for_sqlite(&statement) } else { for_postgres(statement) }
            },
        )
        .collect()
}

/// Text is ordered by its bytes, as SQLite does it, whatever the database's locale.
fn for_postgres(statement: String) -> String {
    if statement.starts_with("CREATE TABLE") {
        statement.replace(" text", " text COLLATE \"C\"")
    } else {
        statement
    }
}

fn for_sqlite(statement: &str) -> String {
    let mut text = statement.to_owned();
    if text.starts_with("CREATE TABLE") {
        for (postgres, sqlite) in [
            (" uuid", " BLOB"),
            (" bytea", " BLOB"),
            (" bigint", " INTEGER"),
            (" integer", " INTEGER"),
            (" boolean", " INTEGER"),
            (" text", " TEXT"),
        ] {
            text = text.replace(postgres, sqlite);
        }
        text.push_str(" STRICT");
    }
    text
}

/// Runs all statements of a schema in one transaction, so that a migration that was killed half way
/// left nothing behind.
async fn apply(manager: &SchemaManager<'_>, texts: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let engine = connection.get_database_backend();
    let transaction = connection.begin().await?;
    for text in texts {
        for statement in statements(text, engine) {
            transaction.execute_unprepared(&statement).await?;
        }
    }
    transaction.commit().await
}
