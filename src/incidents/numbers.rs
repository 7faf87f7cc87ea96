//! Numbers in running text, in digits and words, with how exact they are meant.
//!
//! The words are data (`words.tsv`); the grammar that joins them is common: units, tens, hundreds
//! and multipliers add up from left to right, vague words keep their floor. Whether a number counts
//! people is decided in [`super::counts`].

use std::ops::Range;

use crate::text::TokenKind;

use super::Qualifier;
use super::rules::Marks;

/// A number found in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// The value; the floor of a vague one.
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
                    if let Some(high) = upper_bound(marks, &number, sentence.tokens.clone()) {
                        number.qualifier = Qualifier::AtLeast;
                        number.core.end = high;
                        number.tokens.end = high;
                        qualify_span(marks, &mut number, sentence.tokens.start);
                        at = high;
                        numbers.push(number);
                        continue;
                    }
                    qualify(marks, &mut number, sentence.tokens.clone());
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
    // و48: a conjunction or preposition written on the digits.
    let folded = marks.text.folded(token);
    let bare = folded.trim_start_matches(['و', 'ف', 'ب', 'ل']);
    if bare.len() < folded.len()
        && let Some(value) = number_of(bare, ',')
    {
        return Some((Part::Digits(value), 1));
    }
    let valued = |class, make: fn(i64) -> Part| marks.value(at, class).map(|(value, len)| (make(value), len));
    let parts = [
        valued("unit", Part::Unit),
        valued("ten", Part::Ten),
        valued("hundred", Part::Hundred),
        valued("vague", Part::Vague),
        valued("times", Part::Times),
        // قتيلان: the dual of a word for people is two of them.
        marks.is(at, "person2").then_some((Part::Unit(2), 1)),
    ];
    // A term of several words ("أحد عشر") beats its first word.
    parts.into_iter().flatten().max_by_key(|&(part, len)| (len, !matches!(part, Part::Times(_)) as usize))
}

/// Digits with group separators or decimals; a following group of three digits after a space
/// belongs to the number.
fn digits(marks: &Marks<'_>, at: usize) -> Option<(f64, usize)> {
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
fn number_of(text: &str, group: char) -> Option<f64> {
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

/// Reads the longest number that begins at a token.
fn read(marks: &Marks<'_>, at: usize, end: usize) -> Option<Number> {
    let arabic = marks.text.lang == crate::text::Lang::AR;
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
            (Part::Vague(by), Some(c)) if by >= 100 && c > 0.0 && total == 0.0 => {
                total = c * by as f64;
                current = Some(0.0);
            }
            _ => break,
        }
        cursor += len;
        stop = cursor;
    }
    let value = total + current?;
    let qualifier = vague.map_or(Qualifier::Exact, vague_qualifier);
    (stop > at && value > 0.0).then_some(Number { value, qualifier, core: at..stop, tokens: at..stop, digits: is_digits })
}

/// The end of a range whose lower bound a number is: "between four and six", "5–7", "пять-шесть",
/// "от пяти до семи", "ما بين 5 و7". The lower bound is what is known for sure.
fn upper_bound(marks: &Marks<'_>, low: &Number, sentence: Range<usize>) -> Option<usize> {
    let text = marks.text;
    let at = low.core.end;
    if at >= sentence.end || low.qualifier != Qualifier::Exact || low.value >= 1900.0 {
        return None;
    }
    let before = (sentence.start..low.core.start).rev().find(|&b| marks.is_word(b));
    let opens = before.is_some_and(|b| marks.is(b, "range_from"));
    let dash = matches!(text.slice(text.tokens[at].span), "-" | "–" | "—");
    // "risen from five to seven" is no range, nor is a row of ages or sizes.
    let closes = marks.is(at, "range_to") && !before.is_some_and(|b| marks.is(b, "risen_from"));
    let glued = opens && text.lang == crate::text::Lang::AR && text.folded(&text.tokens[at]).starts_with('و');
    let start = match () {
        () if dash || closes || (opens && marks.is(at, "range_and")) => at + 1,
        () if glued => at,
        () => return None,
    };
    let high = (start < sentence.end).then(|| read(marks, start, sentence.end)).flatten()?;
    let counts = high.value > low.value && high.value <= low.value * 3.0 + 3.0 && high.qualifier == Qualifier::Exact && high.value < 1900.0;
    counts.then_some(high.core.end)
}

/// Takes the word that opens a range into its span.
fn qualify_span(marks: &Marks<'_>, number: &mut Number, start: usize) {
    if let Some(before) = (start..number.core.start).rev().find(|&b| marks.is_word(b)).filter(|&b| marks.is(b, "range_from")) {
        number.tokens.start = before;
    }
}

fn part_follows(marks: &Marks<'_>, at: usize, end: usize) -> bool {
    at < end && part(marks, at).is_some()
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

/// Looks for "at least", "about" and the like before the number and, as Arabic and Kazakh have it,
/// after it or after its noun.
fn qualify(marks: &Marks<'_>, number: &mut Number, sentence: Range<usize>) {
    const CLASSES: [(&str, Qualifier); 4] =
        [("at_least", Qualifier::AtLeast), ("more_than", Qualifier::MoreThan), ("about", Qualifier::About), ("up_to", Qualifier::UpTo)];
    // A vague word keeps its own qualifier, but its span grows.
    let vague = number.qualifier != Qualifier::Exact;
    // "about a dozen", "at least a hundred": an article may stand between.
    let mut start = number.core.start;
    if let Some(before) = before(number.core.start, sentence.start)
        && marks.is(before, "article")
    {
        start = before;
        number.tokens.start = start;
    }
    let last =
        |class: &str| (sentence.start..start).rev().take(4).find(|&at| marks.class_len(at, class).is_some_and(|len| at + len == start));
    let first = CLASSES.iter().find_map(|&(class, qualifier)| last(class).map(|at| (at, qualifier)));
    if let Some((at, qualifier)) = first {
        number.tokens.start = at;
        if !vague {
            number.qualifier = qualifier;
        }
        return;
    }
    if vague {
        return;
    }
    if marks.is(number.core.end - 1, "about_suffix") {
        number.qualifier = Qualifier::About;
        return;
    }
    // After the number itself: "жүзге жуық", "отыздан астам"; with a noun between: "أشخاص على الأقل".
    let lang = marks.text.lang.as_str();
    let reach = match lang {
        "ar" => 2,
        "kk" => 0,
        _ => return,
    };
    for skip in 0..=reach {
        let at = number.core.end + skip;
        if at >= sentence.end || marks.is_comma(at) {
            return;
        }
        let found = CLASSES.iter().find(|(class, _)| (lang == "kk" || *class == "at_least") && marks.is(at, class));
        if let Some(&(class, qualifier)) = found {
            number.qualifier = qualifier;
            if skip == 0 {
                number.tokens.end = at + marks.class_len(at, class).unwrap_or(1);
            }
            return;
        }
    }
}

fn before(at: usize, start: usize) -> Option<usize> {
    (at > start).then(|| at - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::rules::Lexicon;
    use crate::text::{Lang, Text};

    fn check(lang: Lang, text: &str, want: &[(f64, Qualifier)]) {
        let cut = Text::new(text, Some(lang));
        let marks = Marks::new(&cut, Lexicon::of(lang).expect("has tables"));
        let got: Vec<_> = find(&marks).into_iter().map(|n| (n.value, n.qualifier)).collect();
        assert_eq!(got, want, "{text}");
    }

    use Qualifier::{About, AtLeast, Dozens, Exact, Hundreds, MoreThan, Tens, Thousands, UpTo};

    #[test]
    fn english_numbers_are_read() {
        check(Lang::EN, "Forty-eight people", &[(48.0, Exact)]);
        check(Lang::EN, "about 5,000 people and 1.2 billion", &[(5000.0, About), (1.2, Exact)]);
        check(Lang::EN, "one hundred and twenty men", &[(120.0, Exact)]);
        check(Lang::EN, "at least a dozen wounded", &[(12.0, AtLeast)]);
        check(Lang::EN, "dozens injured, thousands of students", &[(12.0, Dozens), (1000.0, Thousands)]);
        check(Lang::EN, "More than 30 others", &[(30.0, MoreThan)]);
        check(Lang::EN, "tens of thousands fled", &[(10000.0, Tens)]);
    }

    #[test]
    fn russian_numbers_are_read() {
        check(Lang::RU, "около шестидесяти женщин", &[(60.0, About)]);
        check(Lang::RU, "около 8,5 тысячи человек", &[(8500.0, About)]);
        check(Lang::RU, "не менее 38 ранены", &[(38.0, AtLeast)]);
        check(Lang::RU, "до 50 сторонников", &[(50.0, UpTo)]);
        check(Lang::RU, "двадцать пять и шестерых", &[(25.0, Exact), (6.0, Exact)]);
        check(Lang::RU, "сотни людей, десятки раненых", &[(100.0, Hundreds), (10.0, Tens)]);
        check(Lang::RU, "12 500 человек", &[(12500.0, Exact)]);
    }

    #[test]
    fn kazakh_numbers_are_read() {
        check(Lang::KK, "үш жүзге жуық мұнайшы", &[(300.0, About)]);
        check(Lang::KK, "он төрт адам", &[(14.0, Exact)]);
        check(Lang::KK, "Отыздан астам тұрғын", &[(30.0, MoreThan)]);
        check(Lang::KK, "екі жүздей адам, жетеуі", &[(200.0, About), (7.0, Exact)]);
        check(Lang::KK, "жетпіс шақты тұрғын", &[(70.0, About)]);
        check(Lang::KK, "жүз сексені тікұшақпен", &[(180.0, Exact)]);
        check(Lang::KK, "ondağan adam, ekı jigit", &[(10.0, Tens), (2.0, Exact)]);
    }

    #[test]
    fn arabic_numbers_are_read() {
        check(Lang::AR, "نحو 8 آلاف مسلح", &[(8000.0, About)]);
        check(Lang::AR, "أحد عشر شخصا", &[(11.0, Exact)]);
        check(Lang::AR, "أكثر من مئتي شخص", &[(200.0, MoreThan)]);
        check(Lang::AR, "سبعة أشخاص على الأقل", &[(7.0, AtLeast)]);
        check(Lang::AR, "خمسة قتلى و48 جريحا", &[(5.0, Exact), (48.0, Exact)]);
        check(Lang::AR, "٥ متسللين", &[(5.0, Exact)]);
        check(Lang::AR, "عشرات الأشخاص وإصابة الآلاف", &[(10.0, Tens), (1000.0, Thousands)]);
        check(Lang::AR, "خمسة وعشرين قتيلا", &[(25.0, Exact)]);
        check(Lang::AR, "نحو ألف عامل", &[(1000.0, About)]);
        check(Lang::AR, "عشرات الآلاف", &[(10000.0, Tens)]);
    }
}
