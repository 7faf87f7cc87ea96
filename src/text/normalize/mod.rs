//! Folding: the form of a word under which spellings of one name are equal.
//!
//! One file a script; each lists what is folded there and why. Folding is idempotent and never
//! looks at more than one word. It is not transliteration: scripts stay apart.

mod arabic;
mod cyrillic;
mod kazakh_latin;
mod latin;

use unicode_normalization::UnicodeNormalization;

use super::script::Script;
use super::tokens::is_invisible;

/// The folded form of a word: NFKC, lower case, format characters and apostrophes off, then the
/// rules of its script.
///
/// ```
/// use oqiga::text::normalize::fold;
/// assert_eq!(fold("ألماتي"), "الماتي");
/// assert_eq!(fold("Йошкар-Ола"), "йошкар-ола");
/// assert_eq!(fold("Čeljabinsk"), "celjabinsk");
/// assert_eq!(fold("٨"), "8");
/// ```
pub fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    fold_into(word, &mut out);
    out
}

/// Appends the folded form of `word` to `out`.
pub(super) fn fold_into(word: &str, out: &mut String) {
    if word.is_ascii() {
        let from = out.len();
        if word.bytes().any(|b| matches!(b, b'\'' | b'`')) {
            out.extend(word.chars().filter(|c| !is_apostrophe(*c)));
        } else {
            out.push_str(word);
        }
        out[from..].make_ascii_lowercase();
    } else if word.chars().all(is_composed) {
        word.chars().for_each(|c| fold_char(c, out));
    } else {
        word.nfkc().for_each(|c| fold_char(c, out));
    }
}

/// Appends the folded form of one character of a composed word.
fn fold_char(c: char, out: &mut String) {
    for c in c.to_lowercase() {
        if is_invisible(c) || is_apostrophe(c) {
            continue;
        }
        match Script::of_char(c) {
            Script::Latin => latin::fold_char(c, out),
            Script::Cyrillic => cyrillic::fold_char(c, out),
            Script::Arabic => arabic::fold_char(c, out),
            _ if is_dropped_mark(c) => {}
            _ => out.push(digit(c).unwrap_or(c)),
        }
    }
}

/// Letters and digits that NFKC leaves as they are, whichever of them stand beside them: most words
/// have no other, and composing is most of the cost of folding.
fn is_composed(c: char) -> bool {
    // Between the ranges of Latin stand ligatures and letters with dots, which come apart.
    matches!(
        c,
        '\0'..='\x7F'
            | '\u{C0}'..='\u{131}'
            | '\u{134}'..='\u{13E}'
            | '\u{141}'..='\u{148}'
            | '\u{14A}'..='\u{17E}'
            | '\u{400}'..='\u{481}'
            | '\u{48A}'..='\u{52F}'
            | '\u{621}'..='\u{63A}'
            | '\u{641}'..='\u{64A}'
    )
}

/// Appends the folded form that a Kazakh word in Latin letters would have in Cyrillic ones.
pub(super) fn fold_kazakh_latin_into(word: &str, out: &mut String) {
    let mut cyrillic = String::with_capacity(word.len() * 2);
    let composed: String = word.nfkc().collect();
    kazakh_latin::to_cyrillic(&composed, &mut cyrillic);
    fold_into(&cyrillic, out);
}

/// Marks that never tell two names apart: combining accents left over after composition, Arabic
/// vowel signs and tatweel.
fn is_dropped_mark(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36F) || arabic::is_mark(c)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | 'ʻ' | '`' | '‘' | '´' | 'ʹ' | 'ʺ' | '′')
}

/// Eastern Arabic and Persian digits as ASCII ones.
fn digit(c: char) -> Option<char> {
    match c {
        '٠'..='٩' => char::from_digit(c as u32 - '٠' as u32, 10),
        '۰'..='۹' => char::from_digit(c as u32 - '۰' as u32, 10),
        '٬' => Some(','),
        '٫' => Some('.'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_fold_to_one_form() {
        let same = |a: &str, b: &str| assert_eq!(fold(a), fold(b), "{a} {b}");
        same("آلما", "ألما");
        same("عَمّان", "عمان");
        same("القاهرة", "القاهره");
        same("بــيــروت", "بيروت");
        same("کابل", "كابل");
        same("Орёл", "Орел");
        same("São", "sao");
        same("N’Djamena", "NDjamena");
        same("İzmir", "izmir");
        same("Ǿrum", "orum");
        same("Ma\u{200e}rib", "Marib");
    }

    #[test]
    fn letters_that_tell_names_apart_stay() {
        let differ = |a: &str, b: &str| assert_ne!(fold(a), fold(b), "{a} {b}");
        differ("й", "и");
        differ("қ", "к");
        differ("U.S.", "us");
    }

    #[test]
    fn composed_letters_stay_whatever_stands_beside_them() {
        let composed: Vec<char> = ('\0'..'\u{700}').filter(|c| is_composed(*c)).collect();
        for first in &composed {
            for second in &composed {
                assert!([*first, *second].into_iter().nfkc().eq([*first, *second]), "{first:?} {second:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(word in "\\PC{0,40}") {
            let once = fold(&word);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
