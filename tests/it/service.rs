//! Running it as a service: who may read and write, how often, and what an operator sees.

use axum::http::StatusCode;
use oqiga::store::{Author, Role, Store, Token};
use serde_json::{Value, json};

use crate::cli::{Running, check_error, lines, run};
use crate::harness::{Event, Server, folder};

#[tokio::test]
async fn the_counts_are_in_the_text_format_of_prometheus_and_name_nothing_of_strangers() {
    let server = Server::with(&[Event::protest("secret words")]);
    server.get("/collections/incidents/items").await;
    server.get("/wp-login.php?secret").await;
    let answer = server.get("/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    let text = String::from_utf8(answer.body).unwrap();
    for line in [
        "oqiga_incidents 1",
        "oqiga_documents 1",
        "oqiga_requests_total{route=\"collections\",status=\"2xx\"} 1",
        "oqiga_requests_total{route=\"other\",status=\"4xx\"} 1",
        "oqiga_request_duration_seconds_count{route=\"collections\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "wanted {line} in\n{text}");
    }
    assert!(!text.contains("secret") && !text.contains("wp-login"));
    assert_eq!(server.get("/readyz").await.json()["status"], "ready");
}

#[tokio::test]
async fn a_server_that_others_reach_shows_its_counts_to_administrators_only() {
    let server = Server::on("0.0.0.0:8080", &[]);
    for (role, want) in [(Role::Read, 403), (Role::Edit, 403), (Role::Admin, 200)] {
        let token = Token {
            name: role.as_str().to_owned(),
            hash: Token::hash(role.as_str()),
            role,
            created: jiff::Timestamp::UNIX_EPOCH,
            revoked: None,
        };
        server.store.add_token(&token, &Author::new("test", "")).unwrap();
        // Tokens are remembered for a second.
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        let bearer = format!("Bearer {}", role.as_str());
        let answer = server.send(axum::http::Method::GET, "/metrics", &[("authorization", &bearer)], "").await;
        assert_eq!(answer.status, want, "{role:?}");
    }
    assert_eq!(server.get("/metrics").await.status, StatusCode::UNAUTHORIZED);
}

#[test]
fn a_token_is_made_listed_used_and_taken_back_while_the_server_runs() {
    let folder = folder();
    let server = Running::start(folder.path(), &["--store", "a.gpkg", "--private"]);
    let add = |name: &str, role: &str| {
        let output = run(folder.path(), &["token", "add", name, "--role", role, "--store", "a.gpkg"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        lines(&output)[0].clone()
    };
    let (reader, writer) = (add("desk", "read"), add("feeder", "contribute"));
    assert!(reader.starts_with("oqiga_") && reader.len() == 70 && reader != writer);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let items = "GET /collections/incidents/items";
    let get = |head: &str, token: &str| server.request(head, &format!("Authorization: Bearer {token}\r\n"), "").0;
    let post = |token: &str| {
        let body = json!({"id": "n1", "text": "Fire in Aktau."}).to_string();
        server.request("POST /documents", &format!("Authorization: Bearer {token}\r\n"), &body).0
    };
    assert_eq!(server.request(items, "", "").0, 401, "reading is not public");
    for open in ["GET /healthz", "GET /readyz", "GET /?f=html"] {
        assert_eq!(server.request(open, "", "").0, 200, "{open}");
    }
    assert_eq!((get(items, &reader), get(items, &writer), get(items, "oqiga_wrong")), (200, 200, 401));
    assert_eq!((post(&reader), post(&writer)), (403, 201));
    let listed = run(folder.path(), &["token", "list", "--store", "a.gpkg"]);
    assert_eq!(lines(&listed).len(), 2);
    assert!(!String::from_utf8_lossy(&listed.stdout).contains(&writer), "the secret is shown once");
    let file = std::fs::read(folder.path().join("a.gpkg")).unwrap();
    let log = std::fs::read(folder.path().join("a.gpkg-wal")).unwrap_or_default();
    let secret = writer.as_bytes();
    assert!(!file.windows(secret.len()).chain(log.windows(secret.len())).any(|window| window == secret), "only its hash is kept");
    assert_eq!(run(folder.path(), &["token", "revoke", "feeder", "--store", "a.gpkg"]).status.code(), Some(0));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!((post(&writer), get(items, &writer), get(items, &reader)), (401, 401, 200));
    check_error(&run(folder.path(), &["token", "revoke", "feeder", "--store", "a.gpkg"]), "no token named feeder in force");
    check_error(&run(folder.path(), &["token", "add", "desk", "--store", "a.gpkg"]), "there is a token named desk already");
    check_error(&run(folder.path(), &["token", "add", "a b", "--store", "a.gpkg"]), "not a name for a token");
}

#[test]
fn a_client_that_asks_too_often_waits_and_probes_never_do() {
    let folder = folder();
    std::fs::write(folder.path().join("oqiga.toml"), "[limits]\nrequests_per_second = 1\nburst = 3\n").unwrap();
    let server = Running::start(folder.path(), &["--sample"]);
    let statuses: Vec<u16> = (0..8).map(|_| server.request("GET /conformance", "", "").0).collect();
    assert_eq!(&statuses[..3], [200; 3]);
    assert!(statuses[3..].contains(&429) && statuses.iter().all(|status| matches!(status, 200 | 429)), "{statuses:?}");
    assert!((0..8).all(|_| server.request("GET /healthz", "", "").0 == 200));
    // Nobody is believed who says that he speaks for another, unless he is a trusted proxy.
    assert_eq!(server.request("GET /conformance", "X-Forwarded-For: 203.0.113.9\r\n", "").0, 429);
}

#[test]
fn a_store_that_can_only_be_read_is_served_and_takes_no_writes() {
    let folder = folder();
    std::fs::write(folder.path().join("token"), "0123456789abcdef0123456789abcdef").unwrap();
    std::fs::write(folder.path().join("report.txt"), "Fire in Aktau").unwrap();
    assert_eq!(run(folder.path(), &["ingest", "report.txt", "--store", "a.gpkg"]).status.code(), Some(0));
    let server = Running::start(folder.path(), &["--store", "a.gpkg", "--read-only", "--token-file", "token"]);
    assert_eq!(server.request("GET /collections/incidents/items", "", "").0, 200);
    let body = json!({"text": "Flood in Orsk"}).to_string();
    let (status, answer) = server.request("POST /documents", "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\n", &body);
    assert_eq!(status, 403, "{answer}");
    assert!(answer.contains("can only be read"), "{answer}");
}

#[test]
fn the_configuration_is_shown_whole_and_an_error_points_at_its_line() {
    let folder = folder();
    let shown = run(folder.path(), &["config", "show"]);
    assert_eq!(shown.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&shown.stdout).contains("listen = \"127.0.0.1:8080\""));
    std::fs::write(folder.path().join("oqiga.toml"), "[server]\nlisten = \"127.0.0.1:0\"\nstor = \"a.gpkg\"\n").unwrap();
    check_error(&run(folder.path(), &["config", "show"]), "oqiga.toml, line 3, column 1: unknown field `stor`");
    check_error(&run(folder.path(), &["serve", "--sample"]), "oqiga.toml, line 3");
    check_error(&run(folder.path(), &["config", "show", "--config", "missing.toml"]), "cannot read the configuration missing.toml");
}

#[test]
fn completions_and_man_pages_are_made_of_the_arguments() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish"] {
        let output = run(folder.path(), &["generate", "completions", shell]);
        assert!(String::from_utf8_lossy(&output.stdout).contains("ingest"), "{shell}");
    }
    assert_eq!(run(folder.path(), &["generate", "man", "man"]).status.code(), Some(0));
    let page = std::fs::read_to_string(folder.path().join("man/oqiga-serve.1")).unwrap();
    assert!(page.contains("\\-\\-private"), "{page}");
}

// Care and import from the command line

#[test]
fn a_store_is_verified_backed_up_restored_and_compacted_from_the_command_line() {
    let folder = folder();
    std::fs::write(folder.path().join("report.txt"), "Fire in Aktau").unwrap();
    let done = |args: &[&str]| {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        lines(&output)
    };
    done(&["ingest", "report.txt"]);
    let verified = done(&["verify"]);
    assert_eq!(verified.len(), 9, "{verified:?}");
    assert!(verified.iter().all(|line| line.starts_with("ok\t")) && verified.iter().any(|line| line.contains("\tindex\t")));
    done(&["backup", "copy.gpkg"]);
    check_error(&run(folder.path(), &["backup", "copy.gpkg"]), "copy.gpkg is there already");
    check_error(&run(folder.path(), &["restore", "copy.gpkg"]), "give --replace");
    done(&["restore", "copy.gpkg", "--replace"]);
    done(&["compact"]);
    check_error(&run(folder.path(), &["verify", "--store", "none.gpkg"]), "there is no store at none.gpkg");
    check_error(&run(folder.path(), &["compact", "--store", "none.gpkg"]), "there is no store at none.gpkg");
}

#[test]
fn what_is_exported_is_imported_again_as_it_was_in_every_format() {
    let folder = folder();
    let done = |args: &[&str]| {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        lines(&output)
    };
    std::fs::write(folder.path().join("report.json"), include_str!("../../src/intake/sample/en-01.json")).unwrap();
    done(&["ingest", "report.json", "--store", "a.gpkg"]);
    let all = |store: &str| {
        let mut found: Vec<Value> = done(&["export", "--store", store, "--status", "all", "--format", "geojsonl"])
            .iter()
            .map(|line| serde_json::from_str::<Value>(line.trim_start_matches('\u{1e}')).unwrap())
            .collect();
        // An imported incident belongs to no document.
        for feature in &mut found {
            feature["properties"].as_object_mut().unwrap().remove("doc_id");
        }
        found
    };
    let want = all("a.gpkg");
    assert!(!want.is_empty());
    for (format, file) in [("geojson", "out.geojson"), ("geojsonl", "out.geojsonl"), ("csv", "out.csv")] {
        done(&["export", "--store", "a.gpkg", "--status", "all", "--format", format, "-o", file]);
        let store = format!("{format}.gpkg");
        assert_eq!(done(&["import", file, "--store", &store]), [format!("{} created, 0 updated, 0 unchanged, 0 refused", want.len())]);
        assert_eq!(done(&["import", file, "--store", &store]), [format!("0 created, 0 updated, {} unchanged, 0 refused", want.len())]);
        if format == "csv" {
            assert_eq!(all(&store).len(), want.len(), "a table has no lists");
        } else {
            assert_eq!(all(&store), want, "{format}");
        }
    }
    done(&["import", "a.gpkg", "--store", "gpkg.gpkg"]);
    assert_eq!(all("gpkg.gpkg"), want);
}

#[test]
fn a_wrong_incident_is_named_with_its_number_and_the_rest_goes_on() {
    let folder = folder();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "a.csv",
        "event_type,lon,lat,date_start,colour\nfire,51.2,43.65,2022-01-05,red\nparty,51.2,43.65,,\nfire,400,43.65,,\nfire,51.2,43.65,yesterday,\n",
    );
    let output = run(folder.path(), &["import", "a.csv"]);
    assert_eq!(lines(&output), ["1 created, 0 updated, 0 unchanged, 3 refused"]);
    let said = String::from_utf8_lossy(&output.stderr);
    for want in
        ["left out: colour", "a.csv, 3: event_type: wanted one of", "a.csv, 4: lon: wanted degrees", "a.csv, 5: date_start: wanted a day"]
    {
        assert!(said.contains(want), "wanted {want:?} in {said}");
    }
    write("b.csv", "name,place\nfire,Aktau\n");
    check_error(&run(folder.path(), &["import", "b.csv"]), "b.csv: wanted a column lon or longitude or lng or x, found name, place");
    write("c.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":");
    check_error(&run(folder.path(), &["import", "c.geojson"]), "ends in the middle");
    check_error(&run(folder.path(), &["import", "a.xyz"]), "give --format");
    write(
        "d.csv",
        "event_id_cnty,event_date,event_type,sub_event_type,country,location,latitude,longitude,fatalities\nKAZ7,2022-01-05,Riots,Violent demonstration,Kazakhstan,Almaty,43.25,76.95,3\n",
    );
    assert_eq!(
        lines(&run(folder.path(), &["import", "d.csv", "--format", "acled-csv", "--store", "d.gpkg"])),
        ["1 created, 0 updated, 0 unchanged, 0 refused"]
    );
    let exported = run(folder.path(), &["export", "--store", "d.gpkg", "--country", "KZ", "--format", "geojsonl"]);
    let feature: Value = serde_json::from_str(lines(&exported)[0].trim_start_matches('\u{1e}')).unwrap();
    assert_eq!((&feature["id"], &feature["properties"]["killed"]), (&json!("acled_KAZ7"), &json!(3)));
}
