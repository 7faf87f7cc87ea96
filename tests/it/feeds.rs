//! Feeds and watched folders against a feed server on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use oqiga::store::{GeoPackage, Store};

use crate::harness::{folder, oqiga};

/// A feed server: answers what it is told to, and remembers what it was asked.
struct FeedServer {
    address: String,
    /// Status line with headers, and body; taken for every request.
    answer: Arc<Mutex<(String, Vec<u8>)>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl FeedServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answer = Arc::new(Mutex::new(("200 OK".to_owned(), Vec::new())));
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (answers, log) = (answer.clone(), asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut line) = (String::new(), String::new());
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    head.push_str(&std::mem::take(&mut line).to_lowercase());
                }
                log.lock().unwrap().push(head);
                let (status, body) = answers.lock().unwrap().clone();
                let mut stream = stream;
                let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(&body);
            }
        });
        Self { address, answer, asked }
    }

    fn say(&self, head: &str, body: impl Into<Vec<u8>>) {
        *self.answer.lock().unwrap() = (head.to_owned(), body.into());
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

fn rss(items: &[(&str, &str)]) -> String {
    let items: String = items
        .iter()
        .map(|(guid, text)| format!("<item><guid>{guid}</guid><title>Report {guid}</title><pubDate>Mon, 06 May 2024 10:00:00 +0000</pubDate><description>{text}</description></item>"))
        .collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>")
}

/// A server of ours that follows what the configuration says, killed when dropped.
struct Following(std::process::Child, BufReader<std::process::ChildStderr>);

impl Following {
    fn start(folder: &Path, config: &str) -> Self {
        std::fs::write(folder.join("oqiga.toml"), format!("[server]\nlisten = \"127.0.0.1:0\"\nstore = \"a.gpkg\"\n{config}")).unwrap();
        let mut child = oqiga(folder)
            .arg("serve")
            .env("OQIGA_FEED_MINUTE_MS", "200")
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.starts_with("http://"), "{line}");
        let said = BufReader::new(child.stderr.take().unwrap());
        Self(child, said)
    }

    /// Reads the log up to a line with these words.
    fn wait_for(&mut self, words: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.1.read_line(&mut line).unwrap() > 0, "the log ended without {words:?}");
            if line.contains(words) {
                return line;
            }
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until something holds.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_feed_is_read_once_asked_conditionally_and_its_updates_become_revisions() {
    let (folder, feeds) = (folder(), FeedServer::start());
    feeds.say("200 OK\r\nETag: \"one\"", rss(&[("a", "Fire in Aktau."), ("b", "Flood in Orsk.")]));
    let config = format!(
        "[[feeds]]\nname = \"Lada\"\nurl = \"http://{}/rss\"\nallow_private = true\nevery_minutes = 1\ncountry = \"KZ\"\n",
        feeds.address
    );
    let mut server = Following::start(folder.path(), &config);
    server.wait_for("Read feed Lada");
    let store = GeoPackage::open_read_only(&folder.path().join("a.gpkg")).unwrap();
    assert_eq!(store.counts().unwrap().documents, 2);
    feeds.say("304 Not Modified", "");
    let before = feeds.asked();
    until("asked again", || feeds.asked() >= before + 2);
    assert!(feeds.asked.lock().unwrap().last().unwrap().contains("if-none-match: \"one\""));
    assert!(!feeds.asked.lock().unwrap()[0].contains("if-none-match"));
    // One article is updated, one is the same, one is new and says what another says.
    let items = [("a", "Fire in Aktau: two people died."), ("b", "Flood in Orsk."), ("c", "Storm in Astana.")];
    feeds.say("200 OK\r\nETag: \"two\"", rss(&items));
    let etag = || store.source("Lada").unwrap().and_then(|source| source.etag);
    until("read anew", || etag().as_deref() == Some("\"two\""));
    assert_eq!(store.counts().unwrap().documents, 3);
    let mut updated = 0;
    for document in ["a", "b", "c"] {
        let id = format!("feed-{}", hash(document));
        updated += store.revisions(&id).unwrap().iter().filter(|step| step.action == "update" && step.who == "oqiga").count();
    }
    assert_eq!(updated, 1);
    assert_eq!(store.source("Lada").unwrap().unwrap().etag.as_deref(), Some("\"two\""));
}

fn hash(guid: &str) -> String {
    let body = rss(&[(guid, "x")]);
    oqiga::intake::feed::read(body.as_bytes()).unwrap()[0].id.strip_prefix("feed-").unwrap().to_owned()
}

#[test]
fn a_failing_feed_is_asked_less_and_less_often_and_says_why() {
    let (folder, feeds) = (folder(), FeedServer::start());
    feeds.say("500 Internal Server Error", "");
    let config = format!("[[feeds]]\nname = \"Lada\"\nurl = \"http://{}/rss\"\nallow_private = true\nevery_minutes = 1\n", feeds.address);
    let mut server = Following::start(folder.path(), &config);
    assert!(server.wait_for("failures").contains("500"));
    feeds.say("200 OK", "this is no feed");
    assert!(server.wait_for("Cannot read feed").contains("no RSS, Atom or JSON feed"));
    feeds.say("302 Found\r\nLocation: http://evil.example/rss", "");
    assert!(server.wait_for("Cannot read feed").contains("not in the configuration"));
    // 16 MiB and more out of 16 KiB.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b' '; 17 * 1024 * 1024]).unwrap();
    feeds.say("200 OK\r\nContent-Encoding: gzip", packed.finish().unwrap());
    assert!(server.wait_for("Cannot read feed").contains("longer than 16 MiB"));
    let store = GeoPackage::open_read_only(&folder.path().join("a.gpkg")).unwrap();
    until("the state is kept", || store.source("Lada").unwrap().is_some_and(|state| state.failures >= 4));
    assert_eq!(store.counts().unwrap().documents, 0);
}

#[test]
fn a_private_address_is_not_asked_unless_the_operator_allows_it() {
    let (folder, feeds) = (folder(), FeedServer::start());
    let config = format!("[[feeds]]\nname = \"Lada\"\nurl = \"http://{}/rss\"\n", feeds.address);
    let mut server = Following::start(folder.path(), &config);
    assert!(server.wait_for("Cannot read feed").contains("private address"));
    assert_eq!(feeds.asked(), 0);
}

#[test]
fn a_file_put_into_a_watched_folder_becomes_a_document_and_a_link_does_not() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::write(folder.path().join("secret.txt"), "Riot in Almaty").unwrap();
    let mut server = Following::start(folder.path(), "[[folders]]\npath = \"in\"\nsource = \"Desk\"\nevery_seconds = 1\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.txt", folder.path().join("in/link.txt")).unwrap();
    std::fs::write(folder.path().join("in/report.txt"), "Fire in Aktau").unwrap();
    server.wait_for("watched folder");
    let store = GeoPackage::open_read_only(&folder.path().join("a.gpkg")).unwrap();
    assert_eq!(store.counts().unwrap().documents, 1);
    std::fs::write(folder.path().join("in/again.txt"), "Fire in Aktau").unwrap();
    std::fs::write(folder.path().join("in/other.txt"), "Flood in Orsk").unwrap();
    server.wait_for("watched folder");
    assert_eq!(store.counts().unwrap().documents, 2, "the same report under another name is the same document");
}
