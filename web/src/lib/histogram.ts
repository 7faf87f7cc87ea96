// Counts incidents per day, week or month for the strip under the map, stacked by group.
// The step is the finest that keeps the bars wide enough to hit.
import type { Incident } from './incident';

export interface Bar {
  /** First and last day of the bar, inclusive. */
  from: string;
  to: string;
  total: number;
  byGroup: Record<string, number>;
}

const DAY_MS = 86_400_000;
const MAX_BARS = 100;

const toDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const toMs = (day: string) => Date.parse(`${day.slice(0, 10)}T00:00:00Z`);

type Step = { start(ms: number): number; next(ms: number): number };

const days = (n: number): Step => ({
  // Weeks start on Monday: 5 January 1970 was one.
  start: (ms) => ms - ((((ms - 4 * DAY_MS) % (n * DAY_MS)) + n * DAY_MS) % (n * DAY_MS)),
  next: (ms) => ms + n * DAY_MS,
});

const months = (n: number): Step => ({
  start: (ms) => {
    const date = new Date(ms);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - (date.getUTCMonth() % n), 1);
  },
  next: (ms) => {
    const date = new Date(ms);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + n, 1);
  },
});

const years = (n: number): Step => ({
  start: (ms) => Date.UTC(Math.floor(new Date(ms).getUTCFullYear() / n) * n, 0, 1),
  next: (ms) => Date.UTC(new Date(ms).getUTCFullYear() + n, 0, 1),
});

const STEPS: Step[] = [days(1), days(7), months(1), months(3), years(1), years(5), years(10), years(50)];

function barsOf(step: Step, first: number, last: number): Bar[] | null {
  const bars: Bar[] = [];
  for (let at = step.start(first); at <= last; at = step.next(at)) {
    if (bars.length >= MAX_BARS) return null;
    bars.push({ from: toDay(at), to: toDay(step.next(at) - DAY_MS), total: 0, byGroup: {} });
  }
  return bars;
}

/** Bars over the whole time of the incidents, by the day each began. */
export function histogram(incidents: Incident[]): Bar[] {
  const dated = incidents.flatMap(({ properties: p }) => {
    const ms = p.date_start ? toMs(p.date_start) : NaN;
    return Number.isNaN(ms) ? [] : [{ day: toDay(ms), ms, group: p.event_group }];
  });
  if (dated.length === 0) return [];
  const first = dated.reduce((least, d) => Math.min(least, d.ms), Infinity);
  const last = dated.reduce((most, d) => Math.max(most, d.ms), -Infinity);
  const bars = STEPS.map((step) => barsOf(step, first, last)).find((made) => made !== null) ?? [];
  for (const { day, group } of dated) {
    const bar = bars[lastAtOrBefore(bars, day)];
    if (!bar) continue;
    bar.total += 1;
    bar.byGroup[group] = (bar.byGroup[group] ?? 0) + 1;
  }
  return bars;
}

function lastAtOrBefore(bars: Bar[], day: string): number {
  let low = 0;
  let high = bars.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (bars[middle]!.from <= day) low = middle;
    else high = middle - 1;
  }
  return low;
}
