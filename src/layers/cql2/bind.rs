//! From what was written to what can be asked: properties get their numbers, and every operator
//! gets arguments of the right types, or the expression is refused.

use super::eval::{Arithmetic, Comparison, ListRelation, TimeRelation};
use super::spatial::Relation;
use super::value::{Kind, Temporal};
use super::{Cql2Error, Node, Value};

/// The properties that an expression may name.
pub trait Schema {
    /// The number and type of a property.
    fn property(&self, name: &str) -> Option<(usize, Kind)>;

    /// The names, for the message when there is no such property.
    fn names(&self) -> Vec<String>;
}

/// An expression that is true or false of a feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression(pub(super) Bound);

/// An expression whose properties and types are known.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bound {
    Literal(Value<'static>),
    Property(usize),
    And(Vec<Bound>),
    Or(Vec<Bound>),
    Not(Box<Bound>),
    Compare(Comparison, Box<[Bound; 2]>),
    Like(Box<[Bound; 2]>),
    Between(Box<[Bound; 3]>),
    In(Box<Bound>, Vec<Bound>),
    IsNull(Box<Bound>),
    Arithmetic(Arithmetic, Box<[Bound; 2]>),
    Casei(Box<Bound>),
    Accenti(Box<Bound>),
    Spatial(Relation, Box<[Bound; 2]>),
    Temporal(TimeRelation, Box<[Bound; 2]>),
    Interval(Box<[Bound; 2]>),
    Lists(ListRelation, Box<[Bound; 2]>),
    Array(Vec<Bound>),
}

/// Binds a whole expression.
pub(super) fn bind(node: Node, schema: &dyn Schema) -> Result<Expression, Cql2Error> {
    let (bound, kind) = bound(node, schema)?;
    expect(kind, &[Kind::Bool], "the expression")?;
    Ok(Expression(bound))
}

fn bound(node: Node, schema: &dyn Schema) -> Result<(Bound, Kind), Cql2Error> {
    match node {
        Node::Literal(value) => {
            let kind = value.kind();
            Ok((Bound::Literal(value), kind))
        }
        Node::Property(name) => {
            let (number, kind) = schema.property(&name).ok_or_else(|| {
                let name: String = name.chars().take(80).collect();
                Cql2Error::new(format!("there is no property {name:?}; there are {}", schema.names().join(", ")))
            })?;
            Ok((Bound::Property(number), kind))
        }
        Node::Array(members) => {
            let members = members.into_iter().map(|member| bound(member, schema).map(|(bound, _)| bound));
            Ok((Bound::Array(members.collect::<Result<_, _>>()?), Kind::Array))
        }
        Node::Call(name, arguments) => call(&name, arguments, schema),
    }
}

fn call(name: &str, arguments: Vec<Node>, schema: &dyn Schema) -> Result<(Bound, Kind), Cql2Error> {
    match name {
        "and" | "or" => {
            let terms = arguments.into_iter().map(|argument| {
                let (term, kind) = bound(argument, schema)?;
                expect(kind, &[Kind::Bool], name)?;
                Ok(term)
            });
            let terms = terms.collect::<Result<Vec<_>, Cql2Error>>()?;
            if terms.is_empty() {
                return Err(Cql2Error::new(format!("{name}: wanted something to combine")));
            }
            return Ok((if name == "and" { Bound::And(terms) } else { Bound::Or(terms) }, Kind::Bool));
        }
        "interval" => return interval(arguments, schema),
        "in" => return within_list(arguments, schema),
        _ => {}
    }
    let arguments = arguments.into_iter().map(|argument| bound(argument, schema)).collect::<Result<Vec<_>, _>>()?;
    let kinds: Vec<Kind> = arguments.iter().map(|(_, kind)| *kind).collect();
    let terms: Vec<Bound> = arguments.into_iter().map(|(bound, _)| bound).collect();
    let one = |terms: Vec<Bound>| fixed::<1>(name, terms).map(|[term]| Box::new(term));
    let two = |terms: Vec<Bound>| fixed::<2>(name, terms).map(Box::new);
    let all = |wanted: &[Kind]| kinds.iter().try_for_each(|kind| expect(*kind, wanted, name));
    if let Some(comparison) = Comparison::parse(name) {
        let terms = two(terms)?;
        alike(&kinds, name)?;
        all(&[Kind::Bool, Kind::Number, Kind::Text, Kind::Instant, Kind::Null])?;
        return Ok((Bound::Compare(comparison, terms), Kind::Bool));
    }
    if let Some(operator) = Arithmetic::parse(name) {
        all(&[Kind::Number])?;
        return Ok((Bound::Arithmetic(operator, two(terms)?), Kind::Number));
    }
    if let Some(relation) = Relation::parse(name) {
        all(&[Kind::Geometry])?;
        return Ok((Bound::Spatial(relation, two(terms)?), Kind::Bool));
    }
    if let Some(relation) = TimeRelation::parse(name) {
        all(if relation.takes_instants() { &[Kind::Instant, Kind::Interval] } else { &[Kind::Interval] })?;
        return Ok((Bound::Temporal(relation, two(terms)?), Kind::Bool));
    }
    if let Some(relation) = ListRelation::parse(name) {
        all(&[Kind::Array])?;
        return Ok((Bound::Lists(relation, two(terms)?), Kind::Bool));
    }
    match name {
        "not" => {
            all(&[Kind::Bool])?;
            Ok((Bound::Not(one(terms)?), Kind::Bool))
        }
        "isnull" => Ok((Bound::IsNull(one(terms)?), Kind::Bool)),
        "casei" => {
            all(&[Kind::Text])?;
            Ok((Bound::Casei(one(terms)?), Kind::Text))
        }
        "accenti" => {
            all(&[Kind::Text])?;
            Ok((Bound::Accenti(one(terms)?), Kind::Text))
        }
        "like" => {
            all(&[Kind::Text])?;
            Ok((Bound::Like(two(terms)?), Kind::Bool))
        }
        "between" => {
            let terms = fixed::<3>(name, terms)?;
            alike(&kinds, name)?;
            all(&[Kind::Number, Kind::Text, Kind::Instant])?;
            Ok((Bound::Between(Box::new(terms)), Kind::Bool))
        }
        _ => Err(Cql2Error::new(format!("there is no operator or function {:?}", name.chars().take(40).collect::<String>()))),
    }
}

fn within_list(arguments: Vec<Node>, schema: &dyn Schema) -> Result<(Bound, Kind), Cql2Error> {
    let [needle, list] = <[Node; 2]>::try_from(arguments).map_err(|_| Cql2Error::new("in: wanted a value and a list"))?;
    let Node::Array(members) = list else { return Err(Cql2Error::new("in: wanted a list")) };
    let (needle, kind) = bound(needle, schema)?;
    let members = members.into_iter().map(|member| {
        let (member, of_member) = bound(member, schema)?;
        alike(&[kind, of_member], "in")?;
        Ok(member)
    });
    Ok((Bound::In(Box::new(needle), members.collect::<Result<_, Cql2Error>>()?), Kind::Bool))
}

/// Both ends may be text (`'..'`, a day, a time), an instant or a property.
fn interval(arguments: Vec<Node>, schema: &dyn Schema) -> Result<(Bound, Kind), Cql2Error> {
    let ends = <[Node; 2]>::try_from(arguments).map_err(|_| Cql2Error::new("interval: wanted a start and an end"))?;
    let end = |node: Node| match node {
        Node::Literal(Value::Text(text)) => Ok(match Temporal::parse_end(&text)? {
            Some(time) => Bound::Literal(Value::Time(time)),
            None => Bound::Literal(Value::Null),
        }),
        node => {
            let (bound, kind) = bound(node, schema)?;
            expect(kind, &[Kind::Instant, Kind::Null], "interval")?;
            Ok(bound)
        }
    };
    let [start, stop] = ends;
    let (start, stop) = (end(start)?, end(stop)?);
    if let (Bound::Literal(Value::Time(start)), Bound::Literal(Value::Time(stop))) = (&start, &stop)
        && start.start > stop.end
    {
        return Err(Cql2Error::new("interval: wanted a start that is not after the end"));
    }
    Ok((Bound::Interval(Box::new([start, stop])), Kind::Interval))
}

fn fixed<const N: usize>(name: &str, terms: Vec<Bound>) -> Result<[Bound; N], Cql2Error> {
    let came = terms.len();
    <[Bound; N]>::try_from(terms).map_err(|_| Cql2Error::new(format!("{name}: wanted {N} arguments, got {came}")))
}

fn expect(kind: Kind, wanted: &[Kind], name: &str) -> Result<(), Cql2Error> {
    if wanted.contains(&kind) {
        return Ok(());
    }
    let wanted: Vec<&str> = wanted.iter().map(|kind| kind.name()).collect();
    Err(Cql2Error::new(format!("{name}: wanted {}, got {}", wanted.join(" or "), kind.name())))
}

fn alike(kinds: &[Kind], name: &str) -> Result<(), Cql2Error> {
    let mut known = kinds.iter().filter(|kind| **kind != Kind::Null);
    let Some(first) = known.next() else { return Ok(()) };
    match known.find(|kind| *kind != first) {
        None => Ok(()),
        Some(other) => Err(Cql2Error::new(format!("{name}: {} cannot be compared with {}", first.name(), other.name()))),
    }
}
