//! From a written word back to the forms that a dictionary would list.
//!
//! The gazetteer keeps names as dictionaries write them; texts inflect them. The functions here
//! propose and never decide: every proposal is looked up, and what is no name falls away.

use rustc_hash::FxHashMap;

/// One form that a written word may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form<'a> {
    /// The form, folded.
    pub text: &'a str,
    /// How many folded characters of the written word stand before the name: the clitics.
    pub skipped: usize,
    /// What was done to the written word.
    pub kind: FormKind,
}

/// What was done to a written word to come to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FormKind {
    /// Nothing.
    Exact,
    /// An ending was taken off or put back.
    Inflected,
    /// A word written together with it was taken off.
    Clitic,
}

/// The shortest stem that an ending may be taken off, and what the two must have together (Ор-ла).
const STEM_CHARS_MIN: usize = 1;
const WORD_CHARS_MIN: usize = 3;

/// The endings of a language: what may stand at the end of a word, and what the dictionary form has
/// in its place.
#[derive(Debug, Clone)]
pub struct Suffixes {
    by_ending: FxHashMap<&'static str, Vec<&'static str>>,
    longest_bytes: usize,
    /// How many endings may follow one another: 1 in Russian, more in Kazakh.
    chain: usize,
    /// Whether an ending may follow a stem, by sound: vowel harmony.
    agrees: fn(stem: &str, ending: &str) -> bool,
}

impl Suffixes {
    /// Reads a table with one ending a line, a tab, and the endings of the dictionary form
    /// separated by spaces, `-` for none. Lines that begin with `#` are comments.
    pub fn parse(table: &'static str, chain: usize, agrees: fn(&str, &str) -> bool) -> Self {
        let mut by_ending: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            if let Some((ending, lemmas)) = line.split_once('\t') {
                let lemmas = lemmas.split_whitespace().map(|lemma| if lemma == "-" { "" } else { lemma });
                // `-` as ending: the bare stem is an inflected form, as in a Slavic genitive plural.
                by_ending.entry(if ending == "-" { "" } else { ending }).or_default().extend(lemmas);
            }
        }
        let longest_bytes = by_ending.keys().map(|ending| ending.len()).max().unwrap_or(0);
        Self { by_ending, longest_bytes, chain, agrees }
    }

    /// The dictionary forms that `word` may come from.
    pub(super) fn lemmas(&self, word: &str, emit: &mut dyn FnMut(Form<'_>)) {
        self.descend(word, self.chain, &mut String::with_capacity(word.len() + 8), emit);
    }

    fn descend(&self, word: &str, depth: usize, scratch: &mut String, emit: &mut dyn FnMut(Form<'_>)) {
        let mut at = word.len();
        loop {
            let (stem, ending) = word.split_at(at);
            if let Some(lemmas) = self.by_ending.get(ending)
                && stem.chars().nth(STEM_CHARS_MIN - 1).is_some()
                && word.chars().nth(WORD_CHARS_MIN - 1).is_some()
                && (self.agrees)(stem, ending)
            {
                for lemma in lemmas {
                    scratch.clear();
                    scratch.push_str(stem);
                    scratch.push_str(lemma);
                    emit(Form { text: scratch, skipped: 0, kind: FormKind::Inflected });
                }
                if depth > 1 && !ending.is_empty() {
                    self.descend(stem, depth - 1, scratch, emit);
                }
            }
            match stem.char_indices().next_back() {
                Some((before, _)) if word.len() - before <= self.longest_bytes => at = before,
                _ => break,
            }
        }
    }
}

#[cfg(test)]
pub(super) fn forms_of(pack: &super::Pack, word: &str) -> Vec<String> {
    let mut forms = Vec::new();
    pack.forms(&crate::text::normalize::fold(word), |form| forms.push(form.text.to_owned()));
    forms
}
