//! The only file that names every stage in order: a [`Document`] in, a [`Report`] out.
//!
//! Pure: the same document, gazetteer version and options give the same answer.
//!
//! ```
//! use oqiga::gazetteer::Gazetteer;
//! use oqiga::intake::Document;
//! use oqiga::pipeline::Analyst;
//!
//! let analyst = Analyst::new(Gazetteer::bundled()?);
//! let document = Document { text: "اندلع حريق في مدينة أكتاو.".to_owned(), ..Document::default() };
//! let report = analyst.geoparse(&document);
//! let place = report.toponyms[0].resolution.place.unwrap();
//! assert_eq!(analyst.gazetteer().place(place).geonameid(), Some(610612));
//! # Ok::<(), oqiga::gazetteer::GazetteerError>(())
//! ```

use crate::diagnostic::{Code, Diagnostic};
use crate::gazetteer::{Country, Gazetteer};
use crate::incidents::{self, Incident};
use crate::intake::Document;
use crate::mentions;
use crate::places::{self, Prior, Toponym};
use crate::text::offsets::CodePoints;
use crate::text::{Lang, Span, Text};

/// Reads documents with one gazetteer. Cheap to clone and to share between threads.
#[derive(Debug, Clone)]
pub struct Analyst {
    gazetteer: Gazetteer,
}

/// What the analysis makes of one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The document's identifier.
    pub id: String,
    /// Its language, given or detected.
    pub lang: Lang,
    /// The place names found, in order, resolved where possible.
    pub toponyms: Vec<Toponym>,
    /// The incidents found, in order; empty when only toponyms were asked for.
    pub incidents: Vec<Incident>,
    /// What was not taken for the place of an incident, or for an incident, and why.
    pub rejected: Vec<String>,
    /// What was missing or odd.
    pub diagnostics: Vec<Diagnostic>,
}

impl Analyst {
    /// An analyst who looks names up in `gazetteer`.
    pub fn new(gazetteer: Gazetteer) -> Self {
        Self { gazetteer }
    }

    /// The gazetteer that the places of its reports are from.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// Finds the place names of a document and what they mean. When the document says where its
    /// mentions are, only those are resolved.
    pub fn geoparse(&self, document: &Document) -> Report {
        let text = Text::new(&document.text, document.lang);
        let mut diagnostics = Vec::new();
        let toponyms = self.toponyms(&text, document, &mut diagnostics);
        Report { id: document.id.clone(), lang: text.lang, toponyms, incidents: Vec::new(), rejected: Vec::new(), diagnostics }
    }

    /// Finds the place names of a document and the incidents told of them.
    pub fn extract(&self, document: &Document) -> Report {
        let text = Text::new(&document.text, document.lang);
        let mut diagnostics = Vec::new();
        let toponyms = self.toponyms(&text, document, &mut diagnostics);
        let sites = incidents::sites(&text, &toponyms, &self.gazetteer);
        let source = incidents::Source {
            doc_id: &document.id,
            published: document.published,
            name: document.source.as_deref(),
            url: document.url.as_deref(),
        };
        let extraction = incidents::extract(&source, &text, &sites);
        if document.published.is_none() {
            diagnostics.push(Diagnostic::new(
                Code::NoPublicationDate,
                "no day of publication was given, so \"yesterday\" and the like stay without a date",
            ));
        }
        if extraction.incidents.is_empty() && !text.tokens.is_empty() {
            diagnostics.push(Diagnostic::new(Code::NoIncidents, "no incident was found"));
        }
        Report {
            id: document.id.clone(),
            lang: text.lang,
            toponyms,
            incidents: extraction.incidents,
            rejected: extraction.rejected,
            diagnostics,
        }
    }

    /// The stages from text to places.
    fn toponyms(&self, text: &Text<'_>, document: &Document, diagnostics: &mut Vec<Diagnostic>) -> Vec<Toponym> {
        let mentions = match &document.mentions {
            Some(given) => mentions::at(text, &self.gazetteer, &spans(text, given, diagnostics)),
            None => mentions::find(text, &self.gazetteer),
        };
        let toponyms = places::resolve(text, &self.gazetteer, mentions, prior(document, diagnostics));
        if text.tokens.is_empty() {
            diagnostics.push(Diagnostic::new(Code::EmptyText, "the document holds no text"));
        } else if text.lang == Lang::UND {
            diagnostics.push(Diagnostic::new(Code::UnknownLanguage, "the language could not be told from the text; name it with lang"));
        } else if toponyms.is_empty() {
            diagnostics.push(Diagnostic::new(Code::NoPlaces, "no place name was found"));
        }
        toponyms
    }
}

/// Given mentions as byte spans. What lies outside of the text is left out and told.
fn spans(text: &Text<'_>, given: &[crate::intake::GivenMention], diagnostics: &mut Vec<Diagnostic>) -> Vec<Span> {
    let points = CodePoints::new(text.original);
    let length = points.at(text.original.len());
    let mut spans = Vec::with_capacity(given.len());
    for mention in given {
        if mention.start < mention.end && mention.end <= length {
            spans.push(Span::new(points.byte(mention.start), points.byte(mention.end)));
        } else {
            let message = format!("the mention {} to {} does not lie in the text of {length} code points", mention.start, mention.end);
            diagnostics.push(Diagnostic::new(Code::BadInput, message));
        }
    }
    spans
}

fn prior(document: &Document, diagnostics: &mut Vec<Diagnostic>) -> Prior {
    let country = document.country.as_deref().and_then(|code| {
        let country = Country::parse(code);
        if country.is_none() {
            diagnostics.push(Diagnostic::new(Code::BadInput, format!("not an ISO 3166-1 alpha-2 country code: {code:?}")));
        }
        country
    });
    Prior { country }
}
