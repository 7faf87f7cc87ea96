// How many incidents each choice of the filter would show, counted without the part of the filter that the choice belongs to.
import { matches, type Filter } from './filter';
import type { Incident, Status } from './incident';

export interface Facets {
  /** By type and by group; the ids of both never meet. */
  kinds: Record<string, number>;
  statuses: Partial<Record<Status, number>>;
  countries: Record<string, number>;
}

export function countFacets(incidents: readonly Incident[], filter: Filter): Facets {
  const facets: Facets = { kinds: {}, statuses: {}, countries: {} };
  const add = <K extends string>(counts: Partial<Record<K, number>>, key: K) => (counts[key] = (counts[key] ?? 0) + 1);
  for (const incident of incidents) {
    const { event_type, event_group, status, country } = incident.properties;
    if (matches(incident, filter, ['kind'])) {
      add(facets.kinds, event_type);
      if (event_group !== event_type) add(facets.kinds, event_group);
    }
    if (matches(incident, filter, ['status'])) add(facets.statuses, status);
    if (country && matches(incident, filter, ['country'])) add(facets.countries, country);
  }
  return facets;
}
