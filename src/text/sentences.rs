//! Sentences, and what part of the page each one is.

use std::sync::LazyLock;

use std::ops::Range;

use super::tokens::Case;
use super::{Lang, Script, Span, Token, TokenKind};

/// One sentence, as a range of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands in the original, without surrounding white space.
    pub span: Span,
    /// Its tokens.
    pub tokens: Range<usize>,
    /// The paragraph (line of the original that is not blank) it stands in, from 0.
    pub paragraph: usize,
    /// What part of the page it is.
    pub role: Role,
}

/// The part of a page that a sentence belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The first line, when it stands alone and does not end like a sentence.
    Headline,
    /// Running text.
    Body,
    /// What the page left behind: "Latest Posts", "Read also: …", a lone line in another script.
    Residue,
}

/// Openings of lines that point to other articles, folded, by what news sites print.
const RESIDUE_OPENINGS: &[&str] = &[
    "latest posts",
    "read also",
    "read more",
    "related",
    "see also",
    "more on this",
    "also read",
    "most read",
    "share this",
    "follow us",
    "читайте также",
    "читать также",
    "также по теме",
    "по теме",
    "подробнее",
    "смотрите также",
    "другие новости",
    "ранее по теме",
    "подписывайтесь",
    "тагы окыныз",
    "тағы оқыңыз",
    "сондай-ак окыныз",
    "осы тақырыпта",
    "оқи отырыңыз",
    "тағы оқи отырыңыз",
    "сондай-ақ оқыңыз",
    "толығырақ",
    "اقرا ايضا",
    "اقرا المزيد",
    "اقرا ايضًا",
    "مواضيع ذات صله",
    "ذات صله",
    "المزيد",
    "شاهد ايضا",
    "تابعونا",
    "اخبار ذات صله",
    "طالع ايضا",
];

/// Words with a full stop that do not end a sentence, folded.
const ABBREVIATIONS: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "dr",
    "prof",
    "gen",
    "col",
    "lt",
    "capt",
    "sgt",
    "st",
    "mt",
    "ft",
    "no",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "vs",
    "etc",
    "rep",
    "sen",
    "gov",
    "inc",
    "co",
    "corp",
    "ltd",
    "г",
    "гг",
    "ул",
    "пр",
    "пос",
    "с",
    "дер",
    "обл",
    "р",
    "им",
    "тыс",
    "млн",
    "млрд",
    "см",
    "км",
    "т",
    "д",
    "др",
    "руб",
    "долл",
    "чел",
    "просп",
    "пл",
    "ст",
    "янв",
    "февр",
    "апр",
    "авг",
    "сент",
    "окт",
    "нояб",
    "дек",
    "мкр",
    "пгт",
    "ж",
    "б",
    "мыс",
];

/// The longest sentence, in tokens; the longest of the press have some 250. What goes on without a
/// full stop, such as a table on one line, is cut at the next blank, so that whatever compares the
/// words of a sentence with each other takes bounded time.
const TOKENS_MAX: usize = 500;

/// Cuts the tokens into sentences: at ends of lines always, at full stops when what follows looks
/// like a beginning, and when they go on for too long.
pub(super) fn split(text: &str, tokens: &[Token], _lang: Lang) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut paragraph = 0;
    let mut start = 0;
    for i in 0..tokens.len() {
        let next = tokens.get(i + 1);
        let gap_to = next.map_or(text.len(), |t| t.span.start as usize);
        let line_ends = next.is_none() || text[tokens[i].span.end as usize..gap_to].contains(['\n', '\r', '\u{2029}']);
        let length = i + 1 - start;
        let blank = gap_to > tokens[i].span.end as usize;
        let too_long = length >= TOKENS_MAX && (blank || length >= 2 * TOKENS_MAX);
        if line_ends || too_long || ends_sentence(text, tokens, i) {
            let span = tokens[start].span.cover(tokens[i].span);
            sentences.push(Sentence { span, tokens: start..i + 1, paragraph, role: Role::Body });
            start = i + 1;
        }
        paragraph += usize::from(line_ends && next.is_some());
    }
    mark_headline(text, tokens, &mut sentences);
    mark_residue(text, tokens, &mut sentences);
    sentences
}

fn ends_sentence(text: &str, tokens: &[Token], i: usize) -> bool {
    let token = &tokens[i];
    let mark = &text[token.span.range()];
    let Some(next) = tokens.get(i + 1) else { return true };
    let spaced = next.span.start > token.span.end;
    if closes_quote(mark) {
        // "…!" he said: the mark before the quote decides, and a small letter goes on.
        let after_stop = i > 0 && is_stop(&text[tokens[i - 1].span.range()]);
        return after_stop && spaced && begins_sentence(text, tokens, i + 1);
    }
    if !is_stop(mark) {
        // A dotted abbreviation may also end a sentence, when a capital follows: "in the U.S. The".
        return false;
    }
    if tokens.get(i + 1).is_some_and(|t| closes_quote(&text[t.span.range()]) || is_stop(&text[t.span.range()])) {
        return false;
    }
    if mark == "." {
        let abbreviated = i > 0 && {
            let before = &tokens[i - 1];
            let word = text[before.span.range()].to_lowercase();
            let initial = word.chars().count() == 1 && before.case != Case::None && before.kind == TokenKind::Word;
            before.span.end == token.span.start && (initial || ABBREVIATIONS.contains(&word.as_str()))
        };
        return spaced && !abbreviated && begins_sentence(text, tokens, i + 1);
    }
    true
}

fn begins_sentence(text: &str, tokens: &[Token], mut i: usize) -> bool {
    while let Some(token) = tokens.get(i) {
        match (token.kind, token.case) {
            (TokenKind::Word, Case::Lower) => return false,
            (TokenKind::Word | TokenKind::Number, _) => return true,
            (TokenKind::Punctuation, _) if matches!(&text[token.span.range()], "," | ";" | ")" | ":") => return false,
            _ => i += 1,
        }
    }
    true
}

fn is_stop(mark: &str) -> bool {
    matches!(mark, "." | "!" | "?" | "…" | "؟" | "۔" | "。")
}

fn closes_quote(mark: &str) -> bool {
    matches!(mark, "\"" | "”" | "»" | "’" | ")" | "]" | "“")
}

/// The first line is the headline when a text follows it and it does not end like a sentence. It may
/// hold two sentences: "غارات على لبنان.. قتيلان في صور".
fn mark_headline(text: &str, tokens: &[Token], sentences: &mut [Sentence]) {
    let count = sentences.iter().take_while(|s| s.paragraph == 0).count();
    let followed = count > 0 && count < sentences.len();
    if followed && !is_stop(&text[tokens[sentences[count - 1].tokens.end - 1].span.range()]) {
        sentences[..count].iter_mut().for_each(|s| s.role = Role::Headline);
    }
}

/// The first words of a sentence as a key, as many as the longest opening has and a few more.
fn opening_key(text: &str, tokens: &[Token], sentence: &Sentence) -> String {
    const TOKENS_MAX: usize = 8;
    let last = (sentence.tokens.start + TOKENS_MAX).min(sentence.tokens.end);
    let end = if last > sentence.tokens.start { tokens[last - 1].span.end } else { sentence.span.start };
    super::name_key(&text[sentence.span.start as usize..end as usize])
}

fn mark_residue(text: &str, tokens: &[Token], sentences: &mut [Sentence]) {
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| RESIDUE_OPENINGS.iter().map(|opening| super::name_key(opening)).collect());
    let keys: &[String] = &KEYS;
    let main_script = main_script(tokens);
    let first_body = sentences.iter().take_while(|s| s.role == Role::Headline).count();
    let last_paragraph = sentences.last().map_or(0, |s| s.paragraph);
    let mut residue_paragraph = None;
    let mut after_label = false;
    for sentence in sentences.iter_mut().skip(first_body) {
        let line = opening_key(text, tokens, sentence);
        let opens = keys.iter().any(|key| line.strip_prefix(key.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
        let short_in_other_script = sentence.paragraph == last_paragraph
            && last_paragraph > 0
            && sentence.tokens.len() <= 6
            && tokens[sentence.tokens.clone()].iter().filter(|t| t.kind == TokenKind::Word).all(|t| t.script != main_script);
        // Under a lone "Read also:" every line that is no sentence is the name of another article.
        let no_sentence = sentence.tokens.end > 0 && !is_stop(&text[tokens[sentence.tokens.end - 1].span.range()]);
        if short_in_other_script || (opens && opens_link(text, tokens, sentence)) || (after_label && no_sentence) {
            residue_paragraph = Some(sentence.paragraph);
        }
        after_label = residue_paragraph == Some(sentence.paragraph) && (after_label || (opens && sentence.tokens.len() <= 4));
        if residue_paragraph == Some(sentence.paragraph) {
            sentence.role = Role::Residue;
        }
    }
}

/// Whether the opening words stand as a label: alone on the line or before a colon or dash, so that
/// a sentence that merely begins with "More" is not thrown away.
fn opens_link(text: &str, tokens: &[Token], sentence: &Sentence) -> bool {
    let words = &tokens[sentence.tokens.clone()];
    let labelled = words.iter().take(6).any(|t| matches!(&text[t.span.range()], ":" | "—" | "–" | "|" | ">" | "»"));
    labelled || words.len() <= 4
}

fn main_script(tokens: &[Token]) -> Script {
    let count = |script| tokens.iter().filter(|t| t.script == script).count();
    [Script::Latin, Script::Cyrillic, Script::Arabic, Script::Other].into_iter().max_by_key(|s| count(*s)).unwrap_or(Script::None)
}

#[cfg(test)]
mod tests {
    use crate::text::{Role, Text};

    fn sentences(text: &str) -> Vec<(&str, Role)> {
        let cut = Text::new(text, None);
        cut.sentences.iter().map(|s| (cut.slice(s.span), s.role)).collect()
    }

    #[test]
    fn a_headline_a_body_and_page_residue_are_told_apart() {
        let got = sentences("Protest in Aktau\n\nPolice came. Nobody was hurt.\n\nRead also: Bus overturns in Almaty");
        assert_eq!(
            got,
            [
                ("Protest in Aktau", Role::Headline),
                ("Police came.", Role::Body),
                ("Nobody was hurt.", Role::Body),
                ("Read also: Bus overturns in Almaty", Role::Residue)
            ]
        );
    }

    #[test]
    fn a_headline_may_hold_two_sentences_and_a_link_may_stand_under_its_label() {
        let got = sentences("غارات على لبنان.. قتيلان في صور\n\nقتل شخصان في غارة.\n\nاقرأ أيضا:\n\nإضراب في تونس");
        let roles: Vec<Role> = got.iter().map(|s| s.1).collect();
        assert!(roles[..roles.len() - 3].iter().all(|r| *r == Role::Headline), "{got:?}");
        assert_eq!(roles[roles.len() - 3..], [Role::Body, Role::Residue, Role::Residue], "{got:?}");
    }

    #[test]
    fn abbreviations_and_quotes_do_not_end_sentences() {
        assert_eq!(sentences("В пос. Жетыбай на ул. Абая сгорел дом. Погибли двое.").len(), 2);
        assert_eq!(sentences("«Все спокойно!» – сказал аким. Митинг прошёл.").len(), 2);
        assert_eq!(sentences("Gen. Smith spoke. He left.").len(), 2);
        assert_eq!(sentences("اندلع حريق في بيروت. وقتل شخصان. هل من مزيد؟ لا").len(), 4);
    }

    #[test]
    fn what_goes_on_without_an_end_is_cut() {
        let lengths = |text: &str| Text::new(text, None).sentences.iter().map(|s| s.tokens.len()).collect::<Vec<_>>();
        assert_eq!(lengths(&"killed in Aktau ".repeat(400)), [500, 500, 200]);
        assert_eq!(lengths(&"5-".repeat(1000)), [1000, 1000]);
    }

    #[test]
    fn a_lone_last_line_in_another_script_is_residue() {
        let got = sentences("اندلع حريق في بيروت\n\nوقتل شخصان.\n\nLatest Posts");
        assert_eq!(got.last().map(|s| s.1), Some(Role::Residue));
    }
}
