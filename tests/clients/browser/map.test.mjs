// The browser map against a running server: `OQIGA_URL='http://127.0.0.1:8080/#key=…' npm test`, the address as it was printed.
// Needs /usr/bin/chromium (or CHROMIUM), and incidents on the server: `oqiga serve --sample`, or `node web/dev/mock.mjs`.
// Screenshots of every view land in `out/` (or OQIGA_SHOTS), to be looked at by a person.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { ADDRESS, check, hash, KEY, open, rows, settled, shot, violations } from './browser.mjs';

const ARABIC = [
  'اندلعت أعمال شغب في ألماتي يوم الأحد، وأصيب 12 شخصا على الأقل بحسب الشرطة.',
  'وفي أكتاو خرج مئات المتظاهرين إلى الشوارع احتجاجا على ارتفاع أسعار الغاز.',
].join('\n');

describe(`the map at ${ADDRESS}`, () => {
  let some;
  before(async () => {
    const answer = await fetch(`${ADDRESS}/collections/incidents/items?limit=50`);
    assert.ok(answer.ok, `the server answers (${answer.status})`);
    some = (await answer.json()).features;
    assert.ok(some.length >= 3, 'the server has incidents; start it with --sample');
  });

  const views = {
    light: ['lang=en&theme=light', {}],
    dark: ['lang=en&theme=dark', {}],
    arabic: ['lang=ar&theme=light', {}],
    'arabic-dark': ['lang=ar&theme=dark', {}],
    russian: ['lang=ru&theme=light', {}],
    kazakh: ['lang=kk&theme=light', {}],
    phone: ['lang=en&theme=light', { width: 390, height: 844 }],
    'phone-arabic-dark': ['lang=ar&theme=dark', { width: 390, height: 844 }],
  };
  for (const [name, [address, size]] of Object.entries(views)) {
    test(`${name}: shows incidents, is accessible, asks no other host`, async () => {
      const { page, seen, close } = await open(address, size);
      try {
        await settled(page);
        assert.ok((await rows(page).count()) > 0, 'the list has incidents');
        await shot(page, name);
        assert.deepEqual(await violations(page), []);
        assert.equal(await page.evaluate(() => document.documentElement.dir), name.includes('arabic') ? 'rtl' : 'ltr');
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than the screen');
        await check(seen);
      } finally {
        await close();
      }
    });
  }

  test('an incident is opened from the list by keyboard, stands in the address, and closes with Escape', async () => {
    const { page, seen, close } = await open('lang=en&theme=light');
    try {
      await settled(page);
      await rows(page).first().focus();
      await page.keyboard.press('ArrowDown');
      const id = await page.evaluate(() => document.activeElement.dataset.id);
      assert.ok(id && id === (await rows(page).nth(1).getAttribute('data-id')), 'the arrow moved to the second incident');
      await page.keyboard.press('Enter');
      const panel = page.locator('section.panel');
      await panel.waitFor();
      assert.ok((await hash(page)).includes(`id=${encodeURIComponent(id)}`));
      await settled(page);
      await shot(page, 'incident');
      assert.deepEqual(await violations(page), []);
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
      assert.ok(!(await hash(page)).includes('id='));
      // The focus is back where it was.
      await page.locator(`button.row[data-id="${id}"]:focus`).waitFor();
      await check(seen);
    } finally {
      await close();
    }
  });

  test('the evidence is shown in its own direction, with its marks on the right words', async () => {
    const incident = some.find((f) => f.properties.source_lang === 'ar' && f.properties.evidence_marks?.length) ?? some.find((f) => f.properties.evidence_marks?.length);
    const { evidence_text, evidence_marks, source_lang } = incident.properties;
    const { page, seen, close } = await open(`lang=en&theme=light&id=${encodeURIComponent(incident.properties.id)}`);
    try {
      await settled(page);
      const quote = page.locator('section.panel blockquote');
      assert.equal(await quote.innerText(), evidence_text.replace(/\s+/g, ' ').trim());
      assert.equal(await quote.getAttribute('dir'), source_lang === 'ar' ? 'rtl' : 'ltr');
      const marked = await quote.locator('mark').allInnerTexts();
      const points = Array.from(evidence_text);
      for (const { start, end } of evidence_marks) {
        const words = points.slice(start, end).join('');
        assert.ok(marked.join('').includes(words) || marked.includes(words), `“${words}” is marked`);
      }
      await shot(page, 'evidence');
      await check(seen);
    } finally {
      await close();
    }
  });

  test('an address brings back view, filter and theme', async () => {
    const { page, seen, close } = await open('map=5/43.25/76.9&lang=ru&theme=dark&q=zzzz-nothing&later=1');
    try {
      await settled(page);
      assert.equal(await rows(page).count(), 0);
      await page.getByRole('heading', { name: 'Под эти фильтры ничего не подходит' }).waitFor();
      await shot(page, 'no-match');
      await page.getByRole('button', { name: 'Сбросить фильтры' }).first().click();
      await settled(page);
      const now = await hash(page);
      assert.match(now, /map=5\/43\.25\/76\.9/);
      assert.match(now, /later=1/, 'a key of a later version is kept');
      assert.doesNotMatch(now, /q=/);
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
      await check(seen);
    } finally {
      await close();
    }
  });

  test('what an address says wrong is named and the rest is used', async () => {
    const { page, seen, close } = await open('lang=en&t=2022-99-99&theme=light');
    try {
      await settled(page);
      await page.getByText('Part of this address was not understood').waitFor();
      assert.ok((await rows(page).count()) > 0);
      await check(seen);
    } finally {
      await close();
    }
  });

  test('a filter changes the list and the address', async () => {
    const { page, seen, close } = await open('lang=en&theme=light');
    try {
      await settled(page);
      const group = page.locator('button.group:not([disabled])').first();
      const count = Number((await group.locator('.n').innerText()).replace(/\D/g, ''));
      await group.click();
      await settled(page);
      assert.match(await hash(page), /c=\w+/);
      const all = await page.locator('#list').innerText();
      assert.ok(Number(all.match(/\d+/)[0]) <= count, `${all} is no more than ${count}`);
      await check(seen);
    } finally {
      await close();
    }
  });

  test('an Arabic report is read: its incidents are listed, its text is marked, nothing is stored', async () => {
    const { page, seen, close } = await open('lang=en&theme=light');
    try {
      await settled(page);
      const before = await fetch(`${ADDRESS}/collections/incidents/items?limit=1`).then((r) => r.json());
      await page.getByRole('button', { name: 'Read a report' }).click();
      await page.getByLabel('Text of the report').fill(ARABIC);
      await page.getByLabel('Published on').fill('2022-01-10');
      await shot(page, 'paste');
      assert.deepEqual(await violations(page), []);
      await page.getByRole('button', { name: 'Find incidents' }).click();
      await page.locator('.result').waitFor({ timeout: 60_000 });
      await settled(page);
      assert.ok((await rows(page).count()) >= 1, 'at least one incident is found');
      assert.equal(await page.locator('.result .text').innerText(), ARABIC);
      assert.equal(await page.locator('.result .text').getAttribute('dir'), 'rtl');
      assert.ok((await page.locator('.result .text mark').count()) >= 1, 'something is marked');
      await shot(page, 'read');
      assert.deepEqual(await violations(page), []);
      await rows(page).first().click();
      await page.locator('section.panel').waitFor();
      await settled(page);
      await shot(page, 'read-incident');
      const now = await fetch(`${ADDRESS}/collections/incidents/items?limit=1`).then((r) => r.json());
      assert.equal(now.numberMatched, before.numberMatched);
      await check(seen);
    } finally {
      await close();
    }
  });

  test('with the key of the server a report is saved, and the key leaves the address', { skip: !KEY && 'give OQIGA_URL as the server printed it, key included (it will store a report)' }, async () => {
    const { page, seen, close } = await open(`key=${KEY}&lang=en&theme=light`);
    try {
      await settled(page);
      assert.doesNotMatch(await hash(page), /key/);
      const counted = () => fetch(`${ADDRESS}/collections/incidents/items?limit=1`).then((r) => r.json()).then((r) => r.numberMatched);
      const before = await counted();
      await page.getByRole('button', { name: 'Read a report' }).click();
      await page.getByLabel('Text of the report').fill(`Rioters burned cars in Shymkent on 6 January, police said. Report ${Date.now()}.`);
      await page.getByLabel('Published on').fill('2022-01-10');
      await page.getByRole('button', { name: 'Find incidents' }).click();
      await page.getByRole('button', { name: 'Save to the map' }).click();
      await page.getByText(/^Saved: \d/).waitFor();
      assert.ok((await counted()) > before, 'the server has more incidents');
      await shot(page, 'saved');
      const { conformsTo } = await fetch(`${ADDRESS}/conformance`).then((answer) => answer.json());
      if (conformsTo.some((uri) => uri.includes('ogcapi-features-4'))) {
        // What was kept is put right, which stands in its history, and can be taken back.
        await page.locator('.result button.row').first().waitFor();
        const id = await page.locator('.result button.row').first().getAttribute('data-id');
        await page.goto(`${ADDRESS}/#lang=en&theme=light&id=${encodeURIComponent(id)}`);
        await page.reload();
        await page.locator('section.panel').waitFor();
        await page.getByRole('button', { name: 'Correct', exact: true }).click();
        await page.locator('section.panel form').getByLabel('injured').fill('5');
        await page.locator('section.panel form').getByLabel('Note').fill('по телефону');
        await page.getByRole('button', { name: 'Save the correction' }).click();
        await page.getByText('Put right by an editor').waitFor();
        await page.getByRole('heading', { name: 'History' }).waitFor();
        await page.locator('section.panel').getByText('по телефону').waitFor();
        const kept = () => fetch(`${ADDRESS}/collections/incidents/items/${encodeURIComponent(id)}`).then((answer) => answer.json());
        assert.equal((await kept()).properties.injured, 5);
        await shot(page, 'history');
        assert.deepEqual(await violations(page), []);
        await page.locator('section.panel .foot').getByRole('button', { name: 'Undo' }).click();
        await page.getByText('Put right by an editor').waitFor({ state: 'detached' });
        assert.equal((await kept()).properties.injured, undefined);
      }
      await check(seen);
    } finally {
      await close();
    }
  });

  test('a report is text: markup in it is shown, not run', async () => {
    const { page, seen, close } = await open('lang=en&theme=light');
    try {
      await settled(page);
      const hostile = 'Rioters burned cars in Almaty on 5 January. <img src=x onerror="document.title=1"><script>document.title=2</script>';
      await page.getByRole('button', { name: 'Read a report' }).click();
      await page.getByLabel('Text of the report').fill(hostile);
      await page.getByRole('button', { name: 'Find incidents' }).click();
      await page.locator('.result .text').waitFor({ timeout: 60_000 });
      assert.equal(await page.locator('.result .text').innerText(), hostile);
      assert.equal(await page.locator('.result .text img, .result .text script').count(), 0);
      assert.match(await page.title(), /^Oqiga/);
      await check(seen);
    } finally {
      await close();
    }
  });

  test('a place is found by name and flown to', async () => {
    const { page, seen, close } = await open('lang=en&theme=light&map=2/20/0');
    try {
      await settled(page);
      await page.getByRole('combobox', { name: 'Find places and incidents' }).fill('Almaty');
      await page.getByRole('option').first().waitFor();
      await shot(page, 'place-search');
      assert.deepEqual(await violations(page), []);
      await page.keyboard.press('Enter');
      await settled(page);
      const [, lat, lon] = (await hash(page)).match(/map=[\d.]+\/([\d.-]+)\/([\d.-]+)/).map(Number);
      assert.ok(Math.abs(lat - 43.25) < 1.5 && Math.abs(lon - 76.9) < 1.5, `flew to ${lat}, ${lon}`);
      await check(seen);
    } finally {
      await close();
    }
  });

  test('the way to read the map is a dialog that takes and gives back the focus', async () => {
    const { page, seen, close } = await open('lang=en&theme=light');
    try {
      await settled(page);
      await page.getByRole('button', { name: 'How to read this map' }).click();
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await violations(page), []);
      await shot(page, 'about');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'How to read this map');
      await check(seen);
    } finally {
      await close();
    }
  });

  test('a server that fails is said so, and can be asked again', async () => {
    const { page, close } = await open('lang=en&theme=light');
    try {
      await settled(page);
      let failing = true;
      await page.route('**/collections/incidents/items?*', (route) => (failing ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ title: 'Busy', status: 503, detail: 'The store is being rebuilt.' }) }) : route.continue()));
      await page.reload();
      await page.getByText('The store is being rebuilt.').waitFor();
      await settled(page);
      await shot(page, 'server-down');
      assert.deepEqual(await violations(page), []);
      failing = false;
      await page.getByRole('button', { name: 'Try again' }).click();
      await rows(page).first().waitFor();
    } finally {
      await close();
    }
  });

  test('an empty map says what to do', async () => {
    const { page, close } = await open('lang=en&theme=light');
    try {
      await settled(page);
      await page.route('**/collections/incidents/items?*', (route) => route.fulfill({ status: 200, contentType: 'application/geo+json', body: JSON.stringify({ type: 'FeatureCollection', features: [], numberMatched: 0, numberReturned: 0 }) }));
      await page.reload();
      await page.getByRole('heading', { name: 'No incidents yet' }).waitFor();
      await settled(page);
      await shot(page, 'empty');
      assert.deepEqual(await violations(page), []);
    } finally {
      await close();
    }
  });
});
