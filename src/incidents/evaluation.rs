//! How good the extraction is: its incidents against gold articles of schema `incident-gold/1`.
//!
//! Gold and found incidents of an article are paired one to one so that the sum of their likeness
//! (.4 type, .35 place, .25 date) is greatest. A pair counts when type and place are at least half
//! right and the whole is .6. Optional gold incidents neither help nor harm.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::geo::LonLat;
use crate::text::Lang;
use crate::text::offsets::CodePoints;

use super::calendar::days_between;
use super::{CountField, Incident, Status, triggers};

/// A gold article, as far as it is needed here.
#[derive(Debug, Clone, Deserialize)]
pub struct Article {
    /// Identifier.
    pub id: String,
    /// Language.
    pub lang: Lang,
    /// Day of publication.
    pub published: Date,
    /// The text; offsets are code points of it.
    pub text: String,
    /// What is to be found.
    pub incidents: Vec<Gold>,
    /// Passages that must not be coded.
    pub not_incidents: Vec<Passage>,
    /// The names of the text.
    pub toponyms: Vec<Name>,
}

/// A gold incident.
#[derive(Debug, Clone, Deserialize)]
pub struct Gold {
    /// Identifier in the article.
    pub id: String,
    /// Whether it must be found.
    pub required: bool,
    #[serde(rename = "type")]
    event_type: String,
    type_alt: Vec<String>,
    #[serde(rename = "where")]
    place: GoldPlace,
    where_alt: Vec<GoldPlace>,
    date: GoldDate,
    counts: BTreeMap<String, GoldCount>,
}

#[derive(Debug, Clone, Deserialize)]
struct GoldPlace {
    country: Option<String>,
    lat: f64,
    lon: f64,
    feature: String,
    src: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct GoldDate {
    start: Date,
    end: Date,
}

#[derive(Debug, Clone, Deserialize)]
struct GoldCount {
    value: u64,
}

/// A passage of the text.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Passage {
    start: usize,
    end: usize,
}

/// A name of the text with its part in what is told.
#[derive(Debug, Clone, Deserialize)]
pub struct Name {
    role: Option<String>,
    form: Option<String>,
    resolved: Option<GoldPlace>,
}

/// Right, wrong and missed answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Found and right.
    pub right: usize,
    /// Found and wrong.
    pub wrong: usize,
    /// Not found.
    pub missed: usize,
}

impl Tally {
    /// The share of what was found that is right.
    pub fn precision(&self) -> f64 {
        share(self.right, self.wrong)
    }

    /// The share of what is there that was found.
    pub fn recall(&self) -> f64 {
        share(self.right, self.missed)
    }

    /// The harmonic mean of both.
    pub fn f1(&self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
    }
}

fn share(right: usize, other: usize) -> f64 {
    if right + other > 0 { right as f64 / (right + other) as f64 } else { 0.0 }
}

/// The figures of some articles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Incidents found.
    pub detection: Tally,
    /// … with type, place and date right.
    pub strict: Tally,
    /// … and killed, injured and arrested right.
    pub full: Tally,
    /// Killed, injured and arrested of the incidents found.
    pub counts: Tally,
    /// False incidents from passages that must not be coded.
    pub false_in_passages: usize,
    /// False incidents at places where nothing happened.
    pub false_at_places: usize,
}

impl Figures {
    /// Adds an article with what was found in it.
    pub fn add(&mut self, article: &Article, found: &[Incident]) {
        let live: Vec<&Incident> = found.iter().filter(|i| matches!(i.status, Status::Reported | Status::Claimed)).collect();
        let pairs = pair(&live, &article.incidents);
        let points = CodePoints::new(&article.text);
        for (i, incident) in live.iter().enumerate() {
            let Some(&(_, j, likeness)) = pairs.iter().find(|p| p.0 == i) else {
                self.false_alarm(article, incident, &points);
                continue;
            };
            let gold = &article.incidents[j];
            if !gold.required {
                continue;
            }
            self.detection.right += 1;
            let strict = likeness.event_type == 1.0 && likeness.place == 1.0 && likeness.date == 1.0;
            self.strict.right += usize::from(strict);
            let counted = self.count(gold, incident);
            self.full.right += usize::from(strict && counted);
        }
        let required = article.incidents.iter().enumerate().filter(|(_, g)| g.required);
        self.detection.missed += required.filter(|(j, _)| !pairs.iter().any(|p| p.1 == *j)).count();
        let (found, wanted) = (self.detection.right + self.detection.wrong, self.detection.right + self.detection.missed);
        for tally in [&mut self.strict, &mut self.full] {
            (tally.wrong, tally.missed) = (found - tally.right, wanted - tally.right);
        }
    }

    fn count(&mut self, gold: &Gold, incident: &Incident) -> bool {
        let mut all = true;
        for field in [CountField::Killed, CountField::Injured, CountField::Arrested] {
            let wanted = gold.counts.get(field.as_str()).map(|c| c.value);
            let got = incident.counts.iter().find(|c| c.field == field).map(|c| c.value);
            let right = wanted == got;
            all &= right;
            self.counts.right += usize::from(right && wanted.is_some());
            self.counts.wrong += usize::from(!right && got.is_some());
            self.counts.missed += usize::from(!right && wanted.is_some());
        }
        all
    }

    fn false_alarm(&mut self, article: &Article, incident: &Incident, points: &CodePoints<'_>) {
        self.detection.wrong += 1;
        let evidence: Vec<[usize; 2]> = incident.evidence.iter().map(|e| points.span(*e)).collect();
        let in_passage = |p: &Passage| evidence.iter().any(|&[start, end]| start < p.end && p.start < end);
        self.false_in_passages += usize::from(article.not_incidents.iter().any(in_passage));
        let Some(position) = incident.place.as_ref().map(|p| p.position) else { return };
        let near = |place: &GoldPlace, km: f64| position.distance_km(place.position()) < km;
        let elsewhere = article
            .toponyms
            .iter()
            .filter(|t| t.role.as_deref() != Some("incident") && t.form.as_deref() == Some("name"))
            .any(|t| t.resolved.as_ref().is_some_and(|r| near(r, 25.0)));
        let at_incident = article.incidents.iter().flat_map(|g| std::iter::once(&g.place).chain(&g.where_alt)).any(|p| near(p, 60.0));
        self.false_at_places += usize::from(elsewhere && !at_incident);
    }
}

impl GoldPlace {
    fn position(&self) -> LonLat {
        LonLat { lon: self.lon, lat: self.lat }
    }
}

/// How alike a found and a gold incident are, each part 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Likeness {
    event_type: f64,
    place: f64,
    date: f64,
}

impl Likeness {
    fn of(found: &Incident, gold: &Gold) -> Option<Self> {
        let places = std::iter::once(&gold.place).chain(&gold.where_alt);
        let likeness = Self {
            event_type: like_type(&found.event_type, gold),
            place: places.map(|p| like_place(found, p)).fold(0.0, f64::max),
            date: like_date(found, gold.date),
        };
        let enough = likeness.event_type >= 0.5 && likeness.place >= 0.5 && likeness.whole() >= 0.6 - 1e-9;
        enough.then_some(likeness)
    }

    fn whole(&self) -> f64 {
        0.4 * self.event_type + 0.35 * self.place + 0.25 * self.date
    }
}

fn like_type(found: &str, gold: &Gold) -> f64 {
    if found == gold.event_type || gold.type_alt.iter().any(|t| t == found) {
        1.0
    } else if triggers::group(found) == triggers::group(&gold.event_type) {
        0.5
    } else {
        0.0
    }
}

fn like_place(found: &Incident, gold: &GoldPlace) -> f64 {
    let Some(place) = &found.place else { return 0.0 };
    let same_country = place.country.map(|c| c.as_str().to_owned()) == gold.country;
    let km = place.position.distance_km(gold.position());
    let graded = |whole: f64, half: f64, rest: f64| match km {
        km if km <= whole => 1.0,
        km if km <= half => 0.5,
        _ => rest,
    };
    match gold.feature.as_str() {
        "PCLI" if !same_country => 0.0,
        "PCLI" => {
            if place.geo_precision == 3 {
                1.0
            } else {
                0.5
            }
        }
        "ADM1" => graded(150.0, if same_country { 400.0 } else { 150.0 }, 0.0),
        _ => {
            let whole = if gold.src.as_deref() == Some("cities500") { 25.0 } else { 60.0 };
            graded(whole, 100.0, if same_country { 0.25 } else { 0.0 })
        }
    }
}

fn like_date(found: &Incident, gold: GoldDate) -> f64 {
    let Some((a, b)) = found.date.as_ref().map(|d| (d.start, d.end)) else { return 0.0 };
    let meet = a <= gold.end && b >= gold.start;
    let (length, wanted) = (days_between(a, b), days_between(gold.start, gold.end));
    if wanted > 2 {
        // A long interval: the start must agree, or most of the days.
        let both = days_between(a.max(gold.start), b.min(gold.end)) + 1;
        let either = days_between(a.min(gold.start), b.max(gold.end)) + 1;
        return match both {
            ..=0 => 0.0,
            _ if days_between(a, gold.start).abs() <= 1 || both * 2 >= either => 1.0,
            _ => 0.5,
        };
    }
    let gap = days_between(a, gold.end).abs().min(days_between(gold.start, b).abs());
    if meet && length <= wanted.max(1).max(wanted + 1) {
        1.0
    } else if meet || gap <= 1 {
        0.5
    } else {
        0.0
    }
}

/// Number found, number in the gold, likeness.
type Pair = (usize, usize, Likeness);

/// The best pairs: number found, number in the gold, likeness.
fn pair(found: &[&Incident], gold: &[Gold]) -> Vec<Pair> {
    // Best sum by the set of gold incidents used so far; articles have few.
    let mut best: BTreeMap<u64, (f64, Vec<Pair>)> = BTreeMap::from([(0, (0.0, Vec::new()))]);
    for (i, incident) in found.iter().enumerate() {
        for (used, (sum, pairs)) in best.clone() {
            for (j, wanted) in gold.iter().enumerate().take(64).filter(|(j, _)| used >> j & 1 == 0) {
                let Some(likeness) = Likeness::of(incident, wanted) else { continue };
                let sum = sum + likeness.whole() + if wanted.required { 0.01 } else { 0.0 };
                let slot = best.entry(used | 1 << j).or_insert((f64::NEG_INFINITY, Vec::new()));
                if slot.0 < sum {
                    let mut pairs = pairs.clone();
                    pairs.push((i, j, likeness));
                    *slot = (sum, pairs);
                }
            }
        }
    }
    best.into_values().max_by(|a, b| a.0.total_cmp(&b.0)).map(|b| b.1).unwrap_or_default()
}
