// The calendar and names of languages that this browser's Intl does not carry, from Unicode CLDR (basemap/locale.mjs).
// Chromium has no Kazakh. A browser that has the language is asked first, so this is only ever a stand-in.

export interface Words {
  months: string[];
  monthsShort: string[];
  weekdays: string[];
  languages: Record<string, string>;
  regions: Record<string, string>;
}

const files = import.meta.glob<Words>('./cldr/*.json', { eager: true, import: 'default' });

const JANUARY = new Date(Date.UTC(2022, 0, 15));
const known = new Map<string, Words | null>();

/** The words to use instead of Intl's, or null where Intl knows the language. */
export function standIn(lang: string): Words | null {
  const asked = known.get(lang);
  if (asked !== undefined) return asked;
  // Chromium lists Kazakh as supported and then writes January as "M01", so ask it to write and look.
  const written = new Intl.DateTimeFormat(lang, { month: 'long', timeZone: 'UTC' }).format(JANUARY);
  const words = /^M\d|^January$/.test(written) && lang !== 'en' ? (files[`./cldr/${lang}.json`] ?? null) : null;
  known.set(lang, words);
  return words;
}

// The order of CLDR's Kazakh patterns: year, day, month, weekday.
function one(words: Words, date: Date, options: Intl.DateTimeFormatOptions, withYear: boolean, day = String(date.getUTCDate())): string {
  const months = options.month === 'long' ? words.months : words.monthsShort;
  const text = `${withYear ? `${date.getUTCFullYear()} ж. ` : ''}${day} ${months[date.getUTCMonth()]}`;
  return options.weekday ? `${text}, ${words.weekdays[date.getUTCDay()]}` : text;
}

/** A day or a span of days in the words given. */
export function spanOfDays(words: Words, from: Date, to: Date, options: Intl.DateTimeFormatOptions): string {
  const withYear = options.year !== undefined;
  if (to <= from) return one(words, from, options, withYear);
  const sameMonth = from.getUTCFullYear() === to.getUTCFullYear() && from.getUTCMonth() === to.getUTCMonth();
  if (sameMonth) return one(words, from, options, withYear, `${from.getUTCDate()}–${to.getUTCDate()}`);
  const sameYear = from.getUTCFullYear() === to.getUTCFullYear();
  return `${one(words, from, options, withYear)} – ${one(words, to, options, withYear && !sameYear)}`;
}
