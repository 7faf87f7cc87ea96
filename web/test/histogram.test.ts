// Bars over time: every dated incident in exactly one, none too many to draw.
import { expect, test } from 'vitest';
import { filled, histogram, moved, nextFrame, ticks, windowOf } from '../src/lib/histogram';
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

const within = (date_start: string, date_end: string, date_precision: string): Incident => ({ type: 'Feature', geometry: null, properties: { id: date_start, event_type: 'protest', event_group: 'unrest', status: 'reported', date_start, date_end, date_precision } });

test('an incident known to the month is spread over its days and is no bar of one', () => {
  const bars = histogram([on('2022-01-05'), within('2022-01-01', '2022-01-31', 'month')]);
  expect(bars.length).toBe(31);
  expect(bars.map((bar) => bar.total).reduce((a, b) => a + b)).toBe(1);
  expect(bars.reduce((sum, bar) => sum + bar.spread, 0)).toBeCloseTo(1);
});

test('over bars of a month it is as exact as they are', () => {
  const bars = histogram([on('2015-01-05'), on('2022-12-01'), within('2022-03-01', '2022-03-31', 'month')]);
  expect(bars.find((bar) => bar.from === '2022-03-01')).toMatchObject({ to: '2022-03-31', total: 1, spread: 0 });
});

const days = histogram(Array.from({ length: 10 }, (_, i) => on(`2022-01-${String(i + 1).padStart(2, '0')}`)));

test('a filter of days is a window over the bars', () => {
  expect(windowOf(days, null, null)).toEqual({ from: 0, to: 9 });
  expect(windowOf(days, '2022-01-03', '2022-01-05')).toEqual({ from: 2, to: 4 });
  expect(windowOf(days, '2021-01-01', '2030-01-01')).toEqual({ from: 0, to: 9 });
});

test('a moved window keeps its width and stops at the ends', () => {
  expect(moved({ from: 2, to: 4 }, 3, 10)).toEqual({ from: 5, to: 7 });
  expect(moved({ from: 2, to: 4 }, 30, 10)).toEqual({ from: 7, to: 9 });
  expect(moved({ from: 2, to: 4 }, -30, 10)).toEqual({ from: 0, to: 2 });
});

test('playback rolls or grows, and ends', () => {
  expect(nextFrame({ from: 2, to: 4 }, 10, false)).toEqual({ from: 3, to: 5 });
  expect(nextFrame({ from: 2, to: 4 }, 10, true)).toEqual({ from: 2, to: 5 });
  expect(nextFrame({ from: 2, to: 9 }, 10, true)).toBeNull();
});

test('there are no more dates on the axis than fit', () => {
  expect(ticks(days, 5)).toEqual([0, 2, 4, 6, 8]);
  expect(ticks(days, 3).length).toBeLessThanOrEqual(3);
  expect(ticks([], 3)).toEqual([]);
});

test('the months that a server leaves out are put in', () => {
  const bin = (from: string, to: string) => ({ from, to, total: 3, byGroup: {}, spread: 0 });
  const bars = filled([bin('2021-11-01', '2021-11-30'), bin('2022-02-01', '2022-02-28')], 'month');
  expect(bars.map(({ from, to, total }) => [from, to, total])).toEqual([['2021-11-01', '2021-11-30', 3], ['2021-12-01', '2021-12-31', 0], ['2022-01-01', '2022-01-31', 0], ['2022-02-01', '2022-02-28', 3]]);
});
