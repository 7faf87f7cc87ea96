//! Creating, replacing, patching and deleting incidents (OGC API – Features Part 4), and the trail
//! of every incident with a way back. All of it needs the role edit,
//! but for reading the trail.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::layers::edited::{self, EditError};
use crate::layers::geojson;
use crate::store::{Author, Edit, Role, StoredIncident};

use super::access;
use super::app::App;
use super::body::Json;
use super::collections::require;
use super::items::{etag_of, no_incident, path_of};
use super::links::{Base, GEOJSON, JSON};
use super::params::Params;
use super::problem::Problem;

/// The header that says why, percent-encoded because a header is not text of any script.
const NOTE: &str = "oqiga-note";

/// Longest note.
const NOTE_BYTES_MAX: usize = 2000;

/// Longest id that a client may choose.
const ID_BYTES_MAX: usize = 200;

/// What a request may do: who asks, why, and for which state of the incident.
struct Asked {
    author: Author,
    /// The states (ETags) that the incident must be in; `None` is any.
    if_match: Option<Vec<String>>,
    /// When set, the incident must not be there yet.
    if_none_match: bool,
}

impl Asked {
    async fn read(app: &App, params: &Params, headers: &HeaderMap, what: &str) -> Result<Self, Problem> {
        params.only(&[])?;
        let who = access::require(app, headers, Role::Edit).await?.name;
        let note = headers.get(NOTE).map(|value| percent_encoding::percent_decode(value.as_bytes()).decode_utf8_lossy().into_owned());
        let why = note.filter(|note| !note.trim().is_empty()).unwrap_or_else(|| what.to_owned());
        if why.len() > NOTE_BYTES_MAX {
            return Err(Problem::parameter("Oqiga-Note", format!("Oqiga-Note: wanted at most {NOTE_BYTES_MAX} bytes")));
        }
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        // A proxy that compresses makes a weak tag of ours; the state is the same.
        let tags = |value: &str| value.split(',').map(|tag| tag.trim().trim_start_matches("W/").to_owned()).collect::<Vec<_>>();
        let if_match = text(header::IF_MATCH).map(tags);
        if let Some(date) = text(header::IF_UNMODIFIED_SINCE) {
            let detail = format!("If-Unmodified-Since ({date}) is not understood here; use If-Match with the ETag of the incident");
            return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
        }
        let if_none_match = text(header::IF_NONE_MATCH) == Some("*");
        Ok(Self { author: Author::new(who, why), if_match, if_none_match })
    }

    /// Refuses when the incident is not in the state that the client has seen.
    fn permits(&self, current: Option<&StoredIncident>) -> Result<(), Problem> {
        let failed = |detail: String| Err(Problem::new(StatusCode::PRECONDITION_FAILED, detail));
        if self.if_none_match && current.is_some() {
            return failed("the incident is there already".to_owned());
        }
        let Some(wanted) = &self.if_match else { return Ok(()) };
        let Some(current) = current else { return failed("the incident is not there".to_owned()) };
        if wanted.iter().any(|tag| tag == "*") {
            return Ok(());
        }
        let now = tag_of(current);
        if wanted.contains(&now) {
            return Ok(());
        }
        failed(format!("the incident has been changed since: it is now {now}; read it again and decide anew"))
    }
}

/// The tag of an incident of the store, as [`etag_of`] gives it once it is indexed.
fn tag_of(incident: &StoredIncident) -> String {
    let mut one = crate::index::Builder::default();
    one.push(&crate::index::Row::new(incident.clone()).facts());
    etag_of(one.finish().row(0))
}

/// A new incident.
pub async fn create(
    State(app): State<App>,
    Path(collection): Path<String>,
    base: Base,
    params: Params,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    require(&collection)?;
    let asked = Asked::read(&app, &params, &headers, "created by hand").await?;
    let id = match body.get("id").filter(|id| !id.is_null()) {
        None => new_id(),
        Some(Value::String(id)) if !id.is_empty() && id.len() <= ID_BYTES_MAX && !id.chars().any(char::is_control) => id.clone(),
        Some(other) => return Err(Problem::field("id", format!("id: wanted text of at most {ID_BYTES_MAX} bytes, got {other}"))),
    };
    let record = edited::record(&id, body)?;
    change(app, id.clone(), asked, move |current| match current {
        Some(_) => Err(Problem::new(StatusCode::CONFLICT, format!("there is an incident {id:?} already; PUT replaces it"))),
        None => Ok(Edit::Put(record.clone())),
    })
    .await?
    .answer(StatusCode::CREATED, &base)
}

/// An incident as the client has it; also one that was removed, back as it was.
pub async fn replace(
    State(app): State<App>,
    Path((collection, id)): Path<(String, String)>,
    base: Base,
    params: Params,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    require(&collection)?;
    let asked = Asked::read(&app, &params, &headers, "replaced by hand").await?;
    same_id(&id, &body)?;
    let record = edited::record(&id, body)?;
    let done = change(app, id, asked, move |_| Ok(Edit::Put(record.clone()))).await?;
    let status = if done.was_there { StatusCode::OK } else { StatusCode::CREATED };
    done.answer(status, &base)
}

/// Some members of an incident (JSON merge patch, RFC 7396): `null` removes one.
pub async fn patch(
    State(app): State<App>,
    Path((collection, id)): Path<(String, String)>,
    base: Base,
    params: Params,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    require(&collection)?;
    let asked = Asked::read(&app, &params, &headers, "changed by hand").await?;
    if !body.is_object() {
        return Err(Problem::field("body", "body: wanted a JSON object with the members that change"));
    }
    same_id(&id, &body)?;
    change(app, id.clone(), asked, move |current| {
        let Some(current) = current else { return Err(no_incident(&id)) };
        let mut feature = edited::feature(current);
        edited::merge(&mut feature, body.clone());
        if feature.get("geometry").is_none() {
            feature["geometry"] = Value::Null;
        }
        Ok(Edit::Put(edited::record(&id, feature)?))
    })
    .await?
    .answer(StatusCode::OK, &base)
}

/// An incident no more.
pub async fn delete(
    State(app): State<App>,
    Path((collection, id)): Path<(String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    require(&collection)?;
    let asked = Asked::read(&app, &params, &headers, "removed by hand").await?;
    change(app, id.clone(), asked, move |current| match current {
        Some(_) => Ok(Edit::Delete),
        None => Err(no_incident(&id)),
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What was done to an incident, oldest first.
pub async fn revisions(
    State(app): State<App>,
    Path((collection, id)): Path<(String, String)>,
    base: Base,
    params: Params,
) -> Result<Response, Problem> {
    require(&collection)?;
    params.only(&[&["f"]])?;
    super::landing::json_only(&params)?;
    let (store, asked) = (app.store.clone(), id.clone());
    let revisions = tokio::task::spawn_blocking(move || store.revisions(&asked)).await.map_err(Problem::internal)??;
    if revisions.is_empty() {
        return Err(no_incident(&id));
    }
    let steps = revisions.iter().map(|revision| {
        json!({
            "number": revision.number,
            "at": revision.at,
            "who": revision.who,
            "why": revision.why,
            "action": revision.action,
            "before": revision.before,
            "after": revision.after,
        })
    });
    let links = [base.link("self", JSON, &format!("{}/revisions", path_of(&id)), "The trail of this incident")];
    let body = json!({"id": id, "revisions": steps.collect::<Vec<_>>(), "links": links});
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response())
}

/// Puts an incident back to what it was before a revision; that is a new revision.
pub async fn undo(
    State(app): State<App>,
    Path((collection, id, number)): Path<(String, String, String)>,
    base: Base,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    require(&collection)?;
    let what = format!("undone: revision {}", number.chars().take(20).collect::<String>());
    let asked = Asked::read(&app, &params, &headers, &what).await?;
    let (store, of) = (app.store.clone(), id.clone());
    let revisions = tokio::task::spawn_blocking(move || store.revisions(&of)).await.map_err(Problem::internal)??;
    let found = revisions.into_iter().find(|revision| revision.number.to_string() == number);
    let before = found.ok_or_else(|| Problem::not_found(format!("incident {id:?} has no revision {number:?}")))?.before;
    let done = change(app, id.clone(), asked, move |current| match (&before, current) {
        (Some(state), current) => Ok(Edit::Put(edited::restored(&id, state, current))),
        // It was made by that revision.
        (None, Some(_)) => Ok(Edit::Delete),
        (None, None) => Err(no_incident(&id)),
    });
    let done = done.await?;
    if done.is_there { done.answer(StatusCode::OK, &base) } else { Ok(StatusCode::NO_CONTENT.into_response()) }
}

/// What came of a change: the incident as the index now has it.
struct Changed {
    app: App,
    id: String,
    was_there: bool,
    is_there: bool,
}

impl Changed {
    fn answer(self, status: StatusCode, base: &Base) -> Result<Response, Problem> {
        let snapshot = self.app.index.snapshot();
        // Another request may have removed it meanwhile.
        let row = snapshot.get(&self.id).ok_or_else(|| no_incident(&self.id))?;
        let mut body = Vec::new();
        geojson::write_feature(row, "", &mut body);
        let mut response = (status, [(header::CONTENT_TYPE, GEOJSON), (header::CACHE_CONTROL, "no-store")], body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::ETAG, HeaderValue::from_str(&etag_of(row)).map_err(Problem::internal)?);
        if status == StatusCode::CREATED {
            headers.insert(header::LOCATION, HeaderValue::from_str(&base.href(&path_of(&self.id))).map_err(Problem::internal)?);
        }
        Ok(response)
    }
}

async fn change(
    app: App,
    id: String,
    asked: Asked,
    decide: impl Fn(Option<&StoredIncident>) -> Result<Edit, Problem> + Send + 'static,
) -> Result<Changed, Problem> {
    let worker = app.clone();
    let work = move || {
        let mut outcome = Ok(());
        let (mut was_there, mut is_there) = (true, true);
        worker.store.edit(&id, &asked.author, &mut |current| {
            let edit = asked.permits(current).and_then(|()| decide(current));
            match edit {
                Ok(edit) => {
                    (was_there, is_there) = (current.is_some(), matches!(edit, Edit::Put(_)));
                    Some(edit)
                }
                Err(problem) => {
                    outcome = Err(problem);
                    None
                }
            }
        })?;
        outcome?;
        // The answer, and whoever reads next, sees what was written.
        worker.refresh()?;
        Ok(Changed { app: worker, id, was_there, is_there })
    };
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
}

fn same_id(id: &str, body: &Value) -> Result<(), Problem> {
    match body.get("id") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(of_body)) if of_body == id => Ok(()),
        Some(other) => Err(Problem::field("id", format!("id: wanted {id:?} as in the path, or nothing, got {other}"))),
    }
}

/// 64 random bits in hexadecimal.
fn new_id() -> String {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("hand-{hex}")
}

impl From<EditError> for Problem {
    fn from(error: EditError) -> Self {
        Self::field(&error.field, error.to_string())
    }
}
