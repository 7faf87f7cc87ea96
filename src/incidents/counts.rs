//! Numbers bound to what they count: killed, injured, missing, arrested, evacuated, participants.
//!
//! Every number of a sentence and every word that counts people ("were wounded", "قتلى") make a pair
//! with a cost; the cheapest pairs are taken, each number once. Ages, distances, money, hours, things
//! and subsets ("including two children") are no counts. A lone person ("a teacher was wounded",
//! "مقتل شخص") is one.

use std::ops::Range;

use crate::text::{Case, Lang, Span, TokenKind};

use super::numbers::Number;
use super::rules::{Marks, Match, Table};
use super::time::TimeExpr;
use super::{CountField, Qualifier, clauses};

/// Dearer pairs are no pairs.
const COST_MAX: i32 = 15;
/// How far after "including" a number still is a subset, in words.
const SUBSET_WORDS: usize = 5;

/// A number with what it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// What is counted.
    pub field: CountField,
    /// The number.
    pub value: u64,
    /// How exact it is meant.
    pub qualifier: Qualifier,
    /// The words of the number.
    pub span: Span,
    /// The first token of the number.
    pub at: usize,
    /// The word that says what is counted.
    pub cue: usize,
    /// A toll that replaces what was told before.
    pub update: bool,
    /// How dear the pair was: lower is surer.
    pub cost: i32,
}

/// A word that says what is counted.
#[derive(Debug, Clone)]
struct Cue {
    field: CountField,
    tokens: Range<usize>,
}

/// The bound numbers of a sentence, in order.
pub fn find(marks: &Marks<'_>, numbers: &[Number], sentence: &Range<usize>, cuts: &[Range<usize>], times: &[TimeExpr]) -> Vec<Bound> {
    let matches = marks.matches(Table::Counts, sentence.clone());
    let label = |m: &Match| marks.lexicon.label(m.label).to_owned();
    let cues = cues(marks, &matches);
    if cues.is_empty() {
        return Vec::new();
    }
    let spans_of = |name: &str| matches.iter().filter(|m| label(m) == name).map(|m| m.tokens.clone()).collect::<Vec<_>>();
    let (subsets, ages, updates, older) = (spans_of("subset"), spans_of("age"), spans_of("update"), spans_of("older"));
    let inside = |n: &&Number| sentence.contains(&n.core.start);
    let people: Vec<&Number> = numbers
        .iter()
        .filter(inside)
        .filter(|n| !times.iter().any(|t| t.tokens.start < n.core.end && n.core.start < t.tokens.end))
        .filter(|n| !ages.iter().any(|a| a.contains(&n.core.start)))
        .filter(|n| may_count_people(marks, n, sentence, &cues))
        .filter(|n| !is_subset(marks, n, &subsets, cuts))
        .filter(|n| !older.iter().any(|o| o.end <= n.core.start && words(marks, o.end, n.core.start) <= 4))
        .collect();
    let mut pairs = Vec::new();
    for (i, number) in people.iter().enumerate() {
        for (j, cue) in cues.iter().enumerate() {
            let cost = cost(marks, number, cue, &people, &cues, cuts, &updates);
            if cost <= COST_MAX {
                // Participants take what casualties and arrests leave.
                pairs.push((cue.field == CountField::Participants, cost, i, j));
            }
        }
    }
    pairs.sort_unstable();
    let (mut used_numbers, mut used_cues) = (vec![false; people.len()], vec![false; cues.len()]);
    let mut bound = Vec::new();
    for (_, cost, i, j) in pairs {
        if used_numbers[i] || used_cues[j] {
            continue;
        }
        (used_numbers[i], used_cues[j]) = (true, true);
        let number = people[i];
        let Some(value) = number.count() else { continue };
        bound.push(Bound {
            field: cues[j].field,
            value,
            qualifier: number.qualifier,
            span: span_of(marks, &number.tokens),
            at: number.core.start,
            cue: cues[j].tokens.start,
            update: updates.iter().any(|u| u.end <= number.core.start && words(marks, u.end, number.core.start) <= 6),
            cost,
        });
    }
    for (j, cue) in cues.iter().enumerate() {
        if !used_cues[j] && !bound.iter().any(|b: &Bound| b.field == cue.field) {
            bound.extend(lone_person(marks, cue, sentence, cuts, &subsets));
        }
    }
    bound.sort_by_key(|b| b.at);
    bound
}

fn span_of(marks: &Marks<'_>, tokens: &Range<usize>) -> Span {
    marks.text.tokens[tokens.start].span.cover(marks.text.tokens[tokens.end - 1].span)
}

/// The counting words of a sentence; of those that share a word the longest.
fn cues(marks: &Marks<'_>, matches: &[Match]) -> Vec<Cue> {
    let mut cues: Vec<(usize, Cue)> = Vec::new();
    for m in matches {
        let name = marks.lexicon.label(m.label);
        let Some(field) = CountField::ALL.into_iter().find(|f| f.as_str() == name) else { continue };
        cues.push((m.steps.len(), Cue { field, tokens: m.tokens.clone() }));
    }
    cues.sort_by_key(|(steps, cue)| (std::cmp::Reverse(*steps), cue.tokens.start));
    let mut kept: Vec<Cue> = Vec::new();
    for (_, cue) in cues {
        let overlaps = |k: &Cue| k.tokens.start < cue.tokens.end && cue.tokens.start < k.tokens.end;
        if !kept.iter().any(|k| overlaps(k) && (k.tokens.len() > 1 || k.field == cue.field)) {
            kept.push(cue);
        }
    }
    kept.sort_by_key(|cue| cue.tokens.start);
    kept
}

fn words(marks: &Marks<'_>, from: usize, to: usize) -> usize {
    (from..to).filter(|&at| marks.is_word(at)).count()
}

/// Whether what follows a number lets it count people.
fn may_count_people(marks: &Marks<'_>, number: &Number, sentence: &Range<usize>, cues: &[Cue]) -> bool {
    let text = marks.text;
    if number.count().is_none() {
        return false;
    }
    let first = &text.tokens[number.core.start];
    let plain_digits = number.core.len() == 1 && number.digits && text.folded(first).bytes().all(|b| b.is_ascii_digit());
    if plain_digits && (1900.0..=2100.0).contains(&number.value) {
        return false;
    }
    let before = marks.word_before(number.core.start).filter(|&b| b >= sentence.start);
    // "Jordan Ellis, 38, said": an age. "$40".
    if let Some(before) = before {
        let sign = text.slice(text.tokens[before].span);
        let after_name = before > 0 && text.tokens[before - 1].case == Case::Title;
        let closed = text.tokens.get(number.core.end).is_some_and(|t| t.kind == TokenKind::Punctuation);
        if matches!(sign, "$" | "€" | "£" | "№" | "#") || (plain_digits && matches!(sign, "," | "،") && after_name && closed) {
            return false;
        }
    }
    if marks.is(number.core.start, "person2") {
        return true;
    }
    let mut at = number.core.end;
    for nth in 0..3 {
        while at < sentence.end && !marks.is_word(at) && !marks.is_comma(at) {
            at += 1;
        }
        if at >= sentence.end || (marks.is_comma(at) && text.slice(text.tokens[at].span) != "%") {
            return true;
        }
        // A person's word decides for, a thing's or measure's against; "more than thirty were hurt in
        // the blast": after the verb comes another noun.
        let verb = cues.iter().any(|c| c.tokens.start == at && c.field != CountField::Participants);
        if verb || marks.is(at, "person") {
            return true;
        }
        if marks.is(at, "measure") && nth <= 1 {
            return false;
        }
        if marks.is(at, "thing") {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether a number tells of some of those counted before: "among them two children", "two of the
/// wounded".
fn is_subset(marks: &Marks<'_>, number: &Number, subsets: &[Range<usize>], cuts: &[Range<usize>]) -> bool {
    let clause = clauses::of(cuts, number.core.start);
    subsets.iter().any(|subset| {
        let after = subset.end <= number.core.start
            && (clauses::of(cuts, subset.start) == clause || subset.end + 1 >= cuts[clause].start)
            && words(marks, subset.end, number.core.start) <= SUBSET_WORDS;
        let before = number.core.end <= subset.start && words(marks, number.core.end, subset.start) == 0 && number.core.end == subset.start;
        after || before
    })
}

/// How dear it is to bind a number to a cue.
fn cost(
    marks: &Marks<'_>,
    number: &Number,
    cue: &Cue,
    numbers: &[&Number],
    cues: &[Cue],
    cuts: &[Range<usize>],
    updates: &[Range<usize>],
) -> i32 {
    let core = &number.core;
    let cue_first = cue.tokens.start < core.start;
    let (from, to) = if cue.tokens.contains(&core.start) {
        (core.start, core.start)
    } else if cue_first {
        (cue.tokens.end.min(number.tokens.start), number.tokens.start.max(cue.tokens.end))
    } else {
        (number.tokens.end.max(core.end), cue.tokens.start)
    };
    let between = |at: usize| (from..to).contains(&at);
    let mut cost = words(marks, from, to.max(from)) as i32;
    let boundaries = clauses::of(cuts, core.start).abs_diff(clauses::of(cuts, cue.tokens.start)) as i32;
    // Verbs look back over a comma in Arabic ("… قتل"), forward elsewhere ("…, three were hurt").
    let back = cue_first != (marks.text.lang == Lang::AR);
    cost += boundaries * if back { 7 } else { 4 };
    cost += 4 * numbers.iter().filter(|n| between(n.core.start)).count() as i32;
    cost +=
        5 * cues.iter().filter(|c| between(c.tokens.start) && c.field != cue.field && c.field != CountField::Participants).count() as i32;
    cost += 3 * (from..to.max(from)).filter(|&at| marks.is(at, "list_and")).count() as i32;
    // The word right after the number is the surest: "5 قتلى", "9 погибших".
    let conjoined = marks.text.lang == Lang::AR && marks.text.folded(&marks.text.tokens[cue.tokens.start]).starts_with('و');
    if !cue_first && conjoined && !cue.tokens.contains(&core.start) {
        // "مدنيان وأصيب": the conjunction begins another clause.
        cost += 8;
    } else if !cue_first && words(marks, from, to.max(from)) == 0 {
        cost -= 4;
    }
    if cue.tokens.contains(&core.start) {
        cost -= 6;
    }
    if (core.end..(core.end + 2).min(marks.text.tokens.len())).any(|at| marks.is(at, "person")) || marks.is(core.start, "person2") {
        cost -= 2;
    }
    cost += match (marks.text.lang, cue_first) {
        // Kazakh verbs stand last; Arabic verbs first.
        (Lang::KK, true) => 8,
        (Lang::AR, false) if words(marks, from, to.max(from)) > 1 => 3,
        _ => 0,
    };
    // A Russian verb in the singular has one subject, or a number that ends in one: "погиб на месте,
    // трое ранены".
    let single = marks.text.lang == Lang::RU && marks.is(cue.tokens.start, "singular");
    if single && number.count().is_none_or(|n| n % 10 != 1 || n % 100 == 11) {
        cost += 20;
    }
    // "сотни родственников погибших": the oblique case after another noun of persons is of those others.
    let others = (core.end..cue.tokens.start.max(core.end)).any(|at| marks.is(at, "person"));
    if !cue_first && others && marks.is(cue.tokens.start, "oblique") {
        cost += 12;
    }
    // "four protesters were killed": the noun gives way to the verb.
    if cue.field == CountField::Participants {
        cost += 6;
    }
    // "risen to seven", "ارتفاع حصيلة … إلى خمسة قتلى".
    let risen = updates.iter().any(|u| u.end <= core.start && words(marks, u.end, core.start) <= 3);
    if risen && cue.field == CountField::Killed {
        cost -= 8;
    }
    cost
}

/// "a teacher was wounded", "ранена женщина", "مقتل شخص".
fn lone_person(marks: &Marks<'_>, cue: &Cue, sentence: &Range<usize>, cuts: &[Range<usize>], subsets: &[Range<usize>]) -> Option<Bound> {
    let lang = marks.text.lang;
    if matches!(cue.field, CountField::Participants | CountField::Evacuated | CountField::Missing) {
        return None;
    }
    let clause = cuts[clauses::of(cuts, cue.tokens.start)].clone();
    let near = |at: usize| {
        let (from, to) = if at < cue.tokens.start { (at + 1, cue.tokens.start) } else { (cue.tokens.end.min(at), at) };
        words(marks, from, to) <= 3 && (from..to).all(|t| !marks.is_comma(t))
    };
    let lone = |at: usize| match lang {
        Lang::EN => {
            // "killing its driver" is one as well as "a driver was killed".
            let casualty = matches!(cue.field, CountField::Killed | CountField::Injured);
            let article = (1..=6).any(|back| {
                let determined = |t: usize| marks.is(t, "article") || (casualty && back <= 3 && marks.is(t, "possessive"));
                at >= clause.start + back && determined(at - back) && (at - back..at).all(|t| !marks.is_comma(t))
            });
            let folded = marks.text.folded(&marks.text.tokens[at]);
            marks.is(at, "person") && article && !folded.ends_with('s') && folded != "people"
        }
        Lang::KK => marks.is(at, "person1") && at < cue.tokens.start,
        _ => marks.is(at, "person1"),
    };
    let candidates = clause.start.max(sentence.start)..clause.end.min(sentence.end);
    let at = candidates.filter(|&at| !cue.tokens.contains(&at) || lang == Lang::AR).find(|&at| lone(at) && near(at))?;
    let subset = subsets.iter().any(|s| clause.contains(&s.start) && (s.end > at || words(marks, s.end, at) <= 2));
    let start = if lang == Lang::EN { (1..=6).map(|b| at.saturating_sub(b)).find(|&t| marks.is(t, "article")).unwrap_or(at) } else { at };
    (!subset).then(|| Bound {
        field: cue.field,
        value: 1,
        qualifier: Qualifier::Exact,
        span: marks.text.tokens[start].span.cover(marks.text.tokens[at].span),
        at,
        cue: cue.tokens.start,
        update: false,
        cost: 6,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::rules::Lexicon;
    use crate::incidents::{numbers, time};
    use crate::text::Text;

    fn check(lang: Lang, text: &str, want: &[(CountField, u64)]) {
        let cut = Text::new(text, Some(lang));
        let mut marks = Marks::new(&cut, Lexicon::of(lang).expect("has tables"));
        let found = numbers::find(&marks);
        let times = time::find(&mut marks, &found, Some("2024-01-15".parse().expect("a date")));
        let mut got = Vec::new();
        for sentence in &cut.sentences {
            let cuts = clauses::split(&marks, &sentence.tokens);
            got.extend(find(&marks, &found, &sentence.tokens, &cuts, &times).into_iter().map(|b| (b.field, b.value)));
        }
        got.sort();
        let mut want = want.to_vec();
        want.sort();
        assert_eq!(got, want, "{text}");
    }

    use CountField::{Arrested, Evacuated, Injured, Killed, Missing, Participants};

    #[test]
    fn each_number_goes_to_its_own_verb() {
        check(Lang::EN, "Three people were killed and at least a dozen wounded in clashes", &[(Killed, 3), (Injured, 12)]);
        check(Lang::EN, "Shelling killed two people in Nikopol and wounded five in Kherson", &[(Killed, 2), (Injured, 5)]);
        check(Lang::RU, "Шесть человек погибли и ещё четырнадцать получили травмы", &[(Killed, 6), (Injured, 14)]);
        check(Lang::RU, "погибли девять человек, более 20 получили ранения", &[(Killed, 9), (Injured, 20)]);
        check(Lang::AR, "قتل أربعة متظاهرين وأصيب العشرات", &[(Killed, 4), (Injured, 10)]);
        check(Lang::AR, "سبعة أشخاص على الأقل لقوا حتفهم وأصيب نحو ثلاثين", &[(Killed, 7), (Injured, 30)]);
        check(Lang::AR, "إلى خمسة قتلى و48 جريحا", &[(Killed, 5), (Injured, 48)]);
        check(Lang::KK, "төрт адам қаза тапты, жетеуі жараланды", &[(Killed, 4), (Injured, 7)]);
    }

    #[test]
    fn duals_and_lone_persons_are_counted() {
        check(Lang::AR, "قتيلان في انفجار", &[(Killed, 2)]);
        check(Lang::AR, "مقتل شخص في غارة", &[(Killed, 1)]);
        check(Lang::EN, "Two watchmen were shot dead and a teacher was wounded", &[(Killed, 2), (Injured, 1)]);
        check(Lang::RU, "ранена женщина", &[(Injured, 1)]);
    }

    #[test]
    fn a_range_is_its_lower_bound_and_a_possessive_a_lone_person() {
        check(Lang::EN, "Between four and six people were killed", &[(Killed, 4)]);
        check(Lang::EN, "5–7 people were injured", &[(Injured, 5)]);
        check(Lang::RU, "ранены пять-шесть человек", &[(Injured, 5)]);
        check(Lang::AR, "قتل ما بين 5 و7 أشخاص", &[(Killed, 5)]);
        check(Lang::EN, "A drone destroyed a truck, killing its driver", &[(Killed, 1)]);
        check(Lang::RU, "вышли сотни родственников погибших", &[(Participants, 100)]);
        check(Lang::RU, "мужчина погиб на месте, трое местных жителей ранены осколками", &[(Killed, 1), (Injured, 3)]);
    }

    #[test]
    fn subsets_ages_and_measures_are_no_counts() {
        check(Lang::RU, "погибли три человека, в том числе двое детей", &[(Killed, 3)]);
        check(Lang::EN, "A nine-year-old girl was hurt; the storm hit 30 villages", &[(Injured, 1)]);
        check(Lang::EN, "Two people died 40 km from the town", &[(Killed, 2)]);
        check(Lang::AR, "إصابة 23 شخصا بينهم خمسة من رجال الأمن", &[(Injured, 23)]);
    }

    #[test]
    fn arrests_missing_and_participants_are_bound() {
        check(Lang::AR, "اعتقلت نحو 8 آلاف مسلح", &[(Arrested, 8000)]);
        check(Lang::EN, "police detained 14 suspects", &[(Arrested, 14)]);
        check(Lang::RU, "140 жителей отселили", &[(Evacuated, 140)]);
        check(Lang::EN, "More than 100 wives gathered outside the town hall", &[(Participants, 100)]);
        check(Lang::AR, "لا يزال شخصان في عداد المفقودين", &[(Missing, 2)]);
        check(Lang::KK, "сегіз адамды ұстады", &[(Arrested, 8)]);
    }
}
