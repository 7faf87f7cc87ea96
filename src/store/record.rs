//! The plain values that go into and come out of a store.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::geo::LonLat;

/// A document with the incidents found in it, ready to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentRecord {
    /// The document's identifier.
    pub id: String,
    /// SHA-256 of everything that was sent: the same fingerprint means that nothing changed.
    pub fingerprint: String,
    /// SHA-256 of what the report says, whoever sends it under whatever name.
    pub content: String,
    /// A headline apart from the text.
    pub title: Option<String>,
    /// The report itself.
    pub text: String,
    /// The day of publication.
    pub published: Option<Date>,
    /// The language, given or detected.
    pub lang: String,
    /// The outlet or agency.
    pub source: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// The country that the outlet mostly writes about.
    pub country: Option<String>,
    /// Remarks of the analysis, as JSON.
    pub diagnostics: Value,
    /// The incidents.
    pub incidents: Vec<IncidentRecord>,
}

/// An incident in the form in which it is kept and shown.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentRecord {
    /// Its identifier.
    pub id: String,
    /// Where it is drawn; `None` when nothing places it.
    pub position: Option<LonLat>,
    /// The properties of schema `incident/1`.
    pub properties: Map<String, Value>,
}

/// What to do with one incident.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Keep it like this.
    Put(IncidentRecord),
    /// Remove it.
    Delete,
}

/// Who writes and why, for the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// A person, a token's name, or the program.
    pub who: String,
    /// What for: `ingest`, `POST /documents`, the reason of a correction.
    pub why: String,
}

impl Author {
    /// An author with a reason.
    pub fn new(who: impl Into<String>, why: impl Into<String>) -> Self {
        Self { who: who.into(), why: why.into() }
    }
}

/// What became of a document that was put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// Whether it was new, changed or known.
    pub outcome: PutOutcome,
    /// The identifiers of the incidents that the document now has.
    pub incidents: Vec<String>,
    /// The last revision of the store after it.
    pub revision: u64,
}

/// Whether a document was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PutOutcome {
    /// It was not there before.
    Created,
    /// It was there with other content.
    Updated,
    /// It was there as it is.
    Unchanged,
}

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDocument {
    /// Its identifier.
    pub id: String,
    /// A headline apart from the text.
    pub title: Option<String>,
    /// The report itself.
    pub text: String,
    /// The language.
    pub lang: String,
    /// Remarks of the analysis, as JSON.
    pub diagnostics: Value,
    /// The identifiers of its incidents, in the order of the store.
    pub incidents: Vec<String>,
}

/// What is known of a document but its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentHead {
    /// Its identifier.
    pub id: String,
    /// A headline apart from the text.
    pub title: Option<String>,
    /// The day of publication.
    pub published: Option<Date>,
    /// The language.
    pub lang: String,
    /// The outlet or agency.
    pub source: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// The country that the outlet mostly writes about.
    pub country: Option<String>,
}

/// An incident as it is kept, with the columns that reading needs.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredIncident {
    /// Its place in the order of the store.
    pub number: i64,
    /// Its identifier.
    pub id: String,
    /// Where it is drawn.
    pub position: Option<LonLat>,
    /// The properties of schema `incident/1`, as JSON text.
    pub properties: String,
    /// Its type, as kept: other programs may have written anything.
    pub event_type: String,
    /// Its status, as kept.
    pub status: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
    /// GeoNames id of the place.
    pub geonameid: Option<i64>,
    /// How exact the place is, as kept: 1 town to 3 country.
    pub geo_precision: Option<i64>,
    /// The outlet.
    pub source_name: Option<String>,
    /// First day.
    pub date_start: Option<Date>,
    /// Last day.
    pub date_end: Option<Date>,
    /// The text that free-text search looks at.
    pub words: String,
}

/// The incidents that changed since a revision.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// The last revision that these changes include.
    pub revision: u64,
    /// One entry an incident.
    pub incidents: Vec<Change>,
}

/// An incident as it is now.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It is new, or other than before.
    Present(Box<StoredIncident>),
    /// It is no more.
    Gone(String),
}

/// One step in the life of a document or incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// Its number; numbers only grow, over the whole store.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// Why.
    pub why: String,
    /// `create`, `update` or `delete`.
    pub action: String,
    /// What it was like, as JSON; `None` when it was created.
    pub before: Option<Value>,
    /// What it became, as JSON; `None` when it was deleted, or created and never changed.
    pub after: Option<Value>,
}

/// How much a store keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Documents.
    pub documents: u64,
    /// Incidents.
    pub incidents: u64,
}

/// What became of ready-made incidents that were taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// New ones.
    pub created: u64,
    /// Known ones that came with other content.
    pub updated: u64,
    /// Known ones that are as they came, or that a person has edited.
    pub unchanged: u64,
}

impl Imported {
    /// Adds the outcome of another batch.
    pub fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
    }

    /// How many were taken in or found known.
    pub fn total(&self) -> u64 {
        self.created + self.updated + self.unchanged
    }
}
