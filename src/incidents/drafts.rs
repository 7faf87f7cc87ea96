//! Incidents in the making: what the sentences tell is gathered into one draft for each incident.
//!
//! A report comes back to an incident again and again, mostly without naming its place a second
//! time. A sentence that names a place of its own starts a draft or joins the one that is there
//! already; one that names none goes on with the draft in focus when their types agree. Counts fill
//! what is missing and are never summed.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::text::Role;

use super::calendar::days_between;
use super::counts::Bound;
use super::link::{self, Group};
use super::rules::Marks;
use super::scene::{Scene, Told};
use super::site::Site;
use super::time::{Interval, When};
use super::triggers::{compatible, dominance, group};
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
        }
    }

    /// The type that the votes decide for.
    pub fn event_type(&self) -> &'static str {
        decide(self.votes.iter().map(|v| v.event_type))
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
        if !admits(group(self.event_type()), self.event_type(), bound.field) {
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
pub fn decide(types: impl Iterator<Item = &'static str>) -> &'static str {
    let types: Vec<&'static str> = types.collect();
    types.iter().copied().max_by_key(|t| dominance(t)).unwrap_or("other")
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
    told: Vec<&'s Told>,
    group: Option<&'s Group>,
}

impl Cluster<'_> {
    fn event_type(&self) -> &'static str {
        decide(self.told.iter().map(|t| t.trigger.event_type))
    }

    fn interval(&self, scene: &Scene) -> Option<(Interval, crate::text::Span)> {
        self.told.iter().filter_map(|t| t.time).find_map(|t| match scene.times[t].when {
            When::On(interval) => Some((interval, scene.times[t].span)),
            _ => None,
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
            let group = link::nearest(&scene.places, self.marks, told.trigger.at(), &at);
            let joined = clusters.iter_mut().find(|c| {
                let same_place = c.group.map(|g| &g.tokens) == group.map(|g| &g.tokens);
                let same_time = c.told.iter().any(|t| t.time == told.time) || told.time.is_none();
                same_place && same_time && compatible(c.event_type(), told.trigger.event_type)
            });
            match joined {
                Some(cluster) => cluster.told.push(told),
                None => clusters.push(Cluster { told: vec![told], group }),
            }
        }
        clusters
    }

    fn body(&mut self, scene: &Scene) {
        let mut touched: Vec<(usize, usize)> = Vec::new();
        for cluster in self.clusters(scene) {
            let anchor = cluster.group.map_or(cluster.told[0].trigger.at(), |g| g.tokens.start);
            for draft in self.place_cluster(scene, &cluster) {
                touched.push((draft, anchor));
            }
        }
        self.other_places(scene, &mut touched);
        self.counts(scene, &touched);
        self.keep_others(scene);
        if let Some(&(draft, _)) = touched.first() {
            self.focus = Some(draft);
        }
    }

    /// Finds or makes the drafts of a cluster.
    fn place_cluster(&mut self, scene: &Scene, cluster: &Cluster<'_>) -> Vec<usize> {
        let own = cluster.interval(scene);
        let event_type = cluster.event_type();
        let Some(group) = cluster.group else { return self.without_place(scene, cluster, own) };
        // A country alone, beside a draft in focus inside it, is mostly its container.
        if group.fineness == 0
            && !scene.whole_country
            && own.is_none()
            && let Some(focus) = self.focus_for(scene, event_type, None)
            && self.drafts[focus].place.as_ref().is_some_and(|l| group.sites.iter().any(|&s| self.sites[s].may_hold(&self.sites[l.site])))
        {
            self.vote(focus, scene, cluster, own);
            return vec![focus];
        }
        let mut drafts = Vec::new();
        for &site in &group.sites {
            let found = self.drafts.iter().rposition(|d| self.same_incident(d, site, event_type, own.map(|o| o.0), scene));
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
    fn same_incident(&self, draft: &Draft, site: usize, event_type: &str, own: Option<Interval>, scene: &Scene) -> bool {
        let Some(link) = &draft.place else { return false };
        let (a, b) = (&self.sites[link.site], &self.sites[site]);
        let near = draft.paragraph + FOCUS_PARAGRAPHS >= scene.paragraph;
        let same_place = a.same(b) || (near && (a.may_hold(b) || b.may_hold(a)) && a.fineness().min(b.fineness()) > 0);
        same_place && compatible(draft.event_type(), event_type) && agrees(draft.time.as_ref().map(|t| t.0), own)
    }

    /// A finer place, or another mention of the same, for a draft that has one.
    fn refine(&mut self, draft: usize, site: usize, group: &Group) {
        let Some(link) = &mut self.drafts[draft].place else { return };
        if self.sites[link.site].may_hold(&self.sites[site]) {
            link.site = site;
            link.near = group.near;
        } else if self.sites[link.site].same(&self.sites[site]) {
            link.near |= group.near;
        }
        for &mention in &group.all {
            if !link.mentions.contains(&mention) {
                link.mentions.push(mention);
            }
        }
    }

    fn vote(&mut self, draft: usize, scene: &Scene, cluster: &Cluster<'_>, own: Option<(Interval, crate::text::Span)>) {
        let draft = &mut self.drafts[draft];
        for told in &cluster.told {
            let vote = Vote { event_type: told.trigger.event_type, sentence: scene.sentence, tokens: told.trigger.tokens.clone() };
            if !draft.votes.contains(&vote) {
                draft.votes.push(vote);
            }
            if told.status == Status::Claimed && draft.sentences.is_empty() {
                draft.status = Status::Claimed;
                draft.cue.clone_from(&told.cue);
            }
        }
        draft.see(scene);
        if draft.time.is_none() {
            draft.time = own.map(|(interval, span)| (interval, Some(span)));
        }
    }

    /// The draft in focus, when a sentence of this type may go on with it.
    fn focus_for(&self, scene: &Scene, event_type: &str, own: Option<Interval>) -> Option<usize> {
        let fits = |&i: &usize| {
            let draft = &self.drafts[i];
            compatible(draft.event_type(), event_type)
                && draft.paragraph + FOCUS_PARAGRAPHS >= scene.paragraph
                && agrees(draft.time.as_ref().map(|t| t.0), own)
        };
        self.focus.filter(fits).or_else(|| {
            let same_paragraph = |i: &usize| self.drafts[*i].paragraph == scene.paragraph && fits(i);
            (0..self.drafts.len()).rev().find(same_paragraph)
        })
    }

    /// A cluster without a place: goes on with a draft, or starts one where the report is.
    fn without_place(&mut self, scene: &Scene, cluster: &Cluster<'_>, own: Option<(Interval, crate::text::Span)>) -> Vec<usize> {
        let event_type = cluster.event_type();
        let interval = own.map(|o| o.0);
        let same_type = |d: &Draft| d.event_type() == event_type && agrees(d.time.as_ref().map(|t| t.0), interval);
        let found = self.focus_for(scene, event_type, interval).or_else(|| self.drafts.iter().rposition(same_type));
        if let Some(draft) = found {
            self.vote(draft, scene, cluster, own);
            return vec![draft];
        }
        let counted = scene.counts.iter().any(|c| admits(group(event_type), event_type, c.field));
        if own.is_none() && !counted {
            let words = self.marks.text.slice(self.marks.text.tokens[cluster.told[0].trigger.at()].span);
            self.rejected.push(format!("{event_type} ({words}): neither place nor time nor number is told"));
            return Vec::new();
        }
        let mut draft = Draft::new(Status::Reported);
        draft.place = self.place_of_report(scene);
        self.drafts.push(draft);
        let draft = self.drafts.len() - 1;
        self.vote(draft, scene, cluster, own);
        vec![draft]
    }

    /// Where a sentence without a place is set: the country when it says so, the place in focus, the
    /// headline's, else the country that the report names most.
    fn place_of_report(&self, scene: &Scene) -> Option<Link> {
        let focus = self.focus.map(|f| &self.drafts[f]).filter(|d| d.paragraph == scene.paragraph);
        if !scene.whole_country
            && let Some(link) = focus.and_then(|d| d.place.clone())
        {
            return Some(Link { direct: false, ..link });
        }
        let country = self.document_country()?;
        Some(Link { site: country, mentions: Vec::new(), near: false, source: PlaceSource::DocumentCountry, direct: false })
    }

    /// The country that most literal names of the report lie in, as the site that names it.
    fn document_country(&self) -> Option<usize> {
        let mut votes: BTreeMap<crate::gazetteer::Country, i32> = BTreeMap::new();
        let used = |s: &&Site| !matches!(s.usage, crate::mentions::Usage::Origin | crate::mentions::Usage::Person);
        for site in self.sites.iter().filter(used) {
            if let Some(country) = site.country {
                *votes.entry(country).or_default() += 1;
            }
        }
        let best = votes.iter().max_by_key(|(country, n)| (**n, std::cmp::Reverse(**country))).map(|(c, _)| *c)?;
        self.sites.iter().position(|s| s.country == Some(best) && s.fineness() == 0 && s.level == crate::gazetteer::Class::Country)
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
            if taken || group.fineness < 2 || !group.inside {
                continue;
            }
            let counted = scene.counts.iter().any(|c| {
                let nearest = link::nearest(&scene.places, self.marks, c.at, &[]);
                nearest.is_some_and(|g| g.tokens == group.tokens) && admits(super::triggers::group(event_type), event_type, c.field)
            });
            if !counted {
                continue;
            }
            let own = scene.times.iter().find_map(|t| match t.when {
                When::On(interval) => Some((interval, Some(t.span))),
                _ => None,
            });
            for &site in &group.sites {
                if self.drafts.iter().any(|d| self.same_incident(d, site, event_type, own.map(|o| o.0), scene)) {
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
        for bound in &scene.counts {
            let nearest = link::nearest(&scene.places, self.marks, bound.at, &[]);
            let target = match touched {
                [] => self.focus.filter(|&f| self.goes_on(f, scene)),
                [(only, _)] => Some(*only),
                several => several
                    .iter()
                    .filter(|(draft, _)| {
                        let kind = self.drafts[*draft].event_type();
                        admits(group(kind), kind, bound.field)
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
            let Some(group) = link::nearest(&scene.places, self.marks, told.trigger.at(), &[]) else { continue };
            let site = group.sites[0];
            let known = self.others.iter_mut().find(|d| {
                d.status == told.status
                    && d.sentences == [scene.sentence]
                    && d.place.as_ref().is_some_and(|l| l.site == site)
                    && compatible(d.event_type(), told.trigger.event_type)
            });
            let vote = Vote { event_type: told.trigger.event_type, sentence: scene.sentence, tokens: told.trigger.tokens.clone() };
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
            let event_type = cluster.event_type();
            let sites: Vec<usize> = cluster.group.map_or(Vec::new(), |g| g.sites.clone());
            let fits = |d: &Draft, site: Option<usize>| {
                let place = match (site, &d.place) {
                    (Some(site), Some(link)) => {
                        let (a, b) = (&self.sites[site], &self.sites[link.site]);
                        a.same(b) || a.may_hold(b) || b.may_hold(a)
                    }
                    _ => true,
                };
                place && compatible(d.event_type(), event_type)
            };
            let wanted: Vec<Option<usize>> = if sites.is_empty() { vec![None] } else { sites.iter().copied().map(Some).collect() };
            for site in wanted {
                match self.drafts.iter().position(|d| fits(d, site)) {
                    Some(draft) => {
                        let draft = &mut self.drafts[draft];
                        draft.headlined = true;
                        draft.sentences.insert(0, scene.sentence);
                        draft.sentences.dedup();
                        for told in &cluster.told {
                            draft.votes.push(Vote {
                                event_type: told.trigger.event_type,
                                sentence: scene.sentence,
                                tokens: told.trigger.tokens.clone(),
                            });
                        }
                        if let (Some(site), Some(link)) = (site, &mut draft.place)
                            && self.sites[link.site].may_hold(&self.sites[site])
                        {
                            link.site = site;
                        }
                    }
                    None => self.headline_alone(scene, &cluster, site),
                }
            }
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
        if !alone && body.is_none_or(|b| !b.told.is_empty()) {
            return;
        }
        let mut draft = Draft::new(Status::Reported);
        draft.headlined = true;
        draft.place = match site {
            Some(site) => Some(Link { site, mentions: vec![site], near: false, source: PlaceSource::Mention, direct: true }),
            None => self.place_of_report(scene),
        };
        draft.see(scene);
        for told in &cluster.told {
            draft.votes.push(Vote { event_type: told.trigger.event_type, sentence: scene.sentence, tokens: told.trigger.tokens.clone() });
        }
        draft.time = cluster.interval(scene).map(|(i, span)| (i, Some(span)));
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
            .filter(|d| group(d.event_type()) == EventGroup::Unrest)
            .filter_map(|d| d.time)
            .find(|(i, _)| i.since && days_between(i.start, i.end) >= UMBRELLA_DAYS);
        for at in 0..self.drafts.len() {
            if self.drafts[at].time.is_some() {
                continue;
            }
            let kind = group(self.drafts[at].event_type());
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

/// Whether two tellings may be of one time: one is silent, or they meet or are a day apart at night.
fn agrees(a: Option<Interval>, b: Option<Interval>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.meets(&b),
        _ => true,
    }
}
