//! Numbers in digits, with the separators of the language.

use crate::incidents::rules::Marks;

/// Digits with group separators or decimals; a following group of three digits after a space
/// belongs to the number.
pub fn digits(marks: &Marks<'_>, at: usize) -> Option<(f64, usize)> {
    let text = marks.text;
    let group = if matches!(text.lang.as_str(), "ru" | "kk" | "uk" | "ky") { '.' } else { ',' };
    let mut value = number_of(text.folded(&text.tokens[at]), group)?;
    let mut len = 1;
    while let Some(next) = text.tokens.get(at + len) {
        let previous = &text.tokens[at + len - 1];
        let spaced = next.span.start as usize - previous.span.end as usize;
        let shown = text.folded(next);
        let begins = len > 1 || text.folded(&text.tokens[at]).len() <= 3;
        if !(begins && (1..=2).contains(&spaced) && shown.len() == 3 && shown.bytes().all(|b| b.is_ascii_digit())) {
            break;
        }
        value = value * 1000.0 + shown.parse::<f64>().ok()?;
        len += 1;
    }
    Some((value, len))
}

/// `8,000`, `8.5`, `8,5`: the separator that stands before exactly three digits parts groups, when
/// it is the one that the language uses so. `10:30` is no number.
pub fn number_of(text: &str, group: char) -> Option<f64> {
    if text.is_empty() || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    let mut decimal = false;
    let mut rest = text.chars().peekable();
    let mut seen = String::new();
    while let Some(c) = rest.next() {
        match c {
            '0'..='9' => plain.push(c),
            '\u{a0}' | '\u{202f}' | ' ' => {}
            ',' | '.' => {
                let following: String = rest.clone().take_while(char::is_ascii_digit).collect();
                let grouped = following.len() == 3 && (c == group || (c == ',' && seen.contains(','))) && !decimal;
                if !grouped {
                    if decimal {
                        return None;
                    }
                    decimal = true;
                    plain.push('.');
                }
                seen.push(c);
            }
            _ => return None,
        }
    }
    plain.parse().ok()
}
