//! How the layer looks, as a MapLibre style: what the browser map draws, for any MapLibre page and
//! for QGIS.

use serde_json::{Value, json};

use crate::incidents::TAXONOMY;

/// Colour of what has no group.
const OTHER: &str = "#767676";

/// A style whose source is the TileJSON at an address.
pub fn style(name: &str, tilejson: &str) -> Value {
    json!({
        "version": 8,
        "name": name,
        "center": [55.0, 42.0],
        "zoom": 2.5,
        "sources": {"oqiga": {"type": "vector", "url": tilejson}},
        "layers": [
            {"id": "background", "type": "background", "paint": {"background-color": "#f4f3ef"}},
            {
                "id": "clusters",
                "type": "circle",
                "source": "oqiga",
                "source-layer": "clusters",
                "paint": {
                    "circle-color": "#475569",
                    "circle-opacity": 0.75,
                    "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0.3, 7, 2, 13, 4, 22, 6, 32],
                    "circle-stroke-color": "#ffffff",
                    "circle-stroke-width": 1,
                },
            },
            {
                // A country-level incident never looks like a pin: a wide, hollow, dashed-looking ring.
                "id": "incidents-country",
                "type": "circle",
                "source": "oqiga",
                "source-layer": "incidents",
                "filter": ["==", ["get", "geo_precision"], 3],
                "paint": {
                    "circle-color": "rgba(0, 0, 0, 0)",
                    "circle-radius": 16,
                    "circle-stroke-color": group_colour(),
                    "circle-stroke-opacity": 0.6,
                    "circle-stroke-width": 3,
                },
            },
            {
                "id": "incidents",
                "type": "circle",
                "source": "oqiga",
                "source-layer": "incidents",
                "filter": ["!=", ["get", "geo_precision"], 3],
                "paint": {
                    "circle-color": group_colour(),
                    "circle-opacity": ["match", ["get", "geo_precision"], 2, 0.45, 0.85],
                    "circle-radius": ["match", ["get", "geo_precision"], 2, 8, 6],
                    "circle-stroke-color": "#ffffff",
                    "circle-stroke-width": 1,
                },
            },
        ],
    })
}

fn group_colour() -> Value {
    let names = super::tiles::group_names();
    let mut groups: Vec<(&str, &str)> =
        TAXONOMY.types.iter().map(|kind| (names[kind.group as usize].as_str(), kind.colour.as_str())).collect();
    groups.sort_unstable();
    groups.dedup_by_key(|(name, _)| *name);
    let mut expression = vec![json!("match"), json!(["get", "event_group"])];
    expression.extend(groups.into_iter().flat_map(|(name, colour)| [json!(name), json!(colour)]));
    expression.push(json!(OTHER));
    Value::Array(expression)
}
