// The words of the interface. A language is one file in messages/: adding it there is all there is to adding a language.
// Numbers, dates, lists and plural forms come from the browser's own Intl.
import { spanOfDays, standIn } from './cldr';
import en from './messages/en.json';

export type Message = string | Record<string, string>;
export type Key = keyof typeof en;
type Messages = Record<string, Message>;
type Params = Record<string, string | number>;

const files = import.meta.glob<Messages>('./messages/*.json', { eager: true, import: 'default' });

export const LANGUAGES: Record<string, Messages> = Object.fromEntries(
  Object.entries(files)
    .map(([path, messages]): [string, Messages] => [path.replace(/^.*\/|\.json$/g, ''), messages])
    .sort(([a], [b]) => (a === 'en' ? -1 : b === 'en' ? 1 : a < b ? -1 : 1)),
);

export function isLanguage(lang: string | null | undefined): lang is string {
  return !!lang && Object.hasOwn(LANGUAGES, lang);
}

/** The language to start with: the first of the reader's own that we have. */
export function preferred(wanted: readonly string[]): string {
  return wanted.map((tag) => tag.split('-')[0]).find((tag) => isLanguage(tag)) ?? 'en';
}

const current = $state({ lang: 'en' });

export const i18n = {
  get lang() {
    return current.lang;
  },
  set lang(lang: string) {
    if (isLanguage(lang)) current.lang = lang;
  },
  get dir() {
    return LANGUAGES[current.lang]!.$dir as 'ltr' | 'rtl';
  },
};

/** English dates with the day first, as newsrooms outside America write them. Latin digits everywhere: tables and maps of the region print them in all four languages, and they copy well. */
function locale(lang: string): string {
  if (lang === 'en') return 'en-GB-u-nu-latn';
  // Where the browser lacks the language, Russian numbers (1 234,5) are nearer to Kazakh ones than the browser's default.
  return `${standIn(lang) ? 'ru' : lang}-u-nu-latn`;
}

const made = new Map<string, unknown>();

function cached<T>(key: string, make: () => T): T {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

export function format(messages: Messages, lang: string, key: string, params: Params = {}): string {
  const message = messages[key] ?? LANGUAGES.en![key] ?? key;
  const count = typeof params.n === 'number' ? params.n : 0;
  const text =
    typeof message === 'string' ? message : (message[cached(`plural ${lang}`, () => new Intl.PluralRules(lang)).select(count)] ?? message.other ?? '');
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = params[name];
    return value === undefined ? hole : typeof value === 'number' ? number(value) : value;
  });
}

/** The message in the reader's language; `{n}` chooses the plural form. */
export function t(key: Key, params?: Params): string {
  return format(LANGUAGES[current.lang]!, current.lang, key, params);
}

/** A message whose key is made from data, such as a status; `fallback` when there is none. */
export function tt(key: string, fallback: string, params?: Params): string {
  return Object.hasOwn(LANGUAGES.en!, key) ? t(key as Key, params) : fallback;
}

export function number(n: number, options: Intl.NumberFormatOptions = {}): string {
  const lang = current.lang;
  return cached(`number ${lang} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale(lang), options)).format(n);
}

export function percent(n: number): string {
  return number(n, { style: 'percent', maximumFractionDigits: 0 });
}

export function kilometres(km: number): string {
  return number(km, { style: 'unit', unit: 'kilometer', unitDisplay: 'short', maximumSignificantDigits: km < 10 ? 1 : 2 });
}

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const lang = current.lang;
  return cached(`date ${lang} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(`${locale(lang).replace('-u-', '-u-ca-gregory-')}`, { timeZone: 'UTC', ...options }));
}

const atNoon = (day: string) => new Date(`${day.slice(0, 10)}T12:00:00Z`);

/** A day, or a span of days; the browser knows how each language writes a span. */
export function days(from: string, to?: string | null, options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' }): string {
  const [first, last] = [atNoon(from), atNoon(to ?? from)];
  if (Number.isNaN(first.getTime())) return from;
  const words = standIn(current.lang);
  if (words) return spanOfDays(words, first, Number.isNaN(last.getTime()) ? first : last, options);
  if (Number.isNaN(last.getTime()) || last <= first) return dates(options).format(first);
  return dates(options).formatRange(first, last);
}

/** The name of a country or a language in the reader's language, where the browser knows it. */
export function nameOf(kind: 'region' | 'language', code: string | undefined): string {
  if (!code) return '';
  const lang = current.lang;
  const words = standIn(lang);
  if (words) return (kind === 'region' ? words.regions : words.languages)[code] ?? code;
  try {
    return cached(`${kind} ${lang}`, () => new Intl.DisplayNames([lang], { type: kind })).of(code) ?? code;
  } catch {
    return code;
  }
}
