//! The server through its real router: pages, filters, formats, refusals, and who may write.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use jiff::ToSpan;
use jiff::civil::date;
use oqiga::incidents::{Status, TAXONOMY};
use oqiga::index::Index;
use oqiga::layers::{Filter, filter, query};
use oqiga::store::{GeoPackage, Store};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Event, Server, put, repository};

/// `n` protests in a row from west to east.
fn protests(n: usize) -> Vec<Event> {
    (0..n).map(|i| Event { at: Some((i as f64, 10.0)), ..Event::protest(&format!("number {i}")) }).collect()
}

/// The token of [`crate::harness::TOKEN`] as a header.
const BEARER: (&str, &str) = ("authorization", "Bearer correct-horse-battery-staple");

// Pages

#[tokio::test]
async fn pages_together_hold_every_incident_once_and_tell_the_exact_number() {
    let server = Server::with(&protests(25));
    let (mut path, mut ids, mut pages) = ("/collections/incidents/items?limit=7&q=number".to_owned(), Vec::new(), 0);
    loop {
        let page = server.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header("content-type"), "application/geo+json");
        let body = page.json();
        assert_eq!(body["numberMatched"], 25);
        assert_eq!(body["numberReturned"], body["features"].as_array().unwrap().len());
        ids.extend(page.ids());
        pages += 1;
        match link(&body, "next") {
            Some(next) => path = next.strip_prefix("http://127.0.0.1:8080").expect("an absolute link").to_owned(),
            None => break,
        }
    }
    assert_eq!(pages, 4);
    assert_eq!(ids, (0..25).map(|i| format!("d-{i}")).collect::<Vec<_>>());
    let last = server.get(&path).await.json();
    let before = server.get(link(&last, "prev").unwrap().strip_prefix("http://127.0.0.1:8080").unwrap()).await;
    assert_eq!(before.ids(), (14..21).map(|i| format!("d-{i}")).collect::<Vec<_>>());
}

fn link(body: &Value, rel: &str) -> Option<String> {
    body["links"].as_array()?.iter().find(|link| link["rel"] == rel)?["href"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn a_page_beyond_the_end_is_empty_and_leads_back() {
    let server = Server::with(&protests(3));
    let body = server.get("/collections/incidents/items?offset=900000000&limit=2").await.json();
    assert_eq!((&body["numberMatched"], &body["numberReturned"]), (&json!(3), &json!(0)));
    assert_eq!(link(&body, "next"), None);
    assert!(link(&body, "prev").unwrap().contains("offset=1"));
}

#[tokio::test]
async fn the_number_alone_can_be_asked_for() {
    let server = Server::with(&protests(25));
    let body = server.get("/collections/incidents/items?resultType=hits&bbox=5,0,9,20").await.json();
    assert_eq!((&body["numberMatched"], &body["numberReturned"], &body["features"]), (&json!(5), &json!(0), &json!([])));
    assert_eq!(link(&body, "next"), None);
}

#[tokio::test]
async fn an_incident_is_found_by_its_id_with_links() {
    let server = Server::with(&protests(2));
    let answer = server.get("/collections/incidents/items/d-1").await;
    let body = answer.json();
    assert_eq!((&body["type"], &body["id"], &body["properties"]["title"]), (&json!("Feature"), &json!("d-1"), &json!("number 1")));
    assert_eq!(body["geometry"], json!({"type": "Point", "coordinates": [1, 10]}));
    for rel in ["self", "collection", "alternate"] {
        assert!(link(&body, rel).is_some(), "{rel}");
    }
    check_problem(&server.get("/collections/incidents/items/no-such").await, StatusCode::NOT_FOUND, None);
}

#[tokio::test]
async fn an_answer_is_fresh_until_something_is_written() {
    let server = Server::with(&protests(2));
    let path = "/collections/incidents/items";
    let first = server.get(path).await;
    let known = [("if-none-match", first.header("etag"))];
    let again = server.send(Method::GET, path, &known, Body::empty()).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(server.send(Method::GET, &format!("{path}?limit=1"), &known, Body::empty()).await.status, StatusCode::OK);
    put(&*server.store, "e", &protests(1));
    server.app.refresh().unwrap();
    let later = server.send(Method::GET, path, &known, Body::empty()).await;
    assert_eq!((later.status, later.json()["numberMatched"].clone()), (StatusCode::OK, json!(3)));
}

// Filters

#[tokio::test]
async fn a_box_over_the_antimeridian_counts_what_its_two_halves_count() {
    let lons = [-180.0, -179.5, -170.0, -100.0, 0.0, 100.0, 170.0, 179.5, 180.0];
    let events: Vec<_> = lons.iter().map(|lon| Event { at: Some((*lon, -17.0)), ..Event::protest("at sea") }).collect();
    let server = Server::with(&events);
    let lons_in = |bbox: &str| {
        let path = format!("/collections/incidents/items?bbox={bbox}");
        let server = &server;
        async move {
            let body = server.get(&path).await.json();
            let mut lons: Vec<f64> =
                body["features"].as_array().unwrap().iter().map(|f| f["geometry"]["coordinates"][0].as_f64().unwrap()).collect();
            lons.sort_by(f64::total_cmp);
            assert_eq!(body["numberMatched"], lons.len());
            lons
        }
    };
    assert_eq!(lons_in("160,-50,-160,50").await, [-180.0, -179.5, -170.0, 170.0, 179.5, 180.0]);
    assert_eq!(lons_in("160,-50,180,50").await, [170.0, 179.5, 180.0]);
    assert_eq!(lons_in("-180,-50,-160,50").await, [-180.0, -179.5, -170.0]);
    // The same with heights, and as good as the whole world.
    assert_eq!(lons_in("160,-50,0,-160,50,100").await.len(), 6);
    assert_eq!(lons_in("1,-90,0,90").await.len(), 9);
}

#[tokio::test]
async fn only_what_was_reported_or_claimed_is_shown_unless_asked() {
    let statuses =
        [Status::Reported, Status::Claimed, Status::Denied, Status::Planned, Status::Hypothetical, Status::Negated, Status::Background];
    let events: Vec<_> = statuses.iter().map(|status| Event { status: *status, ..Event::protest("told") }).collect();
    let server = Server::with(&events);
    for (query, want) in [("", 2), ("?status=all", 7), ("?status=planned,denied", 2), ("?status=background", 1)] {
        let body = server.get(&format!("/collections/incidents/items{query}")).await.json();
        assert_eq!(body["numberMatched"], want, "{query}");
    }
}

#[tokio::test]
async fn words_are_found_by_their_beginnings_in_any_spelling() {
    let titles = ["Митинг в Жанаозене", "احتجاج في ألماتي", "Protest in Jańaozen", "Fire"];
    let server = Server::with(&titles.map(Event::protest));
    let check = async |q: &str, want: &[&str]| {
        let q = percent_encoding::utf8_percent_encode(q, percent_encoding::NON_ALPHANUMERIC).to_string();
        assert_eq!(server.get(&format!("/collections/incidents/items?q={q}")).await.ids(), want, "{q}");
    };
    check("жанаоз", &["d-0"]).await;
    check("МИТИНГ жанаозене", &["d-0"]).await;
    check("аозене", &[]).await;
    check("الماتي", &["d-1"]).await;
    check("protest", &["d-2"]).await;
    check("protest fire", &[]).await;
    check("  ", &["d-0", "d-1", "d-2", "d-3"]).await;
}

prop_compose! {
    fn event()(
        kind in prop::sample::select(TAXONOMY.types.iter().map(|t| t.id.clone()).collect::<Vec<_>>()),
        // A coarse grid, so that points fall on edges of boxes too.
        at in prop::option::weighted(0.9, ((-18..=18i32), (-9..=9i32)).prop_map(|(x, y)| (f64::from(x) * 10.0, f64::from(y) * 10.0))),
        days in prop::option::weighted(0.9, (0..60i32, 0..5i32)),
        status in prop::sample::select(vec![Status::Reported, Status::Claimed, Status::Denied, Status::Planned]),
        country in prop::option::of(prop::sample::select(vec!["KZ", "RU", "LY"])),
        confidence in (0..=10u8).prop_map(|c| f64::from(c) / 10.0),
        title in prop::sample::select(vec!["gas price", "gas leak", "price rise", ""]),
        geonameid in prop::option::of(1..6u64),
        precision in 1..=3u8,
        source in prop::option::of(prop::sample::select(vec!["Herald", "Daily"])),
    ) -> Event {
        let day = |n: i32| date(2022, 1, 1).saturating_add(n.days());
        let country = country.filter(|_| at.is_some()).map(str::to_owned);
        Event {
            kind,
            at,
            days: days.map(|(start, long)| (day(start), day(start + long))),
            status,
            country,
            confidence,
            title: title.to_owned(),
            geonameid: geonameid.filter(|_| at.is_some()),
            precision,
            source: source.map(str::to_owned),
        }
    }
}

/// A filter as a test understands it, with its query parameters.
#[derive(Debug, Clone)]
struct Asked {
    bbox: Option<(i32, i32, i32, i32)>,
    days: Option<(Option<i32>, Option<i32>)>,
    kinds: Vec<&'static str>,
    status: Option<Status>,
    countries: Vec<&'static str>,
    confidence: u8,
    word: Option<&'static str>,
    place: Option<u64>,
    precision: Option<u8>,
    source: Option<&'static str>,
}

prop_compose! {
    fn asked()(
        bbox in prop::option::of((-18..=18i32, -9..=9i32, -18..=18i32, -9..=9i32)),
        days in prop::option::of((prop::option::of(0..60i32), prop::option::of(0..60i32))),
        kinds in prop::collection::vec(prop::sample::select(vec!["protest", "riot", "flood", "road_accident", "arrest"]), 0..4),
        status in prop::option::of(prop::sample::select(vec![Status::Reported, Status::Planned])),
        countries in prop::collection::vec(prop::sample::select(vec!["KZ", "RU"]), 0..3),
        confidence in 0..=10u8,
        word in prop::option::of(prop::sample::select(vec!["gas", "pri", "leak"])),
        place in prop::option::weighted(0.2, 1..6u64),
        precision in prop::option::weighted(0.2, 1..=3u8),
        source in prop::option::weighted(0.2, prop::sample::select(vec!["Herald", "Daily"])),
    ) -> Asked {
        // South must not lie above north, nor the start after the end.
        let bbox = bbox.map(|(w, s, e, n)| (w, s.min(n), e, s.max(n)));
        let days = days.filter(|d| d.0.is_some() || d.1.is_some()).map(|d| match d {
            (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
            open => open,
        });
        Asked { bbox, days, kinds, status, countries, confidence, word, place, precision, source }
    }
}

impl Asked {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let day = |n: i32| date(2022, 1, 1).saturating_add(n.days()).to_string();
        let mut pairs = vec![("min_confidence", (f64::from(self.confidence) / 10.0).to_string())];
        if let Some((w, s, e, n)) = self.bbox {
            pairs.push(("bbox", format!("{},{},{},{}", w * 10, s * 10, e * 10, n * 10)));
        }
        if let Some((start, end)) = self.days {
            pairs.push(("datetime", format!("{}/{}", start.map_or("..".to_owned(), day), end.map_or("..".to_owned(), day))));
        }
        if !self.kinds.is_empty() {
            pairs.push(("type", self.kinds.join(",")));
        }
        if let Some(status) = self.status {
            pairs.push(("status", json!(status).as_str().unwrap().to_owned()));
        }
        if !self.countries.is_empty() {
            pairs.push(("country", self.countries.join(",")));
        }
        pairs.extend(self.word.map(|word| ("q", word.to_owned())));
        pairs.extend(self.place.map(|place| ("place", place.to_string())));
        pairs.extend(self.precision.map(|precision| ("precision", precision.to_string())));
        pairs.extend(self.source.map(|source| ("source", source.to_owned())));
        pairs
    }

    /// Whether an event passes, by the letter of the documentation.
    fn wants(&self, event: &Event) -> bool {
        let in_box = self.bbox.is_none_or(|(w, s, e, n)| {
            event.at.is_some_and(|(lon, lat)| {
                let (w, s, e, n) = (f64::from(w) * 10.0, f64::from(s) * 10.0, f64::from(e) * 10.0, f64::from(n) * 10.0);
                let lon_in = if w > e { lon >= w || lon <= e } else { w <= lon && lon <= e };
                lon_in && s <= lat && lat <= n
            })
        });
        let in_time = self.days.is_none_or(|(start, end)| {
            event.days.is_some_and(|(first, last)| {
                let day = |n: i32| date(2022, 1, 1).saturating_add(n.days());
                start.is_none_or(|start| last >= day(start)) && end.is_none_or(|end| first <= day(end))
            })
        });
        let told = match self.status {
            Some(status) => event.status == status,
            None => matches!(event.status, Status::Reported | Status::Claimed),
        };
        in_box
            && in_time
            && told
            && (self.kinds.is_empty() || self.kinds.contains(&event.kind.as_str()))
            && (self.countries.is_empty() || event.country.as_deref().is_some_and(|c| self.countries.contains(&c)))
            && event.confidence + 1e-6 >= f64::from(self.confidence) / 10.0
            && self.place.is_none_or(|place| event.geonameid.is_some_and(|id| id == place || id == place + 1))
            && self.precision.is_none_or(|precision| event.at.is_some() && event.precision == precision)
            && self.source.is_none_or(|source| event.source.as_deref() == Some(source))
            && self.word.is_none_or(|word| event.title.split(' ').any(|w| w.starts_with(word)))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Items are exactly what looking at every incident one by one finds, in the same order.
    #[test]
    fn a_filter_finds_what_looking_at_every_incident_finds(events in prop::collection::vec(event(), 0..120), asked in asked()) {
        let store = std::sync::Arc::new(GeoPackage::in_memory().unwrap());
        put(&*store, "d", &events);
        let index = Index::open(store).unwrap();
        let pairs = asked.pairs();
        let filter = Filter::parse(pairs.iter().map(|(n, v)| (*n, v.as_str()))).unwrap();
        let filter = filter.with_places_inside(|place| Some(vec![place, place + 1])).unwrap();
        let snapshot = index.snapshot();
        let found = query::find(&snapshot, &filter);
        let ids: Vec<String> = found.rows(&snapshot).map(|row| row.id().to_owned()).collect();
        let want: Vec<String> = events.iter().enumerate().filter(|(_, e)| asked.wants(e)).map(|(i, _)| format!("d-{i}")).collect();
        prop_assert_eq!(found.len(), want.len());
        prop_assert_eq!(&ids, &want);
        for (number, skip) in [(0, 3), (5, 0), (40, 7)] {
            let mut cursor = found.after(&snapshot, number);
            found.skip(&snapshot, &mut cursor, skip);
            let left = found.rows(&snapshot).filter(|row| row.number() > number).nth(skip).map(|row| row.id().to_owned());
            prop_assert_eq!(found.next(&snapshot, &mut cursor).map(|row| row.id().to_owned()), left);
        }
    }
}

// Refusals

fn check_problem(answer: &crate::harness::Answer, status: StatusCode, parameter: Option<&str>) {
    assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let body = answer.json();
    assert_eq!(body["status"], status.as_u16());
    assert!(body["title"].is_string() && body["type"].is_string() && !body["detail"].as_str().unwrap().is_empty());
    assert_eq!(body.get("parameter").and_then(Value::as_str), parameter);
}

#[tokio::test]
async fn every_wrong_parameter_is_400_and_named() {
    let server = Server::with(&protests(1));
    let cases = [
        ("bbox", "/collections/incidents/items?bbox=1,2,3"),
        ("bbox", "/collections/incidents/items?bbox=NaN,1,2,3"),
        ("bbox", "/collections/incidents/items?bbox=0,0,1e999,3"),
        ("bbox", "/collections/incidents/items?bbox=10,50,11,40"),
        ("bbox", "/export?bbox="),
        ("datetime", "/collections/incidents/items?datetime=yesterday"),
        ("datetime", "/collections/incidents/items?datetime=0000-00-00"),
        ("datetime", "/collections/incidents/items?datetime=0000-01-01"),
        ("datetime", "/collections/incidents/items?datetime=99999-01-01"),
        ("type", "/collections/incidents/items?type=party"),
        ("group", "/export?f=csv&group=crowds"),
        ("status", "/collections/incidents/items?status=true"),
        ("country", "/collections/incidents/items?country=KAZ"),
        ("min_confidence", "/collections/incidents/items?min_confidence=-1"),
        ("limit", "/collections/incidents/items?limit=unlimited"),
        ("limit", "/collections/incidents/items?limit=0"),
        ("limit", "/collections/incidents/items?limit=1.5"),
        ("offset", "/collections/incidents/items?offset=-1"),
        ("offset", "/collections/incidents/items?offset=99999999999999999999"),
        ("q", "/collections/incidents/items?q=a&q=b"),
        ("f", "/collections/incidents/items?f=docx"),
        ("f", "/export?f=docx"),
        ("resultType", "/collections/incidents/items?resultType=all"),
        ("f", "/?f=xml"),
        ("colour", "/collections/incidents/items?colour=red"),
        ("limit", "/export?limit=10"),
        ("x", "/healthz?x=1"),
        ("x", "/collections?x=1"),
        ("q", "/geocode"),
        ("q", "/suggest?q=%20"),
        ("country", "/geocode?q=Aktau&country=KAZ"),
        ("lang", "/geocode?q=Aktau&lang=arabic"),
        ("limit", "/geocode?q=Aktau&limit=none"),
        ("lon", "/reverse?lat=1"),
        ("lat", "/reverse?lon=1&lat=91"),
        ("lon", "/reverse?lon=NaN&lat=1"),
        ("tile", "/basemap/99/0/0"),
        ("tile", "/basemap/1/2/0"),
        ("tile", "/basemap/0/0/x"),
    ];
    for (parameter, path) in cases {
        let answer = server.get(path).await;
        println!("{path}");
        check_problem(&answer, StatusCode::BAD_REQUEST, Some(parameter));
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_means_nothing_are_problems_too() {
    let server = Server::with(&[]);
    for path in
        ["/nope", "/collections/roads", "/collections/roads/items", "/assets/..%2f..%2fCargo.toml", "/../Cargo.toml", "/basemap.pmtiles"]
    {
        check_problem(&server.get(path).await, StatusCode::NOT_FOUND, None);
    }
    for (method, path) in [(Method::DELETE, "/collections"), (Method::GET, "/extract"), (Method::PUT, "/"), (Method::POST, "/index.html")] {
        check_problem(&server.send(method, path, &[], Body::empty()).await, StatusCode::METHOD_NOT_ALLOWED, None);
    }
}

#[tokio::test]
async fn a_wrong_body_is_told_by_its_kind_of_wrongness() {
    let server = Server::with(&[]);
    let json = ("content-type", "application/json");
    let send = async |headers: &[(&str, &str)], body: String| server.send(Method::POST, "/extract", headers, body).await;
    check_problem(&send(&[], "{}".to_owned()).await, StatusCode::UNSUPPORTED_MEDIA_TYPE, None);
    check_problem(&send(&[("content-type", "text/plain")], "Fire".to_owned()).await, StatusCode::UNSUPPORTED_MEDIA_TYPE, None);
    check_problem(&send(&[json], "{".to_owned()).await, StatusCode::BAD_REQUEST, None);
    check_problem(&send(&[json], "[".repeat(100_000)).await, StatusCode::BAD_REQUEST, None);
    check_problem(&send(&[json], "[]".to_owned()).await, StatusCode::UNPROCESSABLE_ENTITY, None);
    check_problem(&send(&[json], r#"{"title":"no text"}"#.to_owned()).await, StatusCode::UNPROCESSABLE_ENTITY, Some("text"));
    check_problem(
        &send(&[json], r#"{"text":"a","publish":"2022-01-10"}"#.to_owned()).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        Some("publish"),
    );
    let huge = json!({"text": "x".repeat(17 * 1024 * 1024)}).to_string();
    check_problem(&send(&[json], huge).await, StatusCode::PAYLOAD_TOO_LARGE, None);
}

#[tokio::test]
async fn text_is_never_an_error() {
    let server = Server::with(&[]);
    for text in ["", " ", "\u{0}\u{FFFF}\u{202E}", "x", "}{\"'<script>", "\u{1F4A3}"] {
        let answer = server.post("/extract", &[], &json!({"text": text})).await;
        assert_eq!(answer.status, StatusCode::OK, "{text:?}");
        assert_eq!(answer.json()["features"], json!([]));
    }
    let long = server.post("/extract", &[], &json!({"text": "жжжж ".repeat(1_200_000)})).await.json();
    assert_eq!(long["diagnostics"][0]["code"], "truncated");
}

#[tokio::test]
async fn a_panic_in_the_analysis_is_a_500_that_tells_nothing_and_the_server_lives() {
    let server = Server::with(&[]);
    let answer = server.post("/extract", &[], &json!({"text": "panic!"})).await;
    check_problem(&answer, StatusCode::INTERNAL_SERVER_ERROR, None);
    assert!(!String::from_utf8_lossy(&answer.body).contains("as the test asked"));
    assert_eq!(server.get("/healthz").await.status, StatusCode::OK);
}

// Formats

#[tokio::test]
async fn every_export_holds_just_what_the_items_hold() {
    let mut events = protests(40);
    events[3].status = Status::Planned;
    events[4].at = None;
    events[5].title = "=cmd|' /C calc'!A0".to_owned();
    let server = Server::with(&events);
    for filter in ["", "&bbox=5,0,20,20", "&status=all", "&q=number"] {
        let items = server.get(&format!("/collections/incidents/items?limit=1000{filter}")).await.ids();
        let geojson = server.get(&format!("/export?f=geojson{filter}")).await;
        assert_eq!(geojson.ids(), items);
        assert_eq!(geojson.json()["numberReturned"], items.len());
        assert!(geojson.header("content-disposition").starts_with("attachment; filename=\"oqiga-incidents"));
        let lines = server.get(&format!("/export?f=geojsonl{filter}")).await;
        let of_lines: Vec<_> =
            String::from_utf8(lines.body).unwrap().lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone()).collect();
        assert_eq!(of_lines, items);
        let table = server.get(&format!("/export?f=csv{filter}")).await;
        let mut reader = csv::Reader::from_reader(&table.body[..]);
        let of_table: Vec<_> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
        assert_eq!(of_table, items);
    }
    let table = String::from_utf8(server.get("/export?f=csv").await.body).unwrap();
    assert!(table.contains("'=cmd"), "a formula is made harmless");
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask() {
    let server = Server::with(&protests(100));
    for coding in ["gzip", "br"] {
        let answer = server.send(Method::GET, "/collections/incidents/items", &[("accept-encoding", coding)], Body::empty()).await;
        assert_eq!(answer.header("content-encoding"), coding);
        assert!(answer.names("vary", "accept-encoding"));
    }
    let plain = server.get("/collections/incidents/items").await;
    assert_eq!((plain.header("content-encoding"), plain.status), ("", StatusCode::OK));
}

#[tokio::test]
async fn a_browser_gets_the_map_whose_files_are_all_there_and_a_tool_gets_the_landing_page() {
    let server = Server::with(&[]);
    let page = server.send(Method::GET, "/", &[("accept", "text/html,*/*;q=0.8")], Body::empty()).await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").contains("script-src 'self';"));
    let html = String::from_utf8(page.body).unwrap();
    let files: Vec<&str> = html.split('"').filter_map(|part| part.strip_prefix("./")).filter(|part| part.contains('.')).collect();
    assert!(files.len() >= 2, "{html}");
    for file in files {
        let answer = server.get(&format!("/{file}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        if file.starts_with("assets/") {
            assert!(answer.header("cache-control").contains("immutable"));
        }
        let again = server.send(Method::GET, &format!("/{file}"), &[("if-none-match", answer.header("etag"))], Body::empty()).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{file}");
    }
    let landing = server.send(Method::GET, "/", &[("accept", "application/json")], Body::empty()).await;
    for rel in ["self", "service-desc", "conformance", "data"] {
        assert!(link(&landing.json(), rel).is_some(), "{rel}");
    }
}

#[tokio::test]
async fn the_basemap_is_served_as_vector_tiles() {
    let server = Server::with(&[]);
    if !repository("web/dist/basemap.pmtiles").exists() {
        println!("skipped: the_basemap_is_served_as_vector_tiles (web/dist holds no basemap)");
        return;
    }
    let zipped = server.send(Method::GET, "/basemap/0/0/0", &[("accept-encoding", "br, gzip")], Body::empty()).await;
    assert_eq!((zipped.status, zipped.header("content-encoding")), (StatusCode::OK, "gzip"));
    assert_eq!(zipped.body[..2], [0x1F, 0x8B]);
    let plain = server.get("/basemap/0/0/0.mvt").await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.body.len() > zipped.body.len());
    let again = server.send(Method::GET, "/basemap/0/0/0", &[("if-none-match", plain.header("etag"))], Body::empty()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_api_document_names_every_route_parameter_and_limit() {
    let server = Server::with(&protests(1));
    let answer = server.get("/api").await;
    assert_eq!(answer.header("content-type"), "application/vnd.oai.openapi+json;version=3.0");
    let api = answer.json();
    assert_eq!(api["openapi"], "3.0.3");
    assert_eq!(api["info"]["version"], env!("CARGO_PKG_VERSION"));
    for (path, operations) in api["paths"].as_object().unwrap() {
        let id = if path.contains("/documents/") { "d" } else { "d-0" };
        let path = path.replace("{id}", id).replace("{z}/{x}/{y}", "0/0/0").replace("{z}/{y}/{x}", "0/0/0").replace("{number}", "1");
        if path == "/changes" {
            // A feed has no end that could be waited for.
            continue;
        }
        for method in operations.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let status = server.send(method.clone(), &path, &[], Body::empty()).await.status;
            assert!(status != StatusCode::METHOD_NOT_ALLOWED && !status.is_server_error(), "{method} {path}: {status}");
            // The test has neither a basemap nor a gazetteer.
            let may_be_missing = path.starts_with("/basemap") || path.starts_with("/collections/places/items/");
            assert!(may_be_missing || status != StatusCode::NOT_FOUND, "{method} {path}: {status}");
        }
    }
    let parameters = &api["components"]["parameters"];
    for name in filter::PARAMETERS {
        assert_eq!(parameters[name]["name"], *name);
    }
    assert_eq!(parameters["limit"]["schema"], json!({"type": "integer", "minimum": 1, "default": 100, "maximum": 10_000}));
    let types: Vec<&str> = TAXONOMY.types.iter().map(|t| t.id.as_str()).collect();
    assert_eq!(parameters["type"]["schema"]["items"]["enum"], json!(types));
    let items = api["paths"]["/collections/incidents/items"]["get"]["parameters"].as_array().unwrap();
    assert_eq!(items.len(), filter::PARAMETERS.len() + 6);
}

// Writing

#[tokio::test]
async fn a_report_is_kept_once_and_can_be_read_at_once() {
    let server = Server::with(&[]);
    let report = json!({"text": json!(Event::protest("new")).to_string(), "title": "Headline"});
    let first = server.post("/documents", &[BEARER], &report).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let (body, id) = (first.json(), first.json()["incidents"][0].as_str().unwrap().to_owned());
    assert_eq!((&body["created"], &body["features"][0]["id"]), (&json!(true), &json!(id)));
    assert_eq!(server.get(&format!("/collections/incidents/items/{id}")).await.status, StatusCode::OK);
    let again = server.post("/documents", &[BEARER], &report).await;
    assert_eq!((again.status, &again.json()["created"], &again.json()["features"]), (StatusCode::OK, &json!(false), &body["features"]));
    assert_eq!(server.get("/healthz").await.json()["documents"], 1);
    assert_eq!(server.store.revisions(&id).unwrap()[0].who, "token");
}

#[tokio::test]
async fn nobody_writes_without_the_token_and_extracting_needs_none() {
    let server = Server::with(&[]);
    let report = json!({"text": json!(Event::protest("new")).to_string()});
    for headers in [&[][..], &[("authorization", "Bearer wrong")], &[("cookie", "oqiga_session=guess")]] {
        check_problem(&server.post("/documents", headers, &report).await, StatusCode::UNAUTHORIZED, None);
    }
    assert_eq!(server.post("/extract", &[], &report).await.json()["features"][0]["properties"]["title"], "new");
    assert_eq!(server.get("/healthz").await.json()["documents"], 0);
}

#[tokio::test]
async fn the_printed_key_opens_one_session_that_writes_from_our_own_page_only() {
    let server = Server::with(&[]);
    let key = json!({"key": server.key});
    check_problem(&server.post("/session", &[], &json!({"key": "guess"})).await, StatusCode::FORBIDDEN, None);
    check_problem(&server.post("/session", &[], &json!({"key": 7})).await, StatusCode::UNPROCESSABLE_ENTITY, Some("key"));
    check_problem(&server.post("/session", &[("origin", "http://evil.example")], &key).await, StatusCode::FORBIDDEN, None);
    let opened = server.post("/session", &[("origin", "http://127.0.0.1:8080")], &key).await;
    assert_eq!(opened.json(), json!({"write": true}));
    let cookie = opened.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    check_problem(&server.post("/session", &[], &key).await, StatusCode::FORBIDDEN, None);

    let cookie = ("cookie", cookie.split(';').next().unwrap());
    assert_eq!(server.send(Method::GET, "/session", &[cookie], Body::empty()).await.json(), json!({"write": true}));
    assert_eq!(server.get("/session").await.json(), json!({"write": false}));
    let report = json!({"text": "Fire in Aktau"});
    let post = async |headers: &[(&str, &str)]| server.post("/documents", headers, &report).await.status;
    assert_eq!(post(&[cookie, ("origin", "http://evil.example")]).await, StatusCode::FORBIDDEN);
    assert_eq!(post(&[cookie, ("sec-fetch-site", "cross-site")]).await, StatusCode::FORBIDDEN);
    assert_eq!(post(&[cookie]).await, StatusCode::FORBIDDEN);
    assert_eq!(post(&[cookie, ("sec-fetch-site", "same-origin")]).await, StatusCode::CREATED);
    assert_eq!(post(&[cookie, ("origin", "http://127.0.0.1:8080")]).await, StatusCode::OK);
}

#[tokio::test]
async fn a_local_server_answers_only_to_its_own_names_and_no_other_page() {
    let server = Server::with(&[]);
    let status = async |host: &str| server.send(Method::GET, "/healthz", &[("host", host)], Body::empty()).await.status;
    for foreign in ["evil.example", "evil.example:8080", "localhost.evil.example", ""] {
        assert_eq!(status(foreign).await, StatusCode::MISDIRECTED_REQUEST, "{foreign}");
    }
    assert_eq!(status("localhost:8080").await, StatusCode::OK);
    assert_eq!(server.get("/healthz").await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn another_origin_reads_a_local_server_only_when_it_was_named() {
    let server = Server::setup("127.0.0.1:8080", &[], &["https://map.example"]);
    let allowed = async |origin: &str| {
        let answer = server.send(Method::GET, "/healthz", &[("origin", origin)], Body::empty()).await;
        assert!(answer.headers.get_all("vary").iter().any(|value| value == "origin"));
        answer.header("access-control-allow-origin").to_owned()
    };
    assert_eq!(allowed("https://map.example").await, "https://map.example");
    assert_eq!(allowed("https://evil.example").await, "");
}

#[tokio::test]
async fn a_public_server_lets_other_pages_read_its_layers() {
    let server = Server::on("0.0.0.0:8080", &protests(1));
    let answer = server.send(Method::GET, "/collections/incidents/items", &[("origin", "https://map.example")], Body::empty()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(server.store.counts().unwrap().incidents, 1);
}
