//! The sample reports that ship with the program.
//!
//! Written for this project in Arabic, Russian, Kazakh and English, about real events, so that a
//! first look shows several countries, languages, types and precisions.

use super::Document;

/// The reports as JSON documents, one a file in `src/intake/sample/`.
const REPORTS: &[&str] = &[
    include_str!("sample/ar-01.json"),
    include_str!("sample/ar-02.json"),
    include_str!("sample/ar-03.json"),
    include_str!("sample/ar-04.json"),
    include_str!("sample/en-01.json"),
    include_str!("sample/en-02.json"),
    include_str!("sample/en-03.json"),
    include_str!("sample/en-04.json"),
    include_str!("sample/kk-01.json"),
    include_str!("sample/kk-02.json"),
    include_str!("sample/kk-03.json"),
    include_str!("sample/ru-01.json"),
    include_str!("sample/ru-02.json"),
    include_str!("sample/ru-03.json"),
];

/// All sample reports, in the order of their identifiers.
pub fn documents() -> Vec<Document> {
    REPORTS.iter().map(|json| serde_json::from_str(json).expect("the sample reports are checked by a test")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_holds_dated_reports_in_four_languages() {
        let documents = documents();
        assert!(documents.len() >= 8);
        assert!(documents.iter().all(|d| d.published.is_some() && !d.text.is_empty()));
        let languages: std::collections::BTreeSet<_> = documents.iter().filter_map(|d| d.lang).collect();
        assert_eq!(languages.len(), 4);
    }

    #[test]
    fn the_language_of_every_sample_report_is_told_from_its_text() {
        for document in documents() {
            assert_eq!(Some(crate::text::language::detect(&document.text)), document.lang, "{}", document.id);
        }
    }
}
