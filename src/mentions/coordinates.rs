//! Coordinates written out: `43.6511, 51.1750`, `43°39′04″N 51°10′30″E`, `43.65° с.ш. 51.17° в.д.`

use super::{FoundBy, Mention, Usage};
use crate::geo::LonLat;
use crate::lang::FormKind;
use crate::text::{Span, Text};

/// Fewer decimals than this, without a degree sign, are prices and shares, not coordinates.
const DECIMALS_MIN: usize = 3;

/// All pairs of coordinates in a text, latitude first as texts write them, or as their letters say.
pub(super) fn find(text: &Text<'_>) -> Vec<Mention> {
    let original = text.original;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = original[at..].find(|c: char| c.is_ascii_digit()).map(|i| at + i) {
        let (span_start, pair) = pair_at(original, start);
        match pair {
            Some((end, position)) => {
                found.push(mention(text, Span::new(span_start, end), position));
                at = end;
            }
            None => at = original[start..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(original.len(), |i| start + i),
        }
    }
    found
}

fn pair_at(text: &str, digits: usize) -> (usize, Option<(usize, LonLat)>) {
    let start = if text[..digits].ends_with('-') { digits - 1 } else { digits };
    let pair = || {
        let (first_end, first) = angle_at(text, start)?;
        let gap = text[first_end..].find(|c: char| !matches!(c, ' ' | ',' | ';' | '/' | '\u{a0}'))?;
        if gap == 0 || gap > 3 {
            return None;
        }
        let (end, second) = angle_at(text, first_end + gap)?;
        let (lat, lon) = match (first.axis, second.axis) {
            (Some(Axis::Lon), _) | (_, Some(Axis::Lat)) => (second.degrees, first.degrees),
            _ => (first.degrees, second.degrees),
        };
        let plain = first.is_plain && second.is_plain && (first.decimals < DECIMALS_MIN || second.decimals < DECIMALS_MIN);
        if plain { None } else { LonLat::new(lon, lat).map(|position| (end, position)) }
    };
    (start, pair())
}

struct Angle {
    degrees: f64,
    axis: Option<Axis>,
    decimals: usize,
    /// Without degree sign or letter.
    is_plain: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Axis {
    Lat,
    Lon,
}

/// The angle at a byte, and one past its end.
fn angle_at(text: &str, start: usize) -> Option<(usize, Angle)> {
    let negative = text[start..].starts_with(['-', '−']);
    let mut at = start + if negative { text[start..].chars().next()?.len_utf8() } else { 0 };
    let (end, mut degrees, decimals) = number_at(text, at)?;
    at = end;
    let mut is_plain = true;
    for (signs, share) in [(&['°', 'º'][..], 1.0), (&['′', '\'', '’'][..], 60.0), (&['″', '"', '”'][..], 3600.0)] {
        if share > 1.0 {
            let gap = skip_spaces(text, at);
            match number_at(text, gap).filter(|(end, _, _)| !is_plain && text[*end..].starts_with(signs)) {
                Some((end, value, _)) => {
                    degrees += value / share;
                    at = end;
                }
                None => break,
            }
        }
        let Some(sign) = text[at..].chars().next().filter(|c| signs.contains(c)) else { break };
        at += sign.len_utf8();
        is_plain = false;
    }
    const LETTERS: &[(&str, Axis, f64)] = &[
        ("с.ш.", Axis::Lat, 1.0),
        ("с. ш.", Axis::Lat, 1.0),
        ("ю.ш.", Axis::Lat, -1.0),
        ("в.д.", Axis::Lon, 1.0),
        ("в. д.", Axis::Lon, 1.0),
        ("з.д.", Axis::Lon, -1.0),
        ("N", Axis::Lat, 1.0),
        ("S", Axis::Lat, -1.0),
        ("E", Axis::Lon, 1.0),
        ("W", Axis::Lon, -1.0),
    ];
    let letter_at = skip_spaces(text, at);
    let letter = LETTERS.iter().find(|(letter, _, _)| {
        text[letter_at..].strip_prefix(letter).is_some_and(|rest| letter.len() > 1 || !rest.starts_with(char::is_alphanumeric))
    });
    let mut axis = None;
    let mut sign = if negative { -1.0 } else { 1.0 };
    if let Some((letter, of, direction)) = letter {
        axis = Some(*of);
        sign = *direction;
        at = letter_at + letter.len();
        is_plain = false;
    }
    Some((at, Angle { degrees: degrees * sign, axis, decimals, is_plain }))
}

/// The number at a byte: one past its end, its value, its decimals.
fn number_at(text: &str, start: usize) -> Option<(usize, f64, usize)> {
    let rest = &text[start..];
    let whole = rest.bytes().take_while(u8::is_ascii_digit).count();
    if whole == 0 || whole > 3 {
        return None;
    }
    let decimals = rest[whole..].strip_prefix('.').map_or(0, |r| r.bytes().take_while(u8::is_ascii_digit).count());
    let end = if decimals > 0 { whole + 1 + decimals } else { whole };
    Some((start + end, rest[..end].parse().ok()?, decimals))
}

fn skip_spaces(text: &str, at: usize) -> usize {
    at + text[at..].len() - text[at..].trim_start_matches([' ', '\u{a0}']).len()
}

fn mention(text: &Text<'_>, span: Span, position: LonLat) -> Mention {
    Mention {
        span,
        tokens: text.tokens_in(span),
        usage: Usage::Literal,
        found_by: FoundBy::Coordinates,
        class_cue: None,
        bearers: Vec::new(),
        chance: 1.0,
        form: FormKind::Exact,
        offset: None,
        position: Some(position),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_read_in_the_ways_texts_write_them() {
        let check = |text: &str, want: &[(f64, f64)]| {
            let text = Text::new(text, None);
            let got: Vec<_> =
                find(&text).iter().filter_map(|m| m.position).map(|p| ((p.lon * 1e3).round() / 1e3, (p.lat * 1e3).round() / 1e3)).collect();
            assert_eq!(got, want, "{}", text.original);
        };
        check("at 43.6511, 51.1750 on Monday", &[(51.175, 43.651)]);
        check("at 43°39′04″N 51°10′30″E", &[(51.175, 43.651)]);
        check("43.651° с.ш. 51.175° в.д.", &[(51.175, 43.651)]);
        check("34.6037° S, 58.3816° W", &[(-58.382, -34.604)]);
        check("-34.6037, -58.3816", &[(-58.382, -34.604)]);
        check("rose by 2.5, 3.5 and 4.5 percent in 2011, 2012", &[]);
        check("score 3-2, 10.000 people, 1,250 km", &[]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "[0-9°′″.NSEWсшвд ,-]{0,60}") {
            let text = Text::new(&text, None);
            for mention in find(&text) {
                proptest::prop_assert!(text.original.is_char_boundary(mention.span.end as usize));
            }
        }
    }
}
