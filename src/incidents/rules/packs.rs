//! The language folders that have tables for incidents. Adding a language is adding a folder and
//! one line here.

use std::sync::LazyLock;

use crate::text::Lang;

use super::lexicon::{Lexicon, Table};

/// The tables of a folder, words first because the others use its classes.
macro_rules! folder {
    ($folder:literal) => {
        [
            (Table::Words, include_str!(concat!("../../lang/", $folder, "/words.tsv"))),
            (Table::Triggers, include_str!(concat!("../../lang/", $folder, "/triggers.tsv"))),
            (Table::Status, include_str!(concat!("../../lang/", $folder, "/status.tsv"))),
            (Table::Times, include_str!(concat!("../../lang/", $folder, "/times.tsv"))),
            (Table::Counts, include_str!(concat!("../../lang/", $folder, "/counts.tsv"))),
            (Table::Links, include_str!(concat!("../../lang/", $folder, "/links.tsv"))),
            (Table::Actors, include_str!(concat!("../../lang/", $folder, "/actors.tsv"))),
        ]
    };
}

static AR: LazyLock<Lexicon> = LazyLock::new(|| compile(Lang::AR, &folder!("ar")));
static EN: LazyLock<Lexicon> = LazyLock::new(|| compile(Lang::EN, &folder!("en")));
static KK: LazyLock<Lexicon> = LazyLock::new(|| compile(Lang::KK, &folder!("kk")));
static RU: LazyLock<Lexicon> = LazyLock::new(|| compile(Lang::RU, &folder!("ru")));

/// The lexicon of a language.
pub fn lexicon(lang: Lang) -> Option<&'static Lexicon> {
    match lang {
        Lang::AR => Some(&AR),
        Lang::EN => Some(&EN),
        Lang::KK => Some(&KK),
        Lang::RU => Some(&RU),
        _ => None,
    }
}

fn compile(lang: Lang, tables: &[(Table, &str)]) -> Lexicon {
    Lexicon::compile(lang, tables).unwrap_or_else(|why| panic!("a language table is wrong: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pattern_stands_twice_under_a_label() {
        for (lang, tables) in [("ar", folder!("ar")), ("en", folder!("en")), ("kk", folder!("kk")), ("ru", folder!("ru"))] {
            for (table, data) in tables {
                let mut seen = std::collections::HashSet::new();
                for (label, patterns) in data.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t')) {
                    for pattern in patterns.split(',').map(str::trim).filter(|p| !p.is_empty()) {
                        assert!(seen.insert((label, pattern)), "{lang} {table:?}: {label} has {pattern} twice");
                    }
                }
            }
        }
    }

    #[test]
    fn every_table_of_every_language_compiles() {
        for lang in [Lang::AR, Lang::EN, Lang::KK, Lang::RU] {
            assert!(lexicon(lang).is_some_and(|l| l.lang == lang));
        }
    }
}
