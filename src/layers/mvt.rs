//! Writing Mapbox Vector Tiles 2.1: as much of the format as points need, straight into bytes.
//!
//! Tiles are asked for thousands of times a second; general libraries build a tree of messages
//! first, which costs more than all the rest of a tile.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::varint;

/// Units on the side of a tile.
pub const EXTENT: u32 = 4096;

/// A value of an attribute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Yes or no.
    Bool(bool),
}

/// A layer that grows feature by feature.
#[derive(Debug)]
pub struct Layer {
    name: &'static str,
    features: Vec<u8>,
    keys: Vec<u8>,
    key_count: u32,
    values: Vec<u8>,
    value_count: u32,
    /// Values by their hash: the number, and where its bytes end in `values`.
    known: FxHashMap<u64, (u32, usize)>,
    tags: Vec<u8>,
    feature: Vec<u8>,
    scratch: Vec<u8>,
}

impl Layer {
    /// An empty layer.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            features: Vec::new(),
            keys: Vec::new(),
            key_count: 0,
            values: Vec::new(),
            value_count: 0,
            known: FxHashMap::default(),
            tags: Vec::new(),
            feature: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Adds the name of an attribute and gives its number.
    pub fn key(&mut self, name: &str) -> u32 {
        field(&mut self.keys, 3, name.as_bytes());
        self.key_count += 1;
        self.key_count - 1
    }

    /// Gives the feature that comes next an attribute. A value that many features share is written
    /// once; say so of values that are different each time, to save the search for them. Gives the
    /// number of the value, for [`Layer::tag_again`].
    pub fn tag(&mut self, key: u32, value: Value<'_>, unique: bool) -> u32 {
        self.scratch.clear();
        match value {
            Value::Text(text) => field(&mut self.scratch, 1, text.as_bytes()),
            Value::Real(number) => {
                self.scratch.push(3 << 3 | 1);
                self.scratch.extend_from_slice(&number.to_le_bytes());
            }
            Value::Integer(number) if number < 0 => {
                self.scratch.push(6 << 3);
                varint::push(&mut self.scratch, varint::zigzag(number));
            }
            Value::Integer(number) => {
                self.scratch.push(5 << 3);
                varint::push(&mut self.scratch, number as u64);
            }
            Value::Bool(yes) => self.scratch.extend_from_slice(&[7 << 3, u8::from(yes)]),
        }
        let hash = if unique { 0 } else { FxBuildHasher.hash_one(self.scratch.as_slice()) };
        let known = if unique { None } else { self.known.get(&hash).copied() };
        // Two values of one hash are as rare as they are harmless: the second is written each time.
        let known = known.filter(|(_, end)| self.values[..*end].ends_with(&self.scratch));
        let number = known.map_or_else(
            || {
                field(&mut self.values, 4, &self.scratch);
                self.value_count += 1;
                if !unique {
                    self.known.entry(hash).or_insert((self.value_count - 1, self.values.len()));
                }
                self.value_count - 1
            },
            |(number, _)| number,
        );
        self.tag_again(key, number);
        number
    }

    /// Gives the feature that comes next an attribute whose value was written before.
    pub fn tag_again(&mut self, key: u32, value: u32) {
        varint::push(&mut self.tags, u64::from(key));
        varint::push(&mut self.tags, u64::from(value));
    }

    /// Ends a feature: a point in units of the tile, from its north-western corner.
    pub fn point(&mut self, id: u64, x: u32, y: u32) {
        let feature = &mut self.feature;
        feature.clear();
        feature.push(1 << 3);
        varint::push(feature, id);
        field(feature, 2, &self.tags);
        self.tags.clear();
        // Type 1 is a point; its geometry is one "move to" and two steps.
        feature.extend_from_slice(&[3 << 3, 1]);
        self.scratch.clear();
        self.scratch.push(1 << 3 | 1);
        varint::push(&mut self.scratch, varint::zigzag(i64::from(x)));
        varint::push(&mut self.scratch, varint::zigzag(i64::from(y)));
        field(feature, 4, &self.scratch);
        field(&mut self.features, 2, feature);
    }

    /// How many bytes it has so far.
    pub fn len(&self) -> usize {
        self.features.len() + self.keys.len() + self.values.len()
    }

    /// Whether it has no feature.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// Appends the layer to a tile; an empty one is left out.
    pub fn write(&self, tile: &mut Vec<u8>) {
        if self.is_empty() {
            return;
        }
        let mut head = Vec::with_capacity(32);
        head.extend_from_slice(&[15 << 3, 2]);
        field(&mut head, 1, self.name.as_bytes());
        head.push(5 << 3);
        varint::push(&mut head, u64::from(EXTENT));
        tile.push(3 << 3 | 2);
        varint::push(tile, (head.len() + self.len()) as u64);
        for part in [&head, &self.features, &self.keys, &self.values] {
            tile.extend_from_slice(part);
        }
    }
}

fn field(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    out.push(number << 3 | 2);
    varint::push(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_written_as_the_specification_shows_it() {
        let mut layer = Layer::new("a");
        let key = layer.key("k");
        layer.tag(key, Value::Text("v"), false);
        layer.point(1, 25, 17);
        let mut tile = Vec::new();
        layer.write(&mut tile);
        // The geometry of the example in section 4.3.5.1: [9, 50, 34].
        assert!(tile.windows(5).any(|bytes| bytes == [4 << 3 | 2, 3, 9, 50, 34]), "{tile:?}");
        assert_eq!(tile[0], 26);
        assert_eq!(usize::from(tile[1]), tile.len() - 2);
    }

    #[test]
    fn a_shared_value_is_written_once_and_an_empty_layer_not_at_all() {
        let mut layer = Layer::new("a");
        let key = layer.key("k");
        for id in 0..10 {
            layer.tag(key, Value::Text("the same value"), false);
            layer.point(id, 0, 0);
        }
        assert_eq!(layer.value_count, 1);
        let mut tile = Vec::new();
        Layer::new("b").write(&mut tile);
        assert!(tile.is_empty());
    }
}
