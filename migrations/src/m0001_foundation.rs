//! The tree, its people and roles, the ledger, identity, and what a worker needs.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// The first migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let triggers = match manager.get_database_backend() {
            DbBackend::Sqlite => include_str!("m0001_triggers_sqlite.sql"),
            _ => include_str!("m0001_triggers_postgres.sql"),
        };
        super::apply(manager, &[include_str!("m0001_foundation.sql"), triggers]).await
    }
}
