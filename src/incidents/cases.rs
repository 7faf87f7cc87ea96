//! The test cases that stand as data in the language folders: `src/lang/<language>/cases/*.tsv`.
//!
//! A line is a text, a tab and what is to be found in it, parted by semicolons, or `-` for nothing.
//! `@2024-10-17` sets the day of publication for the lines after it, `@` alone takes it away. Words
//! in square brackets are those that must be found; the brackets are not part of the text.

use jiff::civil::Date;

use crate::text::Lang;

use super::Qualifier;

/// One line of a file of cases.
#[derive(Debug)]
pub struct Case {
    /// Language of its folder.
    pub lang: Lang,
    /// Day of publication.
    pub published: Option<Date>,
    /// The text without brackets.
    pub text: String,
    /// What stands in brackets, in order.
    pub words: Vec<String>,
    /// What is to be found.
    pub want: Vec<String>,
}

/// The file of one kind of cases in every language folder.
macro_rules! every_language {
    ($file:literal) => {
        [
            (Lang::AR, include_str!(concat!("../lang/ar/cases/", $file))),
            (Lang::EN, include_str!(concat!("../lang/en/cases/", $file))),
            (Lang::KK, include_str!(concat!("../lang/kk/cases/", $file))),
            (Lang::RU, include_str!(concat!("../lang/ru/cases/", $file))),
        ]
    };
}

/// `times.tsv`
pub const TIMES: [(Lang, &str); 4] = every_language!("times.tsv");
/// `articles.tsv`
pub const ARTICLES: [(Lang, &str); 4] = every_language!("articles.tsv");
/// `numbers.tsv`
pub const NUMBERS: [(Lang, &str); 4] = every_language!("numbers.tsv");
/// `counts.tsv`
pub const COUNTS: [(Lang, &str); 4] = every_language!("counts.tsv");

/// `triggers.tsv`
pub const TRIGGERS: [(Lang, &str); 4] = every_language!("triggers.tsv");

/// Runs `find` on the cases of every language and fails with all the lines that are wrong.
pub fn check(files: [(Lang, &str); 4], find: impl Fn(&Case) -> Vec<String>) {
    check_words(files, |case| (find(case), case.words.clone()));
}

/// Like [`check`], where `find` gives the words too.
pub fn check_words(files: [(Lang, &str); 4], find: impl Fn(&Case) -> (Vec<String>, Vec<String>)) {
    let mut wrong = String::new();
    for (lang, data) in files {
        let mut published = None;
        for (number, line) in data.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(day) = line.strip_prefix('@') {
                published = (!day.trim().is_empty()).then(|| day.trim().parse().expect("a date after @"));
                continue;
            }
            let (text, want) = line.split_once('\t').unwrap_or_else(|| panic!("{lang}, line {}: no tab", number + 1));
            let want = want.split("; ").map(|w| w.trim().to_owned()).filter(|w| w != "-").collect();
            let case = Case { lang, published, text: text.replace(['[', ']'], ""), words: words(text), want };
            let (got, words) = find(&case);
            if got != case.want || (!case.words.is_empty() && words != case.words) {
                wrong += &format!("\n{lang}, line {}: {text}\n    want {:?}\n    got  {got:?} {words:?}", number + 1, case.want);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn words(text: &str) -> Vec<String> {
    text.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(word, _)| word.to_owned()).collect()
}

/// A space and the name of a qualifier, nothing for an exact number.
pub fn qualifier(qualifier: Qualifier) -> String {
    match qualifier {
        Qualifier::Exact => String::new(),
        other => format!(" {}", serde_json::to_value(other).expect("a name").as_str().expect("a string")),
    }
}
