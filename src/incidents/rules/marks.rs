//! What the tables of a language see in one document: classes of its words, spans, matches.

use std::ops::Range;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::text::{Lang, Script, Text, Token, TokenKind};

use super::lexicon::{Atom, Element, Label, Lexicon, Rule, Table};

/// An atom that begins at a token, with the number of tokens it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    atom: Atom,
    len: u16,
}

/// A document read with the lexicon of its language.
#[derive(Debug)]
pub struct Marks<'t> {
    /// The document.
    pub text: &'t Text<'t>,
    /// The lexicon.
    pub lexicon: &'static Lexicon,
    marks: Vec<SmallVec<[Mark; 4]>>,
    breaks: Vec<Break>,
}

/// Some atoms of a lexicon.
struct AtomSet {
    bits: Vec<u64>,
}

impl AtomSet {
    fn of_none(lexicon: &Lexicon) -> Self {
        Self { bits: vec![0; lexicon.begins_span.len().div_ceil(64)] }
    }

    fn add(&mut self, atom: Atom) {
        self.bits[atom as usize / 64] |= 1 << (atom % 64);
    }

    fn has(&self, atom: Atom) -> bool {
        self.bits[atom as usize / 64] >> (atom % 64) & 1 == 1
    }
}

/// What a token is to a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Break {
    /// A word or number.
    Word,
    /// A hyphen or quotation mark: not seen.
    Transparent,
    /// A comma or the like: gaps end there.
    Comma,
}

/// A pattern found in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The label of the pattern's line.
    pub label: Label,
    /// The token that each element took.
    pub steps: SmallVec<[u32; 4]>,
    /// All tokens from the first to the last element.
    pub tokens: Range<usize>,
}

impl Match {
    /// The first token.
    pub fn at(&self) -> usize {
        self.tokens.start
    }
}

impl<'t> Marks<'t> {
    /// Looks up every token of `text`.
    pub fn new(text: &'t Text<'t>, lexicon: &'static Lexicon) -> Self {
        let mut marks = Vec::with_capacity(text.tokens.len());
        let mut breaks = Vec::with_capacity(text.tokens.len());
        let mut atoms: SmallVec<[Atom; 8]> = SmallVec::new();
        for token in &text.tokens {
            breaks.push(break_of(text, token));
            atoms.clear();
            match token.kind {
                TokenKind::Word => for_each_form(text, token, lexicon.lang, |form| lexicon.look_up(form, &mut atoms)),
                TokenKind::Number | TokenKind::Punctuation => lexicon.look_up(text.folded(token), &mut atoms),
            }
            marks.push(atoms.iter().map(|&atom| Mark { atom, len: 1 }).collect::<SmallVec<[Mark; 4]>>());
        }
        let mut read = Self { text, lexicon, marks, breaks };
        read.mark_spans();
        read
    }

    /// Marks the terms of several words. A rule may use what an earlier one has marked.
    fn mark_spans(&mut self) {
        let mut starts: FxHashMap<Atom, Vec<usize>> = FxHashMap::default();
        for (at, marks) in self.marks.iter().enumerate() {
            for mark in marks.iter().filter(|mark| self.lexicon.begins_span[mark.atom as usize]) {
                starts.entry(mark.atom).or_default().push(at);
            }
        }
        for rule in &self.lexicon.spans {
            let Some(places) = starts.get(&rule.elements[0].atom) else { continue };
            let found: Vec<Range<usize>> = places
                .iter()
                .filter_map(|&at| {
                    let sentence = self.text.sentences.get(self.text.sentence_of(at)).filter(|s| s.tokens.contains(&at))?;
                    Some(self.match_at(rule, at, sentence.tokens.end)?.tokens)
                })
                .collect();
            for tokens in found {
                if self.lexicon.begins_span[rule.label as usize] {
                    starts.entry(rule.label).or_default().push(tokens.start);
                }
                self.add(rule.label, tokens);
            }
        }
    }

    /// Marks a slot, such as `{place}`, over a range of tokens; slots that no pattern names are
    /// left out.
    pub fn add_slot(&mut self, slot: &str, tokens: Range<usize>) {
        if let Some(atom) = self.lexicon.class(slot) {
            self.add(atom, tokens);
        }
    }

    fn add(&mut self, atom: Atom, tokens: Range<usize>) {
        if let Some(marks) = self.marks.get_mut(tokens.start) {
            marks.retain(|m| m.atom != atom || m.len as usize > tokens.len());
            if !marks.iter().any(|m| m.atom == atom) {
                marks.push(Mark { atom, len: tokens.len().clamp(1, u16::MAX as usize) as u16 });
            }
        }
    }

    /// Whether a token begins something of this class.
    pub fn is(&self, token: usize, class: &str) -> bool {
        self.class_len(token, class).is_some()
    }

    /// The number of tokens that a class covers from this token.
    pub fn class_len(&self, token: usize, class: &str) -> Option<usize> {
        self.has_marks(token).then(|| self.len_of(token, self.lexicon.class(class)?))?
    }

    /// The number that a token stands for in a class: the month, the weekday; and its length.
    pub fn value(&self, token: usize, class: &str) -> Option<(i64, usize)> {
        let marks = self.marks.get(token).filter(|marks| !marks.is_empty())?;
        let class = self.lexicon.class(class)?;
        let valued = marks.iter().filter_map(|m| {
            let (of, value) = self.lexicon.value(m.atom)?;
            (of == class).then_some((value, m.len as usize))
        });
        valued.max_by_key(|&(_, len)| len)
    }

    /// Asked before a class is looked up by its name, which costs more.
    fn has_marks(&self, token: usize) -> bool {
        self.marks.get(token).is_some_and(|marks| !marks.is_empty())
    }

    fn len_of(&self, token: usize, atom: Atom) -> Option<usize> {
        self.marks.get(token)?.iter().find(|m| m.atom == atom).map(|m| m.len as usize)
    }

    /// Whether a token is a comma, a dash or the like, where clauses may end.
    pub fn is_comma(&self, token: usize) -> bool {
        self.breaks.get(token) == Some(&Break::Comma)
    }

    /// Whether "and" is written on an Arabic word: "وأصيب".
    pub fn has_attached_and(&self, token: usize) -> bool {
        self.text.lang == Lang::AR && self.text.tokens.get(token).is_some_and(|t| self.text.folded(t).starts_with('و'))
    }

    /// Whether a token is a dash or a hyphen.
    pub fn is_dash(&self, token: usize) -> bool {
        self.text.tokens.get(token).is_some_and(|t| matches!(self.text.slice(t.span), "—" | "–" | "-"))
    }

    /// Whether a token stands between a word and its number: "Погибших — 14", "Killed: 14".
    pub fn is_dash_or_colon(&self, token: usize) -> bool {
        self.is_dash(token) || self.text.tokens.get(token).is_some_and(|t| self.text.slice(t.span) == ":")
    }

    /// Whether a token is a word or number.
    pub fn is_word(&self, token: usize) -> bool {
        self.breaks.get(token) == Some(&Break::Word)
    }

    /// All matches of a table in some tokens, those of a sentence, in order of their first token.
    pub fn matches(&self, table: Table, tokens: Range<usize>) -> Vec<Match> {
        let mut found = Vec::new();
        let by_first = &self.lexicon.by_first[table as usize];
        // Most patterns that begin with a word of a sentence want another that it does not have.
        let present = self.present_in(&tokens);
        for at in tokens.clone() {
            for mark in &self.marks[at] {
                for lead in by_first[mark.atom as usize].iter().filter(|lead| present.has(lead.wanted)) {
                    let rule = &self.lexicon.rules[lead.rule as usize];
                    if rule.elements[1..].iter().all(|element| element.negated || present.has(element.atom))
                        && let Some(hit) = self.match_at(rule, at, tokens.end)
                        && !found.contains(&hit)
                    {
                        found.push(hit);
                    }
                }
            }
        }
        found
    }

    fn present_in(&self, tokens: &Range<usize>) -> AtomSet {
        let mut present = AtomSet::of_none(self.lexicon);
        self.marks[tokens.clone()].iter().flatten().for_each(|mark| present.add(mark.atom));
        present
    }

    fn match_at(&self, rule: &Rule, at: usize, end: usize) -> Option<Match> {
        let first = rule.elements[0];
        let len = self.len_of(at, first.atom)?;
        if let Some(atom) = rule.not_before
            && self.word_before(at).is_some_and(|before| self.len_of(before, atom).is_some())
        {
            return None;
        }
        let mut steps = SmallVec::from_slice(&[at as u32]);
        let stop = self.match_rest(&rule.elements[1..], at + len, end, &mut steps)?;
        Some(Match { label: rule.label, steps, tokens: at..stop })
    }

    /// Matches the remaining elements from token `at`; gives one past the last token.
    fn match_rest(&self, elements: &[Element], at: usize, end: usize, steps: &mut SmallVec<[u32; 4]>) -> Option<usize> {
        let Some(element) = elements.first() else { return Some(at) };
        if element.negated {
            let next = self.skip_transparent(at, end);
            if next < end && self.len_of(next, element.atom).is_some() {
                return None;
            }
            return self.match_rest(&elements[1..], at, end, steps);
        }
        let mut at = self.skip_transparent(at, end);
        let mut skipped = 0;
        while at < end {
            if let Some(len) = self.len_of(at, element.atom) {
                steps.push(at as u32);
                if let Some(stop) = self.match_rest(&elements[1..], (at + len).min(end), end, steps) {
                    return Some(stop);
                }
                steps.pop();
            }
            if skipped == element.gap || (self.is_comma(at) && !element.over_commas) {
                return None;
            }
            skipped += u8::from(self.is_word(at));
            at = self.skip_transparent(at + 1, end);
        }
        None
    }

    fn skip_transparent(&self, mut at: usize, end: usize) -> usize {
        while at < end && self.breaks[at] == Break::Transparent {
            at += 1;
        }
        at
    }

    /// The word or comma before a token, quotation marks left out.
    pub fn word_before(&self, at: usize) -> Option<usize> {
        self.breaks[..at].iter().rposition(|b| *b != Break::Transparent)
    }
}

fn break_of(text: &Text<'_>, token: &Token) -> Break {
    if token.kind != TokenKind::Punctuation {
        return Break::Word;
    }
    match text.slice(token.span) {
        "-" | "‑" | "\"" | "«" | "»" | "“" | "”" | "„" | "‘" | "’" | "'" => Break::Transparent,
        s if s.starts_with(['\'', '’']) => Break::Transparent,
        _ => Break::Comma,
    }
}

/// Calls `each` with every form under which a word may stand in the tables.
fn for_each_form(text: &Text<'_>, token: &Token, lang: Lang, mut each: impl FnMut(&str)) {
    let folded = text.folded(token);
    match lang {
        Lang::AR if token.script == Script::Arabic => for_each_arabic(folded, each),
        Lang::KK if token.script == Script::Latin => each(&kazakh_cyrillic(text.slice(token.span))),
        _ => each(folded),
    }
}

/// A folded Arabic word with and without its proclitics: conjunction, preposition or future sin,
/// article. What is left keeps at least two letters, three after a single-letter preposition, so
/// that short roots are not eaten.
fn for_each_arabic(word: &str, mut each: impl FnMut(&str)) {
    each(word);
    let conjunction = word.strip_prefix(['و', 'ف']).filter(|rest| letters(rest) >= 2);
    for base in [Some(word), conjunction].into_iter().flatten() {
        if base.len() != word.len() {
            each(base);
        }
        let bare = base.strip_prefix("ال").filter(|rest| letters(rest) >= 2);
        if let Some(bare) = bare {
            each(bare);
        }
        if let Some(rest) = base.strip_prefix("لل").filter(|rest| letters(rest) >= 2) {
            each(rest);
        }
        if let Some(rest) = base.strip_prefix(['ب', 'ل', 'ك', 'س']).filter(|rest| letters(rest) >= 3) {
            each(rest);
            if let Some(bare) = rest.strip_prefix("ال").filter(|bare| letters(bare) >= 2) {
                each(bare);
            }
        }
    }
}

fn letters(word: &str) -> usize {
    word.chars().count()
}

/// A Kazakh word in the Latin alphabet of 2021 in Cyrillic, lower case.
fn kazakh_cyrillic(word: &str) -> String {
    let mut out = String::with_capacity(word.len() * 2);
    for c in word.chars().flat_map(char::to_lowercase) {
        let after_vowel = out.ends_with(['а', 'ә', 'е', 'о', 'ө', 'ұ', 'ү', 'ы', 'і', 'и']);
        out.push(match c {
            'i' if after_vowel => 'й',
            'a' => 'а',
            'ä' => 'ә',
            'b' => 'б',
            'd' => 'д',
            'e' => 'е',
            'f' => 'ф',
            'g' => 'г',
            'ğ' => 'ғ',
            'h' => 'х',
            'ı' => 'і',
            'i' => 'и',
            'ï' => 'и',
            'j' => 'ж',
            'k' => 'к',
            'l' => 'л',
            'm' => 'м',
            'n' => 'н',
            'ñ' => 'ң',
            'o' => 'о',
            'ö' => 'ө',
            'p' => 'п',
            'q' => 'қ',
            'r' => 'р',
            's' => 'с',
            'ş' => 'ш',
            't' => 'т',
            'u' => 'у',
            'ū' => 'ұ',
            'ü' => 'ү',
            'v' => 'в',
            'w' => 'у',
            'y' => 'ы',
            'z' => 'з',
            other => other,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_words_are_seen_without_their_clitics() {
        let check = |word: &str, want: &str| {
            let mut forms = Vec::new();
            for_each_arabic(word, |form| forms.push(form.to_owned()));
            assert!(forms.iter().any(|f| f == want), "{word}: {forms:?}");
        };
        check("واعتقلت", "اعتقلت");
        check("بالانفجار", "انفجار");
        check("للشرطه", "شرطه");
        check("وسيعقد", "يعقد");
        check("وفاه", "وفاه");
    }

    #[test]
    fn latin_kazakh_is_read_as_cyrillic() {
        assert_eq!(kazakh_cyrillic("Qūrylysşy"), "құрылысшы");
        assert_eq!(kazakh_cyrillic("jeksenbı"), "жексенбі");
        assert_eq!(kazakh_cyrillic("künı"), "күні");
        assert_eq!(kazakh_cyrillic("üi"), "үй");
    }
}
