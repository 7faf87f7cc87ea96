//! What the tests share: invented incidents, a server without a network, the built program.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use jiff::civil::Date;
use oqiga::gazetteer::Country;
use oqiga::geo::LonLat;
use oqiga::http::{Access, Analysis, App, Limits, PlaceQuery, Setup, router};
use oqiga::incidents::{DatePrecision, DateSpan, Incident, PlaceSource, Status, Where};
use oqiga::intake::Document;
use oqiga::layers::record::document_record;
use oqiga::pipeline::Report;
use oqiga::store::{Author, DocumentRecord, GeoPackage, Store};
use oqiga::text::{Lang, Span};
use serde_json::{Value, json};
use tower::ServiceExt;

/// An analysis for tests: every line of a text that is the JSON of an [`Event`] is an incident.
pub struct Scripted;

/// An incident as a test writes it down.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Event {
    /// Type in the taxonomy.
    pub kind: String,
    /// Longitude and latitude, or nowhere.
    pub at: Option<(f64, f64)>,
    /// First and last day, or never.
    pub days: Option<(Date, Date)>,
    /// How it is told.
    pub status: Status,
    /// Where.
    pub country: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
    /// Its title.
    pub title: String,
    /// GeoNames id of its place.
    #[serde(default)]
    pub geonameid: Option<u64>,
    /// How exactly it is placed.
    #[serde(default = "town")]
    pub precision: u8,
    /// The outlet.
    #[serde(default)]
    pub source: Option<String>,
}

fn town() -> u8 {
    1
}

impl Event {
    /// A protest in Almaty that everybody is sure of.
    pub fn protest(title: &str) -> Self {
        let day = jiff::civil::date(2022, 1, 5);
        Self {
            kind: "protest".to_owned(),
            at: Some((76.9115, 43.25249)),
            days: Some((day, day)),
            status: Status::Reported,
            country: Some("KZ".to_owned()),
            confidence: 0.75,
            title: title.to_owned(),
            geonameid: None,
            precision: 1,
            source: None,
        }
    }
}

/// A document whose analysis gives these incidents.
pub fn document(id: &str, events: &[Event]) -> Document {
    let lines: Vec<String> = events.iter().map(|event| json!(event).to_string()).collect();
    Document { id: id.to_owned(), text: lines.join("\n"), ..Document::default() }
}

/// The record of a document whose analysis gives these incidents.
pub fn record(id: &str, events: &[Event]) -> DocumentRecord {
    let document = document(id, events);
    document_record(&document, &Scripted.extract(&document))
}

/// Puts documents into a store.
pub fn put(store: &dyn Store, id: &str, events: &[Event]) -> oqiga::store::Put {
    store.put(&record(id, events), &Author::new("test", "to see")).expect("a put")
}

impl Analysis for Scripted {
    fn geoparse(&self, document: &Document) -> Report {
        assert!(!document.text.contains("panic!"), "as the test asked");
        Report {
            id: document.id.clone(),
            lang: Lang::EN,
            toponyms: Vec::new(),
            incidents: Vec::new(),
            rejected: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    fn extract(&self, document: &Document) -> Report {
        let events = document.text.lines().enumerate().filter_map(|(i, line)| Some((i, serde_json::from_str(line).ok()?)));
        let incidents = events.map(|(i, event)| incident(document, i, event)).collect();
        Report { incidents, ..self.geoparse(document) }
    }

    fn toponyms(&self, _: &Document, _: &Report) -> Vec<Value> {
        Vec::new()
    }

    fn geocode(&self, query: &PlaceQuery) -> Vec<Value> {
        let point = json!({"type": "Point", "coordinates": [51.2, 43.65]});
        vec![json!({"type": "Feature", "geometry": point, "properties": {"name": query.name}})]
    }

    fn suggest(&self, query: &PlaceQuery) -> Vec<Value> {
        self.geocode(query)
    }

    fn reverse(&self, _: LonLat, _: usize) -> Vec<Value> {
        Vec::new()
    }

    fn places_inside(&self, geonameid: u32) -> Option<Vec<u32>> {
        // Every place holds the one with the next number.
        (geonameid < 1000).then(|| vec![geonameid, geonameid + 1])
    }

    fn gazetteer(&self) -> String {
        "scripted".to_owned()
    }
}

fn incident(document: &Document, number: usize, event: Event) -> Incident {
    let place = event.at.map(|(lon, lat)| Where {
        name: "Somewhere".to_owned(),
        text: "somewhere".to_owned(),
        mentions: Vec::new(),
        position: LonLat { lon, lat },
        country: event.country.as_deref().and_then(Country::parse),
        country_name: None,
        admin1: None,
        geonameid: event.geonameid,
        feature: "PPL".to_owned(),
        geo_precision: event.precision,
        source: PlaceSource::Mention,
        uncertainty_km: 5.0,
        candidates: Vec::new(),
    });
    Incident {
        id: format!("{}-{number}", document.id),
        doc_id: document.id.clone(),
        event_type: event.kind,
        status: event.status,
        title: event.title,
        place,
        date: event.days.map(|(start, end)| DateSpan { start, end, text: None, precision: DatePrecision::Day }),
        published: None,
        counts: Vec::new(),
        actors: Vec::new(),
        attribution: None,
        source_name: event.source,
        source_url: None,
        source_lang: Lang::EN,
        evidence: vec![Span::new(0, 1)],
        evidence_text: String::new(),
        marks: Vec::new(),
        confidence: event.confidence,
        confidence_parts: [event.confidence; 3],
        flags: Vec::new(),
        overlaps: Vec::new(),
        explain: Vec::new(),
    }
}

/// The token of every test server.
pub const TOKEN: &str = "correct-horse-battery-staple";

/// The real router over a store in memory, without a network.
pub struct Server {
    router: Router,
    /// The store behind it.
    pub store: Arc<GeoPackage>,
    /// The state behind it.
    pub app: App,
    /// The key that a local server prints.
    pub key: String,
}

/// What a server answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Server {
    /// A server on a loopback address with these incidents in one document.
    pub fn with(events: &[Event]) -> Self {
        Self::on("127.0.0.1:8080", events)
    }

    /// A server on an address.
    pub fn on(address: &str, events: &[Event]) -> Self {
        Self::setup(address, events, &[])
    }

    /// A server on an address that named origins may read.
    pub fn setup(address: &str, events: &[Event], origins: &[&str]) -> Self {
        let store = Arc::new(GeoPackage::in_memory().expect("a store"));
        if !events.is_empty() {
            put(&*store, "d", events);
        }
        let access = Access::new(Some(TOKEN));
        let key = access.make_key();
        let setup = Setup {
            store: store.clone(),
            analysis: Arc::new(Scripted),
            access,
            hosts: Vec::new(),
            origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
            limits: Limits::default(),
        };
        let app = App::new(setup, address.parse().expect("an address")).expect("an app");
        Self { router: router(app.clone()), store, app, key }
    }

    /// Sends any request.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        let host = [("host", "127.0.0.1:8080")];
        let unnamed = headers.iter().all(|(name, _)| *name != "host");
        for (name, value) in host.iter().filter(|_| unnamed).chain(headers) {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole body").to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The body of an answer that has no end.
    pub async fn stream(&self, path: &str, headers: &[(&str, &str)]) -> Body {
        let mut request = Request::builder().uri(path).header("host", "127.0.0.1:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }

    /// The last revision of the store.
    pub fn app_revision(&self) -> u64 {
        *self.store.subscribe().borrow()
    }

    /// Gets a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        self.send(Method::POST, path, &headers, body.to_string()).await
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a readable header"))
    }

    /// Whether a header that is a list, such as `vary`, names something.
    pub fn names(&self, list: &str, name: &str) -> bool {
        let lists = self.headers.get_all(list).iter().map(|value| value.to_str().expect("a readable header"));
        lists.flat_map(|list| list.split(',')).any(|member| member.trim().eq_ignore_ascii_case(name))
    }

    /// The ids of the features, in order.
    pub fn ids(&self) -> Vec<String> {
        let features = self.json()["features"].as_array().expect("features").clone();
        features.iter().map(|feature| feature["id"].as_str().expect("an id").to_owned()).collect()
    }
}

/// The built program, in a folder of its own.
pub fn oqiga(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oqiga"));
    command.current_dir(folder);
    command
}

/// A new folder that goes away with the test.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A folder of the evaluation data, which is not in the repository: `OQIGA_EVAL_DATA`, else `../shared`.
/// Where it is absent, one line on standard error names the test that is left out.
pub fn evaluation_data(test: &str, part: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = std::env::var_os("OQIGA_EVAL_DATA").map_or_else(|| root.join("../shared"), PathBuf::from);
    let found = Some(data.join(part)).filter(|path| path.exists());
    if found.is_none() {
        // Past the capture of the test runner, so that nobody takes the test for passed.
        let _ = writeln!(std::io::stderr(), "skipped {test}: no evaluation data at {}", data.join(part).display());
    }
    found
}
