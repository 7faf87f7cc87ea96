//! One JSON document a line: the form in which archives travel.

use super::{Document, IntakeError, Limits};

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
}
