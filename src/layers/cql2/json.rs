//! Reading the JSON encoding.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::value::Temporal;
use super::{Budget, Cql2Error, Node, Value, spatial};

/// Reads a whole expression.
pub fn parse(source: &str) -> Result<Node, Cql2Error> {
    // serde_json itself refuses more than 128 levels.
    let json: Json = serde_json::from_str(source).map_err(|error| Cql2Error::new(format!("it is no JSON: {error}")))?;
    node(&json, &mut Budget::default())
}

fn node(json: &Json, budget: &mut Budget) -> Result<Node, Cql2Error> {
    budget.enter()?;
    let node = match json {
        Json::Null => Node::Literal(Value::Null),
        Json::Bool(yes) => Node::Literal(Value::Bool(*yes)),
        Json::Number(number) => Node::Literal(Value::Number(number.as_f64().unwrap_or(f64::NAN))),
        Json::String(text) => Node::Literal(Value::Text(text.clone().into())),
        Json::Array(members) => Node::Array(members.iter().map(|member| node(member, budget)).collect::<Result<_, _>>()?),
        Json::Object(object) => of_object(object, budget)?,
    };
    budget.leave();
    Ok(node)
}

fn of_object(object: &Map<String, Json>, budget: &mut Budget) -> Result<Node, Cql2Error> {
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    if let Some(operator) = text("op") {
        let arguments = object.get("args").and_then(Json::as_array);
        let arguments = arguments.ok_or_else(|| Cql2Error::new(format!("wanted a list \"args\" beside \"op\": {operator:?}")))?;
        let arguments = arguments.iter().map(|argument| node(argument, budget)).collect::<Result<_, _>>()?;
        return Ok(Node::Call(operator.to_ascii_lowercase(), arguments));
    }
    if let Some(name) = text("property") {
        return Ok(Node::Property(name.to_owned()));
    }
    if let Some(day) = text("date") {
        return Ok(Node::Literal(Value::Time(Temporal::parse_date(day)?)));
    }
    if let Some(time) = text("timestamp") {
        return Ok(Node::Literal(Value::Time(Temporal::parse_timestamp(time)?)));
    }
    if let Some(ends) = object.get("interval").and_then(Json::as_array) {
        let ends = ends.iter().map(|end| node(end, budget)).collect::<Result<Vec<_>, _>>()?;
        return Ok(Node::Call("interval".to_owned(), ends));
    }
    if let Some(numbers) = object.get("bbox").and_then(Json::as_array) {
        let numbers: Option<Vec<f64>> = numbers.iter().map(Json::as_f64).collect();
        return Ok(Node::Literal(Value::Geometry(Cow::Owned(spatial::bbox(&numbers.unwrap_or_default())?))));
    }
    if text("type").is_some_and(|kind| spatial::is_geometry(&kind.to_ascii_lowercase())) {
        let wrong = |error: &dyn std::fmt::Display| Cql2Error::new(format!("wanted a GeoJSON geometry: {error}"));
        let geometry = serde_json::from_value::<geojson::Geometry>(Json::Object(object.clone())).map_err(|error| wrong(&error))?;
        let geometry = geo::Geometry::try_from(geometry).map_err(|error| wrong(&error))?;
        spatial::check(&geometry)?;
        return Ok(Node::Literal(Value::Geometry(Cow::Owned(geometry))));
    }
    let names: Vec<&str> = object.keys().take(8).map(String::as_str).collect();
    Err(Cql2Error::new(format!(
        "wanted op, property, date, timestamp, interval, bbox or a geometry, got an object with {}",
        names.join(", ")
    )))
}
