//! GeoJSON as a stream: the features of a collection, or one feature after the other, cut out of
//! the bytes without holding the file in memory.

use std::io::Read;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ITEM_BYTES_MAX, ImportError, Raw, bytes};
use crate::geo::LonLat;

/// The features of a stream with their numbers from 1.
pub fn features(from: impl Read + Send) -> impl Iterator<Item = Result<(u64, Raw), ImportError>> + Send {
    let cutter = Cutter { bytes: bytes(from), state: State::default(), number: 0, done: false };
    cutter.map(|item| item.map(|(number, json)| (number, Raw::Feature(json))))
}

/// The position and properties of a feature.
pub fn feature(json: &[u8]) -> Result<(Option<LonLat>, Map<String, Value>), ImportError> {
    #[derive(Deserialize)]
    struct Feature {
        #[serde(default)]
        id: Option<Value>,
        geometry: Option<Geometry>,
        #[serde(default)]
        properties: Option<Map<String, Value>>,
    }
    #[derive(Deserialize)]
    struct Geometry {
        r#type: String,
        #[serde(default)]
        coordinates: Value,
    }
    let feature: Feature = serde_json::from_slice(json).map_err(|error| ImportError::Format(format!("not a GeoJSON feature: {error}")))?;
    let mut properties = feature.properties.unwrap_or_default();
    if let (Some(id), false) = (feature.id, properties.contains_key("id")) {
        properties.insert("id".to_owned(), id);
    }
    let Some(geometry) = feature.geometry else { return Ok((None, properties)) };
    if geometry.r#type != "Point" {
        return Err(ImportError::value("geometry", "a Point", &geometry.r#type));
    }
    let number = |at: usize| geometry.coordinates.get(at).and_then(Value::as_f64);
    match number(0).zip(number(1)).and_then(|(lon, lat)| LonLat::new(lon, lat)) {
        Some(position) => Ok((Some(position), properties)),
        None => Err(ImportError::value("geometry", "[longitude, latitude] in degrees", &geometry.coordinates.to_string())),
    }
}

/// Cuts features out of bytes.
struct Cutter<B> {
    bytes: B,
    state: State,
    number: u64,
    done: bool,
}

/// Where in the JSON we are: just enough to find where an object begins and ends.
#[derive(Default)]
struct State {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The depth of the array of features, when inside one.
    array: Option<usize>,
    /// The string that was read last at depth 1, which is a key when a colon follows.
    word: Vec<u8>,
    object: Vec<u8>,
}

/// Longest key that is remembered.
const KEY_BYTES_MAX: usize = 16;

impl State {
    /// Takes the next byte; says when an object that is a feature has ended.
    fn take(&mut self, byte: u8) -> bool {
        let outer = self.array.unwrap_or(0);
        if self.depth > outer {
            self.object.push(byte);
        }
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ if self.depth == 1 && self.word.len() < KEY_BYTES_MAX => self.word.push(byte),
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                if self.depth == 1 {
                    self.word.clear();
                }
            }
            b'{' | b'[' => {
                if self.depth == outer {
                    self.object.clear();
                    self.object.push(byte);
                }
                self.depth += 1;
                if byte == b'[' && self.depth == 2 && self.array.is_none() && self.word == b"features" {
                    self.array = Some(2);
                    self.object.clear();
                }
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if byte == b']' && self.array.is_some_and(|array| self.depth < array) {
                    // The rest of the collection is not a feature: nothing of it is kept.
                    self.array = Some(usize::MAX);
                } else if self.array == Some(usize::MAX) {
                    if self.depth == 0 {
                        self.array = None;
                        self.object.clear();
                    }
                } else if self.depth == outer {
                    return true;
                }
            }
            _ => {}
        }
        false
    }
}

impl<B: Iterator<Item = std::io::Result<u8>>> Iterator for Cutter<B> {
    type Item = Result<(u64, Vec<u8>), ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            match self.bytes.next() {
                None => {
                    self.done = true;
                    let cut = self.state.depth > 0 || self.state.in_string;
                    return cut.then(|| Err(ImportError::Format(format!("the file ends in the middle, after feature {}", self.number))));
                }
                Some(Err(error)) => {
                    self.done = true;
                    return Some(Err(error.into()));
                }
                Some(Ok(byte)) => {
                    if self.state.take(byte) {
                        self.number += 1;
                        return Some(Ok((self.number, std::mem::take(&mut self.state.object))));
                    }
                    if self.state.object.len() > ITEM_BYTES_MAX {
                        self.done = true;
                        let message = format!("feature {} is longer than {} MiB", self.number + 1, ITEM_BYTES_MAX >> 20);
                        return Some(Err(ImportError::Format(message)));
                    }
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        features(text.as_bytes())
            .map(|item| match item {
                Ok((_, Raw::Feature(json))) => String::from_utf8(json).unwrap(),
                Ok(other) => panic!("{other:?}"),
                Err(error) => error.to_string(),
            })
            .collect()
    }

    #[test]
    fn features_of_a_collection_and_of_lines_are_the_same() {
        let want = [r#"{"a":"}]\"{"}"#, r#"{"b":[1,{"c":2}]}"#];
        assert_eq!(cut(r#"{"type":"FeatureCollection","features":[{"a":"}]\"{"} , {"b":[1,{"c":2}]}],"bbox":[1,2]}"#), want);
        assert_eq!(cut("{\"a\":\"}]\\\"{\"}\n\u{1e}{\"b\":[1,{\"c\":2}]}\n"), want);
        assert_eq!(cut(r#"{"links":[{"x":[]}],"features":[]}"#), [""; 0]);
        assert_eq!(cut(""), [""; 0]);
        assert!(cut(r#"{"features":[{"a":1},{"#)[1].contains("ends in the middle, after feature 1"));
    }

    #[test]
    fn only_points_on_the_earth_are_taken() {
        let check = |json: &str, want: &str| assert!(feature(json.as_bytes()).unwrap_err().to_string().contains(want), "{json}");
        check(r#"{"geometry":{"type":"LineString","coordinates":[]}}"#, "wanted a Point");
        check(r#"{"geometry":{"type":"Point","coordinates":[200,0]}}"#, "in degrees");
        check(r#"{"geometry":{"type":"Point"}}"#, "in degrees");
        check("[1]", "not a GeoJSON feature");
        let (at, properties) = feature(br#"{"id":7,"geometry":{"type":"Point","coordinates":[51.2,43.65,9]},"properties":null}"#).unwrap();
        assert_eq!((at, properties["id"].clone()), (LonLat::new(51.2, 43.65), Value::from(7)));
    }
}
