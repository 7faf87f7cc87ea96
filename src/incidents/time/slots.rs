//! What the patterns of time see beside words: days of a month, years, hours, dates in digits.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::incidents::numbers::Number;
use crate::incidents::rules::Marks;
use crate::text::{Lang, Text, TokenKind};

/// Marks `{d}` days, `{y}` years, `{n}` numbers, `{clock}` and `{hhmm}` hours, `{comma}`, and
/// `{fulldate}` dates in digits, which are given back by their first token.
pub fn mark(marks: &mut Marks<'_>, numbers: &[Number]) -> FxHashMap<usize, Date> {
    let mut dates = FxHashMap::default();
    for at in 0..marks.text.tokens.len() {
        let token = marks.text.tokens[at];
        match token.kind {
            TokenKind::Punctuation => {
                if matches!(marks.text.slice(token.span), "," | "،") {
                    marks.add_slot("{comma}", at..at + 1);
                }
            }
            TokenKind::Word => {
                // و6 يناير، الـ24: digits with a conjunction or article written on.
                if marks.text.lang == Lang::AR && bare_digits(marks.text.folded(&token)).is_some() {
                    mark_plain(marks, at);
                }
            }
            TokenKind::Number => {
                if let Some((date, len)) = full_date(marks.text, at) {
                    marks.add_slot("{fulldate}", at..at + len);
                    dates.insert(at, date);
                }
                if is_clock(marks.text.folded(&token)) {
                    marks.add_slot("{clock}", at..at + 1);
                }
                mark_plain(marks, at);
            }
        }
    }
    for number in numbers {
        marks.add_slot("{n}", number.core.clone());
    }
    dates
}

fn mark_plain(marks: &mut Marks<'_>, at: usize) {
    let folded = marks.text.folded(&marks.text.tokens[at]);
    let Some(value) = bare_digits(folded) else { return };
    let four = folded.len() == 4;
    if (1..=31).contains(&value) {
        marks.add_slot("{d}", at..at + 1);
    } else if (1000..=2100).contains(&value) {
        marks.add_slot("{y}", at..at + 1);
    }
    if four && value < 2400 && value % 100 < 60 {
        marks.add_slot("{hhmm}", at..at + 1);
    }
}

/// The whole number of a token, Arabic proclitics taken off.
pub fn bare_digits(folded: &str) -> Option<i64> {
    let bare = folded.trim_start_matches(['و', 'ف', 'ب', 'ل', 'ك', 'ا']);
    (!bare.is_empty() && bare.len() <= 9 && bare.bytes().all(|b| b.is_ascii_digit())).then(|| bare.parse().ok())?
}

fn is_clock(folded: &str) -> bool {
    let Some((hours, minutes)) = folded.split_once(':') else { return false };
    let below = |part: &str, limit: u8| part.len() <= 2 && part.parse::<u8>().is_ok_and(|v| v < limit);
    let minutes = minutes.split(':').next().unwrap_or_default();
    below(hours, 25) && below(minutes, 60)
}

/// `2024-12-16`, `16.12.2024`, `16/12/2024`, with the number of tokens. Which of two small numbers is
/// the month is not told in English, so such a date is none.
fn full_date(text: &Text<'_>, at: usize) -> Option<(Date, usize)> {
    let shown = text.folded(&text.tokens[at]);
    if let Some((day, rest)) = shown.split_once('.') {
        let (month, year) = rest.split_once('.')?;
        return Some((date(year, month, day)?, 1));
    }
    let part = |nth: usize| {
        let token = text.tokens.get(at + nth)?;
        let touches = text.tokens[at + nth - 1].span.end == token.span.start;
        touches.then(|| text.folded(token))
    };
    let (sign, second, third) = (part(1)?, part(2)?, part(4)?);
    if part(3)? != sign {
        return None;
    }
    let date = match sign {
        "-" if shown.len() == 4 => date(shown, second, third),
        "/" if shown.len() == 4 => date(shown, second, third),
        "/" | "-" if text.lang == Lang::EN => {
            let number = |s: &str| s.parse::<u8>().ok();
            match (number(shown)?, number(second)?) {
                (13.., ..=12) => date(third, second, shown),
                (..=12, 13..) => date(third, shown, second),
                (a, b) if a == b => date(third, second, shown),
                _ => None,
            }
        }
        "/" | "-" => date(third, second, shown),
        _ => None,
    };
    Some((date?, 5))
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
