//! News of commits, from replica to replica, by PostgreSQL's LISTEN and NOTIFY.
//!
//! News are a courtesy: whoever hears of a commit folds it into memory before somebody asks, so that the next
//! question need not. No answer is fresh because of them: one that must be asks for the head. So news may be
//! late, doubled or lost, and heads are looked at now and then beside them.
//!
//! A NOTIFY within the committing transaction would hold PostgreSQL's one lock for all that notify until that
//! transaction is on disk, and commits would go one after another; so it is sent after the commit, many in
//! one statement. All this runs on connections of its own: no request waits for one of them.

mod announce;
mod follow;
mod listen;

use std::sync::Arc;
use std::time::Duration;

use polity_domain::ids::TreeId;
use sea_orm::sqlx::PgPool;
use tokio::sync::mpsc;
use uuid::Uuid;

use self::announce::Announcer;
use self::follow::Follower;
use crate::timeline::Timeline;
use crate::trees::Trees;

/// The channel of all replicas of a database.
const CHANNEL: &str = "polity_ledger";
/// How many news, or heads, one statement takes.
const MOST: usize = 1_000;

/// How far a tree has come, as somebody says.
type Come = (TreeId, u64);

/// What the listener hears.
enum Heard {
    /// A commit somewhere.
    Commit(Come),
    /// Something may have been missed.
    Gap,
}

/// How news are followed.
#[derive(Debug, Clone, Copy)]
pub struct Following {
    /// How long after one look at the heads comes the next.
    pub every: Duration,
    /// How long anything may take in the database.
    pub patience: Duration,
}

/// Tells the other replicas.
pub(crate) struct News(mpsc::UnboundedSender<Come>);

impl News {
    /// Starts the tasks; they end with the pool.
    pub fn start(pool: &PgPool, trees: Arc<Trees>, timeline: Arc<Timeline>, how: Following) -> Self {
        let options = pool.connect_options();
        let (made, to_tell) = mpsc::unbounded_channel();
        let (heard, to_follow) = mpsc::unbounded_channel();
        let announcer = Announcer::new(options.clone(), how.patience);
        tokio::spawn(announcer.run(to_tell, pool.close_event()));
        tokio::spawn(listen::run(heard, options.clone(), how.patience, pool.close_event()));
        let follower = Follower::new(options, trees, timeline, how);
        tokio::spawn(follower.run(to_follow, pool.close_event()));
        Self(made)
    }

    /// Tells of a commit, soon.
    pub fn tell(&self, come: Come) {
        // Without its task nobody is told, and finds it by looking.
        let _ = self.0.send(come);
    }
}

fn write((tree, revision): Come) -> String {
    format!("{}.{revision}", tree.uuid().simple())
}

/// Whoever may use the database may say anything on the channel: what is not news is nothing.
fn read(payload: &str) -> Option<Come> {
    let (tree, revision) = payload.split_once('.')?;
    Some((TreeId::from_uuid(Uuid::try_parse(tree).ok()?), revision.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_read_as_they_were_written_and_all_else_is_nothing() {
        let come = (TreeId::from_uuid(Uuid::from_u128(7)), 42);
        assert_eq!(read(&write(come)), Some(come));
        for other in
            ["", ".", "x.1", "00000000000000000000000000000007", "00000000000000000000000000000007.x"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
