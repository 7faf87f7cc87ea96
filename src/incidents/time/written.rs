//! Dates in figures: `2024-05-10`, `10.05.2024`, `10/05/2024`.

use std::ops::Range;

use jiff::civil::Date;

use crate::text::{Lang, Text, TokenKind};

use super::{Interval, When};

/// Digits and separators of the longest form.
const CHARS_MAX: usize = 10;

/// The dates in figures among some tokens, each with its tokens. A day without its year is left to
/// the patterns; `10/05` alone may be a share or a score.
pub(super) fn find(text: &Text<'_>, tokens: Range<usize>) -> Vec<(Range<usize>, When)> {
    let mut found: Vec<(Range<usize>, When)> = Vec::new();
    for at in tokens.clone() {
        let token = &text.tokens[at];
        if token.kind != TokenKind::Number || found.last().is_some_and(|(t, _)| t.contains(&at)) {
            continue;
        }
        let start = token.span.start as usize;
        let rest = &text.original[start..];
        let shown: Vec<(usize, char)> = rest.char_indices().take(CHARS_MAX + 1).collect();
        let plain: String = shown.iter().map_while(|&(_, c)| plain(c)).take(CHARS_MAX).collect();
        let Some((date, chars)) = read(&plain, text.lang) else { continue };
        // A longer row of digits is no date.
        if shown.get(chars).is_some_and(|&(_, c)| c.is_numeric()) {
            continue;
        }
        let end = start + shown.get(chars).map_or(rest.len(), |&(byte, _)| byte);
        let stop = (at..tokens.end).find(|&t| text.tokens[t].span.start as usize >= end).unwrap_or(tokens.end);
        found.push((at..stop, When::On(Interval::day(date))));
    }
    found
}

/// A digit of any script or a separator as ASCII.
fn plain(c: char) -> Option<char> {
    match c {
        '0'..='9' | '-' | '.' | '/' => Some(c),
        '\u{660}'..='\u{669}' => char::from_digit(c as u32 - 0x660, 10),
        '\u{6f0}'..='\u{6f9}' => char::from_digit(c as u32 - 0x6f0, 10),
        _ => None,
    }
}

/// The date that begins a string, with its length in characters.
fn read(plain: &str, lang: Lang) -> Option<(Date, usize)> {
    for separator in ['-', '.', '/'] {
        let parts: Vec<&str> = plain.splitn(3, separator).collect();
        let &[a, b, c] = parts.as_slice() else { continue };
        let digits = |s: &str| !s.is_empty() && s.len() <= 4 && s.bytes().all(|b| b.is_ascii_digit());
        let last: String = c.chars().take_while(char::is_ascii_digit).collect();
        if !digits(a) || !digits(b) || !digits(&last) {
            continue;
        }
        let chars = a.len() + b.len() + last.len() + 2;
        let number = |s: &str| s.parse::<i16>().ok();
        let (year, month, day) = match (a.len(), last.len()) {
            (4, 1..=2) => (number(a)?, number(b)?, number(&last)?),
            (1..=2, 4) => {
                let (first, second) = (number(a)?, number(b)?);
                // Americans write the month first, the rest of the world the day: both small tell nothing.
                match lang {
                    Lang::EN if separator == '/' && first <= 12 && second <= 12 && first != second => return None,
                    Lang::EN if separator == '/' && second > 12 => (number(&last)?, first, second),
                    _ => (number(&last)?, second, first),
                }
            }
            _ => continue,
        };
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        return (1900..=2100).contains(&year).then_some((date, chars));
    }
    None
}
