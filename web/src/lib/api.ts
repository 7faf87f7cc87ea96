// Talks to the server the page came from, and to no other. Addresses are relative, so a proxy path works too.
// A failed call becomes one `ServerError` with the server's own words where it gave some (RFC 9457).
import { STATUSES, type Extraction, type Incident, type Page, type Suggestion } from './incident';
import type { FeatureCollection, Point } from 'geojson';

const PAGE_SIZE = 1000;
const PROGRESS_MS = 3000;
export const MOST_FEATURES = 20_000;

export class ServerError extends Error {
  constructor(
    /** HTTP status, or 0 when no answer came at all. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init, headers: { Accept: 'application/geo+json, application/json', ...init.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ServerError(0, '');
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const problem = (body ?? {}) as { title?: string; detail?: string };
    throw new ServerError(response.status, problem.detail ?? problem.title ?? '');
  }
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

/** All incidents of every status, page by page, up to what one page of the browser can hold. */
export async function loadIncidents(progress: (loaded: Loaded) => void, signal?: AbortSignal): Promise<Loaded> {
  const incidents: Incident[] = [];
  let matched = 0;
  let told = 0;
  for (let offset = 0; offset < MOST_FEATURES; ) {
    const query = new URLSearchParams({ status: STATUSES.join(','), limit: String(PAGE_SIZE), offset: String(offset), f: 'json' });
    const page = await call<Page>(`./collections/incidents/items?${query}`, { signal });
    // The server may cap a page below what was asked, so the next offset counts what came.
    incidents.push(...page.features);
    offset += page.features.length;
    matched = page.numberMatched ?? incidents.length;
    if (page.features.length === 0 || incidents.length >= matched) break;
    // Each report draws the map anew: the first page at once, then no more often than the eye wants.
    if (Date.now() - told < PROGRESS_MS) continue;
    told = Date.now();
    progress({ incidents, matched });
  }
  return { incidents, matched };
}

export interface Report {
  text: string;
  published?: string;
  lang?: string;
  source?: string;
  url?: string;
}

export const extract = (report: Report) => post<Extraction>('./extract', report);

export interface Saved {
  id: string;
  incidents: string[];
  created: boolean;
}

export const save = (report: Report) => post<Saved>('./documents', report);

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
