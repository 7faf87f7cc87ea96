// Counts incidents per day, week or month for the strip under the map, stacked by group.
// The step is the finest that keeps the bars wide enough to hit. An incident known to the week, month or year only is no
// bar of a day: its one is spread over all the bars it may belong to, and drawn apart from what is known.
import type { Incident } from './incident';

export interface Bar {
  /** First and last day of the bar, inclusive. */
  from: string;
  to: string;
  total: number;
  byGroup: Record<string, number>;
  /** The share of incidents known only to a span of several bars; over all bars the shares of one incident sum to one. */
  spread: number;
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

const BY_NAME: Record<string, Step> = { day: days(1), week: days(7), month: months(1), quarter: months(3), year: years(1) };
/** A chart of more bars than this has bars that nobody can see; it is not filled up. */
const MOST_FILLED = 1000;

/** The server's bins with the empty ones between them, which it leaves out. */
export function filled(bins: readonly Bar[], interval: string): Bar[] {
  const step = BY_NAME[interval];
  if (!step || bins.length < 2) return [...bins];
  const known = new Map(bins.map((bin) => [bin.from, bin]));
  const bars: Bar[] = [];
  for (let at = toMs(bins[0]!.from); at <= toMs(bins.at(-1)!.from); at = step.next(at)) {
    if (bars.length >= MOST_FILLED) return [...bins];
    bars.push(known.get(toDay(at)) ?? { from: toDay(at), to: toDay(step.next(at) - DAY_MS), total: 0, byGroup: {}, spread: 0 });
  }
  return bars.filter((bar) => bar.total > 0).length === bins.length ? bars : [...bins];
}

function barsOf(step: Step, first: number, last: number): Bar[] | null {
  const bars: Bar[] = [];
  for (let at = step.start(first); at <= last; at = step.next(at)) {
    if (bars.length >= MAX_BARS) return null;
    bars.push({ from: toDay(at), to: toDay(step.next(at) - DAY_MS), total: 0, byGroup: {}, spread: 0 });
  }
  return bars;
}

const VAGUE = new Set(['week', 'month', 'year']);

/** Bars over the whole time of the incidents, by the day each began; those known to a longer span only are spread over it. */
export function histogram(incidents: readonly Incident[]): Bar[] {
  const dated = incidents.flatMap(({ properties: p }) => {
    const ms = p.date_start ? toMs(p.date_start) : NaN;
    if (Number.isNaN(ms)) return [];
    const end = VAGUE.has(p.date_precision ?? '') && p.date_end ? toMs(p.date_end) : ms;
    return [{ ms, end: end >= ms ? end : ms, group: p.event_group }];
  });
  if (dated.length === 0) return [];
  const first = dated.reduce((least, d) => Math.min(least, d.ms), Infinity);
  const last = dated.reduce((most, d) => Math.max(most, d.end), -Infinity);
  const bars = STEPS.map((step) => barsOf(step, first, last)).find((made) => made !== null) ?? [];
  for (const { ms, end, group } of dated) {
    const at = barOf(bars, toDay(ms));
    const to = barOf(bars, toDay(end));
    if (to > at) {
      for (let i = at; i <= to; i++) bars[i]!.spread += 1 / (to - at + 1);
      continue;
    }
    const bar = bars[at];
    if (!bar) continue;
    bar.total += 1;
    bar.byGroup[group] = (bar.byGroup[group] ?? 0) + 1;
  }
  return bars;
}

/** The bar that a day lies in; before the first it is the first, after the last the last. */
export function barOf(bars: readonly Bar[], day: string): number {
  let low = 0;
  let high = Math.max(0, bars.length - 1);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (bars[middle]!.from <= day) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A window over the bars, both ends inclusive. */
export interface Window {
  from: number;
  to: number;
}

/** The window that a filter of days makes; open ends reach to the ends of the bars. */
export function windowOf(bars: readonly Bar[], from: string | null, to: string | null): Window {
  const last = Math.max(0, bars.length - 1);
  const window = { from: from ? barOf(bars, from) : 0, to: to ? barOf(bars, to) : last };
  return window.to < window.from ? { from: window.from, to: window.from } : window;
}

/** The window moved by a number of bars, its width kept, stopped at the ends. */
export function moved({ from, to }: Window, by: number, bars: number): Window {
  const step = Math.max(-from, Math.min(bars - 1 - to, by));
  return { from: from + step, to: to + step };
}

/** The next window of playback: it rolls on, or it grows from where it began; null at the end. */
export function nextFrame(window: Window, bars: number, cumulative: boolean): Window | null {
  if (window.to >= bars - 1) return null;
  return cumulative ? { from: window.from, to: window.to + 1 } : { from: window.from + 1, to: window.to + 1 };
}

/** Bars to write a date under: evenly chosen, at most so many, the first always. */
export function ticks(bars: readonly Bar[], most: number): number[] {
  const every = Math.max(1, Math.ceil(bars.length / most));
  return bars.flatMap((_, i) => (i % every === 0 && (i === 0 || bars.length - i >= every / 2) ? [i] : []));
}
