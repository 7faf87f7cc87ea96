//! Sentences cut into clauses: at commas, dashes and the conjunctions of the language.
//!
//! A clause is the reach of a status ("denied", "could"), so a comma inside a list of names or
//! numbers must not cut: a piece of fewer than three words joins the one before.

use std::ops::Range;

use super::rules::Marks;

/// Shorter pieces are no clause of their own (words).
const WORDS_MIN: usize = 3;

/// The clauses of a sentence, as ranges of tokens that together cover it.
pub fn split(marks: &Marks<'_>, sentence: &Range<usize>) -> Vec<Range<usize>> {
    let mut clauses: Vec<Range<usize>> = Vec::new();
    let mut start = sentence.start;
    for at in sentence.clone() {
        let after_comma = at > start && is_boundary(marks, at - 1);
        // "وإن عشر نساء أصبن": what else is said.
        let another = marks.has_attached_and(at) && marks.is(at, "that");
        let conjunction = at > start && (marks.is(at, "clause") || another);
        if after_comma || conjunction {
            push(marks, &mut clauses, start..at);
            start = at;
        }
    }
    push(marks, &mut clauses, start..sentence.end);
    clauses
}

/// The clause that holds a token.
pub fn of(clauses: &[Range<usize>], token: usize) -> usize {
    clauses.partition_point(|c| c.end <= token).min(clauses.len().saturating_sub(1))
}

fn push(marks: &Marks<'_>, clauses: &mut Vec<Range<usize>>, piece: Range<usize>) {
    let words = piece.clone().filter(|&at| marks.is_word(at)).count();
    match clauses.last_mut() {
        Some(last) if words < WORDS_MIN && !ends_hard(marks, last.end) => last.end = piece.end,
        _ if piece.is_empty() => {}
        _ => clauses.push(piece),
    }
}

/// Semicolons and colons always part; a short piece after them stands alone.
fn ends_hard(marks: &Marks<'_>, end: usize) -> bool {
    end > 0 && matches!(marks.text.slice(marks.text.tokens[end - 1].span), ";" | "؛" | ":" | "—" | "–")
}

fn is_boundary(marks: &Marks<'_>, at: usize) -> bool {
    marks.is_comma(at) && !matches!(marks.text.slice(marks.text.tokens[at].span), "." | "%" | "/" | "'" | "’")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::rules::Lexicon;
    use crate::text::{Lang, Text};

    fn check(lang: Lang, text: &str, want: &[&str]) {
        let cut = Text::new(text, Some(lang));
        let marks = Marks::new(&cut, Lexicon::of(lang).expect("has tables"));
        let sentence = cut.sentences[0].tokens.clone();
        let got: Vec<&str> = split(&marks, &sentence).into_iter().map(|c| cut.slice(cut.span_over(&c))).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn commas_and_conjunctions_cut_but_lists_do_not() {
        check(
            Lang::RU,
            "Погибших нет, шестерых рабочих с ожогами отправили в клинику",
            &["Погибших нет,", "шестерых рабочих с ожогами отправили в клинику"],
        );
        check(Lang::EN, "The rally in Aktau ended but the strike goes on", &["The rally in Aktau ended", "but the strike goes on"]);
        check(Lang::EN, "Marches in Nakuru, Kisumu, Mombasa were peaceful", &["Marches in Nakuru, Kisumu,", "Mombasa were peaceful"]);
    }
}
