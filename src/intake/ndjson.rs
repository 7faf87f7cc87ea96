//! One JSON document a line: the form in which archives travel.

use std::io::{BufRead, Read};

use super::{Document, IntakeError, Limits};

/// Longest line that is read as a document.
pub const LINE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The document on one line, its text cut at the limit.
///
/// # Errors
/// [`IntakeError::Json`] when the line is not a JSON object with a string `text`.
///
/// ```
/// let document = oqiga::intake::ndjson::parse(r#"{"id":"a1","text":"Fire in Aktau","published":"2024-05-06"}"#).unwrap();
/// assert_eq!(document.id, "a1");
/// ```
pub fn parse(line: &str) -> Result<Document, IntakeError> {
    let value: serde_json::Value = serde_json::from_str(line).map_err(|e| IntakeError::Json { reason: e.to_string() })?;
    if !value.get("text").is_some_and(serde_json::Value::is_string) {
        return Err(IntakeError::Json { reason: "wanted an object with a string \"text\"".to_owned() });
    }
    let mut document: Document = serde_json::from_value(value).map_err(|e| IntakeError::Json { reason: e.to_string() })?;
    document.limit(Limits::DEFAULT);
    document.ensure_id();
    Ok(document)
}

/// The documents of a stream, a line each, with their line numbers from 1. A bad line is an item
/// like any other and the rest goes on; blank lines are passed over.
pub struct Lines<R> {
    reader: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// Reads lines as they come; never holds more than one.
    pub fn new(reader: R) -> Self {
        Self { reader, number: 0 }
    }

    /// The next line without its end, or `None` at the end of the stream. What is longer than the
    /// limit is read past and told by the flag.
    fn line(&mut self) -> std::io::Result<Option<(Vec<u8>, bool)>> {
        let mut line = Vec::new();
        let limit = LINE_BYTES_MAX as u64 + 1;
        if (&mut self.reader).take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let too_long = line.len() as u64 == limit && line.last() != Some(&b'\n');
        if too_long {
            line.clear();
            self.reader.skip_until(b'\n')?;
        }
        Ok(Some((line, too_long)))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = std::io::Result<(u64, Result<Document, IntakeError>)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (line, too_long) = match self.line() {
                Ok(Some(line)) => line,
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            };
            self.number += 1;
            let wrong = |reason: String| Some(Ok((self.number, Err(IntakeError::Json { reason }))));
            if too_long {
                return wrong(format!("the line is longer than {} MiB", LINE_BYTES_MAX >> 20));
            }
            match std::str::from_utf8(line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line)) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => return Some(Ok((self.number, parse(text)))),
                Err(error) => return wrong(format!("not valid UTF-8 from byte {} on", error.valid_up_to())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_says_what_is_wrong() {
        let check = |line: &str, want: &str| assert!(parse(line).unwrap_err().to_string().contains(want), "{line}");
        check("{", "EOF");
        check("{\"id\":\"a\"}", "\"text\"");
        check("{\"text\":\"a\",\"published\":\"yesterday\"}", "published");
        check("[]", "\"text\"");
    }

    #[test]
    fn a_document_without_id_gets_one_from_its_content() {
        let a = parse(r#"{"text":"Fire in Aktau"}"#).unwrap();
        let b = parse(r#"{"text":"Fire in Aktau"}"#).unwrap();
        assert_eq!(a.id, b.id);
        assert!(a.id.starts_with("doc-"));
    }

    #[test]
    fn a_stream_goes_on_after_a_bad_line_and_counts_every_line() {
        let stream = b"{\"text\":\"one\"}\n\nnonsense\r\n{\"text\":\"\xff\"}\n{\"text\":\"two\"}";
        let found: Vec<_> = Lines::new(&stream[..]).map(|item| item.map(|(n, d)| (n, d.ok().map(|d| d.text))).unwrap()).collect();
        let want = [(1, Some("one".to_owned())), (3, None), (4, None), (5, Some("two".to_owned()))];
        assert_eq!(found, want);
    }

    #[test]
    fn a_line_without_end_is_refused_in_bounded_memory() {
        let endless = std::io::repeat(b'x').take(LINE_BYTES_MAX as u64 + 10).chain(&b"\n{\"text\":\"after\"}"[..]);
        let found: Vec<_> = Lines::new(std::io::BufReader::new(endless)).map(|item| item.map(|(n, d)| (n, d.is_ok())).unwrap()).collect();
        assert_eq!(found, [(1, false), (2, true)]);
    }
}
