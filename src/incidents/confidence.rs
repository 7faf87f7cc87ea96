//! How sure the type, place and date of an incident are, from the evidence for each.
//!
//! Hand-set steps for now: a calibration against the development articles is to come.

use super::PlaceSource;
use super::drafts::Draft;
use super::site::Site;

/// Confidence of the type, of the place, of the date.
pub fn parts(draft: &Draft, sites: &[Site]) -> [f64; 3] {
    [of_type(draft), of_place(draft, sites), of_date(draft)]
}

/// Confidence of the whole: all three must be right.
pub fn whole(parts: [f64; 3]) -> f64 {
    round(parts.iter().product::<f64>().cbrt())
}

fn of_type(draft: &Draft) -> f64 {
    let event_type = draft.event_type();
    let for_it = draft.votes.iter().filter(|v| v.event_type == event_type).count();
    let mut value: f64 = 0.7;
    value += 0.1 * f64::from(for_it > 1);
    value += 0.1 * f64::from(draft.headlined);
    value += 0.05 * f64::from(!draft.counts.is_empty());
    round(value)
}

fn of_place(draft: &Draft, sites: &[Site]) -> f64 {
    let Some(link) = &draft.place else { return 0.2 };
    let how = match (link.source, link.direct) {
        (PlaceSource::Mention, true) => 0.95,
        (PlaceSource::Mention, false) => 0.75,
        (PlaceSource::Nominal, _) => 0.8,
        (PlaceSource::DocumentCountry, _) => 0.6,
    };
    round(how * sites[link.site].confidence.clamp(0.0, 1.0))
}

fn of_date(draft: &Draft) -> f64 {
    match draft.time {
        Some((_, Some(_))) if draft.time_inherited => 0.7,
        Some((_, Some(_))) => 0.95,
        Some((_, None)) => 0.5,
        None => 0.2,
    }
}

fn round(value: f64) -> f64 {
    (value.min(1.0) * 100.0).round() / 100.0
}
