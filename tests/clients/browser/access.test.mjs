// Every main view by axe-core (WCAG 2.2 AA and best practice): four languages, light and dark, desktop and phone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ADDRESS, check, open, rows, settled, shot, violations } from './browser.mjs';

const REPORTS = {
  en: 'Rioters burned cars in Almaty on 5 January, police said. At least 12 people were injured.',
  ar: 'اندلعت أعمال شغب في ألماتي يوم الأحد، وأصيب 12 شخصا على الأقل بحسب الشرطة.',
  ru: 'В ночь на 6 января в Алматы протестующие подожгли здание акимата, ранены 12 полицейских.',
  kk: 'Сенбі күні Ақтауда жүздеген адам наразылық шеруіне шықты.',
};
const SIZES = { desktop: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } };

describe(`accessibility at ${ADDRESS}`, () => {
  for (const lang of Object.keys(REPORTS)) {
    for (const theme of ['light', 'dark']) {
      for (const [size, viewport] of Object.entries(SIZES)) {
        test(`${lang} ${theme} ${size}: list, filters, incident, share, report, correction, review`, async () => {
          const { page, seen, close } = await open(`lang=${lang}&theme=${theme}`, viewport);
          const look = async (view) => {
            assert.deepEqual(await violations(page), [], view);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${view} is no wider than the screen`);
            if (lang === 'ar' || theme === 'dark') await shot(page, `view-${lang}-${theme}-${size}-${view}`);
          };
          try {
            await settled(page);
            await page.locator('.filters .row button').first().click();
            await look('filters');
            await rows(page).first().click();
            await page.locator('section.panel').waitFor();
            await look('incident');
            await page.keyboard.press('Escape');
            await page.locator('header button[aria-haspopup="dialog"]').click();
            await page.getByRole('dialog').waitFor();
            await look('share');
            await page.keyboard.press('Escape');
            await page.locator('header .primary').click();
            await look('read');
            await page.locator('textarea').fill(REPORTS[lang]);
            await page.locator('input[type=date]').first().fill('2022-01-10');
            await page.locator('form button[type=submit]').click();
            await page.locator('.result').waitFor();
            await look('result');
            await rows(page).first().click();
            await page.locator('section.panel .foot button').first().click();
            await page.locator('section.panel form').waitFor();
            await look('correct');
            await page.goto(`${ADDRESS}/#lang=${lang}&theme=${theme}&p=review`);
            await page.locator('section.review').waitFor();
            await look('review');
            check(seen);
          } finally {
            await close();
          }
        });
      }
    }
  }
});
