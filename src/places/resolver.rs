//! All names of a document come to agree on where it plays.
//!
//! Mentions of one name are one group and get one answer (one sense per document), unless the words
//! beside them demand different kinds of place. Each group first weighs its candidates alone; then,
//! for a few rounds, every group says where it most likely lies, and weighs its candidates again by
//! what the others said. That is mean-field inference with few and named factors.

use std::collections::HashMap;

use super::evidence::{self, Context, weight};
use super::{Candidate, Prior, Resolution, Toponym};
use crate::gazetteer::{Class, Gazetteer, Place, PlaceId};
use crate::geo::LonLat;
use crate::mentions::{Bearer, Mention};
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
/// Below this confidence no answer is given.
const CONFIDENCE_MIN: f64 = 0.05;

/// Chooses a place for every mention.
pub fn resolve(text: &Text<'_>, gazetteer: &Gazetteer, mentions: Vec<Mention>, prior: Prior) -> Vec<Toponym> {
    let mut groups = group(&mentions);
    for group in &mut groups {
        let mention = &mentions[group.members[0]];
        group.alone = mention.bearers.iter().map(|b| evidence::alone(gazetteer, mention, b, prior.country, text.lang)).collect();
        group.scored = group.alone.clone();
        group.enclosed_by = enclosing(text, gazetteer, &mentions, group);
        group.encloses = enclosed(text, gazetteer, &mentions, group);
        group.update(gazetteer);
    }
    for _ in 0..ROUNDS {
        let context = Context::of(&groups);
        let positions: Vec<(usize, LonLat, f64)> =
            groups.iter().enumerate().filter_map(|(at, g)| g.pin(gazetteer).map(|(p, w)| (at, p, w))).take(NEIGHBOURS_MAX).collect();
        for (at, group) in groups.iter_mut().enumerate() {
            group.rescore(gazetteer, &context, &positions, at);
        }
        groups.iter_mut().for_each(|group| group.update(gazetteer));
    }
    let mut resolutions: Vec<Option<Resolution>> = vec![None; mentions.len()];
    for group in &groups {
        let answer = group.answer(gazetteer);
        for member in &group.members {
            resolutions[*member] = Some(answer.clone());
        }
    }
    let toponyms = mentions.into_iter().zip(resolutions).map(|(mention, resolution)| {
        let mut resolution = resolution.unwrap_or_default();
        if let Some(position) = mention.position {
            resolution = Resolution { position: Some(position), uncertainty_km: WRITTEN_KM, confidence: 1.0, ..resolution };
        }
        if let Some(offset) = mention.offset {
            resolution.uncertainty_km = resolution.uncertainty_km.max(offset.distance_km);
        }
        resolution.confidence *= f64::from(mention.chance);
        Toponym { mention, resolution }
    });
    toponyms.collect()
}

/// How exact coordinates written in a text are taken to be.
const WRITTEN_KM: f64 = 1.0;

/// Mentions that share an answer.
#[derive(Default)]
struct Group {
    members: Vec<usize>,
    /// Candidates by what they are in themselves.
    alone: Vec<Candidate>,
    /// Candidates by all evidence.
    scored: Vec<Candidate>,
    /// Chance of each candidate.
    chances: Vec<f64>,
    /// Where the group says that the document plays.
    own: Context,
    /// Areas named right after: "Paris, Texas".
    enclosed_by: Vec<PlaceId>,
    /// Candidates that enclose the name right before.
    encloses: Vec<PlaceId>,
}

/// Groups mentions by the places that bear the name and the kind demanded.
fn group(mentions: &[Mention]) -> Vec<Group> {
    let mut by_name: HashMap<(PlaceId, Option<Class>), usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for (at, mention) in mentions.iter().enumerate() {
        let Some(lead) = mention.bearers.first() else { continue };
        let number = *by_name.entry((lead.place, mention.class_cue)).or_insert_with(|| {
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

impl Context {
    fn of(groups: &[Group]) -> Self {
        let mut all = Self::default();
        for group in groups {
            group.own.countries.iter().for_each(|(country, w)| *all.countries.entry(*country).or_default() += w);
            group.own.areas.iter().for_each(|(area, w)| *all.areas.entry(*area).or_default() += w);
        }
        all
    }
}

impl Group {
    /// Turns scores into chances, and says where the document plays by them.
    fn update(&mut self, gazetteer: &Gazetteer) {
        let most = self.scored.iter().map(|c| c.score).fold(f64::MIN, f64::max);
        let odds: Vec<f64> = self.scored.iter().map(|c| (c.score - most).exp()).collect();
        let total: f64 = odds.iter().sum();
        self.chances = odds.iter().map(|o| o / total).collect();
        // Ten mentions of one name are worth less than ten names.
        let voice = 1.0 + (self.members.len() as f64).ln();
        self.own = Context::default();
        for (candidate, chance) in self.scored.iter().zip(&self.chances) {
            let place = gazetteer.place(candidate.place);
            if let Some(country) = place.country() {
                *self.own.countries.entry(country).or_default() += voice * chance;
            }
            let area = if place.class() == Class::Admin1 { Some(place.id()) } else { place.admin1() };
            if let Some(area) = area {
                *self.own.areas.entry(area).or_default() += voice * chance;
            }
        }
    }

    fn rescore(&mut self, gazetteer: &Gazetteer, context: &Context, positions: &[(usize, LonLat, f64)], number: usize) {
        for (scored, alone) in self.scored.iter_mut().zip(&self.alone) {
            let place = gazetteer.place(alone.place);
            let mut candidate = alone.clone();
            evidence::add(&mut candidate, "country of the document", evidence::country_named(&place, context, &self.own));
            evidence::add(&mut candidate, "area of the document", evidence::area_named(&place, context, &self.own));
            let is_enclosed = self.enclosed_by.iter().any(|area| *area != place.id() && gazetteer.is_within(place.id(), *area));
            evidence::add(&mut candidate, "the area named after it", if is_enclosed { weight::ENCLOSED } else { 0.0 });
            evidence::add(
                &mut candidate,
                "holds the name before it",
                if self.encloses.contains(&place.id()) { weight::ENCLOSES } else { 0.0 },
            );
            evidence::add(&mut candidate, "near other names", nearness(&place, positions, number));
            *scored = candidate;
        }
    }

    /// The point that the group most likely means, with the chance, when it is a point at all.
    fn pin(&self, gazetteer: &Gazetteer) -> Option<(LonLat, f64)> {
        let (best, chance) = self.best()?;
        let place = gazetteer.place(self.scored[best].place);
        matches!(place.class(), Class::City | Class::Admin2 | Class::Facility).then(|| (place.position(), chance))
    }

    fn best(&self) -> Option<(usize, f64)> {
        let best = (0..self.scored.len()).max_by(|a, b| self.scored[*a].score.total_cmp(&self.scored[*b].score).then(b.cmp(a)))?;
        Some((best, self.chances[best]))
    }

    fn answer(&self, gazetteer: &Gazetteer) -> Resolution {
        let Some((best, _)) = self.best() else { return Resolution::default() };
        let chosen = gazetteer.place(self.scored[best].place);
        let agreeing = self.scored.iter().zip(&self.chances).filter(|(c, _)| is_same_place(gazetteer, &chosen, &gazetteer.place(c.place)));
        let confidence: f64 = agreeing.map(|(_, chance)| chance).sum::<f64>().clamp(0.0, 1.0);
        let mut candidates = self.scored.clone();
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
        candidates.truncate(CANDIDATES_KEPT);
        if confidence < CONFIDENCE_MIN {
            return Resolution { candidates, confidence, ..Resolution::default() };
        }
        Resolution {
            place: Some(chosen.id()),
            position: Some(chosen.position()),
            uncertainty_km: chosen.radius_km(),
            level: Some(chosen.class()),
            confidence,
            candidates,
        }
    }
}

/// How near a place lies to the surest places meant by the other names, weighted.
fn nearness(place: &Place<'_>, positions: &[(usize, LonLat, f64)], number: usize) -> f64 {
    if !matches!(place.class(), Class::City | Class::Admin2 | Class::Facility | Class::Physical) {
        return 0.0;
    }
    let here = place.position();
    let (mut near, mut all) = (0.0, 0.0);
    for (other, position, chance) in positions {
        if *other != number {
            all += chance;
            // A degree of latitude is 111 km: what is farther than that in latitude alone is not measured.
            if (here.lat - position.lat).abs() < 5.0 * NEAR_KM / 111.0 {
                near += chance * (-here.distance_km(*position) / NEAR_KM).exp();
            }
        }
    }
    if all > 0.0 { weight::NEAR * near / (all + 0.5).min(4.0) } else { 0.0 }
}

fn is_same_place(gazetteer: &Gazetteer, a: &Place<'_>, b: &Place<'_>) -> bool {
    a.id() == b.id()
        || a.position().distance_km(b.position()) <= SAME_PLACE_KM
        || a.class() != Class::Country
            && b.class() != Class::Country
            && (gazetteer.is_within(a.id(), b.id()) || gazetteer.is_within(b.id(), a.id()))
}
