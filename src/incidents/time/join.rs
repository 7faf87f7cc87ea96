//! Neighbours that tell one time are joined; parts of the day and prepositions are taken in.

use crate::incidents::DatePrecision;
use crate::incidents::calendar::{days_between, plus_days};

use super::{Date, Found, Interval, Meaning, NEWS_DAYS, Range, Reader, TimeExpr, When};

impl Reader<'_, '_> {
    /// Joins neighbours, applies "since", takes in parts of the day, resolves what points back.
    pub(super) fn finish(&self, found: Vec<Found>, sentence: Range<usize>, previous: &mut Option<Interval>, all: &mut Vec<TimeExpr>) {
        let mut joined: Vec<Found> = Vec::new();
        for next in found {
            let last = joined.last().filter(|last| self.beside(last.tokens.end, next.tokens.start));
            match last.and_then(|last| join(last, &next, self.published)) {
                Some(both) => *joined.last_mut().expect("there is a last one") = both,
                None => joined.push(next),
            }
        }
        for one in joined {
            let when = match one.meaning {
                Meaning::When(when) => when,
                Meaning::After(days) => match *previous {
                    Some(p) => When::On(Interval { since: false, ..shift(p, days) }),
                    None => When::Unresolved,
                },
                Meaning::NthDay(n) => match self.published {
                    Some(p) => When::On(nth_day(p, n)),
                    None => When::Unresolved,
                },
            };
            let (tokens, since) = self.widen(&one.tokens, &sentence);
            let when = match when {
                When::On(interval) if since && !interval.since => self.since(interval),
                other => other,
            };
            if let When::On(interval) = when
                && self.published.is_none_or(|p| days_between(interval.end, p) <= NEWS_DAYS)
            {
                *previous = Some(interval);
            }
            let span = self.marks.text.tokens[tokens.start].span.cover(self.marks.text.tokens[tokens.end - 1].span);
            all.push(TimeExpr { tokens, span, when });
        }
    }

    /// "since Tuesday" goes on to the day of publication; since a month long ago numbers are summed.
    fn since(&self, interval: Interval) -> When {
        let Some(published) = self.published else { return When::Unresolved };
        if days_between(interval.start, published) > NEWS_DAYS || interval.precision == DatePrecision::Month {
            return When::Statistic;
        }
        When::On(Interval { start: interval.start, end: published.max(interval.start), precision: DatePrecision::Range, since: true })
    }

    /// Whether only parts of the day, prepositions or a comma stand between.
    fn beside(&self, end: usize, start: usize) -> bool {
        start >= end
            && start - end <= 3
            && (end..start).all(|at| {
                let comma = self.marks.is_comma(at) && matches!(self.marks.text.slice(self.marks.text.tokens[at].span), "," | "،");
                comma || !self.marks.is_word(at) && !self.marks.is_comma(at) || self.marks.is(at, "part") || self.marks.is(at, "time_prep")
            })
    }

    /// Takes in the part of the day and prepositions around; tells whether it is "since".
    fn widen(&self, tokens: &Range<usize>, sentence: &Range<usize>) -> (Range<usize>, bool) {
        let (mut start, mut end) = (tokens.start, tokens.end);
        let mut since = (tokens.clone()).any(|at| at == tokens.start && self.marks.is(at, "since") && tokens.len() > 1);
        loop {
            // Terms of several words ("the early hours of") begin some tokens before.
            let reach = start.saturating_sub(4).max(sentence.start)..start;
            let covers = |at: usize, class: &str| self.marks.class_len(at, class).is_some_and(|len| at + len == start);
            since |= reach.clone().any(|at| covers(at, "since"));
            match reach.clone().find(|&at| covers(at, "part") || covers(at, "time_prep") || covers(at, "since")) {
                Some(at) => start = at,
                None => break,
            }
        }
        while end < sentence.end {
            since |= self.marks.is(end, "since_post");
            match ["part", "since_post"].iter().filter_map(|class| self.marks.class_len(end, class)).max() {
                Some(len) => end += len,
                None => break,
            }
        }
        (start..end.min(sentence.end), since)
    }
}

/// Joins `next` to `last` when both tell of one day: "أمس الاثنين 4 أوت", "On Saturday, 2 November",
/// "for a third day on Thursday".
fn join(last: &Found, next: &Found, published: Option<Date>) -> Option<Found> {
    let tokens = last.tokens.start..next.tokens.end;
    let meaning = match (last.meaning, next.meaning) {
        (Meaning::NthDay(n), Meaning::When(When::On(i))) | (Meaning::When(When::On(i)), Meaning::NthDay(n)) => {
            Meaning::When(When::On(nth_day(i.end, n)))
        }
        (Meaning::When(When::On(a)), Meaning::When(When::On(b))) => {
            if a.meets(&b) && !a.since && !b.since {
                let narrow = if days_between(a.start, a.end) <= days_between(b.start, b.end) { a } else { b };
                Meaning::When(When::On(narrow))
            } else if next.dated || last.dated {
                Meaning::When(When::On(if next.dated { b } else { a }))
            } else {
                return None;
            }
        }
        // Without a day of publication a weekday beside a full date is that date.
        (Meaning::When(When::Unresolved), Meaning::When(When::On(i))) if published.is_none() => Meaning::When(When::On(i)),
        (Meaning::When(When::Unresolved), Meaning::When(When::Unresolved)) => Meaning::When(When::Unresolved),
        // "three days before, on 21 September".
        (Meaning::After(_), Meaning::When(When::On(i))) if next.dated => Meaning::When(When::On(i)),
        (Meaning::When(When::On(i)), Meaning::After(0)) => Meaning::When(When::On(i)),
        _ => return None,
    };
    Some(Found { tokens, meaning, dated: last.dated || next.dated })
}

fn nth_day(last: Date, n: i64) -> Interval {
    Interval { start: plus_days(last, -(n.clamp(1, 400) - 1)), end: last, precision: DatePrecision::Range, since: true }
}

fn shift(interval: Interval, days: i64) -> Interval {
    if days == 0 {
        // "the same day" of a night between two days is the later one.
        return Interval { start: if interval.since { interval.end } else { interval.start }, ..interval };
    }
    Interval::day(plus_days(interval.end, days))
}
