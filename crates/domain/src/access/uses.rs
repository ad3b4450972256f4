//! When permissions were last used: what is kept of it, small enough to keep it of everybody.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::consumption::Granularity;
use crate::time::Time;

/// For so many days a use is remembered.
pub const REMEMBERED_DAYS: u16 = 400;

const MICROS: i64 = 86_400_000_000;
/// The bytes of one permission in a sketch: six name it, two say the day.
const ENTRY: usize = 8;

/// A day, counted from 1970-01-01 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u16);

impl Day {
    /// The day of a moment. What lies before the first one or behind the last one (in 2149) is moved to it.
    pub fn of(time: Time) -> Self {
        let day = time.micros().div_euclid(MICROS).clamp(0, i64::from(u16::MAX));
        Self(u16::try_from(day).unwrap_or(u16::MAX))
    }

    /// So many days earlier.
    #[must_use]
    pub const fn minus(self, days: u16) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// Its beginning.
    pub fn start(self) -> Time {
        Time(i64::from(self.0) * MICROS)
    }
}

impl std::fmt::Display for Day {
    /// `2026-01-31`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&Granularity::Daily.written(self.start()))
    }
}

/// What stands for a permission in a sketch. Its place in the catalogue is no name for it: that may be another one
/// once the tree is read anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionPrint([u8; 6]);

impl PermissionPrint {
    /// Of a permission by its name: the beginning of its SHA-256. Two of a hundred thousand names are alike with a
    /// chance of one in fifty thousand; then one looks used when the other is.
    pub fn of(name: &str) -> Self {
        let mut print = [0; 6];
        print.copy_from_slice(&Sha256::digest(name.as_bytes())[..6]);
        Self(print)
    }
}

/// Bytes that are no sketch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no sketch of uses")]
pub struct InvalidSketch;

/// On which day each permission was last used by one principal in one organization. A permission takes 8 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UseSketch {
    last: BTreeMap<PermissionPrint, Day>,
}

impl UseSketch {
    /// Notes a use. The latest day stays, in whatever order they arrive. Whether anything is another than before.
    pub fn note(&mut self, permission: PermissionPrint, day: Day) -> bool {
        match self.last.get_mut(&permission) {
            Some(last) if *last >= day => false,
            Some(last) => {
                *last = day;
                true
            }
            None => {
                self.last.insert(permission, day);
                true
            }
        }
    }

    /// Notes all of another one. Whether anything is another than before.
    pub fn merge(&mut self, other: &Self) -> bool {
        // No shortcut: each is to be noted.
        other.last.iter().fold(false, |changed, (permission, day)| self.note(*permission, *day) | changed)
    }

    /// Forgets what was used last before a day. Whether there was any.
    pub fn forget_before(&mut self, day: Day) -> bool {
        let before = self.last.len();
        self.last.retain(|_, last| *last >= day);
        self.last.len() < before
    }

    /// When a permission was last used, as far as is remembered.
    pub fn last(&self, permission: PermissionPrint) -> Option<Day> {
        self.last.get(&permission).copied()
    }

    /// When anything was last used.
    pub fn latest(&self) -> Option<Day> {
        self.last.values().max().copied()
    }

    /// How many permissions are in it.
    pub fn len(&self) -> usize {
        self.last.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.last.is_empty()
    }

    /// As tables keep it: 8 bytes a permission, by what stands for it.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.last.len() * ENTRY);
        for (permission, day) in &self.last {
            bytes.extend(permission.0);
            bytes.extend(day.0.to_be_bytes());
        }
        bytes
    }

    /// Reads what [`UseSketch::encode`] wrote.
    ///
    /// # Errors
    /// Anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, InvalidSketch> {
        let (entries, rest) = bytes.as_chunks::<ENTRY>();
        if !rest.is_empty() {
            return Err(InvalidSketch);
        }
        let mut last = BTreeMap::new();
        for entry in entries {
            let [print @ .., high, low] = *entry;
            let permission = PermissionPrint(print);
            // One after another: there is one writing of each sketch.
            if last.last_key_value().is_some_and(|(before, _)| *before >= permission) {
                return Err(InvalidSketch);
            }
            last.insert(permission, Day(u16::from_be_bytes([high, low])));
        }
        Ok(Self { last })
    }
}
