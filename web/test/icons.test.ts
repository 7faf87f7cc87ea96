// The signs: one of its own for each type of the taxonomy, and ink that can be seen on every group's colour.
import { expect, test } from 'vitest';
import { GROUPS, TYPES } from '../src/lib/taxonomy';
import { sign, SIGNED_TYPES } from '../src/map/icons';
import { compositionKey, inkOn, shapeOf } from '../src/map/images';

test('each type has a sign of its own', () => {
  expect(SIGNED_TYPES.sort()).toEqual(TYPES.map((type) => type.id).sort());
  expect(new Set(TYPES.map((type) => JSON.stringify(sign(type.id)))).size).toBe(TYPES.length);
});

test('an unknown type has the sign of other', () => {
  expect(sign('meteor_strike')).toEqual(sign('other'));
});

function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [r, g, bl] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * bl!;
  };
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return Math.max(x, y) / Math.min(x, y);
}

test.each(GROUPS.map((group) => [group.id, group.colour]))('the sign on %s has a contrast of 3 or more', (_, colour) => {
  expect(contrast(inkOn(colour), colour)).toBeGreaterThanOrEqual(3);
});

test('what is only claimed differs in shape, not just in colour', () => {
  expect([shapeOf('reported'), shapeOf('claimed'), shapeOf('denied')]).toEqual(['disc', 'diamond', 'hollow']);
});

test('a composition is named in the order of the taxonomy', () => {
  expect(compositionKey({ violence: 2, unrest: 1, politics: 0 })).toBe('unrest:1,violence:2');
});
