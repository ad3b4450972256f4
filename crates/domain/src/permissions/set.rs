//! Sets of permissions as bits.

use smallvec::{SmallVec, smallvec};

use super::PermissionIndex;

/// A set of permissions: one bit each, without limit on how many an application registers.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PermissionSet {
    /// Never ends in a zero word, so that equal sets are equal values.
    words: SmallVec<[u64; 2]>,
}

impl PermissionSet {
    /// The set of nothing.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Adds a permission.
    pub fn insert(&mut self, permission: PermissionIndex) {
        let word = usize::from(permission.0 / 64);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (permission.0 % 64);
    }

    /// Whether a permission is in it.
    pub fn contains(&self, permission: PermissionIndex) -> bool {
        self.words
            .get(usize::from(permission.0 / 64))
            .is_some_and(|word| word & (1 << (permission.0 % 64)) != 0)
    }

    /// Adds everything of another set.
    pub fn extend(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    /// What is in this set and not in the other.
    pub fn difference(&self, other: &Self) -> Self {
        let mut words: SmallVec<[u64; 2]> = smallvec![];
        for (position, word) in self.words.iter().enumerate() {
            words.push(word & !other.words.get(position).copied().unwrap_or(0));
        }
        while words.last() == Some(&0) {
            words.pop();
        }
        Self { words }
    }

    /// What is in both sets.
    pub fn intersection(&self, other: &Self) -> Self {
        self.difference(&self.difference(other))
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How many permissions are in it.
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Its permissions, lowest index first.
    pub fn iter(&self) -> impl Iterator<Item = PermissionIndex> + '_ {
        self.words.iter().zip(0_u16..).flat_map(|(word, position)| {
            (0..64_u16)
                .filter(move |bit| word & (1 << bit) != 0)
                .map(move |bit| PermissionIndex(position * 64 + bit))
        })
    }
}

impl FromIterator<PermissionIndex> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = PermissionIndex>>(permissions: I) -> Self {
        let mut set = Self::empty();
        for permission in permissions {
            set.insert(permission);
        }
        set
    }
}

impl std::fmt::Debug for PermissionSet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.iter().map(|permission| permission.0)).finish()
    }
}
