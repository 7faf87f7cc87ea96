// Positions as people type them; the plus codes are those of the specification's own examples.
import { expect, test } from 'vitest';
import { parsePlusCode, parsePosition } from '../src/lib/coordinates';

const almaty = { lon: 76.9, lat: 43.25 };

test.each([
  ['43.25, 76.9', 43.25, 76.9],
  ['43.25 76.9', 43.25, 76.9],
  ['-1.29;36.82', -1.29, 36.82],
  ['43°15′N 76°54′E', 43.25, 76.9],
  ['43° 15\' 0" N, 76° 54\' 0" E', 43.25, 76.9],
  ['E76.9 N43.25', 43.25, 76.9],
  ['1.3 S 36.8 E', -1.3, 36.8],
  ['٤٣.٢٥، ٧٦.٩', 43.25, 76.9],
  ['33.5138 N, 36.2765 E', 33.5138, 36.2765],
])('%s is a position', (text, lat, lon) => {
  const found = parsePosition(text)!;
  expect(found.lat).toBeCloseTo(lat, 5);
  expect(found.lon).toBeCloseTo(lon, 5);
});

test.each(['', 'Almaty', '43.25', '93, 10', '10, 190', '43N 76N', '10°75′N 5°E', '8 January 2022', '1,2,3', '12 killed'])('%j is none', (text) => {
  expect(parsePosition(text)).toBeNull();
});

test.each([
  ['7FG49Q00+', 20.375, 2.775],
  ['7FG49QCJ+2V', 20.3700625, 2.7821875],
  ['7FG49QCJ+2VX', 20.3701125, 2.782234375],
  ['8FVC2222+22', 47.0000625, 8.0000625],
  ['4VCPPQGP+Q9', -41.2730625, 174.7859375],
])('%s is decoded', (code, lat, lon) => {
  const found = parsePlusCode(code, almaty)!;
  expect(found.lat).toBeCloseTo(lat, 6);
  expect(found.lon).toBeCloseTo(lon, 6);
});

test('a short code is the one nearest to where we are', () => {
  const whole = parsePlusCode('9C3W9QCJ+2V', almaty)!;
  const found = parsePlusCode('9QCJ+2V', { lat: 51.3701125, lon: -1.217765625 })!;
  expect(found.lat).toBeCloseTo(51.3700625, 6);
  expect(found.lon).toBeCloseTo(-1.2178125, 6);
  expect(whole.lat).toBeCloseTo(found.lat, 6);
});

test.each(['', 'hello', '+', '8FVC2222', 'ABCD+EF', 'X9999999+99', '9QCJ2+2V'])('%j is no plus code', (code) => {
  expect(parsePlusCode(code, almaty)).toBeNull();
});
