//! RSS, Atom and JSON feeds: the bytes of a feed as documents, one an article.
//!
//! An article keeps its identifier from one look to the next, so that one that was updated is a new
//! revision of the same document. The text is that of the feed, reduced from HTML; what the feed
//! only announces is taken as far as it is told.

use std::collections::BTreeSet;

use feed_rs::model::Entry;
use sha2::{Digest, Sha256};

use super::{Document, IntakeError, Limits, html};
use crate::text::Lang;

/// Most articles that are read from one feed; the newest come first in most.
pub const ARTICLES_MAX: usize = 500;

/// The articles of a feed.
///
/// # Errors
/// [`IntakeError::Feed`] when the bytes are no feed.
pub fn read(bytes: &[u8]) -> Result<Vec<Document>, IntakeError> {
    let feed = feed_rs::parser::parse(bytes).map_err(|error| IntakeError::Feed { reason: error.to_string() })?;
    let lang = feed.language.as_deref().and_then(Lang::parse);
    let mut seen = BTreeSet::new();
    let documents = feed.entries.iter().take(ARTICLES_MAX).filter_map(|entry| document(entry, lang));
    Ok(documents.filter(|document| seen.insert(document.id.clone())).collect())
}

/// The document of an article; `None` when it says nothing.
fn document(entry: &Entry, lang: Option<Lang>) -> Option<Document> {
    let title = entry.title.as_ref().map(|title| plain(&title.content)).filter(|title| !title.is_empty());
    let body = entry
        .content
        .as_ref()
        .and_then(|content| content.body.as_deref())
        .or(entry.summary.as_ref().map(|summary| summary.content.as_str()));
    let text = body.map(plain).filter(|text| !text.is_empty()).or_else(|| title.clone())?;
    let url = entry.links.iter().map(|link| link.href.as_str()).find(|url| url.starts_with("http://") || url.starts_with("https://"));
    let published = entry.published.or(entry.updated).and_then(|time| time.format("%Y-%m-%d").to_string().parse().ok());
    let name = if entry.id.is_empty() { url.unwrap_or(&text) } else { entry.id.as_str() };
    let hash: String = Sha256::digest(name.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let mut document =
        Document { id: format!("feed-{hash}"), text, title, published, lang, url: url.map(str::to_owned), ..Document::default() };
    document.limit(Limits::DEFAULT);
    Some(document)
}

/// The words of a piece of HTML, or of plain text.
fn plain(text: &str) -> String {
    let text = text.trim();
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    html::words(text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSS: &str = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>Lada</title><language>ru</language>
        <item><guid>a-1</guid><title>Пожар в Актау</title><link>https://lada.example/1</link><pubDate>Wed, 05 Jan 2022 10:00:00 +0500</pubDate>
        <description>&lt;p&gt;В Актау сгорел рынок.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description></item>
        <item><guid>a-1</guid><title>The same again</title></item><item></item></channel></rss>"#;

    const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>f</id><title>T</title><updated>2022-01-05T00:00:00Z</updated>
        <entry><id>urn:1</id><title>Fire in Aktau</title><updated>2022-01-05T10:00:00Z</updated><link href="javascript:alert(1)"/><link href="https://a.example/1"/>
        <content type="html">&lt;p&gt;A market burned in Aktau.&lt;/p&gt;</content></entry></feed>"#;

    const JSON: &str = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"Fire","content_text":"A market burned in Aktau.","url":"https://a.example/1","date_published":"2022-01-05T10:00:00Z"}]}"#;

    #[test]
    fn the_three_kinds_of_feed_give_the_same_kind_of_document() {
        for (feed, text) in [(RSS, "В Актау сгорел рынок."), (ATOM, "A market burned in Aktau."), (JSON, "A market burned in Aktau.")]
        {
            let documents = read(feed.as_bytes()).unwrap();
            assert_eq!(documents.len(), 1, "{documents:?}");
            let document = &documents[0];
            assert_eq!(document.text, text);
            assert_eq!(document.published.unwrap().to_string(), "2022-01-05");
            assert!(document.url.as_deref().unwrap().starts_with("https://"));
            assert_eq!(read(feed.as_bytes()).unwrap()[0].id, document.id, "an article keeps its id");
        }
    }

    #[test]
    fn what_is_no_feed_is_an_error_and_entities_do_not_grow() {
        for bad in ["", "Fire in Aktau", "<html><body>404</body></html>", "{}", "[1]", "<rss"] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
        let bomb = r#"<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
            <rss version="2.0"><channel><title>x</title><item><guid>1</guid><title>&b;&f;</title></item></channel></rss>"#;
        let all: String = read(bomb.as_bytes()).unwrap_or_default().iter().map(|d| d.text.clone()).collect();
        assert!(all.len() < 100 && !all.contains("root:"), "{all}");
    }
}
