//! Times as the cases of each language say; the cases are data beside the tables.

use proptest::prelude::*;

use super::*;
use crate::incidents::cases::{self, Case};
use crate::text::Lang;

fn times(case: &Case) -> Vec<(String, When)> {
    let cut = Text::new(&case.text, Some(case.lang));
    let mut marks = Marks::new(&cut, Lexicon::of(case.lang).expect("has tables"));
    let numbers = numbers::find(&marks);
    find(&mut marks, &numbers, case.published).into_iter().map(|t| (cut.slice(t.span).to_owned(), t.when)).collect()
}

/// `2024-10-16`, `2024-10-12..2024-10-13 range`, `2024-10-14..2024-10-17 since`, `background`.
fn shown(when: &When) -> String {
    let When::On(i) = when else { return format!("{when:?}").to_lowercase() };
    let days = if i.start == i.end { i.start.to_string() } else { format!("{}..{}", i.start, i.end) };
    match i.precision {
        _ if i.since => format!("{days} since"),
        DatePrecision::Day => days,
        precision => format!("{days} {}", format!("{precision:?}").to_lowercase()),
    }
}

#[test]
fn times_are_read_as_the_cases_of_each_language_say() {
    cases::check_words(cases::TIMES, |case| times(case).into_iter().map(|(words, when)| (shown(&when), words)).unzip());
}

#[test]
fn times_of_the_development_articles_are_right() {
    cases::check_words(cases::ARTICLES, |case| times(case).into_iter().map(|(words, when)| (shown(&when), words)).unzip());
}

#[test]
fn a_language_without_tables_has_no_times() {
    assert_eq!(read(&Text::new("am Montag", Lang::parse("de")), None), vec![]);
}

proptest! {
    #[test]
    fn any_text_has_times_on_its_own_characters_and_in_order(text in "[0-9.:/ \\-]{0,20}(on Monday|3 January|ago|with|12|day|every|to){0,6}[ ,.-]{0,2}\\PC{0,20}") {
        let cut = Text::new(&text, Some(Lang::EN));
        let found = read(&cut, Some("2024-10-17".parse().expect("a date")));
        for pair in found.windows(2) {
            prop_assert!(pair[0].span.start <= pair[1].span.start);
        }
        for time in found {
            prop_assert!(!cut.slice(time.span).is_empty());
        }
    }

    /// Without a day of publication only a year that is told makes a day.
    #[test]
    fn no_day_is_invented(day in 1..=28u8, words in prop::sample::select(vec!["on Monday", "yesterday", "last week", "3 January", "overnight"])) {
        let text = format!("{words} and on {day} May");
        let cut = Text::new(&text, Some(Lang::EN));
        prop_assert!(read(&cut, None).iter().all(|t| !matches!(t.when, When::On(_))));
    }
}
