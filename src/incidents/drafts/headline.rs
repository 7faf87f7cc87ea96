//! What the headline adds: it confirms what the body tells.

use crate::incidents::scene::Scene;
use crate::incidents::status::out_of_news;
use crate::incidents::time::When;
use crate::incidents::triggers::{compatible, group as group_of};
use crate::incidents::{EventGroup, PlaceSource, Status};
use crate::text::Role;

use super::cluster::Cluster;
use super::{Draft, Gatherer, Link};

impl Gatherer<'_, '_> {
    /// The headline confirms what the body tells; alone it makes a draft only when the body has none.
    pub(super) fn headline(&mut self, scene: &Scene) {
        let clusters = self.clusters(scene);
        let lone = clusters.len() == 1;
        for cluster in clusters {
            let sites: Vec<usize> = cluster.group.map_or(Vec::new(), |g| g.sites.clone());
            let wanted: Vec<Option<usize>> = if sites.is_empty() { vec![None] } else { sites.iter().copied().map(Some).collect() };
            for site in wanted {
                let fitting: Vec<usize> = (0..self.drafts.len()).filter(|&i| self.headlines(i, site, &cluster)).collect();
                let exact = |&&i: &&usize| self.drafts[i].event_type() == cluster.event_type();
                match fitting.iter().find(exact).or(fitting.first()) {
                    // A headline over several incidents must not give one the type of another.
                    Some(&draft) => self.confirm(draft, scene, &cluster, site, lone && fitting.len() == 1),
                    None => self.headline_alone(scene, &cluster, site),
                }
            }
        }
    }

    /// Whether a headline may speak of a draft.
    fn headlines(&self, draft: usize, site: Option<usize>, cluster: &Cluster<'_>) -> bool {
        let draft = &self.drafts[draft];
        let place = match (site, &draft.place) {
            (Some(site), Some(link)) => {
                let (a, b) = (&self.sites[site], &self.sites[link.site]);
                a.same(b) || a.may_hold(b) || b.may_hold(a)
            }
            _ => true,
        };
        place && compatible(draft.event_type(), cluster.event_type())
    }

    fn confirm(&mut self, draft: usize, scene: &Scene, cluster: &Cluster<'_>, site: Option<usize>, only: bool) {
        let kind = self.drafts[draft].event_type();
        let draft = &mut self.drafts[draft];
        draft.headlined = true;
        if !draft.sentences.contains(&scene.sentence) {
            draft.sentences.insert(0, scene.sentence);
        }
        draft.votes.extend(cluster.votes(scene).filter(|v| only || v.event_type == kind));
        // What the body does not count. Those whom a protest mourns are none of its own.
        let fills = only && group_of(draft.event_type()) != EventGroup::Unrest;
        for bound in scene.counts.iter().filter(|_| fills) {
            if !draft.counts.contains_key(&bound.field) {
                draft.count(bound, self.marks);
            }
        }
        let Some(site) = site else { return };
        match &mut draft.place {
            Some(link) if self.sites[link.site].may_hold(&self.sites[site]) => link.site = site,
            Some(_) => {}
            none => *none = Some(Link { site, mentions: vec![site], near: false, source: PlaceSource::Mention, direct: false }),
        }
    }

    /// An incident that only the headline names by a trigger: the first sentence that stands for it
    /// gives its time and counts.
    fn headline_alone(&mut self, scene: &Scene, cluster: &Cluster<'_>, site: Option<usize>) {
        let alone = self.drafts.is_empty();
        let body = self.scenes.iter().filter(|s| s.role == Role::Body).find(|s| match site {
            Some(site) => s.places.groups.iter().any(|g| g.sites.iter().any(|&o| self.sites[o].same(&self.sites[site]))),
            None => alone,
        });
        let named = site.is_some_and(|s| self.sites[s].fineness() >= 1);
        if !alone && (!named || body.is_none_or(|b| !b.told.is_empty())) {
            return;
        }
        let mut draft = Draft::new(Status::Reported);
        draft.headlined = true;
        draft.place = match site {
            Some(site) => Some(Link { site, mentions: vec![site], near: false, source: PlaceSource::Mention, direct: true }),
            None => self.place_of_report(scene, cluster.event_type()),
        };
        draft.see(scene);
        draft.votes.extend(cluster.votes(scene));
        draft.time = cluster.time(scene).map(|own| (own.interval, Some(own.span)));
        for bound in &scene.counts {
            draft.count(bound, self.marks);
        }
        if let Some(body) = body {
            if draft.time.is_none() {
                draft.time = body.times.iter().find_map(|t| match t.when {
                    When::On(interval) if out_of_news(&t.when, self.published).is_none() => Some((interval, Some(t.span))),
                    _ => None,
                });
            }
            draft.see(body);
            for bound in &body.counts {
                draft.count(bound, self.marks);
            }
        }
        self.drafts.push(draft);
    }
}
