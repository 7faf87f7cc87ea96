//! Latin: accents go, and the few letters that do not decompose become their usual ASCII form.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Appends the folded form of one lower-case Latin letter.
pub(super) fn fold_char(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c);
        return;
    }
    // Accents first: ǽ is æ with one.
    for letter in std::iter::once(c).nfd().filter(|part| !is_combining_mark(*part)) {
        match letter {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            'þ' => out.push_str("th"),
            'ə' => out.push('a'),
            'ħ' => out.push('h'),
            other => out.push(other),
        }
    }
}
