//! Which found incident stands for which gold one.

use std::collections::BTreeMap;

use crate::incidents::calendar::days_between;
use crate::incidents::{Incident, triggers};

use super::gold::{Gold, GoldDate, GoldPlace};

/// How alike a found and a gold incident are, each part 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likeness {
    pub event_type: f64,
    pub place: f64,
    pub date: f64,
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
pub(super) fn pair(found: &[&Incident], gold: &[Gold]) -> Vec<Pair> {
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
