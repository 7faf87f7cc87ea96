// The shapes that come over the wire: incidents (`incident/1`), toponyms, candidates, answers.
// They mirror the server's contract and nothing else; the page never invents a field.
import type { Feature, FeatureCollection, Point } from 'geojson';

export const STATUSES = ['reported', 'claimed', 'denied', 'planned', 'hypothetical', 'negated', 'background'] as const;
export type Status = (typeof STATUSES)[number];

export const COUNTS = ['killed', 'injured', 'missing', 'arrested', 'evacuated', 'participants'] as const;
export type Count = (typeof COUNTS)[number];

/** A half-open span in Unicode code points. */
export type Span = [start: number, end: number];

export type MarkKind = 'place' | 'trigger' | 'date' | 'count';

export interface Mark {
  start: number;
  end: number;
  kind: MarkKind;
}

export interface Candidate {
  geonameid: number | null;
  name: string;
  country?: string;
  admin1?: string;
  feature?: string;
  population?: number;
  lon: number;
  lat: number;
  score?: number;
  why?: string;
}

type Counts = { [K in Count]?: number } & { [K in Count as `${K}_qualifier`]?: string } & { [K in Count as `${K}_text`]?: string };

export interface IncidentProperties extends Counts {
  id: string;
  doc_id?: string;
  event_type: string;
  event_group: string;
  status: Status;
  title?: string;
  place_name?: string;
  place_text?: string;
  place_mentions?: Span[];
  country?: string;
  country_name?: string;
  admin1?: string;
  geonameid?: number;
  feature?: string;
  geo_precision?: 1 | 2 | 3;
  place_source?: string;
  uncertainty_km?: number;
  place_candidates?: Candidate[];
  date_start?: string;
  date_end?: string;
  date_text?: string;
  date_precision?: string;
  time_precision?: number;
  published?: string;
  actors?: { name: string; role?: string }[];
  attribution?: string;
  source_name?: string;
  source_url?: string;
  source_lang?: string;
  evidence?: Span[];
  evidence_text?: string;
  evidence_marks?: Mark[];
  confidence?: number;
  confidence_parts?: { type?: number; place?: number; date?: number };
  flags?: string[];
  overlaps?: string[];
  /** What an editor decided: looked at and right, or put right by hand. */
  review?: 'accepted' | 'corrected';
  extractor?: { name?: string; version?: string; gazetteer?: string };
}

export type Incident = Feature<Point | null, IncidentProperties>;

export interface Page extends FeatureCollection<Point | null, IncidentProperties> {
  numberMatched?: number;
  numberReturned?: number;
  timeStamp?: string;
}

export interface Toponym {
  start: number;
  end: number;
  text: string;
  name?: string;
  lon?: number;
  lat?: number;
  country?: string;
  level?: string;
  use?: string;
  confidence?: number;
}

export interface Diagnostic {
  code: string;
  message: string;
}

export interface Extraction {
  id?: string;
  lang?: string;
  toponyms?: Toponym[];
  features: Incident[];
  diagnostics?: Diagnostic[];
}

export interface Suggestion {
  geonameid?: number;
  name: string;
  label?: string;
  country?: string;
  admin1?: string;
  feature?: string;
  population?: number;
  class?: string;
  matched?: string;
  why?: string;
}

/** Country-level incidents carry a centroid, but a centroid is not where anything happened: they are drawn as a badge. */
export function isCountryLevel(incident: Incident): boolean {
  const { geo_precision, feature } = incident.properties;
  return geo_precision === 3 && (feature === undefined || feature.startsWith('PCL'));
}

export function lonLat(incident: Incident): [number, number] | null {
  const at = incident.geometry?.coordinates;
  return at && at.length >= 2 ? [at[0]!, at[1]!] : null;
}
