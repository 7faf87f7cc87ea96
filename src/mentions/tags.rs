//! Hashtags and user names of a text, as ranges of tokens.
//!
//! Arabic joins the words of a hashtag with underscores: #حفر_الباطن is a name, and in #أمطار_الكويت one
//! word is. The first tells where; the second, like most tags of several words, tells what a post is
//! about, and those who annotate posts seldom count it.

use std::ops::Range;

use crate::text::{Text, TokenKind};

/// Where tokens stand in a hashtag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagPlace {
    /// In none.
    Outside,
    /// They are all of its words.
    Whole,
    /// They are some of its words.
    Part,
}

/// The hashtags and user names of a text, in order, each without its mark.
#[derive(Debug, Clone, Default)]
pub(super) struct Tags(Vec<Tag>);

#[derive(Debug, Clone)]
struct Tag {
    tokens: Range<usize>,
    is_user: bool,
}

impl Tags {
    /// Finds all tags of a text.
    pub fn of(text: &Text<'_>) -> Self {
        let mut tags = Vec::new();
        let mut at = 0;
        while at < text.tokens.len() {
            let end = if matches!(text.word(at), "#" | "@") { tag_end(text, at) } else { at + 1 };
            if end > at + 1 {
                tags.push(Tag { tokens: at + 1..end, is_user: text.word(at) == "@" });
            }
            at = end;
        }
        Self(tags)
    }

    /// All hashtags.
    pub fn hashtags(&self) -> impl Iterator<Item = &Range<usize>> {
        self.0.iter().filter(|tag| !tag.is_user).map(|tag| &tag.tokens)
    }

    /// The hashtag or user name that a token belongs to.
    pub fn over(&self, token: usize) -> Option<&Range<usize>> {
        self.tag_over(token).map(|tag| &tag.tokens)
    }

    fn tag_over(&self, token: usize) -> Option<&Tag> {
        let at = self.0.partition_point(|tag| tag.tokens.end <= token);
        self.0.get(at).filter(|tag| tag.tokens.contains(&token))
    }

    /// Where tokens stand in a tag; of the name of a user they are never more than a part.
    pub fn place_of(&self, tokens: &Range<usize>) -> TagPlace {
        match self.tag_over(tokens.start) {
            None => TagPlace::Outside,
            Some(tag) if !tag.is_user && tag.tokens.start == tokens.start && tag.tokens.end <= tokens.end => TagPlace::Whole,
            Some(_) => TagPlace::Part,
        }
    }
}

/// One past the last word of the tag whose mark stands at a token.
fn tag_end(text: &Text<'_>, mark: usize) -> usize {
    let is_joined = |at: usize| text.tokens[at - 1].span.end == text.tokens[at].span.start;
    let is_word = |at: usize| at < text.tokens.len() && text.tokens[at].kind != TokenKind::Punctuation && is_joined(at);
    let mut end = mark + 1;
    if !is_word(end) {
        return end;
    }
    end += 1;
    while end + 1 < text.tokens.len() && text.word(end) == "_" && is_joined(end) && is_word(end + 1) {
        end += 2;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reaches_over_underscores_and_no_further() {
        let text = Text::new("سيول #حفر_الباطن و#الرياض في #أمطار_الكويت_الآن _ # غزة @aja_egypt", None);
        let words = |tag: &Range<usize>| text.slice(text.span_over(tag));
        let tags = Tags::of(&text);
        assert_eq!(tags.hashtags().map(words).collect::<Vec<_>>(), ["حفر_الباطن", "الرياض", "أمطار_الكويت_الآن"]);
        let at = |word: &str| (0..text.tokens.len()).find(|at| text.word(*at) == word).unwrap();
        let place = |first: &str, last: &str| tags.place_of(&(at(first)..at(last) + 1));
        assert_eq!(place("حفر", "الباطن"), TagPlace::Whole);
        assert_eq!(place("الكويت", "الكويت"), TagPlace::Part);
        assert_eq!(place("أمطار", "الكويت"), TagPlace::Part);
        assert_eq!(place("غزة", "غزة"), TagPlace::Outside);
        assert_eq!(place("egypt", "egypt"), TagPlace::Part);
    }
}
