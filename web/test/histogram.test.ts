// Bars over time: every dated incident in exactly one, none too many to draw.
import { expect, test } from 'vitest';
import { histogram } from '../src/lib/histogram';
import type { Incident } from '../src/lib/incident';

const on = (date_start: string | undefined, event_group = 'unrest'): Incident => ({ type: 'Feature', geometry: null, properties: { id: String(date_start), event_type: 'protest', event_group, status: 'reported', date_start } });

test('a few days are drawn by day, with the empty ones between', () => {
  const bars = histogram([on('2022-01-03'), on('2022-01-05', 'violence'), on('2022-01-05')]);
  expect(bars.map((bar) => [bar.from, bar.to, bar.total])).toEqual([['2022-01-03', '2022-01-03', 1], ['2022-01-04', '2022-01-04', 0], ['2022-01-05', '2022-01-05', 2]]);
  expect(bars[2]!.byGroup).toEqual({ violence: 1, unrest: 1 });
});

test('weeks begin on Monday', () => {
  const bars = histogram([on('2022-01-05'), on('2022-12-01')]);
  expect(bars[0]!.from).toBe('2022-01-03');
  expect(bars[0]!.to).toBe('2022-01-09');
});

test.each([3, 40, 200, 900, 4000, 30000])('over %i days no incident is lost and the bars are few', (span) => {
  const incidents = Array.from({ length: 50 }, (_, i) => on(new Date(Date.UTC(1990, 1, 27) + Math.floor((i * span) / 49) * 86_400_000).toISOString().slice(0, 10)));
  const bars = histogram(incidents);
  expect(bars.reduce((sum, bar) => sum + bar.total, 0)).toBe(50);
  expect(bars.length).toBeLessThanOrEqual(100);
  bars.slice(1).forEach((bar, i) => expect(Date.parse(bar.from) - Date.parse(bars[i]!.to)).toBe(86_400_000));
});

test('incidents without a date make no bars', () => {
  expect(histogram([on(undefined), on('soon')])).toEqual([]);
});
