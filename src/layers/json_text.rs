//! Reading single members of a JSON object without making values of all of them.
//!
//! The properties of a row are JSON that serde wrote, so this looks only for where things end; it
//! never panics on other text, but may find less.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3_iter};

/// Strings up to this length are read byte by byte.
const SHORT_BYTES: usize = 12;

/// The members of an object: names and raw values in the order of the text.
pub fn members(object: &str) -> Members<'_> {
    let at = object.find('{').map_or(object.len(), |at| at + 1);
    Members { text: object, at }
}

/// The raw value of a member.
pub fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    members(object).find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The text of a raw string; `None` for other values.
pub fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if memchr(b'\\', inner.as_bytes()).is_some() { serde_json::from_str(raw).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

/// The members of an object.
pub struct Members<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Members<'a> {
    /// The next member: what stands before its value, its name, its value.
    pub fn next_with_opening(&mut self) -> Option<(&'a str, &'a str, &'a str)> {
        let bytes = self.text.as_bytes();
        let skip = |mut at: usize, also: &[u8]| {
            while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || also.contains(b)) {
                at += 1;
            }
            at
        };
        let start = skip(self.at, b",");
        let name_end = string_end(bytes, start)?;
        let name = self.text.get(start + 1..name_end - 1)?;
        let value = skip(name_end, b":");
        let opening = self.text.get(self.at..value)?;
        Some((opening, name, self.take_value(value)?))
    }

    /// The value of the next member if what stands before it is this, its name included: what one
    /// object has there most others of its kind have too, and a comparison is cheaper than to read it.
    #[inline]
    pub fn value_after(&mut self, opening: &str) -> Option<&'a str> {
        if !begins_with(self.text.as_bytes().get(self.at..)?, opening.as_bytes()) {
            return None;
        }
        self.take_value(self.at + opening.len())
    }

    /// Whether the next member is this one, from what stands before it to the end of its value; then it
    /// is passed.
    #[inline]
    pub fn pass(&mut self, member: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        // A number may go on.
        let same = begins_with(rest, member.as_bytes()) && matches!(rest.get(member.len()), Some(b',' | b'}'));
        if same {
            self.at += member.len();
        }
        same
    }

    /// Where the reader stands in the text: after the last member.
    pub fn at(&self) -> usize {
        self.at
    }

    #[inline]
    fn take_value(&mut self, value: usize) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        let value_end = match bytes.get(value)? {
            b'"' => string_end(bytes, value)?,
            b'{' | b'[' => nested_end(bytes, value)?,
            _ => value + bytes[value..].iter().position(|b| matches!(b, b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t'))?,
        };
        self.at = value_end;
        self.text.get(value..value_end)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.next_with_opening().map(|(_, name, value)| (name, value))
    }
}

/// Whether two short texts are the same: the call of a general comparison costs more than comparing
/// two words that may overlap.
#[inline]
pub fn same(text: &[u8], other: &[u8]) -> bool {
    if text.len() != other.len() {
        return false;
    }
    match text.len() {
        4..=7 => text.first_chunk::<4>() == other.first_chunk::<4>() && text.last_chunk::<4>() == other.last_chunk::<4>(),
        8..=16 => text.first_chunk::<8>() == other.first_chunk::<8>() && text.last_chunk::<8>() == other.last_chunk::<8>(),
        17..=32 => text.first_chunk::<16>() == other.first_chunk::<16>() && text.last_chunk::<16>() == other.last_chunk::<16>(),
        // Long ones mostly part at once, or at their ends.
        33.. => text.first_chunk::<16>() == other.first_chunk::<16>() && text == other,
        _ => text == other,
    }
}

#[inline]
fn begins_with(text: &[u8], other: &[u8]) -> bool {
    text.get(..other.len()).is_some_and(|text| same(text, other))
}

/// Where the string that begins at `start` ends, after its quote.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let mut at = start + 1;
    // Most strings are so short that the search for many bytes at once would hardly have begun.
    for byte in bytes.get(at..at + SHORT_BYTES).unwrap_or_default() {
        match byte {
            b'"' => return Some(at + 1),
            b'\\' => break,
            _ => at += 1,
        }
    }
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Where the array or object that begins at `start` ends.
fn nested_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (open, close) = if bytes[start] == b'{' { (b'{', b'}') } else { (b'[', b']') };
    let (mut depth, mut after) = (0usize, start);
    let rest = &bytes[start..];
    for at in memchr3_iter(open, close, b'"', rest).map(|at| at + start) {
        if at < after {
            continue;
        }
        match bytes[at] {
            b'"' => after = string_end(bytes, at)?,
            b if b == open => depth += 1,
            _ => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<f32>().prop_map(Value::from),
            "[\"\\\\{}\\[\\],: a-zа-я\n]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a-z\"\\\\{]{0,5}", inner), 0..4).prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_member_is_found_with_its_value(wanted in prop::collection::btree_map("[a-z_]{1,6}", json(), 0..6)) {
            let text = Value::Object(wanted.into_iter().collect()).to_string();
            let object: Map<String, Value> = serde_json::from_str(&text).unwrap();
            let found: Map<String, Value> =
                members(&text).map(|(name, raw)| (name.to_owned(), serde_json::from_str(raw).unwrap())).collect();
            prop_assert_eq!(found, object);
        }

        #[test]
        fn members_are_the_same_when_some_are_guessed(
            objects in prop::collection::vec(prop::collection::btree_map("[ab]{1,2}", json(), 0..4), 1..4)
        ) {
            let texts: Vec<String> = objects.iter().map(|object| Value::Object(object.clone().into_iter().collect()).to_string()).collect();
            let mut seen: Vec<(&str, &str, &str, &str)> = Vec::new();
            for text in &texts {
                let mut reader = members(text);
                let mut found = Vec::new();
                for i in 0.. {
                    let start = reader.at();
                    if let Some((opening, name, value, whole)) = seen.get(i).copied() {
                        if reader.pass(whole) {
                            found.push((name, value));
                            continue;
                        }
                        if let Some(value) = reader.value_after(opening) {
                            found.push((name, value));
                            continue;
                        }
                    }
                    let Some((opening, name, value)) = reader.next_with_opening() else { break };
                    seen.truncate(i);
                    seen.push((opening, name, value, &text[start..reader.at()]));
                    found.push((name, value));
                }
                prop_assert_eq!(found, members(text).collect::<Vec<_>>());
            }
        }

        #[test]
        fn other_text_does_no_harm(text in "[\"\\\\{}\\[\\],: a-z]{0,40}") {
            let _ = members(&text).count();
        }
    }

    proptest! {
        #[test]
        fn texts_are_the_same_that_are_equal(text in prop::collection::vec(0..2u8, 0..40), at in 0..40usize) {
            let mut other = text.clone();
            prop_assert!(same(&text, &other));
            if let Some(byte) = other.get_mut(at) {
                *byte = 2;
                prop_assert!(!same(&text, &other));
            }
            prop_assert!(text.is_empty() || !same(&text, &text[1..]));
        }
    }

    #[test]
    fn a_number_with_an_exponent_is_no_end() {
        assert_eq!(member(r#"{"a":[{"":5.450313637411927e-34}],"b":1}"#, "b"), Some("1"));
    }

    #[test]
    fn a_string_is_read_with_its_escapes() {
        assert_eq!(text(r#""a\"b\u0041""#).as_deref(), Some("a\"bA"));
        assert_eq!(text("12"), None);
        assert_eq!(member(r#"{"a": {"b": "}"}, "c" : [1,"]"], "d":-1.5}"#, "d"), Some("-1.5"));
    }
}
