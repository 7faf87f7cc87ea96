// A citation of one incident that a reader can paste into a footnote: what, where, when, whose words, where to see it.
import { days, i18n, nameOf, t } from '../i18n/i18n.svelte';
import { isCountryLevel, type Incident } from './incident';
import { typeLabel } from './taxonomy';

export function citation(incident: Incident, link: string, today: string): string {
  const p = incident.properties;
  const country = nameOf('region', p.country) || p.country_name;
  const where = isCountryLevel(incident) ? country : [p.place_name, country].filter(Boolean).join(', ');
  const what = [typeLabel(p.event_type, i18n.lang), where, p.date_start && days(p.date_start, p.date_end)].filter(Boolean).join(', ');
  const source = [p.source_name, p.published && days(p.published), p.source_url].filter(Boolean).join(', ');
  const words = p.evidence_text ? `“${p.evidence_text}”` : '';
  return [what, words, source, `Oqiga ${p.id}, ${link}, ${t('retrieved', { date: days(today) })}`].filter(Boolean).join('. ') + '.';
}
