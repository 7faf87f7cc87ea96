// The view in the address bar: `#map=z/lat/lon&t=from,to&c=kinds&co=countries&s=status&min=0.5&q=&m=heat&by=toll&p=review&id=&lang=&theme=`.
// Reading never fails: what is not understood is named in `broken`, and keys we do not know are kept as they came.
import { STATUSES, type Status } from './incident';
import { DEFAULT_STATUS, emptyFilter, isKind, type Filter } from './filter';

export interface Camera {
  zoom: number;
  lat: number;
  lon: number;
}

export type Theme = 'light' | 'dark';

/** How incidents are drawn: each at its spot, as heat, or summed by first-level area. */
export const DRAWINGS = ['points', 'heat', 'areas'] as const;
export type Drawing = (typeof DRAWINGS)[number];

/** What heat and areas add up: incidents, or the people killed and injured in them. */
export const MEASURES = ['count', 'toll'] as const;
export type Measure = (typeof MEASURES)[number];

/** What lies beside the map: the list, the reader of reports, or the queue of what wants a look. */
export const SIDES = ['list', 'read', 'review'] as const;
export type Side = (typeof SIDES)[number];

export interface View {
  camera: Camera | null;
  filter: Filter;
  drawing: Drawing;
  measure: Measure;
  side: Side;
  /** Only the map with its legend, for a frame in another page. */
  embed: boolean;
  id: string | null;
  lang: string | null;
  theme: Theme | null;
  /** Keys of the address whose value was not understood. */
  broken: string[];
  /** Keys of a later version, kept for it. */
  unknown: [string, string][];
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
}

export function readHash(hash: string): View {
  const view: View = { camera: null, filter: emptyFilter(), drawing: 'points', measure: 'count', side: 'list', embed: false, id: null, lang: null, theme: null, broken: [], unknown: [] };
  const { filter } = view;
  const readers: Record<string, (value: string) => boolean> = {
    map: (value) => {
      const [zoom, lat, lon, ...rest] = value.split('/').map((part) => (part.trim() === '' ? NaN : Number(part)));
      const good = rest.length === 0 && [zoom, lat, lon].every((n) => Number.isFinite(n));
      if (!good || zoom! < 0 || zoom! > 22 || Math.abs(lat!) > 90 || Math.abs(lon!) > 360) return false;
      view.camera = { zoom: zoom!, lat: lat!, lon: lon! };
      return true;
    },
    t: (value) => {
      const [from = '', to = '', ...rest] = value.split(',');
      if (rest.length > 0 || (from && !isDay(from)) || (to && !isDay(to)) || (from && to && from > to)) return false;
      filter.from = from || null;
      filter.to = to || null;
      return true;
    },
    c: (value) => {
      const kinds = value.split(',').filter(Boolean);
      filter.kinds = kinds.filter(isKind);
      return filter.kinds.length === kinds.length;
    },
    co: (value) => {
      const codes = value.split(',').filter(Boolean);
      filter.countries = codes.filter((code) => /^[A-Z]{2}$/.test(code));
      return filter.countries.length === codes.length;
    },
    m: (value) => {
      const known = DRAWINGS.find((drawing) => drawing === value);
      view.drawing = known ?? 'points';
      return known !== undefined;
    },
    by: (value) => {
      const known = MEASURES.find((measure) => measure === value);
      view.measure = known ?? 'count';
      return known !== undefined;
    },
    p: (value) => {
      const known = SIDES.find((side) => side === value);
      view.side = known ?? 'list';
      return known !== undefined;
    },
    embed: (value) => ((view.embed = value === '1'), value === '1' || value === '0'),
    s: (value) => {
      const given = value.split(',').filter(Boolean);
      const known = given.filter((status): status is Status => (STATUSES as readonly string[]).includes(status));
      if (known.length > 0) filter.status = known;
      return known.length === given.length && known.length > 0;
    },
    min: (value) => {
      const least = Number(value);
      if (value === '' || !(least >= 0 && least <= 1)) return false;
      filter.confidence = least;
      return true;
    },
    q: (value) => ((filter.q = value.slice(0, 200)), true),
    id: (value) => ((view.id = value || null), true),
    lang: (value) => ((view.lang = value || null), true),
    theme: (value) => {
      if (value !== 'light' && value !== 'dark') return false;
      view.theme = value;
      return true;
    },
  };
  for (const [key, value] of new URLSearchParams(hash.replace(/^#/, ''))) {
    const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
    if (!reader) view.unknown.push([key, value]);
    else if (!reader(value)) view.broken.push(key);
  }
  return view;
}

export function writeHash(view: Omit<View, 'broken'>): string {
  const { camera, filter } = view;
  const parts: [string, string][] = [];
  if (camera) parts.push(['map', `${round(camera.zoom, 2)}/${round(camera.lat, 4)}/${round(camera.lon, 4)}`]);
  if (filter.from || filter.to) parts.push(['t', `${filter.from ?? ''},${filter.to ?? ''}`]);
  if (filter.kinds.length > 0) parts.push(['c', filter.kinds.join(',')]);
  if (filter.countries.length > 0) parts.push(['co', filter.countries.join(',')]);
  if ([...filter.status].sort().join() !== [...DEFAULT_STATUS].sort().join()) parts.push(['s', STATUSES.filter((s) => filter.status.includes(s)).join(',')]);
  if (filter.confidence > 0) parts.push(['min', String(filter.confidence)]);
  if (filter.q.trim()) parts.push(['q', filter.q.trim()]);
  if (view.drawing !== 'points') parts.push(['m', view.drawing]);
  if (view.measure !== 'count') parts.push(['by', view.measure]);
  if (view.side !== 'list') parts.push(['p', view.side]);
  if (view.embed) parts.push(['embed', '1']);
  if (view.id) parts.push(['id', view.id]);
  if (view.lang) parts.push(['lang', view.lang]);
  if (view.theme) parts.push(['theme', view.theme]);
  parts.push(...view.unknown);
  // Slashes and commas are legal in a fragment, and an address that people read is worth three characters of care.
  return parts.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%2C', ',')}`).join('&');
}

function round(n: number, digits: number): number {
  return Number(n.toFixed(digits));
}
