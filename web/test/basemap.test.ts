// The committed basemap itself: whose land each disputed place is drawn as, dashed lines, names, size.
// The policy is basemap/disputed.json; this reads the tiles, so that a rebuild with other data cannot change it unseen.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { expect, test } from 'vitest';
// @ts-expect-error -- a development script without types
import { open } from '../dev/pmtiles.mjs';

const bytes = readFileSync(new URL('../public/basemap.pmtiles', import.meta.url));
const read = open(bytes) as (z: number, x: number, y: number) => Uint8Array | null;

function tileOf(lon: number, lat: number, z: number): [number, number] {
  const sin = Math.sin((lat * Math.PI) / 180);
  return [Math.floor((lon / 360 + 0.5) * 2 ** z), Math.floor((0.5 - (0.25 * Math.log((1 + sin) / (1 - sin))) / Math.PI) * 2 ** z)];
}

function features(layer: string, lon: number, lat: number, z: number) {
  const [x, y] = tileOf(lon, lat, z);
  const found = new VectorTile(new PbfReader(gunzipSync(read(z, x, y)!))).layers[layer];
  return Array.from({ length: found?.length ?? 0 }, (_, i) => found!.feature(i).toGeoJSON(x, y, z));
}

type Ring = [number, number][];

function inRing(lon: number, lat: number, ring: Ring): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i]!, ring[j]!];
    if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function countryAt(lon: number, lat: number, z: number): string[] {
  return features('country', lon, lat, z).flatMap(({ geometry, properties }) => {
    const polygons = (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : []) as Ring[][];
    return polygons.some((rings) => rings.filter((ring) => inRing(lon, lat, ring)).length % 2 === 1) ? [String(properties!.iso)] : [];
  });
}

test.each([
  ['Simferopol', 34.1, 44.95, 'UA'],
  ['Sevastopol', 33.6, 44.6, 'UA'],
  ['Donetsk', 37.8, 48.0, 'UA'],
  ['Laâyoune', -13.1, 27.1, 'EH'],
  ['Tarfaya', -12.7, 27.95, 'MA'],
  ['North Nicosia', 33.36, 35.24, 'CY'],
  ['Hargeisa', 44.06, 9.56, 'SO'],
  ['Katzrin, Golan', 35.75, 33.0, 'SY'],
  ['Tiberias', 35.45, 32.78, 'IL'],
  ['Ramallah', 35.2, 31.9, 'PS'],
  ['Gaza', 34.45, 31.49, 'PS'],
  ['Pristina', 21.16, 42.66, 'XK'],
  ['Sukhumi', 41.05, 43.02, 'GE'],
  ['Tiraspol', 29.62, 46.85, 'MD'],
  ['Baikonur', 63.3, 45.75, 'KZ'],
  ['Almaty', 76.93, 43.25, 'KZ'],
])('%s is drawn in its country at every zoom where it is more than a dot', (_, lon, lat, iso) => {
  for (const z of [5, 6]) expect([z, countryAt(lon, lat, z)]).toEqual([z, [iso]]);
});

test.each([
  ['between Crimea and Kherson', 34.0, 46.1],
  ['along the Line of Control', 74.5, 34.6],
  ['round the Golan Heights', 35.64, 33.05],
  ['between Serbia and Kosovo', 21.2, 43.0],
])('a line is dashed %s', (_, lon, lat) => {
  expect(features('border', lon, lat, 6).some((line) => line.properties!.disputed === 1)).toBe(true);
});

test('the border of Morocco and Algeria has no gap where the territory was cut', () => {
  const heights = features('border', -8.6667, 28.2, 6).flatMap((line) => (line.geometry.type === 'LineString' ? [line.geometry.coordinates] : line.geometry.type === 'MultiLineString' ? line.geometry.coordinates : [])).flatMap((points) => points.slice(1).map((to, i) => [points[i]!, to]));
  expect(heights.some(([a, b]) => Math.abs(a![0]! + 8.6667) < 0.02 && Math.abs(b![0]! + 8.6667) < 0.02 && Math.min(a![1]!, b![1]!) < 28.2 && Math.max(a![1]!, b![1]!) > 28.2)).toBe(true);
});

function nameOfCity(lon: number, lat: number, name: string) {
  return features('city', lon, lat, 6).find((city) => city.properties!.name === name)?.properties;
}

test('cities have today’s names in the four languages, and not their stale ones', () => {
  expect(nameOfCity(65.5, 44.85, 'Kyzylorda')).toMatchObject({ name_ru: 'Кызылорда', name_kk: 'Қызылорда' });
  expect(nameOfCity(69.6, 42.3, 'Shymkent')).toMatchObject({ name_ru: 'Шымкент', name_kk: 'Шымкент', name_ar: 'شيمكنت' });
  expect(nameOfCity(76.9, 43.25, 'Almaty')).toMatchObject({ name_ru: 'Алматы', name_ar: 'ألماتي' });
  expect(nameOfCity(71.45, 51.18, 'Astana')).toMatchObject({ name_ru: 'Астана', capital: 1 });
});

test('names have no vowel marks, which the map’s shaping would tear apart', () => {
  for (const [lon, lat] of [[44.4, 33.3], [36.3, 33.5], [31.2, 30.0], [3.0, 36.7]] as const) {
    for (const layer of ['city', 'admin1_label', 'country_label']) {
      for (const { properties } of features(layer, lon, lat, 6)) expect(String(properties!.name_ar ?? '')).not.toMatch(/[\u064B-\u0652]/);
    }
  }
});

test('the basemap stays small enough to live in the repository', () => {
  expect(bytes.length).toBeLessThan(6_200_000);
});
