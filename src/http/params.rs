//! The query string of a request: every parameter is known, understood and there once, or the
//! answer is 400 and names it.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use crate::layers::filter::{self, Filter, FilterError};

use super::problem::Problem;

/// Items on a page unless asked otherwise.
pub const LIMIT_DEFAULT: usize = 100;

/// Most items on a page; a greater limit is cut to it, as OGC API – Features wants.
pub const LIMIT_MAX: usize = 10_000;

/// Farthest page that can be asked for.
pub const OFFSET_MAX: usize = 1_000_000_000;

/// Most parameters in one request.
const PARAMETERS_MAX: usize = 64;

/// The parameters in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(pairs) = query.map_err(|rejection| Problem::new(axum::http::StatusCode::BAD_REQUEST, rejection.body_text()))?;
        if pairs.len() > PARAMETERS_MAX {
            let detail = format!("wanted at most {PARAMETERS_MAX} parameters, got {}", pairs.len());
            return Err(Problem::new(axum::http::StatusCode::BAD_REQUEST, detail));
        }
        Ok(Self(pairs))
    }
}

impl From<Vec<(String, String)>> for Params {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}

impl Params {
    /// Refuses parameters that are not among the known ones, or are there twice.
    pub fn only(&self, known: &[&[&str]]) -> Result<(), Problem> {
        for (i, (name, value)) in self.0.iter().enumerate() {
            if !known.iter().any(|names| names.contains(&name.as_str())) {
                let wanted = known.concat().join(", ");
                let wanted = if wanted.is_empty() { "no parameters".to_owned() } else { format!("one of {wanted}") };
                return Err(FilterError::new(&clip(name), wanted, value).into());
            }
            if self.0[..i].iter().any(|(earlier, _)| earlier == name) {
                return Err(FilterError::new(name, "the parameter once", value).into());
            }
        }
        Ok(())
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that must be there and say something.
    pub fn required(&self, name: &str, wanted: &str) -> Result<&str, Problem> {
        self.get(name).filter(|value| !value.trim().is_empty()).ok_or_else(|| FilterError::new(name, wanted, "").into())
    }

    /// A number in a range, or the default when it is not there.
    pub fn number<T>(&self, name: &str, range: std::ops::RangeInclusive<T>, default: Option<T>, wanted: &str) -> Result<T, Problem>
    where
        T: std::str::FromStr + PartialOrd,
    {
        let Some(value) = self.get(name) else {
            return default.ok_or_else(|| FilterError::new(name, wanted, "").into());
        };
        let number = value.trim().parse::<T>().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| FilterError::new(name, wanted, value).into())
    }

    /// How many items at most.
    pub fn limit(&self, default: usize, max: usize) -> Result<usize, Problem> {
        let wanted = format!("a whole number from 1 (above {max} it counts as {max})");
        let limit = self.number("limit", 1..=usize::MAX, Some(default), &wanted)?;
        Ok(limit.min(max))
    }

    /// How many items to leave out first.
    pub fn offset(&self) -> Result<usize, Problem> {
        self.number("offset", 0..=OFFSET_MAX, Some(0), &format!("a whole number from 0 to {OFFSET_MAX}"))
    }

    /// All pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The pairs that make up the filter.
    pub fn filter_pairs(&self) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| filter::PARAMETERS.contains(&name.as_str())).cloned().collect()
    }

    /// The filter as one text, the same for the same pairs in any order.
    pub fn filter_key(&self) -> String {
        let mut pairs = self.filter_pairs();
        pairs.sort();
        format!("{pairs:?}")
    }

    /// The filter.
    pub fn filter(&self) -> Result<Filter, Problem> {
        let pairs = self.filter_pairs();
        Ok(Filter::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
    }

    /// The parameters but for one.
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    /// The query string of the filter alone, with other parameters.
    pub fn filter_with(&self, more: &[(&str, String)]) -> String {
        Self(self.filter_pairs()).with(more)
    }

    /// The query string again, with some parameters set anew.
    pub fn with(&self, changes: &[(&str, String)]) -> String {
        let kept = self.0.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let all = kept.chain(changes.iter().map(|(name, value)| (*name, value.as_str())));
        let pairs: Vec<String> = all.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }
}

/// What must be escaped in a query; the commas, slashes and colons of our values read better as they are.
const ESCAPED: percent_encoding::AsciiSet =
    percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',').remove(b'/').remove(b':');

fn encode(text: &str) -> impl std::fmt::Display + '_ {
    percent_encoding::utf8_percent_encode(text, &ESCAPED)
}

fn clip(name: &str) -> String {
    name.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn a_link_keeps_the_filter_and_changes_the_page() {
        let asked = params(&[("q", "газ & вода"), ("offset", "10"), ("bbox", "46,40,88,56")]);
        assert_eq!(
            asked.with(&[("offset", "20".to_owned())]),
            "?q=%D0%B3%D0%B0%D0%B7%20%26%20%D0%B2%D0%BE%D0%B4%D0%B0&bbox=46,40,88,56&offset=20"
        );
    }

    #[test]
    fn a_limit_above_the_greatest_is_cut_and_nonsense_is_refused() {
        assert_eq!(params(&[("limit", "99999999")]).limit(100, LIMIT_MAX).unwrap(), LIMIT_MAX);
        for bad in ["0", "-1", "1.5", "unlimited", "", "99999999999999999999999"] {
            assert!(params(&[("limit", bad)]).limit(100, LIMIT_MAX).is_err(), "{bad}");
        }
    }
}
