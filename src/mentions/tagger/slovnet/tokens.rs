//! Words as slovnet was trained to see them: cut the way of razdel 0.5, lower-cased, with a shape.
//!
//! The network knows words only in the form in which its training text was cut, so these rules
//! follow razdel's to the letter, odd ones included: a hyphen joins two words (Усть-Каменогорск),
//! also when a space stands further off.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::text::Span;

/// Marks that razdel keeps apart one by one.
const MARKS: &str = "\\/!#$%&*+,.:;<=>?@^_`|~№…‑–—−-«“‘»”’\"„'([})]}";
const DASHES: &str = "‑–—−-";
const STOPS: &str = ".?!…";

/// Marks that have a shape of their own.
const SHAPED_MARKS: &str = "!#$%&()[]\\/*+,.:;<=>?@^_{|}~-‐−‒⁃–—―`\"'«»„“ʼʻ”№…";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AtomKind {
    Russian,
    Latin,
    Digits,
    Mark,
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Atom {
    start: usize,
    end: usize,
    kind: AtomKind,
}

/// The spans of the words of a text.
pub(super) fn words(text: &str) -> Vec<Span> {
    let mut words: Vec<Span> = Vec::with_capacity(text.len() / 8);
    // Two atoms before the cut and two after it are all that any rule looks at.
    let mut window: [Option<Atom>; 4] = [None; 4];
    let mut at = 0;
    let mut pull = || {
        let atom = next_atom(text, at)?;
        at = atom.end;
        Some(atom)
    };
    window[2] = pull();
    window[3] = pull();
    let mut start = window[2].map_or(0, |atom| atom.start);
    while let Some(atom) = window[2] {
        window.rotate_left(1);
        window[3] = pull();
        let joined = window[2].is_some_and(|right| right.start == atom.end && joins(text, &window, &text[start..atom.end]));
        if !joined {
            words.push(Span::new(start, atom.end));
            start = window[2].map_or(atom.end, |right| right.start);
        }
    }
    words
}

fn next_atom(text: &str, from: usize) -> Option<Atom> {
    let rest = &text[from..];
    let skipped = rest.char_indices().find(|(_, c)| !is_space(*c))?.0;
    let start = from + skipped;
    let mut chars = text[start..].chars();
    let first = chars.next()?;
    let mut end = start + first.len_utf8();
    let kind = kind_of(first);
    if matches!(kind, AtomKind::Russian | AtomKind::Latin | AtomKind::Digits) {
        end += chars.take_while(|c| kind_of(*c) == kind).map(char::len_utf8).sum::<usize>();
    }
    Some(Atom { start, end, kind })
}

/// White space by Python's rules, which count the four separators of ASCII.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

fn kind_of(c: char) -> AtomKind {
    match c {
        'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' => AtomKind::Russian,
        'a'..='z' | 'A'..='Z' | 'ſ' | '\u{212a}' | 'İ' | 'ı' => AtomKind::Latin,
        '0'..='9' => AtomKind::Digits,
        _ if c.is_ascii() || !c.is_numeric() => {
            if MARKS.contains(c) {
                AtomKind::Mark
            } else {
                AtomKind::Other
            }
        }
        _ if c.general_category() == GeneralCategory::DecimalNumber => AtomKind::Digits,
        _ => AtomKind::Other,
    }
}

/// Whether the atoms on both sides of a cut, with no space between them, are one word. `word` is
/// what has been joined so far.
fn joins(text: &str, window: &[Option<Atom>; 4], word: &str) -> bool {
    let [before, Some(left), Some(right), after] = *window else { return false };
    let mark = |atom: Atom, among: &str| atom.kind == AtomKind::Mark && among.contains(&text[atom.start..atom.end]);
    // A mark between two others joins them: the pair to look at when `among` stands at the cut.
    let around = |among: &str| {
        if mark(left, among) {
            before.map(|before| (before, right))
        } else if mark(right, among) {
            after.map(|after| (left, after))
        } else {
            None
        }
    };
    let of_words = |pair: Option<(Atom, Atom)>| pair.is_some_and(|(a, b)| a.kind != AtomKind::Mark && b.kind != AtomKind::Mark);
    let of_digits = |pair: Option<(Atom, Atom)>| pair.is_some_and(|(a, b)| a.kind == AtomKind::Digits && b.kind == AtomKind::Digits);
    if of_words(around(DASHES)) || of_words(around("_")) || of_digits(around(".,")) || of_digits(around("/\\")) {
        return true;
    }
    if left.kind == AtomKind::Mark && right.kind == AtomKind::Mark {
        let (a, b) = (&text[left.start..left.end], &text[right.start..right.end]);
        let both_stop = STOPS.contains(a) && STOPS.contains(b);
        return both_stop || (a == b && matches!(a, "-" | "*")) || is_smile(word, b);
    }
    let lettered = |kind| matches!(kind, AtomKind::Other | AtomKind::Russian | AtomKind::Latin);
    let foreign = (left.kind == AtomKind::Other && lettered(right.kind)) || (right.kind == AtomKind::Other && lettered(left.kind));
    foreign || (text[left.start..left.end].eq_ignore_ascii_case("yahoo") && &text[right.start..right.end] == "!")
}

/// `:-)`, `=(`, `:)))`: eyes, maybe a nose, one to three brackets.
fn is_smile(word: &str, mark: &str) -> bool {
    let mut rest = word.chars().chain(mark.chars());
    if !matches!(rest.next(), Some('=' | ':' | ';')) {
        return false;
    }
    let rest: Vec<char> = rest.collect();
    let mouth = if rest.first() == Some(&'-') { &rest[1..] } else { &rest[..] };
    (1..=3).contains(&mouth.len()) && mouth.iter().all(|c| matches!(c, '(' | ')'))
}

/// The name of the shape of a word, as the network's list of shapes has it.
pub(super) fn shape(word: &str) -> String {
    let mut chars = word.chars();
    let Some(first) = chars.next() else { return "OTHER".to_owned() };
    let digit = |c: char| c.is_ascii_digit() || (!c.is_ascii() && c.general_category() == GeneralCategory::DecimalNumber);
    match kind_of(first) {
        AtomKind::Russian => format!("RU_{}", outline(word)),
        AtomKind::Latin => format!("EN_{}", outline(word)),
        AtomKind::Digits => "NUM".to_owned(),
        _ if matches!(first, '+' | '-') && word[1..].chars().next().is_some_and(digit) => "NUM".to_owned(),
        _ if SHAPED_MARKS.contains(first) => {
            if chars.next().is_none() {
                format!("PUNCT_{word}")
            } else {
                "PUNCT_OTHER".to_owned()
            }
        }
        _ => "OTHER".to_owned(),
    }
}

fn outline(word: &str) -> &'static str {
    let one = word.chars().nth(1).is_none();
    if is_upper(word) {
        return if one { "X" } else { "XX" };
    }
    if one {
        return "x";
    }
    let dashed = || word.split_once('-').is_some_and(|(left, right)| is_title(left) && is_title(right));
    if is_lower(word) {
        "xx"
    } else if is_title(word) {
        "Xx"
    } else if dashed() {
        "Xx-Xx"
    } else {
        "OTHER"
    }
}

fn is_upper(word: &str) -> bool {
    word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase)
}

fn is_lower(word: &str) -> bool {
    word.chars().any(char::is_lowercase) && !word.chars().any(char::is_uppercase)
}

fn is_title(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && is_lower(chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_cut_as_razdel_cuts_them() {
        // Each line was cut by razdel 0.5.0.
        let check = |text: &str, want: &str| {
            let got: Vec<_> = words(text).into_iter().map(|span| &text[span.range()]).collect();
            assert_eq!(got.join("|"), want);
        };
        check("Кружка-термос на 0.5л (50/64 см³, 516;...)", "Кружка-термос|на|0.5|л|(|50/64|см³|,|516|;|...|)");
        check("из Усть-Каменогорска, что-то –то", "из|Усть-Каменогорска|,|что-то|–то");
        check("Привет :))) =( как?! yahoo! a_b --", "Привет|:)))|=(|как|?!|yahoo!|a_b|--");
        check("ΔP қаласы 1,5-2,5 А/Б", "ΔP|қаласы|1,5-2,5|А|/|Б");
        check("", "");
    }

    #[test]
    fn shapes_are_named_as_slovnet_names_them() {
        let check = |word: &str, want: &str| assert_eq!(shape(word), want, "{word}");
        check("Москва", "RU_Xx");
        check("в", "RU_x");
        check("США", "RU_XX");
        check("Нью-Йорк", "RU_Xx-Xx");
        check("СИЗО-6", "RU_XX");
        check("iPhone", "EN_OTHER");
        check("2011-2020", "NUM");
        check("-5", "NUM");
        check("«", "PUNCT_«");
        check("...", "PUNCT_OTHER");
        check("қала", "OTHER");
    }

    proptest! {
        #[test]
        fn words_are_in_order_and_leave_out_only_space(text in "\\PC{0,80}|[а-яА-Яa-z0-9.,/_ -]{0,60}") {
            let mut last = 0;
            for span in words(&text) {
                prop_assert!(text[last..span.start as usize].chars().all(is_space));
                prop_assert!(span.end > span.start);
                last = span.end as usize;
            }
            prop_assert!(text[last..].chars().all(is_space));
        }
    }
}
