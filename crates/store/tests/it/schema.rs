//! Rules that every table keeps, today's and tomorrow's.

use std::collections::{BTreeMap, BTreeSet};

use polity_migrations::Migrator;
use polity_store::Store;
use polity_store::organizations::purged_tables;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;

use crate::engines::on_each;
use crate::world::tenant;

/// The columns of each table with their types, of each foreign key, and of each index that covers all rows.
#[derive(Debug, PartialEq)]
struct Schema {
    tables: BTreeMap<String, Vec<(String, String)>>,
    foreign_keys: BTreeMap<(String, String), Vec<String>>,
    indexes: BTreeMap<(String, String), Vec<String>>,
}

async fn triples(store: &Store, sqlite: &str, postgres: &str) -> Vec<(String, String, String)> {
    let db = store.migration_connection();
    let engine = db.get_database_backend();
    let sql = if engine == DbBackend::Sqlite { sqlite } else { postgres };
    let rows = db.query_all_raw(Statement::from_string(engine, sql)).await.unwrap();
    let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<String>(at).unwrap();
    rows.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2))).collect()
}

fn grouped(rows: Vec<(String, String, String)>) -> BTreeMap<(String, String), Vec<String>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (table, name, column) in rows {
        groups.entry((table, name)).or_default().push(column);
    }
    groups
}

async fn schema(store: &Store) -> Schema {
    let columns = triples(
        store,
        "SELECT m.name, c.name, lower(c.type) FROM sqlite_master m JOIN pragma_table_info(m.name) c \
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid",
        "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
            WHERE table_schema = 'public' ORDER BY 1, ordinal_position",
    );
    let foreign_keys = triples(
        store,
        "SELECT m.name, CAST(f.id AS TEXT), f.\"from\" FROM sqlite_master m \
            JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq",
        "SELECT t.relname::text, c.conname::text, a.attname::text FROM pg_constraint c \
            JOIN pg_class t ON t.oid = c.conrelid CROSS JOIN unnest(c.conkey) WITH ORDINALITY k (number, place) \
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number \
            WHERE c.contype = 'f' ORDER BY 1, 2, k.place",
    );
    let indexes = triples(
        store,
        "SELECT m.name, i.name, c.name FROM sqlite_master m JOIN pragma_index_list(m.name) i \
            JOIN pragma_index_info(i.name) c WHERE m.type = 'table' AND i.partial = 0 \
            ORDER BY m.name, i.name, c.seqno",
        "SELECT t.relname::text, i.relname::text, a.attname::text FROM pg_index x \
            JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
            JOIN pg_namespace n ON n.oid = t.relnamespace \
            CROSS JOIN unnest(x.indkey::int2[]) WITH ORDINALITY k (number, place) \
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number \
            WHERE n.nspname = 'public' AND x.indpred IS NULL ORDER BY 1, 2, k.place",
    );
    let mut tables: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (table, column, kind) in columns.await {
        tables.entry(table).or_default().push((column, kind));
    }
    tables.remove("seaql_migrations");
    Schema { tables, foreign_keys: grouped(foreign_keys.await), indexes: grouped(indexes.await) }
}

#[tokio::test]
async fn every_foreign_key_has_an_index_that_begins_with_its_columns() {
    on_each(async |store| {
        let schema = schema(&store).await;
        assert!(schema.foreign_keys.len() > 15, "{:?}", schema.foreign_keys);
        for ((table, _), key) in &schema.foreign_keys {
            let wanted: BTreeSet<_> = key.iter().collect();
            let mut of_table = schema.indexes.iter().filter(|((of, _), _)| of == table);
            let begins =
                |columns: &[String]| columns.iter().take(key.len()).collect::<BTreeSet<_>>() == wanted;
            assert!(
                of_table.any(|(_, columns)| begins(columns)),
                "{table} {key:?} has no index: {:?}",
                schema.indexes
            );
        }
    })
    .await;
}

/// The lists of one organization: the table, the column of its scope, what may be sorted by, the last tie-break.
/// Roles and permissions come from several organizations, and there are never many of them.
const SORTED: &[(&str, &str, &[&str], &str)] = &[
    ("api_keys", "organization_id", polity_store::api_keys::SORTABLE, "id"),
    ("groups", "organization_id", polity_store::groups::SORTABLE, "id"),
    ("invitations", "organization_id", polity_store::invitations::SORTABLE, "id"),
    ("invite_links", "organization_id", polity_store::invite_links::SORTABLE, "id"),
    ("members", "organization_id", polity_store::members::SORTABLE, "user_id"),
    ("membership_requests", "organization_id", polity_store::membership_requests::SORTABLE, "id"),
    ("organizations", "parent_id", polity_store::organizations::SORTABLE, "id"),
    ("policies", "organization_id", polity_store::policies::SORTABLE, "id"),
    ("resources", "organization_id", polity_store::resources::SORTABLE, "id"),
    ("role_assignments", "organization_id", polity_store::role_assignments::SORTABLE, "id"),
    ("service_accounts", "organization_id", polity_store::service_accounts::SORTABLE, "id"),
    ("support_access_grants", "organization_id", polity_store::support_access_grants::SORTABLE, "id"),
    ("tags", "organization_id", polity_store::tags::SORTABLE, "id"),
    ("workspaces", "organization_id", polity_store::workspaces::SORTABLE, "id"),
];

#[tokio::test]
async fn every_order_of_a_list_has_an_index() {
    on_each(async |store| {
        let schema = schema(&store).await;
        for (table, scope, fields, tie) in SORTED {
            for field in *fields {
                let column = match (*table, *field) {
                    ("members", "display_name") => "display_name_folded",
                    ("members", "email") => "email_canonical",
                    ("tags", "title") => "title_folded",
                    (_, field) => field,
                };
                let mut of_table = schema.indexes.iter().filter(|((of, _), _)| of == table);
                // No two tags of an organization have the same title: there is nothing to break.
                let wanted = [*scope, column, *tie];
                let wanted = if column == "title_folded" { &wanted[..2] } else { &wanted[..] };
                assert!(of_table.any(|(_, columns)| columns == wanted), "no index on {table} {wanted:?}");
            }
        }
    })
    .await;
}

/// Tables without an `organization_id`, and why they need none.
const NOT_AN_ORGANIZATIONS: &[(&str, &str)] = &[
    ("api_key_uses", "a fact about a key, which has one"),
    ("consumption_cursors", "of a tree, whose id is its top organization's"),
    ("counters", "the instance's"),
    ("idempotency_records", "the caller's"),
    ("instance", "the instance's"),
    ("ledger_nodes", "of a tree, whose id is its top organization's"),
    ("ledger_personal", "beside a leaf, which has one"),
    ("organization_paths", "names two organizations"),
    ("organizations", "its id is one"),
    ("outbox", "about a subject, which has one; found by it alone"),
    ("passwords", "a person's"),
    ("refresh_tokens", "a session's"),
    ("registrations", "of somebody who is no person yet"),
    ("sessions", "a person's"),
    ("signing_keys", "the instance's"),
    ("trees", "its id is its top organization's"),
    ("users", "persons belong to no organization"),
];

#[tokio::test]
async fn every_table_names_the_organization_that_its_rows_belong_to() {
    on_each(async |store| {
        let schema = schema(&store).await;
        let without = schema
            .tables
            .iter()
            .filter(|(_, columns)| !columns.iter().any(|(name, _)| name == "organization_id"));
        let without: BTreeSet<_> = without.map(|(table, _)| table.as_str()).collect();
        let allowed: BTreeSet<_> = NOT_AN_ORGANIZATIONS.iter().map(|(table, _)| *table).collect();
        assert_eq!(without, allowed);
    })
    .await;
}

#[tokio::test]
async fn every_table_of_an_organization_goes_with_it() {
    on_each(async |store| {
        let schema = schema(&store).await;
        let own = schema
            .tables
            .iter()
            .filter(|(_, columns)| columns.iter().any(|(name, _)| name == "organization_id"));
        // The leaves stay; what concerns persons beside them goes.
        let own: BTreeSet<_> =
            own.map(|(table, _)| table.as_str()).filter(|table| *table != "ledger_leaves").collect();
        assert_eq!(own, purged_tables().collect::<BTreeSet<_>>());
    })
    .await;
}

#[tokio::test]
async fn every_time_is_a_number_of_microseconds() {
    on_each(async |store| {
        let kind = if store.is_postgres() { "bigint" } else { "integer" };
        let mut times = 0;
        for (table, columns) in schema(&store).await.tables {
            for (name, found) in columns.iter().filter(|(name, _)| name.ends_with("_time")) {
                assert_eq!(found, kind, "{table}.{name}");
                times += 1;
            }
        }
        assert!(times > 30, "{times}");
    })
    .await;
}

#[tokio::test]
async fn no_leaf_and_no_node_of_a_ledger_is_ever_changed_or_taken_away() {
    on_each(async |store| {
        tenant(&store).await;
        let mut refused = vec![
            "UPDATE ledger_leaves SET kind = 'nothing.happened'",
            "DELETE FROM ledger_leaves",
            "UPDATE ledger_nodes SET position = position + 1000",
            "DELETE FROM ledger_nodes",
        ];
        if store.is_postgres() {
            refused.extend([
                "TRUNCATE ledger_leaves",
                "TRUNCATE ledger_nodes",
                "TRUNCATE ledger_leaves CASCADE",
            ]);
        }
        for sql in refused {
            let error = store.migration_connection().execute_unprepared(sql).await.unwrap_err();
            assert!(error.to_string().contains("append-only"), "{sql}: {error}");
        }
    })
    .await;
}

#[tokio::test]
async fn migrations_that_were_applied_are_not_applied_again() {
    on_each(async |store| {
        let before = schema(&store).await;
        Migrator::up(store.migration_connection(), None).await.unwrap();
        assert_eq!(schema(&store).await, before);
        assert!(Migrator::get_pending_migrations(store.migration_connection()).await.unwrap().is_empty());
    })
    .await;
}
