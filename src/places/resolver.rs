//! All names of a document come to agree on where it plays.
//!
//! Mentions of one name are one group and get one answer (one sense per document), unless the words
//! beside them demand different kinds of place. Each group first weighs its candidates alone; then,
//! for a few rounds, every group says where it most likely lies, and weighs its candidates again by
//! what the others said. That is mean-field inference with few and named factors.

use rustc_hash::FxHashMap;

use super::by_sound;
use super::context::Context;
use super::signals::{self, COUNT, FIRST_OF_DOCUMENT, Signal, Signals, Sureness, TITLES, Weights};
use super::{Candidate, Evidence, Prior, Resolution, Toponym};
use crate::gazetteer::{Class, Country, Gazetteer, Place, PlaceId};
use crate::geo::LonLat;
use crate::mentions::learn::logistic;
use crate::mentions::{Bearer, FoundBy, Mention, Usage};
use crate::text::Text;

/// How often the groups hear what the others say.
const ROUNDS: usize = 3;
/// How many candidates an answer keeps.
const CANDIDATES_KEPT: usize = 6;
/// Within this distance two candidates are one place to a reader of a map.
const SAME_PLACE_KM: f64 = 25.0;
/// From how far other names still make a place likelier.
const NEAR_KM: f64 = 150.0;
/// Groups beyond this number are not asked about distances, so that a long document stays cheap.
const NEIGHBOURS_MAX: usize = 48;
/// Below this confidence no answer is given: a wrong pin is worse than a missing one.
const CONFIDENCE_MIN: f64 = 0.2;

/// Chooses a place for every mention.
pub fn resolve(text: &Text<'_>, gazetteer: &Gazetteer, mentions: Vec<Mention>, prior: Prior) -> Vec<Toponym> {
    resolve_with(text, gazetteer, mentions, prior, Weights::shipped())
}

/// The same with weights of the caller's, as when measuring by cross-validation.
pub fn resolve_with(text: &Text<'_>, gazetteer: &Gazetteer, mentions: Vec<Mention>, prior: Prior, weights: &Weights) -> Vec<Toponym> {
    let groups = settle(text, gazetteer, &mentions, prior, weights);
    let mut answers: Vec<Option<usize>> = vec![None; mentions.len()];
    for (number, group) in groups.iter().enumerate() {
        group.members.iter().for_each(|member| answers[*member] = Some(number));
    }
    let resolutions: Vec<Resolution> = groups.iter().map(|group| group.answer(gazetteer, weights)).collect();
    let toponyms = mentions.into_iter().zip(answers).map(|(mention, answer)| {
        let mut resolution = answer.map(|number| resolutions[number].clone()).unwrap_or_default();
        // How sure it is that a place is meant counts too; that a caller marked it settles that.
        resolution.confidence *= f64::from(mention.chance);
        if resolution.confidence < CONFIDENCE_MIN && mention.found_by != FoundBy::Given {
            resolution = Resolution { confidence: resolution.confidence, candidates: resolution.candidates, ..Resolution::default() };
        }
        if let Some(position) = mention.position {
            resolution = Resolution { position: Some(position), uncertainty_km: WRITTEN_KM, confidence: 1.0, ..resolution };
        }
        if let Some(offset) = mention.offset {
            resolution.uncertainty_km = resolution.uncertainty_km.max(offset.distance_km);
        }
        Toponym { mention, resolution }
    });
    let mut toponyms: Vec<Toponym> = toponyms.collect();
    drop_lone_quarters(gazetteer, &mut toponyms);
    by_sound::resolve(text, gazetteer, &mut toponyms, prior);
    toponyms
}

/// A quarter of a city is taken for one only when the document names its country or something in it:
/// every city has an old town, and "Старый город" of Orsk is not the one of Valencia.
fn drop_lone_quarters(gazetteer: &Gazetteer, toponyms: &mut [Toponym]) {
    let places: Vec<Option<Place<'_>>> = toponyms.iter().map(|toponym| toponym.resolution.place.map(|id| gazetteer.place(id))).collect();
    for (toponym, place) in toponyms.iter_mut().zip(&places) {
        let Some(place) = place.filter(|place| place.feature() == "PPLX") else { continue };
        let is_near = |other: &Place<'_>| other.id() != place.id() && other.feature() != "PPLX" && other.country() == place.country();
        if !places.iter().flatten().any(is_near) && toponym.mention.found_by != FoundBy::Given {
            let candidates = std::mem::take(&mut toponym.resolution.candidates);
            toponym.resolution = Resolution { candidates, ..Resolution::default() };
        }
    }
}

/// How exact coordinates written in a text are taken to be.
const WRITTEN_KM: f64 = 1.0;

/// All groups of a document after the last round.
pub(super) fn settle(text: &Text<'_>, gazetteer: &Gazetteer, mentions: &[Mention], prior: Prior, weights: &Weights) -> Vec<Group> {
    let mut groups = group(mentions);
    for group in &mut groups {
        let speaks = group.members.iter().find(|member| mentions[**member].usage == Usage::Metonym);
        let mention = &mentions[*speaks.unwrap_or(&group.members[0])];
        group.enclosed_by = enclosing(text, gazetteer, mentions, group);
        group.sentences = group.members.iter().map(|member| text.sentence_of(mentions[*member].tokens.start)).collect();
        let encloses = enclosed(text, gazetteer, mentions, group);
        group.choices = mention
            .bearers
            .iter()
            .enumerate()
            .map(|(rank, bearer)| {
                let mut choice =
                    Choice::new(gazetteer, bearer.place, signals::alone(gazetteer, mention, bearer, rank, prior.country, text.lang));
                let is_enclosed = group.enclosed_by.iter().any(|area| *area != bearer.place && gazetteer.is_within(bearer.place, *area));
                choice.set(Signal::AreaNamedAfter, f32::from(u8::from(is_enclosed)));
                choice.set(Signal::HoldsNameBefore, f32::from(u8::from(encloses.contains(&bearer.place))));
                choice
            })
            .collect();
        group.update(weights);
    }
    for _ in 0..ROUNDS {
        let mut context = Context::default();
        groups.iter().for_each(|group| context.add(&group.own));
        let named: Vec<Named> = groups.iter().enumerate().filter_map(|(at, g)| g.area_meant(at)).collect();
        let pins: Vec<Pin> = groups.iter().enumerate().filter_map(|(at, g)| g.pin(at)).take(NEIGHBOURS_MAX).collect();
        for (number, group) in groups.iter_mut().enumerate() {
            group.hear(&context, &named, &pins, number);
        }
        groups.iter_mut().for_each(|group| group.update(weights));
    }
    groups
}

/// Mentions that share an answer.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// Their numbers.
    pub members: Vec<usize>,
    /// What they may mean.
    pub choices: Vec<Choice>,
    /// Where the group says that the document plays.
    own: Context,
    /// Areas named right after: "Paris, Texas".
    enclosed_by: Vec<PlaceId>,
    /// The sentences that they stand in.
    sentences: Vec<usize>,
}

/// One place that a group may mean.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// The place.
    pub place: PlaceId,
    /// The signals for it.
    pub signals: Signals,
    class: Class,
    position: LonLat,
    country: Option<Country>,
    country_place: Option<PlaceId>,
    area: Option<PlaceId>,
    district: Option<PlaceId>,
    importance: f32,
    /// Its position is that of the area around it.
    is_borrowed: bool,
    score: f64,
    chance: f64,
}

impl Choice {
    fn new(gazetteer: &Gazetteer, id: PlaceId, signals: Signals) -> Self {
        let place = gazetteer.place(id);
        let class = place.class();
        Self {
            place: id,
            signals,
            class,
            position: place.position(),
            country: place.country(),
            country_place: place.country_place(),
            area: if class == Class::Admin1 { Some(id) } else { place.admin1() },
            district: if class == Class::Admin2 { Some(id) } else { place.admin2() },
            importance: place.importance(),
            is_borrowed: place.has_borrowed_position(),
            score: 0.0,
            chance: 0.0,
        }
    }

    fn set(&mut self, signal: Signal, value: f32) {
        self.signals[signal as usize] = value;
    }

    fn is_point(&self) -> bool {
        matches!(self.class, Class::City | Class::Admin2 | Class::Facility) && !self.is_borrowed
    }
}

/// Where a group most likely lies, when it is a point at all.
struct Pin {
    group: usize,
    at: LonLat,
    chance: f64,
}

/// An area that a group surely means, and the sentences that name it, in order.
struct Named {
    group: usize,
    area: PlaceId,
    sentences: Vec<usize>,
}

/// Groups mentions by the places that bear the name and the kind demanded.
fn group(mentions: &[Mention]) -> Vec<Group> {
    let mut by_name: FxHashMap<(PlaceId, Option<Class>, usize), usize> = FxHashMap::default();
    let mut groups: Vec<Group> = Vec::new();
    for (at, mention) in mentions.iter().enumerate() {
        let Some(lead) = mention.bearers.first() else { continue };
        let number = *by_name.entry((lead.place, mention.class_cue, mention.bearers.len())).or_insert_with(|| {
            groups.push(Group::default());
            groups.len() - 1
        });
        groups[number].members.push(at);
    }
    groups
}

/// Areas that stand right after a member, past one comma or parenthesis.
fn enclosing(text: &Text<'_>, gazetteer: &Gazetteer, mentions: &[Mention], group: &Group) -> Vec<PlaceId> {
    let next = group.members.iter().filter_map(|at| mentions.get(at + 1).filter(|next| is_next_to(text, &mentions[*at], next)));
    next.flat_map(|m| areas(gazetteer, &m.bearers)).collect()
}

/// Bearers of the group that enclose a name right before a member.
fn enclosed(text: &Text<'_>, gazetteer: &Gazetteer, mentions: &[Mention], group: &Group) -> Vec<PlaceId> {
    let mut enclosing = Vec::new();
    for at in group.members.iter().filter(|at| **at > 0) {
        let inner = &mentions[at - 1];
        if is_next_to(text, inner, &mentions[*at]) {
            let outer = areas(gazetteer, &mentions[*at].bearers);
            enclosing.extend(outer.filter(|area| inner.bearers.iter().any(|b| b.place != *area && gazetteer.is_within(b.place, *area))));
        }
    }
    enclosing
}

fn areas<'a>(gazetteer: &'a Gazetteer, bearers: &'a [Bearer]) -> impl Iterator<Item = PlaceId> + 'a {
    bearers.iter().map(|b| b.place).filter(|p| matches!(gazetteer.place(*p).class(), Class::Country | Class::Admin1 | Class::Admin2))
}

fn is_next_to(text: &Text<'_>, left: &Mention, right: &Mention) -> bool {
    let gap = left.tokens.end..right.tokens.start;
    gap.len() == 1 && matches!(text.word(gap.start), "," | "،" | "(") || gap.is_empty()
}

impl Group {
    /// Turns signals into scores and chances, and says where the document plays by them.
    fn update(&mut self, weights: &Weights) {
        let mut most = f64::MIN;
        for choice in &mut self.choices {
            choice.score = choice.signals.iter().zip(&weights.signals).map(|(signal, weight)| f64::from(*signal) * weight).sum();
            most = most.max(choice.score);
        }
        let total: f64 = self.choices.iter().map(|c| (c.score - most).exp()).sum();
        // Ten mentions of one name are worth less than ten names.
        let voice = 1.0 + (self.members.len() as f64).ln();
        self.own = Context::default();
        for choice in &mut self.choices {
            choice.chance = (choice.score - most).exp() / total;
            let weight = voice * choice.chance;
            if weight < UNHEARD {
                continue;
            }
            choice.country.iter().for_each(|country| self.own.countries.put(*country, weight));
            choice.area.iter().for_each(|area| self.own.areas.put(*area, weight));
            choice.district.iter().for_each(|district| self.own.districts.put(*district, weight));
        }
    }

    /// Sets the signals that depend on what the other groups say.
    fn hear(&mut self, context: &Context, named: &[Named], pins: &[Pin], number: usize) {
        let is_named = |area: PlaceId| named.iter().any(|other| other.group != number && other.area == area);
        let sentences = std::mem::take(&mut self.sentences);
        let beside = |area: PlaceId| {
            named.iter().any(|other| {
                other.group != number && other.area == area && sentences.iter().any(|s| other.sentences.binary_search(s).is_ok())
            })
        };
        for choice in &mut self.choices {
            choice.signals[FIRST_OF_DOCUMENT] =
                choice.country.map_or(0.0, |c| context.countries.share_of_others(&self.own.countries, c)) as f32;
            let in_named_country = choice.class != Class::Country && choice.country_place.is_some_and(is_named);
            let area = choice.area.map_or(0.0, |a| context.areas.share_of_others(&self.own.areas, a));
            let in_named_area = choice.class != Class::Admin1 && choice.area.is_some_and(is_named);
            let district = choice.district.map_or(0.0, |d| context.districts.share_of_others(&self.own.districts, d));
            choice.set(Signal::CountryNamed, f32::from(u8::from(in_named_country)));
            choice.set(Signal::AreaOfDocument, area as f32);
            choice.set(Signal::AreaNamed, f32::from(u8::from(in_named_area)));
            choice.set(Signal::DistrictOfDocument, district as f32);
            let country_beside = in_named_country && choice.country_place.is_some_and(beside);
            let area_beside = in_named_area && choice.area.is_some_and(beside);
            choice.set(Signal::CountryInSentence, f32::from(u8::from(country_beside)));
            choice.set(Signal::AreaInSentence, f32::from(u8::from(area_beside)));
            choice.set(Signal::Near, nearness(choice, pins, number) as f32);
        }
        self.sentences = sentences;
    }

    /// The area that the group surely means.
    fn area_meant(&self, number: usize) -> Option<Named> {
        const SURE: f64 = 0.5;
        let best = self.best()?;
        let is_area = best.chance >= SURE && matches!(best.class, Class::Country | Class::Admin1);
        is_area.then(|| Named { group: number, area: best.place, sentences: self.sentences.clone() })
    }

    fn pin(&self, number: usize) -> Option<Pin> {
        let best = self.best()?;
        best.is_point().then_some(Pin { group: number, at: best.position, chance: best.chance })
    }

    /// The best choice; of equals the first, which is the most important.
    pub fn best(&self) -> Option<&Choice> {
        self.choices.iter().reduce(|best, choice| if choice.score > best.score { choice } else { best })
    }

    /// The town of the same name that lies in an area without a position of its own: the district of
    /// Korday is where Korday is, not in the middle of the region.
    fn seat(&self, gazetteer: &Gazetteer, area: &Choice) -> Option<&Choice> {
        let in_area = |choice: &&Choice| choice.class == Class::City && gazetteer.is_within(choice.place, area.place);
        let beside = |choice: &&Choice| choice.class == Class::City && choice.area.is_some() && choice.area == area.area;
        if !area.is_borrowed {
            return None;
        }
        self.choices.iter().find(in_area).or_else(|| self.choices.iter().find(beside))
    }

    /// What makes an answer sure, in the order of [`super::signals::SURENESS`].
    pub fn sureness(&self, gazetteer: &Gazetteer) -> Option<Sureness> {
        let best = self.best()?;
        let agreeing: f64 = self.choices.iter().filter(|choice| is_same_place(gazetteer, best, choice)).map(|choice| choice.chance).sum();
        let odds = (agreeing / (1.0 - agreeing).max(1e-6)).max(1e-6).ln().clamp(-4.0, 8.0);
        let flag = |is_so: bool| f32::from(u8::from(is_so));
        let is_changed = best.signals[Signal::Inflected as usize] + best.signals[Signal::Unlike as usize] > 0.0;
        Some([1.0, odds as f32, best.importance, flag(best.class == Class::Country), flag(self.choices.len() == 1), flag(is_changed)])
    }

    fn answer(&self, gazetteer: &Gazetteer, weights: &Weights) -> Resolution {
        let (Some(best), Some(sureness)) = (self.best(), self.sureness(gazetteer)) else { return Resolution::default() };
        let confidence = logistic(sureness.iter().zip(&weights.sureness).map(|(value, weight)| value * weight).sum());
        let mut order: Vec<&Choice> = self.choices.iter().collect();
        order.sort_by(|a, b| b.score.total_cmp(&a.score));
        let chosen = gazetteer.place(best.place);
        Resolution {
            place: Some(best.place),
            position: Some(self.seat(gazetteer, best).map_or(best.position, |seat| seat.position)),
            uncertainty_km: chosen.radius_km(),
            level: Some(best.class),
            confidence: f64::from(confidence),
            candidates: order.into_iter().take(CANDIDATES_KEPT).map(|choice| candidate(choice, weights)).collect(),
        }
    }
}

/// Less weight than this is not worth telling the others.
const UNHEARD: f64 = 0.01;

fn candidate(choice: &Choice, weights: &Weights) -> Candidate {
    let parts = (0..COUNT).map(|at| Evidence { signal: TITLES[at], score: f64::from(choice.signals[at]) * weights.signals[at] });
    Candidate { place: choice.place, score: choice.score, evidence: parts.filter(|part| part.score != 0.0).collect() }
}

/// How near a place lies to the surest places meant by the other names, 0 to 1.
fn nearness(choice: &Choice, pins: &[Pin], number: usize) -> f64 {
    if !choice.is_point() && choice.class != Class::Physical {
        return 0.0;
    }
    let here = choice.position;
    let (mut near, mut all) = (0.0, 0.0);
    for pin in pins.iter().filter(|pin| pin.group != number) {
        all += pin.chance;
        // A degree of latitude is 111 km: what is farther than that in latitude alone is not measured.
        if (here.lat - pin.at.lat).abs() < 4.0 * NEAR_KM / 111.0 {
            near += pin.chance * (-here.distance_km(pin.at) / NEAR_KM).exp();
        }
    }
    near / (all + 0.5).min(4.0)
}

fn is_same_place(gazetteer: &Gazetteer, a: &Choice, b: &Choice) -> bool {
    a.place == b.place
        || a.position.distance_km(b.position) <= SAME_PLACE_KM
        || a.class != Class::Country
            && b.class != Class::Country
            && (gazetteer.is_within(a.place, b.place) || gazetteer.is_within(b.place, a.place))
}
