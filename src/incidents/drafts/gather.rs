//! Reads the sentences of the body one after the other into drafts.

use jiff::civil::Date;

use crate::incidents::link::{self, Group};
use crate::incidents::rules::Marks;
use crate::incidents::scene::Scene;
use crate::incidents::site::Site;
use crate::incidents::triggers::compatible;
use crate::incidents::{CountField, Status};
use crate::text::Role;

use super::cluster::{Cluster, Own};
use super::join::agrees;
use super::place;
use super::{Draft, Gatherer, Link, Touched, Vote, admits};

impl<'a, 't> Gatherer<'a, 't> {
    /// Gathers all drafts.
    pub fn gather(marks: &'a Marks<'t>, sites: &'a [Site], scenes: &'a [Scene], published: Option<Date>) -> Self {
        let (heads, country) = (place::heads(scenes, sites), place::country(marks, sites));
        let (drafts, others, rejected) = (Vec::new(), Vec::new(), Vec::new());
        let mut this = Self { marks, sites, scenes, published, drafts, others, rejected, focus: None, beside: Vec::new(), heads, country };
        for scene in scenes.iter().filter(|s| s.role == Role::Body) {
            this.body(scene);
        }
        for scene in scenes.iter().filter(|s| s.role == Role::Headline) {
            this.headline(scene);
        }
        this.date();
        this
    }

    fn body(&mut self, scene: &Scene) {
        let mut touched: Vec<Touched> = Vec::new();
        for cluster in self.clusters(scene) {
            let triggers = cluster.triggers();
            let anchor = cluster.group.map_or(triggers[0], |g| g.tokens.start);
            for draft in self.place_cluster(scene, &cluster) {
                touched.push(Touched { draft, anchor, triggers: triggers.clone() });
            }
        }
        self.shares(scene, &mut touched);
        self.other_places(scene, &mut touched);
        self.counts(scene, &touched);
        self.late_time(scene, &touched);
        self.keep_others(scene);
        if let Some(first) = touched.first() {
            self.focus = Some(first.draft);
            self.beside = touched.iter().map(|t| t.draft).collect();
        }
    }

    /// Finds or makes the drafts of a cluster.
    fn place_cluster(&mut self, scene: &Scene, cluster: &Cluster<'_>) -> Vec<usize> {
        let own = cluster.time(scene);
        let Some(group) = cluster.group else { return self.without_place(scene, cluster, own) };
        // A country alone, beside a draft in focus inside it, is mostly its container.
        if group.fineness == 0
            && !group.unresolved
            && !scene.whole_country
            && own.is_none_or(|o| o.loose)
            && let Some(focus) = self.focus_for(scene, cluster, None)
            && self.drafts[focus].place.as_ref().is_some_and(|l| group.sites.iter().any(|&s| self.sites[s].may_hold(&self.sites[l.site])))
        {
            self.vote(focus, scene, cluster, own);
            return vec![focus];
        }
        // Where a quake has its centre, or is felt, is no second quake.
        if group.fineness == 0
            && cluster.event_type() == "earthquake"
            && let Some(known) = self.drafts.iter().rposition(|d| d.event_type() == "earthquake" && agrees(d, own))
        {
            self.vote(known, scene, cluster, own);
            return vec![known];
        }
        let mut drafts = Vec::new();
        for &site in &group.sites {
            let found = self.drafts.iter().rposition(|d| self.same_incident(d, site, cluster, own, scene));
            if found.is_none() && self.too_weak(scene, cluster, own) {
                continue;
            }
            let draft = found.unwrap_or_else(|| {
                let mut draft = Draft::new(Status::Reported);
                draft.place = Some(Link::of(site, group));
                self.drafts.push(draft);
                self.drafts.len() - 1
            });
            self.refine(draft, site, group);
            self.vote(draft, scene, cluster, own);
            drafts.push(draft);
        }
        drafts
    }

    /// Whether a cluster names only people or things of an incident and neither day nor number, so
    /// that it cannot stand for one alone: "the protesters", "a truce", "militants".
    pub(super) fn too_weak(&mut self, scene: &Scene, cluster: &Cluster<'_>, own: Option<Own>) -> bool {
        let event_type = cluster.event_type();
        let counted = scene.counts.iter().any(|c| admits(event_type, c.field) && c.field != CountField::Participants);
        let weak = cluster.is_weak() && own.is_none_or(|o| o.loose) && !counted;
        if weak {
            let words = self.marks.text.slice(self.marks.text.tokens[cluster.told[0].0.trigger.at()].span);
            self.rejected.push(format!("{event_type} ({words}): a word that tells no incident alone, without day or number"));
        }
        weak
    }

    /// A finer place, or another mention of the same, for a draft that has one.
    fn refine(&mut self, draft: usize, site: usize, group: &Group) {
        let Some(link) = &mut self.drafts[draft].place else { return };
        if self.sites[link.site].may_hold(&self.sites[site]) {
            link.site = site;
            link.near = group.near;
        } else if self.sites[link.site].same(&self.sites[site]) {
            link.near |= group.near;
            link.direct = true;
        }
        for &mention in &group.all {
            if !link.mentions.contains(&mention) {
                link.mentions.push(mention);
            }
        }
    }

    pub(super) fn vote(&mut self, draft: usize, scene: &Scene, cluster: &Cluster<'_>, own: Option<Own>) {
        let draft = &mut self.drafts[draft];
        let claimed = cluster.told.iter().find(|(t, _)| t.status == Status::Claimed).filter(|_| draft.sentences.is_empty());
        if let Some((told, _)) = claimed {
            draft.status = Status::Claimed;
            draft.cue.clone_from(&told.cue);
        }
        for vote in cluster.votes(scene) {
            // Sentences are read in order: those of this one stand last.
            let mut same_sentence = draft.votes.iter().rev().take_while(|v| v.sentence == scene.sentence);
            if !same_sentence.any(|known| *known == vote) {
                draft.votes.push(vote);
            }
        }
        draft.own |= cluster.is_own();
        draft.see(scene);
        if draft.time.is_none() {
            draft.time = own.map(|o| (o.interval, Some(o.span)));
        }
    }

    /// Keeps what is told as denied, planned or past, when it names its place.
    fn keep_others(&mut self, scene: &Scene) {
        for told in scene.told.iter().filter(|t| !t.is_live()) {
            let Some(group) = link::nearest(&scene.places, self.marks, told.trigger.at(), &[], false) else { continue };
            let site = group.sites[0];
            let known = self.others.iter_mut().find(|d| {
                d.status == told.status
                    && d.sentences == [scene.sentence]
                    && d.place.as_ref().is_some_and(|l| l.site == site)
                    && compatible(d.event_type(), told.trigger.event_type)
            });
            let trigger = &told.trigger;
            let vote =
                Vote { event_type: trigger.event_type, sentence: scene.sentence, tokens: trigger.tokens.clone(), weak: trigger.weak };
            if let Some(known) = known {
                known.votes.push(vote);
                continue;
            }
            let mut draft = Draft::new(told.status);
            draft.place = Some(Link::of(site, group));
            draft.votes.push(vote);
            draft.cue.clone_from(&told.cue);
            draft.time = told.time.and_then(|t| Some((scene.times[t].when.days()?, Some(scene.times[t].span))));
            draft.see(scene);
            self.others.push(draft);
        }
    }
}
