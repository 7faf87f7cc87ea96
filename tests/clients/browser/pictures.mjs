// Makes the pictures of README.md and docs/ from the running page, so that they show what the program does:
// `OQIGA_URL=… npm run pictures`, against `oqiga serve --sample`. With names given, only those.
// Screenshots have few colours; a palette of 256 makes them a third of their size and no eye sees it.
import { writeFileSync } from 'node:fs';
import UPNG from 'upng-js';
import { ADDRESS, open, settled } from './browser.mjs';

const DOCS = new URL('../../../docs/', import.meta.url);
const COLOURS = 256;

async function save(page, name) {
  const raw = UPNG.decode(await page.screenshot());
  const bytes = UPNG.encode(UPNG.toRGBA8(raw), raw.width, raw.height, COLOURS);
  writeFileSync(new URL(name, DOCS), Buffer.from(bytes));
  console.log(`${name} ${Math.round(bytes.byteLength / 1024)} KB`);
}

const { features } = await fetch(`${ADDRESS}/collections/incidents/items?limit=500`).then((answer) => answer.json());

/** The id of the first incident of the sample that fits. */
function idOf(fits) {
  const found = features.find(({ properties }) => fits(properties));
  if (!found) throw new Error(`no incident fits ${fits}: the pictures want the sample`);
  return encodeURIComponent(found.properties.id);
}

const PICTURES = {
  'map.png': {
    address: () => `map=4.3/45.3/62&lang=en&theme=light&id=${idOf((p) => p.source_lang === 'ar' && p.place_name === 'Kyzylorda')}`,
  },
};

const wanted = process.argv.slice(2);
for (const [name, { address, size, act }] of Object.entries(PICTURES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { page, close } = await open(address(), size);
  try {
    await settled(page);
    await act?.(page);
    await save(page, name);
  } finally {
    await close();
  }
}
