//! KML 2.2 for Google Earth: a placemark an incident, coloured by group, with its days and columns.

use std::borrow::Cow;

use quick_xml::escape::escape;

use crate::incidents::TAXONOMY;
use crate::index::{RowRef, rounded};
use crate::layers::fields::fields;
use crate::layers::tiles::group_names;

use super::cells::{cells, number};
use super::csv::shown;
use super::{About, Format};

/// Writer of one document.
pub struct Kml {
    description: String,
}

impl Kml {
    /// A writer that tells what it was asked for.
    pub fn new(about: &About) -> Self {
        Self { description: about.description() }
    }
}

impl Format for Kml {
    fn head(&mut self, out: &mut Vec<u8>) {
        let mut head = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>\n<name>Incidents</name>\n",
        );
        head.push_str(&format!("<description>{}</description>\n", plain(&self.description)));
        let names = group_names();
        for (number, name) in names.iter().enumerate() {
            let colour = TAXONOMY.types.iter().find(|kind| kind.group as usize == number).map_or("#767676", |kind| &kind.colour);
            head.push_str(&format!(
                "<Style id=\"{name}\"><IconStyle><color>{}</color><scale>0.9</scale></IconStyle></Style>\n",
                kml_colour(colour)
            ));
        }
        out.extend_from_slice(head.as_bytes());
    }

    fn row(&mut self, row: RowRef<'_>, out: &mut Vec<u8>) {
        let cells = cells(row);
        let text = |name: &str| cells.get(number(name)).and_then(Option::as_ref).and_then(|cell| cell.text());
        let mut mark = format!("<Placemark id=\"{}\">", plain(row.id()));
        mark.push_str(&format!("<name>{}</name>", plain(text("title").unwrap_or_default())));
        let told: Vec<&str> = ["evidence_text", "source_name", "source_url"].into_iter().filter_map(text).collect();
        mark.push_str(&format!("<description>{}</description>", plain(&told.join("\n"))));
        if let Some((start, end)) = text("date_start").zip(text("date_end")) {
            mark.push_str(&format!("<TimeSpan><begin>{}</begin><end>{}</end></TimeSpan>", plain(start), plain(end)));
        }
        if let Some(group) = text("event_group") {
            mark.push_str(&format!("<styleUrl>#{}</styleUrl>", plain(group)));
        }
        mark.push_str("<ExtendedData>");
        for (field, cell) in fields().zip(&cells) {
            if cell.is_some() {
                mark.push_str(&format!("<Data name=\"{}\"><value>{}</value></Data>", field.name, plain(&shown(cell.clone()))));
            }
        }
        mark.push_str("</ExtendedData>");
        if let Some(at) = row.position() {
            mark.push_str(&format!("<Point><coordinates>{},{}</coordinates></Point>", rounded(at.lon), rounded(at.lat)));
        }
        mark.push_str("</Placemark>\n");
        out.extend_from_slice(mark.as_bytes());
    }

    fn tail(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"</Document></kml>\n");
    }
}

/// Text for XML: escaped, and without the control characters that XML has no place for.
fn plain(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.contains(forbidden) {
        return Cow::Owned(escape(text.replace(forbidden, " ")).into_owned());
    }
    escape(text)
}

/// `#RRGGBB` in the order of KML: alpha, blue, green, red.
fn kml_colour(colour: &str) -> String {
    let part = |at: usize| colour.get(at..at + 2).unwrap_or("76");
    format!("ff{}{}{}", part(5), part(3), part(1)).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_strangers_is_only_text() {
        assert_eq!(plain("a<script>&\u{0}b"), "a&lt;script&gt;&amp; b");
        assert_eq!(kml_colour("#E69F00"), "ff009fe6");
    }
}
