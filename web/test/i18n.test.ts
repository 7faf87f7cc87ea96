// Every language says everything: the same keys, the same holes, all plural forms that its grammar has.
import { describe, expect, test } from 'vitest';
import { spanOfDays } from '../src/i18n/cldr';
import kazakh from '../src/i18n/cldr/kk.json';
import { format, LANGUAGES, preferred, type Message } from '../src/i18n/i18n.svelte';
import { STATUSES, COUNTS } from '../src/lib/incident';
import { GROUPS, TYPES } from '../src/lib/taxonomy';

const english = LANGUAGES.en!;
const holes = (message: Message) => [...new Set(Object.values(typeof message === 'string' ? { other: message } : message).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

test('there are the four languages of the reports', () => {
  expect(Object.keys(LANGUAGES).sort()).toEqual(['ar', 'en', 'kk', 'ru']);
});

describe.each(Object.entries(LANGUAGES))('%s', (lang, messages) => {
  test('has the keys of English, no more and no fewer', () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(english).sort());
  });

  test('has the same holes in each message', () => {
    for (const [key, message] of Object.entries(messages)) expect([key, holes(message)]).toEqual([key, holes(english[key]!)]);
  });

  test('has every plural form of its grammar', () => {
    // Where this build of Node lacks a language, its rules are unknown here; `other` must then be enough.
    const categories = Intl.PluralRules.supportedLocalesOf([lang]).length > 0 ? new Intl.PluralRules(lang).resolvedOptions().pluralCategories : ['other'];
    for (const [key, message] of Object.entries(messages)) {
      if (typeof message === 'string') continue;
      for (const category of categories) expect(message[category], `${key} ${category}`).toBeTruthy();
    }
  });

  test('names its direction and itself', () => {
    expect(messages.$dir).toBe(lang === 'ar' ? 'rtl' : 'ltr');
    expect(messages.$name).toBeTruthy();
  });

  test('is not English left untranslated', () => {
    if (lang === 'en') return;
    const same = Object.entries(messages).filter(([key, message]) => JSON.stringify(message) === JSON.stringify(english[key]) && /[a-z]{4}/i.test(JSON.stringify(message).replace(/\{\w+\}/g, '')));
    expect(same.map(([key]) => key)).toEqual(['as_geojson']);
  });

  test('has a name for each type of the taxonomy', () => {
    for (const type of TYPES) expect(type.label[lang], type.id).toBeTruthy();
  });
});

test('groups, statuses and counts have their messages', () => {
  const wanted = [...GROUPS.map((group) => `group_${group.id}`), ...STATUSES.flatMap((status) => [`status_${status}`, `status_${status}_why`]), ...COUNTS.map((count) => `count_${count}`)];
  expect(wanted.filter((key) => !(key in english))).toEqual([]);
});

test('plural forms follow the number', () => {
  const say = (lang: string, n: number) => format(LANGUAGES[lang]!, lang, 'in_view', { n });
  expect([1, 2, 5, 21].map((n) => say('ru', n))).toEqual(['1 событие на экране', '2 события на экране', '5 событий на экране', '21 событие на экране']);
  expect([0, 1, 2, 3, 11, 100].map((n) => say('ar', n))).toEqual(['لا حوادث في المشهد', 'حادث واحد في المشهد', 'حادثان في المشهد', '3 حوادث في المشهد', '11 حادثًا في المشهد', '100 حادث في المشهد']);
});

test('the reader’s first language that we have is taken', () => {
  expect(preferred(['de-DE', 'kk-KZ', 'ru'])).toBe('kk');
  expect(preferred(['de'])).toBe('en');
});

test('Kazakh days are written in Kazakh where the browser cannot', () => {
  const span = (from: string, to: string, options: Intl.DateTimeFormatOptions) => spanOfDays(kazakh, new Date(from), new Date(to), options);
  const full: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric' };
  expect(span('2022-01-05', '2022-01-05', { ...full, weekday: 'long' })).toBe('2022 ж. 5 қаңтар, сәрсенбі');
  expect(span('2022-01-02', '2022-01-10', full)).toBe('2022 ж. 2–10 қаңтар');
  expect(span('2022-01-30', '2022-02-02', { day: 'numeric', month: 'short' })).toBe('30 қаң. – 2 ақп.');
});
