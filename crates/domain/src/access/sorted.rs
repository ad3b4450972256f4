//! A set in order for a whole tree: dense to keep, and shared by its copies.

use std::ops::RangeInclusive;
use std::sync::Arc;

use imbl::OrdMap;

/// A dense base that copies share, and over it what came (`true`) and what went (`false`) since in this copy. Once much
/// lies over it, a new base is made of both, as [`Layered`](super::layered::Layered) does it.
#[derive(Debug, Clone)]
pub(super) struct Sorted<T: Ord> {
    base: Arc<Vec<T>>,
    over: OrdMap<T, bool>,
    len: usize,
}

/// How much may lie over a base of no size at all.
const LITTLE: usize = 64;

impl<T: Ord> Default for Sorted<T> {
    fn default() -> Self {
        Self { base: Arc::default(), over: OrdMap::default(), len: 0 }
    }
}

impl<T: Copy + Ord> Sorted<T> {
    /// All of them at once, in any order.
    pub fn of(mut all: Vec<T>) -> Self {
        all.sort_unstable();
        all.dedup();
        Self { len: all.len(), base: Arc::new(all), over: OrdMap::default() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn insert(&mut self, item: T) {
        let below = self.base.binary_search(&item).is_ok();
        // Something that lies over the base says the contrary of it.
        let new =
            if below { self.over.remove(&item).is_some() } else { self.over.insert(item, true).is_none() };
        self.len += usize::from(new);
        self.keep_dense();
    }

    pub fn remove(&mut self, item: &T) {
        let below = self.base.binary_search(item).is_ok();
        let gone =
            if below { self.over.insert(*item, false).is_none() } else { self.over.remove(item).is_some() };
        self.len -= usize::from(gone);
        self.keep_dense();
    }

    /// Those within a range, in order.
    pub fn range(&self, range: RangeInclusive<T>) -> impl Iterator<Item = &T> {
        let from = self.base.partition_point(|item| item < range.start());
        let to = self.base.partition_point(|item| item <= range.end());
        let below = self.base.get(from..to).unwrap_or_default();
        Merged { below, over: self.over.range(range).peekable() }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        Merged { below: &self.base, over: self.over.iter().peekable() }
    }

    /// Makes a new base if half as much lies over this one as a change would do it for: a copy that is thrown away
    /// then hardly ever has to.
    pub fn settle(&mut self) {
        if self.over.len() * 2 > self.most_over() {
            self.rebuild();
        }
    }

    fn keep_dense(&mut self) {
        if self.over.len() > self.most_over() {
            self.rebuild();
        }
    }

    fn most_over(&self) -> usize {
        self.base.len() / 8 + LITTLE
    }

    fn rebuild(&mut self) {
        let mut base = Vec::with_capacity(self.len);
        base.extend(self.iter().copied());
        *self = Self { len: base.len(), base: Arc::new(base), over: OrdMap::default() };
    }
}

impl<T: Copy + Ord> Extend<T> for Sorted<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        items.into_iter().for_each(|item| self.insert(item));
    }
}

/// What is in the base and what lies over it, as one.
struct Merged<'a, T, O: Iterator<Item = (&'a T, &'a bool)>> {
    below: &'a [T],
    over: std::iter::Peekable<O>,
}

impl<'a, T: Ord, O: Iterator<Item = (&'a T, &'a bool)>> Iterator for Merged<'a, T, O> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        loop {
            let Some((first, rest)) = self.below.split_first() else {
                return self.over.find(|(_, came)| **came).map(|(item, _)| item);
            };
            match self.over.peek() {
                Some((item, came)) if *item <= first => {
                    let (item, came) = (*item, **came);
                    self.over.next();
                    if item == first {
                        self.below = rest;
                    }
                    if came {
                        return Some(item);
                    }
                }
                _ => {
                    self.below = rest;
                    return Some(first);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Sorted;

    #[derive(Debug, Clone)]
    enum Step {
        Insert(u8),
        Remove(u8),
        /// Go on with a copy that is settled, and keep this one.
        Copy,
        /// Go on with all of them put in at once.
        Anew,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            12 => any::<u8>().prop_map(Step::Insert),
            8 => any::<u8>().prop_map(Step::Remove),
            1 => Just(Step::Copy),
            1 => Just(Step::Anew),
        ]
    }

    proptest! {
        /// It is a set, and a copy is never changed by what is done to another one.
        #[test]
        fn copies_are_sets_of_their_own(
            steps in prop::collection::vec(step(), 1..600), from in any::<u8>(), to in any::<u8>()
        ) {
            let (mut set, mut model) = (Sorted::default(), BTreeSet::new());
            let mut kept: Vec<(Sorted<u8>, BTreeSet<u8>)> = Vec::new();
            for step in steps {
                match step {
                    Step::Insert(item) => {
                        set.insert(item);
                        model.insert(item);
                    }
                    Step::Remove(item) => {
                        set.remove(&item);
                        model.remove(&item);
                    }
                    Step::Copy => {
                        kept.push((set.clone(), model.clone()));
                        set.settle();
                    }
                    Step::Anew => {
                        let mut all: Vec<u8> = set.iter().copied().collect();
                        all.reverse();
                        all.extend(all.clone());
                        set = Sorted::of(all);
                    }
                }
            }
            kept.push((set, model));
            for (set, model) in kept {
                prop_assert_eq!(set.len(), model.len());
                prop_assert_eq!(set.iter().collect::<Vec<_>>(), model.iter().collect::<Vec<_>>());
                let (from, to) = (from.min(to), from.max(to));
                let (here, there) = (set.range(from..=to), model.range(from..=to));
                prop_assert_eq!(here.collect::<Vec<_>>(), there.collect::<Vec<_>>());
            }
        }
    }
}
