// Talks to the server the page came from, and to no other. Addresses are relative, so a proxy path works too.
// A failed call becomes one `ServerError` with the server's own words where it gave some (RFC 9457).
import type { Areas } from './areas';
import type { Patch } from './edit';
import { STATUSES, type Extraction, type Incident, type Page, type Suggestion } from './incident';
import type { FeatureCollection, Point } from 'geojson';

/** The first page is small, so that something is there to see; the rest comes in large ones. */
const FIRST_PAGE = 1000;
const NEXT_PAGES = 5000;
const PROGRESS_MS = 3000;
export const MOST_FEATURES = 20_000;

/** The conformance class of OGC API – Features Part 4 that says that incidents can be corrected. */
const CAN_UPDATE = 'ogcapi-features-4/1.0/conf/';
const HAS_TILES = 'ogcapi-tiles-1/1.0/conf/';

export class ServerError extends Error {
  constructor(
    /** HTTP status, or 0 when no answer came at all. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export async function call<T>(path: string, init: RequestInit = {}, look?: (response: Response) => void): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init, headers: { Accept: 'application/geo+json, application/json', ...init.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ServerError(0, '');
  }
  look?.(response);
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const problem = (body ?? {}) as { title?: string; detail?: string };
    throw new ServerError(response.status, problem.detail ?? problem.title ?? '');
  }
  if (body === null && ['POST', 'PUT', 'PATCH', 'DELETE'].includes(init.method ?? '')) return undefined as T;
  if (body === null) throw new ServerError(response.status, '');
  return body as T;
}

function post<T>(path: string, body: unknown): Promise<T> {
  return call<T>(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

export interface Loaded {
  incidents: Incident[];
  matched: number;
}

/** All incidents of every status, page by page, up to what one page of the browser can hold. `wanted` is asked after the
 *  first page, with how many there are, whether to go on. */
export async function loadIncidents(progress: (loaded: Loaded) => void, wanted: (matched: number) => boolean | Promise<boolean> = () => true, signal?: AbortSignal): Promise<Loaded> {
  const incidents: Incident[] = [];
  let matched = 0;
  let told = 0;
  for (let offset = 0; offset < MOST_FEATURES; ) {
    const query = new URLSearchParams({ status: STATUSES.join(','), limit: String(offset === 0 ? FIRST_PAGE : NEXT_PAGES), offset: String(offset), f: 'json' });
    const page = await call<Page>(`./collections/incidents/items?${query}`, { signal });
    // The server may cap a page below what was asked, so the next offset counts what came.
    incidents.push(...page.features);
    offset += page.features.length;
    matched = page.numberMatched ?? incidents.length;
    if (offset === page.features.length && !(await wanted(matched))) break;
    if (page.features.length === 0 || incidents.length >= matched) break;
    // Each report draws the map anew: the first page at once, then no more often than the eye wants.
    if (Date.now() - told < PROGRESS_MS) continue;
    told = Date.now();
    progress({ incidents, matched });
  }
  return { incidents, matched };
}

export interface Report {
  id?: string;
  title?: string;
  text: string;
  published?: string;
  lang?: string;
  source?: string;
  url?: string;
  country?: string;
}

export const extract = (report: Report) => post<Extraction>('./extract', report);

export interface Saved {
  id: string;
  incidents: string[];
  created: boolean;
}

export const save = (report: Report) => post<Saved>('./documents', report);

export interface Abilities {
  /** Incidents can be corrected (OGC API – Features Part 4). */
  corrects: boolean;
  /** Incidents come as vector tiles, and are counted by facet and time (OGC API – Tiles). */
  tiles: boolean;
}

/** What the server says it can do, by the standards that it conforms to. */
export async function abilities(): Promise<Abilities> {
  try {
    const { conformsTo } = await call<{ conformsTo: string[] }>('./conformance');
    const has = (part: string) => conformsTo.some((uri) => uri.includes(part));
    return { corrects: has(CAN_UPDATE), tiles: has(HAS_TILES) };
  } catch {
    return { corrects: false, tiles: false };
  }
}

const itemPath = (id: string) => `./collections/incidents/items/${encodeURIComponent(id)}`;

/** One incident as it is now, with the tag that a correction must name. */
export async function item(id: string): Promise<{ incident: Incident; etag: string | null }> {
  let etag: string | null = null;
  const incident = await call<Incident>(`${itemPath(id)}?f=json`, { cache: 'no-cache' }, (response) => (etag = response.headers.get('ETag')));
  return { incident, etag };
}

/** The note goes along with every change; it is text of any script, and a header is not. */
const noted = (note: string, etag: string | null): Record<string, string> => ({ ...(note && { 'Oqiga-Note': encodeURIComponent(note) }), ...(etag && { 'If-Match': etag }) });

/** Corrects an incident by merge patch, provided that nobody else has changed it since `etag`. */
export async function correct(id: string, patch: Patch, note: string, etag: string | null): Promise<Incident> {
  await call<unknown>(itemPath(id), { method: 'PATCH', headers: { 'Content-Type': 'application/merge-patch+json', ...noted(note, etag) }, body: JSON.stringify({ type: 'Feature', ...patch }) });
  return (await item(id)).incident;
}

export async function remove(id: string, note: string, etag: string | null): Promise<void> {
  await call<unknown>(itemPath(id), { method: 'DELETE', headers: noted(note, etag) });
}

/** Puts an incident back as it was. */
export async function restore(incident: Incident, note: string): Promise<void> {
  await call<unknown>(itemPath(incident.properties.id), { method: 'PUT', headers: { 'Content-Type': 'application/geo+json', ...noted(note, null) }, body: JSON.stringify(incident) });
}

/** The box around all incidents, west, south, east, north. */
export async function collectionExtent(): Promise<[number, number, number, number] | null> {
  const { extent } = await call<{ extent?: { spatial?: { bbox?: number[][] } } }>('./collections/incidents?f=json');
  const box = extent?.spatial?.bbox?.[0];
  return box && box.length >= 4 ? [box[0]!, box[1]!, box[box.length / 2]!, box[box.length / 2 + 1]!] : null;
}

/** The first-level areas of a country with their outlines; they change only with the program. */
export const areasOf = (country: string) => call<Areas>(`./areas?${new URLSearchParams({ country })}`);

export interface Revision {
  number: number;
  at: string;
  who: string;
  why: string;
  action: 'create' | 'update' | 'delete';
}

/** What was done to an incident, oldest first. */
export async function revisions(id: string): Promise<Revision[]> {
  return (await call<{ revisions: Revision[] }>(`${itemPath(id)}/revisions`, { cache: 'no-store' })).revisions;
}

/** Puts an incident back to what it was before a revision; null when it then is no more. */
export async function undo(id: string, number: number): Promise<Incident | null> {
  await call<unknown>(`${itemPath(id)}/revisions/${number}/undo`, { method: 'POST' });
  try {
    return (await item(id)).incident;
  } catch (error) {
    if (error instanceof ServerError && error.status === 404) return null;
    throw error;
  }
}

/** Where the server tells what happens to incidents, of every status. */
export const changesAddress = () => `./changes?${new URLSearchParams({ status: STATUSES.join(',') })}`;

/** Formats that `/export` offers, as the server's own description names them. */
export async function exportFormats(): Promise<string[]> {
  const api = await call<{ paths?: Record<string, { get?: { parameters?: { name?: string; schema?: { enum?: string[] } }[] } }> }>('./api');
  return api.paths?.['/export']?.get?.parameters?.find((parameter) => parameter.name === 'f')?.schema?.enum ?? [];
}

export interface Health {
  documents?: number;
  incidents?: number;
}

export const health = () => call<Health>('./healthz', { cache: 'no-store' });

export async function suggest(q: string, lang: string, signal: AbortSignal): Promise<FeatureCollection<Point, Suggestion>> {
  return call(`./suggest?${new URLSearchParams({ q, lang, limit: '8' })}`, { signal });
}

/** Whether this browser may save; the printed address carries a key that is exchanged once and then leaves the address bar. */
export async function session(key: string | null): Promise<boolean> {
  try {
    if (key) await post('./session', { key });
    return (await call<{ write: boolean }>('./session')).write;
  } catch {
    return false;
  }
}
