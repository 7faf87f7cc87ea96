//! Whether reports tell of one incident: joins incidents across documents into clusters.
//!
//! Two incidents of different documents are one when their types go together, their places are near,
//! their days meet and their numbers do not contradict each other. Each join says why, nothing is
//! changed in the incidents, and the toll of a cluster is read from the newest report, with the range
//! that all of them tell: an editor can take a join back.

use super::calendar::days_between;
use super::triggers::compatible;
use super::{CountField, Incident, Qualifier, Status};

/// Towns so near may be one, when reports name a quarter, a village or the town beside it.
const NEAR_KM: f64 = 25.0;
/// Days may be told apart by so much: a night, a zone of time.
const APART_DAYS: i64 = 1;
/// An early toll and a late one differ by no more than this factor.
const FACTOR: f64 = 2.0;
/// Small numbers differ by so much at least.
const SLACK: u64 = 2;

/// Incidents that are one, by their numbers in the list given.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// The incidents, in the order given.
    pub members: Vec<usize>,
    /// Why each but the first was joined: the number and the reasons.
    pub reasons: Vec<(usize, String)>,
}

/// What a cluster tells of one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Toll {
    /// What is counted.
    pub field: CountField,
    /// The number of the newest report that tells it.
    pub value: u64,
    /// How exact it is meant.
    pub qualifier: Qualifier,
    /// The least and the most that any report tells.
    pub range: (u64, u64),
}

/// Joins incidents into clusters; one that stands alone is a cluster of itself. The order of the
/// incidents decides nothing but the order of the clusters.
pub fn clusters(incidents: &[Incident]) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for (number, incident) in incidents.iter().enumerate() {
        let why = |cluster: &Cluster| {
            // All members must agree: a chain of near towns is no single incident.
            let reasons: Option<Vec<String>> = cluster.members.iter().map(|&m| same(&incidents[m], incident)).collect();
            reasons.and_then(|reasons| reasons.into_iter().next())
        };
        let found = clusters.iter_mut().find_map(|cluster| why(cluster).map(|reason| (cluster, reason)));
        match found {
            Some((cluster, reason)) => {
                cluster.members.push(number);
                cluster.reasons.push((number, reason));
            }
            None => clusters.push(Cluster { members: vec![number], reasons: Vec::new() }),
        }
    }
    clusters
}

/// Why two incidents of different documents are one, or `None` when they are not.
pub fn same(a: &Incident, b: &Incident) -> Option<String> {
    let told = |i: &Incident| matches!(i.status, Status::Reported | Status::Claimed);
    if a.doc_id == b.doc_id || !told(a) || !told(b) {
        return None;
    }
    let types = a.event_type == b.event_type
        || (super::triggers::group(&a.event_type) == super::triggers::group(&b.event_type)) && compatible(&a.event_type, &b.event_type);
    let (pa, pb) = (a.place.as_ref()?, b.place.as_ref()?);
    let whole = |p: &super::Where| p.geo_precision == 3;
    let same_place = pa.geonameid.is_some() && pa.geonameid == pb.geonameid;
    let km = pa.position.distance_km(pb.position);
    let near = match (whole(pa), whole(pb)) {
        (true, true) => same_place,
        (false, false) => same_place || km <= NEAR_KM,
        // A country beside a town of it may be anything that happened there.
        _ => false,
    };
    let (da, db) = (a.date.as_ref()?, b.date.as_ref()?);
    let apart = days_between(da.end.min(db.end), da.start.max(db.start));
    if !types || !near || apart > APART_DAYS {
        return None;
    }
    let counts = CountField::ALL.into_iter().filter_map(|field| {
        let of = |i: &Incident| i.counts.iter().find(|c| c.field == field).map(|c| (c.value, c.qualifier));
        Some((field, of(a)?, of(b)?))
    });
    let counts: Vec<_> = counts.collect();
    if counts.iter().any(|(_, a, b)| contradict(*a, *b)) {
        return None;
    }
    let place = if same_place { format!("both at {}", pa.name) } else { format!("{} and {} are {km:.0} km apart", pa.name, pb.name) };
    let days = if apart <= 0 { "their days meet".to_owned() } else { "their days are one apart".to_owned() };
    let numbers = if counts.is_empty() { "no numbers to compare" } else { "their numbers agree" };
    Some(format!("{} and {}; {place}; {days}; {numbers}", a.event_type, b.event_type))
}

/// Whether two counts cannot be of one incident. Vague ones are floors: tens may be forty.
fn contradict(a: (u64, Qualifier), b: (u64, Qualifier)) -> bool {
    use Qualifier::{AtLeast, Dozens, Hundreds, MoreThan, Scores, Tens, Thousands};
    let floor = |q: Qualifier| matches!(q, AtLeast | MoreThan | Tens | Dozens | Scores | Hundreds | Thousands);
    let (low, high) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    let vague = |q: Qualifier| matches!(q, Tens | Dozens | Scores | Hundreds | Thousands);
    let factor = if vague(low.1) {
        10.0
    } else if floor(low.1) {
        2.0 * FACTOR
    } else {
        FACTOR
    };
    high.0 as f64 > low.0 as f64 * factor && high.0 - low.0 > SLACK
}

/// The tolls of a cluster: the newest report's number, and the range of all.
pub fn tolls(incidents: &[Incident], cluster: &Cluster) -> Vec<Toll> {
    let mut members = cluster.members.clone();
    members.sort_by_key(|&m| (incidents[m].published, m));
    CountField::ALL
        .into_iter()
        .filter_map(|field| {
            let told: Vec<_> = members.iter().flat_map(|&m| incidents[m].counts.iter().filter(|c| c.field == field)).collect();
            let newest = told.last()?;
            let range = (told.iter().map(|c| c.value).min()?, told.iter().map(|c| c.value).max()?);
            Some(Toll { field, value: newest.value, qualifier: newest.qualifier, range })
        })
        .collect()
}
