// How a count is said: the number with its qualifier, never more exact than the report was.
import { number, tt } from '../i18n/i18n.svelte';
import type { Count, IncidentProperties } from '../lib/incident';

const VAGUE = new Set(['tens', 'dozens', 'scores', 'hundreds', 'thousands']);

export function counted(properties: IncidentProperties, kind: Count): string {
  const n = properties[kind] ?? 0;
  const qualifier = properties[`${kind}_qualifier`];
  const shown = number(n);
  if (!qualifier || qualifier === 'exact') return shown;
  return tt(`count_${VAGUE.has(qualifier) ? 'vague' : qualifier}`, shown, { n: shown });
}
