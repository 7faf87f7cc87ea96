//! The triggers of one sentence that speak of one incident, with the places they are bound to.

use crate::incidents::link::{self, Group};
use crate::incidents::scene::{Scene, Told};
use crate::incidents::time::Interval;
use crate::incidents::triggers::{compatible, group as group_of};
use crate::text::Span;

use super::{Gatherer, Vote, decide};

/// Triggers of a sentence with their group of places.
pub(super) struct Cluster<'s> {
    /// With whether it only gives way: its own nearest place was the container of this one.
    pub told: Vec<(&'s Told, bool)>,
    pub group: Option<&'s Group>,
}

/// When a cluster happened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    pub interval: Interval,
    pub span: Span,
    /// Told later in the sentence, perhaps of something else.
    pub loose: bool,
}

impl Cluster<'_> {
    pub fn event_type(&self) -> &'static str {
        decide(self.told.iter().map(|(t, weak)| (t.trigger.weak || *weak, t.trigger.event_type)))
    }

    /// An incident of its own that is no part of another kind.
    pub fn is_own(&self) -> bool {
        self.told.iter().any(|(t, _)| t.trigger.own)
    }

    /// Only people or things of an incident are told: "protesters", "explosion".
    pub fn is_weak(&self) -> bool {
        self.told.iter().all(|(t, _)| t.trigger.weak)
    }

    /// "had said earlier": told again of what happened before.
    pub fn is_earlier(&self) -> bool {
        self.told.iter().any(|(t, _)| t.earlier)
    }

    /// The tokens of its triggers; people and things only when there is nothing else.
    pub fn triggers(&self) -> Vec<usize> {
        let strong: Vec<usize> = self.told.iter().filter(|(t, _)| !t.trigger.weak).map(|(t, _)| t.trigger.at()).collect();
        if strong.is_empty() { self.told.iter().map(|(t, _)| t.trigger.at()).collect() } else { strong }
    }

    pub fn time(&self, scene: &Scene) -> Option<Own> {
        let of = |told: &Told| {
            let time = &scene.times[told.time?];
            Some(Own { interval: time.when.days()?, span: time.span, loose: told.loose_time })
        };
        self.told.iter().filter_map(|(t, _)| of(t)).min_by_key(|own| own.loose)
    }

    pub fn votes(&self, scene: &Scene) -> impl Iterator<Item = Vote> {
        let sentence = scene.sentence;
        self.told.iter().map(move |(told, weak)| Vote {
            event_type: told.trigger.event_type,
            sentence,
            tokens: told.trigger.tokens.clone(),
            weak: told.trigger.weak || *weak,
        })
    }
}

impl Gatherer<'_, '_> {
    /// The triggers of a sentence parted by place and type.
    pub(super) fn clusters<'s>(&self, scene: &'s Scene) -> Vec<Cluster<'s>> {
        let live: Vec<&Told> = scene.told.iter().filter(|t| t.is_live()).collect();
        let at: Vec<usize> = live.iter().map(|t| t.trigger.at()).collect();
        let mut clusters: Vec<Cluster<'s>> = Vec::new();
        for told in live {
            let nearest = link::nearest(&scene.places, self.marks, told.trigger.at(), &at, true);
            let group = nearest.map(|g| self.finer(scene, g, told.trigger.at(), &at));
            let moved = nearest.map(|g| &g.tokens) != group.map(|g| &g.tokens);
            let joined = clusters.iter_mut().find(|c| {
                let same_place = c.group.map(|g| &g.tokens) == group.map(|g| &g.tokens);
                let same_time = c.told.iter().any(|(t, _)| t.time == told.time) || told.time.is_none();
                let own = c.is_own() || told.trigger.own;
                let kinds = (c.event_type(), told.trigger.event_type);
                same_place && same_time && compatible(kinds.0, kinds.1) && (!own || group_of(kinds.0) == group_of(kinds.1))
            });
            match joined {
                Some(cluster) => cluster.told.push((told, moved)),
                None => clusters.push(Cluster { told: vec![(told, moved)], group }),
            }
        }
        clusters
    }

    /// A finer place that the sentence names inside a region or country: "Aktau, the centre of
    /// Mangystau region". Not when the trigger stands in one clause with the coarse place and the
    /// finer one in another with triggers of its own: "the country saw rallies, which began in X with
    /// a strike".
    fn finer<'s>(&self, scene: &'s Scene, coarse: &'s Group, trigger: usize, triggers: &[usize]) -> &'s Group {
        if coarse.fineness > 1 || coarse.unresolved || scene.whole_country {
            return coarse;
        }
        let clause = |at: usize| crate::incidents::clauses::of(&scene.cuts, at);
        let apart = |g: &Group| {
            let theirs = clause(g.tokens.start);
            clause(trigger) == clause(coarse.tokens.start) && theirs != clause(trigger) && triggers.iter().any(|&t| clause(t) == theirs)
        };
        let holds = |g: &&Group| {
            g.live && g.fineness >= 2 && !apart(g) && g.sites.iter().all(|&s| self.sites[coarse.sites[0]].may_hold(&self.sites[s]))
        };
        let inside = scene.places.groups.iter().filter(holds);
        inside.min_by_key(|g| g.tokens.start.abs_diff(coarse.tokens.start)).unwrap_or(coarse)
    }
}
