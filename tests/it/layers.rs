//! Tiles, clusters, facets and histogram: whatever is counted, however it is cut, adds up to what
//! the items say.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use jiff::ToSpan;
use jiff::civil::date;
use oqiga::index::Index;
use oqiga::index::square::Tile;
use oqiga::layers::tiles::{self, Options, PROPERTIES_DEFAULT, TILE_BYTES_MAX};
use oqiga::layers::{Filter, query};
use oqiga::store::geopackage::columns;
use oqiga::store::{GeoPackage, Store};
use serde_json::{Value, json};

use crate::harness::{Event, Server, TOKEN, put};

/// Many incidents, thick in some places and thin in others, of several types, days and countries.
fn scattered(n: usize) -> Vec<Event> {
    let kinds = ["protest", "riot", "flood", "road_accident", "clash"];
    let at = |i: usize| {
        let spread = |salt: usize| ((i * 7919 + salt * 104_729) % 10_007) as f64 / 10_007.0;
        match i % 4 {
            0 => (76.9115, 43.25249),
            1 => (70.0 + spread(1), 43.0 + spread(2)),
            2 => (spread(3) * 360.0 - 180.0, spread(4) * 170.0 - 85.0),
            _ => (179.9 - spread(5) * 0.1, spread(6) * 10.0),
        }
    };
    (0..n)
        .map(|i| {
            let day = date(2021, 12, 20).saturating_add(((i * 31 % 50) as i32).days());
            Event {
                kind: kinds[i % kinds.len()].to_owned(),
                at: (i % 97 != 0).then(|| at(i)),
                days: (i % 41 != 0).then_some((day, day)),
                country: Some(if i % 3 == 0 { "KZ" } else { "RU" }.to_owned()),
                confidence: (i % 10) as f64 / 10.0,
                precision: 1 + (i % 3) as u8,
                ..Event::protest(if i % 5 == 0 { "gas price" } else { "water" })
            }
        })
        .collect()
}

/// A feature of a tile: layer, id and attributes.
type Drawn = (String, u64, BTreeMap<String, Value>);

/// Reads a vector tile as far as points go.
fn read_tile(bytes: &[u8]) -> Vec<Drawn> {
    let mut drawn = Vec::new();
    for (_, layer) in fields(bytes) {
        let (mut name, mut keys, mut values, mut features) = (String::new(), Vec::new(), Vec::new(), Vec::new());
        for (number, field) in fields(layer) {
            match number {
                1 => name = text(field),
                2 => features.push(field),
                3 => keys.push(text(field)),
                4 => values.push(value(field)),
                5 | 15 => {}
                other => panic!("field {other} of a layer"),
            }
        }
        for feature in features {
            let (mut id, mut tags) = (0, Vec::new());
            for (number, field) in fields(feature) {
                match number {
                    1 => id = varints(field)[0],
                    2 => tags = varints(field),
                    3 => assert_eq!(varints(field), [1], "a point"),
                    4 => {
                        let commands = varints(field);
                        assert_eq!((commands.len(), commands[0]), (3, 9));
                        assert!(commands[1..].iter().all(|c| c % 2 == 0 && c / 2 < 4096), "within the tile: {commands:?}");
                    }
                    other => panic!("field {other} of a feature"),
                }
            }
            let attributes = tags.chunks(2).map(|pair| (keys[pair[0] as usize].clone(), values[pair[1] as usize].clone()));
            drawn.push((name.clone(), id, attributes.collect()));
        }
    }
    drawn
}

/// The fields of a protobuf message; a number comes as its own bytes.
fn fields(mut bytes: &[u8]) -> Vec<(u64, &[u8])> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let (key, rest) = varint(bytes);
        let (length, rest) = match key & 7 {
            0 => (rest.len() - varint(rest).1.len(), rest),
            1 => (8, rest),
            2 => {
                let (length, rest) = varint(rest);
                (length as usize, rest)
            }
            other => panic!("wire type {other}"),
        };
        let (field, rest) = rest.split_at(length);
        fields.push((key >> 3, field));
        bytes = rest;
    }
    fields
}

fn varint(bytes: &[u8]) -> (u64, &[u8]) {
    let length = bytes.iter().position(|b| b & 0x80 == 0).expect("an end") + 1;
    let number = bytes[..length].iter().rev().fold(0u64, |n, b| n << 7 | u64::from(b & 0x7f));
    (number, &bytes[length..])
}

fn varints(mut bytes: &[u8]) -> Vec<u64> {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        let (number, rest) = varint(bytes);
        numbers.push(number);
        bytes = rest;
    }
    numbers
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn value(bytes: &[u8]) -> Value {
    let (number, field) = fields(bytes)[0];
    match number {
        1 => json!(text(field)),
        3 => json!(f64::from_le_bytes(field.try_into().expect("eight bytes"))),
        5 => json!(varints(field)[0]),
        7 => json!(varints(field)[0] == 1),
        other => panic!("value {other}"),
    }
}

fn options(clusters: bool) -> Options {
    Options { properties: PROPERTIES_DEFAULT.iter().map(|name| (*name).to_owned()).collect(), clusters }
}

fn index_of(events: &[Event]) -> Index {
    let store = Arc::new(GeoPackage::in_memory().expect("a store"));
    put(&*store, "d", events);
    Index::open(store).expect("an index")
}

#[test]
fn at_every_zoom_and_under_any_filter_single_incidents_and_clusters_add_up() {
    let index = index_of(&scattered(3000));
    let snapshot = index.snapshot();
    let filters = [
        vec![],
        vec![("status", "all"), ("q", "gas")],
        vec![("type", "riot,flood"), ("datetime", "2022-01-01/..")],
        vec![("bbox", "170,-10,-170,20")],
        vec![("min_confidence", "0.5"), ("precision", "3"), ("country", "KZ")],
        vec![("q", "nothing has this")],
    ];
    for pairs in filters {
        let filter = Filter::parse(pairs.iter().copied()).expect("a filter");
        let found = query::find(&snapshot, &filter);
        let located = found.rows(&snapshot).filter(|row| row.position().is_some()).count() as u64;
        for z in [0u8, 1, 3, 5, 6] {
            let (mut sum, mut largest, mut singles) = (0, 0, Vec::new());
            let side = 1u32 << z;
            for (x, y) in (0..side).flat_map(|x| (0..side).map(move |y| (x, y))) {
                let tile = Tile::new(z, x, y).expect("a tile");
                if tiles::cost(&snapshot, tile) == 0 {
                    continue;
                }
                let bytes = tiles::tile(&snapshot, &filter, tile, &options(true));
                largest = largest.max(bytes.len());
                for (layer, _, attributes) in read_tile(&bytes) {
                    match layer.as_str() {
                        "incidents" => {
                            sum += 1;
                            singles.push(attributes["id"].clone());
                        }
                        _ => {
                            let count = attributes["point_count"].as_u64().expect("a count");
                            let groups = ["unrest", "violence", "security", "politics", "disaster", "accident", "other", "untyped"];
                            let of_groups: u64 = groups.iter().filter_map(|group| attributes.get(*group)?.as_u64()).sum();
                            assert_eq!(of_groups, count);
                            assert!(count >= 2);
                            let expansion = attributes["expansion_zoom"].as_u64().expect("a zoom");
                            assert!(expansion > u64::from(z) || expansion == 22);
                            sum += count;
                        }
                    }
                }
            }
            assert_eq!(sum, located, "{pairs:?} at zoom {z}");
            assert!(largest <= TILE_BYTES_MAX, "{largest} bytes");
            let all = singles.len();
            singles.sort_by_key(Value::to_string);
            singles.dedup();
            assert_eq!(singles.len(), all, "no incident twice");
        }
    }
}

#[test]
fn a_tile_without_clusters_holds_every_incident_once() {
    let index = index_of(&scattered(3000));
    let snapshot = index.snapshot();
    let filter = Filter::default();
    let tile = tiles::tile(&snapshot, &filter, Tile::new(0, 0, 0).expect("a tile"), &options(false));
    let drawn = read_tile(&tile);
    let located = query::find(&snapshot, &filter).rows(&snapshot).filter(|row| row.position().is_some()).count();
    assert_eq!(drawn.len(), located);
    assert!(drawn.iter().all(|(layer, id, attributes)| layer == "incidents" && *id > 0 && attributes["event_group"].is_string()));
}

#[test]
fn a_tile_with_all_attributes_says_what_the_properties_say() {
    let title = |i: usize| match i % 7 {
        0 => "the same".to_owned(),
        1 => format!("\"quoted\\ {}\n", i % 3),
        2 => "ы".repeat(i % 60),
        3 => format!("{i} {}", "long ".repeat(20)),
        4 => "]},{\"a\":1".to_owned(),
        _ => format!("title {i}"),
    };
    let source = |i: usize| (!i.is_multiple_of(4)).then(|| format!("outlet {}", i % 5));
    let events: Vec<Event> =
        scattered(600).into_iter().enumerate().map(|(i, event)| Event { title: title(i), source: source(i), ..event }).collect();
    let index = index_of(&events);
    let snapshot = index.snapshot();
    let names: Vec<String> = std::iter::once("id").chain(columns()).map(str::to_owned).collect();
    let tile = Tile::new(0, 0, 0).expect("a tile");
    let number_as_real = |value: &Value| value.as_f64().map_or_else(|| value.clone(), |number| json!(number));
    for properties in [names.clone(), vec!["title".to_owned()], vec!["date_end".to_owned(), "source_name".to_owned()]] {
        let bytes = tiles::tile(&snapshot, &Filter::default(), tile, &Options { properties: properties.clone(), clusters: false });
        let drawn: BTreeMap<u64, BTreeMap<String, Value>> =
            read_tile(&bytes).into_iter().map(|(_, id, attributes)| (id, attributes)).collect();
        let mut count = 0;
        for row in snapshot.rows().filter(|row| row.position().is_some()) {
            let kept: BTreeMap<String, Value> = serde_json::from_str(row.properties()).expect("JSON");
            let mut wanted = BTreeMap::new();
            for (name, value) in kept.into_iter().filter(|(name, _)| properties.contains(name)) {
                match &value {
                    Value::Array(words) if words.is_empty() => {}
                    Value::Array(words) => {
                        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                        wanted.insert(name, json!(words.join(",")));
                    }
                    value => drop(wanted.insert(name, number_as_real(value))),
                }
            }
            let found = drawn[&row.number().unsigned_abs()].iter().map(|(name, value)| (name.clone(), number_as_real(value)));
            assert_eq!(found.collect::<BTreeMap<_, _>>(), wanted);
            count += 1;
        }
        assert_eq!(drawn.len(), count);
    }
}

#[test]
fn a_cluster_opens_at_the_zoom_that_it_tells() {
    let events = [(76.90, 43.2), (76.95, 43.2)].map(|at| Event { at: Some(at), ..Event::protest("near") });
    let index = index_of(&events);
    let snapshot = index.snapshot();
    let at = |z: u8| {
        let tiles = (0..1u32 << z).flat_map(|x| (0..1u32 << z).map(move |y| Tile::new(z, x, y).expect("a tile")));
        let with_something = tiles.filter(|tile| tiles::cost(&snapshot, *tile) > 0);
        with_something.flat_map(|tile| read_tile(&tiles::tile(&snapshot, &Filter::default(), tile, &options(true)))).collect::<Vec<_>>()
    };
    let drawn = at(2);
    assert_eq!((drawn.len(), drawn[0].0.as_str()), (1, "clusters"));
    let opens = drawn[0].2["expansion_zoom"].as_u64().expect("a zoom") as u8;
    assert!((3..=12).contains(&opens), "{opens}");
    // Deeper than the clustered zooms incidents stand alone anyway.
    for z in 2..=5.min(opens - 1) {
        assert_eq!(at(z)[0].0, "clusters", "{z}");
    }
}

#[tokio::test]
async fn tiles_change_with_the_store_and_not_before() {
    let server = Server::with(&scattered(50));
    let path = "/collections/incidents/tiles/WebMercatorQuad/0/0/0";
    let tile = server.get(path).await;
    assert_eq!((tile.status, tile.header("content-type")), (StatusCode::OK, "application/vnd.mapbox-vector-tile"));
    let headers = [("if-none-match", tile.header("etag"))];
    let again = |headers: [(&'static str, String); 1]| {
        let server = &server;
        async move { server.send(Method::GET, path, &[(headers[0].0, headers[0].1.as_str())], Body::empty()).await }
    };
    assert_eq!(again([(headers[0].0, headers[0].1.to_owned())]).await.status, StatusCode::NOT_MODIFIED);
    put(&*server.store, "e", &[Event::protest("new")]);
    server.app.refresh().expect("a refresh");
    let after = again([(headers[0].0, headers[0].1.to_owned())]).await;
    assert_eq!(after.status, StatusCode::OK);
    assert_eq!(server.get("/collections/incidents/tiles/WebMercatorQuad/3/0/0?type=flood&q=zzz").await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn the_tilejson_and_the_style_carry_the_filter_to_the_tiles() {
    let server = Server::with(&scattered(500));
    let tilejson = server.get("/tiles/incidents.json?type=protest&q=gas").await.json();
    let template = tilejson["tiles"][0].as_str().expect("a template");
    assert!(template.ends_with("/{z}/{y}/{x}?type=protest&q=gas"), "{template}");
    let path = template.strip_prefix("http://127.0.0.1:8080").expect("absolute").replace("{z}/{y}/{x}", "0/0/0");
    assert_eq!(server.get(&path).await.status, StatusCode::OK);
    let style = server.get("/styles/incidents.json?type=riot").await.json();
    assert_eq!(style["sources"]["oqiga"]["url"], "http://127.0.0.1:8080/tiles/incidents.json?type=riot");
    let layers: Vec<&str> = tilejson["vector_layers"].as_array().expect("layers").iter().filter_map(|l| l["id"].as_str()).collect();
    for layer in style["layers"].as_array().expect("layers").iter().filter_map(|l| l["source-layer"].as_str()) {
        assert!(layers.contains(&layer), "{layer}");
    }
}

#[tokio::test]
async fn facets_count_what_the_items_count_and_leave_their_own_choice_open() {
    let server = Server::with(&scattered(500));
    let matched = |query: &str| {
        let path = format!("/collections/incidents/items?resultType=hits&{query}");
        let server = &server;
        async move { server.get(&path).await.json()["numberMatched"].as_u64().expect("a number") }
    };
    let body = server.get("/facets?type=riot,flood&country=KZ&bbox=-180,-90,180,90").await.json();
    assert_eq!(body["numberMatched"], matched("type=riot,flood&country=KZ&bbox=-180,-90,180,90").await);
    for (facet, rest) in [("type", "country=KZ"), ("status", "status=all&type=riot,flood&country=KZ"), ("country", "type=riot,flood")] {
        for value in body["facets"][facet]["values"].as_array().expect("values") {
            let Some(name) = value["value"].as_str() else { continue };
            let rest = rest.replace("status=all&", "");
            assert_eq!(value["count"], matched(&format!("{facet}={name}&{rest}&bbox=-180,-90,180,90")).await, "{facet} {name}");
        }
    }
    assert_eq!(body["facets"]["type"]["values"].as_array().expect("values").len(), 5, "what was not chosen is counted too");
    let short = server.get("/facets?facets=type&limit=2").await.json();
    let counted = |v: &Value| v["count"].as_u64().expect("a count");
    let listed: u64 = short["facets"]["type"]["values"].as_array().expect("values").iter().map(counted).sum();
    assert_eq!(listed + short["facets"]["type"]["others"].as_u64().expect("a number"), matched("").await);
    assert_eq!(short["facets"].as_object().expect("facets").len(), 1);
}

#[tokio::test]
async fn the_histogram_adds_up_at_every_interval() {
    let server = Server::with(&scattered(500));
    let matched = server.get("/collections/incidents/items?resultType=hits&q=gas").await.json()["numberMatched"].clone();
    for interval in ["auto", "day", "week", "month", "quarter", "year"] {
        let body = server.get(&format!("/histogram?q=gas&interval={interval}")).await.json();
        assert_eq!(body["numberMatched"], matched);
        let mut sum = body["undated"].as_u64().expect("a number");
        let mut end = String::new();
        for bin in body["bins"].as_array().expect("bins") {
            let (start, count) = (bin["start"].as_str().expect("a day"), bin["count"].as_u64().expect("a count"));
            assert!(*start > *end, "bins do not overlap");
            end = bin["end"].as_str().expect("a day").to_owned();
            let of_groups: u64 = bin["groups"].as_object().expect("groups").values().filter_map(Value::as_u64).sum();
            assert_eq!(of_groups, count);
            sum += count;
        }
        assert_eq!(sum, matched.as_u64().expect("a number"), "{interval}");
    }
}

#[test]
fn a_store_that_changes_a_lot_is_served_as_if_read_anew() {
    let store = Arc::new(GeoPackage::in_memory().expect("a store"));
    let index = Index::open(store.clone()).expect("an index");
    let events = scattered(400);
    for step in 0..60usize {
        // Documents come, change and lose incidents.
        let id = format!("d{}", step * 7 % 23);
        let from = step * 13 % 300;
        put(&*store, &id, &events[from..from + 1 + step * 5 % 90]);
        index.refresh().expect("a refresh");
        if step % 10 == 9 {
            let fresh = Index::open(store.clone()).expect("an index");
            let (now, anew) = (index.snapshot(), fresh.snapshot());
            assert_eq!((now.len(), now.revision()), (anew.len(), anew.revision()));
            let ids = |snapshot: &oqiga::index::Snapshot| {
                let found = query::find(snapshot, &Filter::parse([("status", "all")]).expect("a filter"));
                found.rows(snapshot).map(|row| (row.number(), row.id().to_owned(), row.properties().to_owned())).collect::<Vec<_>>()
            };
            assert_eq!(ids(&now), ids(&anew));
            for (_, id, properties) in ids(&anew) {
                assert_eq!(now.get(&id).expect("by its id").properties(), properties);
            }
        }
    }
    assert!(store.counts().expect("counts").incidents > 100);
}

#[tokio::test]
async fn reports_are_a_layer_of_their_own_and_their_texts_need_a_token() {
    let server = Server::with(&[Event::protest("one"), Event::protest("two"), Event::protest("three")]);
    let listed = server.get("/collections").await.json();
    let names: Vec<&str> = listed["collections"].as_array().expect("layers").iter().filter_map(|layer| layer["id"].as_str()).collect();
    assert_eq!(names, ["incidents", "places", "documents"]);
    let items = server.get("/collections/documents/items").await.json();
    assert_eq!((&items["numberMatched"], &items["features"][0]["id"]), (&Value::from(1), &Value::from("d")));
    assert_eq!(server.get("/collections/documents/items?filter=id%3D'e'").await.json()["numberMatched"], 0);
    assert_eq!(server.get("/collections/documents/items?bbox=-180,-90,180,90").await.json()["numberMatched"], 0);
    let path = "/collections/documents/items/d";
    let open = server.get(path).await;
    assert!(open.json()["properties"].get("text").is_none() && !open.names("cache-control", "public"));
    let bearer = [("authorization", &*format!("Bearer {TOKEN}"))];
    let whole = server.send(Method::GET, path, &bearer, Body::empty()).await.json();
    assert!(whole["properties"]["text"].as_str().is_some_and(|text| text.contains("protest")), "{whole}");
    assert_eq!(whole["properties"]["incidents"].as_array().map(Vec::len), Some(3));
    assert_eq!(server.get("/collections/documents/items/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get("/collections/documents/items?filter=killed%3E1").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(server.get("/collections/documents/items?type=fire").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        server.send(Method::POST, "/collections/documents/items", &bearer, Body::empty()).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[test]
fn the_places_of_the_gazetteer_are_found_by_box_and_by_what_is_known_of_them() {
    use oqiga::gazetteer::Gazetteer;
    use oqiga::layers::plain::{Asked, Row, places};
    let gazetteer = Gazetteer::bundled().expect("the gazetteer");
    let found = |pairs: &[(&str, &str)]| {
        let asked = Asked::parse(pairs.iter().copied(), places::FIELDS).expect("a filter");
        let mut names = Vec::new();
        places::each(&gazetteer, &mut |place: &dyn Row| {
            if asked.passes(place, places::FIELDS) {
                names.push(place.value(1).as_str().unwrap_or_default().to_owned());
            }
            true
        });
        names
    };
    assert_eq!(found(&[("bbox", "51,43.5,51.3,43.8"), ("filter", "class = 'city' AND population > 100000")]), ["Aktau"]);
    assert!(found(&[]).len() > 100_000);
    assert_eq!(found(&[("filter", "S_INTERSECTS(geometry, BBOX(51,43.5,51.3,43.8)) AND country <> 'KZ'")]), [""; 0]);
    let almaty = places::find(&gazetteer, "1526384").expect("Almaty");
    assert_eq!(almaty.value(1), "Almaty");
}
