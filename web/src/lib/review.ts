// The order in which incidents want to be looked at: least sure first, what was looked at left out.
import type { Incident } from './incident';

export function queueOf(incidents: readonly Incident[]): Incident[] {
  return incidents
    .filter((incident) => !incident.properties.review)
    .toSorted((a, b) => (a.properties.confidence ?? 0) - (b.properties.confidence ?? 0) || a.properties.id.localeCompare(b.properties.id));
}
