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
use super::{Bound, Cue, near, words};

/// Words of the first group before the conjunction: "five men from the village and".
const GROUP_WORDS: usize = 4;
/// Words between the conjunction and the second group: "and their three small children".
const OPENING_WORDS: usize = 3;
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
    /// "including …", in order.
    pub subsets: &'a [Range<usize>],
    /// The sentence.
    pub sentence: &'a Range<usize>,
}

impl Company<'_> {
    /// Adds to those who stand at `group` the others that are told with them; `used` says which numbers
    /// are taken, and learns of the new ones.
    pub fn join(&self, bound: &mut Bound, group: Range<usize>, used: &mut [bool]) {
        let mut at = group.end;
        while let Some(next) = self.after(at, bound, used) {
            at = next;
        }
        let mut at = group.start;
        let mut listed = false;
        while let Some(next) = self.before(at, listed, bound, used) {
            (at, listed) = (next, true);
        }
    }

    /// Adds the group after `from`; where it ends.
    fn after(&self, from: usize, bound: &mut Bound, used: &mut [bool]) -> Option<usize> {
        let end = self.sentence.end.min(from + GROUP_WORDS + 1);
        let conjunction = (from..end).take_while(|&at| self.is_plain(at)).find(|&at| self.opens_group(at))?;
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
        let start = self.sentence.start.max(to.saturating_sub(OPENING_WORDS + 1));
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
        let group = || (start..conjunction).rev().take_while(|&at| self.is_plain(at));
        // "бір" of "бір бала" is a number, so the person is none besides.
        if let Some(i) = group().find_map(|at| self.free_number(used, |n| n.core.contains(&at))) {
            return self.take_number(i, bound, used).map(|n| n.tokens.start);
        }
        let person = group().find(|&at| self.is_person(at))?;
        self.take_person(person, bound).then_some(person)
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
            Lang::RU => !["л", "ла", "ло", "ли"].iter().any(|ending| text.folded(&text.tokens[at]).ends_with(ending)),
            _ => true,
        }
    }

    /// Whether a token may stand inside a group: no comma, no counting word, no place.
    fn is_plain(&self, at: usize) -> bool {
        let counting = self.cues.iter().any(|cue| cue.tokens.contains(&at));
        !self.marks.is_comma(at) && !counting && !self.marks.is(at, "{place}")
    }

    fn opens_group(&self, at: usize) -> bool {
        self.marks.is(at, "list_and") || self.is_attached(at)
    }

    /// Whether an Arabic word begins with the conjunction and names people.
    fn is_attached(&self, at: usize) -> bool {
        let is_number = || self.people.iter().any(|n| n.tokens.start <= at && at < n.core.end);
        self.marks.has_attached_and(at) && (self.marks.is(at, "person") || is_number())
    }

    fn is_person(&self, at: usize) -> bool {
        let clause = &self.cuts[clauses::of(self.cuts, at)];
        let subset = near(self.subsets, at).any(|s| clause.contains(&s.start) && s.end <= at);
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
        // A verb right behind is of this person alone; Arabic verbs stand before their people.
        let next = self.cues.iter().find(|cue| cue.tokens.start > at);
        let own = |cue: &Cue| cue.field != Some(bound.field) && words(self.marks, at + 1, cue.tokens.start) <= OWN_WORDS;
        if self.marks.text.lang != Lang::AR && next.is_some_and(own) {
            return false;
        }
        bound.value += 1;
        bound.span = bound.span.cover(self.marks.text.tokens[at].span);
        true
    }
}
