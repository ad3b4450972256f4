//! Groups in groups: no circle, and no more levels than a person can follow. The edges are handed in.

use std::collections::BTreeSet;

use crate::ids::GroupId;

/// How many groups may stand in one another, the outermost and the innermost included.
pub const MAX_NESTING: usize = 8;

/// Why a group cannot be put into another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NestingRefused {
    /// It is that group, or that group is in it.
    #[error("a group cannot be in itself, directly or by other groups")]
    Cycle,
    /// Too many groups would stand in one another.
    #[error("at most {MAX_NESTING} groups stand in one another")]
    TooDeep,
}

/// A group and all that are reached from it by `next`, each once.
pub fn reached<I: IntoIterator<Item = GroupId>>(
    group: GroupId,
    next: impl Fn(GroupId) -> I,
) -> BTreeSet<GroupId> {
    let mut found = BTreeSet::from([group]);
    let mut open = vec![group];
    while let Some(at) = open.pop() {
        open.extend(next(at).into_iter().filter(|group| found.insert(*group)));
    }
    found
}

/// How many groups stand on the longest way from `group` by `next`, itself included; no more than one
/// beyond what is allowed.
pub fn levels<I: IntoIterator<Item = GroupId>>(group: GroupId, next: impl Fn(GroupId) -> I) -> usize {
    let mut level = BTreeSet::from([group]);
    let mut count = 0;
    while !level.is_empty() && count <= MAX_NESTING {
        count += 1;
        level = level.into_iter().flat_map(&next).collect();
    }
    count
}

/// Whether `member` may be put into `group`. `above` gives the groups that a group is in, `below` those
/// that are in it.
pub fn check_nesting<A: IntoIterator<Item = GroupId>, B: IntoIterator<Item = GroupId>>(
    group: GroupId,
    member: GroupId,
    above: impl Fn(GroupId) -> A,
    below: impl Fn(GroupId) -> B,
) -> Result<(), NestingRefused> {
    if reached(group, &above).contains(&member) {
        Err(NestingRefused::Cycle)
    } else if levels(group, &above) + levels(member, &below) > MAX_NESTING {
        Err(NestingRefused::TooDeep)
    } else {
        Ok(())
    }
}
