//! `POST /geoparse` and `POST /extract`: what the analysis makes of a report. Nothing is stored.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::layers::feature::feature;
use crate::text::offsets::CodePoints;

use super::app::App;
use super::body::ReportBody;
use super::links::JSON;
use super::params::Params;
use super::problem::Problem;

/// The place names of a report.
pub async fn geoparse(State(app): State<App>, params: Params, body: ReportBody) -> Result<Response, Problem> {
    params.only(&[])?;
    let ReportBody { document, remarks } = body;
    let analysis = app.analysis.clone();
    let answer = app.gate.run(move || {
        let report = analysis.geoparse(&document);
        json!({
            "id": document.id,
            "lang": report.lang,
            "toponyms": analysis.toponyms(&document, &report),
            "diagnostics": diagnostics(&document.text, remarks, &report.diagnostics),
        })
    });
    Ok(no_store(answer.await?))
}

/// The place names and incidents of a report, as a FeatureCollection.
pub async fn extract(State(app): State<App>, params: Params, body: ReportBody) -> Result<Response, Problem> {
    params.only(&[])?;
    let ReportBody { document, remarks } = body;
    let analysis = app.analysis.clone();
    let answer = app.gate.run(move || {
        let report = analysis.extract(&document);
        let points = CodePoints::new(&document.text);
        let features: Vec<_> = report.incidents.iter().map(|incident| feature(incident, &points)).collect();
        json!({
            "id": document.id,
            "lang": report.lang,
            "toponyms": analysis.toponyms(&document, &report),
            "type": "FeatureCollection",
            "features": features,
            "diagnostics": diagnostics(&document.text, remarks, &report.diagnostics),
        })
    });
    Ok(no_store(answer.await?))
}

/// Remarks as they go over the wire: code, message and, in code points, where.
pub fn diagnostics(text: &str, remarks: Vec<Diagnostic>, found: &[Diagnostic]) -> Vec<Value> {
    let points = CodePoints::new(text);
    let wire = |d: &Diagnostic| match d.span {
        Some(span) => json!({"code": d.code, "message": d.message, "span": points.span(span)}),
        None => json!({"code": d.code, "message": d.message}),
    };
    remarks.iter().chain(found).map(wire).collect()
}

fn no_store(answer: Value) -> Response {
    ([(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, "no-store")], answer.to_string()).into_response()
}
