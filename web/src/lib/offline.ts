// One HTML file that shows the current view without a server: the picture of the map and every incident with its evidence.
// No script is in it and everything that came from a report is escaped, so that it can be mailed, opened and archived.
import { days, i18n, nameOf, percent, t, tt } from '../i18n/i18n.svelte';
import { counted } from '../components/counts';
import { COUNTS, isCountryLevel, lonLat, type Incident, type MarkKind } from './incident';
import { directionOf, runs } from './marks';
import { colourOf, typeLabel } from './taxonomy';

export const MOST_IN_REPORT = 5000;

export interface OfflineReport {
  incidents: readonly Incident[];
  /** How many there are, when not all were fetched. */
  total?: number;
  filter: string;
  link: string;
  picture: string;
  today: string;
  lang: string;
  dir: 'ltr' | 'rtl';
}

export function escaped(text: string): string {
  // Characters that turn the direction of a line are shown as what they are, so that no name can rearrange the page.
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[\u202A-\u202E\u2066-\u2069]/g, '');
}

const STYLE = `
body{margin:0 auto;max-width:60rem;padding:1.5rem;font:15px/1.55 'Noto Sans',system-ui,sans-serif;color:#1b262d;background:#fff}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:0}p{margin:.35rem 0}.sub{color:#4a575f;font-size:.9rem}
img{max-width:100%;height:auto;border:1px solid #dde2e1;border-radius:8px;margin:1rem 0}
article{padding:1rem 0;border-block-start:1px solid #dde2e1;break-inside:avoid}
.dot{display:inline-block;inline-size:.8em;block-size:.8em;border-radius:50%;margin-inline-end:.4em}
blockquote{margin:.5rem 0;padding:.6rem 1rem;background:#f6f7f5;border-radius:8px}
mark{color:inherit;background:#e8eef0;border-radius:3px}mark.place{background:#cfe6f5}mark.trigger{background:#fbdcc4}mark.date{background:#dcefd8}mark.count{background:#f2dcea}
@media print{body{max-width:none;padding:0}}`;

export function offlineReport({ incidents, total = incidents.length, filter, link, picture, today, lang, dir }: OfflineReport): string {
  const shown = incidents.slice(0, MOST_IN_REPORT);
  const more = total - shown.length;
  return `<!doctype html>
<html lang="${escaped(lang)}" dir="${dir}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>Oqiga: ${escaped(filter)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(t('report_title', { n: total }))}</h1>
<p>${escaped(filter)}</p>
<p class="sub">${escaped(t('legend_machine'))}</p>
<p class="sub">${escaped(t('retrieved', { date: days(today) }))} · <bdi>${escaped(link)}</bdi></p>
${picture ? `<img src="${escaped(picture)}" alt="${escaped(t('map_label'))}">` : ''}
${shown.map(article).join('\n')}
${more > 0 ? `<p>${escaped(t('report_more', { n: more }))}</p>` : ''}
<p class="sub">${escaped(t('credits_text'))}</p>
</body></html>
`;
}

function article(incident: Incident): string {
  const p = incident.properties;
  const country = nameOf('region', p.country) || p.country_name || '';
  const place = isCountryLevel(incident) ? country : [p.place_name, p.admin1, country].filter(Boolean).join(', ');
  const at = lonLat(incident);
  const numbers = COUNTS.filter((kind) => p[kind] !== undefined).map((kind) => `${counted(p, kind)} ${tt(`count_${kind}`, kind)}`);
  const facts = [
    p.date_start ? days(p.date_start, p.date_end) : t('no_date'),
    place || t('no_place'),
    at && !isCountryLevel(incident) ? `${at[1].toFixed(4)}, ${at[0].toFixed(4)}` : '',
    p.geo_precision ? tt(`precision_${p.geo_precision}`, '') : '',
    ...numbers,
    tt(`status_${p.status}`, p.status),
    p.confidence === undefined ? '' : `${t('confidence')} ${percent(p.confidence)}`,
  ].filter(Boolean);
  const address = p.source_url && URL.canParse(p.source_url) && ['http:', 'https:'].includes(new URL(p.source_url).protocol) ? p.source_url : null;
  const source = [p.source_name, p.published && t('published_on', { date: days(p.published) })].filter(Boolean).join(', ');
  return `<article id="${escaped(p.id)}"><h2><span class="dot" style="background:${colourOf(p.event_group)}"></span>${escaped(typeLabel(p.event_type, i18n.lang))}${place ? ` · <bdi>${escaped(p.place_name && !isCountryLevel(incident) ? p.place_name : place)}</bdi>` : ''}</h2>
<p>${facts.map((fact) => `<bdi>${escaped(fact)}</bdi>`).join(' · ')}</p>
${p.evidence_text ? `<blockquote lang="${escaped(p.source_lang ?? '')}" dir="${directionOf(p.source_lang)}">${marked(p.evidence_text, p.evidence_marks ?? [])}</blockquote>` : ''}
<p class="sub">${address ? `<a href="${escaped(address)}" rel="noopener noreferrer">${escaped(source || address)}</a>` : escaped(source)} · ${escaped(p.id)}</p></article>`;
}

function marked(text: string, marks: { start: number; end: number; kind: MarkKind }[]): string {
  return runs(text, marks)
    .map(({ text, kinds }) => (kinds.length > 0 ? `<mark class="${kinds.join(' ')}">${escaped(text)}</mark>` : escaped(text)))
    .join('');
}
