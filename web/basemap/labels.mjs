// Packs the names of cities for the basemap:
//   oqiga gazetteer labels | node labels.mjs        # writes labels.ndjson.gz
// One line a city: {"geonameid","lon","lat","population","rank","capital","country","name":{"en","ar"?,"ru"?,"kk"?}}.
// Packed here and not by a shell's gzip, so that the file is the same bytes on every machine.
import { readFileSync, writeFileSync } from 'node:fs';
import { gzip } from './pmtiles.mjs';

const lines = readFileSync(0, 'utf8').trim().split('\n');
const rows = lines.map((line) => JSON.parse(line));
if (rows.length < 10_000) throw new Error(`Only ${rows.length} cities came in; wanted what \`oqiga gazetteer labels\` prints`);
writeFileSync(new URL('labels.ndjson.gz', import.meta.url), gzip(Buffer.from(`${lines.join('\n')}\n`)));
const having = (lang) => rows.filter((row) => row.name[lang]).length;
console.log(`${rows.length} cities, ${rows.filter((row) => row.capital).length} capitals; named in ar ${having('ar')}, ru ${having('ru')}, kk ${having('kk')}`);
