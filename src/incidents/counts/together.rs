//! Those told together: "three women and a child were killed" is four, "погибли мать и трое её детей" too.
//!
//! A number that no word took, or a lone person, that a conjunction joins to a counted number is
//! counted with it. A place or another counting word between them keeps them apart.

use std::ops::Range;

use crate::incidents::numbers::Number;
use crate::incidents::rules::Marks;
use crate::incidents::{Qualifier, clauses};
use crate::text::Lang;

use super::lone::is_lone;
use super::{Around, Bound, Cue, near, words};

/// Words of the first group before the conjunction: "five men from the village and".
const GROUP_WORDS: usize = 4;
/// Words between the conjunction and the second group: "and their three small children".
const OPENING_WORDS: usize = 3;
/// Tokens of an age between commas: ", aged 12,".
const AGE_TOKENS: usize = 6;
/// Words after a person within which another verb may be his own: "and a policeman was wounded".
const OWN_WORDS: usize = 2;

/// What may be told together with a number of a sentence.
pub struct Company<'a> {
    /// The text.
    pub marks: &'a Marks<'a>,
    /// Numbers that may count people, in order.
    pub people: &'a [&'a Number],
    /// Counting words, in order.
    pub cues: &'a [Cue],
    /// Clauses of the text.
    pub cuts: &'a [Range<usize>],
    /// Subsets and asides.
    pub around: &'a Around,
    /// The sentence.
    pub sentence: &'a Range<usize>,
}

impl Company<'_> {
    /// Adds to those who stand at `group` the others that are told with them; `used` says which numbers
    /// are taken, and learns of the new ones.
    pub fn join(&self, bound: &mut Bound, group: Range<usize>, used: &mut [bool]) {
        let mut at = group.end;
        let mut listed = false;
        while let Some(next) = self.after(at, bound, used) {
            (at, listed) = (next, true);
        }
        let mut at = group.start;
        while let Some(next) = self.before(at, listed, bound, used) {
            (at, listed) = (next, true);
        }
    }

    /// Adds the group after `from`; where it ends.
    fn after(&self, from: usize, bound: &mut Bound, used: &mut [bool]) -> Option<usize> {
        let end = self.sentence.end.min(from + GROUP_WORDS + 1);
        // "Six civilians, among them a woman and two children, and three fighters".
        let comma = (from..end).find(|&at| self.marks.is_comma(at));
        let aside = comma.and_then(|comma| near(&self.around.asides, comma).find(|aside| aside.start == comma + 1));
        let conjunction = match aside {
            Some(aside) => Some(aside.end).filter(|&at| at < self.sentence.end && self.opens_group(at))?,
            None => (from..end).take_while(|&at| self.is_plain(at)).find(|&at| self.opens_group(at))?,
        };
        let first = self.begin(conjunction);
        let plain = (first..self.sentence.end).take_while(|&at| self.is_plain(at));
        let opening = plain.filter(|&at| self.marks.is_word(at)).take(OPENING_WORDS + 1);
        for at in opening {
            if let Some(i) = self.free_number(used, |n| n.tokens.start <= at && at < n.core.end) {
                return self.take_number(i, bound, used).map(|n| n.core.end);
            }
            if self.is_person(at) {
                return self.take_person(at, bound).then_some(at + 1);
            }
            if !self.may_open(at, first) {
                return None;
            }
        }
        None
    }

    /// Adds the group before `to`, after a comma too in a list; where it begins.
    fn before(&self, to: usize, listed: bool, bound: &mut Bound, used: &mut [bool]) -> Option<usize> {
        // "его 61-летняя бабушка": an age is more tokens than words.
        let start = self.sentence.start.max(to.saturating_sub(OPENING_WORDS + 3));
        let conjunction = if self.is_attached(to) {
            to
        } else {
            let comma = |at: usize| listed && self.marks.is_comma(at);
            let found = (start..to).rev().take_while(|&at| self.is_plain(at) || comma(at)).find(|&at| self.opens_group(at) || comma(at))?;
            let first = self.begin(found);
            if !(first..to).all(|at| self.may_open(at, first)) {
                return None;
            }
            found
        };
        let start = self.sentence.start.max(conjunction.saturating_sub(GROUP_WORDS));
        // "The boy, aged 12, and his grandmother".
        let end = self.before_age(conjunction);
        let start = start.min(end.saturating_sub(GROUP_WORDS)).max(self.sentence.start);
        let group = || (start..end).rev().take_while(|&at| self.is_plain(at));
        // "15 пен 20 адам" is no sum.
        let bare = |n: &Number| n.core.end == conjunction && n.digits;
        if self.people.iter().any(|n| bare(n)) {
            return None;
        }
        // "бір" of "бір бала" is a number, so the person is none besides.
        if let Some(i) = group().find_map(|at| self.free_number(used, |n| n.core.contains(&at))) {
            return self.take_number(i, bound, used).map(|n| n.tokens.start);
        }
        let person = group().find(|&at| self.is_person(at))?;
        // "Killed a woman, 34, and two children suffered burns": she has a verb of her own.
        let own = |cue: &Cue| cue.field != Some(bound.field) && cue.tokens.end <= person && person - cue.tokens.end <= OPENING_WORDS;
        if end < conjunction && self.cues.iter().any(own) {
            return None;
        }
        self.take_person(person, bound).then_some(person)
    }

    /// Where the words before a conjunction end, an age between commas left out.
    fn before_age(&self, conjunction: usize) -> usize {
        let comma = |at: usize| self.marks.is_comma(at);
        if conjunction < 3 || !comma(conjunction - 1) {
            return conjunction;
        }
        let open = (conjunction.saturating_sub(AGE_TOKENS)..conjunction - 1).rev().find(|&at| comma(at));
        open.filter(|&open| self.marks.is(open + 1, "{n}") || self.marks.is(open + 2, "{n}")).unwrap_or(conjunction)
    }

    /// The first word of the group that a conjunction opens; an attached one is part of it.
    fn begin(&self, conjunction: usize) -> usize {
        if self.is_attached(conjunction) { conjunction } else { conjunction + 1 }
    }

    /// Whether a word may stand between the conjunction and those joined: "their", "elderly", no verb
    /// ("killed eleven and abducted 30").
    fn may_open(&self, at: usize, first: usize) -> bool {
        let text = self.marks.text;
        match text.lang {
            Lang::EN => at > first || self.marks.is(at, "article") || self.marks.is(at, "possessive"),
            Lang::RU => {
                !["л", "ла", "ло", "ли", "ив", "ав", "вшие", "вший"].iter().any(|ending| text.folded(&text.tokens[at]).ends_with(ending))
            }
            _ => true,
        }
    }

    /// Whether a token may stand inside a group: no comma, no verb, no counting word, no place but that
    /// of a people ("two Kenyans and a Ugandan").
    fn is_plain(&self, at: usize) -> bool {
        let counting = self.cues.iter().any(|cue| cue.words.contains(&(at as u32)));
        let verb = self.marks.is(at, "aux");
        !self.marks.is_comma(at) && !counting && !verb && (!self.marks.is(at, "{place}") || self.marks.is(at, "national"))
    }

    fn opens_group(&self, at: usize) -> bool {
        self.marks.is(at, "list_and") || self.is_attached(at)
    }

    /// Whether an Arabic word begins with the conjunction and names people.
    fn is_attached(&self, at: usize) -> bool {
        let is_number = || self.people.iter().any(|n| n.tokens.start <= at && at < n.core.end);
        let is_person = || self.marks.is(at, "person") || self.marks.is(at, "person1");
        self.marks.has_attached_and(at) && (is_person() || is_number())
    }

    fn is_person(&self, at: usize) -> bool {
        let clause = &self.cuts[clauses::of(self.cuts, at)];
        let subset = near(&self.around.subsets, at).any(|s| clause.contains(&s.start) && s.end <= at);
        !subset && is_lone(self.marks, at, clause)
    }

    fn free_number(&self, used: &[bool], is_there: impl Fn(&Number) -> bool) -> Option<usize> {
        (0..self.people.len()).find(|&i| !used[i] && is_there(self.people[i]))
    }

    fn take_number(&self, i: usize, bound: &mut Bound, used: &mut [bool]) -> Option<&Number> {
        let number = self.people[i];
        bound.value = bound.value.checked_add(number.count()?)?;
        if bound.qualifier == Qualifier::Exact {
            bound.qualifier = number.qualifier;
        }
        bound.span = bound.span.cover(self.marks.text.span_over(&number.tokens));
        used[i] = true;
        Some(number)
    }

    fn take_person(&self, at: usize, bound: &mut Bound) -> bool {
        // A verb right behind is of this person alone, unless "and" or a comma begins it or it has a
        // number; Arabic verbs stand before their people.
        let next = self.cues.iter().find(|cue| cue.tokens.start > at);
        let parted = |t: usize| self.marks.is(t, "list_and") || self.marks.is(t, "{n}") || self.marks.is_comma(t);
        let joined = |cue: &Cue| (at + 1..cue.tokens.start).any(parted);
        let near = |cue: &Cue| words(self.marks, at + 1, cue.tokens.start) <= OWN_WORDS;
        let own = |cue: &Cue| cue.field != Some(bound.field) && near(cue) && !joined(cue);
        if self.marks.text.lang != Lang::AR && next.is_some_and(own) {
            return false;
        }
        bound.value += 1;
        bound.span = bound.span.cover(self.marks.text.tokens[at].span);
        true
    }
}
