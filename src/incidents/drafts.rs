//! Incidents in the making: what the sentences tell is gathered into one draft for each incident.
//!
//! A report comes back to an incident again and again, mostly without naming its place a second
//! time. A sentence that names a place of its own starts a draft or joins the one that is there
//! already; one that names none goes on with the draft in focus when their types agree. Counts fill
//! what is missing and are never summed.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::gazetteer::{Class, Country};
use crate::mentions::Usage;
use crate::text::Role;

use super::calendar::days_between;
use super::counts::Bound;
use super::link::{self, Group};
use super::rules::Marks;
use super::scene::{Scene, Told};
use super::site::{Site, TOWN_KM};
use super::time::{Interval, When};
use super::triggers::{compatible, dominance, group as group_of};
use super::{CountField, DatePrecision, EventGroup, PlaceSource, Status};

/// Paragraphs over which a sentence without a place still goes on with the draft in focus.
const FOCUS_PARAGRAPHS: usize = 1;
/// An interval of unrest at least so long is the time of what is told without one (days).
const UMBRELLA_DAYS: i64 = 2;

/// An incident in the making.
#[derive(Debug, Clone)]
pub struct Draft {
    /// How it is told.
    pub status: Status,
    /// Types told for it, with the weight, the sentence and the trigger's tokens.
    pub votes: Vec<Vote>,
    /// Where.
    pub place: Option<Link>,
    /// When, with the expression that says so; the sentence of the expression.
    pub time: Option<(Interval, Option<crate::text::Span>)>,
    /// The time was taken from another draft, or from publication.
    pub time_inherited: bool,
    /// Counts by field.
    pub counts: BTreeMap<CountField, Bound>,
    /// Sentences that tell of it.
    pub sentences: Vec<usize>,
    /// The cue of a status other than reported.
    pub cue: Option<std::ops::Range<usize>>,
    /// The paragraph of its last sentence.
    pub paragraph: usize,
    /// Told in the headline too.
    pub headlined: bool,
    /// No part of an incident of another group, see [`super::triggers::Trigger::own`].
    pub own: bool,
}

/// A trigger that speaks for a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The type.
    pub event_type: &'static str,
    /// Sentence of the trigger.
    pub sentence: usize,
    /// Tokens of the trigger.
    pub tokens: std::ops::Range<usize>,
    /// Gives way to any other.
    pub weak: bool,
}

/// How a draft is bound to its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The site, by number.
    pub site: usize,
    /// Other mentions of the same place.
    pub mentions: Vec<usize>,
    /// "near".
    pub near: bool,
    /// How it was linked.
    pub source: PlaceSource,
    /// Said in the clause or sentence of the trigger.
    pub direct: bool,
}

impl Draft {
    fn new(status: Status) -> Self {
        Self {
            status,
            votes: Vec::new(),
            place: None,
            time: None,
            time_inherited: false,
            counts: BTreeMap::new(),
            sentences: Vec::new(),
            cue: None,
            paragraph: 0,
            headlined: false,
            own: false,
        }
    }

    /// The type that the votes decide for.
    pub fn event_type(&self) -> &'static str {
        decide(self.votes.iter().map(|v| (v.weak, v.event_type)))
    }

    fn see(&mut self, scene: &Scene) {
        if !self.sentences.contains(&scene.sentence) {
            self.sentences.push(scene.sentence);
        }
        if scene.role != Role::Headline {
            self.paragraph = scene.paragraph;
        }
    }

    fn count(&mut self, bound: &Bound) {
        if !admits(group_of(self.event_type()), self.event_type(), bound.field) {
            return;
        }
        match self.counts.get(&bound.field) {
            Some(_) if !bound.update => {}
            _ => {
                self.counts.insert(bound.field, bound.clone());
            }
        }
    }
}

/// The type that several triggers of one incident add up to.
fn decide(types: impl Iterator<Item = (bool, &'static str)>) -> &'static str {
    types.max_by_key(|&(weak, event_type)| (!weak, dominance(event_type))).map_or("other", |(_, event_type)| event_type)
}

/// Whether incidents of a type have such a count.
fn admits(group: EventGroup, event_type: &str, field: CountField) -> bool {
    match field {
        CountField::Participants => group == EventGroup::Unrest || event_type == "deployment",
        CountField::Arrested => {
            matches!(group, EventGroup::Unrest | EventGroup::Violence | EventGroup::Security) && event_type != "deployment"
        }
        CountField::Killed | CountField::Injured => {
            !matches!(event_type, "deployment" | "emergency_measure" | "agreement" | "government_change")
        }
        CountField::Missing => {
            !matches!(event_type, "abduction" | "deployment" | "emergency_measure" | "agreement" | "government_change" | "arrest")
        }
        CountField::Evacuated => !matches!(group, EventGroup::Politics | EventGroup::Security),
    }
}

/// Gathers the drafts of a document.
pub struct Gatherer<'a, 't> {
    marks: &'a Marks<'t>,
    sites: &'a [Site],
    scenes: &'a [Scene],
    published: Option<Date>,
    /// Drafts told as having happened.
    pub drafts: Vec<Draft>,
    /// Drafts told otherwise: denied, planned, history.
    pub others: Vec<Draft>,
    /// What was left out, and why.
    pub rejected: Vec<String>,
    focus: Option<usize>,
}

/// The triggers of a sentence that speak of one incident, with its group of places.
struct Cluster<'s> {
    /// With whether it only gives way: its own nearest place was the container of this one.
    told: Vec<(&'s Told, bool)>,
    group: Option<&'s Group>,
}

/// When a cluster happened.
#[derive(Debug, Clone, Copy)]
struct Own {
    interval: Interval,
    span: crate::text::Span,
    /// Told later in the sentence, perhaps of something else.
    loose: bool,
}

impl Cluster<'_> {
    fn event_type(&self) -> &'static str {
        decide(self.told.iter().map(|(t, weak)| (t.trigger.weak || *weak, t.trigger.event_type)))
    }

    fn is_own(&self) -> bool {
        self.told.iter().any(|(t, _)| t.trigger.own)
    }

    fn time(&self, scene: &Scene) -> Option<Own> {
        let of = |told: &Told| match scene.times[told.time?].when {
            When::On(interval) => Some(Own { interval, span: scene.times[told.time?].span, loose: told.loose_time }),
            _ => None,
        };
        self.told.iter().filter_map(|(t, _)| of(t)).min_by_key(|own| own.loose)
    }

    fn votes(&self, scene: &Scene) -> impl Iterator<Item = Vote> {
        let sentence = scene.sentence;
        self.told.iter().map(move |(told, weak)| Vote {
            event_type: told.trigger.event_type,
            sentence,
            tokens: told.trigger.tokens.clone(),
            weak: told.trigger.weak || *weak,
        })
    }
}

impl<'a, 't> Gatherer<'a, 't> {
    /// Gathers all drafts.
    pub fn gather(marks: &'a Marks<'t>, sites: &'a [Site], scenes: &'a [Scene], published: Option<Date>) -> Self {
        let mut this = Self { marks, sites, scenes, published, drafts: Vec::new(), others: Vec::new(), rejected: Vec::new(), focus: None };
        for scene in scenes.iter().filter(|s| s.role == Role::Body) {
            this.body(scene);
        }
        for scene in scenes.iter().filter(|s| s.role == Role::Headline) {
            this.headline(scene);
        }
        this.date();
        this
    }

    /// The triggers of a sentence parted by place and type.
    fn clusters<'s>(&self, scene: &'s Scene) -> Vec<Cluster<'s>> {
        let live: Vec<&Told> = scene.told.iter().filter(|t| t.is_live()).collect();
        let at: Vec<usize> = live.iter().map(|t| t.trigger.at()).collect();
        let mut clusters: Vec<Cluster<'s>> = Vec::new();
        for told in live {
            let nearest = link::nearest(&scene.places, self.marks, told.trigger.at(), &at, true);
            let group = nearest.map(|g| self.finer(scene, g));
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
    /// Mangystau region".
    fn finer<'s>(&self, scene: &'s Scene, coarse: &'s Group) -> &'s Group {
        if coarse.fineness > 1 || scene.whole_country {
            return coarse;
        }
        let holds = |g: &&Group| g.live && g.fineness >= 2 && g.sites.iter().all(|&s| self.sites[coarse.sites[0]].may_hold(&self.sites[s]));
        let inside = scene.places.groups.iter().filter(holds);
        inside.min_by_key(|g| g.tokens.start.abs_diff(coarse.tokens.start)).unwrap_or(coarse)
    }

    fn body(&mut self, scene: &Scene) {
        let mut touched: Vec<(usize, usize)> = Vec::new();
        for cluster in self.clusters(scene) {
            let anchor = cluster.group.map_or(cluster.told[0].0.trigger.at(), |g| g.tokens.start);
            for draft in self.place_cluster(scene, &cluster) {
                touched.push((draft, anchor));
            }
        }
        self.shares(scene, &mut touched);
        self.other_places(scene, &mut touched);
        self.counts(scene, &touched);
        self.late_time(scene, &touched);
        self.keep_others(scene);
        if let Some(&(draft, _)) = touched.first() {
            self.focus = Some(draft);
        }
    }

    /// Finds or makes the drafts of a cluster.
    fn place_cluster(&mut self, scene: &Scene, cluster: &Cluster<'_>) -> Vec<usize> {
        let own = cluster.time(scene);
        let Some(group) = cluster.group else { return self.without_place(scene, cluster, own) };
        // A country alone, beside a draft in focus inside it, is mostly its container.
        if group.fineness == 0
            && !scene.whole_country
            && own.is_none_or(|o| o.loose)
            && let Some(focus) = self.focus_for(scene, cluster, None)
            && self.drafts[focus].place.as_ref().is_some_and(|l| group.sites.iter().any(|&s| self.sites[s].may_hold(&self.sites[l.site])))
        {
            self.vote(focus, scene, cluster, own);
            return vec![focus];
        }
        let mut drafts = Vec::new();
        for &site in &group.sites {
            let found = self.drafts.iter().rposition(|d| self.same_incident(d, site, cluster, own, scene));
            let draft = found.unwrap_or_else(|| {
                let mut draft = Draft::new(Status::Reported);
                draft.place =
                    Some(Link { site, mentions: group.all.clone(), near: group.near, source: PlaceSource::Mention, direct: true });
                self.drafts.push(draft);
                self.drafts.len() - 1
            });
            self.refine(draft, site, group);
            self.vote(draft, scene, cluster, own);
            drafts.push(draft);
        }
        drafts
    }

    /// Whether a sentence about `site` tells of this draft.
    fn same_incident(&self, draft: &Draft, site: usize, cluster: &Cluster<'_>, own: Option<Own>, scene: &Scene) -> bool {
        let Some(link) = &draft.place else { return false };
        let (a, b) = (&self.sites[link.site], &self.sites[site]);
        let near = draft.paragraph + FOCUS_PARAGRAPHS >= scene.paragraph;
        let contained = near && (a.may_hold(b) || b.may_hold(a)) && a.fineness().min(b.fineness()) > 0;
        // A quarter or camp of the town in focus.
        let quarter = near && own.is_none() && a.fineness() == 3 && b.fineness() == 3 && a.position.distance_km(b.position) < TOWN_KM;
        (a.same(b) || contained || quarter) && goes_with(draft, cluster, scene, own) && agrees(draft, own)
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

    fn vote(&mut self, draft: usize, scene: &Scene, cluster: &Cluster<'_>, own: Option<Own>) {
        let draft = &mut self.drafts[draft];
        let claimed = cluster.told.iter().find(|(t, _)| t.status == Status::Claimed).filter(|_| draft.sentences.is_empty());
        if let Some((told, _)) = claimed {
            draft.status = Status::Claimed;
            draft.cue.clone_from(&told.cue);
        }
        for vote in cluster.votes(scene) {
            if !draft.votes.contains(&vote) {
                draft.votes.push(vote);
            }
        }
        draft.own |= cluster.is_own();
        draft.see(scene);
        if draft.time.is_none() {
            draft.time = own.map(|o| (o.interval, Some(o.span)));
        }
    }

    /// The draft in focus, when a sentence of this type may go on with it.
    fn focus_for(&self, scene: &Scene, cluster: &Cluster<'_>, own: Option<Own>) -> Option<usize> {
        let fits = |&i: &usize| {
            let draft = &self.drafts[i];
            goes_with(draft, cluster, scene, own) && draft.paragraph + FOCUS_PARAGRAPHS >= scene.paragraph && agrees(draft, own)
        };
        self.focus.filter(fits).or_else(|| {
            let same_paragraph = |i: &usize| self.drafts[*i].paragraph == scene.paragraph && fits(i);
            (0..self.drafts.len()).rev().find(same_paragraph)
        })
    }

    /// A cluster without a place: goes on with a draft, or starts one where the report is.
    fn without_place(&mut self, scene: &Scene, cluster: &Cluster<'_>, own: Option<Own>) -> Vec<usize> {
        let event_type = cluster.event_type();
        let same_type = |d: &Draft| d.event_type() == event_type && agrees(d, own);
        let found = self.focus_for(scene, cluster, own).or_else(|| self.drafts.iter().rposition(same_type));
        if let Some(draft) = found {
            self.vote(draft, scene, cluster, own);
            return vec![draft];
        }
        let counted = scene.counts.iter().any(|c| admits(group_of(event_type), event_type, c.field));
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

    /// Where a sentence without a place is set: the country when it says so; the place in focus; the
    /// headline's town; the road it happened on; the dateline; else the country the report names most.
    fn place_of_report(&self, scene: &Scene, event_type: &str) -> Option<Link> {
        let inferred = |site: usize, near: bool| Link { site, mentions: vec![site], near, source: PlaceSource::Mention, direct: false };
        let focus = |paragraphs: usize| {
            let draft = self.focus.map(|f| &self.drafts[f]).filter(|d| d.paragraph + paragraphs >= scene.paragraph)?;
            draft.place.clone().map(|link| Link { direct: false, ..link })
        };
        let country = || {
            let site = self.document_country()?;
            Some(Link { site, mentions: Vec::new(), near: false, source: PlaceSource::DocumentCountry, direct: false })
        };
        if scene.whole_country {
            return focus(0).or_else(country);
        }
        let headline = || self.headline_town().map(|site| inferred(site, false));
        let route = || {
            let on_road = matches!(event_type, "road_accident" | "transport_accident");
            scene.places.routes.first().filter(|_| on_road).map(|&site| inferred(site, true))
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

    /// The country that most literal names of the report lie in, as the site that names it.
    fn document_country(&self) -> Option<usize> {
        let mut votes: BTreeMap<Country, i32> = BTreeMap::new();
        let nowhere = self.marks.text.tokens.len();
        let used = |s: &&Site| s.tokens.start < nowhere && !matches!(s.usage, Usage::Origin | Usage::Person);
        for site in self.sites.iter().filter(used) {
            if let Some(country) = site.country {
                *votes.entry(country).or_default() += 1;
            }
        }
        let best = votes.iter().max_by_key(|(country, n)| (**n, std::cmp::Reverse(**country))).map(|(c, _)| *c)?;
        self.sites.iter().position(|s| s.country == Some(best) && s.fineness() == 0 && s.level == Class::Country)
    }

    /// "Aktobe – nine, Shymkent – five": each town is an incident with its share.
    fn shares(&mut self, scene: &Scene, touched: &mut Vec<(usize, usize)>) {
        let Some(source) = touched.first().map(|t| t.0).or(self.focus) else { return };
        for (site, bound) in &scene.shares {
            let place = &self.sites[*site];
            let known = self.drafts.iter().position(|d| d.place.as_ref().is_some_and(|l| self.sites[l.site].same(place)));
            let draft = known.unwrap_or_else(|| {
                let mut draft = Draft::new(Status::Reported);
                draft.place = Some(Link { site: *site, mentions: vec![*site], near: false, source: PlaceSource::Mention, direct: true });
                draft.time = self.drafts[source].time;
                draft.votes.clone_from(&self.drafts[source].votes);
                self.drafts.push(draft);
                self.drafts.len() - 1
            });
            let draft_ref = &mut self.drafts[draft];
            draft_ref.counts.insert(bound.field, bound.clone());
            draft_ref.see(scene);
            if bound.field == CountField::Arrested && group_of(draft_ref.event_type()) == EventGroup::Security {
                let at = bound.cue;
                draft_ref.votes.push(Vote { event_type: "arrest", sentence: scene.sentence, tokens: at..at + 1, weak: false });
                draft_ref.votes.retain(|v| v.event_type != "security_operation");
            }
            touched.push((draft, place.tokens.start));
        }
    }

    /// "The accident happened on Sunday": a time told after an incident that had none.
    fn late_time(&mut self, scene: &Scene, touched: &[(usize, usize)]) {
        let Some(focus) = touched.first().map(|t| t.0).or(self.focus) else { return };
        let silent = scene.told.iter().all(Told::is_live);
        if !silent || !self.goes_on(focus, scene) || self.drafts[focus].paragraph != scene.paragraph {
            return;
        }
        let time = scene.times.iter().find_map(|t| match t.when {
            When::On(interval) if super::status::out_of_news(&t.when, self.published).is_none() => Some((interval, Some(t.span))),
            _ => None,
        });
        let draft = &mut self.drafts[focus];
        if draft.time.is_none() && draft.sentences.last().is_some_and(|&s| s + 1 >= scene.sentence) {
            draft.time = time;
        }
    }

    /// Towns with a count of their own beside the one that took the trigger: "killed two in Nikopol
    /// and wounded five in Kherson"; and a town with a count in a sentence without any trigger.
    fn other_places(&mut self, scene: &Scene, touched: &mut Vec<(usize, usize)>) {
        let source = touched.first().map(|t| t.0).or_else(|| {
            let silent = scene.told.is_empty();
            self.focus.filter(|&f| silent && self.drafts[f].paragraph + FOCUS_PARAGRAPHS >= scene.paragraph)
        });
        let Some(source) = source else { return };
        let event_type = self.drafts[source].event_type();
        for group in &scene.places.groups {
            let taken = touched.iter().any(|&(_, anchor)| anchor == group.tokens.start);
            if taken || group.fineness < 2 || !group.inside || !group.live {
                continue;
            }
            let counted = scene.counts.iter().any(|c| {
                let nearest = link::nearest(&scene.places, self.marks, c.at, &[], true);
                nearest.is_some_and(|g| g.tokens == group.tokens) && admits(group_of(event_type), event_type, c.field)
            });
            if !counted {
                continue;
            }
            let own = scene.times.iter().find_map(|t| match t.when {
                When::On(interval) => Some((interval, Some(t.span))),
                _ => None,
            });
            for &site in &group.sites {
                let place = &self.sites[site];
                let known = self.drafts.iter().position(|d| {
                    d.place.as_ref().is_some_and(|l| self.sites[l.site].same(place)) && compatible(d.event_type(), event_type)
                });
                if let Some(known) = known {
                    touched.push((known, group.tokens.start));
                    continue;
                }
                let mut draft = Draft::new(Status::Reported);
                draft.place =
                    Some(Link { site, mentions: group.all.clone(), near: group.near, source: PlaceSource::Mention, direct: true });
                draft.votes = self.drafts[source].votes.clone();
                draft.votes.truncate(1);
                if let Some(vote) = draft.votes.first_mut() {
                    vote.event_type = event_type;
                }
                draft.time = own.or(self.drafts[source].time);
                draft.see(scene);
                self.drafts.push(draft);
                touched.push((self.drafts.len() - 1, group.tokens.start));
            }
        }
    }

    /// Hands the counts of a sentence to the drafts that it tells of.
    fn counts(&mut self, scene: &Scene, touched: &[(usize, usize)]) {
        // What is told town by town is not told again as a total of one of them.
        let shared: Vec<CountField> = scene.shares.iter().map(|(_, b)| b.field).collect();
        for bound in scene.counts.iter().filter(|b| !shared.contains(&b.field)) {
            let nearest = link::nearest(&scene.places, self.marks, bound.at, &[], true);
            let target = match touched {
                [] => self.focus.filter(|&f| self.goes_on(f, scene)),
                [(only, _)] => Some(*only),
                several => several
                    .iter()
                    .filter(|(draft, _)| {
                        let kind = self.drafts[*draft].event_type();
                        admits(group_of(kind), kind, bound.field)
                    })
                    .min_by_key(|(_, anchor)| {
                        let by_place = nearest.is_some_and(|g| g.tokens.start == *anchor);
                        (!by_place, anchor.abs_diff(bound.at))
                    })
                    .map(|(draft, _)| *draft),
            };
            if let Some(draft) = target {
                self.drafts[draft].count(bound);
                self.drafts[draft].see(scene);
            }
        }
    }

    /// Whether a sentence without live triggers may still tell of a draft: close to it, and not set
    /// in another town.
    fn goes_on(&self, draft: usize, scene: &Scene) -> bool {
        let draft = &self.drafts[draft];
        let elsewhere = scene.places.groups.iter().any(|g| {
            g.fineness >= 2
                && g.inside
                && draft.place.as_ref().is_none_or(|l| !g.sites.iter().any(|&s| self.sites[s].same(&self.sites[l.site])))
        });
        draft.paragraph + FOCUS_PARAGRAPHS >= scene.paragraph && !elsewhere
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
            draft.place = Some(Link { site, mentions: group.all.clone(), near: group.near, source: PlaceSource::Mention, direct: true });
            draft.votes.push(vote);
            draft.cue.clone_from(&told.cue);
            draft.time = told.time.and_then(|t| match scene.times[t].when {
                When::On(interval) => Some((interval, Some(scene.times[t].span))),
                _ => None,
            });
            draft.see(scene);
            self.others.push(draft);
        }
    }

    /// The headline confirms what the body tells; alone it makes a draft only when the body has none.
    fn headline(&mut self, scene: &Scene) {
        for cluster in self.clusters(scene) {
            let sites: Vec<usize> = cluster.group.map_or(Vec::new(), |g| g.sites.clone());
            let wanted: Vec<Option<usize>> = if sites.is_empty() { vec![None] } else { sites.iter().copied().map(Some).collect() };
            for site in wanted {
                let fitting: Vec<usize> = (0..self.drafts.len()).filter(|&i| self.headlines(i, site, &cluster)).collect();
                let exact = |&&i: &&usize| self.drafts[i].event_type() == cluster.event_type();
                match fitting.iter().find(exact).or(fitting.first()) {
                    // A headline over several incidents must not give one the type of another.
                    Some(&draft) => self.confirm(draft, scene, &cluster, site, fitting.len() == 1),
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
            draft.count(bound);
        }
        if let Some(body) = body {
            if draft.time.is_none() {
                draft.time = body.times.iter().find_map(|t| match t.when {
                    When::On(interval) if super::status::out_of_news(&t.when, self.published).is_none() => Some((interval, Some(t.span))),
                    _ => None,
                });
            }
            draft.see(body);
            for bound in &body.counts {
                draft.count(bound);
            }
        }
        self.drafts.push(draft);
    }

    /// Gives a time to drafts that have none: of the unrest they belong to, of their paragraph, of
    /// the lead; else the day of publication.
    fn date(&mut self) {
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

/// Whether what a cluster tells may be part of a draft.
fn goes_with(draft: &Draft, cluster: &Cluster<'_>, scene: &Scene, own: Option<Own>) -> bool {
    let (a, b) = (draft.event_type(), cluster.event_type());
    if draft.own || cluster.is_own() {
        return group_of(a) == group_of(b) && compatible(a, b);
    }
    // Soldiers who deploy after a clash are part of it, unless their number or day is told.
    let bare = own.is_none() && !scene.counts.iter().any(|c| c.field == CountField::Participants);
    let guards = b == "deployment" && bare && matches!(group_of(a), EventGroup::Unrest | EventGroup::Violence);
    guards || compatible(a, b)
}

/// Whether two tellings may be of one time: one is silent or unsure, or they meet.
fn agrees(draft: &Draft, own: Option<Own>) -> bool {
    match (draft.time, own) {
        (Some((a, _)), Some(own)) => own.loose || a.meets(&own.interval),
        _ => true,
    }
}
