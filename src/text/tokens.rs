//! Words, numbers and punctuation of a text.
//!
//! A word is a run of letters and marks. A hyphen parts words, so that Усть-Каменогорск matches
//! whether or not it is written with one. Abbreviations with inner dots (U.S., W.Va.) stay one word
//! and keep their dots when folded, so that `u.s.` is never the pronoun `us`. The English
//! possessive is a token of its own.

use super::normalize::fold_into;
use super::{Script, Span};

/// One word, number or punctuation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where it stands in the original.
    pub span: Span,
    /// Where its folded form stands: use [`super::Text::folded`].
    pub(super) folded: Span,
    /// What it is.
    pub kind: TokenKind,
    /// The script of its first letter.
    pub script: Script,
    /// How it is written, which in cased scripts says much about names.
    pub case: Case,
}

/// The kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A run of letters.
    Word,
    /// Digits, possibly with separators inside (`8,000`, `2.5`, `10:30`).
    Number,
    /// One mark or symbol.
    Punctuation,
}

/// The letter case of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// A script without case, or no letters.
    None,
    /// almaty
    Lower,
    /// Almaty
    Title,
    /// ALMATY
    Upper,
    /// iPhone
    Mixed,
}

/// All tokens of a text, and the buffer that holds their folded forms.
pub(super) fn tokenize(text: &str) -> (Vec<Token>, String) {
    let mut tokens = Vec::with_capacity(text.len() / 6);
    let mut folded = String::with_capacity(text.len());
    each_token(text, |at, end, kind| {
        let word = &text[at..end];
        let from = folded.len();
        fold_into(word, &mut folded);
        tokens.push(Token {
            span: Span::new(at, end),
            folded: Span::new(from, folded.len()),
            kind,
            script: Script::of(word),
            case: case_of(word),
        });
    });
    (tokens, folded)
}

/// The folded words and numbers of a text with a space before each, so that the beginning of a word can
/// be searched. Makes no tokens: a million incidents are read so when a server starts.
///
/// ```
/// assert_eq!(oqiga::text::spaced_words("ألماتي, Алматы!"), " الماتي алматы");
/// ```
pub fn spaced_words(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 1);
    each_token(text, |at, end, kind| {
        if kind != TokenKind::Punctuation {
            folded.push(' ');
            let from = folded.len();
            fold_into(&text[at..end], &mut folded);
            if folded.len() == from {
                folded.pop();
            }
        }
    });
    folded
}

/// Finds where each token begins and ends, and what it is.
fn each_token(text: &str, mut found: impl FnMut(usize, usize, TokenKind)) {
    let mut at = 0;
    // Where the last token ends, if it is a word.
    let mut word_ends = None;
    while let Some(c) = text[at..].chars().next() {
        if c == ' ' || c.is_whitespace() || is_invisible(c) {
            at += c.len_utf8();
            continue;
        }
        let (end, kind) = if is_apostrophe(c) && is_possessive(&text[at + c.len_utf8()..]) && word_ends == Some(at) {
            (at + c.len_utf8() + 1, TokenKind::Punctuation)
        } else if is_word_char(c) {
            (word_end(text, at), TokenKind::Word)
        } else if c.is_numeric() {
            (number_end(text, at), TokenKind::Number)
        } else {
            (at + c.len_utf8(), TokenKind::Punctuation)
        };
        found(at, end, kind);
        word_ends = (kind == TokenKind::Word).then_some(end);
        at = end;
    }
}

/// Whether more words are in Latin than in other letters.
pub(super) fn is_mostly_latin(tokens: &[Token]) -> bool {
    let words = tokens.iter().filter(|t| t.kind == TokenKind::Word);
    let (latin, all) = words.fold((0, 0), |(latin, all), t| (latin + usize::from(t.script == Script::Latin), all + 1));
    latin * 2 > all
}

/// Folds Kazakh words in Latin letters as if they were written in Cyrillic ones, so that all that is
/// known of the language holds for both alphabets. They count as Cyrillic from here on.
pub(super) fn refold_kazakh_latin(text: &str, tokens: &mut [Token]) -> String {
    let mut folded = String::with_capacity(text.len() * 2);
    for token in tokens {
        let word = &text[token.span.range()];
        let from = folded.len();
        if token.script == Script::Latin {
            super::normalize::fold_kazakh_latin_into(word, &mut folded);
            token.script = Script::Cyrillic;
        } else {
            fold_into(word, &mut folded);
        }
        token.folded = Span::new(from, folded.len());
    }
    folded
}

/// One past the last byte of the word that begins at `start`.
fn word_end(text: &str, start: usize) -> usize {
    // Most words are plain letters to their end.
    let plain = text.as_bytes()[start..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let from = start + plain;
    let after = text.as_bytes().get(from).copied().unwrap_or(b' ');
    if plain > 0 && after.is_ascii() && !matches!(after, b'0'..=b'9' | b'.' | b'\'' | b'`') {
        return from;
    }
    let mut end = from;
    let mut dotted = false;
    let mut chars = text[from..].char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let at = from + i;
        let next = chars.peek().map(|&(_, n)| n);
        if is_word_char(c) || (is_invisible(c) && next.is_some_and(is_word_char)) {
            end = at + c.len_utf8();
        } else if c.is_ascii_digit() && end > start {
            // A3, C-130: digits inside a word belong to it.
            end = at + 1;
        } else if is_apostrophe(c) && next.is_some_and(is_word_char) {
            if is_possessive(&text[at + c.len_utf8()..]) {
                break;
            }
            end = at + c.len_utf8();
        } else if c == '.' && next.is_some_and(char::is_alphabetic) && is_abbreviation_part(&text[start..at]) {
            dotted = true;
            end = at + 1;
        } else if c == '.' && dotted {
            end = at + 1;
            break;
        } else {
            break;
        }
    }
    end.max(start + text[start..].chars().next().map_or(1, char::len_utf8))
}

/// Whether the letters before a dot look like part of an abbreviation (`U`, `U.S`, `W`, `т`), as
/// against the last word of a sentence that lacks its space.
fn is_abbreviation_part(before: &str) -> bool {
    before.rsplit('.').next().is_some_and(|last| last.chars().count() <= 2)
}

fn is_possessive(after_apostrophe: &str) -> bool {
    let mut chars = after_apostrophe.chars();
    matches!(chars.next(), Some('s' | 'S')) && !chars.next().is_some_and(is_word_char)
}

/// One past the last byte of the number that begins at `start`: digits with single separators
/// between them.
fn number_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut chars = text[start..].char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next_is_digit = chars.peek().is_some_and(|&(_, n)| n.is_numeric());
        if c.is_numeric() || (matches!(c, ',' | '.' | ':' | '٬' | '٫' | '\u{a0}' | '\u{202f}') && next_is_digit) {
            end = start + i + c.len_utf8();
        } else {
            break;
        }
    }
    end
}

fn is_word_char(c: char) -> bool {
    // Most letters are of these, and the tables of all scripts take longer.
    matches!(c, 'a'..='z' | 'A'..='Z' | 'А'..='я' | 'ء'..='غ' | 'ف'..='ي') || c.is_alphabetic() || is_mark(c)
}

/// Combining marks that stand inside words: Latin accents, Arabic vowel signs, tatweel.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36F | 0x483..=0x487 | 0x610..=0x61A | 0x640 | 0x64B..=0x65F | 0x670 | 0x6D6..=0x6DC | 0x6DF..=0x6E8 | 0x6EA..=0x6ED)
}

/// Format characters (Unicode category Cf): they are no part of any name.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c as u32, 0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0x2066..=0x206F | 0xFEFF)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | 'ʻ' | '`' | '‘' | '´')
}

fn case_of(word: &str) -> Case {
    let mut letters = word.chars().filter(|c| c.is_uppercase() || c.is_lowercase());
    let Some(first) = letters.next() else { return Case::None };
    let (mut upper, mut lower) = (0, 0);
    for c in letters {
        if c.is_uppercase() { upper += 1 } else { lower += 1 }
    }
    match (first.is_uppercase(), upper, lower) {
        (true, 0, _) => Case::Title,
        (true, _, 0) => Case::Upper,
        (false, 0, _) => Case::Lower,
        _ => Case::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        tokenize(text).0.iter().map(|t| &text[t.span.range()]).collect()
    }

    #[test]
    fn words_numbers_and_marks_are_told_apart() {
        let check = |text: &'static str, want: &[&str]| assert_eq!(words(text), want);
        check("Усть-Каменогорск,", &["Усть", "-", "Каменогорск", ","]);
        check("Almaty's mayor", &["Almaty", "'s", "mayor"]);
        check("in the U.S. on Monday", &["in", "the", "U.S.", "on", "Monday"]);
        check("about 8,000 people.", &["about", "8,000", "people", "."]);
        check("نحو ٨ آلاف", &["نحو", "٨", "آلاف"]);
        check("В 10:30 в пос. Жетыбай.Там", &["В", "10:30", "в", "пос", ".", "Жетыбай", ".", "Там"]);
        check("N'Djamena", &["N'Djamena"]);
        check("\u{200f}عمّان\u{200e}،", &["عمّان", "،"]);
    }

    proptest! {
        #[test]
        fn tokens_cover_all_that_is_not_white_space(text in "\\PC{0,200}") {
            let (tokens, folded) = tokenize(&text);
            let mut last = 0;
            for token in &tokens {
                prop_assert!(token.span.start as usize >= last && token.span.end > token.span.start);
                prop_assert!(text.is_char_boundary(token.span.start as usize) && text.is_char_boundary(token.span.end as usize));
                prop_assert!(text[last..token.span.start as usize].chars().all(|c| c.is_whitespace() || is_invisible(c)));
                prop_assert!(folded.get(token.folded.range()).is_some());
                last = token.span.end as usize;
            }
            prop_assert!(text[last..].chars().all(|c| c.is_whitespace() || is_invisible(c)));
        }

        #[test]
        fn words_folded_alone_are_the_folded_tokens(text in "[\\PCa-zA-ZА-Яа-яёҚ'’.,0-9 \u{200e}ء-ي]{0,80}") {
            let (tokens, folded) = tokenize(&text);
            let words = tokens.iter().filter(|t| t.kind != TokenKind::Punctuation).map(|t| &folded[t.folded.range()]);
            let wanted: String = words.filter(|word| !word.is_empty()).map(|word| format!(" {word}")).collect();
            prop_assert_eq!(spaced_words(&text), wanted);
        }
    }
}
