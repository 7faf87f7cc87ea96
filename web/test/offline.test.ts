// The report in one file: nothing in it runs, nothing that a report says becomes markup, and the filter is in words.
import { expect, test } from 'vitest';
import { emptyFilter } from '../src/lib/filter';
import type { Incident } from '../src/lib/incident';
import { escaped, offlineReport } from '../src/lib/offline';
import { filterInWords } from '../src/lib/words';

const hostile = '<img src=x onerror=alert(1)>"\'&\u202Egpj.exe';
const incident: Incident = {
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [76.9, 43.25] },
  properties: { id: hostile, event_type: 'riot', event_group: 'unrest', status: 'reported', place_name: hostile, country: 'KZ', date_start: '2022-01-05', killed: 12, killed_qualifier: 'at_least', evidence_text: `Riot in ${hostile}`, evidence_marks: [{ start: 0, end: 4, kind: 'trigger' }], source_lang: 'en', source_name: hostile, source_url: 'javascript:alert(2)' },
};
const report = (incidents: Incident[]) => offlineReport({ incidents, filter: hostile, link: 'http://127.0.0.1/#q=<b>', picture: '', today: '2022-01-10', lang: 'en', dir: 'ltr' });

test('no word of a report becomes markup, an address, or turns a line round', () => {
  const html = report([incident]);
  expect(html).not.toMatch(/<script|<img|<b>|javascript:|\u202E/);
  expect(html).toContain('<mark class="trigger">Riot</mark>');
  expect(html).toContain('at least 12 killed');
});

test('what is escaped reads the same', () => {
  expect(escaped('a < b & "c"')).toBe('a &#60; b &#38; &#34;c&#34;');
});

test('an empty view is still a report', () => {
  expect(report([])).toContain('0 incidents');
});

test('the filter is told in words, the usual statuses left out', () => {
  expect(filterInWords(emptyFilter())).toBe('All kinds · All time');
  expect(filterInWords({ ...emptyFilter(), kinds: ['disaster'], countries: ['KZ'], from: '2022-01-05', status: ['denied'], confidence: 0.5, q: ' gas ' })).toBe('Disasters · Kazakhstan · since 5 Jan 2022 · Denied · Confidence at least 50% · “gas”');
});
