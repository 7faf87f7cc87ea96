// Corrections as plain values: what an editor changed of an incident, how the incident then looks, and the merge patch
// (RFC 7396) that makes the server's incident the same. What was not touched is not sent.
import { COUNTS, type Candidate, type Count, type Incident, type IncidentProperties, type Status } from './incident';
import { eventType, typeLabel } from './taxonomy';

/** A place chosen by hand: one of the runners-up, one searched for, or a spot on the map. */
export interface PlaceChoice {
  lon: number;
  lat: number;
  name: string;
  country?: string;
  admin1?: string | null;
  geonameid?: number | null;
  feature?: string | null;
}

export interface Draft {
  event_type?: string;
  status?: Status;
  /** Days `YYYY-MM-DD`; null takes the date away. */
  from?: string | null;
  to?: string | null;
  /** null takes the count away. */
  counts?: { [K in Count]?: number | null };
  place?: PlaceChoice;
}

export interface Patch {
  geometry?: { type: 'Point'; coordinates: [number, number] } | null;
  properties: Record<string, unknown>;
}

/** How near a place of each kind is known, as the extractor codes it: 1 town or spot, 2 part of a region, 3 country or large region. */
function precisionOf(feature: string | null | undefined): 1 | 2 | 3 {
  if (!feature) return 1;
  if (feature.startsWith('PCL') || feature === 'ADM1' || feature === 'RGN') return 3;
  return feature.startsWith('ADM') ? 2 : 1;
}

const RADIUS_KM = { 1: 5, 2: 30, 3: 300 } as const;
const DOUBTS_ABOUT_PLACE = ['place_inferred', 'place_unresolved', 'ambiguous_place'];

export function isEmpty(draft: Draft | undefined): boolean {
  return !draft || Object.values(draft).every((value) => value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0));
}

/** The merge patch of a draft; empty properties and no geometry when nothing differs from the incident. */
export function patchOf(incident: Incident, draft: Draft): Patch {
  const was = incident.properties;
  const properties: Record<string, unknown> = {};
  const patch: Patch = { properties };
  if (draft.event_type && draft.event_type !== was.event_type) {
    properties.event_type = draft.event_type;
    properties.event_group = eventType(draft.event_type)?.group ?? 'other';
  }
  if (draft.status && draft.status !== was.status) properties.status = draft.status;
  if (draft.from !== undefined || draft.to !== undefined) {
    const from = draft.from === undefined ? (was.date_start?.slice(0, 10) ?? null) : draft.from;
    const to = from === null ? null : ((draft.to === undefined ? was.date_end?.slice(0, 10) : draft.to) ?? from);
    const [first, last] = from !== null && to !== null && to < from ? [to, from] : [from, to];
    if (first !== (was.date_start?.slice(0, 10) ?? null) || last !== (was.date_end?.slice(0, 10) ?? null)) {
      Object.assign(properties, { date_start: first, date_end: last, date_precision: first === null ? null : first === last ? 'day' : 'range', time_precision: first === null ? null : 1 });
    }
  }
  for (const kind of COUNTS) {
    const count = draft.counts?.[kind];
    if (count === undefined || count === (was[kind] ?? null)) continue;
    properties[kind] = count;
    properties[`${kind}_qualifier`] = count === null ? null : 'exact';
  }
  if (draft.place) {
    const { lon, lat, name, country, admin1, geonameid, feature } = draft.place;
    const precision = precisionOf(feature);
    patch.geometry = { type: 'Point', coordinates: [lon, lat] };
    Object.assign(properties, {
      place_name: name,
      country: country ?? was.country ?? null,
      admin1: admin1 ?? null,
      geonameid: geonameid ?? null,
      feature: feature ?? null,
      geo_precision: precision,
      uncertainty_km: RADIUS_KM[precision],
      place_source: 'editor',
    });
    const flags = (was.flags ?? []).filter((flag) => !DOUBTS_ABOUT_PLACE.includes(flag));
    if (flags.length !== (was.flags ?? []).length) properties.flags = flags;
  }
  if (properties.event_type || properties.place_name) {
    properties.title = [typeLabel(String(properties.event_type ?? was.event_type), 'en'), properties.place_name ?? was.place_name].filter(Boolean).join(' in ');
  }
  return patch;
}

export function isNothing(patch: Patch): boolean {
  return patch.geometry === undefined && Object.keys(patch.properties).length === 0;
}

/** RFC 7396 on the members of a feature that a correction may touch. */
export function patched(incident: Incident, patch: Patch): Incident {
  const properties: Record<string, unknown> = { ...incident.properties };
  for (const [name, value] of Object.entries(patch.properties)) {
    if (value === null) delete properties[name];
    else properties[name] = value;
  }
  return { ...incident, geometry: patch.geometry === undefined ? incident.geometry : patch.geometry, properties: properties as unknown as IncidentProperties };
}

export function applied(incident: Incident, draft: Draft | undefined): Incident {
  return draft && !isEmpty(draft) ? patched(incident, patchOf(incident, draft)) : incident;
}

/** The patch that takes another patch back. */
export function inverse(incident: Incident, patch: Patch): Patch {
  const was = incident.properties as unknown as Record<string, unknown>;
  const properties = Object.fromEntries(Object.keys(patch.properties).map((name) => [name, was[name] ?? null]));
  return { ...(patch.geometry !== undefined && { geometry: incident.geometry as Patch['geometry'] }), properties };
}

export function choiceOf(candidate: Candidate): PlaceChoice {
  const { lon, lat, name, country, admin1, geonameid, feature } = candidate;
  return { lon, lat, name, country, admin1, geonameid, feature };
}
