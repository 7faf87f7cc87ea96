//! A chain of labels over a run of tokens: the best path, and how probable each name is.
//!
//! Labels are outside, and for each kind of name its beginning and its inside. An inside follows
//! only its own beginning or inside; before and after a run all is outside. Scores of labels and
//! transitions come from the linear tagger; trainer and tagger share this file, so that what is
//! learnt is what is used.

use std::ops::Range;

/// Labels at most: outside, and beginning and inside of three kinds. One is spare, to fill a
/// vector register.
pub(super) const LABELS_MAX: usize = 8;

/// A score or probability for each label.
pub(super) type Row = [f32; LABELS_MAX];

/// The label of a token outside all names.
pub(super) const OUTSIDE: usize = 0;

/// The label of the first token of a name of kind number `kind`.
pub(super) fn begins(kind: usize) -> usize {
    1 + 2 * kind
}

/// The label of the further tokens of a name of kind number `kind`.
pub(super) fn continues(kind: usize) -> usize {
    2 + 2 * kind
}

/// Whether label `to` may follow label `from`.
pub(super) fn allowed(from: usize, to: usize) -> bool {
    to == OUTSIDE || to % 2 == 1 || from == to || from + 1 == to
}

/// Scores of going from one label to the next, with the forbidden ones far below all others.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Transitions {
    pub labels: usize,
    pub scores: [Row; LABELS_MAX],
    /// Whether what stands before and after a run is outside, and going from and to it counts.
    pub enclosed: bool,
}

/// The score of what may not be.
const FORBIDDEN: f32 = -1e4;

impl Transitions {
    /// Transitions of a number of kinds, all allowed ones equal.
    pub fn new(kinds: usize) -> Self {
        let labels = 1 + 2 * kinds;
        let mut scores = [[FORBIDDEN; LABELS_MAX]; LABELS_MAX];
        for (from, row) in scores.iter_mut().enumerate().take(labels) {
            for (to, score) in row.iter_mut().enumerate().take(labels) {
                if allowed(from, to) {
                    *score = 0.0;
                }
            }
        }
        Self { labels, scores, enclosed: true }
    }

    /// Transitions of a number of labels that are all allowed, over runs whose ends are open.
    pub fn free(labels: usize) -> Self {
        Self { labels, scores: [[0.0; LABELS_MAX]; LABELS_MAX], enclosed: false }
    }

    /// The score of beginning a run with a label.
    fn enter(&self, label: usize) -> f32 {
        if self.enclosed { self.scores[OUTSIDE][label] } else { 0.0 }
    }

    /// The score of ending a run with a label.
    fn leave(&self, label: usize) -> f32 {
        if self.enclosed { self.scores[label][OUTSIDE] } else { 0.0 }
    }
}

/// Forward and backward probabilities over one run of tokens. Kept between runs to spare memory.
#[derive(Debug, Default)]
pub(super) struct Lattice {
    emission: Vec<Row>,
    forward: Vec<Row>,
    backward: Vec<Row>,
    scale: Vec<f32>,
    transition: [Row; LABELS_MAX],
    labels: usize,
}

impl Lattice {
    /// Works out all probabilities of a run from the label scores of its tokens.
    pub fn fill(&mut self, scores: &[Row], transitions: &Transitions) {
        let n = scores.len();
        let labels = transitions.labels;
        self.labels = labels;
        for from in 0..LABELS_MAX {
            for to in 0..LABELS_MAX {
                self.transition[from][to] = transitions.scores[from][to].exp();
            }
        }
        self.emission.clear();
        for row in scores {
            let top = row[..labels].iter().copied().fold(f32::MIN, f32::max);
            let mut out = [0.0; LABELS_MAX];
            for (o, score) in out.iter_mut().zip(row).take(labels) {
                *o = (score - top).exp();
            }
            self.emission.push(out);
        }
        self.forward.clear();
        self.scale.clear();
        let mut last = [0.0; LABELS_MAX];
        for (t, emission) in self.emission.iter().enumerate() {
            let mut row = [0.0; LABELS_MAX];
            if t == 0 {
                row[..labels].iter_mut().enumerate().for_each(|(label, value)| *value = transitions.enter(label).exp());
            }
            for (before, moves) in last.iter().zip(&self.transition).take(labels) {
                for (value, weight) in row.iter_mut().zip(moves) {
                    *value += before * weight;
                }
            }
            let mut sum = 0.0;
            for (value, emitted) in row.iter_mut().zip(emission) {
                *value *= emitted;
                sum += *value;
            }
            let sum = sum.max(f32::MIN_POSITIVE);
            row.iter_mut().for_each(|value| *value /= sum);
            self.forward.push(row);
            self.scale.push(sum);
            last = row;
        }
        let leave: Row = std::array::from_fn(|label| if label < labels { transitions.leave(label).exp() } else { 0.0 });
        let end: f32 = (0..labels).map(|label| last[label] * leave[label]).sum::<f32>().max(f32::MIN_POSITIVE);
        self.backward.clear();
        self.backward.resize(n, [0.0; LABELS_MAX]);
        let mut next = [0.0; LABELS_MAX];
        for (label, value) in next.iter_mut().enumerate().take(labels) {
            *value = leave[label] / end;
        }
        for t in (0..n).rev() {
            self.backward[t] = next;
            let mut weighted = [0.0; LABELS_MAX];
            for label in 0..LABELS_MAX {
                weighted[label] = self.emission[t][label] * next[label] / self.scale[t];
            }
            for (value, moves) in next.iter_mut().zip(&self.transition).take(labels) {
                *value = moves.iter().zip(&weighted).map(|(weight, after)| weight * after).sum();
            }
        }
    }

    /// How probable each label is at token `t` of the run.
    pub fn marginal(&self, t: usize) -> Row {
        std::array::from_fn(|label| self.forward[t][label] * self.backward[t][label])
    }

    /// How probable it is that token `t` belongs to a name of kind number `kind`.
    pub fn kind_probability(&self, t: usize, kind: usize) -> f32 {
        let of = |label: usize| self.forward[t][label] * self.backward[t][label];
        (of(begins(kind)) + of(continues(kind))).clamp(0.0, 1.0)
    }

    /// How probable it is that labels `from`, `to` stand at tokens `t - 1` and `t`; `t` may be 0 or
    /// one past the end, where the neighbour is outside.
    pub fn marginal_pair(&self, t: usize, from: usize, to: usize) -> f32 {
        let n = self.forward.len();
        let before = if t == 0 { f32::from(u8::from(from == OUTSIDE)) } else { self.forward[t - 1][from] };
        if t == n {
            return if to == OUTSIDE && n > 0 { before * self.backward[n - 1][from] } else { 0.0 };
        }
        before * self.transition[from][to] * self.emission[t][to] * self.backward[t][to] / self.scale[t]
    }

    /// How probable it is that just the tokens of `span` are a name of kind number `kind`.
    pub fn span_probability(&self, span: Range<usize>, kind: usize) -> f32 {
        let (first, inside) = (begins(kind), continues(kind));
        let mut probability = self.forward[span.start][first];
        let mut label = first;
        for t in span.start + 1..span.end {
            probability *= self.transition[label][inside] * self.emission[t][inside] / self.scale[t];
            label = inside;
        }
        let goes_on = match self.forward.get(span.end) {
            None => 0.0,
            Some(_) => {
                let t = span.end;
                self.transition[label][inside] * self.emission[t][inside] * self.backward[t][inside] / self.scale[t]
            }
        };
        probability * (self.backward[span.end - 1][label] - goes_on).clamp(0.0, f32::MAX)
    }
}

/// The best path of labels over a run.
pub(super) fn best_path(scores: &[Row], transitions: &Transitions) -> Vec<usize> {
    let labels = transitions.labels;
    let mut best = [f32::MIN; LABELS_MAX];
    let mut came_from = Vec::with_capacity(scores.len());
    for (t, row) in scores.iter().enumerate() {
        let mut now = [f32::MIN; LABELS_MAX];
        let mut from_labels = [0u8; LABELS_MAX];
        for to in 0..labels {
            if t == 0 {
                now[to] = transitions.enter(to) + row[to];
                continue;
            }
            for (from, score) in best.iter().enumerate().take(labels) {
                let score = score + transitions.scores[from][to];
                if score > now[to] {
                    now[to] = score;
                    from_labels[to] = from as u8;
                }
            }
            now[to] += row[to];
        }
        came_from.push(from_labels);
        best = now;
    }
    let ending = |label: &usize| best[*label] + transitions.leave(*label);
    let mut label = (0..labels).max_by(|a, b| ending(a).total_cmp(&ending(b))).unwrap_or(OUTSIDE);
    let mut path = vec![OUTSIDE; scores.len()];
    for t in (0..scores.len()).rev() {
        path[t] = label;
        label = usize::from(came_from[t][label]);
    }
    path
}

/// The names on a path: tokens of the run, and number of the kind.
pub(super) fn names_on(path: &[usize]) -> Vec<(Range<usize>, usize)> {
    let mut names: Vec<(Range<usize>, usize)> = Vec::new();
    for (t, &label) in path.iter().enumerate() {
        if label == OUTSIDE {
            continue;
        }
        let kind = (label - 1) / 2;
        match names.last_mut() {
            Some((span, last)) if label % 2 == 0 && span.end == t && *last == kind => span.end += 1,
            _ => names.push((t..t + 1, kind)),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All paths of a run that the transitions allow, with their scores.
    fn all_paths(scores: &[Row], transitions: &Transitions) -> Vec<(Vec<usize>, f64)> {
        let mut paths = vec![(vec![], 0.0f64)];
        for row in scores {
            let mut longer = Vec::new();
            for (path, score) in &paths {
                let from = path.last().copied().unwrap_or(OUTSIDE);
                for (to, emitted) in row.iter().enumerate().take(transitions.labels) {
                    if allowed(from, to) {
                        let mut next = path.clone();
                        next.push(to);
                        longer.push((next, score + f64::from(emitted + transitions.scores[from][to])));
                    }
                }
            }
            paths = longer;
        }
        for (path, score) in &mut paths {
            *score += f64::from(transitions.scores[path.last().copied().unwrap_or(OUTSIDE)][OUTSIDE]);
        }
        paths
    }

    proptest! {
        #[test]
        fn sums_over_the_lattice_are_sums_over_all_paths(
            raw in proptest::collection::vec(proptest::array::uniform8(-3.0f32..3.0), 1..5),
            moves in proptest::array::uniform8(-1.0f32..1.0),
        ) {
            let mut transitions = Transitions::new(2);
            for from in 0..transitions.labels {
                for to in 0..transitions.labels {
                    if allowed(from, to) {
                        transitions.scores[from][to] = moves[(from * 3 + to) % 8];
                    }
                }
            }
            let paths = all_paths(&raw, &transitions);
            let total: f64 = paths.iter().map(|(_, score)| score.exp()).sum();
            let mut lattice = Lattice::default();
            lattice.fill(&raw, &transitions);
            let share = |wanted: &dyn Fn(&[usize]) -> bool| {
                (paths.iter().filter(|(path, _)| wanted(path)).map(|(_, score)| score.exp()).sum::<f64>() / total) as f32
            };
            for t in 0..raw.len() {
                for label in 0..transitions.labels {
                    prop_assert!((lattice.marginal(t)[label] - share(&|path| path[t] == label)).abs() < 1e-3);
                }
                let pair = share(&|path| path[t] == 1 && (t > 0 && path[t - 1] == 3));
                prop_assert!(t == 0 || (lattice.marginal_pair(t, 3, 1) - pair).abs() < 1e-3);
            }
            for end in 1..=raw.len() {
                let name = share(&|path| names_on(path).contains(&(0..end, 1)));
                prop_assert!((lattice.span_probability(0..end, 1) - name).abs() < 1e-3);
            }
            let best = paths.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(path, _)| path.clone());
            prop_assert_eq!(Some(best_path(&raw, &transitions)), best);
        }
    }
}
