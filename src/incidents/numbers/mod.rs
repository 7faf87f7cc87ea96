//! Numbers in running text, in digits and words, with how exact they are meant.
//!
//! The words are data (`words.tsv`); the grammar that joins them is common: units, tens, hundreds
//! and multipliers add up from left to right, vague words keep their floor. Whether a number counts
//! people is decided in [`super::counts`].

mod digits;
mod qualify;

use std::ops::Range;

use crate::text::{Lang, TokenKind};

use super::Qualifier;
use super::rules::Marks;
use digits::{digits, number_of};
use qualify::{qualify, range, suffix};

/// A number found in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// The value; the floor of a vague one; the lower end of a range.
    pub value: f64,
    /// How exact it is meant.
    pub qualifier: Qualifier,
    /// The tokens of the number itself.
    pub core: Range<usize>,
    /// The tokens with the words that qualify it.
    pub tokens: Range<usize>,
    /// Written in digits.
    pub digits: bool,
}

impl Number {
    /// The value as a count of people, when it can be one.
    pub fn count(&self) -> Option<u64> {
        (self.value >= 1.0 && self.value.fract().abs() < 1e-9 && self.value < 1e10).then_some(self.value.round() as u64)
    }
}

/// All numbers of the document, in order.
pub fn find(marks: &Marks<'_>) -> Vec<Number> {
    let mut numbers = Vec::new();
    for sentence in &marks.text.sentences {
        let mut at = sentence.tokens.start;
        while at < sentence.tokens.end {
            match read(marks, at, sentence.tokens.end) {
                Some(mut number) => {
                    suffix(marks, &mut number);
                    range(marks, &mut number, &sentence.tokens);
                    qualify(marks, &mut number, &sentence.tokens);
                    at = number.core.end;
                    numbers.push(number);
                }
                None => at += 1,
            }
        }
    }
    numbers
}

/// What one word adds to a number.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Digits(f64),
    Unit(i64),
    Ten(i64),
    Hundred(i64),
    Times(i64),
    Vague(i64),
    /// "полтора": one and a half of what follows.
    OneAndHalf,
    /// "and a half", "жарым": half of what follows more.
    AndHalf,
}

fn part(marks: &Marks<'_>, at: usize) -> Option<(Part, usize)> {
    let token = marks.text.tokens.get(at)?;
    if token.kind == TokenKind::Number {
        let (value, len) = digits(marks, at)?;
        return Some((Part::Digits(value), len));
    }
    if token.kind != TokenKind::Word || marks.value(at, "weekday").is_some() {
        return None;
    }
    // و48، الـ15: a conjunction, preposition or article written on the digits.
    let folded = marks.text.folded(token);
    let bare = folded.trim_start_matches(['و', 'ف', 'ب', 'ل', 'ك', 'ا']);
    if bare.len() < folded.len()
        && let Some(value) = number_of(bare, ',')
    {
        return Some((Part::Digits(value), 1));
    }
    let valued = |class, make: fn(i64) -> Part| marks.value(at, class).map(|(value, len)| (make(value), len));
    let plain = |class, part| marks.class_len(at, class).map(|len| (part, len));
    let parts = [
        valued("unit", Part::Unit),
        valued("ten", Part::Ten),
        valued("hundred", Part::Hundred),
        valued("vague", Part::Vague),
        valued("times", Part::Times),
        plain("one_and_half", Part::OneAndHalf),
        plain("and_half", Part::AndHalf),
        // قتيلان: the dual of a word for people is two of them.
        marks.is(at, "person2").then_some((Part::Unit(2), 1)),
    ];
    // A term of several words ("أحد عشر") beats its first word.
    parts.into_iter().flatten().max_by_key(|&(part, len)| (len, !matches!(part, Part::Times(_)) as usize))
}

/// Reads the longest number that begins at a token.
fn read(marks: &Marks<'_>, at: usize, end: usize) -> Option<Number> {
    let arabic = marks.text.lang == Lang::AR;
    let mut total = 0.0;
    let mut current: Option<f64> = None;
    let mut vague = None;
    let mut is_digits = false;
    let mut stop = at;
    let mut cursor = at;
    while cursor < end {
        let Some((part, len)) = part(marks, cursor) else {
            // "one hundred and twenty"; "thousands of": a small word may stand between.
            let joins = stop == cursor && stop > at && {
                let hundreds = current.is_some_and(|c| c >= 100.0) || total >= 1000.0;
                (marks.is(cursor, "number_and") && hundreds && !is_digits) || (marks.is(cursor, "number_of") && vague.is_some())
            };
            // "forty-eight".
            let hyphen = stop == cursor && stop > at && !is_digits && marks.text.slice(marks.text.tokens[cursor].span) == "-";
            let joins = joins || (hyphen && matches!(part(marks, cursor + 1), Some((Part::Unit(_), _))));
            if joins && part_follows(marks, cursor + 1, end) {
                cursor += 1;
                continue;
            }
            break;
        };
        match (part, current) {
            (Part::Digits(value), None) if total == 0.0 => {
                current = Some(value);
                is_digits = true;
            }
            (Part::Unit(value) | Part::Ten(value) | Part::Hundred(value), None) => current = Some(value as f64),
            (Part::Unit(value), Some(c)) if !is_digits && fits_unit(c, value, arabic) => current = Some(c + value as f64),
            (Part::Ten(value), Some(c)) if !is_digits && (c % 100.0 == 0.0 || (arabic && c % 100.0 < 10.0)) => {
                current = Some(c + value as f64);
            }
            (Part::Hundred(value), Some(c)) if !is_digits && c % 1000.0 == 0.0 => current = Some(c + value as f64),
            (Part::Times(by), c) => {
                // "thousand" after nothing is one thousand, but "dozen" needs an article or number.
                let scaled = c.unwrap_or(1.0) * by as f64;
                // "several hundred" is hundreds.
                if c.is_none() && cursor == at && at > 0 && marks.is(at - 1, "several") {
                    vague = Some(by.min(1000));
                }
                if by >= 1000 {
                    total += scaled;
                    current = Some(0.0);
                } else {
                    current = Some(scaled);
                }
            }
            (Part::Vague(floor), None) if total == 0.0 && vague.is_none() => {
                vague = Some(floor);
                current = Some(floor as f64);
            }
            // "tens of thousands", "8 آلاف", "2 тысяч": after a number the vague word multiplies.
            (Part::Vague(by), Some(c)) if c > 0.0 && total == 0.0 && by != 20 => {
                total = c * by as f64;
                current = Some(0.0);
            }
            (Part::OneAndHalf, None) if total == 0.0 => current = Some(1.5),
            (Part::AndHalf, Some(c)) if c > 0.0 && multiplies(marks, cursor + len, end) => current = Some(c + 0.5),
            _ => break,
        }
        cursor += len;
        stop = cursor;
    }
    let value = total + current?;
    let qualifier = vague.map_or(Qualifier::Exact, vague_qualifier);
    (stop > at && value > 0.0).then_some(Number { value, qualifier, core: at..stop, tokens: at..stop, digits: is_digits })
}

fn part_follows(marks: &Marks<'_>, at: usize, end: usize) -> bool {
    at < end && part(marks, at).is_some()
}

/// Whether a word that multiplies stands at a token: "and a half thousand".
fn multiplies(marks: &Marks<'_>, at: usize, end: usize) -> bool {
    at < end && matches!(part(marks, at), Some((Part::Times(_) | Part::Vague(_), _)))
}

/// Whether a unit may follow: forty-eight, two hundred (and) five, on tört; Arabic 11 to 19.
fn fits_unit(current: f64, unit: i64, arabic: bool) -> bool {
    let rest = current % 100.0;
    rest == 0.0 || (rest >= 20.0 && rest % 10.0 == 0.0 && unit < 10) || (rest == 10.0 && unit < 10) || (arabic && rest < 10.0 && unit == 10)
}

fn vague_qualifier(floor: i64) -> Qualifier {
    match floor {
        10 => Qualifier::Tens,
        12 => Qualifier::Dozens,
        20 => Qualifier::Scores,
        100 => Qualifier::Hundreds,
        _ => Qualifier::Thousands,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::cases;
    use crate::incidents::rules::Lexicon;
    use crate::text::Text;

    #[test]
    fn numbers_are_read_as_the_cases_of_each_language_say() {
        cases::check(cases::NUMBERS, |case| {
            let cut = Text::new(&case.text, Some(case.lang));
            let marks = Marks::new(&cut, Lexicon::of(case.lang).expect("has tables"));
            find(&marks).iter().map(|n| format!("{}{}", n.value, cases::qualifier(n.qualifier))).collect()
        });
    }
}
