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
    known: FxHashMap<u64, (u32, u32)>,
    tags: Vec<u8>,
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
            scratch: Vec::new(),
        }
    }

    /// Makes room for so many features that each bring a value or two which others share.
    pub fn reserve(&mut self, features: usize) {
        self.known.reserve(2 * features);
        self.features.reserve(64 * features);
    }

    /// Adds the name of an attribute and gives its number.
    pub fn key(&mut self, name: &str) -> u32 {
        field(&mut self.keys, 3, name.as_bytes());
        self.key_count += 1;
        self.key_count - 1
    }

    /// The number of a value that other features may share: it is written once.
    pub fn shared(&mut self, value: Value<'_>) -> u32 {
        self.scratch.clear();
        push_value(&mut self.scratch, value);
        let hash = FxBuildHasher.hash_one(self.scratch.as_slice());
        // Two values of one hash are as rare as they are harmless: the second is written each time.
        let known = self.known.get(&hash).filter(|(_, end)| self.values[..*end as usize].ends_with(&self.scratch));
        if let Some((number, _)) = known {
            return *number;
        }
        field(&mut self.values, 4, &self.scratch);
        // What lies beyond four gigabytes of values is written each time too.
        if let Ok(end) = u32::try_from(self.values.len()) {
            self.known.entry(hash).or_insert((self.value_count, end));
        }
        self.value_count += 1;
        self.value_count - 1
    }

    /// The number of a text that no other feature has, which saves the search for it.
    pub fn unique(&mut self, text: &str) -> u32 {
        let bytes = 1 + varint::len(text.len() as u64) + text.len();
        self.values.push(4 << 3 | 2);
        varint::push(&mut self.values, bytes as u64);
        field(&mut self.values, 1, text.as_bytes());
        self.value_count += 1;
        self.value_count - 1
    }

    /// Gives the feature that comes next an attribute: the numbers of its name and value.
    #[inline]
    pub fn tag(&mut self, key: u32, value: u32) {
        varint::push(&mut self.tags, u64::from(key));
        varint::push(&mut self.tags, u64::from(value));
    }

    /// The same with a value that other features may share.
    pub fn tag_shared(&mut self, key: u32, value: Value<'_>) {
        let value = self.shared(value);
        self.tag(key, value);
    }

    /// Ends a feature: a point in units of the tile, from its north-western corner.
    pub fn point(&mut self, id: u64, x: u32, y: u32) {
        // Its geometry is one "move to" and two steps.
        self.scratch.clear();
        self.scratch.push(1 << 3 | 1);
        varint::push(&mut self.scratch, varint::zigzag(i64::from(x)));
        varint::push(&mut self.scratch, varint::zigzag(i64::from(y)));
        // The length stands before the bytes: reckoned, it saves writing them aside first.
        let of_tags = varint::len(self.tags.len() as u64) + self.tags.len();
        let bytes = 1 + varint::len(id) + 1 + of_tags + 2 + 2 + self.scratch.len();
        let features = &mut self.features;
        features.push(2 << 3 | 2);
        varint::push(features, bytes as u64);
        features.push(1 << 3);
        varint::push(features, id);
        field(features, 2, &self.tags);
        // Type 1 is a point.
        features.extend_from_slice(&[3 << 3, 1]);
        field(features, 4, &self.scratch);
        self.tags.clear();
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
        tile.reserve(head.len() + self.len() + 8);
        tile.push(3 << 3 | 2);
        varint::push(tile, (head.len() + self.len()) as u64);
        for part in [&head, &self.features, &self.keys, &self.values] {
            tile.extend_from_slice(part);
        }
    }
}

fn push_value(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Text(text) => field(out, 1, text.as_bytes()),
        Value::Real(number) => {
            out.push(3 << 3 | 1);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::Integer(number) if number < 0 => {
            out.push(6 << 3);
            varint::push(out, varint::zigzag(number));
        }
        Value::Integer(number) => {
            out.push(5 << 3);
            varint::push(out, number as u64);
        }
        Value::Bool(yes) => out.extend_from_slice(&[7 << 3, u8::from(yes)]),
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
        let value = layer.shared(Value::Text("v"));
        layer.tag(key, value);
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
            let value = layer.shared(Value::Text("the same value"));
            layer.tag(key, value);
            layer.point(id, 0, 0);
        }
        assert_eq!(layer.value_count, 1);
        let mut tile = Vec::new();
        Layer::new("b").write(&mut tile);
        assert!(tile.is_empty());
    }

    #[test]
    fn the_lengths_that_are_reckoned_are_those_of_the_bytes() {
        for (id, text) in [(1, "short".to_owned()), (u64::MAX, "x".repeat(126)), (300, "x".repeat(127)), (1 << 40, "x".repeat(20_000))] {
            let mut layer = Layer::new("a");
            let key = layer.key("k");
            let alone = layer.unique(&text);
            for _ in 0..text.len().min(200) {
                layer.tag(key, alone);
            }
            layer.point(id, 4095, 4095);
            assert_eq!(message(&layer.features, 2).len() + header_bytes(&layer.features), layer.features.len());
            let value = message(&layer.values, 4);
            assert_eq!(message(value, 1), text.as_bytes());
            assert_eq!(value.len() + header_bytes(&layer.values), layer.values.len());
        }
    }

    /// The bytes of the first field, which is a message or a text.
    fn message(bytes: &[u8], number: u8) -> &[u8] {
        assert_eq!(bytes[0], number << 3 | 2);
        &bytes[header_bytes(bytes)..]
    }

    /// Where the content of the first field begins; its stated length must be what is left.
    fn header_bytes(bytes: &[u8]) -> usize {
        let (mut length, mut at) = (0, 1);
        loop {
            length |= usize::from(bytes[at] & 0x7F) << (7 * (at - 1));
            at += 1;
            if bytes[at - 1] < 0x80 {
                break;
            }
        }
        assert_eq!(length, bytes.len() - at);
        at
    }
}
