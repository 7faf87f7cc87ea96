// Incidents summed by first-level area: which area a point lies in, how much each area holds, and the classes of a scale.
import type { Feature, FeatureCollection, MultiPolygon } from 'geojson';
import { isCountryLevel, lonLat, type Incident } from './incident';
import type { Measure } from './url';

export interface AreaProperties {
  geonameid: number | null;
  name: string | null;
  country: string;
}

export type Area = Feature<MultiPolygon, AreaProperties>;
export type Areas = FeatureCollection<MultiPolygon, AreaProperties>;

interface Boxed {
  area: Area;
  box: [number, number, number, number];
}

/** The areas of one country, ready to be asked which of them a point lies in. */
export class AreaIndex {
  readonly #boxed: Boxed[];

  constructor(readonly areas: readonly Area[]) {
    this.#boxed = areas.map((area) => ({ area, box: boxOf(area) }));
  }

  at(lon: number, lat: number): Area | null {
    const inside = this.#boxed.find(({ area, box: [w, s, e, n] }) => lon >= w && lon <= e && lat >= s && lat <= n && contains(area, lon, lat));
    return inside?.area ?? null;
  }
}

function boxOf(area: Area): Boxed['box'] {
  const box: Boxed['box'] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const polygon of area.geometry.coordinates) {
    for (const [lon, lat] of polygon[0] ?? []) {
      box[0] = Math.min(box[0], lon!);
      box[1] = Math.min(box[1], lat!);
      box[2] = Math.max(box[2], lon!);
      box[3] = Math.max(box[3], lat!);
    }
  }
  return box;
}

// Inside is what an odd number of rings surround, holes and islands alike.
function contains(area: Area, lon: number, lat: number): boolean {
  let inside = false;
  for (const ring of area.geometry.coordinates.flat()) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i] as [number, number];
      const [bx, by] = ring[j] as [number, number];
      if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

export interface Sum {
  area: Area;
  value: number;
  ids: string[];
}

export const toll = ({ properties: p }: Incident) => (p.killed ?? 0) + (p.injured ?? 0);

/** Sums by area. Incidents known to a country only, or off every outline, are in none. */
export function sums(incidents: readonly Incident[], areaOf: (incident: Incident) => Area | null, measure: Measure): Sum[] {
  const byArea = new Map<Area, Sum>();
  for (const incident of incidents) {
    if (isCountryLevel(incident) || lonLat(incident) === null) continue;
    const area = areaOf(incident);
    if (!area) continue;
    const sum = byArea.get(area) ?? { area, value: 0, ids: [] };
    sum.value += measure === 'count' ? 1 : toll(incident);
    sum.ids.push(incident.properties.id);
    byArea.set(area, sum);
  }
  return [...byArea.values()];
}

/** First values of up to five classes, each about as many times the one before, in numbers people say. */
export function classes(values: readonly number[], most = 5): number[] {
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  if (largest <= most) return Array.from({ length: largest }, (_, i) => i + 1);
  const step = largest ** (1 / most);
  const starts = Array.from({ length: most }, (_, i) => (i === 0 ? 1 : nice(step ** i)));
  return [...new Set(starts)].filter((start) => start <= largest);
}

function nice(n: number): number {
  const size = 10 ** Math.floor(Math.log10(n));
  const lead = [1, 2, 5, 10].findLast((one) => one * size <= n * 1.0001) ?? 1;
  return Math.max(2, lead * size);
}
