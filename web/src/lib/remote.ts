// What the server counts for the page where incidents are too many to hold: facets, bars, the rows in view. The same filter
// as everywhere, so the numbers are those of the map, the export and the link.
import { call } from './api';
import type { Facets } from './facets';
import { toQuery, type Filter } from './filter';
import { filled, type Bar } from './histogram';
import type { Page, Status } from './incident';
import type { Bounds } from './state.svelte';
import { group } from './taxonomy';
import { query as boxed } from './share';

/** Rows of the list that are fetched at once. */
export const ROWS = 100;
/** What the map needs of an incident to draw it. */
export const TILE_PROPERTIES = ['id', 'event_type', 'event_group', 'status', 'geo_precision', 'country', 'confidence', 'feature'];

interface Counted {
  numberMatched: number;
  facets: Record<string, { values: { value: string | null; count: number }[] }>;
}

interface Binned {
  interval: string;
  numberMatched: number;
  bins: { start: string; end: string; count: number; groups: Record<string, number> }[];
}

export async function remoteFacets(filter: Filter, signal: AbortSignal): Promise<{ facets: Facets; total: number }> {
  const query = toQuery(filter);
  query.set('facets', 'type,group,status,country');
  query.set('limit', '300');
  const { numberMatched, facets } = await call<Counted>(`./facets?${query}`, { signal });
  const counts = (name: string) => Object.fromEntries((facets[name]?.values ?? []).flatMap(({ value, count }) => (value ? [[value, count]] : [])));
  const types = counts('type');
  const groups = Object.fromEntries(Object.entries(counts('group')).filter(([id]) => group(id)));
  return { total: numberMatched, facets: { kinds: { ...types, ...groups }, statuses: counts('status') as Partial<Record<Status, number>>, countries: counts('country') } };
}

/** Bars over the whole time, whatever window of it the filter has. */
export async function remoteBars(filter: Filter, signal: AbortSignal): Promise<Bar[]> {
  const query = toQuery({ ...filter, from: null, to: null });
  const { bins, interval } = await call<Binned>(`./histogram?${query}`, { signal });
  return filled(bins.map(({ start, end, count, groups }) => ({ from: start, to: end, total: count, byGroup: groups, spread: 0 })), interval);
}

export async function remoteRows(filter: Filter, bounds: Bounds | null, signal: AbortSignal, limit = ROWS): Promise<Page> {
  const query = boxed(filter, bounds);
  query.set('limit', String(limit));
  query.set('f', 'json');
  return call<Page>(`./collections/incidents/items?${query}`, { signal });
}

/** The query of the tiles: the filter, and only the properties that are drawn. */
export function tileQuery(filter: Filter): string {
  const query = toQuery(filter);
  query.set('properties', TILE_PROPERTIES.join(','));
  return query.toString();
}

