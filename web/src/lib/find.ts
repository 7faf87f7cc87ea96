// What the search box finds: a position that was typed, incidents on the page, places of the gazetteer.
import { days, i18n, nameOf } from '../i18n/i18n.svelte';
import { suggest } from './api';
import { parsePlusCode, parsePosition, type Position } from './coordinates';
import type { PlaceChoice } from './edit';
import { matchesText } from './filter';
import { lonLat, type Incident, type Suggestion } from './incident';
import { typeLabel } from './taxonomy';

export interface Found {
  kind: 'position' | 'incident' | 'place';
  key: string;
  name: string;
  detail: string;
  at: Position | null;
  zoom: number;
  place?: PlaceChoice;
  incident?: Incident;
}

const MOST_INCIDENTS = 4;
const POSITION_ZOOM = 11;

/** The larger the thing, the farther out to look at it. */
function zoomFor(feature: string | null | undefined): number {
  if (feature?.startsWith('PCL')) return 4.5;
  if (feature?.startsWith('ADM1')) return 6;
  return feature?.startsWith('ADM') ? 7.5 : 9;
}

export function foundPosition(text: string, near: Position): Found | null {
  const at = parsePosition(text) ?? parsePlusCode(text, near);
  if (!at) return null;
  const name = `${at.lat.toFixed(5)}, ${at.lon.toFixed(5)}`;
  return { kind: 'position', key: 'position', name, detail: text.trim() === name ? '' : text.trim(), at, zoom: POSITION_ZOOM, place: { ...at, name } };
}

export function foundIncidents(text: string, incidents: readonly Incident[]): Found[] {
  const found: Found[] = [];
  for (const incident of incidents) {
    if (found.length >= MOST_INCIDENTS) break;
    if (!matchesText(incident, text)) continue;
    const p = incident.properties;
    const at = lonLat(incident);
    found.push({
      kind: 'incident',
      key: p.id,
      name: [typeLabel(p.event_type, i18n.lang), p.place_name].filter(Boolean).join(' · '),
      detail: p.date_start ? days(p.date_start, p.date_end) : '',
      at: at && { lon: at[0], lat: at[1] },
      zoom: 7,
      incident,
    });
  }
  return found;
}

export async function foundPlaces(text: string, signal: AbortSignal): Promise<Found[]> {
  const { features } = await suggest(text, i18n.lang, signal);
  return features.map((feature, i) => {
    const p: Suggestion = feature.properties;
    const [lon, lat] = feature.geometry.coordinates as [number, number];
    // The name that was typed in another script helps to see why this place is here.
    const other = p.matched && p.matched !== p.name ? p.matched : null;
    return {
      kind: 'place',
      key: `place-${p.geonameid ?? i}`,
      name: p.name,
      detail: [other, p.admin1, nameOf('region', p.country)].filter(Boolean).join(', '),
      at: { lon, lat },
      zoom: zoomFor(p.feature),
      place: { lon, lat, name: p.name, country: p.country, admin1: p.admin1 ?? null, geonameid: p.geonameid ?? null, feature: p.feature ?? null },
    };
  });
}

/** A short plus code with a place after it, `W8X3+8R Almaty`: the code near that place. */
export async function foundCodeAt(text: string, signal: AbortSignal): Promise<Found | null> {
  const [, code, where] = /^(\S*\+\S*)[\s,]+(\S.*)$/.exec(text.trim()) ?? [];
  if (!code || !where || !parsePlusCode(code, { lon: 0, lat: 0 })) return null;
  const [place] = await foundPlaces(where, signal);
  const at = place?.at && parsePlusCode(code, place.at);
  if (!at) return null;
  return { kind: 'position', key: 'position', name: `${code.toUpperCase()} ${place.name}`, detail: `${at.lat.toFixed(5)}, ${at.lon.toFixed(5)}`, at, zoom: POSITION_ZOOM, place: { ...at, name: place.name } };
}
