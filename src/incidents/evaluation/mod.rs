//! How good the extraction is: its incidents against gold articles of schema `incident-gold/1`.
//!
//! Gold and found incidents of an article are paired one to one so that the sum of their likeness
//! (.4 type, .35 place, .25 date) is greatest. A pair counts when type and place are at least half
//! right and the whole is .6. Optional gold incidents neither help nor harm.
//!
//! [`notes`] reads gold in a plainer form that a linguist can write by hand.

mod gold;
pub mod notes;
mod pairing;

pub use gold::{Article, Gold, GoldTime, Name, Passage};

use crate::text::Text;
use crate::text::offsets::CodePoints;

use super::{CountField, Incident, Status};
use gold::GoldPlace;
use pairing::pair;

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

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }
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
            let wanted = gold.counts.get(field.as_str());
            let got = incident.counts.iter().find(|c| c.field == field).map(|c| c.value);
            let right = wanted.map_or(got.is_none(), |wanted| wanted.admits(got));
            all &= right;
            self.counts.right += usize::from(right && wanted.is_some() && got.is_some());
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

/// The pairs of an article: number of the found incident, number of the gold one.
pub fn matches(article: &Article, found: &[Incident]) -> Vec<(usize, usize)> {
    let live: Vec<(usize, &Incident)> =
        found.iter().enumerate().filter(|(_, i)| matches!(i.status, Status::Reported | Status::Claimed)).collect();
    let incidents: Vec<&Incident> = live.iter().map(|l| l.1).collect();
    pair(&incidents, &article.incidents).into_iter().map(|(i, j, _)| (live[i].0, j)).collect()
}

/// The expressions of time of an article whose days are found and right; a wrong one is found with
/// other days.
pub fn times(article: &Article) -> Tally {
    let text = Text::new(&article.text, Some(article.lang));
    let points = CodePoints::new(&article.text);
    let found = super::times(&text, Some(article.published));
    let mut tally = Tally::default();
    for gold in article.times.iter().filter(|t| t.value_start.is_some()) {
        let wanted = gold.value_start.zip(gold.value_end.or(gold.value_start));
        let here = |span: [usize; 2]| span[0] < gold.end && gold.start < span[1];
        let mut there = found.iter().filter(|t| here(points.span(t.span))).peekable();
        if there.peek().is_none() {
            tally.missed += 1;
        } else if there.any(|t| t.days == wanted) {
            tally.right += 1;
        } else {
            tally.wrong += 1;
        }
    }
    tally
}

/// A line for each gold incident that was missed or is partly wrong, and each false one.
pub fn errors(article: &Article, found: &[Incident]) -> Vec<String> {
    let live: Vec<&Incident> = found.iter().filter(|i| matches!(i.status, Status::Reported | Status::Claimed)).collect();
    let pairs = pair(&live, &article.incidents);
    let mut lines = Vec::new();
    for (i, incident) in live.iter().enumerate() {
        let place = incident.place.as_ref().map_or("nowhere", |p| p.name.as_str());
        let day = incident.date.as_ref().map_or("no day".to_owned(), |d| d.start.to_string());
        let told = format!("{} {place} {day}", incident.event_type);
        let Some((_, j, likeness)) = pairs.iter().find(|p| p.0 == i) else {
            lines.push(format!("{}: false {told}: {}", article.id, incident.evidence_text));
            continue;
        };
        let gold = &article.incidents[*j];
        let mut wrong: Vec<String> = [("type", likeness.event_type), ("place", likeness.place), ("date", likeness.date)]
            .iter()
            .filter(|(_, value)| *value < 1.0)
            .map(|(name, _)| (*name).to_owned())
            .collect();
        for field in CountField::ALL {
            let wanted = gold.counts.get(field.as_str());
            let got = incident.counts.iter().find(|c| c.field == field).map(|c| c.value);
            if !wanted.map_or(got.is_none(), |w| w.admits(got)) {
                wrong.push(format!("{} {:?} for {:?}", field.as_str(), got, wanted.map(|w| w.value)));
            }
        }
        if gold.required && !wrong.is_empty() {
            lines.push(format!("{}: partly {told}: {}", article.id, wrong.join(", ")));
        }
    }
    for (j, gold) in article.incidents.iter().enumerate() {
        if gold.required && !pairs.iter().any(|p| p.1 == j) {
            lines.push(format!("{}: missed {} {} {}", article.id, gold.id, gold.event_type, gold.date.start));
        }
    }
    lines
}
