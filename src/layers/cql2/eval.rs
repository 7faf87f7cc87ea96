//! Asking an expression of a feature. What compares with null is neither true nor false (`None`).

use std::borrow::Cow;
use std::cmp::Ordering;

use super::bind::{Bound, Expression};
use super::value::{Temporal, Value, accenti, casei};

/// A feature that an expression can be asked of.
pub trait Subject {
    /// The value of a property, by the number that the schema gave it.
    fn value(&self, property: usize) -> Value<'_>;
}

/// `=`, `<` and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "=" => Self::Equal,
            "<>" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// `+`, `*` and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    DivideWhole,
    Remainder,
    Power,
}

impl Arithmetic {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "+" => Self::Add,
            "-" => Self::Subtract,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            "div" => Self::DivideWhole,
            "%" => Self::Remainder,
            "^" => Self::Power,
            _ => return None,
        })
    }

    /// The result; `None` where there is none, as for a division by zero.
    fn of(self, a: f64, b: f64) -> Option<f64> {
        let result = match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::DivideWhole => (a / b).trunc(),
            Self::Remainder => a % b,
            Self::Power => a.powf(b),
        };
        result.is_finite().then_some(result)
    }
}

/// How two spans of time lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeRelation {
    After,
    Before,
    Contains,
    Disjoint,
    During,
    Equals,
    FinishedBy,
    Finishes,
    Intersects,
    Meets,
    MetBy,
    OverlappedBy,
    Overlaps,
    StartedBy,
    Starts,
}

impl TimeRelation {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "t_after" => Self::After,
            "t_before" => Self::Before,
            "t_contains" => Self::Contains,
            "t_disjoint" => Self::Disjoint,
            "t_during" => Self::During,
            "t_equals" => Self::Equals,
            "t_finishedby" => Self::FinishedBy,
            "t_finishes" => Self::Finishes,
            "t_intersects" => Self::Intersects,
            "t_meets" => Self::Meets,
            "t_metby" => Self::MetBy,
            "t_overlappedby" => Self::OverlappedBy,
            "t_overlaps" => Self::Overlaps,
            "t_startedby" => Self::StartedBy,
            "t_starts" => Self::Starts,
            _ => return None,
        })
    }

    /// Whether instants have this relation at all.
    pub fn takes_instants(self) -> bool {
        matches!(self, Self::After | Self::Before | Self::Disjoint | Self::Equals | Self::Intersects | Self::During)
    }

    fn holds(self, a: Temporal, b: Temporal) -> bool {
        match self {
            Self::After => a.start > b.end,
            Self::Before => a.end < b.start,
            Self::Contains => Self::During.holds(b, a),
            Self::Disjoint => a.start > b.end || a.end < b.start,
            Self::During => a.start > b.start && a.end < b.end,
            Self::Equals => a.start == b.start && a.end == b.end,
            Self::FinishedBy => Self::Finishes.holds(b, a),
            Self::Finishes => a.end == b.end && a.start > b.start,
            Self::Intersects => a.start <= b.end && b.start <= a.end,
            Self::Meets => a.end == b.start,
            Self::MetBy => a.start == b.end,
            Self::OverlappedBy => Self::Overlaps.holds(b, a),
            Self::Overlaps => a.start < b.start && a.end > b.start && a.end < b.end,
            Self::StartedBy => Self::Starts.holds(b, a),
            Self::Starts => a.start == b.start && a.end < b.end,
        }
    }
}

/// How two lists lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListRelation {
    Contains,
    ContainedBy,
    Equals,
    Overlaps,
}

impl ListRelation {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "a_contains" => Self::Contains,
            "a_containedby" => Self::ContainedBy,
            "a_equals" => Self::Equals,
            "a_overlaps" => Self::Overlaps,
            _ => return None,
        })
    }

    fn holds(self, a: &[Value<'_>], b: &[Value<'_>]) -> bool {
        let has = |list: &[Value<'_>], wanted: &Value<'_>| list.iter().any(|value| order(value, wanted).is_some_and(Ordering::is_eq));
        match self {
            Self::Contains => b.iter().all(|value| has(a, value)),
            Self::ContainedBy => a.iter().all(|value| has(b, value)),
            Self::Equals => a.len() == b.len() && a.iter().all(|value| has(b, value)) && b.iter().all(|value| has(a, value)),
            Self::Overlaps => a.iter().any(|value| has(b, value)),
        }
    }
}

impl Expression {
    /// Whether it is true of a feature: neither false nor unknown.
    pub fn holds(&self, subject: &dyn Subject) -> bool {
        self.0.truth(subject) == Some(true)
    }
}

impl Bound {
    fn truth(&self, subject: &dyn Subject) -> Option<bool> {
        match self {
            Self::And(terms) => {
                let mut all = Some(true);
                for term in terms {
                    match term.truth(subject) {
                        Some(false) => return Some(false),
                        None => all = None,
                        Some(true) => {}
                    }
                }
                all
            }
            Self::Or(terms) => {
                let mut any = Some(false);
                for term in terms {
                    match term.truth(subject) {
                        Some(true) => return Some(true),
                        None => any = None,
                        Some(false) => {}
                    }
                }
                any
            }
            Self::Not(term) => term.truth(subject).map(|truth| !truth),
            Self::IsNull(term) => Some(term.is_null(subject)),
            Self::Compare(comparison, terms) => {
                let [a, b] = &**terms;
                order(&a.value(subject), &b.value(subject)).map(|order| comparison.holds(order))
            }
            Self::Between(terms) => {
                let [value, low, high] = &**terms;
                let value = value.value(subject);
                let (low, high) = (order(&value, &low.value(subject))?, order(&value, &high.value(subject))?);
                Some(low.is_ge() && high.is_le())
            }
            Self::In(needle, members) => {
                let needle = needle.value(subject);
                if needle == Value::Null {
                    return None;
                }
                Some(members.iter().any(|member| order(&needle, &member.value(subject)).is_some_and(Ordering::is_eq)))
            }
            Self::Like(terms) => match (terms[0].value(subject), terms[1].value(subject)) {
                (Value::Text(text), Value::Text(pattern)) => Some(like(&text, &pattern)),
                _ => None,
            },
            Self::Spatial(relation, terms) => match (terms[0].value(subject), terms[1].value(subject)) {
                (Value::Geometry(a), Value::Geometry(b)) => Some(relation.holds(&a, &b)),
                _ => None,
            },
            Self::Temporal(relation, terms) => match (terms[0].value(subject), terms[1].value(subject)) {
                (Value::Time(a), Value::Time(b)) => Some(relation.holds(a, b)),
                _ => None,
            },
            Self::Lists(relation, terms) => match (terms[0].value(subject), terms[1].value(subject)) {
                (Value::Array(a), Value::Array(b)) => Some(relation.holds(&a, &b)),
                _ => None,
            },
            _ => match self.value(subject) {
                Value::Bool(truth) => Some(truth),
                _ => None,
            },
        }
    }

    fn is_null(&self, subject: &dyn Subject) -> bool {
        match self {
            Self::Literal(_) | Self::Property(_) | Self::Arithmetic(..) | Self::Casei(_) | Self::Accenti(_) => {
                self.value(subject) == Value::Null
            }
            Self::Array(_) | Self::Interval(_) => false,
            predicate => predicate.truth(subject).is_none(),
        }
    }

    fn value<'a>(&'a self, subject: &'a dyn Subject) -> Value<'a> {
        match self {
            Self::Literal(value) => borrowed(value),
            Self::Property(number) => subject.value(*number),
            Self::Arithmetic(operator, terms) => match (terms[0].value(subject), terms[1].value(subject)) {
                (Value::Number(a), Value::Number(b)) => operator.of(a, b).map_or(Value::Null, Value::Number),
                _ => Value::Null,
            },
            Self::Casei(term) => text_of(term.value(subject), casei),
            Self::Accenti(term) => text_of(term.value(subject), accenti),
            Self::Interval(ends) => {
                let end = |bound: &'a Self| match bound.value(subject) {
                    Value::Time(time) => Some(time),
                    _ => None,
                };
                let (start, stop) = (end(&ends[0]), end(&ends[1]));
                // A property without a value is unknown, not open; `..` was written as null on purpose.
                let unknown = |bound: &Self, end: Option<Temporal>| end.is_none() && matches!(bound, Self::Property(_));
                if unknown(&ends[0], start) || unknown(&ends[1], stop) {
                    return Value::Null;
                }
                Value::Time(Temporal::interval(start, stop))
            }
            Self::Array(members) => Value::Array(members.iter().map(|member| member.value(subject)).collect()),
            predicate => predicate.truth(subject).map_or(Value::Null, Value::Bool),
        }
    }
}

/// A literal without copying its text or geometry.
fn borrowed<'a>(value: &'a Value<'static>) -> Value<'a> {
    match value {
        Value::Text(text) => Value::Text(Cow::Borrowed(text)),
        Value::Geometry(geometry) => Value::Geometry(Cow::Borrowed(geometry)),
        Value::Array(members) => Value::Array(members.iter().map(borrowed).collect()),
        Value::Null => Value::Null,
        Value::Bool(yes) => Value::Bool(*yes),
        Value::Number(number) => Value::Number(*number),
        Value::Time(time) => Value::Time(*time),
    }
}

fn text_of<'a>(value: Value<'a>, change: fn(&str) -> String) -> Value<'a> {
    match value {
        Value::Text(text) => Value::Text(Cow::Owned(change(&text))),
        other => other,
    }
}

fn order(a: &Value<'_>, b: &Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.start.cmp(&b.start)),
        _ => None,
    }
}

/// Whether a text fits a pattern of `%` (anything), `_` (one character) and `\` (takes the next
/// character as it is). Time grows with the product of both lengths, never faster.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern = compiled(pattern);
    let (mut t, mut p) = (0, 0);
    // Where to go back to: after the last `%`, with one more character given to it.
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(Piece::Many) => {
                back = Some((p + 1, t));
                p += 1;
            }
            Some(Piece::One) => (t, p) = (t + 1, p + 1),
            Some(Piece::Char(c)) if *c == text[t] => (t, p) = (t + 1, p + 1),
            _ => match back {
                Some((after, from)) => {
                    back = Some((after, from + 1));
                    (t, p) = (from + 1, after);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|piece| *piece == Piece::Many)
}

#[derive(PartialEq)]
enum Piece {
    Many,
    One,
    Char(char),
}

fn compiled(pattern: &str) -> Vec<Piece> {
    let mut chars = pattern.chars();
    let mut pieces = Vec::new();
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '%' => Piece::Many,
            '_' => Piece::One,
            '\\' => Piece::Char(chars.next().unwrap_or('\\')),
            c => Piece::Char(c),
        });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_in_sql() {
        let check = |text: &str, pattern: &str, want: bool| assert_eq!(like(text, pattern), want, "{text} {pattern}");
        check("Berlin", "B_r%", true);
        check("Bern", "B_r_", true);
        check("Bern", "b%", false);
        check("50%", "50\\%", true);
        check("505", "50\\%", false);
        check("", "%", true);
        check("", "_", false);
        check("Алматы", "_лма%", true);
        check(&"a".repeat(2000), &"%a".repeat(500), true);
        check(&"a".repeat(2000), &format!("{}b", "%a".repeat(500)), false);
    }
}
