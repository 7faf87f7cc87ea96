// Corrections: only what differs is sent, the page shows what the server will have, and a correction can be taken back.
import { expect, test } from 'vitest';
import { applied, inverse, isNothing, patched, patchOf } from '../src/lib/edit';
import type { Incident } from '../src/lib/incident';

const incident: Incident = {
  type: 'Feature',
  id: 'a',
  geometry: { type: 'Point', coordinates: [76.9, 43.25] },
  properties: { id: 'a', event_type: 'riot', event_group: 'unrest', status: 'reported', place_name: 'Almaty', country: 'KZ', admin1: 'Almaty', geonameid: 1, feature: 'PPLA', geo_precision: 1, date_start: '2022-01-05', date_end: '2022-01-05', date_precision: 'day', killed: 12, killed_qualifier: 'at_least', flags: ['ambiguous_place', 'claimed'], title: 'Riot in Almaty' },
};

test('what was not changed is not sent', () => {
  expect(isNothing(patchOf(incident, {}))).toBe(true);
  expect(isNothing(patchOf(incident, { event_type: 'riot', status: 'reported', from: '2022-01-05', counts: { killed: 12 } }))).toBe(true);
});

test('another type brings its group and title', () => {
  expect(patchOf(incident, { event_type: 'bombing' }).properties).toMatchObject({ event_type: 'bombing', event_group: 'violence', title: expect.stringContaining('in Almaty') });
});

test('a count that an editor writes is exact, and one taken away is gone', () => {
  expect(patchOf(incident, { counts: { killed: 13 } }).properties).toEqual({ killed: 13, killed_qualifier: 'exact' });
  expect(applied(incident, { counts: { killed: null } }).properties).not.toHaveProperty('killed');
});

test('days in the wrong order are put right, and a date taken away takes both', () => {
  expect(patchOf(incident, { from: '2022-01-07' }).properties).toMatchObject({ date_start: '2022-01-05', date_end: '2022-01-07', date_precision: 'range' });
  expect(applied(incident, { from: null }).properties.date_end).toBeUndefined();
});

test('a chosen place moves the pin and ends the doubt about it', () => {
  const patch = patchOf(incident, { place: { lon: 51.16, lat: 43.65, name: 'Aktau', country: 'KZ', feature: 'PPLA', geonameid: 2 } });
  expect(patch.geometry).toEqual({ type: 'Point', coordinates: [51.16, 43.65] });
  expect(patch.properties).toMatchObject({ place_name: 'Aktau', geonameid: 2, admin1: null, geo_precision: 1, place_source: 'editor', flags: ['claimed'] });
});

test('a country chosen by hand is a country, not a spot', () => {
  expect(patchOf(incident, { place: { lon: 66, lat: 48, name: 'Kazakhstan', feature: 'PCLI' } }).properties.geo_precision).toBe(3);
});

test('the inverse of a correction gives the incident back', () => {
  const patch = patchOf(incident, { event_type: 'protest', counts: { killed: null, injured: 3 }, place: { lon: 1, lat: 2, name: 'X' }, to: '2022-01-09' });
  expect(patched(patched(incident, patch), inverse(incident, patch))).toEqual(incident);
});
