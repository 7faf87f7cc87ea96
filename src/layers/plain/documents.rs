//! The reports of the store as a layer: what is known of each, without its text. A report has no
//! position of its own; its incidents have.

use std::borrow::Cow;

use serde_json::{Value as Json, json};

use crate::geo::LonLat;
use crate::index::day_number;
use crate::layers::cql2::Kind;
use crate::store::DocumentHead;

use super::{Field, Row};

/// The properties, in the order of [`Row::value`].
pub const FIELDS: &[Field] = &[
    Field { name: "id", kind: Kind::Text, title: "Id", description: "Identifier of the report, doc_id of its incidents" },
    Field { name: "title", kind: Kind::Text, title: "Title", description: "Headline of the report" },
    Field { name: "published", kind: Kind::Instant, title: "Published", description: "Day of publication" },
    Field { name: "lang", kind: Kind::Text, title: "Language", description: "BCP 47 tag of the language" },
    Field { name: "source", kind: Kind::Text, title: "Source", description: "The outlet or agency" },
    Field { name: "url", kind: Kind::Text, title: "Address", description: "Where it was published" },
    Field { name: "country", kind: Kind::Text, title: "Country code", description: "The country that the outlet mostly writes about" },
];

impl Row for DocumentHead {
    fn id(&self) -> Cow<'_, str> {
        self.id.as_str().into()
    }

    fn position(&self) -> Option<LonLat> {
        None
    }

    fn day(&self) -> Option<i32> {
        self.published.map(day_number)
    }

    fn value(&self, field: usize) -> Json {
        match field {
            0 => json!(self.id),
            1 => json!(self.title),
            2 => json!(self.published),
            3 => json!(self.lang),
            4 => json!(self.source),
            5 => json!(self.url),
            _ => json!(self.country),
        }
    }
}
