//! Simplifies outlines along their common borders, so that neighbours still fit.
//!
//! Rings are cut into arcs where three borders meet. An arc is the same for both neighbours, is
//! simplified once (Douglas-Peucker), always from the same end, and both get the same points.

use std::collections::{HashMap, HashSet};

use crate::geo::LonLat;

/// Points nearer than this to the line are dropped, in degrees: about 1 km.
const TOLERANCE_DEG: f64 = 0.01;
/// Islands and lakes smaller than this are dropped unless they are all that an area has, in square
/// degrees: about 1 km².
const RING_AREA_MIN: f64 = 0.000_1;
/// Points are equal when they agree to this many units a degree.
const UNITS: f64 = 10_000.0;

/// A point in whole units, by which equal points are known.
type Key = (i32, i32);

/// The simplified rings of all areas, and how many points there were before and are now.
pub(super) fn simplify(areas: Vec<Vec<Vec<LonLat>>>) -> (Vec<Vec<Vec<LonLat>>>, usize, usize) {
    let before = areas.iter().flatten().map(Vec::len).sum();
    let areas: Vec<Vec<Vec<Key>>> =
        areas.iter().map(|rings| rings.iter().map(|ring| keys(ring)).filter(|ring| ring.len() >= 3).collect()).collect();
    let junctions = junctions(&areas);
    let simple: Vec<Vec<Vec<LonLat>>> = areas.iter().map(|rings| area(rings, &junctions)).collect();
    let after = simple.iter().flatten().map(Vec::len).sum();
    (simple, before, after)
}

fn area(rings: &[Vec<Key>], junctions: &HashSet<Key>) -> Vec<Vec<LonLat>> {
    let mut simple: Vec<Vec<Key>> = rings.iter().map(|ring| simplify_ring(ring, junctions)).collect();
    let largest = simple.iter().map(|ring| ring_area(ring)).fold(0.0, f64::max);
    simple.retain(|ring| ring.len() >= 3 && (ring_area(ring) >= RING_AREA_MIN || ring_area(ring) >= largest));
    if simple.is_empty() {
        // A city-state smaller than the tolerance keeps its shape.
        simple = rings.to_vec();
    }
    simple.into_iter().map(|ring| ring.into_iter().map(point).collect()).collect()
}

/// Points where more than two borders meet: their neighbours in all rings are more than two.
fn junctions(areas: &[Vec<Vec<Key>>]) -> HashSet<Key> {
    let mut neighbours: HashMap<Key, Vec<Key>> = HashMap::new();
    for ring in areas.iter().flatten() {
        for (i, at) in ring.iter().enumerate() {
            let known = neighbours.entry(*at).or_default();
            for next in [ring[(i + 1) % ring.len()], ring[(i + ring.len() - 1) % ring.len()]] {
                if !known.contains(&next) {
                    known.push(next);
                }
            }
        }
    }
    neighbours.into_iter().filter(|(_, known)| known.len() > 2).map(|(at, _)| at).collect()
}

fn simplify_ring(ring: &[Key], junctions: &HashSet<Key>) -> Vec<Key> {
    let first = ring.iter().position(|at| junctions.contains(at));
    // A ring that meets no other begins at its least point, the same whichever way it came.
    let least = || ring.iter().enumerate().min_by_key(|(_, at)| **at).map_or(0, |(i, _)| i);
    let start = first.unwrap_or_else(least);
    let turned: Vec<Key> = ring[start..].iter().chain(&ring[..=start]).copied().collect();
    let mut simple = Vec::new();
    let mut arc_start = 0;
    for end in 1..turned.len() {
        if junctions.contains(&turned[end]) || end == turned.len() - 1 {
            simplify_arc(&turned[arc_start..=end], &mut simple);
            arc_start = end;
        }
    }
    simple
}

/// Appends the points of an arc that are kept, without the last one, with which the next arc begins.
fn simplify_arc(arc: &[Key], out: &mut Vec<Key>) {
    let backwards = arc.first() > arc.last() || (arc.first() == arc.last() && arc.get(1) > arc.get(arc.len().saturating_sub(2)));
    let mut ordered = arc.to_vec();
    if backwards {
        ordered.reverse();
    }
    let mut keep = vec![false; ordered.len()];
    keep[0] = true;
    keep[ordered.len() - 1] = true;
    let mut spans = vec![(0, ordered.len() - 1)];
    while let Some((from, to)) = spans.pop() {
        let line = (point(ordered[from]), point(ordered[to]));
        let farthest = (from + 1..to).map(|i| (offset(point(ordered[i]), line), i)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        if let Some((distance, at)) = farthest
            && distance > TOLERANCE_DEG
        {
            keep[at] = true;
            spans.push((from, at));
            spans.push((at, to));
        }
    }
    let mut kept: Vec<Key> = ordered.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(at, _)| at).collect();
    if backwards {
        kept.reverse();
    }
    kept.pop();
    out.extend(kept);
}

/// Distance of a point from a line, in degrees at the scale of the line's latitude.
fn offset(at: LonLat, (a, b): (LonLat, LonLat)) -> f64 {
    let narrow = a.lat.to_radians().cos().max(0.1);
    let (dx, dy) = ((b.lon - a.lon) * narrow, b.lat - a.lat);
    let (px, py) = ((at.lon - a.lon) * narrow, at.lat - a.lat);
    let length2 = dx * dx + dy * dy;
    let along = if length2 == 0.0 { 0.0 } else { ((px * dx + py * dy) / length2).clamp(0.0, 1.0) };
    (px - along * dx).hypot(py - along * dy)
}

/// The ring in whole units, without repeated points and without the closing one.
fn keys(ring: &[LonLat]) -> Vec<Key> {
    let mut keys: Vec<Key> = ring.iter().map(|at| ((at.lon * UNITS).round() as i32, (at.lat * UNITS).round() as i32)).collect();
    keys.dedup();
    while keys.len() > 1 && keys.first() == keys.last() {
        keys.pop();
    }
    keys
}

fn point(key: Key) -> LonLat {
    LonLat { lon: f64::from(key.0) / UNITS, lat: f64::from(key.1) / UNITS }
}

fn ring_area(ring: &[Key]) -> f64 {
    let points = ring.iter().map(|key| point(*key));
    let twice: f64 = points.clone().zip(points.cycle().skip(1)).take(ring.len()).map(|(a, b)| a.lon * b.lat - b.lon * a.lat).sum();
    twice.abs() / 2.0
}

/// The area of rings on the ground in square kilometres, holes taken off.
pub(super) fn area_km2(rings: &[Vec<LonLat>]) -> f64 {
    const KM_A_DEGREE: f64 = 111.195;
    let signed = rings.iter().map(|ring| {
        let sides = ring.iter().zip(ring.iter().cycle().skip(1));
        let twice: f64 = sides.map(|(a, b)| (b.lon - a.lon) * (a.lat.to_radians().sin() + b.lat.to_radians().sin())).sum();
        twice / 2.0 * KM_A_DEGREE * KM_A_DEGREE * 180.0 / std::f64::consts::PI
    });
    signed.sum::<f64>().abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(f64, f64)]) -> Vec<LonLat> {
        points.iter().map(|(lon, lat)| LonLat { lon: *lon, lat: *lat }).collect()
    }

    #[test]
    fn neighbours_keep_the_same_points_on_their_common_border() {
        // Two areas side by side with a crooked border, drawn in opposite directions.
        let border: Vec<(f64, f64)> = (0..=100).map(|i| (10.0 + f64::from(i % 7) * 0.02, f64::from(i) * 0.05)).collect();
        let mut west = vec![(5.0, 5.0), (5.0, 0.0)];
        west.extend(&border);
        let mut east = vec![(15.0, 0.0), (15.0, 5.0)];
        east.extend(border.iter().rev());
        let (areas, before, after) = simplify(vec![vec![ring(&west)], vec![ring(&east)]]);
        assert!(after < before);
        let on_border = |ring: &[LonLat]| {
            let mut points: Vec<(i64, i64)> =
                ring.iter().filter(|p| (9.0..11.0).contains(&p.lon)).map(|p| ((p.lon * 1e4) as i64, (p.lat * 1e4) as i64)).collect();
            points.sort_unstable();
            points
        };
        assert_eq!(on_border(&areas[0][0]), on_border(&areas[1][0]));
    }

    #[test]
    fn a_degree_at_the_equator_is_about_12_364_square_kilometres() {
        let square = ring(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]);
        assert!((area_km2(&[square]) - 12_364.0).abs() < 20.0);
    }
}
