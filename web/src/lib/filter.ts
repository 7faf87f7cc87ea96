// The one filter: what is on the map, in the list, in the histogram and in what leaves the page.
// Plain values only, so that the same filter can be put in the address bar, tested, or sent to the server.
import { STATUSES, type Incident, type Status } from './incident';
import { GROUPS, eventType, group } from './taxonomy';

export interface Filter {
  /** First and last day, inclusive, `YYYY-MM-DD`. */
  from: string | null;
  to: string | null;
  /** Ids of types and of whole groups. Empty means all. */
  kinds: string[];
  /** ISO 3166-1 alpha-2 codes. Empty means all. */
  countries: string[];
  status: Status[];
  q: string;
  confidence: number;
}

export const DEFAULT_STATUS: Status[] = ['reported', 'claimed'];

export function emptyFilter(): Filter {
  return { from: null, to: null, kinds: [], countries: [], status: [...DEFAULT_STATUS], q: '', confidence: 0 };
}

export function isKind(id: string): boolean {
  return eventType(id) !== undefined || group(id) !== undefined;
}

/** How many of the filter's parts narrow the view. */
export function narrowings(filter: Filter): number {
  const status = [...filter.status].sort().join() !== [...DEFAULT_STATUS].sort().join();
  return [filter.from ?? filter.to, filter.kinds.length, filter.countries.length, status, filter.q.trim(), filter.confidence].filter(Boolean).length;
}

/** Text as a search compares it: without case, vowel marks and accents, alef and yeh in one form. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}|\u0640/gu, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه')
    .toLowerCase();
}

/** The words of an incident that a text search looks in. */
export function haystack(incident: Incident): string {
  const p = incident.properties;
  const labels = Object.values(eventType(p.event_type)?.label ?? {});
  const actors = (p.actors ?? []).map((actor) => actor.name);
  return fold([p.title, p.place_name, p.place_text, p.admin1, p.country_name, p.evidence_text, p.attribution, p.source_name, ...labels, ...actors].filter(Boolean).join('\n'));
}

const haystacks = new WeakMap<Incident, string>();

function cachedHaystack(incident: Incident): string {
  let text = haystacks.get(incident);
  if (text === undefined) haystacks.set(incident, (text = haystack(incident)));
  return text;
}

export function matchesText(incident: Incident, q: string): boolean {
  const words = fold(q).split(/\s+/).filter(Boolean);
  return words.length === 0 || words.every((word) => cachedHaystack(incident).includes(word));
}

export function matchesKind(incident: Incident, kinds: string[]): boolean {
  const { event_type, event_group } = incident.properties;
  return kinds.length === 0 || kinds.includes(event_type) || kinds.includes(event_group);
}

/** An incident with a span of days matches when any of its days is inside; one without a date matches only an open filter. */
export function matchesTime(incident: Incident, from: string | null, to: string | null): boolean {
  if (!from && !to) return true;
  const { date_start, date_end } = incident.properties;
  if (!date_start) return false;
  const first = date_start.slice(0, 10);
  const last = (date_end ?? date_start).slice(0, 10);
  return (!to || first <= to) && (!from || last >= from);
}

export type Part = 'time' | 'kind' | 'country' | 'status' | 'text' | 'confidence';

/** Whether the incident passes, leaving out the parts named: a facet is counted without its own part. */
export function matches(incident: Incident, filter: Filter, without: Part[] = []): boolean {
  const p = incident.properties;
  return (
    (without.includes('status') || filter.status.includes(p.status)) &&
    (without.includes('kind') || matchesKind(incident, filter.kinds)) &&
    (without.includes('country') || filter.countries.length === 0 || filter.countries.includes(p.country ?? '')) &&
    (without.includes('time') || matchesTime(incident, filter.from, filter.to)) &&
    (without.includes('confidence') || (p.confidence ?? 1) >= filter.confidence) &&
    (without.includes('text') || matchesText(incident, filter.q))
  );
}

/** Chosen kinds after a click on one: a group stands for all its types, and all groups chosen is the same as none. */
export function toggleKind(kinds: string[], id: string): string[] {
  const chosen = new Set(kinds);
  const asGroup = group(id);
  if (asGroup) {
    const partly = asGroup.types.some((type) => chosen.has(type.id));
    asGroup.types.forEach((type) => chosen.delete(type.id));
    if (!chosen.delete(id) || partly) chosen.add(id);
  } else {
    const parent = GROUPS.find((g) => g.types.some((type) => type.id === id));
    if (parent && chosen.delete(parent.id)) parent.types.forEach((type) => chosen.add(type.id));
    if (!chosen.delete(id)) chosen.add(id);
    if (parent && parent.types.every((type) => chosen.has(type.id))) {
      parent.types.forEach((type) => chosen.delete(type.id));
      chosen.add(parent.id);
    }
  }
  return GROUPS.every((g) => chosen.has(g.id)) ? [] : [...chosen].sort();
}

/** The filter as parameters of `GET /collections/incidents/items`, so that an export holds what the map shows. */
export function toQuery(filter: Filter): URLSearchParams {
  const query = new URLSearchParams();
  if (filter.from || filter.to) query.set('datetime', `${filter.from ?? '..'}/${filter.to ?? '..'}`);
  const types = GROUPS.flatMap((g) => g.types.filter((type) => filter.kinds.includes(g.id) || filter.kinds.includes(type.id))).map((type) => type.id);
  if (types.length > 0) query.set('type', types.join(','));
  query.set('status', STATUSES.filter((status) => filter.status.includes(status)).join(','));
  if (filter.countries.length > 0) query.set('country', filter.countries.join(','));
  if (filter.confidence > 0) query.set('min_confidence', String(filter.confidence));
  if (filter.q.trim()) query.set('q', filter.q.trim());
  return query;
}
