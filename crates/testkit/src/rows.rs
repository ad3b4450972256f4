//! Looking into the tables, as an operator with the database would.

use polity_domain::ids::OrganizationId;
use polity_store::organizations::purged_tables;
use sea_orm::{ConnectionTrait, Statement};

use crate::{Engine, World};

impl World {
    /// The number that a query gives.
    pub async fn number(&self, query: &str) -> i64 {
        let connection = self.app.store.migration_connection();
        let query = Statement::from_string(connection.get_database_backend(), query);
        let row = connection.query_one_raw(query).await.expect("the query runs").expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    /// An organization's id as SQL writes it.
    pub fn literal(&self, organization: &str) -> String {
        let id: OrganizationId = organization.parse().expect("an organization's id");
        let hex = id.uuid().simple();
        match self.engine {
            Engine::Sqlite => format!("X'{hex}'"),
            Engine::Postgres => format!("'{hex}'::uuid"),
        }
    }

    /// The tables that have something of an organization, in order. Of the ledger's only what can be erased.
    pub async fn tables_of(&self, organization: &str) -> Vec<&'static str> {
        let id = self.literal(organization);
        let mut queries: Vec<(&str, String)> = purged_tables()
            .map(|table| (table, format!("SELECT count(*) FROM {table} WHERE organization_id = {id}")))
            .collect();
        let beside =
            "ledger_personal p JOIN ledger_leaves l ON l.tree_id = p.tree_id AND l.revision = p.revision";
        let used = "api_key_uses u JOIN api_keys k ON k.id = u.api_key_id";
        queries.extend([
            ("organizations", format!("SELECT count(*) FROM organizations WHERE id = {id}")),
            (
                "organization_paths",
                format!("SELECT count(*) FROM organization_paths WHERE descendant_id = {id}"),
            ),
            ("ledger_personal", format!("SELECT count(*) FROM {beside} WHERE l.organization_id = {id}")),
            ("api_key_uses", format!("SELECT count(*) FROM {used} WHERE k.organization_id = {id}")),
        ]);
        let mut found = Vec::new();
        for (table, query) in queries {
            if self.number(&query).await > 0 {
                found.push(table);
            }
        }
        found.sort_unstable();
        found
    }
}
