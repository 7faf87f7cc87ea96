//! `/geocode`, `/suggest`, `/reverse` and `/areas`: places by name, by the beginning of a name, by
//! position, and the outlines of a country's first-level areas.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::gazetteer::Country;
use crate::geo::LonLat;
use crate::layers::FilterError;
use crate::text::Lang;

use super::analysis::PlaceQuery;
use super::app::App;
use super::links::GEOJSON;
use super::params::Params;
use super::problem::Problem;

/// Answers unless asked otherwise.
const LIMIT_DEFAULT: usize = 5;
/// Most answers.
const LIMIT_MAX: usize = 50;
/// Longest name that is looked for.
const NAME_BYTES_MAX: usize = 256;

/// Places of a name, best first.
pub async fn geocode(State(app): State<App>, params: Params) -> Result<Response, Problem> {
    params.only(&[&["q", "country", "lang", "limit", "f"]])?;
    let query = place_query(&params)?;
    let analysis = app.analysis.clone();
    let places = app.gate.run(move || analysis.geocode(&query)).await?;
    Ok(collection(places))
}

/// Places whose name begins so, for a search box.
pub async fn suggest(State(app): State<App>, params: Params) -> Result<Response, Problem> {
    params.only(&[&["q", "country", "lang", "limit", "f"]])?;
    let query = place_query(&params)?;
    let analysis = app.analysis.clone();
    let places = app.gate.run(move || analysis.suggest(&query)).await?;
    Ok(collection(places))
}

/// The places at a position.
pub async fn reverse(State(app): State<App>, params: Params) -> Result<Response, Problem> {
    params.only(&[&["lon", "lat", "limit", "f"]])?;
    let lon = params.number("lon", -180.0..=180.0, None, "degrees east from -180 to 180")?;
    let lat = params.number("lat", -90.0..=90.0, None, "degrees north from -90 to 90")?;
    let limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX)?;
    let at = LonLat { lon, lat };
    let analysis = app.analysis.clone();
    let places = app.gate.run(move || analysis.reverse(at, limit)).await?;
    Ok(collection(places))
}

/// The first-level areas of a country with their outlines.
pub async fn areas(State(app): State<App>, params: Params) -> Result<Response, Problem> {
    params.only(&[&["country", "lang", "f"]])?;
    let wanted = "an ISO 3166-1 alpha-2 code such as KZ";
    let code = params.required("country", wanted)?;
    let country = Country::parse(code).ok_or_else(|| FilterError::new("country", wanted, code))?;
    let lang = lang(&params)?.unwrap_or(Lang::EN);
    let analysis = app.analysis.clone();
    let areas = app.gate.run(move || analysis.areas(country, lang)).await?;
    Ok(collection(areas))
}

fn lang(params: &Params) -> Result<Option<Lang>, Problem> {
    let Some(tag) = params.get("lang") else { return Ok(None) };
    Ok(Some(Lang::parse(tag).ok_or_else(|| FilterError::new("lang", "a BCP 47 language tag such as ar", tag))?))
}

fn place_query(params: &Params) -> Result<PlaceQuery, Problem> {
    let name = params.required("q", "a name, in any script")?;
    if name.len() > NAME_BYTES_MAX {
        return Err(FilterError::new("q", format!("at most {NAME_BYTES_MAX} bytes"), name).into());
    }
    let country = match params.get("country") {
        None => None,
        Some(code) => Some(Country::parse(code).ok_or_else(|| FilterError::new("country", "an ISO 3166-1 alpha-2 code such as KZ", code))?),
    };
    let lang = lang(params)?;
    Ok(PlaceQuery { name: name.to_owned(), country, lang, limit: params.limit(LIMIT_DEFAULT, LIMIT_MAX)? })
}

fn collection(places: Vec<Value>) -> Response {
    let body = json!({"type": "FeatureCollection", "features": places});
    let headers = [(header::CONTENT_TYPE, GEOJSON), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, body.to_string()).into_response()
}
