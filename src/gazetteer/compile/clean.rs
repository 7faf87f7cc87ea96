//! What counts as a name: invisible marks off, machine romanisations and codes told apart.
//!
//! GeoNames alternate names mix names with postal codes, UN/LOCODEs and romanisations that a
//! program made and nobody writes (`swldw` for سولدو, `Sant-Zhulija-de-Lorija`). They cost a tenth of
//! the file and answer wrongly, so they go.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

use crate::gazetteer::{Country, NameKind};
use crate::text::Script;

/// Longer strings are descriptions, not names.
const NAME_CHARS_MAX: usize = 100;

/// A name in NFC without invisible characters and with single spaces, or `None` when nothing that
/// could be a name is left.
pub(super) fn clean(text: &str) -> Option<String> {
    // Tables mark names with footnotes: Île-de-France².
    let text = text.trim_end_matches(['¹', '²', '³', '*', '†']);
    let visible: String =
        text.nfc().filter(|c| !is_format(*c)).map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).collect();
    let name = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_name =
        name.chars().any(char::is_alphabetic) && name.chars().count() <= NAME_CHARS_MAX && name.len() <= 255 && !name.contains("://");
    is_name.then_some(name)
}

/// Unicode category Cf. 2,599 aliases carry such marks, and for 410 places every Arabic alias does.
fn is_format(c: char) -> bool {
    matches!(c as u32, 0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x8E2 | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0x2066..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0001..=0xE007F)
}

/// The alternate names that are worth keeping, with their kind. `main` is the main name of the place.
pub(super) fn alternates(names: &[String], main: &str, country: Option<Country>) -> Vec<(String, NameKind)> {
    let cleaned: Vec<String> = names.iter().filter_map(|name| clean(name)).collect();
    let machine_made = machine_romanisations(&cleaned, country);
    let keep = cleaned.iter().filter(|name| *name == main || !(machine_made.contains(*name) || is_junk(name, country)));
    keep.map(|name| (name.clone(), if is_code(name) { NameKind::Code } else { NameKind::Alternative })).collect()
}

/// Whether a name of an untagged list is rather a code or an abbreviation: AL, Ala.
pub(super) fn is_short_form(name: &str) -> bool {
    name.ends_with('.') || is_code(name) || (name.len() <= 3 && name.bytes().all(|b| b.is_ascii_uppercase()))
}

/// Three to five capitals: IATA, ICAO, UN/LOCODE.
fn is_code(name: &str) -> bool {
    (3..=5).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Romanisations in lower case, words that mix scripts, and text broken by a wrong code page.
fn is_junk(name: &str, country: Option<Country>) -> bool {
    let latin = Script::of(name) == Script::Latin;
    let lower_case = latin && !name.chars().any(char::is_uppercase);
    lower_case || mixes_scripts(name) || is_broken_kazakh(name, country) || name.contains(['?', '_', '[', '{', '|', '<', '"', '='])
}

fn mixes_scripts(name: &str) -> bool {
    let mut scripts = name.chars().map(Script::of_char).filter(|script| *script != Script::None);
    let Some(first) = scripts.next() else { return false };
    scripts.any(|script| script != first)
}

/// Kazakh letters that were read with a Macedonian or Ukrainian code page: Ќараєанды.
fn is_broken_kazakh(name: &str, country: Option<Country>) -> bool {
    country.is_some_and(|country| country.as_str() == "KZ") && name.contains(['ќ', 'Ќ', 'є', 'Є', 'ї', 'Ї', 'љ', 'ј'])
}

/// Latin names that are letter for letter what GeoNames' own program makes of a Cyrillic name of the
/// place, and not what people write: `Rjazan'`, `Ehl Tarter`. Where Latin and Cyrillic are both at
/// home and correspond letter by letter (Serbian and its neighbours) nothing is dropped.
fn machine_romanisations(names: &[String], country: Option<Country>) -> HashSet<String> {
    const TWO_ALPHABETS: [&str; 7] = ["RS", "ME", "BA", "MK", "HR", "SI", "XK"];
    if country.is_some_and(|country| TWO_ALPHABETS.contains(&country.as_str())) {
        return HashSet::new();
    }
    let cyrillic = names.iter().filter(|name| Script::of(name) == Script::Cyrillic);
    let of_cyrillic = cyrillic
        .filter_map(|name| Some((romanise(name, machine_letter)?, romanise(name, usual_letter)?)))
        .filter(|(machine, usual)| machine != usual)
        .map(|(machine, _)| machine);
    of_cyrillic.chain(machine_romanisations_of_greek(names, country)).collect()
}

/// The same of Greek names, which write b, d and g of foreign names with two letters: Ταμπρίζ is Tabriz, and Tampriz
/// only to a program. In Greece and Cyprus such names are in use.
fn machine_romanisations_of_greek(names: &[String], country: Option<Country>) -> Vec<String> {
    if country.is_some_and(|country| ["GR", "CY", "AL"].contains(&country.as_str())) {
        return Vec::new();
    }
    let bare = |name: &String| name.nfd().filter(|c| !matches!(*c as u32, 0x300..=0x36F)).collect::<String>();
    let greek = names.iter().filter(|name| name.chars().next().is_some_and(|c| matches!(c, 'Ͱ'..='Ͽ'))).map(bare);
    greek.filter(|name| has_pair_for_one_sound(name)).filter_map(|name| romanise(&name, greek_letter)).collect()
}

/// Whether a Greek name without accents has the letters for b or g, or those for d where they are not n and t.
fn has_pair_for_one_sound(name: &str) -> bool {
    let is_vowel = |c: char| "αεηιουω".contains(c);
    name.to_lowercase().split([' ', '-']).any(|word| {
        let d_not_between_vowels = word.match_indices("ντ").any(|(at, pair)| {
            let next = word[at + pair.len()..].chars().next();
            at == 0 || next.is_none_or(|next| !is_vowel(next))
        });
        word.contains("μπ") || word.contains("γκ") || d_not_between_vowels
    })
}

/// A Cyrillic name in Latin letters as English news would write it; `None` when a letter is not Russian.
pub(super) fn usual_romanisation(name: &str) -> Option<String> {
    romanise(name, usual_letter)
}

fn romanise(name: &str, letter: fn(char) -> Option<&'static str>) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let lower = c.to_lowercase().next()?;
        if !c.is_alphabetic() {
            out.push(c);
            continue;
        }
        let latin = letter(lower)?;
        let mut chars = latin.chars();
        if c.is_uppercase()
            && let Some(first) = chars.next()
        {
            out.extend(first.to_uppercase());
        }
        out.extend(chars);
    }
    Some(out)
}

fn machine_letter(c: char) -> Option<&'static str> {
    Some(match c {
        'й' => "j",
        'х' => "kh",
        'ц' => "c",
        'щ' => "shh",
        'ъ' => "''",
        'ы' => "y",
        'ь' => "'",
        'э' => "eh",
        'ю' => "ju",
        'я' => "ja",
        other => usual_letter(other)?,
    })
}

fn greek_letter(c: char) -> Option<&'static str> {
    Some(match c {
        'α' => "a",
        'β' => "b",
        'γ' => "g",
        'δ' => "d",
        'ε' => "e",
        'ζ' => "z",
        'η' | 'ι' => "i",
        'θ' => "th",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' | 'ω' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'υ' => "u",
        'φ' => "ph",
        'χ' => "kh",
        'ψ' => "ps",
        _ => return None,
    })
}

fn usual_letter(c: char) -> Option<&'static str> {
    Some(match c {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' => "i",
        'й' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ы' => "y",
        'ю' => "yu",
        'я' => "ya",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(names: &[&str], main: &str, country: &str) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        alternates(&names, main, Country::parse(country)).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn invisible_marks_go_and_what_is_no_name_is_dropped() {
        assert_eq!(clean("\u{200f}مأرب\u{200e} "), Some("مأرب".into()));
        assert_eq!(clean("  Los\u{a0} Angeles "), Some("Los Angeles".into()));
        assert_eq!(clean("050000"), None);
        assert_eq!(clean("\u{200e}"), None);
        assert_eq!(clean("https://en.wikipedia.org/wiki/Almaty"), None);
    }

    #[test]
    fn romanisations_that_nobody_writes_are_dropped() {
        assert_eq!(kept(&["swldw", "Soldeu", "Сольдеу", "surudeu"], "Soldeu", "AD"), ["Soldeu", "Сольдеу"]);
        assert_eq!(kept(&["Rjazan'", "Ryazan", "Рязань"], "Ryazan", "RU"), ["Ryazan", "Рязань"]);
        assert_eq!(kept(&["Zhanaozen", "Жанаозен"], "Zhanaozen", "KZ"), ["Zhanaozen", "Жанаозен"]);
        assert_eq!(kept(&["Jagodina", "Јагодина", "Ягодина"], "X", "RS"), ["Jagodina", "Јагодина", "Ягодина"]);
        assert_eq!(kept(&["Ќараєанды", "Қарағанды", "Taшкент"], "Karagandy", "KZ"), ["Қарағанды"]);
        assert_eq!(kept(&["Tampriz", "Ταμπρίζ", "Tabriz"], "Tabriz", "IR"), ["Ταμπρίζ", "Tabriz"]);
        assert_eq!(kept(&["Κεντ", "Kent", "Σόφια", "Sophia"], "Kent", "GB"), ["Κεντ", "Kent", "Σόφια", "Sophia"]);
        assert_eq!(kept(&["'s-Hertogenbosch", "al-Hasaka"], "X", "NL"), ["'s-Hertogenbosch", "al-Hasaka"]);
    }

    #[test]
    fn codes_are_told_from_names() {
        let names = ["ALA".to_owned(), "Ala".to_owned(), "KZALA".to_owned()];
        let kinds: Vec<NameKind> = alternates(&names, "", None).into_iter().map(|(_, kind)| kind).collect();
        assert_eq!(kinds, [NameKind::Code, NameKind::Alternative, NameKind::Code]);
    }
}
