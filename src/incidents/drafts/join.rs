//! Whether a sentence goes on with a draft: types, places and times must agree.

use crate::incidents::site::TOWN_KM;
use crate::incidents::triggers::{compatible, group as group_of};
use crate::incidents::{CountField, EventGroup};

use super::cluster::{Cluster, Own};
use super::{Draft, FOCUS_PARAGRAPHS, Gatherer, Scene};

impl Gatherer<'_, '_> {
    /// Whether a sentence about `site` tells of this draft.
    pub(super) fn same_incident(&self, draft: &Draft, site: usize, cluster: &Cluster<'_>, own: Option<Own>, scene: &Scene) -> bool {
        let Some(link) = &draft.place else { return false };
        let (a, b) = (&self.sites[link.site], &self.sites[site]);
        let near = draft.paragraph + FOCUS_PARAGRAPHS >= scene.paragraph;
        let contained = near && (a.may_hold(b) || b.may_hold(a)) && a.fineness().min(b.fineness()) > 0;
        // A quarter or camp of the town in focus.
        let silent = own.is_none() || draft.time.is_none();
        let quarter = near && silent && a.fineness() == 3 && b.fineness() == 3 && a.position.distance_km(b.position) < TOWN_KM;
        (a.same(b) || contained || quarter) && goes_with(draft, cluster, scene, own) && agrees(draft, own)
    }

    /// The draft in focus, when a sentence of this type may go on with it.
    pub(super) fn focus_for(&self, scene: &Scene, cluster: &Cluster<'_>, own: Option<Own>) -> Option<usize> {
        let fits = |&i: &usize| {
            let draft = &self.drafts[i];
            goes_with(draft, cluster, scene, own) && draft.paragraph + FOCUS_PARAGRAPHS >= scene.paragraph && agrees(draft, own)
        };
        self.focus.filter(fits).or_else(|| {
            let same_paragraph = |i: &usize| self.drafts[*i].paragraph == scene.paragraph && fits(i);
            (0..self.drafts.len()).rev().find(same_paragraph)
        })
    }

    /// Whether a sentence without live triggers may still tell of a draft: close to it, and not set
    /// in another town.
    pub(super) fn goes_on(&self, draft: usize, scene: &Scene) -> bool {
        let draft = &self.drafts[draft];
        let elsewhere = scene.places.groups.iter().any(|g| {
            g.fineness >= 2
                && g.inside
                && draft.place.as_ref().is_none_or(|l| !g.sites.iter().any(|&s| self.sites[s].same(&self.sites[l.site])))
        });
        let headed = self.paragraph_head(scene).is_some() && draft.paragraph != scene.paragraph;
        draft.paragraph + FOCUS_PARAGRAPHS >= scene.paragraph && !elsewhere && !headed
    }
}

/// Whether what a cluster tells may be part of a draft.
pub(super) fn goes_with(draft: &Draft, cluster: &Cluster<'_>, scene: &Scene, own: Option<Own>) -> bool {
    let (a, b) = (draft.event_type(), cluster.event_type());
    if draft.own || cluster.is_own() {
        return group_of(a) == group_of(b) && compatible(a, b) && !told_before(draft, cluster, own);
    }
    // What is told with its day is no part of another kind of incident that has none yet.
    let dated = own.is_some_and(|o| !o.loose) && draft.time.is_none();
    if told_before(draft, cluster, own) || (dated && group_of(a) != group_of(b)) {
        return false;
    }
    // Soldiers who deploy after a clash are part of it, unless their number or day is told.
    let bare = own.is_none() && !scene.counts.iter().any(|c| c.field == CountField::Participants);
    let guards = b == "deployment" && bare && matches!(group_of(a), EventGroup::Unrest | EventGroup::Violence);
    guards || compatible(a, b)
}

/// "had said earlier that …" is not about what is told with its day as the news.
fn told_before(draft: &Draft, cluster: &Cluster<'_>, own: Option<Own>) -> bool {
    let of_a_day = draft.time.is_some_and(|(interval, _)| interval.start == interval.end);
    cluster.is_earlier() && own.is_none() && of_a_day
}

/// Whether two tellings may be of one time: one is silent or unsure, or they meet.
pub(super) fn agrees(draft: &Draft, own: Option<Own>) -> bool {
    match (draft.time, own) {
        (Some((a, _)), Some(own)) => own.loose || a.meets(&own.interval),
        _ => true,
    }
}
