//! Where a server stands.

use polity_domain::ids::{OrganizationId, TreeId};
use sea_orm::sqlx::{self, PgPool};

/// Beside the tree the root's: accounts, and what the platform has set for everybody, stand in its ledger. Beside both
/// the schema, which stands in none: a standby may not have a column yet that this version reads.
const SQL: &str = "SELECT own.revision, own.root_hash, root.revision, root.root_hash, \
                   (SELECT count(*) FROM seaql_migrations), pg_is_in_recovery() \
                   FROM trees own, trees root WHERE own.tree_id = $1 AND root.tree_id = $2";

type Row = (i64, Vec<u8>, i64, Vec<u8>, i64, bool);

/// A ledger's length, and the hash over all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ledger {
    revision: i64,
    root_hash: Vec<u8>,
}

impl Ledger {
    fn contradicts(&self, other: &Self) -> bool {
        self.revision == other.revision && self.root_hash != other.root_hash
    }
}

/// Where a server stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    own: Ledger,
    root: Ledger,
    migrations: i64,
    is_standby: bool,
}

impl From<Row> for Mark {
    fn from((own, own_hash, root, root_hash, migrations, is_standby): Row) -> Self {
        Self {
            own: Ledger { revision: own, root_hash: own_hash },
            root: Ledger { revision: root, root_hash },
            migrations,
            is_standby,
        }
    }
}

/// Asks a server, in one statement and so at one moment; none when it has no such tree.
pub(super) async fn read(pool: &PgPool, tree: TreeId) -> Result<Option<Mark>, sqlx::Error> {
    let statement = sqlx::query_as(SQL).bind(tree.uuid()).bind(OrganizationId::ROOT.uuid());
    let row: Option<Row> = statement.fetch_optional(pool).await?;
    Ok(row.map(Mark::from))
}

/// What a standby's mark says beside the primary's.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Compared {
    /// It has what the primary has, and no more.
    Same,
    /// It is behind, or ahead of the primary's answer.
    Apart,
    /// It has events that the primary never had.
    Estranged,
    /// It writes by itself.
    NoStandby,
}

impl Compared {
    pub fn new(primary: Option<&Mark>, standby: Option<&Mark>) -> Self {
        let (Some(primary), Some(standby)) = (primary, standby) else { return Self::Apart };
        if !standby.is_standby {
            Self::NoStandby
        } else if primary.own.contradicts(&standby.own) || primary.root.contradicts(&standby.root) {
            Self::Estranged
        } else if (&primary.own, &primary.root, primary.migrations)
            == (&standby.own, &standby.root, standby.migrations)
        {
            Self::Same
        } else {
            Self::Apart
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(own: (i64, u8), root: (i64, u8), migrations: i64, is_standby: bool) -> Mark {
        Mark::from((own.0, vec![own.1; 32], root.0, vec![root.1; 32], migrations, is_standby))
    }

    #[test]
    fn only_a_standby_that_has_exactly_what_the_primary_has_is_the_same() {
        let primary = mark((7, 1), (3, 2), 1, false);
        let compare = |standby: Mark| Compared::new(Some(&primary), Some(&standby));
        assert_eq!(compare(mark((7, 1), (3, 2), 1, true)), Compared::Same);
        for (own, root, migrations) in [
            ((6, 9), (3, 2), 1),
            ((8, 9), (3, 2), 1),
            ((7, 1), (2, 9), 1),
            ((7, 1), (4, 9), 1),
            ((7, 1), (3, 2), 0),
        ] {
            assert_eq!(
                compare(mark(own, root, migrations, true)),
                Compared::Apart,
                "{own:?} {root:?} {migrations}"
            );
        }
        assert_eq!(Compared::new(Some(&primary), None), Compared::Apart);
        assert_eq!(Compared::new(None, Some(&mark((7, 1), (3, 2), 1, true))), Compared::Apart);
    }

    #[test]
    fn one_that_contradicts_the_primary_is_of_another_history() {
        let primary = mark((7, 1), (3, 2), 1, false);
        for standby in
            [mark((7, 8), (3, 2), 1, true), mark((7, 1), (3, 8), 1, true), mark((6, 1), (3, 8), 1, true)]
        {
            assert_eq!(Compared::new(Some(&primary), Some(&standby)), Compared::Estranged, "{standby:?}");
        }
    }

    #[test]
    fn one_that_writes_by_itself_is_no_standby_whatever_it_has() {
        let primary = mark((7, 1), (3, 2), 1, false);
        for standby in [primary.clone(), mark((8, 9), (3, 2), 1, false), mark((7, 8), (3, 2), 1, false)] {
            assert_eq!(Compared::new(Some(&primary), Some(&standby)), Compared::NoStandby, "{standby:?}");
        }
    }
}
