//! A report as a sequence of tokens and sentences, with every token folded for comparison.
//!
//! First stage of the analysis. Nothing here knows places or incidents; every later stage reads
//! the [`Text`] made here and points back into the original by [`Span`].

pub mod language;
pub mod normalize;
pub mod offsets;
pub mod script;
mod sentences;
mod span;
mod tokens;

pub use language::Lang;
pub use script::Script;
pub use sentences::{Role, Sentence};
pub use span::Span;
pub use tokens::{Case, Token, TokenKind, spaced_words};

/// A report cut into tokens and sentences.
///
/// ```
/// use oqiga::text::{Lang, Text};
/// let text = Text::new("Взрыв в Актау. Пострадали двое.", None);
/// assert_eq!(text.lang, Lang::RU);
/// assert_eq!(text.sentences.len(), 2);
/// assert_eq!(text.folded(&text.tokens[2]), "актау");
/// ```
#[derive(Debug, Clone)]
pub struct Text<'a> {
    /// The text as it came; all spans point into it.
    pub original: &'a str,
    /// The language of the text as a whole.
    pub lang: Lang,
    /// All tokens, in order, without white space.
    pub tokens: Vec<Token>,
    /// All sentences, in order; each covers a range of tokens.
    pub sentences: Vec<Sentence>,
    folded: String,
}

impl<'a> Text<'a> {
    /// Cuts `original` up; `lang` overrules the detected language.
    pub fn new(original: &'a str, lang: Option<Lang>) -> Self {
        let (mut tokens, mut folded) = tokens::tokenize(original);
        let lang = lang.unwrap_or_else(|| language::detect(original));
        if lang == Lang::KK && tokens::is_mostly_latin(&tokens) {
            folded = tokens::refold_kazakh_latin(original, &mut tokens);
        }
        let sentences = sentences::split(original, &tokens, lang);
        Self { original, lang, tokens, sentences, folded }
    }

    /// The folded form of a token, for comparison with folded names (see [`normalize::fold`]).
    pub fn folded(&self, token: &Token) -> &str {
        &self.folded[token.folded.range()]
    }

    /// The original text under a span.
    pub fn slice(&self, span: Span) -> &'a str {
        &self.original[span.range()]
    }

    /// The original text of token number `token`.
    pub fn word(&self, token: usize) -> &'a str {
        self.slice(self.tokens[token].span)
    }

    /// The byte of the original after the first `skipped` folded characters of a token: where a name
    /// begins that has clitics before it.
    pub fn after_folded(&self, token: &Token, skipped: usize) -> usize {
        let start = token.span.start as usize;
        let mut left = skipped;
        for (at, c) in self.slice(token.span).char_indices() {
            let letters = normalize::fold(c.encode_utf8(&mut [0; 4])).chars().count();
            if letters > 0 && left == 0 {
                return start + at;
            }
            left = left.saturating_sub(letters);
        }
        start
    }

    /// The sentence that holds token number `token`.
    pub fn sentence_of(&self, token: usize) -> usize {
        self.sentences.partition_point(|s| s.tokens.end <= token).min(self.sentences.len().saturating_sub(1))
    }

    /// The span from the first to the last of some tokens, which are not none.
    pub fn span_over(&self, tokens: &std::ops::Range<usize>) -> Span {
        self.tokens[tokens.start].span.cover(self.tokens[tokens.end - 1].span)
    }

    /// The tokens that lie wholly or partly under a span, as a range of token numbers.
    pub fn tokens_in(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.tokens.partition_point(|t| t.span.end <= span.start);
        let end = self.tokens.partition_point(|t| t.span.start < span.end);
        start..end.max(start)
    }
}

/// A span with the particles that are written on its first word: in Arabic they are letters of it.
///
/// ```
/// use oqiga::text::{Span, with_particles};
/// let text = "انفجار ببيروت";
/// let name = Span::new(text.find("بيروت").unwrap(), text.len());
/// assert_eq!(&text[with_particles(text, name).range()], "ببيروت");
/// ```
pub fn with_particles(text: &str, span: Span) -> Span {
    let is_of_word =
        |c: char| Script::of_char(c) == Script::Arabic && (c.is_alphabetic() || normalize::fold(c.encode_utf8(&mut [0; 4])).is_empty());
    let start = span.start as usize;
    let before = text[..start].chars().rev().take_while(|c| is_of_word(*c)).map(char::len_utf8).sum::<usize>();
    Span::new(start - before, span.end as usize)
}

/// The folded tokens of a name joined by single spaces: the key under which names are kept and
/// looked up. Text and gazetteer share the tokenizer, so a name in running text and the same name
/// in the gazetteer get the same key.
///
/// ```
/// assert_eq!(oqiga::text::name_key("Усть-Каменогорск"), "усть каменогорск");
/// assert_eq!(oqiga::text::name_key("أكتاو"), "اكتاو");
/// ```
pub fn name_key(name: &str) -> String {
    let mut key = spaced_words(name);
    if !key.is_empty() {
        key.remove(0);
    }
    key
}
