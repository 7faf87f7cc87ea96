// The one filter: what passes, what a click on a kind does, and what is sent to the server.
import { describe, expect, test } from 'vitest';
import { emptyFilter, matches, toggleKind, toQuery, type Filter } from '../src/lib/filter';
import type { Incident, IncidentProperties } from '../src/lib/incident';
import { GROUPS } from '../src/lib/taxonomy';

function incident(over: Partial<IncidentProperties> = {}): Incident {
  const properties: IncidentProperties = { id: 'a', event_type: 'protest', event_group: 'unrest', status: 'reported', confidence: 0.8, date_start: '2022-01-04', date_end: '2022-01-05', place_name: 'Almaty', ...over };
  return { type: 'Feature', id: properties.id, geometry: null, properties };
}

function check(over: Partial<IncidentProperties>, filter: Partial<Filter>, expected: boolean) {
  expect(matches(incident(over), { ...emptyFilter(), ...filter })).toBe(expected);
}

describe('what passes', () => {
  test('only what is reported or claimed, unless asked', () => {
    check({ status: 'reported' }, {}, true);
    check({ status: 'claimed' }, {}, true);
    check({ status: 'denied' }, {}, false);
    check({ status: 'denied' }, { status: ['denied'] }, true);
  });

  test('a span of days passes when any of its days is inside', () => {
    check({}, { from: '2022-01-05', to: '2022-01-09' }, true);
    check({}, { from: '2022-01-01', to: '2022-01-04' }, true);
    check({}, { from: '2022-01-06' }, false);
    check({}, { to: '2022-01-03' }, false);
    check({ date_end: undefined }, { from: '2022-01-05' }, false);
  });

  test('an incident without a date passes only an open time', () => {
    check({ date_start: undefined, date_end: undefined }, {}, true);
    check({ date_start: undefined, date_end: undefined }, { from: '2000-01-01' }, false);
  });

  test('a group stands for its types', () => {
    check({}, { kinds: ['unrest'] }, true);
    check({}, { kinds: ['riot'] }, false);
    check({}, { kinds: ['flood', 'protest'] }, true);
  });

  test('confidence is at least', () => {
    check({ confidence: 0.5 }, { confidence: 0.5 }, true);
    check({ confidence: 0.49 }, { confidence: 0.5 }, false);
  });

  test('words are found without case, hamza, vowel marks and accents, in any order', () => {
    check({}, { q: 'ALMATY' }, true);
    check({ evidence_text: 'وقعت أعمال شغب في ألماتي' }, { q: 'الماتي اعمال' }, true);
    check({ evidence_text: 'اعتُقل ثمانية' }, { q: 'اعتقل' }, true);
    check({ place_name: 'Tórshavn' }, { q: 'torshavn' }, true);
    check({}, { q: 'almaty flood' }, false);
  });

  test('a type is found by its name in any language of the interface', () => {
    check({}, { q: 'наразылық' }, true);
    check({}, { q: 'احتجاج' }, true);
  });
});

describe('a click on a kind', () => {
  const unrest = GROUPS.find((group) => group.id === 'unrest')!;

  test('chooses a type, and a second click takes it back', () => {
    expect(toggleKind([], 'riot')).toEqual(['riot']);
    expect(toggleKind(['riot'], 'riot')).toEqual([]);
  });

  test('on a group takes its single types with it', () => {
    expect(toggleKind(['riot'], 'unrest')).toEqual(['unrest']);
    expect(toggleKind(['unrest'], 'unrest')).toEqual([]);
  });

  test('takes one type out of a chosen group', () => {
    const left = toggleKind(['unrest'], 'riot');
    expect(left).not.toContain('riot');
    expect(left).toHaveLength(unrest.types.length - 1);
  });

  test('that completes a group becomes the group', () => {
    const all = unrest.types.map((type) => type.id);
    expect(all.reduce(toggleKind, [] as string[])).toEqual(['unrest']);
  });

  test('that completes everything is the same as no choice', () => {
    expect(GROUPS.map((group) => group.id).reduce(toggleKind, [] as string[])).toEqual([]);
  });
});

test('the server is sent the same filter', () => {
  const query = toQuery({ from: '2022-01-01', to: null, kinds: ['politics', 'riot'], countries: ['KZ', 'UZ'], status: ['claimed', 'reported'], q: ' gas ', confidence: 0.5 });
  expect(Object.fromEntries(query)).toEqual({ datetime: '2022-01-01/..', country: 'KZ,UZ', type: 'riot,government_change,agreement', status: 'reported,claimed', min_confidence: '0.5', q: 'gas' });
});
