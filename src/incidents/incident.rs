//! An incident as the analysis makes it: typed, with byte spans into its document.
//!
//! The wire form `incident/1` (GeoJSON properties, code-point offsets) is made from it by
//! [`crate::layers`].

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::gazetteer::Country;
use crate::geo::LonLat;
use crate::text::{Lang, Span};

/// What happened, where, when, how many, who, says who; with the spans of the text that say so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Stable over runs: made from document, type, place, date and the first evidence.
    pub id: String,
    /// The document it comes from.
    pub doc_id: String,
    /// Identifier of the type in [`super::TAXONOMY`].
    pub event_type: String,
    /// Whether it is told as having happened.
    pub status: Status,
    /// A short line for lists, made from type and place in English.
    pub title: String,
    /// Where; `None` when nothing in the text places it.
    pub place: Option<Where>,
    /// When; `None` when neither the text nor a publication date tells.
    pub date: Option<DateSpan>,
    /// The day of publication of the document.
    pub published: Option<Date>,
    /// The numbers told, one a field.
    pub counts: Vec<Count>,
    /// Who took part, as written.
    pub actors: Vec<Actor>,
    /// Who says so, as written: "the Interior Ministry".
    pub attribution: Option<String>,
    /// Outlet or agency of the document.
    pub source_name: Option<String>,
    /// Address of the document.
    pub source_url: Option<String>,
    /// Language of the document.
    pub source_lang: Lang,
    /// The sentences or clauses that made us believe it, in the document.
    pub evidence: Vec<Span>,
    /// The first evidence sentence, as written.
    pub evidence_text: String,
    /// Parts of `evidence_text`, as byte spans of it.
    pub marks: Vec<Mark>,
    /// Chance that type, place and date are right, 0 to 1.
    pub confidence: f64,
    /// Confidence of the type, of the place, of the date.
    pub confidence_parts: [f64; 3],
    /// Caveats: `place_inferred`, `place_unresolved`, `date_from_published`, `count_vague`, `claimed`, `ambiguous_place`.
    pub flags: Vec<String>,
    /// Incidents of the document whose counts cover some of the same people.
    pub overlaps: Vec<String>,
    /// What a person would ask: trigger, cues, links, what was rejected and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explain: Vec<String>,
}

/// How an incident is told (PLOVER's auxiliary modes, with claims and denials).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Told as fact.
    Reported,
    /// Told by a named party to it.
    Claimed,
    /// Said not to have happened.
    Denied,
    /// Announced for the future.
    Planned,
    /// Feared, possible, trained for.
    Hypothetical,
    /// Told as not having happened.
    Negated,
    /// Older news that the report recalls.
    Background,
}

/// Where an incident took place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Where {
    /// The name of the place in the gazetteer.
    pub name: String,
    /// The place as written.
    pub text: String,
    /// The mentions that say so, in the document.
    pub mentions: Vec<Span>,
    /// The position.
    pub position: LonLat,
    /// The country.
    pub country: Option<Country>,
    /// English name of the country.
    pub country_name: Option<String>,
    /// English name of the first-level area.
    pub admin1: Option<String>,
    /// GeoNames id, when it has one.
    pub geonameid: Option<u64>,
    /// GeoNames feature code: `PPL`, `ADM1`, `PCLI` …
    pub feature: String,
    /// 1 town, 2 near or part of a region, 3 country or large region (ACLED geo_precision).
    pub geo_precision: u8,
    /// How the place was linked to the incident.
    pub source: PlaceSource,
    /// Radius in kilometres within which it happened.
    pub uncertainty_km: f64,
    /// What else the name may mean, best first; the first is the chosen place.
    pub candidates: Vec<RunnerUp>,
}

/// A place that the name may mean, told so that a person can choose it instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunnerUp {
    /// GeoNames id, when it has one.
    pub geonameid: Option<u64>,
    /// Name.
    pub name: String,
    /// Country.
    pub country: Option<Country>,
    /// First-level area.
    pub admin1: Option<String>,
    /// GeoNames feature code.
    pub feature: String,
    /// Inhabitants.
    pub population: u64,
    /// Position.
    #[serde(flatten)]
    pub position: LonLat,
    /// Score of the candidate.
    pub score: f64,
    /// Its strongest signals in words.
    pub why: String,
}

/// How a place was linked to its incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceSource {
    /// A name in the clause, sentence, the one before, headline or dateline.
    Mention,
    /// "the city", "the country", pointing back to a name.
    Nominal,
    /// Nothing nearer than the country that the document is about.
    DocumentCountry,
}

/// The days on which an incident took place, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateSpan {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// The words that say so.
    pub text: Option<String>,
    /// How exact the words are.
    pub precision: DatePrecision,
}

/// How exact a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePrecision {
    /// The day.
    Day,
    /// About that day: "reported on Sunday".
    Approx,
    /// From a day to a day.
    Range,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
    /// Not told.
    Unknown,
}

impl DatePrecision {
    /// ACLED time_precision: 1 day, 2 week or so, 3 month or worse.
    pub fn acled(self, days: i64) -> u8 {
        match self {
            Self::Day | Self::Range if days <= 3 => 1,
            Self::Day | Self::Approx | Self::Range | Self::Week if days <= 8 => 2,
            _ => 3,
        }
    }
}

/// A number of people, as told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// What is counted.
    pub field: CountField,
    /// The number, or the conservative floor of a vague one.
    pub value: u64,
    /// How exact it is meant.
    pub qualifier: Qualifier,
    /// The words that say so.
    pub text: String,
    /// Where they stand in the document.
    pub span: Span,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountField {
    /// Deaths.
    Killed,
    /// Injuries.
    Injured,
    /// Missing people.
    Missing,
    /// Arrests and detentions.
    Arrested,
    /// People moved to safety.
    Evacuated,
    /// People who took part.
    Participants,
}

impl CountField {
    /// All fields in the order of the schema.
    pub const ALL: [Self; 6] = [Self::Killed, Self::Injured, Self::Missing, Self::Arrested, Self::Evacuated, Self::Participants];

    /// The property name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Injured => "injured",
            Self::Missing => "missing",
            Self::Arrested => "arrested",
            Self::Evacuated => "evacuated",
            Self::Participants => "participants",
        }
    }
}

/// How exact a number is meant. Vague words keep their floor: tens 10, dozens 12, hundreds 100,
/// thousands 1000 (ACLED's convention).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// The number itself.
    Exact,
    /// About.
    About,
    /// At least.
    AtLeast,
    /// More than.
    MoreThan,
    /// Up to.
    UpTo,
    /// Tens of.
    Tens,
    /// Dozens of.
    Dozens,
    /// Scores of.
    Scores,
    /// Hundreds of.
    Hundreds,
    /// Thousands of.
    Thousands,
}

impl Qualifier {
    /// Whether it is a word for many, of which only the floor is known.
    pub fn is_vague(self) -> bool {
        matches!(self, Self::Tens | Self::Dozens | Self::Scores | Self::Hundreds | Self::Thousands)
    }
}

/// Somebody who took part, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The words of the text.
    pub name: String,
    /// `participant`, `perpetrator`, `security_forces`, `victim`, `sender` …
    pub role: String,
}

/// A part of the evidence sentence that a reader should see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Where, in `evidence_text`.
    pub span: Span,
    /// What it is.
    pub kind: MarkKind,
}

/// What a mark shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// The place name.
    Place,
    /// The word that tells the type.
    Trigger,
    /// The date.
    Date,
    /// A number.
    Count,
}
