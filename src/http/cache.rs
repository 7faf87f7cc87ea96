//! Answers that were dear to make and may be asked for again before the store changes.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// The last answers, each with the revision of the store that it holds for.
#[derive(Debug)]
pub struct Recent<T> {
    entries: Mutex<VecDeque<(u64, String, T)>>,
    entries_max: usize,
}

impl<T: Clone> Recent<T> {
    /// Room for so many.
    pub fn new(entries_max: usize) -> Self {
        Self { entries: Mutex::default(), entries_max }
    }

    /// The answer to a question at a revision.
    pub fn get(&self, revision: u64, question: &str) -> Option<T> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = entries.iter().rev();
        found.find(|(at, known, _)| *at == revision && known == question).map(|(_, _, answer)| answer.clone())
    }

    /// Keeps an answer; the oldest and those of other revisions are forgotten.
    pub fn put(&self, revision: u64, question: String, answer: T) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|(at, _, _)| *at == revision);
        if entries.len() >= self.entries_max {
            entries.pop_front();
        }
        entries.push_back((revision, question, answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_until_the_store_changes_or_others_push_it_out() {
        let recent = Recent::new(2);
        recent.put(1, "a".to_owned(), 'a');
        recent.put(1, "b".to_owned(), 'b');
        assert_eq!((recent.get(1, "a"), recent.get(2, "a")), (Some('a'), None));
        recent.put(1, "c".to_owned(), 'c');
        assert_eq!((recent.get(1, "a"), recent.get(1, "c")), (None, Some('c')));
        recent.put(2, "c".to_owned(), 'd');
        assert_eq!((recent.get(1, "c"), recent.get(2, "c")), (None, Some('d')));
    }
}
