//! A map for a whole tree: dense to keep, quick to ask, and shared by its copies.

use std::hash::Hash;
use std::sync::{Arc, Weak};

use foldhash::fast::FixedState;
use imbl::GenericHashMap;
use imbl::shared_ptr::DefaultSharedPtr;
use indexmap::IndexMap;

/// What lies over the base, and for what is gone, that it is.
type Over<K, V> = GenericHashMap<K, Option<V>, FixedState, DefaultSharedPtr>;

/// A dense base that copies share, and over it what changed since in this copy. Whoever has the base alone, as
/// while a tree is loaded, changes it in place. Once much lies over it, a new base is made of both.
#[derive(Debug, Clone)]
pub(super) struct Layered<K, V> {
    base: Arc<IndexMap<K, V, FixedState>>,
    over: Over<K, V>,
}

/// Names a base. While it is named nobody changes it in place.
#[derive(Debug)]
pub(super) struct Base<K, V>(Weak<IndexMap<K, V, FixedState>>);

impl<K, V> Clone for Base<K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// How much may lie over a base of no size at all.
const LITTLE: usize = 64;

impl<K, V> Default for Layered<K, V> {
    fn default() -> Self {
        Self { base: Arc::default(), over: Over::default() }
    }
}

impl<K: Hash + Eq + Copy, V: Clone> Layered<K, V> {
    /// With room for so many entries.
    pub fn with_capacity(entries: usize) -> Self {
        let base = IndexMap::with_capacity_and_hasher(entries, FixedState::default());
        Self { base: Arc::new(base), over: Over::default() }
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        if !self.over.is_empty()
            && let Some(changed) = self.over.get(key)
        {
            return changed.as_ref();
        }
        self.base.get(key)
    }

    /// The base's name.
    pub fn base_name(&self) -> Base<K, V> {
        Base(Arc::downgrade(&self.base))
    }

    /// What is in the base, whatever lies over it.
    pub fn base(&self) -> impl Iterator<Item = (&K, &V)> {
        self.base.iter()
    }

    /// Whether this is the base.
    pub fn is_base(&self, name: &Base<K, V>) -> bool {
        std::ptr::eq(Arc::as_ptr(&self.base), name.0.as_ptr())
    }

    /// Whether an entry stands as it does in a base of this name.
    pub fn is_as_in(&self, name: &Base<K, V>, key: &K) -> bool {
        self.is_base(name) && (self.over.is_empty() || !self.over.contains_key(key))
    }

    /// All entries, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let below = self.base.iter().filter(|(key, _)| !self.over.contains_key(*key));
        below.chain(self.over.iter().filter_map(|(key, value)| Some((key, value.as_ref()?))))
    }

    /// About how many entries there are: what is over the base counts twice.
    pub fn len(&self) -> usize {
        self.base.len() + self.over.len()
    }

    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Whether the same entries stand in both, in the same memory: cheap, and false when in doubt.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.base, &other.base) && self.over.ptr_eq(&other.over)
    }

    pub fn insert(&mut self, key: K, value: V) {
        if let Some(base) = self.alone() {
            base.insert(key, value);
        } else {
            self.over.insert(key, Some(value));
        }
    }

    pub fn remove(&mut self, key: &K) {
        if let Some(base) = self.alone() {
            base.swap_remove(key);
        } else if self.base.contains_key(key) {
            self.over.insert(*key, None);
        } else {
            self.over.remove(key);
        }
    }

    /// What stands there to be changed; `missing` if nothing does.
    pub fn entry(&mut self, key: K, missing: impl FnOnce() -> V) -> &mut V {
        if self.alone().is_some() {
            return Arc::make_mut(&mut self.base).entry(key).or_insert_with(missing);
        }
        let base = &self.base;
        self.over.entry(key).or_insert_with(|| base.get(&key).cloned()).get_or_insert_with(missing)
    }

    /// Makes a new base if half as much lies over this one as a change would do it for: a copy that is thrown away
    /// then hardly ever has to.
    pub fn settle(&mut self) {
        if self.over.len() * 2 > self.base.len() / 8 + LITTLE {
            self.rebuild();
        }
    }

    fn rebuild(&mut self) {
        let base = self.iter().map(|(key, value)| (*key, value.clone())).collect();
        *self = Self { base: Arc::new(base), over: Over::default() };
    }

    /// The base, if nothing lies over it and no copy shares it.
    fn alone(&mut self) -> Option<&mut IndexMap<K, V, FixedState>> {
        if self.over.len() > self.base.len() / 8 + LITTLE {
            self.rebuild();
        }
        if self.over.is_empty() { Arc::get_mut(&mut self.base) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::Layered;

    #[derive(Debug, Clone)]
    enum Step {
        Insert(u8, u8),
        Remove(u8),
        Add(u8),
        /// Go on with a copy, and keep this one.
        Copy,
        /// Go on with a copy, and let go of what was kept.
        Alone,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => (any::<u8>(), any::<u8>()).prop_map(|(key, value)| Step::Insert(key, value)),
            4 => any::<u8>().prop_map(Step::Remove),
            8 => any::<u8>().prop_map(Step::Add),
            1 => Just(Step::Copy),
            1 => Just(Step::Alone),
        ]
    }

    fn entries(map: &Layered<u8, u8>) -> BTreeMap<u8, u8> {
        let entries: Vec<_> = map.iter().map(|(key, value)| (*key, *value)).collect();
        let found: BTreeMap<_, _> = entries.iter().copied().collect();
        assert_eq!(found.len(), entries.len(), "an entry shows twice");
        found
    }

    proptest! {
        /// It is a map, and a copy is never changed by what is done to another one.
        #[test]
        fn copies_are_maps_of_their_own(steps in prop::collection::vec(step(), 1..600)) {
            let (mut map, mut model) = (Layered::default(), BTreeMap::new());
            let mut kept: Vec<(Layered<u8, u8>, BTreeMap<u8, u8>)> = Vec::new();
            for step in steps {
                match step {
                    Step::Insert(key, value) => {
                        map.insert(key, value);
                        model.insert(key, value);
                    }
                    Step::Remove(key) => {
                        map.remove(&key);
                        model.remove(&key);
                    }
                    Step::Add(key) => {
                        let value = map.entry(key, || 7);
                        *value = value.wrapping_add(1);
                        let value = model.entry(key).or_insert(7);
                        *value = value.wrapping_add(1);
                    }
                    Step::Copy => {
                        kept.push((map.clone(), model.clone()));
                        map.settle();
                    }
                    Step::Alone => kept.clear(),
                }
            }
            kept.push((map, model));
            for (map, model) in kept {
                prop_assert_eq!(&entries(&map), &model);
                prop_assert_eq!(map.is_empty(), model.is_empty());
                prop_assert!((0..=255).all(|key| map.get(&key) == model.get(&key)));
            }
        }
    }
}
