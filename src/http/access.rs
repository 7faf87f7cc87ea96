//! Who may do what.
//!
//! A bearer shows a token of the store (`oqiga token add`) or that of `--token-file`, as
//! `Authorization: Bearer`; a browser a session cookie. A server on a loopback address prints a key
//! in its own address; the browser that opens it trades the key, once, for the cookie. Each has a
//! [`Role`]; reading is open to whoever reaches the server unless that is switched off.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, StatusCode, header};
use subtle::ConstantTimeEq;

use super::app::App;
use super::links::Base;
use super::problem::Problem;
use crate::store::{Role, Store, Token};

/// The cookie that says that its bearer may write.
pub const COOKIE: &str = "oqiga_session";

/// Most browsers that can be logged in; the oldest is forgotten first.
const SESSIONS_MAX: usize = 256;

/// Shortest token that is taken from a file.
pub const TOKEN_BYTES_MIN: usize = 16;

/// How long the tokens of the store are remembered: one that is taken back counts no longer than this.
const TOKENS_AGE_MAX: Duration = Duration::from_secs(1);

/// The secrets of the server, kept as hashes: comparing hashes tells nothing by its time.
#[derive(Default)]
pub struct Access {
    token: Option<Hash>,
    key: Mutex<Option<Hash>>,
    sessions: Mutex<VecDeque<Session>>,
    store: OnceLock<Arc<dyn Store>>,
    tokens: Mutex<Option<(Instant, Arc<Vec<Token>>)>>,
}

type Hash = [u8; 32];

/// A browser that is logged in.
struct Session {
    secret: Hash,
    who: Who,
    /// The name of the token of the store by which it came: it goes with it.
    token: Option<String>,
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// As the trail calls it.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl Access {
    /// Access by a token that may do everything, if there is one.
    pub fn new(token: Option<&str>) -> Self {
        Self { token: token.map(Token::hash), ..Self::default() }
    }

    /// Lets the tokens of a store count too.
    pub fn use_store(&self, store: Arc<dyn Store>) {
        let _ = self.store.set(store);
    }

    /// Makes the key that one browser can trade for a session.
    pub fn make_key(&self) -> String {
        let key = random_secret();
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = Some(Token::hash(&key));
        key
    }

    /// Whether anybody could write at all.
    pub fn is_possible(&self) -> bool {
        self.token.is_some()
            || self.key.lock().unwrap_or_else(PoisonError::into_inner).is_some()
            || !self.sessions().is_empty()
            || self.tokens().iter().any(|token| token.revoked.is_none() && token.role >= Role::Contribute)
    }

    /// Trades a key, once, or a token for the secret of a session.
    pub fn open_session(&self, key: &str) -> Option<String> {
        let came = Token::hash(key);
        let (who, token) = match self.bearer_of(&came) {
            Some(found) => found,
            None => {
                let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
                if !key.as_ref().is_some_and(|key| same(key, &came)) {
                    return None;
                }
                *key = None;
                (Who { name: "browser".to_owned(), role: Role::Admin }, None)
            }
        };
        let secret = random_secret();
        let mut sessions = self.sessions();
        if sessions.len() >= SESSIONS_MAX {
            sessions.pop_front();
        }
        sessions.push_back(Session { secret: Token::hash(&secret), who, token });
        Some(secret)
    }

    /// Whether a request may write, whatever it is and wherever it comes from.
    pub fn may_write(&self, headers: &HeaderMap) -> bool {
        self.may(headers, Role::Contribute)
    }

    /// Whether a request may do what a role may, when it changes nothing.
    pub fn may(&self, headers: &HeaderMap, role: Role) -> bool {
        [self.by_token(headers), self.by_cookie(headers)].into_iter().flatten().any(|who| who.role >= role)
    }

    /// Refuses a request that may not put documents in; says who makes it.
    pub fn require_write(&self, headers: &HeaderMap) -> Result<String, Problem> {
        self.require(headers, Role::Contribute).map(|who| who.name)
    }

    /// Refuses a request that may not do what a role may. A cookie counts only when the request
    /// comes from our own page: a browser sends it along with whatever another page makes it do.
    pub fn require(&self, headers: &HeaderMap, role: Role) -> Result<Who, Problem> {
        let (by_token, by_cookie) = (self.by_token(headers), self.by_cookie(headers));
        if let Some(who) = by_token.as_ref().filter(|who| who.role >= role) {
            return Ok(who.clone());
        }
        if let Some(who) = by_cookie.as_ref().filter(|who| who.role >= role) {
            require_own_page(headers)?;
            return Ok(who.clone());
        }
        if let Some(who) = by_token.or(by_cookie) {
            let detail = format!("this needs the role {}, and {} has the role {}", role.as_str(), who.name, who.role.as_str());
            return Err(Problem::new(StatusCode::FORBIDDEN, detail));
        }
        let detail = if role == Role::Read {
            "reading needs a token of this server, as Authorization: Bearer"
        } else if self.is_possible() {
            "writing needs the token of this server, as Authorization: Bearer, or the address that it printed at its start"
        } else {
            "this server does not take writes; start it with --token-file, or make a token with oqiga token add"
        };
        let status = if role == Role::Read || self.is_possible() { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
        Err(Problem::new(status, detail))
    }

    fn by_token(&self, headers: &HeaderMap) -> Option<Who> {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.split_once(' '));
        let came = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| Token::hash(token.trim()))?;
        self.bearer_of(&came).map(|(who, _)| who)
    }

    /// Whose token has this hash, with its name when it is one of the store. All are compared, so
    /// that the time does not tell which.
    fn bearer_of(&self, came: &Hash) -> Option<(Who, Option<String>)> {
        let by_file = self.token.as_ref().is_some_and(|token| same(token, came));
        let mut found = by_file.then(|| (Who { name: "token".to_owned(), role: Role::Admin }, None));
        for token in self.tokens().iter() {
            if same(&token.hash, came) && token.revoked.is_none() {
                found = Some((Who { name: token.name.clone(), role: token.role }, Some(token.name.clone())));
            }
        }
        found
    }

    fn by_cookie(&self, headers: &HeaderMap) -> Option<Who> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
        let mut ours = cookies.filter_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='));
        let came = ours.next().map(Token::hash)?;
        let mut found = None;
        for session in self.sessions().iter() {
            if same(&session.secret, &came) {
                found = Some((session.who.clone(), session.token.clone()));
            }
        }
        let (who, token) = found?;
        let in_force = |name: &String| self.tokens().iter().any(|token| token.name == *name && token.revoked.is_none());
        token.as_ref().is_none_or(in_force).then_some(who)
    }

    /// The tokens of the store, at most [`TOKENS_AGE_MAX`] old. When they cannot be read nobody gets
    /// in by them.
    fn tokens(&self) -> Arc<Vec<Token>> {
        let Some(store) = self.store.get() else { return Arc::default() };
        let mut kept = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, tokens)) = kept.as_ref().filter(|(read, _)| read.elapsed() < TOKENS_AGE_MAX) {
            return tokens.clone();
        }
        let tokens = Arc::new(store.tokens().unwrap_or_else(|error| {
            tracing::warn!(error = %error, "Cannot read the tokens: {error}");
            Vec::new()
        }));
        *kept = Some((Instant::now(), tokens.clone()));
        tokens
    }

    fn sessions(&self) -> std::sync::MutexGuard<'_, VecDeque<Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// [`Access::require`], off the async threads: looking a token up may touch the disk.
pub async fn require(app: &App, headers: &HeaderMap, role: Role) -> Result<Who, Problem> {
    let (app, headers) = (app.clone(), headers.clone());
    tokio::task::spawn_blocking(move || app.access.require(&headers, role)).await.map_err(Problem::internal)?
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

    #[test]
    fn a_token_of_the_store_does_what_its_role_may_and_nothing_once_it_is_taken_back() {
        let store = Arc::new(crate::store::GeoPackage::in_memory().unwrap());
        let author = crate::store::Author::new("test", "to see");
        for role in Role::ALL {
            let hash = Token::hash(role.as_str());
            let token = Token { name: format!("the {}", role.as_str()), hash, role, created: jiff::Timestamp::UNIX_EPOCH, revoked: None };
            assert!(store.add_token(&token, &author).unwrap());
            assert!(!store.add_token(&token, &author).unwrap(), "a name is used once");
        }
        let access = Access::new(None);
        access.use_store(store.clone());
        for (bearer, role) in Role::ALL.into_iter().flat_map(|bearer| Role::ALL.map(|role| (bearer, role))) {
            let value = format!("Bearer {}", bearer.as_str());
            let answer = access.require(&headers(&[("authorization", &value)]), role);
            assert_eq!(answer.is_ok(), bearer >= role, "{bearer:?} {role:?}");
        }
        let secret = access.open_session("edit").expect("a session");
        let cookie = format!("{COOKIE}={secret}");
        assert!(access.may(&headers(&[("cookie", &cookie)]), Role::Edit));
        assert!(store.revoke_token("the edit", &author).unwrap());
        *access.tokens.lock().unwrap() = None;
        assert!(!access.may(&headers(&[("authorization", "Bearer edit")]), Role::Read));
        assert!(!access.may(&headers(&[("cookie", &cookie)]), Role::Read), "the session goes with its token");
        let trail = store.revisions("the edit").unwrap();
        assert_eq!(trail.iter().map(|step| step.action.as_str()).collect::<Vec<_>>(), ["create", "delete"]);
    }
}
