//! "12 km north of X", "в 40 км к северу от X", "على بعد 40 كلم شمال X": how far from the named place,
//! and which way.

use serde::{Deserialize, Serialize};

use crate::text::{Text, TokenKind};

/// How many tokens before a name are read.
const REACH: usize = 8;

/// A distance from a named place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Offset {
    /// How far.
    pub distance_km: f64,
    /// Which way, in degrees clockwise from north, when the text tells.
    pub bearing_deg: Option<f64>,
}

/// Kilometres of a unit, by folded word.
const UNITS: &[(&str, f64)] = &[
    ("km", 1.0),
    ("kms", 1.0),
    ("kilometer", 1.0),
    ("kilometers", 1.0),
    ("kilometre", 1.0),
    ("kilometres", 1.0),
    ("mile", 1.609),
    ("miles", 1.609),
    ("км", 1.0),
    ("километр", 1.0),
    ("километра", 1.0),
    ("километров", 1.0),
    ("километрах", 1.0),
    ("шакырым", 1.0),
    ("шақырым", 1.0),
    ("كم", 1.0),
    ("كلم", 1.0),
    ("كيلومتر", 1.0),
    ("كيلومترا", 1.0),
    ("كيلومترات", 1.0),
];

/// Directions by the beginning of the folded word; the longer ones first, where one begins another.
const DIRECTIONS: &[(&str, f64)] = &[
    ("northeast", 45.0),
    ("northwest", 315.0),
    ("southeast", 135.0),
    ("southwest", 225.0),
    ("north", 0.0),
    ("south", 180.0),
    ("east", 90.0),
    ("west", 270.0),
    ("север", 0.0),
    ("юг", 180.0),
    ("юж", 180.0),
    ("восто", 90.0),
    ("запад", 270.0),
    ("солтустик", 0.0),
    ("солтүстік", 0.0),
    ("оңтүстік", 180.0),
    ("шығыс", 90.0),
    ("батыс", 270.0),
    ("شمال", 0.0),
    ("جنوب", 180.0),
    ("شرق", 90.0),
    ("غرب", 270.0),
];

/// The offset told right before the name that begins at a token.
pub(super) fn before(text: &Text<'_>, name: usize) -> Option<Offset> {
    let from = name.saturating_sub(REACH);
    let unit_at = (from + 1..name).rev().find(|at| unit_km(text, *at).is_some())?;
    let number = &text.tokens[unit_at - 1];
    if number.kind != TokenKind::Number {
        return None;
    }
    let value: f64 = text.folded(number).replace(',', ".").parse().ok()?;
    let between = unit_at + 1..name;
    // Another name or a stop between the two means that the distance belongs elsewhere.
    if between.clone().any(|at| matches!(text.word(at), "." | ";" | "(" | "!" | "?") || text.tokens[at].kind == TokenKind::Number) {
        return None;
    }
    let bearings: Vec<f64> = between.filter_map(|at| direction_deg(text.folded(&text.tokens[at]))).collect();
    Some(Offset { distance_km: value * unit_km(text, unit_at)?, bearing_deg: mean_bearing(&bearings) })
}

fn unit_km(text: &Text<'_>, token: usize) -> Option<f64> {
    let word = text.folded(&text.tokens[token]);
    UNITS.iter().find(|(unit, _)| *unit == word).map(|(_, km)| *km)
}

fn direction_deg(word: &str) -> Option<f64> {
    let word = word.strip_prefix("ال").unwrap_or(word);
    DIRECTIONS.iter().find(|(name, _)| word.starts_with(name)).map(|(_, deg)| *deg)
}

/// "северо-восток", "north-west", "شمال غرب" are two words: the direction between them.
fn mean_bearing(bearings: &[f64]) -> Option<f64> {
    match bearings {
        [] => None,
        [one] => Some(*one),
        [first, second, ..] => {
            let turn = (second - first + 540.0).rem_euclid(360.0) - 180.0;
            Some((first + turn / 2.0).rem_euclid(360.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_and_direction_are_read_in_four_languages() {
        let check = |text: &str, name: &str, want: Option<(f64, Option<f64>)>| {
            let text = Text::new(text, None);
            let at = (0..text.tokens.len()).find(|t| text.word(*t) == name).unwrap();
            assert_eq!(before(&text, at).map(|o| (o.distance_km.round(), o.bearing_deg)), want, "{}", text.original);
        };
        check("A blast 12 km north of Aktau killed two.", "Aktau", Some((12.0, Some(0.0))));
        check("about 10 miles from Aktau", "Aktau", Some((16.0, None)));
        check("в 40 км к северо-востоку от Актау", "Актау", Some((40.0, Some(45.0))));
        check("على بعد 40 كلم شمال غرب بغداد", "بغداد", Some((40.0, Some(315.0))));
        check("ran 40 km. Aktau", "Aktau", None);
        check("In Aktau 40 people", "Aktau", None);
    }
}
