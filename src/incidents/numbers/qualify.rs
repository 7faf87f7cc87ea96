//! What stands around a number: case endings, the other end of a range, "at least", "about".

use std::ops::Range;

use crate::incidents::Qualifier;
use crate::incidents::rules::Marks;
use crate::text::Lang;

use super::{Number, read};

/// "50-ден астам", "20-ти человек": the case ending written on digits.
pub fn suffix(marks: &Marks<'_>, number: &mut Number) {
    let text = marks.text;
    let (Some(hyphen), Some(_)) = (text.tokens.get(number.core.end), text.tokens.get(number.core.end + 1)) else { return };
    if number.digits && matches!(text.slice(hyphen.span), "-" | "‑") && marks.is(number.core.end + 1, "numeral_end") {
        number.core.end += 2;
        number.tokens.end = number.core.end;
    }
}

/// "10-15", "between ten and fifteen", "من 10 إلى 15", "екі-үш": the lower end counts, as at least.
pub fn range(marks: &Marks<'_>, number: &mut Number, sentence: &Range<usize>) {
    let text = marks.text;
    let end = number.core.end;
    let between = number.core.start > sentence.start && marks.is(number.core.start - 1, "between");
    let sign = text.tokens.get(end).map_or("", |t| text.slice(t.span));
    let next = match sign {
        "-" | "–" | "—" | "‑" => end + 1,
        _ if end < sentence.end && (marks.is(end, "range") || (between && (marks.is(end, "range_and") || marks.is(end, "list_and")))) => {
            end + 1
        }
        // و15: the conjunction is written on the digits.
        _ if between && text.tokens.get(end).is_some_and(|t| text.folded(t).starts_with('و')) => end,
        _ => return,
    };
    if next >= sentence.end {
        return;
    }
    let Some(upper) = read(marks, next, sentence.end) else { return };
    // "3-4 thousand": the unit stands with the second number only.
    let scale = [1000.0, 1_000_000.0].into_iter().find(|s| number.value < 1000.0 && upper.value >= *s && upper.value / s < 1000.0);
    let value = number.value * scale.filter(|_| !upper.digits || upper.core.len() > 1).unwrap_or(1.0);
    let dated = text.tokens.get(upper.core.end).is_some() && marks.value(upper.core.end, "month").is_some();
    if upper.value > value && upper.value < 20.0 * value && !dated {
        number.value = value;
        number.core.end = upper.core.end;
        number.tokens.end = upper.core.end;
        number.qualifier = Qualifier::AtLeast;
    }
}

/// The classes of words that qualify a number.
const QUALIFIERS: [(&str, Qualifier); 4] =
    [("at_least", Qualifier::AtLeast), ("more_than", Qualifier::MoreThan), ("about", Qualifier::About), ("up_to", Qualifier::UpTo)];

/// Looks for "at least", "about" and the like before the number and, as Arabic and Kazakh have it,
/// after it or after its noun.
pub fn qualify(marks: &Marks<'_>, number: &mut Number, sentence: &Range<usize>) {
    // "about a dozen", "at least a hundred": an article may stand between.
    let mut start = number.core.start;
    for class in ["article", "several", "between"] {
        let holds = match class {
            "several" => number.qualifier.is_vague(),
            "between" => number.qualifier == Qualifier::AtLeast,
            _ => true,
        };
        if holds && start > sentence.start && marks.is(start - 1, class) {
            start -= 1;
            number.tokens.start = start;
        }
    }
    let covers = |at: usize, class: &str| marks.class_len(at, class).is_some_and(|len| at + len == start);
    let last = |class: &str| (sentence.start..start).rev().take(4).find(|&at| covers(at, class));
    // The longest wins: "no fewer than" holds "fewer than".
    let first = QUALIFIERS.iter().filter_map(|&(class, qualifier)| last(class).map(|at| (at, qualifier))).min_by_key(|q| q.0);
    let found = match first {
        Some((at, qualifier)) => {
            number.tokens.start = at;
            Some(qualifier)
        }
        None => qualified_after(marks, number, sentence),
    };
    // A vague word keeps its own qualifier, but its span grows. "Около сотни" is about one hundred.
    let one = number.qualifier.is_vague() && number.core.len() == 1 && marks.is(number.core.start, "one_of_many");
    if let Some(qualifier) = found.filter(|_| !number.qualifier.is_vague() || one) {
        number.qualifier = qualifier;
    }
}

/// After the number itself: "жүзге жуық", "50 or more", "300 с лишним"; with a noun between: "أشخاص
/// على الأقل".
fn qualified_after(marks: &Marks<'_>, number: &mut Number, sentence: &Range<usize>) -> Option<Qualifier> {
    let end = number.core.end;
    // "Thirty-odd villagers".
    let hyphen = marks.text.tokens.get(end).is_some_and(|t| marks.text.slice(t.span) == "-");
    if marks.is(end - 1, "about_suffix") || (hyphen && marks.is(end + 1, "about_end")) {
        return Some(Qualifier::About);
    }
    // "человек двадцать" is about twenty.
    if number.core.start > sentence.start && marks.is(number.core.start - 1, "about_before") {
        return Some(Qualifier::About);
    }
    let sign = marks.text.tokens.get(end).filter(|t| t.span.start == marks.text.tokens[end - 1].span.end);
    if sign.is_some_and(|t| marks.text.slice(t.span) == "+") {
        number.tokens.end = end + 1;
        return Some(Qualifier::MoreThan);
    }
    let post = [
        ("at_least_post", Qualifier::AtLeast),
        ("more_than_post", Qualifier::MoreThan),
        ("about_post", Qualifier::About),
        ("up_to_post", Qualifier::UpTo),
    ];
    let reach = if marks.text.lang == Lang::AR { 3 } else { 0 };
    for at in end..=end + reach {
        if at >= sentence.end || marks.is_comma(at) {
            return None;
        }
        if let Some(&(class, qualifier)) = post.iter().find(|(class, _)| marks.is(at, class)) {
            if at == end {
                number.tokens.end = at + marks.class_len(at, class).unwrap_or(1);
            }
            return Some(qualifier);
        }
    }
    None
}
