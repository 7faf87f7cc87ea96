//! How well mentions were found and resolved, counted as the evaluation's scorer counts.
//!
//! Spans are matched one to one, exact pairs first, then the largest overlap. A found name that meets
//! only an ignored span is left out. An answer is right within 161 km; *the same place* also counts the
//! same GeoNames id, and the same country for a country, whose point is a convention.

use oqiga::geo::LonLat;
use oqiga::places::learn::RIGHT_KM;
use oqiga::text::Span;

use crate::corpus::Gold;

/// A name that was found, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Where it stands.
    pub span: Span,
    /// Its position, when resolved.
    pub position: Option<LonLat>,
    /// GeoNames id.
    pub geonameid: Option<u64>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// Whether it is a country.
    pub is_country: bool,
    /// How sure the answer is.
    pub confidence: f64,
}

/// Bins of the reliability table.
pub const BINS: usize = 10;

/// Answers of about one confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    /// How many.
    pub answers: usize,
    /// How many of them were right.
    pub right: usize,
    /// The sum of their confidences.
    pub confidence: f64,
}

/// Counts over some documents.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// Names in the gold, and found.
    pub gold: usize,
    pub found: usize,
    /// Found with the very span, and with one that overlaps.
    pub exact: usize,
    pub overlapping: usize,
    /// Gold names with a position, and of those how many were found.
    pub gold_placed: usize,
    pub matched_placed: usize,
    /// Found names with a position, without those whose gold has none.
    pub found_placed: usize,
    /// Within 161 km, and so or the same place.
    pub near: usize,
    pub same: usize,
    /// Resolved at all, and within 25 km or, of something large, in the same country.
    pub resolved: usize,
    pub close: usize,
    /// Answers by confidence.
    pub bins: [Bin; BINS],
}

impl Tally {
    /// The counts of one document.
    pub fn of(gold: &[Gold], answers: &[Answer]) -> Self {
        let (ignored, gold): (Vec<&Gold>, Vec<&Gold>) = gold.iter().partition(|name| name.ignore);
        let mut tally = Self { gold: gold.len(), gold_placed: gold.iter().filter(|g| g.position.is_some()).count(), ..Self::default() };
        let mut partner: Vec<Option<usize>> = vec![None; answers.len()];
        for (g, a) in pairs(&gold, answers) {
            partner[a] = Some(g);
            tally.overlapping += 1;
            tally.exact += usize::from(gold[g].span == answers[a].span);
        }
        for (answer, partner) in answers.iter().zip(partner) {
            match partner.map(|g| gold[g]) {
                Some(name) => {
                    tally.found += 1;
                    tally.count(name, answer);
                }
                None if ignored.iter().any(|name| name.span.overlaps(answer.span)) => {}
                None => {
                    tally.found += 1;
                    tally.found_placed += usize::from(answer.position.is_some());
                    tally.put_in_bin(answer, false);
                }
            }
        }
        tally
    }

    fn count(&mut self, name: &Gold, answer: &Answer) {
        let Some((lon, lat)) = name.position else { return };
        self.matched_placed += 1;
        let Some(position) = answer.position else { return };
        self.found_placed += 1;
        let error_km = position.distance_km(LonLat { lon, lat });
        let is_same = name.geonameid.is_some() && name.geonameid == answer.geonameid
            || name.is_country && answer.is_country && name.country == answer.country;
        self.near += usize::from(error_km <= RIGHT_KM);
        self.same += usize::from(error_km <= RIGHT_KM || is_same);
        self.resolved += 1;
        self.close += usize::from(error_km <= CLOSE_KM || is_same || name.is_large && name.country == answer.country);
        self.put_in_bin(answer, error_km <= RIGHT_KM || is_same);
    }

    fn put_in_bin(&mut self, answer: &Answer, is_right: bool) {
        if answer.position.is_none() {
            return;
        }
        let bin = &mut self.bins[((answer.confidence * BINS as f64) as usize).min(BINS - 1)];
        bin.answers += 1;
        bin.right += usize::from(is_right);
        bin.confidence += answer.confidence;
    }

    /// Adds the counts of other documents.
    pub fn add(&mut self, other: &Self) {
        self.gold += other.gold;
        self.found += other.found;
        self.exact += other.exact;
        self.overlapping += other.overlapping;
        self.gold_placed += other.gold_placed;
        self.matched_placed += other.matched_placed;
        self.found_placed += other.found_placed;
        self.near += other.near;
        self.same += other.same;
        self.resolved += other.resolved;
        self.close += other.close;
        for (sum, bin) in self.bins.iter_mut().zip(&other.bins) {
            sum.answers += bin.answers;
            sum.right += bin.right;
            sum.confidence += bin.confidence;
        }
    }

    /// Precision, recall and F1 of spans of which so many are right.
    pub fn spans(&self, right: usize) -> [f64; 3] {
        rates(right, self.found, self.gold)
    }

    /// Precision, recall and F1 of places of which so many are right, from text to map.
    pub fn places(&self, right: usize) -> [f64; 3] {
        rates(right, self.found_placed, self.gold_placed)
    }

    /// The share of matched gold names with a position of which so many are right.
    pub fn accuracy(&self, right: usize) -> f64 {
        share(right, self.matched_placed)
    }

    /// The share of resolved names that lie within 25 km, or, of something large, in the same country.
    pub fn closeness(&self) -> f64 {
        share(self.close, self.resolved)
    }

    /// Expected calibration error: how far, on average, the confidence is from how often such answers
    /// are right.
    pub fn calibration_error(&self) -> f64 {
        let gaps: f64 = self.bins.iter().map(|bin| (bin.confidence - bin.right as f64).abs()).sum();
        let answers: usize = self.bins.iter().map(|bin| bin.answers).sum();
        if answers == 0 { 0.0 } else { gaps / answers as f64 }
    }
}

/// Within this distance a pin of a town is where it should be.
const CLOSE_KM: f64 = 25.0;

/// Pairs of a gold name and an answer: the exact ones, then the rest by the size of the overlap.
fn pairs(gold: &[&Gold], answers: &[Answer]) -> Vec<(usize, usize)> {
    let mut candidates = Vec::new();
    for (g, name) in gold.iter().enumerate() {
        for (a, answer) in answers.iter().enumerate() {
            if name.span.overlaps(answer.span) {
                let overlap = name.span.end.min(answer.span.end) - name.span.start.max(answer.span.start);
                candidates.push((name.span != answer.span, std::cmp::Reverse(overlap), g, a));
            }
        }
    }
    candidates.sort_unstable();
    let (mut gold_used, mut answer_used) = (vec![false; gold.len()], vec![false; answers.len()]);
    let mut pairs = Vec::new();
    for (_, _, g, a) in candidates {
        if !gold_used[g] && !answer_used[a] {
            gold_used[g] = true;
            answer_used[a] = true;
            pairs.push((g, a));
        }
    }
    pairs
}

fn rates(right: usize, found: usize, gold: usize) -> [f64; 3] {
    let (precision, recall) = (share(right, found), share(right, gold));
    let f1 = if right == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
    [precision, recall, f1]
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
