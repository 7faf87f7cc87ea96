//! Reading single members of a JSON object without making values of all of them.
//!
//! The properties of a row are JSON that serde wrote, so this looks only for where things end; it
//! never panics on other text, but may find less.

use std::borrow::Cow;

use memchr::{memchr2, memchr3_iter};

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
    if inner.contains('\\') { serde_json::from_str(raw).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

/// The members of an object.
pub struct Members<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
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
        let value_end = match bytes.get(value)? {
            b'"' => string_end(bytes, value)?,
            b'{' | b'[' => nested_end(bytes, value)?,
            _ => value + bytes[value..].iter().position(|b| matches!(b, b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t'))?,
        };
        self.at = value_end;
        Some((name, self.text.get(value..value_end)?))
    }
}

/// Where the string that begins at `start` ends, after its quote.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let mut at = start + 1;
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
        fn other_text_does_no_harm(text in "[\"\\\\{}\\[\\],: a-z]{0,40}") {
            let _ = members(&text).count();
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
