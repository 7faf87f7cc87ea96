//! Who may write.
//!
//! Reading is open to whoever reaches the server. Writing needs the token of `--token-file`, sent
//! as `Authorization: Bearer`, or a session cookie. A server on a loopback address prints a key in
//! its own address; the browser that opens it trades the key, once, for the cookie.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, StatusCode, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::links::Base;
use super::problem::Problem;

/// The cookie that says that its bearer may write.
pub const COOKIE: &str = "oqiga_session";

/// Most browsers that can be logged in; the oldest is forgotten first.
const SESSIONS_MAX: usize = 256;

/// Shortest token that is taken from a file.
pub const TOKEN_BYTES_MIN: usize = 16;

/// The secrets of the server, kept as hashes: comparing hashes tells nothing by its time.
#[derive(Default)]
pub struct Access {
    token: Option<Hash>,
    key: Mutex<Option<Hash>>,
    sessions: Mutex<VecDeque<Hash>>,
}

type Hash = [u8; 32];

impl Access {
    /// Access by a token, if there is one.
    pub fn new(token: Option<&str>) -> Self {
        Self { token: token.map(hash), ..Self::default() }
    }

    /// Makes the key that one browser can trade for a session.
    pub fn make_key(&self) -> String {
        let key = random_secret();
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = Some(hash(&key));
        key
    }

    /// Whether anybody could write at all.
    pub fn is_possible(&self) -> bool {
        self.token.is_some() || self.key.lock().unwrap_or_else(PoisonError::into_inner).is_some() || !self.sessions().is_empty()
    }

    /// Trades a key, once, or the token for the secret of a session.
    pub fn open_session(&self, key: &str) -> Option<String> {
        let came = hash(key);
        let is_token = self.token.as_ref().is_some_and(|token| same(token, &came));
        if !is_token {
            let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
            if !key.as_ref().is_some_and(|key| same(key, &came)) {
                return None;
            }
            *key = None;
        }
        let secret = random_secret();
        let mut sessions = self.sessions();
        if sessions.len() >= SESSIONS_MAX {
            sessions.pop_front();
        }
        sessions.push_back(hash(&secret));
        Some(secret)
    }

    /// Whether a request may write, whatever it is and wherever it comes from.
    pub fn may_write(&self, headers: &HeaderMap) -> bool {
        self.by_token(headers) || self.by_cookie(headers)
    }

    /// Refuses a request that may not write. A cookie counts only when the request comes from our
    /// own page: a browser sends it along with whatever another page makes it do.
    pub fn require_write(&self, headers: &HeaderMap) -> Result<&'static str, Problem> {
        if self.by_token(headers) {
            return Ok("token");
        }
        if self.by_cookie(headers) {
            require_own_page(headers)?;
            return Ok("browser");
        }
        let detail = if self.is_possible() {
            "writing needs the token of this server, as Authorization: Bearer, or the address that it printed at its start"
        } else {
            "this server does not take writes; start it with --token-file to allow them"
        };
        let status = if self.is_possible() { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
        Err(Problem::new(status, detail))
    }

    fn by_token(&self, headers: &HeaderMap) -> bool {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.split_once(' '));
        let came = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| hash(token.trim()));
        self.token.as_ref().zip(came).is_some_and(|(token, came)| same(token, &came))
    }

    fn by_cookie(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
        let mut ours = cookies.filter_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='));
        let Some(came) = ours.next().map(hash) else { return false };
        // All are compared, so that the time does not tell which.
        self.sessions().iter().fold(false, |found, session| same(session, &came) | found)
    }

    fn sessions(&self) -> std::sync::MutexGuard<'_, VecDeque<Hash>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses what another page makes a browser do.
pub fn require_own_page(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == Base::of(headers).href(""),
        // No browser leaves both out of a request that writes.
        (None, None) => false,
    };
    if own { Ok(()) } else { Err(Problem::new(StatusCode::FORBIDDEN, "a page of another origin cannot write with this browser's session")) }
}

fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

fn same(a: &Hash, b: &Hash) -> bool {
    a.ct_eq(b).into()
}

/// 256 random bits in hexadecimal.
fn random_secret() -> String {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_key_opens_one_session_and_no_second_one() {
        let access = Access::new(None);
        let key = access.make_key();
        assert_eq!(access.open_session("wrong"), None);
        let secret = access.open_session(&key).expect("a session");
        assert_eq!(access.open_session(&key), None);
        let with = |cookie: &str| access.may_write(&headers(&[("cookie", cookie)]));
        assert!(with(&format!("theme=dark; {COOKIE}={secret}")));
        assert!(!with(&format!("{COOKIE}={secret}0")));
        assert!(!with(&format!("x{COOKIE}={secret}")));
    }

    #[test]
    fn a_cookie_writes_only_from_our_own_page() {
        let access = Access::new(None);
        let secret = access.open_session(&access.make_key()).expect("a session");
        let cookie = format!("{COOKIE}={secret}");
        let check = |more: &[(&'static str, &str)], want: bool| {
            let all = [&[("cookie", cookie.as_str()), ("host", "127.0.0.1:8080")], more].concat();
            assert_eq!(access.require_write(&headers(&all)).is_ok(), want, "{more:?}");
        };
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("origin", "http://127.0.0.1:8080")], true);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("origin", "http://evil.example")], false);
        check(&[("origin", "null")], false);
        check(&[], false);
    }

    #[test]
    fn a_token_writes_from_anywhere_and_nothing_else_does() {
        let access = Access::new(Some("correct horse battery"));
        let check =
            |value: &str, want: bool| assert_eq!(access.require_write(&headers(&[("authorization", value)])).is_ok(), want, "{value}");
        check("Bearer correct horse battery", true);
        check("bearer correct horse battery", true);
        check("Bearer correct", false);
        check("Basic correct horse battery", false);
        check("Bearer ", false);
        assert!(!Access::new(None).is_possible());
    }

    #[test]
    fn the_oldest_session_is_forgotten_first() {
        let access = Access::new(Some("correct horse battery"));
        let first = access.open_session("correct horse battery").expect("a session");
        for _ in 0..SESSIONS_MAX {
            assert!(access.open_session("correct horse battery").is_some());
        }
        assert!(!access.may_write(&headers(&[("cookie", &format!("{COOKIE}={first}"))])));
    }
}
