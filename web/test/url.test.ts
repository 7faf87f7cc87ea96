// The address bar: what is written can be read, what is wrong is named, what is unknown is kept.
import { describe, expect, test } from 'vitest';
import { emptyFilter, type Filter } from '../src/lib/filter';
import { readHash, writeHash, type View } from '../src/lib/url';

function view(over: Partial<Omit<View, 'filter'>> & { filter?: Partial<Filter> } = {}): Omit<View, 'broken'> {
  return { camera: null, drawing: 'points', measure: 'count', side: 'list', embed: false, id: null, lang: null, theme: null, unknown: [], ...over, filter: { ...emptyFilter(), ...over.filter } };
}

function roundTrip(given: Omit<View, 'broken'>) {
  expect(readHash(`#${writeHash(given)}`)).toEqual({ ...given, broken: [] });
}

describe('the view in the address', () => {
  test('an empty view writes an empty address', () => {
    expect(writeHash(view())).toBe('');
    expect(readHash('')).toEqual({ ...view(), broken: [] });
  });

  test('every part of a view comes back', () => {
    roundTrip(
      view({
        camera: { zoom: 4.25, lat: 43.2567, lon: -76.9286 },
        filter: { from: '2022-01-01', to: '2022-01-10', kinds: ['riot', 'security'], countries: ['KZ', 'RU'], status: ['reported', 'denied'], q: 'газ & نفط = 100%', confidence: 0.5 },
        drawing: 'heat',
        measure: 'toll',
        side: 'review',
        embed: true,
        id: 'a1/b#2',
        lang: 'ar',
        theme: 'dark',
      }),
    );
  });

  test('a half-open time comes back', () => {
    roundTrip(view({ filter: { from: '2022-01-01' } }));
    roundTrip(view({ filter: { to: '2022-01-01' } }));
  });

  test('keys of a later version are kept', () => {
    const given = readHash('#map=3/40/50&play=fast&zoom%20level=a%26b');
    expect(given.unknown).toEqual([['play', 'fast'], ['zoom level', 'a&b']]);
    expect(given.broken).toEqual([]);
    expect(readHash(writeHash(given)).unknown).toEqual(given.unknown);
  });

  test('an address people can read', () => {
    expect(writeHash(view({ camera: { zoom: 4, lat: 43.2, lon: 76.9 }, filter: { from: '2022-01-01', to: '2022-01-10' } }))).toBe('map=4/43.2/76.9&t=2022-01-01,2022-01-10');
  });

  test.each([
    ['map=x', 'map'],
    ['map=4/91/0', 'map'],
    ['map=4/10', 'map'],
    ['map=4/10/20/30', 'map'],
    ['map=4//20', 'map'],
    ['t=2022-13-01,', 't'],
    ['t=2022-02-30,', 't'],
    ['t=2022-02-02,2022-02-01', 't'],
    ['c=protest,no_such_type', 'c'],
    ['s=', 's'],
    ['s=rumoured', 's'],
    ['min=2', 'min'],
    ['min=', 'min'],
    ['theme=pink', 'theme'],
  ])('%s is named as not understood', (hash, key) => {
    expect(readHash(hash).broken).toEqual([key]);
  });

  test('what is understood beside what is not is still used', () => {
    const read = readHash('c=protest,nonsense&t=yesterday&q=gas');
    expect(read.filter.kinds).toEqual(['protest']);
    expect(read.filter.q).toBe('gas');
    expect(read.filter.from).toBeNull();
    expect(read.broken).toEqual(['c', 't']);
  });

  test('a key named like a property of every object is only unknown', () => {
    expect(readHash('constructor=1&__proto__=2').broken).toEqual([]);
  });
});
