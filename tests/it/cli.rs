//! The built program from the outside: what it writes where, its exit codes, and what a kill leaves.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use oqiga::store::{GeoPackage, Store};
use serde_json::{Value, json};

use crate::harness::{folder, oqiga};

/// Runs the program and returns what it wrote.
pub fn run(folder: &Path, args: &[&str]) -> Output {
    oqiga(folder).args(args).output().expect("the program runs")
}

/// One line on standard error that contains `want`, exit code 2, nothing on standard output.
pub fn check_error(output: &Output, want: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(want), "wanted {want:?} in {said:?}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("oqiga: "), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

pub fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(str::to_owned).collect()
}

// Ingest and export

#[test]
fn a_document_taken_in_twice_is_acknowledged_as_unchanged() {
    let folder = folder();
    std::fs::write(folder.path().join("report.txt"), "Fire in Aktau\n\nTwo people died on Monday.").unwrap();
    let args = ["ingest", "report.txt", "--published", "2024-05-06", "--source", "Kaspi"];
    let first = run(folder.path(), &args);
    assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stderr));
    assert!(lines(&first)[0].contains("\tcreated\t"), "{:?}", lines(&first));
    assert!(lines(&run(folder.path(), &args))[0].contains("\tunchanged\t"));
    let updated = run(folder.path(), &["ingest", "report.txt", "--published", "2024-05-07", "--source", "Kaspi"]);
    assert!(lines(&updated)[0].contains("\tupdated\t"), "{:?}", lines(&updated));
    let store = GeoPackage::open_read_only(&folder.path().join("oqiga.gpkg")).unwrap();
    assert_eq!(store.counts().unwrap().documents, 1);
}

#[test]
fn a_bad_line_is_named_with_its_number_and_the_rest_goes_on() {
    let folder = folder();
    let stream = "{\"id\":\"a\",\"text\":\"Fire in Aktau\"}\nnonsense\n\n{\"id\":\"b\"}\n{\"id\":\"c\",\"text\":\"Flood in Orsk\"}\n";
    std::fs::write(folder.path().join("news.ndjson"), stream).unwrap();
    let output = run(folder.path(), &["ingest", "news.ndjson"]);
    assert_eq!(output.status.code(), Some(0));
    let ids: Vec<String> = lines(&output).iter().map(|line| line.split('\t').next().unwrap().to_owned()).collect();
    assert_eq!(ids, ["a", "c"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("news.ndjson, line 2:") && said.contains("news.ndjson, line 4:"), "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");
}

#[test]
fn a_folder_is_read_in_order_and_what_is_no_text_is_passed_over() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    std::fs::create_dir_all(folder.path().join("news/deep")).unwrap();
    write("news/a.txt", "Пожар в Актау".as_bytes());
    write("news/b.pdf", b"%PDF-1.7 ...");
    write("news/c.html", b"<!doctype html><html><body><article><p>Flood in Orsk, hundreds of people were evacuated from their homes.</p></article></body></html>");
    write("news/d.bin", &[0, 1, 2, 3]);
    write("news/deep/e.json", br#"{"id":"e","text":"Strike in Baku"}"#);
    write("news/empty.txt", b"");
    write("news/f.txt", b"Protest in \xFF\xFEAlmaty");
    write("news/.hidden", b"secret");
    let output = run(folder.path(), &["ingest", "news"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(lines(&output).len(), 4, "{:?}", lines(&output));
    for want in [
        "b.pdf: this is a PDF file",
        "d.bin: this is binary data",
        "empty.txt: holds no text",
        "f.txt: the text is not valid UTF-8 from byte 11",
    ] {
        assert!(said.contains(want), "wanted {want:?} in {said}");
    }
    assert_eq!(said.lines().count(), 4, "{said}");
}

#[test]
fn bad_input_is_one_clear_line() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("picture.png", b"\x89PNG\r\n\x1a\n");
    write("notes.gpkg", b"not a database");
    write("good.txt", b"Fire in Aktau");
    check_error(&run(folder.path(), &["ingest", "missing.txt"]), "cannot read missing.txt");
    assert!(!folder.path().join("oqiga.gpkg").exists(), "nothing is made when nothing can be read");
    check_error(&run(folder.path(), &["export"]), "there is no store at oqiga.gpkg");
    check_error(&run(folder.path(), &["ingest", "good.txt", "--store", "notes.gpkg"]), "notes.gpkg is not a store of oqiga");
    check_error(&run(folder.path(), &["export", "--store", "notes.gpkg"]), "notes.gpkg is not a store of oqiga");
    check_error(&run(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--store", "notes.gpkg"]), "notes.gpkg is not a store of oqiga");
    assert_eq!(std::fs::read(folder.path().join("notes.gpkg")).unwrap(), b"not a database");
    let refused = run(folder.path(), &["ingest", "picture.png"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("picture.png: this is a PNG image, not text"));
    write("empty.txt", b"");
    assert_eq!(run(folder.path(), &["ingest", "empty.txt"]).status.code(), Some(1));
}

#[test]
fn a_file_of_50_mb_is_cut_with_a_remark() {
    let folder = folder();
    let text = "Nothing happened anywhere today. ".repeat(50 * 1024 * 1024 / 33 + 1);
    std::fs::write(folder.path().join("long.txt"), text).unwrap();
    let started = Instant::now();
    let output = run(folder.path(), &["ingest", "long.txt"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("only the first 4194304 were read"));
    assert!(started.elapsed() < Duration::from_secs(120), "{:?}", started.elapsed());
}

#[test]
fn an_export_is_filtered_by_flags_that_mean_what_the_parameters_mean() {
    let folder = folder();
    std::fs::write(folder.path().join("good.txt"), b"Fire in Aktau").unwrap();
    assert_eq!(run(folder.path(), &["ingest", "good.txt"]).status.code(), Some(0));
    check_error(&run(folder.path(), &["export", "--bbox", "1,2"]), "--bbox: wanted west,south,east,north");
    check_error(&run(folder.path(), &["export", "--min-confidence", "2"]), "--min-confidence: wanted a number from 0 to 1");
    check_error(&run(folder.path(), &["export", "-o", "oqiga.gpkg"]), "is the store itself");
    check_error(&run(folder.path(), &["export", "-o", "no/such/out.csv"]), "cannot write no/such/out.csv");
    let nothing = run(folder.path(), &["export", "--country", "AQ", "--format", "geojson", "-o", "out.geojson"]);
    assert_eq!(nothing.status.code(), Some(1));
    let written: Value = serde_json::from_slice(&std::fs::read(folder.path().join("out.geojson")).unwrap()).unwrap();
    assert_eq!((&written["features"], &written["filter"]), (&json!([]), &json!({"country": "AQ"})));
}

/// How often the program is killed; `OQIGA_KILLS=100` for the long form.
fn kills() -> u64 {
    std::env::var("OQIGA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(4)
}

#[test]
fn a_kill_loses_nothing_that_was_acknowledged_and_the_rest_can_be_taken_in_again() {
    const DOCUMENTS: usize = 600;
    let folder = folder();
    let store = folder.path().join("a.gpkg");
    let stream: String =
        (0..DOCUMENTS).map(|i| format!("{}\n", json!({"id": format!("n{i}"), "text": format!("Report {i}: fire in Aktau.")}))).collect();
    std::fs::write(folder.path().join("news.ndjson"), stream).unwrap();
    let mut acknowledged = BTreeSet::new();
    for round in 0..kills() {
        let mut child = spawn(folder.path(), &["ingest", "news.ndjson", "--store", "a.gpkg"]);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        // Each time a little later, never at the same point of a batch.
        for _ in 0..(37 * (round + 1) % DOCUMENTS as u64) {
            let mut line = String::new();
            if out.read_line(&mut line).unwrap() == 0 {
                break;
            }
            acknowledged.insert(line.split('\t').next().unwrap().to_owned());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let kept = GeoPackage::open_read_only(&store).unwrap();
        for id in &acknowledged {
            assert!(kept.document(id).unwrap().is_some(), "{id} was acknowledged and is lost");
        }
    }
    let rest = run(folder.path(), &["ingest", "news.ndjson", "--store", "a.gpkg"]);
    assert_eq!(rest.status.code(), Some(0), "{}", String::from_utf8_lossy(&rest.stderr));
    assert_eq!(lines(&rest).len(), DOCUMENTS);
    assert!(lines(&rest).iter().filter(|line| line.contains("\tunchanged\t")).count() >= acknowledged.len());
    let kept = GeoPackage::open_read_only(&store).unwrap();
    assert_eq!(kept.counts().unwrap().documents as usize, DOCUMENTS, "each is there once");
    for i in 0..DOCUMENTS {
        assert_eq!(kept.revisions(&format!("n{i}")).unwrap().len(), 1, "n{i} was written once");
    }
}

// Serve

fn spawn(folder: &Path, args: &[&str]) -> Child {
    oqiga(folder).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

/// A running server, killed when the test ends.
pub struct Running {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Running {
    pub fn start(folder: &Path, args: &[&str]) -> Self {
        let mut child = spawn(folder, &[&["serve", "--listen", "127.0.0.1:0"], args].concat());
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut address = String::new();
        out.read_line(&mut address).unwrap();
        if address.is_empty() {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("the server did not start: {said}");
        }
        Self { child, out, address: address.trim_end().to_owned() }
    }

    pub fn host(&self) -> &str {
        self.address.strip_prefix("http://").unwrap().split('/').next().unwrap()
    }

    /// One request over a real socket.
    pub fn request(&self, head: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = std::net::TcpStream::connect(self.host()).unwrap();
        let length = body.len();
        write!(
            stream,
            "{head} HTTP/1.1\r\nHost: {}\r\n{headers}Connection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
            self.host()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
        (status, body)
    }

    pub fn stop(mut self) -> (Option<i32>, String) {
        signal(&self.child, "TERM");
        let status = self.child.wait().unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (status.code(), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
}

#[test]
fn serve_prints_one_address_and_stops_in_order() {
    let folder = folder();
    let server = Running::start(folder.path(), &["--sample"]);
    assert!(server.address.starts_with("http://127.0.0.1:") && server.address.contains("/#key="), "{}", server.address);
    let (status, health) = server.request("GET /healthz", "", "");
    assert_eq!(status, 200);
    let health: Value = serde_json::from_str(&health).unwrap();
    assert!(health["documents"].as_u64().unwrap() >= 8 && health["incidents"].as_u64().unwrap() >= 8, "{health}");
    let started = Instant::now();
    let (code, rest) = server.stop();
    assert_eq!((code, rest.as_str()), (Some(0), ""), "nothing but the address on standard output");
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the sample leaves no file");
}

#[test]
fn a_port_in_use_is_one_line_that_names_it() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(folder.path(), &["serve", "--listen", &address]);
    check_error(&output, &format!("cannot listen on {address}: another program uses this port"));
    assert!(!folder.path().join("oqiga.gpkg").exists());
}

#[test]
fn a_token_file_that_holds_no_token_is_refused() {
    let folder = folder();
    std::fs::write(folder.path().join("short"), "1234").unwrap();
    check_error(&run(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--token-file", "short"]), "holds no token");
    check_error(
        &run(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--token-file", "missing"]),
        "cannot read the token file missing",
    );
}

#[test]
fn a_server_sees_what_another_program_takes_in_meanwhile() {
    let folder = folder();
    let server = Running::start(folder.path(), &["--store", "a.gpkg"]);
    std::fs::write(folder.path().join("report.txt"), "Fire in Aktau").unwrap();
    let output = run(folder.path(), &["ingest", "report.txt", "--store", "a.gpkg"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let (_, health) = server.request("GET /healthz", "", "");
    assert_eq!(serde_json::from_str::<Value>(&health).unwrap()["documents"], 1);
}

#[test]
fn a_killed_server_has_kept_every_document_that_it_answered_for() {
    let folder = folder();
    let token = "0123456789abcdef0123456789abcdef";
    std::fs::write(folder.path().join("token"), token).unwrap();
    let mut answered = Vec::new();
    {
        let server = Running::start(folder.path(), &["--store", "a.gpkg", "--token-file", "token"]);
        for i in 0..25 {
            let body = json!({"id": format!("n{i}"), "text": format!("Report {i}: fire in Aktau.")}).to_string();
            let (status, _) = server.request("POST /documents", &format!("Authorization: Bearer {token}\r\n"), &body);
            assert_eq!(status, 201);
            answered.push(format!("n{i}"));
        }
        // Dropped here: killed with SIGKILL.
    }
    let kept = GeoPackage::open_read_only(&folder.path().join("a.gpkg")).unwrap();
    for id in answered {
        assert!(kept.document(&id).unwrap().is_some(), "{id}");
    }
}
