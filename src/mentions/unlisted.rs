//! Names that the gazetteer lacks, but that the text marks as places: "село X", "X ауылы", "مدينتي X
//! وY", "X County".
//!
//! The trained tagger marks more of them; here only cue words do, and the judge weighs both. They have
//! no bearers yet; [`crate::places`] tries them by sound inside the countries of the
//! document, and leaves them unresolved when nothing sounds alike.

use std::ops::Range;

use super::matcher::pack_of;
use super::surroundings::{cue_after, cue_before, word_after, word_before};
use super::tags::Tags;
use super::{FoundBy, Mention, Usage};
use crate::gazetteer::Class;
use crate::lang::ar::names;
use crate::lang::{Cue, FormKind};
use crate::text::{Case, Script, Sentence, Span, Text, TokenKind};

/// The longest name in words that is taken without the gazetteer.
const NAME_WORDS_MAX: usize = 3;
/// The shortest name in letters.
const NAME_CHARS_MIN: usize = 3;

/// A name that the words beside it mark.
#[derive(Debug, Clone)]
pub(super) struct Cued {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// What marks it.
    pub cue: NameCue,
}

/// What marks a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameCue {
    /// A word for a kind of place beside it.
    Kind(Class),
    /// It begins with a word for a building, site or street.
    Facility,
    /// It is a hashtag behind "in" or "from".
    Tag,
}

impl NameCue {
    /// The class of place demanded.
    pub fn class(self) -> Option<Class> {
        match self {
            Self::Kind(class) => Some(class),
            Self::Facility | Self::Tag => None,
        }
    }
}

/// Names marked by a cue word, over tokens that are not taken.
pub(super) fn find(text: &Text<'_>, tags: &Tags, is_taken: impl Fn(&Range<usize>) -> bool, scratch: &mut String) -> Vec<Cued> {
    let mut found: Vec<Cued> = Vec::new();
    for sentence in &text.sentences {
        let mut at = sentence.tokens.start;
        while at < sentence.tokens.end {
            let name = name_at(text, sentence.tokens.end, at);
            let Some(tokens) = name.filter(|tokens| !is_taken(tokens)) else {
                at += 1;
                continue;
            };
            let word = word_before(text, sentence, tokens.start);
            let before = word.map_or(Cue::NONE, |word| cue_before(text, sentence, word, scratch).0);
            let cued = if text.tokens[tokens.start].script == Script::Arabic {
                arabic(text, sentence, tags, tokens.start, word, before, found.last())
            } else {
                let after = word_after(text, sentence, tokens.end).map_or(Cue::NONE, |word| cue_after(text, sentence, word, scratch).0);
                let class = before.class_before().or(after.class_after());
                class.map(|class| Cued { tokens: tokens.clone(), cue: NameCue::Kind(class) })
            };
            let is_new = |cued: &Cued| found.last().is_none_or(|last| last.tokens.end <= cued.tokens.start) && !is_taken(&cued.tokens);
            let cued = cued.filter(is_new);
            at = cued.as_ref().map_or(tokens.end, |cued| cued.tokens.end);
            found.extend(cued);
        }
    }
    found
}

/// The words from a token on that look like a name: capitals in a row; in Arabic one word.
fn name_at(text: &Text<'_>, end: usize, start: usize) -> Option<Range<usize>> {
    let first = &text.tokens[start];
    if first.kind != TokenKind::Word {
        return None;
    }
    if first.script == Script::Arabic {
        return is_long_enough(text, start).then_some(start..start + 1);
    }
    let is_capital = |at: usize| matches!(text.tokens[at].case, Case::Title | Case::Mixed) && text.tokens[at].kind == TokenKind::Word;
    if !is_capital(start) || !is_long_enough(text, start) {
        return None;
    }
    let cues = |at: usize| cues_of(text, at);
    // "County Council" and "Город Алматы" begin with a cue, not with a name.
    if cues(start).any(Cue::HEAD_BEFORE | Cue::HEAD_AFTER | Cue::COMMON | Cue::LOCATIVE | Cue::FROM | Cue::PERSON_BEFORE | Cue::PART) {
        return None;
    }
    let mut last = start + 1;
    while last < end && last - start < NAME_WORDS_MAX && is_capital(last) && !cues(last).any(Cue::HEAD_BEFORE | Cue::HEAD_AFTER) {
        last += 1;
    }
    Some(start..last)
}

/// Arabic has no capitals; its grammar marks names instead. A noun without the article before one with
/// it, or before a name, is "the X of": قرية اليامون, مستشفى الملك فهد. What stands behind "in" as a hashtag
/// is mostly where. And "the two cities of X and Y" passes its head on.
fn arabic(
    text: &Text<'_>,
    sentence: &Sentence,
    tags: &Tags,
    start: usize,
    head: Option<usize>,
    before: Cue,
    last: Option<&Cued>,
) -> Option<Cued> {
    let cues = cues_of(text, start);
    if cues.any(Cue::HEAD_BEFORE | Cue::FACILITY_BEFORE | Cue::STREET_BEFORE | Cue::LOCATIVE | Cue::FROM | Cue::TO | Cue::SAYING | Cue::AND)
    {
        return None;
    }
    let end = name_end(text, sentence, start);
    let kind = |class| Some(Cued { tokens: start..end, cue: NameCue::Kind(class) });
    // With the article or a possessive a noun is nobody's head: المدينة الجميلة, محطتها الأخيرة.
    let head = head.filter(|head| !is_definite(text, *head) && is_bare(text, *head));
    if head.is_some() && before.any(Cue::CITY_BEFORE | Cue::ADMIN1_BEFORE | Cue::ADMIN2_BEFORE) && cues.is_empty() {
        return before.class_before().and_then(kind);
    }
    // بطريق and عن طريق are "by way of".
    let is_way =
        |head: &usize| text.folded(&text.tokens[*head]).ends_with("بطريق") || *head > 0 && text.folded(&text.tokens[*head - 1]) == "عن";
    let is_site = before.any(Cue::SITE_BEFORE) && before.any(Cue::FACILITY_BEFORE | Cue::STREET_BEFORE);
    if let Some(head) = head.filter(|head| is_site && !is_way(head)) {
        return Some(Cued { tokens: head..end, cue: NameCue::Facility });
    }
    let word = text.folded(&text.tokens[start]);
    if let Some(Cued { tokens, cue: NameCue::Kind(class) }) = last
        && tokens.end == start
        && word.starts_with('و')
        && cues.is_empty()
    {
        return kind(*class);
    }
    let tag = tags.over(start).filter(|tag| tag.start == start)?;
    (cues.is_empty() && before.any(Cue::LOCATIVE | Cue::FROM)).then(|| Cued { tokens: tag.clone(), cue: NameCue::Tag })
}

/// One past the last word of an Arabic name: words that begin names take the next one with them
/// (أم الهيمان, الملك فهد), and "the international" and the like end them.
fn name_end(text: &Text<'_>, sentence: &Sentence, start: usize) -> usize {
    let mut end = start + 1;
    let next = |end: usize| {
        let at = if text.tokens.get(end).is_some_and(|t| text.slice(t.span) == "_") { end + 1 } else { end };
        (at < sentence.tokens.end && text.tokens[at].kind == TokenKind::Word).then_some(at)
    };
    while let Some(at) = next(end).filter(|_| end - start < NAME_WORDS_MAX * 2) {
        let goes_on =
            names::BEGIN.contains(&text.folded(&text.tokens[end - 1])) && !cues_of(text, at).any(Cue::LOCATIVE | Cue::FROM | Cue::TO);
        if !goes_on && !names::END.contains(&text.folded(&text.tokens[at])) {
            break;
        }
        end = at + 1;
    }
    end
}

/// Whether an Arabic word has the article, behind whatever other particles.
pub(super) fn is_definite(text: &Text<'_>, token: usize) -> bool {
    let word = text.folded(&text.tokens[token]);
    let rest = word.trim_start_matches(['و', 'ف']);
    let rest = rest.strip_prefix(['ب', 'ك']).unwrap_or(rest);
    word.starts_with("ال") || rest.starts_with("ال") || rest.starts_with("لل")
}

/// Whether an Arabic word is known without an ending taken off.
fn is_bare(text: &Text<'_>, token: usize) -> bool {
    let pack = pack_of(text, &text.tokens[token]);
    let mut is_known = false;
    pack.forms(text.folded(&text.tokens[token]), |form| is_known |= !pack.cues.get(form.text).is_empty());
    is_known
}

fn cues_of(text: &Text<'_>, token: usize) -> Cue {
    pack_of(text, &text.tokens[token]).cue_of(text.folded(&text.tokens[token]))
}

/// The mention of a name that the gazetteer lacks.
pub(super) fn mention(
    text: &Text<'_>,
    tokens: Range<usize>,
    class: Option<Class>,
    chance: f32,
    found_by: FoundBy,
    usage: Usage,
) -> Mention {
    let first = &text.tokens[tokens.start];
    let mut start = first.span.start as usize;
    // و before a name that nothing is known of is "and".
    if class.is_some() && first.script == Script::Arabic && text.folded(first).starts_with('و') {
        start = text.after_folded(first, 1);
    }
    let span = Span::new(start, text.tokens[tokens.end - 1].span.end as usize);
    Mention {
        span,
        tokens,
        usage,
        found_by,
        class_cue: class,
        bearers: Vec::new(),
        chance,
        form: FormKind::Exact,
        offset: None,
        position: None,
    }
}

fn is_long_enough(text: &Text<'_>, token: usize) -> bool {
    text.folded(&text.tokens[token]).chars().nth(NAME_CHARS_MIN - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[track_caller]
    fn check(text: &str, want: &[(&str, NameCue)]) {
        let text = Text::new(text, Some(Lang::AR));
        let found = find(&text, &Tags::of(&text), |_| false, &mut String::new());
        let name = |cued: &Cued| text.slice(text.span_over(&cued.tokens));
        assert_eq!(found.iter().map(|cued| (name(cued), cued.cue)).collect::<Vec<_>>(), want, "{}", text.original);
    }

    #[test]
    fn a_word_for_a_building_or_street_begins_an_arabic_name() {
        check("حريق في مستشفى الملك فهد اليوم", &[("مستشفى الملك فهد", NameCue::Facility)]);
        check("انفجار أمام #معهد_الأورام", &[("معهد_الأورام", NameCue::Facility)]);
        check("غرق نفق المنقف", &[("نفق المنقف", NameCue::Facility)]);
        check("وصل إلى مطار الكويت الدولي", &[("مطار الكويت الدولي", NameCue::Facility)]);
    }

    #[test]
    fn a_word_for_a_kind_of_place_is_followed_by_a_name_with_the_article() {
        check("وثائق من قرية اليامون", &[("اليامون", NameCue::Kind(Class::City))]);
    }

    #[test]
    fn a_noun_with_the_article_or_a_possessive_and_by_way_of_begin_no_name() {
        check("المستشفى الجديد", &[]);
        check("محطتها الأخيرة", &[]);
        check("قُتل بطريق الخطأ", &[]);
        check("اتصل عن طريق الهاتف", &[]);
    }

    #[test]
    fn a_hashtag_behind_in_may_be_where() {
        check("انفجار في #المنيل", &[("المنيل", NameCue::Tag)]);
    }
}
