// Sums by area: points find their area, holes are no part of it, and the classes of the scale are numbers people say.
import { expect, test } from 'vitest';
import { AreaIndex, classes, sums, type Area } from '../src/lib/areas';
import type { Incident } from '../src/lib/incident';

const square = (west: number, south: number, side: number) => [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]];
const area = (name: string, ...rings: number[][][]): Area => ({ type: 'Feature', geometry: { type: 'MultiPolygon', coordinates: [rings] }, properties: { geonameid: null, name, country: 'XX' } });
const at = (lon: number, lat: number, more = {}): Incident => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties: { id: `${lon},${lat}`, event_type: 'riot', event_group: 'unrest', status: 'reported', ...more } });

const west = area('west', square(0, 0, 10), square(4, 4, 2));
const east = area('east', square(10, 0, 10));
const index = new AreaIndex([west, east]);

test('a point is in the area around it, and in none in a hole or outside', () => {
  expect(index.at(1, 1)).toBe(west);
  expect(index.at(12, 1)).toBe(east);
  expect(index.at(5, 5)).toBeNull();
  expect(index.at(30, 5)).toBeNull();
});

test('incidents are counted, tolls added, and a whole country is in no area', () => {
  const incidents = [at(1, 1, { killed: 2, injured: 3 }), at(2, 2), at(12, 1), at(1, 2, { geo_precision: 3, feature: 'PCLI' })];
  const areaOf = (incident: Incident) => index.at(...(incident.geometry!.coordinates as [number, number]));
  expect(sums(incidents, areaOf, 'count').map(({ area, value }) => [area.properties.name, value])).toEqual([['west', 2], ['east', 1]]);
  expect(sums(incidents, areaOf, 'toll').map(({ value }) => value)).toEqual([5, 0]);
});

test.each([
  [[], []],
  [[1], [1]],
  [[1, 3], [1, 2, 3]],
  [[1, 100], [1, 2, 5, 10, 20]],
  [[8, 20_000], [1, 5, 50, 200, 2000]],
])('the classes of %j begin at %j', (values, starts) => {
  expect(classes(values)).toEqual(starts);
});
