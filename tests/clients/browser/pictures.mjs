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

const GUIDE = { width: 1180, height: 720 };
const ENGLISH = 'lang=en&theme=light';
const REPORT = `اندلعت أعمال شغب في ألماتي يوم الأحد، وأصيب 12 شخصا على الأقل بحسب الشرطة.
وفي أكتاو خرج مئات المتظاهرين إلى الشوارع احتجاجا على ارتفاع أسعار الغاز.`;

const PICTURES = {
  'map.png': {
    address: () => `map=4.3/45.3/62&${ENGLISH}&id=${idOf((p) => p.source_lang === 'ar' && p.place_name === 'Kyzylorda')}`,
  },
  'map/time.png': {
    address: () => `map=3.9/46/60&${ENGLISH}&t=2022-01-01,2022-12-31`,
    size: GUIDE,
  },
  'map/areas.png': {
    address: () => `map=3.9/46/60&${ENGLISH}&m=areas`,
    size: GUIDE,
  },
  'map/report.png': {
    address: () => `${ENGLISH}&p=read`,
    size: GUIDE,
    async act(page) {
      await page.locator('textarea').fill(REPORT);
      await page.getByLabel('Published on').fill('2022-01-10');
      await page.keyboard.press('Control+Enter');
      await page.locator('.result').waitFor();
      await page.locator('button.row').first().click();
      await page.getByRole('button', { name: 'Correct', exact: true }).click();
      await settled(page);
    },
  },
  'map/review.png': {
    // As it is for somebody who may write.
    address: () => `${ENGLISH}&p=review`,
    size: GUIDE,
    async act(page) {
      await page.route('**/session', (route) => route.fulfill({ json: { write: true } }));
      await page.route('**/conformance', (route) => route.fulfill({ json: { conformsTo: ['http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update'] } }));
      await page.reload();
      await page.locator('section.panel').waitFor();
      await settled(page);
    },
  },
  'map/share.png': {
    address: () => `map=4/45/62&${ENGLISH}&c=disaster`,
    size: GUIDE,
    async act(page) {
      await page.getByRole('button', { name: 'Share' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  'map/phone.png': {
    address: () => 'map=3.4/44/60&lang=ar&theme=dark',
    size: { width: 390, height: 780 },
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
