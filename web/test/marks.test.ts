// Marks count code points; JavaScript strings do not.
import { describe, expect, test } from 'vitest';
import { directionOf, runs, type Laid } from '../src/lib/marks';

function check(text: string, marks: Laid<string>[], expected: [string, ...string[]][]) {
  expect(runs(text, marks).map((run) => [run.text, ...run.kinds])).toEqual(expected);
}

describe('a marked text', () => {
  test('without marks is one run', () => check('fire', [], [['fire']]));
  test('without text is no run', () => check('', [{ start: 0, end: 3, kind: 'a' }], []));
  test('is cut at its marks', () => check('a fire in Osh', [{ start: 10, end: 13, kind: 'place' }, { start: 2, end: 6, kind: 'trigger' }], [['a '], ['fire', 'trigger'], [' in '], ['Osh', 'place']]));
  test('counts an emoji as one', () => check('🔥🔥 in Osh', [{ start: 6, end: 9, kind: 'place' }], [['🔥🔥 in '], ['Osh', 'place']]));
  test('counts Arabic vowel marks each', () => check('في ألماتي اليوم', [{ start: 3, end: 9, kind: 'place' }], [['في '], ['ألماتي', 'place'], [' اليوم']]));
  test('has both kinds where marks overlap', () => check('abcd', [{ start: 0, end: 3, kind: 'x' }, { start: 2, end: 4, kind: 'y' }], [['ab', 'x'], ['c', 'x', 'y'], ['d', 'y']]));
  test('drops what lies outside, and marks of no length', () => check('ab', [{ start: 1, end: 9, kind: 'x' }, { start: 5, end: 7, kind: 'y' }, { start: 1, end: 1, kind: 'z' }, { start: -4, end: 0, kind: 'w' }], [['a'], ['b', 'x']]));
  test('keeps every character of a hostile text', () => {
    const text = '<img src=x onerror=alert(1)>\u202e𝒳\u0000';
    expect(runs(text, [{ start: 1, end: 30, kind: 'x' }]).map((run) => run.text).join('')).toBe(text);
  });
});

test('a language has a direction', () => {
  expect(['ar', 'ar-EG', 'fa', 'kk', 'ru-RU', 'und', undefined].map(directionOf)).toEqual(['rtl', 'rtl', 'rtl', 'ltr', 'ltr', 'auto', 'auto']);
});
