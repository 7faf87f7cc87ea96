//! From the patterns of a sentence to its expressions of time: neighbours that tell one day are
//! joined, parts of the day and prepositions are taken in, what points back is counted from the day
//! told before.

use std::ops::Range;

use jiff::civil::Date;

use crate::incidents::DatePrecision;
use crate::incidents::calendar::{days_between, latest_weekday, plus_days};
use crate::text::Lang;

use super::meaning::{Found, Meaning, Rank, Reader};
use super::{Interval, NEWS_DAYS, TimeExpr, When};

/// How many tokens may stand between two expressions of one time.
const BETWEEN_TOKENS: usize = 4;
/// A verb of saying so near is what a day belongs to (words).
const STATEMENT_WORDS: usize = 2;
/// A weekday beside "a week ago" is the one so near to it (days).
const NEAR_DAYS: i64 = 3;

/// What stands between two neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    /// Nothing but prepositions, parts of the day, commas.
    Nothing,
    /// "and".
    And,
    /// "to", "until", a dash.
    Through,
}

/// What the words around an expression add to it.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    since: bool,
    until: bool,
}

impl Reader<'_, '_> {
    /// Appends the expressions of a sentence; `previous` is the day of the news told last.
    pub fn finish(&self, found: Vec<Found>, sentence: &Range<usize>, previous: &mut Option<Interval>, all: &mut Vec<TimeExpr>) {
        let mut joined: Vec<Found> = Vec::new();
        for next in found {
            let both = joined.last().and_then(|last| {
                let between = self.between(last, &next, sentence)?;
                join(last, &next, between, self.published)
            });
            match both {
                Some(both) => *joined.last_mut().expect("there is a last one") = both,
                None => joined.push(next),
            }
        }
        let mut told_until = sentence.start;
        for one in joined {
            // "в понедельник ночью": the part of the day is taken in already.
            if one.tokens.end <= told_until {
                continue;
            }
            let here = all.iter().rev().take_while(|t: &&TimeExpr| sentence.contains(&t.tokens.start)).find_map(|t| t.when.days());
            let when = self.resolve(one.meaning, *previous, here);
            let (tokens, around) = self.widen(&one.tokens, &(told_until..sentence.end));
            told_until = tokens.end;
            let when = match when {
                When::On(_) | When::Unresolved if around.until && !around.since && one.rank != Rank::Both => When::NoDay,
                When::On(interval) if around.since && !interval.since && one.rank != Rank::Both => self.since(interval),
                other => other,
            };
            let statement = self.of_statement(&tokens, sentence);
            if let When::On(interval) = when
                && !(previous.is_some() && statement)
                && self.published.is_none_or(|p| days_between(interval.end, p) <= NEWS_DAYS)
            {
                *previous = Some(interval);
            }
            let span = self.marks.text.span_over(&tokens);
            all.push(TimeExpr { tokens, span, when, statement });
        }
    }

    /// `here` is the day told last in the sentence.
    fn resolve(&self, meaning: Meaning, previous: Option<Interval>, here: Option<Interval>) -> When {
        match meaning {
            Meaning::When(when) => when,
            // "Three days after the blast they met": the day before is that of the blast.
            Meaning::AfterWhatFollows(days) => match here {
                Some(told) => When::On(shift(told, -days)),
                None => self.resolve(Meaning::After(days), previous, None),
            },
            Meaning::After(days) => match (previous, self.published) {
                // A count that leads past the day of publication was counted from something else.
                (Some(told), Some(p)) if shift(told, days).start > p => When::NoDay,
                (Some(told), _) => When::On(Interval { since: false, ..shift(told, days) }),
                // "a day earlier" with nothing told before is counted from publication.
                (None, Some(p)) if days < 0 => When::On(Interval::day(plus_days(p, days))),
                _ => When::Unresolved,
            },
            Meaning::WeekdayAfter(weekday) => match (previous, self.published) {
                (Some(told), _) => When::On(Interval::day(latest_weekday(plus_days(told.end, 7), weekday))),
                (None, Some(p)) => When::On(Interval::day(latest_weekday(p, weekday))),
                _ => When::Unresolved,
            },
            Meaning::Nth { n, days } => self.published.map_or(When::Unresolved, |p| When::On(nth(p, n, days))),
            Meaning::Clock => When::NoDay,
        }
    }

    /// "since Tuesday" goes on to the day of publication; since a month long ago numbers are summed.
    fn since(&self, interval: Interval) -> When {
        let Some(published) = self.published else { return When::Unresolved };
        if days_between(interval.start, published) > NEWS_DAYS || interval.precision == DatePrecision::Month {
            return When::Statistic;
        }
        When::On(Interval::since(interval.start, published.max(interval.start)))
    }

    /// "said on Tuesday": the day of a statement, not of what it tells.
    fn of_statement(&self, tokens: &Range<usize>, sentence: &Range<usize>) -> bool {
        let before = (sentence.start..tokens.start).rev().take_while(|&at| !self.marks.is_comma(at)).take(STATEMENT_WORDS);
        let after = (tokens.end..sentence.end).take_while(|&at| !self.marks.is_comma(at)).take(STATEMENT_WORDS);
        before.chain(after).any(|at| self.marks.is(at, "say"))
    }

    /// What stands between two expressions, when it lets them be one.
    fn between(&self, last: &Found, next: &Found, sentence: &Range<usize>) -> Option<Between> {
        let (start, end) = (last.tokens.end, next.tokens.start);
        if start > end || end - start > BETWEEN_TOKENS {
            return None;
        }
        let text = self.marks.text;
        let mut between = Between::Nothing;
        let mut at = start;
        while at < end {
            let small = ["part", "time_prep"].iter().filter_map(|class| self.marks.class_len(at, class)).max();
            if self.marks.is(at, "through") || matches!(text.slice(text.tokens[at].span), "-" | "–" | "—") {
                between = Between::Through;
            } else if self.marks.is(at, "list_and") || self.marks.is(at, "time_and") {
                between = Between::And;
            } else if (small.is_none() && self.marks.is_word(at))
                || (self.marks.is_comma(at) && !matches!(text.slice(text.tokens[at].span), "," | "،" | "(" | ")" | "/" | "."))
            {
                return None;
            }
            at += small.filter(|len| at + len <= end).unwrap_or(1);
        }
        match text.lang {
            // The conjunction is written on the next word.
            Lang::AR if between == Between::Nothing && text.folded(&text.tokens[start]).starts_with('و') => Some(Between::And),
            // "дүйсенбіден сәрсенбіге дейін".
            Lang::KK if between == Between::Nothing && next.tokens.end < sentence.end && self.marks.is(next.tokens.end, "until_post") => {
                Some(Between::Through)
            }
            _ => Some(between),
        }
    }

    /// Takes in the part of the day and prepositions around.
    fn widen(&self, tokens: &Range<usize>, sentence: &Range<usize>) -> (Range<usize>, Around) {
        let (mut start, mut end) = (tokens.start, tokens.end);
        let mut around = Around { since: tokens.len() > 1 && self.marks.is(start, "since"), until: false };
        loop {
            // Terms of several words ("the early hours of") begin some tokens before.
            let reach = start.saturating_sub(4).max(sentence.start)..start;
            let covers = |at: usize, class: &str| self.marks.class_len(at, class).is_some_and(|len| at + len == start);
            around.since |= reach.clone().any(|at| covers(at, "since"));
            around.until |= reach.clone().any(|at| covers(at, "until"));
            match reach.clone().find(|&at| ["part", "time_prep", "since", "until"].iter().any(|class| covers(at, class))) {
                Some(at) => start = at,
                None => break,
            }
        }
        while end < sentence.end {
            around.since |= self.marks.is(end, "since_post");
            around.until |= self.marks.is(end, "until_post");
            match ["part", "since_post", "until_post"].iter().filter_map(|class| self.marks.class_len(end, class)).max() {
                Some(len) => end += len,
                None => break,
            }
        }
        (start..end.min(sentence.end), around)
    }
}

/// Joins `next` to `last` when both tell of one time.
fn join(last: &Found, next: &Found, between: Between, published: Option<Date>) -> Option<Found> {
    let tokens = last.tokens.start..next.tokens.end;
    let (meaning, rank) = match between {
        Between::Nothing => one_time(last, next, published)?,
        Between::And | Between::Through => two_ends(last, next, between, published)?,
    };
    Some(Found { tokens, meaning, rank })
}

/// "أمس الاثنين 4 أوت", "On Saturday, 2 November", "for a third day on Thursday".
fn one_time(last: &Found, next: &Found, published: Option<Date>) -> Option<(Meaning, Rank)> {
    use Meaning::{After, Clock, Nth, When as Is};
    let rank = last.rank.max(next.rank);
    let meaning = match (last.meaning, next.meaning) {
        (Clock, other) | (other, Clock) => other,
        (Nth { n, days }, Is(When::On(i))) | (Is(When::On(i)), Nth { n, days }) => Is(When::On(nth(i.end, n, days))),
        (Is(When::On(a)), Is(When::On(b))) => Is(When::On(agree(last, a, next, b)?)),
        // Without a day of publication a weekday beside a full date is that date.
        (Is(When::Unresolved), Is(When::On(i))) | (Is(When::On(i)), Is(When::Unresolved)) if published.is_none() => Is(When::On(i)),
        (Is(When::Unresolved), Is(When::Unresolved)) => Is(When::Unresolved),
        // "tomorrow, Friday": the weekday alone would be the last one.
        (Is(When::Future), Is(When::On(_) | When::Unresolved)) | (Is(When::On(_) | When::Unresolved), Is(When::Future)) => Is(When::Future),
        (Is(When::Future), Is(When::Future)) => Is(When::Future),
        // "three days before, on 21 September"; "the next day, Tuesday".
        (After(_), Is(When::On(i))) if next.rank >= Rank::Weekday => Is(When::On(i)),
        (Is(When::On(i)), After(0)) => Is(When::On(i)),
        (After(days), After(0)) | (After(0), After(days)) => After(days),
        _ => return None,
    };
    Some((meaning, rank))
}

/// The time that two neighbours tell together.
fn agree(last: &Found, a: Interval, next: &Found, b: Interval) -> Option<Interval> {
    if a.since || b.since {
        return None;
    }
    let ((rough, i), (sure, j)) = if last.rank > next.rank { ((next, b), (last, a)) } else { ((last, a), (next, b)) };
    if sure.rank == Rank::Both || (rough.rank == Rank::Both && j.start <= i.end && i.start <= j.end) {
        return Some(if sure.rank == Rank::Both { j } else { i });
    }
    if i.meets(&j) {
        // "last week, on Tuesday": the shorter one.
        return Some(if days_between(i.start, i.end) < days_between(j.start, j.end) { i } else { j });
    }
    match (rough.rank, sure.rank) {
        (_, Rank::Date) if rough.rank < Rank::Date => Some(j),
        // "a week ago on Friday", "two weeks ago, on Monday".
        (Rank::Vague, Rank::Weekday) if i.start == i.end => {
            let weekday = i64::from(j.end.weekday().to_monday_one_offset());
            Some(Interval::day(latest_weekday(plus_days(i.end, NEAR_DAYS), weekday)))
        }
        (Rank::Vague, Rank::Weekday) if days_between(i.start, i.end) == 6 => {
            let weekday = i64::from(j.end.weekday().to_monday_one_offset());
            Some(Interval::day(latest_weekday(i.end, weekday)))
        }
        // A report put out the day after it was written: "today, Monday" on a Tuesday.
        // Calendars of the moon differ by a day: "الجمعة ٨ ربيع الآخر".
        (Rank::Weekday, Rank::OtherCalendar) if days_between(i.end, j.end).abs() <= 1 => Some(i),
        (Rank::Relative, Rank::Weekday) if days_between(i.end, j.end).abs() <= 1 => Some(j),
        _ => None,
    }
}

/// "on Saturday and Sunday", "from Monday to Wednesday".
fn two_ends(last: &Found, next: &Found, between: Between, published: Option<Date>) -> Option<(Meaning, Rank)> {
    let (Meaning::When(first), Meaning::When(second)) = (last.meaning, next.meaning) else { return None };
    let (a, b) = match (first, second) {
        (When::On(a), When::On(b)) => (a, b),
        (When::Unresolved, When::Unresolved) => return Some((Meaning::When(When::Unresolved), Rank::Both)),
        // "from Monday until tomorrow": it goes on.
        (When::On(a), When::Future) if between == Between::Through => {
            return published.map(|p| (Meaning::When(When::On(Interval::since(a.start, p.max(a.start)))), Rank::Both));
        }
        _ => return None,
    };
    if a.since || b.since || last.rank == Rank::Vague || next.rank == Rank::Vague {
        return None;
    }
    let weekdays = last.rank == Rank::Weekday && next.rank == Rank::Weekday;
    // Both are the latest; the first is the one before the second.
    let start = if weekdays && a.start > b.end { plus_days(a.start, -7) } else { a.start };
    let length = days_between(start, b.end);
    let range = |start, end| Some((Meaning::When(When::On(Interval::new(start, end, DatePrecision::Range))), Rank::Both));
    match between {
        Between::And if length == 1 => range(start, b.end),
        Between::Through if length > 0 && length <= 31 => range(start, b.end),
        _ => None,
    }
}

/// The time from the first to the nth unit, the last of which is `last`.
fn nth(last: Date, n: i64, days: i64) -> Interval {
    Interval::since(plus_days(last, -(n.clamp(1, 400) - 1) * days), last)
}

fn shift(told: Interval, days: i64) -> Interval {
    if days == 0 {
        // "the same day" of a night between two days is the later one.
        return Interval { start: if told.since { told.end } else { told.start }, ..told };
    }
    Interval::day(plus_days(told.end, days))
}
