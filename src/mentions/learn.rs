//! Fitting the judge's weights to annotated texts.
//!
//! Logistic regression by Newton's method with a small ridge penalty: some fifty weights, so that a
//! few hundred texts are enough and nothing can be learnt by heart. What the tagger says must come
//! from a tagger that has not seen the text; [`crate::mentions::tagger::train`] over all other parts
//! of a corpus makes one.

pub(crate) use super::judge::logistic;
use super::judge::{self, Judge, SIGNS, UNLISTED};
use super::tagger::Tagger;
use super::{Models, Survey};
use crate::gazetteer::Gazetteer;
use crate::text::{Span, Text};

/// What the judge learns from: names with their signs and whether each is a place.
#[derive(Debug, Clone, Default)]
pub struct Lessons {
    listed: Vec<Lesson<{ SIGNS.len() }>>,
    unlisted: Vec<Lesson<{ UNLISTED.len() }>>,
}

/// One thing that is so or not, with the signs of it.
#[derive(Debug, Clone)]
pub(crate) struct Lesson<const N: usize> {
    /// The values of the signs.
    pub signs: [f32; N],
    /// Whether it is a place, or whatever else is to be learnt.
    pub is_place: bool,
    /// How much it counts.
    pub weight: f32,
}

impl Lessons {
    /// Adds all names of a text. A name that overlaps a span of `gold` is a place; one that overlaps
    /// only a span of `ignored` teaches nothing.
    pub fn add(&mut self, text: &Text<'_>, gazetteer: &Gazetteer, tagger: Option<&Tagger>, gold: &[Span], ignored: &[Span], weight: f32) {
        let survey = Survey::of(text, gazetteer, tagger);
        let is_place = |span: Span| match (gold.iter().any(|g| g.overlaps(span)), ignored.iter().any(|i| i.overlaps(span))) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => Some(false),
        };
        for ((found, signs), is_topic) in survey.matches.iter().zip(&survey.signs).zip(&survey.topics) {
            if let Some(is_place) = is_place(found.span).filter(|_| !found.is_demonym() && !is_topic) {
                self.listed.push(Lesson { signs: *signs, is_place, weight });
            }
        }
        for name in survey.unlisted(text, |tokens| survey.is_listed(tokens)) {
            let span = text.span_over(&name.tokens);
            if let Some(is_place) = is_place(span) {
                self.unlisted.push(Lesson { signs: name.signs, is_place, weight });
            }
        }
    }

    /// Takes over the lessons of another part.
    pub fn extend(&mut self, other: &Self) {
        self.listed.extend_from_slice(&other.listed);
        self.unlisted.extend_from_slice(&other.unlisted);
    }

    /// How many names there are to learn from.
    pub fn len(&self) -> usize {
        self.listed.len() + self.unlisted.len()
    }

    /// Whether there is nothing to learn from.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The weights that make what was seen likeliest.
    pub fn fit(&self) -> Judge {
        let plain: Vec<Lesson<{ SIGNS.len() }>> =
            self.listed.iter().map(|lesson| Lesson { signs: judge::without_tagger(lesson.signs), ..lesson.clone() }).collect();
        Judge { tagged: newton(&self.listed), plain: newton(&plain), unlisted: newton(&self.unlisted) }
    }
}

/// Pulls weights towards zero as much as this many names would.
const RIDGE: f64 = 2.0;
/// Steps at most, and the change of a weight below which it is settled.
const STEPS_MAX: usize = 40;
const SETTLED: f64 = 1e-4;

/// The weights of a logistic regression.
pub(crate) fn newton<const N: usize>(lessons: &[Lesson<N>]) -> [f32; N] {
    let mut weights = [0.0f64; N];
    for _ in 0..STEPS_MAX {
        let mut gradient = [0.0f64; N];
        let mut curvature = vec![[0.0f64; N]; N];
        for (i, row) in curvature.iter_mut().enumerate() {
            row[i] = RIDGE;
            gradient[i] = -RIDGE * weights[i];
        }
        for lesson in lessons {
            let x = lesson.signs.map(f64::from);
            let z: f64 = x.iter().zip(&weights).map(|(x, w)| x * w).sum();
            let p = 1.0 / (1.0 + (-z).exp());
            let error = (f64::from(u8::from(lesson.is_place)) - p) * f64::from(lesson.weight);
            let spread = (p * (1.0 - p)).max(1e-6) * f64::from(lesson.weight);
            for i in (0..N).filter(|i| x[*i] != 0.0) {
                gradient[i] += error * x[i];
                for j in (0..=i).filter(|j| x[*j] != 0.0) {
                    curvature[i][j] += spread * x[i] * x[j];
                }
            }
        }
        mirror(&mut curvature);
        let step = solve(curvature, gradient);
        let largest = step.iter().fold(0.0f64, |most, s| most.max(s.abs()));
        // A step too far is cut: far from the answer the curvature is no guide.
        let scale = if largest > 3.0 { 3.0 / largest } else { 1.0 };
        weights.iter_mut().zip(step).for_each(|(w, s)| *w += scale * s);
        if largest < SETTLED {
            break;
        }
    }
    // The weights that a file keeps, so that what is measured is what ships.
    weights.map(|w| ((w * 100.0).round() / 100.0) as f32)
}

/// Copies the lower half of a symmetric matrix to the upper one.
#[expect(clippy::needless_range_loop, reason = "rows and columns of one matrix change places")]
fn mirror<const N: usize>(matrix: &mut [[f64; N]]) {
    for i in 0..N {
        for j in 0..i {
            matrix[j][i] = matrix[i][j];
        }
    }
}

/// Solves a positive definite system by elimination.
#[expect(clippy::needless_range_loop, reason = "two rows of one matrix are read and written at once")]
fn solve<const N: usize>(mut a: Vec<[f64; N]>, mut b: [f64; N]) -> [f64; N] {
    for i in 0..N {
        for j in i + 1..N {
            let factor = a[j][i] / a[i][i];
            if factor != 0.0 {
                for k in i..N {
                    a[j][k] -= factor * a[i][k];
                }
                b[j] -= factor * b[i];
            }
        }
    }
    for i in (0..N).rev() {
        for j in i + 1..N {
            b[i] -= a[i][j] * b[j];
        }
        b[i] /= a[i][i];
    }
    b
}

/// The models of one part of a cross-validation.
impl<'a> Models<'a> {
    /// A tagger and a judge that were fitted to other texts than the one to be read.
    pub fn new(tagger: Option<&'a Tagger>, judge: &'a Judge) -> Self {
        Self { tagger, judge: Some(judge) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fit_finds_the_odds_of_each_sign() {
        // Without the sign 1 of 4 is a place, with it 3 of 4.
        let lesson = |sign, is_place| Lesson { signs: [1.0, sign], is_place, weight: 1.0 };
        let lessons: Vec<_> = (0..4000).map(|i| lesson((i % 2) as f32, if i % 2 == 0 { i % 8 == 0 } else { i % 8 != 1 })).collect();
        let [always, sign] = newton(&lessons);
        // The ridge pulls both towards zero by what two names among thousands weigh.
        assert!((always + 3f32.ln()).abs() < 0.04, "{always}");
        assert!((sign - 9f32.ln()).abs() < 0.04, "{sign}");
    }

    #[test]
    fn weights_can_be_written_and_read() {
        let mut judge = Judge::parse("always\t-1.5\t-2\nimportance\t3\t4\nunlisted_always\t0.5\n");
        judge.unlisted[1] = 0.75;
        assert_eq!(Judge::parse(&judge.to_table()), judge);
    }
}
