//! Where a document plays, as far as its names tell: weights by country, area and district.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::gazetteer::{Country, PlaceId};

/// What the names of a document, or one of them, say about where it plays.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    /// Countries.
    pub countries: Tally<Country>,
    /// First-level areas.
    pub areas: Tally<PlaceId>,
    /// Second-level areas.
    pub districts: Tally<PlaceId>,
}

impl Context {
    /// Adds what one name says.
    pub fn add(&mut self, other: &Self) {
        self.countries.extend(&other.countries);
        self.areas.extend(&other.areas);
        self.districts.extend(&other.districts);
    }
}

/// Weights by key, with their sum.
#[derive(Debug, Clone)]
pub(super) struct Tally<K> {
    weights: HashMap<K, f64, BuildHasherDefault<Folding>>,
    total: f64,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self { weights: HashMap::default(), total: 0.0 }
    }
}

impl<K: std::hash::Hash + Eq + Copy> Tally<K> {
    /// Adds to the weight of a key.
    pub fn put(&mut self, key: K, weight: f64) {
        *self.weights.entry(key).or_default() += weight;
        self.total += weight;
    }

    /// The weight of a key.
    pub fn weight(&self, key: K) -> f64 {
        self.weights.get(&key).copied().unwrap_or(0.0)
    }

    fn extend(&mut self, other: &Self) {
        for (key, weight) in &other.weights {
            *self.weights.entry(*key).or_default() += weight;
        }
        self.total += other.total;
    }

    /// The share that others than `own` give to a key. A document that names little says little: one
    /// more weight stands for all that it leaves out.
    pub fn share_of_others(&self, own: &Self, key: K) -> f64 {
        let total = (self.total - own.total).max(0.0);
        ((self.weight(key) - own.weight(key)) / (total + 1.0)).max(0.0)
    }
}

/// A hasher for small keys: quick, and the same on every run.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Folding(u64);

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x517C_C1B7_2722_0A95);
        }
    }

    fn write_u32(&mut self, key: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(key)).wrapping_mul(0x517C_C1B7_2722_0A95);
    }
}
