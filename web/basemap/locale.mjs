// Writes ../src/i18n/cldr/<lang>.json: the words of the calendar and of countries for interface languages that browsers do not
// carry. Chromium's own ICU has no Kazakh: it prints "2022 M01 4" and "Kazakhstan". From Unicode CLDR, as the basemap's names.
//   node locale.mjs kk
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const INTERFACE_LANGUAGES = ['ar', 'en', 'kk', 'ru'];

for (const lang of process.argv.slice(2)) {
  const { months, days } = require(`cldr-dates-full/main/${lang}/ca-gregorian.json`).main[lang].dates.calendars.gregorian;
  const { territories } = require(`cldr-localenames-full/main/${lang}/territories.json`).main[lang].localeDisplayNames;
  const { languages } = require(`cldr-localenames-full/main/${lang}/languages.json`).main[lang].localeDisplayNames;
  const regions = Object.fromEntries(Object.entries(territories).filter(([code]) => /^[A-Z]{2}$/.test(code) && code !== 'ZZ'));
  const out = {
    months: Object.values(months.format.wide),
    monthsShort: Object.values(months.format.abbreviated),
    weekdays: Object.values(days.format.wide),
    languages: Object.fromEntries(INTERFACE_LANGUAGES.map((code) => [code, languages[code]])),
    regions,
  };
  mkdirSync(new URL('../src/i18n/cldr/', import.meta.url), { recursive: true });
  writeFileSync(new URL(`../src/i18n/cldr/${lang}.json`, import.meta.url), `${JSON.stringify(out, null, 1)}\n`);
}
