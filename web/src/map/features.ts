// The incidents as features of the sources that layers.ts draws: spots, country badges, weights, areas, what is open and its
// runners-up, and the places of a report that is being read.
import type { Feature, FeatureCollection } from 'geojson';
import type { Sum } from '../lib/areas';
import { isCountryLevel, lonLat, type Candidate, type Incident, type Toponym } from '../lib/incident';
import type { Measure, Theme } from '../lib/url';
import { compositionKey } from './images';
import { AREA_RAMP, classColour } from './palette';

const EARTH_KM = 40_075;
const TILE_PX = 512;

const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features });

/** Kilometres at a latitude as pixels at zoom 0; each zoom doubles it. */
export function kilometresToPx(km: number, lat: number): number {
  return (km / (EARTH_KM * Math.max(0.05, Math.cos((lat * Math.PI) / 180)))) * TILE_PX;
}

/** How much an incident weighs: one, or the people killed and injured. A toll is told in its root, or one disaster hides all else. */
function weightOf({ properties: p }: Incident, measure: Measure): number {
  return measure === 'count' ? 1 : Math.sqrt((p.killed ?? 0) + (p.injured ?? 0)) / 4;
}

/** Areas with what was summed in them, coloured by class. */
export function areaFeatures(all: readonly Sum[], starts: readonly number[], theme: Theme): FeatureCollection {
  const ramp = AREA_RAMP[theme];
  return collection(
    all.map(({ area, value, ids }) => {
      const at = starts.findLastIndex((start) => value >= start);
      return { type: 'Feature', geometry: area.geometry, properties: { colour: classColour(ramp, at, starts.length), name: area.properties.name ?? '', value, ids: ids.join(' ') } } satisfies Feature;
    }),
  );
}

/** Incidents that are known to be at a spot, weighed; a whole country is no spot to heat. */
export function heatFeatures(incidents: Incident[], measure: Measure): FeatureCollection {
  return collection(
    incidents.flatMap((incident) => {
      const at = lonLat(incident);
      const weight = weightOf(incident, measure);
      if (!at || isCountryLevel(incident) || weight === 0) return [];
      return [{ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { weight } } satisfies Feature];
    }),
  );
}

function pinImage({ properties: p }: Incident): string {
  return `pin|${p.event_type}|${p.event_group}|${p.status}${p.review ? '|ok' : ''}`;
}

/** The more were killed or injured the larger, from 1 to 1.5; the dead weigh more. By orders, not by numbers: counts are rough. */
function sizeOf({ properties: p }: Incident): number {
  return Math.min(1.5, 1 + Math.log10(1 + 3 * (p.killed ?? 0) + (p.injured ?? 0)) / 7);
}

/** Incidents with a spot of their own. */
export function pointFeatures(incidents: Incident[]): FeatureCollection {
  return collection(
    incidents.flatMap((incident) => {
      const at = lonLat(incident);
      if (!at || isCountryLevel(incident)) return [];
      const p = incident.properties;
      return [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: at },
          properties: {
            id: p.id,
            group: p.event_group,
            image: pinImage(incident),
            confidence: p.confidence ?? 1,
            size: sizeOf(incident),
            precision: p.geo_precision ?? 1,
            uncertain: kilometresToPx(p.uncertainty_km ?? 0, at[1]),
          },
        } satisfies Feature,
      ];
    }),
  );
}

/** One badge a country, with how many and of which groups. */
export function badgeFeatures(incidents: Incident[]): FeatureCollection {
  const byCountry = new Map<string, { at: [number, number]; ids: string[]; counts: Record<string, number> }>();
  for (const incident of incidents) {
    const at = lonLat(incident);
    if (!at || !isCountryLevel(incident)) continue;
    const { id, country = '?', event_group } = incident.properties;
    const badge = byCountry.get(country) ?? { at, ids: [], counts: {} };
    badge.ids.push(id);
    badge.counts[event_group] = (badge.counts[event_group] ?? 0) + 1;
    byCountry.set(country, badge);
  }
  return collection(
    [...byCountry].map(([country, { at, ids, counts }]) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: at },
      properties: { country, ids: ids.join(' '), image: `badge|${country}|${ids.length}|${compositionKey(counts)}` },
    })),
  );
}

/** What is open: its ring, its runners-up with their numbers and a line to each. A hovered list row has a thin ring. */
export function focusFeatures(selected: Incident | null, hovered: Incident | null, hot: Candidate | null, theme: Theme): FeatureCollection {
  const features: Feature[] = [];
  const ring = (incident: Incident, kind: string) => {
    const at = lonLat(incident);
    if (at) features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { kind, size: sizeOf(incident), radius: isCountryLevel(incident) ? 23 : 17 * sizeOf(incident), image: isCountryLevel(incident) ? '' : `${pinImage(incident)}|${theme}` } });
    return at;
  };
  if (hovered && hovered !== selected) ring(hovered, 'hover');
  const at = selected && ring(selected, 'focus');
  if (!selected || !at) return collection(features);
  (selected.properties.place_candidates ?? []).forEach((candidate, index) => {
    if (index === 0 || !Number.isFinite(candidate.lon) || !Number.isFinite(candidate.lat)) return;
    const to = [candidate.lon, candidate.lat];
    features.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: [at, to] }, properties: { kind: 'line' } });
    features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: to }, properties: { kind: 'candidate', number: String(index + 1), index, hot: hot?.geonameid === candidate.geonameid && hot?.lon === candidate.lon } });
  });
  return collection(features);
}

/** Places named in a report that is being read, one dot a place. */
export function toponymFeatures(toponyms: Toponym[], incidents: Incident[]): FeatureCollection {
  const taken = new Set(incidents.map((incident) => String(lonLat(incident))));
  const features = toponyms.flatMap((toponym): Feature[] => {
    const { lon, lat, level } = toponym;
    if (lon === undefined || lat === undefined || level === 'country') return [];
    const key = String([lon, lat]);
    if (taken.has(key)) return [];
    taken.add(key);
    return [{ type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties: { name: toponym.name ?? toponym.text } }];
  });
  return collection(features);
}

