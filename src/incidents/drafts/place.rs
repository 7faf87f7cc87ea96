//! Where a sentence without a place is set.

use std::collections::BTreeMap;

use crate::gazetteer::{Class, Country};
use crate::incidents::rules::Marks;
use crate::incidents::scene::Scene;
use crate::incidents::site::Site;
use crate::incidents::triggers::group as group_of;
use crate::incidents::{EventGroup, PlaceSource, Status};
use crate::mentions::Usage;
use crate::text::Role;

use super::cluster::{Cluster, Own};
use super::join::agrees;
use super::{Draft, Gatherer, Link, admits};

impl Gatherer<'_, '_> {
    /// A cluster without a place: goes on with a draft, or starts one where the report is.
    pub(super) fn without_place(&mut self, scene: &Scene, cluster: &Cluster<'_>, own: Option<Own>) -> Vec<usize> {
        let event_type = cluster.event_type();
        if let Some(link) = self.paragraph_head(scene).or_else(|| self.capital(scene)) {
            return self.placed(scene, cluster, own, link);
        }
        if let Some(site) = self.country.filter(|_| self.is_national(scene, cluster)) {
            let link = Link { site, mentions: Vec::new(), near: false, source: PlaceSource::DocumentCountry, direct: true };
            return self.placed(scene, cluster, own, link);
        }
        if let Some((link, time)) = self.place_before(scene, cluster) {
            let own = own.or(time);
            return self.placed(scene, cluster, own, link);
        }
        let same_type = |d: &Draft| d.event_type() == event_type && agrees(d, own);
        let found = self.focus_for(scene, cluster, own).or_else(|| self.drafts.iter().rposition(same_type));
        if let Some(draft) = found {
            self.vote(draft, scene, cluster, own);
            return vec![draft];
        }
        if self.too_weak(scene, cluster, own) {
            return Vec::new();
        }
        let counted = scene.counts.iter().any(|c| admits(event_type, c.field));
        let on_road = event_type == "road_accident" && !scene.places.routes.is_empty();
        if own.is_none() && !counted && !on_road {
            let words = self.marks.text.slice(self.marks.text.tokens[cluster.told[0].0.trigger.at()].span);
            self.rejected.push(format!("{event_type} ({words}): neither place nor time nor number is told"));
            return Vec::new();
        }
        let mut draft = Draft::new(Status::Reported);
        draft.place = self.place_of_report(scene, event_type);
        self.drafts.push(draft);
        let draft = self.drafts.len() - 1;
        self.vote(draft, scene, cluster, own);
        vec![draft]
    }

    /// A cluster that names no place, in a sentence that has one by other means.
    fn placed(&mut self, scene: &Scene, cluster: &Cluster<'_>, own: Option<Own>, link: Link) -> Vec<usize> {
        let found = self.drafts.iter().rposition(|d| self.same_incident(d, link.site, cluster, own, scene));
        if found.is_none() && self.too_weak(scene, cluster, own) {
            return Vec::new();
        }
        let draft = found.unwrap_or_else(|| {
            self.drafts.push(Draft { place: Some(link), ..Draft::new(Status::Reported) });
            self.drafts.len() - 1
        });
        self.vote(draft, scene, cluster, own);
        vec![draft]
    }

    /// Whether a sentence without a place tells of the whole country: it says so, or the ministry sums
    /// up the unrest or the arrests of several towns in a paragraph of its own.
    fn is_national(&self, scene: &Scene, cluster: &Cluster<'_>) -> bool {
        if scene.nationwide {
            return true;
        }
        let of_unrest = |kind| matches!(group_of(kind), EventGroup::Unrest | EventGroup::Violence | EventGroup::Security);
        let towns = self.drafts.iter().filter(|d| of_unrest(d.event_type())).filter_map(|d| Some(&self.sites[d.place.as_ref()?.site]));
        let mut towns = towns.filter(|site| site.fineness() == 3);
        let first = towns.next();
        let several = first.is_some_and(|first| towns.any(|other| !other.same(first) && other.country == first.country));
        let apart = self.focus.is_none_or(|f| self.drafts[f].paragraph != scene.paragraph);
        scene.whole_country && apart && several && of_unrest(cluster.event_type())
    }

    /// "On Monday thousands gathered in Aktau. The rally passed off peacefully": the town of the sentence
    /// before, which itself told no incident, with its day.
    fn place_before(&self, scene: &Scene, cluster: &Cluster<'_>) -> Option<(Link, Option<Own>)> {
        let before = self.scenes.get(scene.sentence.checked_sub(1)?)?;
        if before.paragraph != scene.paragraph || before.role != Role::Body || !before.told.is_empty() || before.counts.is_empty() {
            return None;
        }
        let [group] = before.places.groups.as_slice() else { return None };
        if !group.inside || !group.live || group.fineness < 2 || group_of(cluster.event_type()) != EventGroup::Unrest {
            return None;
        }
        let site = *group.sites.first()?;
        let time = before.times.iter().find_map(|t| Some(Own { interval: t.when.days()?, span: t.span, loose: false }));
        Some((Link::of(site, group), time))
    }

    /// The place at the head of the paragraph, in a bulletin.
    pub(super) fn paragraph_head(&self, scene: &Scene) -> Option<Link> {
        let site = *self.heads.get(&scene.paragraph)?;
        Some(Link { site, mentions: vec![site], near: false, source: PlaceSource::Mention, direct: true })
    }

    /// "In the capital itself, …": that of the country of the incident in focus, or of the report.
    fn capital(&self, scene: &Scene) -> Option<Link> {
        if !scene.capital {
            return None;
        }
        let of_focus = self.focus.and_then(|f| self.sites[self.drafts[f].place.as_ref()?.site].country);
        let country = of_focus.or_else(|| self.sites[self.country?].country)?;
        let site = self.sites.iter().position(|s| s.capital && s.country == Some(country))?;
        Some(Link { site, mentions: vec![site], near: false, source: PlaceSource::Nominal, direct: true })
    }

    /// Where a sentence without a place is set: the country when it says so; the place in focus; the
    /// headline's town; the road it happened on; the dateline; else the country the report names most.
    pub(super) fn place_of_report(&self, scene: &Scene, event_type: &str) -> Option<Link> {
        let inferred = |site: usize, near: bool| Link { site, mentions: vec![site], near, source: PlaceSource::Mention, direct: false };
        let focus = |paragraphs: usize| {
            let draft = self.focus.map(|f| &self.drafts[f]).filter(|d| d.paragraph + paragraphs >= scene.paragraph)?;
            draft.place.clone().map(|link| Link { direct: false, ..link })
        };
        let country = || {
            let site = self.country?;
            Some(Link { site, mentions: Vec::new(), near: false, source: PlaceSource::DocumentCountry, direct: false })
        };
        if scene.whole_country {
            return focus(0).or_else(country);
        }
        let headline = || self.headline_town().map(|site| inferred(site, false));
        // "ambushed between X and Y", "made landfall between X and Y".
        let route = || {
            let on_the_way = group_of(event_type) != EventGroup::Politics && event_type != "arrest";
            scene.places.routes.first().filter(|_| on_the_way).map(|&site| inferred(site, true))
        };
        let dateline = || self.scenes.iter().find_map(|s| s.places.dateline).map(|site| inferred(site, false));
        focus(0).or_else(route).or_else(|| focus(1)).or_else(headline).or_else(dateline).or_else(country)
    }

    /// The one town or district of the headline.
    fn headline_town(&self) -> Option<usize> {
        let mut towns = self
            .scenes
            .iter()
            .filter(|s| s.role == Role::Headline)
            .flat_map(|s| s.places.groups.iter())
            .filter(|g| g.fineness >= 1)
            .flat_map(|g| g.sites.iter().copied());
        let first = towns.next()?;
        towns.all(|other| self.sites[other].same(&self.sites[first])).then_some(first)
    }
}

/// The places at the heads of the paragraphs of a bulletin: "Ачинск. Тем же днём двое в масках …",
/// "الطائف - لقي ستة مصرعهم". A report with one dateline is no bulletin.
pub(super) fn heads(scenes: &[Scene], sites: &[Site]) -> BTreeMap<usize, usize> {
    let body = scenes.iter().filter(|s| s.role == Role::Body);
    let mut heads = BTreeMap::new();
    for (paragraph, site) in body.filter_map(|s| Some((s.paragraph, s.places.dateline?))) {
        heads.entry(paragraph).or_insert(site);
    }
    let first = heads.values().next().copied();
    let is_bulletin = first.is_some_and(|first| heads.values().any(|&other| !sites[other].same(&sites[first])));
    if is_bulletin { heads } else { BTreeMap::new() }
}

/// The country that most literal names of the report lie in, as the site that names it.
pub(super) fn country(marks: &Marks<'_>, sites: &[Site]) -> Option<usize> {
    let mut votes: BTreeMap<Country, i32> = BTreeMap::new();
    let nowhere = marks.text.tokens.len();
    let used = |s: &&Site| s.tokens.start < nowhere && !matches!(s.usage, Usage::Origin | Usage::Person);
    for site in sites.iter().filter(used) {
        if let Some(country) = site.country {
            *votes.entry(country).or_default() += 1;
        }
    }
    let best = votes.iter().max_by_key(|(country, n)| (**n, std::cmp::Reverse(**country))).map(|(c, _)| *c)?;
    sites.iter().position(|s| s.country == Some(best) && s.fineness() == 0 && s.level == Class::Country)
}
