//! `POST /documents`: a report into the store, with its incidents. Needs the right to write.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::layers::geojson;
use crate::layers::record::{document_record, fingerprint};
use crate::store::{Author, PutOutcome, Role};

use super::access::require;
use super::app::App;
use super::body::ReportBody;
use super::extract::diagnostics;
use super::links::JSON;
use super::params::Params;
use super::problem::Problem;

/// Analyses and keeps a report. The same report again changes nothing and says so.
pub async fn post(State(app): State<App>, params: Params, headers: HeaderMap, body: ReportBody) -> Result<Response, Problem> {
    params.only(&[])?;
    let who = require(&app, &headers, Role::Contribute).await?.name;
    let worker = app.clone();
    app.gate.run(move || keep(&worker, &who, body)).await?
}

fn keep(app: &App, who: &str, body: ReportBody) -> Result<Response, Problem> {
    let ReportBody { document, remarks } = body;
    if let Some(incidents) = app.store.unchanged(&document.id, &fingerprint(&document))? {
        app.refresh()?;
        let said = app.store.document(&document.id)?.map(|kept| kept.diagnostics).unwrap_or_default();
        return answer(app, StatusCode::OK, &document.id, &incidents, said);
    }
    let report = app.analysis.extract(&document);
    let said = Value::from(diagnostics(&document.text, remarks, &report.diagnostics));
    let mut record = document_record(&document, &report);
    record.diagnostics = said.clone();
    let put = app.store.put(&record, &Author::new(who, "POST /documents"))?;
    // The answer, and whoever reads next, sees what was written.
    app.refresh()?;
    let status = if put.outcome == PutOutcome::Created { StatusCode::CREATED } else { StatusCode::OK };
    answer(app, status, &document.id, &put.incidents, said)
}

fn answer(app: &App, status: StatusCode, id: &str, incidents: &[String], diagnostics: Value) -> Result<Response, Problem> {
    let snapshot = app.index.snapshot();
    let mut features = b"[".to_vec();
    for row in incidents.iter().filter_map(|id| snapshot.get(id)) {
        if features.len() > 1 {
            features.push(b',');
        }
        geojson::write_feature(row, "", &mut features);
    }
    features.push(b']');
    let head = json!({"id": id, "incidents": incidents, "created": status == StatusCode::CREATED, "diagnostics": diagnostics}).to_string();
    let mut body = head.into_bytes();
    body.pop();
    body.extend_from_slice(b",\"features\":");
    body.append(&mut features);
    body.push(b'}');
    Ok((status, [(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, "no-store")], body).into_response())
}
