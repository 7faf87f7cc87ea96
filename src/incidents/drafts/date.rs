//! When drafts that tell no time of their own happened.

use crate::incidents::calendar::days_between;
use crate::incidents::scene::{Scene, Told};
use crate::incidents::status::out_of_news;
use crate::incidents::time::{Interval, When};
use crate::incidents::triggers::group as group_of;
use crate::incidents::{DatePrecision, EventGroup};

use super::{Gatherer, Touched};

/// An interval of unrest at least so long is the time of what is told without one (days).
const UMBRELLA_DAYS: i64 = 2;

impl Gatherer<'_, '_> {
    /// "The accident happened on Sunday": a time told after an incident that had none.
    pub(super) fn late_time(&mut self, scene: &Scene, touched: &[Touched]) {
        let Some(focus) = touched.first().map(|t| t.draft).or(self.focus) else { return };
        let silent = scene.told.iter().all(Told::is_live);
        if !silent || !self.goes_on(focus, scene) || self.drafts[focus].paragraph != scene.paragraph {
            return;
        }
        let time = scene.times.iter().find_map(|t| match t.when {
            When::On(interval) if out_of_news(&t.when, self.published).is_none() => Some((interval, Some(t.span))),
            _ => None,
        });
        let draft = &mut self.drafts[focus];
        if draft.time.is_none() && draft.sentences.last().is_some_and(|&s| s + 1 >= scene.sentence) {
            draft.time = time;
        }
    }

    /// Gives a time to drafts that have none: of the unrest they belong to, of their paragraph, of
    /// the lead; else the day of publication.
    pub(super) fn date(&mut self) {
        let umbrella = self
            .drafts
            .iter()
            .filter(|d| group_of(d.event_type()) == EventGroup::Unrest)
            .filter_map(|d| d.time)
            .find(|(i, _)| i.since && days_between(i.start, i.end) >= UMBRELLA_DAYS);
        for at in 0..self.drafts.len() {
            if self.drafts[at].time.is_some() {
                continue;
            }
            let kind = group_of(self.drafts[at].event_type());
            let of_unrest = umbrella
                .filter(|_| matches!(kind, EventGroup::Unrest | EventGroup::Violence | EventGroup::Security | EventGroup::Politics));
            let paragraph = self.drafts[at].paragraph;
            let beside = self.drafts[..at].iter().rev().find(|d| d.paragraph == paragraph && !d.time_inherited).and_then(|d| d.time);
            let lead = self.drafts[..at].iter().find_map(|d| d.time.filter(|_| !d.time_inherited));
            let inherited = of_unrest.or(beside).or(lead);
            let published = self.published.map(|p| (Interval { start: p, end: p, precision: DatePrecision::Approx, since: false }, None));
            let draft = &mut self.drafts[at];
            draft.time = inherited.map(|(i, span)| (Interval { precision: approx(i.precision), ..i }, span)).or(published);
            draft.time_inherited = true;
        }
    }
}

fn approx(precision: DatePrecision) -> DatePrecision {
    if precision == DatePrecision::Day { DatePrecision::Approx } else { precision }
}
