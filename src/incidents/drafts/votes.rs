//! What the triggers of a draft say that it is, and what they decide for together.

use std::ops::{Deref, Range};

use super::{decide, rank};

/// A trigger that speaks for a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The type.
    pub event_type: &'static str,
    /// Sentence of the trigger.
    pub sentence: usize,
    /// Tokens of the trigger.
    pub tokens: Range<usize>,
    /// Gives way to any other.
    pub weak: bool,
}

/// The votes of a draft, in order. They only grow, but for the few edits below, so the decision is
/// kept: it is asked for again with every sentence of a text.
#[derive(Debug, Clone)]
pub struct Votes {
    all: Vec<Vote>,
    event_type: &'static str,
    rank: Option<(bool, u8)>,
}

impl Default for Votes {
    fn default() -> Self {
        Self::of(Vec::new())
    }
}

impl Votes {
    /// These votes.
    pub fn of(all: Vec<Vote>) -> Self {
        let event_type = decide(all.iter().map(|v| (v.weak, v.event_type)));
        let rank = all.iter().map(|v| rank(v.weak, v.event_type)).max();
        Self { all, event_type, rank }
    }

    /// The type that they decide for.
    pub fn event_type(&self) -> &'static str {
        self.event_type
    }

    /// One more, which of equals is the one that decides.
    pub fn push(&mut self, vote: Vote) {
        let rank = Some(rank(vote.weak, vote.event_type));
        if rank >= self.rank {
            (self.event_type, self.rank) = (vote.event_type, rank);
        }
        self.all.push(vote);
    }

    /// Keeps those that are wanted.
    pub fn retain(&mut self, is_wanted: impl Fn(&Vote) -> bool) {
        self.all.retain(is_wanted);
        *self = Self::of(std::mem::take(&mut self.all));
    }
}

impl Extend<Vote> for Votes {
    fn extend<I: IntoIterator<Item = Vote>>(&mut self, votes: I) {
        votes.into_iter().for_each(|vote| self.push(vote));
    }
}

impl Deref for Votes {
    type Target = [Vote];

    fn deref(&self) -> &[Vote] {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_decision_is_the_one_that_all_votes_make() {
        let types = ["protest", "attack", "arrest", "fire", "riot", "bombing", "clash", "protest"];
        let vote = |n: usize| Vote { event_type: types[n * 5 % types.len()], sentence: n, tokens: n..n + 1, weak: n.is_multiple_of(3) };
        let mut votes = Votes::default();
        assert_eq!(votes.event_type(), "other");
        for n in 0..types.len() {
            votes.push(vote(n));
            assert_eq!(votes.event_type(), decide(votes.iter().map(|v| (v.weak, v.event_type))));
        }
        votes.retain(|v| v.event_type != "bombing");
        assert_eq!(votes.event_type(), decide(votes.iter().map(|v| (v.weak, v.event_type))));
    }
}
