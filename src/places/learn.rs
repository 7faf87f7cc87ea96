//! Fitting the resolver's weights to mentions whose places are known.
//!
//! A softmax over the candidates of each name: the weights that make the right ones likeliest. What
//! the other names of a document say depends on the weights itself, so texts are resolved with the
//! weights of one turn to learn those of the next. Some thirty numbers, from thousands of names.

use super::Prior;
use super::resolver::settle;
use super::signals::{BOUNDS, COUNT, SURENESS, Signals, Sureness, Weights};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::mentions::Mention;
use crate::mentions::learn::{Lesson, newton};
use crate::text::Text;

/// How often texts are resolved anew with better weights.
pub const TURNS: usize = 4;

/// Up to this distance two records are one place.
const SAME_KM: f64 = 30.0;
/// Up to this distance an answer counts as right: the measure of the field, 100 miles.
pub const RIGHT_KM: f64 = 161.0;

/// What the resolver learns from.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    names: Vec<Name>,
    sureness: Vec<Lesson<{ SURENESS.len() }>>,
}

/// One name of a document with its candidates.
#[derive(Debug, Clone)]
struct Name {
    candidates: Vec<(Signals, bool)>,
    weight: f64,
}

impl Choices {
    /// Adds the names of a text, resolved with `weights`. `error_km` tells how far a place lies from
    /// what the mention of that number means, and `None` where that is not known.
    pub fn add(
        &mut self,
        text: &Text<'_>,
        gazetteer: &Gazetteer,
        mentions: &[Mention],
        weights: &Weights,
        share: f32,
        error_km: impl Fn(usize, PlaceId) -> Option<f64>,
    ) {
        for group in settle(text, gazetteer, mentions, Prior::default(), weights) {
            let known = group.members.iter().copied().find(|m| error_km(*m, group.choices[0].place).is_some());
            let (Some(member), Some(best)) = (known, group.best()) else { continue };
            let errors: Vec<f64> = group.choices.iter().map(|c| error_km(member, c.place).unwrap_or(f64::MAX)).collect();
            // The very place when it is there, and else what lies near enough for a map.
            let reach = if errors.iter().any(|km| *km <= SAME_KM) { SAME_KM } else { RIGHT_KM };
            let candidates: Vec<_> = group.choices.iter().zip(&errors).map(|(c, km)| (c.signals, *km <= reach)).collect();
            let weight = f64::from(share) * (1.0 + (group.members.len() as f64).ln());
            let is_right = error_km(member, best.place).is_some_and(|km| km <= RIGHT_KM);
            self.sureness.extend(group.sureness(gazetteer).map(|signs| Lesson { signs, is_place: is_right, weight: weight as f32 }));
            if candidates.iter().any(|(_, right)| *right) && candidates.iter().any(|(_, right)| !*right) {
                self.names.push(Name { candidates, weight });
            }
        }
    }

    /// Takes over what another part has.
    pub fn extend(&mut self, other: &Self) {
        self.names.extend_from_slice(&other.names);
        self.sureness.extend_from_slice(&other.sureness);
    }

    /// The weights that make the right candidates likeliest, from a first guess.
    pub fn fit(&self, first: &Weights) -> Weights {
        let mut weights = first.signals;
        let mut rates = [0.0f64; COUNT];
        let total: f64 = self.names.iter().map(|name| name.weight).sum::<f64>().max(1.0);
        // Gradient descent with a step of its own for each weight (Rprop): deterministic, and the
        // function is smooth and small.
        let mut steps = [0.1f64; COUNT];
        for _ in 0..EPOCHS {
            let mut gradient = [0.0f64; COUNT];
            for name in &self.names {
                name.add_gradient(&weights, &mut gradient);
            }
            for at in 0..COUNT {
                let slope = gradient[at] / total - RIDGE * weights[at];
                let agreement = slope * rates[at];
                steps[at] = (steps[at]
                    * if agreement > 0.0 {
                        1.2
                    } else if agreement < 0.0 {
                        0.5
                    } else {
                        1.0
                    })
                .clamp(1e-5, 0.5);
                rates[at] = if agreement < 0.0 { 0.0 } else { slope };
                weights[at] += rates[at].signum() * if rates[at] == 0.0 { 0.0 } else { steps[at] };
            }
            for (signal, least, most) in BOUNDS {
                weights[signal as usize] = weights[signal as usize].clamp(least, most);
            }
        }
        let sureness: Sureness = newton(&self.sureness);
        Weights { signals: weights.map(|w| (w * 100.0).round() / 100.0), sureness }
    }
}

/// Turns of gradient descent, and the pull towards zero.
const EPOCHS: usize = 120;
const RIDGE: f64 = 5e-4;

impl Name {
    /// Adds the slope of the log likelihood of the right candidates.
    fn add_gradient(&self, weights: &[f64; COUNT], gradient: &mut [f64; COUNT]) {
        let score = |signals: &Signals| signals.iter().zip(weights).map(|(s, w)| f64::from(*s) * w).sum::<f64>();
        let scores: Vec<f64> = self.candidates.iter().map(|(signals, _)| score(signals)).collect();
        let most = scores.iter().copied().fold(f64::MIN, f64::max);
        let odds: Vec<f64> = scores.iter().map(|s| (s - most).exp()).collect();
        let all: f64 = odds.iter().sum();
        let right: f64 = odds.iter().zip(&self.candidates).filter(|(_, c)| c.1).map(|(o, _)| o).sum::<f64>().max(1e-300);
        for (odd, (signals, is_right)) in odds.iter().zip(&self.candidates) {
            let pull = self.weight * (if *is_right { odd / right } else { 0.0 } - odd / all);
            gradient.iter_mut().zip(signals).for_each(|(g, s)| *g += pull * f64::from(*s));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_of_the_right_candidates_gets_weight() {
        let mut signals = [0.0; COUNT];
        signals[3] = 1.0;
        let right = (signals, true);
        let wrong = ([0.0; COUNT], false);
        let name = |right, wrong| Name { candidates: vec![right, wrong], weight: 1.0 };
        // Three of four right ones have the signal.
        let mut choices = Choices { names: vec![name(right, wrong); 300], sureness: vec![] };
        choices.names.extend(vec![name((signals, false), ([0.0; COUNT], true)); 100]);
        let weights = choices.fit(&Weights::parse(""));
        assert!((weights.signals[3] - 3f64.ln()).abs() < 0.05, "{}", weights.signals[3]);
    }
}
