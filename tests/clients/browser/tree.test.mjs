// What a screen reader is told of the main views, as trees kept in snapshots/: a name that goes missing or a part that turns
// silent shows as a difference. Over invented incidents, so that no change of the analysis changes them.
// `UPDATE=1 npm run tree` writes them anew; read the difference before it is committed.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { make } from '../../../web/dev/incidents.mjs';
import { ADDRESS, check, open, settled } from './browser.mjs';

const FOLDER = new URL('./snapshots/', import.meta.url);
const features = make(6, 11);
const id = features.find((feature) => feature.geometry && feature.properties.place_candidates).id;

const VIEWS = {
  list: '',
  incident: `&id=${id}`,
  read: '&p=read',
  review: '&p=review',
};

describe(`the accessibility tree at ${ADDRESS}`, () => {
  for (const lang of ['en', 'ar']) {
    for (const [view, part] of Object.entries(VIEWS)) {
      test(`${lang} ${view} is told as before`, async () => {
        const { page, seen, close } = await open(`lang=${lang}&theme=light&map=3/43/66`);
        try {
          await page.route('**/conformance', (route) => route.fulfill({ json: { conformsTo: [] } }));
          await page.route('**/session', (route) => route.fulfill({ json: { write: false } }));
          await page.route('**/healthz', (route) => route.fulfill({ json: { documents: 6, incidents: 6 } }));
          await page.route('**/collections/incidents/items?*', (route) => route.fulfill({ json: { type: 'FeatureCollection', features, numberMatched: features.length } }));
          await page.goto(`${ADDRESS}/#lang=${lang}&theme=light&map=3/43/66${part}`);
          await page.reload();
          await settled(page);
          const tree = `${await page.locator('body').ariaSnapshot()}\n`;
          const file = new URL(`${view}.${lang}.yml`, FOLDER);
          if (process.env.UPDATE || !existsSync(file)) {
            assert.ok(process.env.UPDATE, `there is no snapshot ${view}.${lang}.yml; UPDATE=1 writes it`);
            mkdirSync(FOLDER, { recursive: true });
            writeFileSync(file, tree);
          }
          assert.equal(tree, readFileSync(file, 'utf8'));
          check(seen);
        } finally {
          await close();
        }
      });
    }
  }
});
