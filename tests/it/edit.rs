//! Correcting by hand: create, replace, patch, delete, the trail and the way back, and the feed
//! that tells of it.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use http_body::Body as _;
use serde_json::{Value, json};

use crate::harness::{Answer, Event, Server, put};

const ITEMS: &str = "/collections/incidents/items";
const BEARER: (&str, &str) = ("authorization", "Bearer correct-horse-battery-staple");
const JSON: (&str, &str) = ("content-type", "application/geo+json");
const PATCH: (&str, &str) = ("content-type", "application/merge-patch+json");

async fn send(server: &Server, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let headers = [&[BEARER], headers].concat();
    server.send(method, path, &headers, if body.is_null() { Body::empty() } else { Body::from(body.to_string()) }).await
}

fn fire() -> Value {
    json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [51.2, 43.65]},
        "properties": {"event_type": "fire", "title": "Fire in the port", "date_start": "2022-02-03", "killed": 2, "flags": ["claimed"], "review": "accepted"},
    })
}

#[tokio::test]
async fn an_incident_is_created_read_replaced_patched_and_deleted() {
    let server = Server::with(&[]);
    let made = send(&server, Method::POST, ITEMS, &[JSON], &fire()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", String::from_utf8_lossy(&made.body));
    let path = made.header("location").strip_prefix("http://127.0.0.1:8080").expect("an absolute address").to_owned();
    let got = server.get(&path).await;
    let (feature, etag) = (got.json(), got.header("etag").to_owned());
    assert_eq!(etag, made.header("etag"));
    for (name, value) in fire()["properties"].as_object().expect("properties") {
        assert_eq!(&feature["properties"][name], value, "{name}");
    }
    assert_eq!(feature["properties"]["event_group"], "disaster");
    assert_eq!(feature["geometry"], fire()["geometry"]);

    // A patch touches only what it names.
    let patch =
        json!({"properties": {"killed": null, "title": "Fire put out"}, "geometry": {"type": "Point", "coordinates": [51.0, 43.0]}});
    let patched =
        send(&server, Method::PATCH, &path, &[PATCH, ("if-match", &etag), ("oqiga-note", "%D0%B8%D1%81%D0%BF%D1%80")], &patch).await;
    assert_eq!(patched.status, StatusCode::OK, "{}", String::from_utf8_lossy(&patched.body));
    let body = patched.json();
    assert_eq!((&body["properties"]["title"], &body["properties"]["killed"]), (&json!("Fire put out"), &Value::Null));
    assert_eq!(body["properties"]["review"], "accepted");
    assert_eq!(server.get(&format!("{ITEMS}?bbox=50.9,42.9,51.1,43.1")).await.ids().len(), 1);

    // Whoever saw the state of before is told.
    let late = send(&server, Method::PUT, &path, &[JSON, ("if-match", &etag)], &fire()).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    let replaced = send(&server, Method::PUT, &path, &[JSON, ("if-match", patched.header("etag"))], &fire()).await;
    assert_eq!((replaced.status, &replaced.json()["properties"]["killed"]), (StatusCode::OK, &json!(2)));

    let deleted = send(&server, Method::DELETE, &path, &[], &Value::Null).await;
    assert_eq!((deleted.status, deleted.body.len()), (StatusCode::NO_CONTENT, 0));
    assert_eq!(server.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(send(&server, Method::DELETE, &path, &[], &Value::Null).await.status, StatusCode::NOT_FOUND);

    let trail = server.get(&format!("{path}/revisions")).await.json();
    let actions: Vec<_> = trail["revisions"].as_array().expect("revisions").iter().map(|r| r["action"].clone()).collect();
    assert_eq!(actions, ["create", "update", "update", "delete"]);
    assert_eq!((&trail["revisions"][1]["who"], &trail["revisions"][1]["why"]), (&json!("token"), &json!("испр")));
}

#[tokio::test]
async fn every_change_can_be_undone() {
    let server = Server::with(&[Event::protest("by the machine")]);
    let path = format!("{ITEMS}/d-0");
    let before = server.get(&path).await.json();
    let undo = |number: u64| {
        let (server, path) = (&server, format!("{path}/revisions/{number}/undo"));
        async move { send(server, Method::POST, &path, &[], &Value::Null).await.status }
    };
    let last = || {
        let (server, path) = (&server, format!("{path}/revisions"));
        async move {
            server.get(&path).await.json()["revisions"].as_array().expect("a trail").last().expect("one")["number"]
                .as_u64()
                .expect("a number")
        }
    };
    send(&server, Method::PATCH, &path, &[PATCH], &json!({"properties": {"status": "denied"}, "geometry": null})).await;
    assert_eq!(undo(last().await).await, StatusCode::OK);
    assert_eq!(server.get(&path).await.json(), before);
    send(&server, Method::DELETE, &path, &[], &Value::Null).await;
    assert_eq!(undo(last().await).await, StatusCode::OK);
    assert_eq!(server.get(&path).await.json(), before);
    assert_eq!(undo(999_999).await, StatusCode::NOT_FOUND);
    // And back by a PUT of what one still has.
    send(&server, Method::DELETE, &path, &[], &Value::Null).await;
    assert_eq!(send(&server, Method::PUT, &path, &[JSON], &before).await.status, StatusCode::CREATED);
    assert_eq!(server.get(&path).await.json(), before);
}

#[tokio::test]
async fn what_a_person_has_corrected_or_removed_stays_so_when_the_report_comes_again() {
    let server = Server::with(&[Event::protest("one"), Event::protest("two"), Event::protest("three")]);
    send(&server, Method::PATCH, &format!("{ITEMS}/d-0"), &[PATCH], &json!({"properties": {"title": "corrected", "flags": []}})).await;
    send(&server, Method::DELETE, &format!("{ITEMS}/d-1"), &[], &Value::Null).await;
    put(&*server.store, "d", &[Event::protest("uno"), Event::protest("due"), Event::protest("tre")]);
    server.app.refresh().expect("a refresh");
    let body = server.get(ITEMS).await.json();
    let titles: Vec<_> = body["features"].as_array().expect("features").iter().map(|f| f["properties"]["title"].clone()).collect();
    assert_eq!(titles, ["corrected", "tre"]);
}

#[tokio::test]
async fn a_change_that_makes_no_sense_or_is_not_allowed_is_refused_and_changes_nothing() {
    let server = Server::with(&[Event::protest("one")]);
    let path = format!("{ITEMS}/d-0");
    let before = server.get(&path).await.json();
    let check = |method: Method, path: String, headers: Vec<(&'static str, &'static str)>, body: Value, want: StatusCode| {
        let server = &server;
        async move {
            let answer = server.send(method.clone(), &path, &headers, Body::from(body.to_string())).await;
            assert_eq!(answer.status, want, "{method} {path} {body}: {}", String::from_utf8_lossy(&answer.body));
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    };
    let patch = json!({"properties": {"title": "x"}});
    check(Method::PATCH, path.clone(), vec![PATCH], patch.clone(), StatusCode::UNAUTHORIZED).await;
    check(Method::DELETE, path.clone(), vec![], patch.clone(), StatusCode::UNAUTHORIZED).await;
    check(Method::PATCH, path.clone(), vec![BEARER, ("content-type", "text/plain")], patch.clone(), StatusCode::UNSUPPORTED_MEDIA_TYPE)
        .await;
    check(Method::PATCH, path.clone(), vec![BEARER, PATCH, ("if-match", "\"else\"")], patch.clone(), StatusCode::PRECONDITION_FAILED).await;
    check(Method::PATCH, format!("{ITEMS}/none"), vec![BEARER, PATCH], patch.clone(), StatusCode::NOT_FOUND).await;
    let wrong = json!({"properties": {"event_type": "party"}});
    check(Method::PATCH, path.clone(), vec![BEARER, PATCH], wrong, StatusCode::UNPROCESSABLE_ENTITY).await;
    check(Method::PATCH, path.clone(), vec![BEARER, PATCH], json!([1]), StatusCode::UNPROCESSABLE_ENTITY).await;
    check(Method::PUT, path.clone(), vec![BEARER, JSON], json!({"type": "Feature", "id": "other"}), StatusCode::UNPROCESSABLE_ENTITY).await;
    check(Method::POST, ITEMS.to_owned(), vec![BEARER, JSON], json!({"a": 1}), StatusCode::UNPROCESSABLE_ENTITY).await;
    let mut twice = fire();
    twice["id"] = json!("d-0");
    check(Method::POST, ITEMS.to_owned(), vec![BEARER, JSON], twice, StatusCode::CONFLICT).await;
    assert_eq!(server.get(&path).await.json(), before);
}

/// Reads a feed until it has told of so many events.
async fn events(server: &Server, path: &str, headers: &[(&str, &str)], wanted: usize) -> Vec<(String, Value, u64)> {
    let mut body = server.stream(path, headers).await;
    let (mut text, mut events) = (String::new(), Vec::new());
    while events.len() < wanted {
        let next = std::future::poll_fn(|context| std::pin::Pin::new(&mut body).poll_frame(context));
        let frame = tokio::time::timeout(std::time::Duration::from_secs(20), next).await.expect("in time");
        let bytes = frame.expect("more to come").expect("no error").into_data().expect("data");
        text.push_str(std::str::from_utf8(&bytes).expect("UTF-8"));
        while let Some((event, rest)) = text.split_once("\n\n") {
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let Some(kind) = field("event: ") {
                let data = serde_json::from_str(&field("data: ").expect("data")).expect("JSON");
                events.push((kind, data, field("id: ").expect("an id").parse().expect("a number")));
            }
            text = rest.to_owned();
        }
    }
    events
}

#[tokio::test]
async fn the_feed_tells_what_happens_and_goes_on_where_it_was_left() {
    let server = Server::with(&[Event::protest("one"), Event::protest("two")]);
    let start = server.app_revision();
    let listen = events(&server, "/changes?type=protest", &[], 2);
    let act = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        send(&server, Method::PATCH, &format!("{ITEMS}/d-0"), &[PATCH], &json!({"properties": {"title": "changed"}})).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        // No protest any more: gone for this listener.
        send(&server, Method::PATCH, &format!("{ITEMS}/d-1"), &[PATCH], &json!({"properties": {"event_type": "riot"}})).await;
    };
    let (told, ()) = tokio::join!(listen, act);
    assert_eq!((told[0].0.as_str(), &told[0].1["properties"]["title"]), ("put", &json!("changed")));
    assert_eq!((told[1].0.as_str(), &told[1].1["id"]), ("gone", &json!("d-1")));
    let seen = told[0].2.to_string();
    let again = events(&server, "/changes?status=all", &[("last-event-id", &seen)], 1).await;
    assert_eq!((again[0].0.as_str(), &again[0].1["id"]), ("put", &json!("d-1")));
    let all = events(&server, &format!("/changes?since={start}"), &[], 2).await;
    assert_eq!(all.len(), 2);
    // A client that has seen more than there is starts anew.
    assert_eq!(events(&server, "/changes?since=99999999", &[], 1).await[0].0, "reset");
}
