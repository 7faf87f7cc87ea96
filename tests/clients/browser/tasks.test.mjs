// What people do with the map, each done as they would do it, most of it by keyboard alone.
// Corrections need OGC API – Features Part 4 on the server; where it is missing, its answers are played here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { ADDRESS, check, hash, open, rows, settled, shot, violations } from './browser.mjs';

const START = 'lang=en&theme=light';
const RIOT = 'Rioters burned cars in Shymkent on 6 January, killing 3 people, police said. Two days later a gas explosion in Aktau injured 14 workers.';

/** Runs a test in a page of its own, and looks for foreign requests and errors at its end. */
async function within(address, work, options) {
  const { page, seen, close } = await open(address, options);
  try {
    await settled(page);
    await work(page, seen);
    check(seen);
  } finally {
    await close();
  }
}

const count = async (page) => Number((await page.locator('#list').innerText()).match(/\d+/)[0]);
const key = async (page, ...keys) => {
  for (const one of keys) await page.keyboard.press(one);
};

/** Plays a server that takes corrections: what is sent is kept here and given back. */
async function playCorrections(page, features) {
  const kept = new Map(features.map((feature) => [feature.id, structuredClone(feature)]));
  const sent = [];
  await page.route('**/conformance', (route) => route.fulfill({ json: { conformsTo: ['http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update'] } }));
  await page.route('**/session', (route) => route.fulfill({ json: { write: true } }));
  await page.route('**/changes?*', (route) => route.fulfill({ contentType: 'text/event-stream', body: 'retry: 600000\n\n' }));
  await page.route('**/revisions', (route) => {
    const id = decodeURIComponent(new URL(route.request().url()).pathname.split('/').at(-2));
    const mine = sent.filter((one) => one.id === id);
    const at = '2026-01-02T03:04:05Z';
    return route.fulfill({ json: { id, revisions: [{ number: 1, at, who: 'program', why: 'ingest', action: 'create' }, ...mine.map(({ method, note }, i) => ({ number: i + 2, at, who: 'browser', why: note, action: method === 'DELETE' ? 'delete' : 'update' }))] } });
  });
  await page.route(/\/collections\/incidents\/items\/[^/]+$/, async (route) => {
    const request = route.request();
    const id = decodeURIComponent(new URL(request.url()).pathname.split('/').at(-1));
    const method = request.method();
    if (method !== 'GET') sent.push({ method, id, match: request.headers()['if-match'], note: decodeURIComponent(request.headers()['oqiga-note'] ?? ''), body: request.postData() && JSON.parse(request.postData()) });
    const was = kept.get(id);
    if (method === 'DELETE') kept.delete(id);
    else if (method === 'PUT') kept.set(id, JSON.parse(request.postData()));
    else if (method === 'PATCH') {
      const patch = JSON.parse(request.postData());
      const properties = Object.fromEntries(Object.entries({ ...was.properties, ...patch.properties }).filter(([, value]) => value !== null));
      kept.set(id, { ...was, ...(patch.geometry !== undefined && { geometry: patch.geometry }), properties });
    }
    if (!kept.has(id)) return route.fulfill(method === 'DELETE' ? { status: 204 } : { status: 404, json: { title: 'Not found', status: 404 } });
    return route.fulfill({ json: kept.get(id), headers: { ETag: `"${sent.length}"` } });
  });
  return sent;
}

describe(`tasks on the map at ${ADDRESS}`, () => {
  let some;
  before(async () => {
    some = (await fetch(`${ADDRESS}/collections/incidents/items?limit=200`).then((answer) => answer.json())).features;
    assert.ok(some.length >= 5, 'the server has incidents; start it with --sample');
  });

  test('back and forward step through the filter and what is open', () =>
    within(START, async (page) => {
      const all = await count(page);
      await page.locator('button.group:not([disabled])').first().click();
      await settled(page);
      const few = await count(page);
      assert.ok(few < all);
      await rows(page).first().click();
      await page.locator('section.panel').waitFor();
      await page.getByRole('button', { name: 'Close' }).click();
      await page.locator('section.panel').waitFor({ state: 'detached' });
      await page.goBack();
      await page.locator('section.panel').waitFor();
      await page.goBack();
      await page.locator('section.panel').waitFor({ state: 'detached' });
      assert.match(await hash(page), /c=/);
      await page.goBack();
      await settled(page);
      assert.doesNotMatch(await hash(page), /c=/);
      await page.getByRole('button', { name: 'Show all incidents' }).click();
      await settled(page);
      assert.equal(await count(page), all);
      await page.goForward();
      await settled(page);
      assert.match(await hash(page), /c=/);
    }));

  test('a shared link opens the very view, with its incident', async () => {
    let address;
    await within(START, async (page) => {
      await page.locator('button.group:not([disabled])').first().click();
      await rows(page).first().click();
      await page.locator('section.panel').waitFor();
      await settled(page);
      address = (await hash(page)).slice(1);
    });
    await within(address, async (page) => {
      await page.locator('section.panel').waitFor();
      assert.equal((await hash(page)).slice(1), address);
      assert.equal(await page.locator('button.group[aria-pressed="true"]').count(), 1);
    });
  });

  test('the ends of time are sliders: arrows narrow, Shift moves the window, Home and End open it', () =>
    within(START, async (page) => {
      const span = async () => (await hash(page)).match(/t=([\d-]*),([\d-]*)/)?.slice(1) ?? null;
      await page.getByRole('slider', { name: 'From' }).focus();
      await key(page, 'ArrowRight', 'ArrowRight');
      await page.getByRole('slider', { name: 'To' }).focus();
      await key(page, 'PageDown');
      await settled(page);
      const [from, to] = await span();
      assert.ok(from < to, `${from} < ${to}`);
      assert.ok(await page.getByRole('slider', { name: 'From' }).getAttribute('aria-valuetext'), 'the day is read out');
      await key(page, 'Shift+ArrowRight');
      const [later, end] = await span();
      assert.ok(later > from && end > to, 'the window moved as a whole');
      await shot(page, 'time-window');
      await page.getByRole('slider', { name: 'From' }).focus();
      await key(page, 'Home');
      await page.getByRole('slider', { name: 'To' }).focus();
      await key(page, 'End');
      await page.getByRole('button', { name: 'All time' }).click();
      assert.equal(await span(), null);
    }));

  test('time plays and pauses, a bar a frame, without a step of the back button for each', () =>
    within(START, async (page) => {
      await page.getByRole('button', { name: 'Play time' }).focus();
      const before = await page.evaluate(() => history.length);
      await key(page, 'Enter');
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      const first = await hash(page);
      await page.waitForTimeout(2600);
      const second = await hash(page);
      await key(page, 'Enter');
      await page.getByRole('button', { name: 'Play time' }).waitFor();
      assert.match(first, /t=\d{4}-/);
      assert.notEqual(first, second, 'the window moved');
      assert.ok((await page.evaluate(() => history.length)) <= before + 1);
      const stopped = await hash(page);
      await page.waitForTimeout(1300);
      assert.equal(await hash(page), stopped, 'paused is paused');
      await page.getByRole('button', { name: 'One step later' }).click();
      assert.notEqual(await hash(page), stopped);
    }));

  test('a narrow window holds what its days hold, and typed dates do the same as dragging', () =>
    within(START, async (page) => {
      const dated = some.filter((feature) => feature.properties.date_start);
      const day = dated[0].properties.date_start.slice(0, 10);
      const strip = page.getByRole('region', { name: 'When' });
      await strip.getByLabel('From', { exact: true }).first().fill(day);
      await strip.getByLabel('To', { exact: true }).first().fill(day);
      await settled(page);
      assert.match(await hash(page), new RegExp(`t=${day},${day}`));
      await page.getByRole('button', { name: 'Show all incidents' }).click();
      await settled(page);
      const wanted = dated.filter(({ geometry, properties: p }) => geometry && p.date_start.slice(0, 10) <= day && (p.date_end ?? p.date_start).slice(0, 10) >= day).length;
      assert.equal(await count(page), wanted);
    }));

  for (const [typed, lat, lon] of [['43.25, 76.9', 43.25, 76.9], ['43°15′N 76°54′E', 43.25, 76.9], ['8FVC2222+22', 47, 8]]) {
    test(`${typed} is flown to`, () =>
      within(START, async (page) => {
        await page.getByRole('combobox', { name: 'Find places and incidents' }).fill(typed);
        await page.getByRole('option').first().waitFor();
        await key(page, 'Enter');
        await settled(page);
        const [, z, y, x] = (await hash(page)).match(/map=([\d.-]+)\/([\d.-]+)\/([\d.-]+)/).map(Number);
        assert.ok(Math.abs(y - lat) < 0.01 && Math.abs(x - lon) < 0.01 && z > 8, `${y}, ${x} at ${z}`);
      }));
  }

  test('the search finds incidents, too, and opens them', () =>
    within(START, async (page) => {
      const { properties: p } = some.find((feature) => feature.properties.place_name && feature.geometry);
      const box = page.getByRole('combobox', { name: 'Find places and incidents' });
      await box.fill(p.evidence_text.split(/\s+/).slice(0, 4).join(' '));
      await page.locator('[role=option] svg[viewBox="0 0 30 30"]').first().waitFor();
      await key(page, 'ArrowUp', 'Enter');
      await page.locator('section.panel').waitFor();
    }));

  test('share says what leaves, gives links with the filter, and saves a picture and a report that needs no server', () =>
    within(`${START}&map=4/45/66`, async (page) => {
      await page.locator('button.group:not([disabled])').first().click();
      await settled(page);
      await page.getByRole('button', { name: 'Share' }).focus();
      await key(page, 'Enter');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      assert.match(await dialog.locator('.what').innerText(), /^\d+ incidents?\n.+/);
      const csv = await dialog.getByRole('link', { name: 'CSV', exact: true }).getAttribute('href');
      assert.match(csv, /type=/);
      const answer = await fetch(csv);
      assert.equal(answer.status, 200);
      const lines = (await answer.text()).trim().split('\n').length;
      assert.ok(lines > 1, 'the export has rows');
      const [picture] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Picture (PNG)' }).click()]);
      const png = readFileSync(await picture.path());
      assert.equal(png.subarray(1, 4).toString(), 'PNG');
      assert.ok(png.length > 20_000, `the picture is drawn (${png.length} bytes)`);
      const [report] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Report in one file (HTML)' }).click()]);
      const html = readFileSync(await report.path(), 'utf8');
      assert.match(html, /data:image\/png/);
      assert.doesNotMatch(html, /<script/i);
      assert.match(html, /<blockquote/);
      await shot(page, 'share');
      assert.match(await dialog.getByRole('textbox', { name: 'Frame for another page' }).inputValue(), /^<iframe src=".*embed=1/);
      await key(page, 'Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'Share', 'the focus is back');
    }, { acceptDownloads: true }));

  test('a frame has the map, its legend and its filter, and nothing else', () =>
    within(`${START}&embed=1&map=4/45/66`, async (page) => {
      assert.equal(await page.locator('header').count(), 0);
      assert.ok((await page.locator('.key li').count()) > 0, 'there is a legend');
      assert.deepEqual(await violations(page), []);
      await shot(page, 'embed');
    }, { width: 720, height: 480 }));

  for (const [name, drawing] of [['heat', 'm=heat'], ['heat by toll', 'm=heat&by=toll']]) {
    test(`${name} is drawn in place of pins, and the list stays`, () =>
      within(`${START}&${drawing}`, async (page) => {
        assert.ok((await rows(page).count()) > 0);
        assert.deepEqual(await violations(page), []);
        await shot(page, name.replaceAll(' ', '-'));
        await page.getByLabel('How incidents are drawn').selectOption('points');
        assert.doesNotMatch(await hash(page), /m=/);
      }));
  }

  test('areas are coloured by what happened in them, with a scale, and open the list of it', () =>
    within(`${START}&m=areas&map=4/45/66`, async (page) => {
      await page.locator('.scale li').first().waitFor();
      await settled(page);
      assert.deepEqual(await violations(page), []);
      await shot(page, 'areas');
      // The Mangystau region lies twelve degrees west of the middle of this view; a degree is 22.76 pixels at this zoom.
      const box = await page.locator('.map').boundingBox();
      await page.mouse.click(box.x + box.width / 2 - 12 * 22.76, box.y + box.height / 2 + 32);
      await page.getByText(/incidents? at the chosen spot/).waitFor();
      await page.getByLabel('What is added up').selectOption('toll');
      await settled(page);
      assert.match(await hash(page), /by=toll/);
    }));

  test('with more incidents than a page can hold, the server cuts, counts and lists, and nothing looks different', async (context) => {
    const offered = (await fetch(`${ADDRESS}/facets?limit=1`)).ok;
    if (!offered) return context.skip('this server has no facets and tiles');
    const { page, seen, close } = await open(START);
    try {
      await settled(page);
      const before = { list: await page.locator('#list').innerText(), group: await page.locator('button.group').first().innerText() };
      // The sample, said to be large.
      await page.route('**/conformance', (route) => route.fulfill({ json: { conformsTo: ['http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core'] } }));
      await page.route(/items\?.*limit=1000/, async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ json: { ...(await answer.json()), numberMatched: 50_000 } });
      });
      const asked = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await page.reload();
      await settled(page);
      await rows(page).first().waitFor();
      await settled(page);
      assert.ok(asked.some((path) => path.includes('/tiles/WebMercatorQuad/')), 'the map is drawn from tiles');
      assert.equal(await page.locator('#list').innerText(), before.list);
      assert.equal(await page.locator('button.group').first().innerText(), before.group);
      await shot(page, 'tiles');
      await page.locator('button.group:not([disabled])').first().click();
      await page.getByText(/^\d+ incidents? in view/).waitFor();
      await settled(page);
      await rows(page).first().click();
      await page.locator('section.panel').waitFor();
      await settled(page);
      const quiet = asked.length;
      await page.waitForTimeout(1500);
      assert.ok(asked.length - quiet <= 1, 'at rest nothing is asked');
      check(seen);
    } finally {
      await close();
    }
  });

  test('a read report is put right before it is kept: other type, other place, a count taken away, one rejected', () =>
    within(START, async (page) => {
      await page.getByRole('button', { name: 'Read a report' }).click();
      await page.getByLabel('Text of the report').fill(RIOT);
      await page.getByLabel('Published on').fill('2022-01-10');
      await key(page, 'Control+Enter');
      await page.locator('.result').waitFor();
      await rows(page).first().click();
      await page.getByRole('button', { name: 'Correct', exact: true }).click();
      const form = page.locator('section.panel form');
      await form.getByLabel('Kind of event').selectOption('bombing');
      await form.getByRole('combobox', { name: 'Another place' }).fill('Aktobe');
      await form.locator('[role=option]').first().waitFor();
      await key(page, 'Enter');
      await form.getByLabel('killed').fill('');
      await form.getByLabel('killed').blur();
      await settled(page);
      assert.match(await page.locator('section.panel h2').innerText(), /Bombing.*Aktobe/s);
      await shot(page, 'correct-preview');
      await form.getByRole('button', { name: 'Apply' }).click();
      const first = rows(page).first();
      assert.match(await first.innerText(), /Bombing.*corrected/s);
      assert.doesNotMatch(await first.innerText(), /killed/);
      await rows(page).nth(1).click();
      await page.getByRole('button', { name: 'Correct', exact: true }).click();
      await page.getByRole('button', { name: 'Reject' }).click();
      assert.match(await rows(page).nth(1).innerText(), /rejected/);
      await page.getByRole('button', { name: 'Undo' }).click();
      assert.doesNotMatch(await rows(page).nth(1).innerText(), /rejected/);
    }));

  test('a pin is moved by pointing at the map', () =>
    within(START, async (page) => {
      await page.getByRole('button', { name: 'Read a report' }).click();
      await page.getByLabel('Text of the report').fill(RIOT);
      await page.getByRole('button', { name: 'Find incidents' }).click();
      await page.locator('.result').waitFor();
      await rows(page).first().click();
      await settled(page);
      await page.getByRole('button', { name: 'Correct', exact: true }).click();
      const where = () => page.locator('section.panel form .now').innerText();
      const before = await where();
      await page.getByRole('button', { name: 'Point at it on the map' }).click();
      const box = await page.locator('.map').boundingBox();
      await page.mouse.click(box.x + box.width / 3, box.y + box.height / 3);
      await settled(page);
      assert.notEqual(await where(), before);
    }));

  test('several files are read at once and looked through one by one', () =>
    within(START, async (page) => {
      await page.getByRole('button', { name: 'Read a report' }).click();
      await page.locator('input[type=file]').setInputFiles([
        { name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('title,text,date\nRiot,"Rioters burned cars in Shymkent on Wednesday, police said.",2022-01-06\nFlood,"Floods hit Atyrau on Monday, 200 people were evacuated.",2022-04-12\n') },
        { name: 'b.html', mimeType: 'text/html', buffer: Buffer.from('<html lang="en"><head><title>Quake</title><meta property="article:published_time" content="2023-02-07T08:00:00Z"></head><body><nav>Menu</nav><article><h1>Quake</h1><p>An earthquake struck Gaziantep on Monday, killing 40 people.</p><script>document.title = "run"</script></article></body></html>') },
        { name: 'c.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF\u0000\u0001') },
      ]);
      await page.locator('.reports').waitFor();
      assert.equal(await page.locator('.reports option').count(), 3);
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('button', { name: 'Next' }).click();
      assert.match(await page.locator('.result .text').innerText(), /earthquake struck Gaziantep/);
      assert.doesNotMatch(await page.locator('.result .text').innerText(), /Menu|document\.title/);
      assert.match(await page.title(), /^Oqiga/);
      assert.deepEqual(await violations(page), []);
      await shot(page, 'files');
    }));

  test('a paste of 20 MB is cut and says so, and the page stays alive', () =>
    within(START, async (page) => {
      await page.getByRole('button', { name: 'Read a report' }).click();
      await page.evaluate(() => {
        const data = new DataTransfer();
        data.setData('text/plain', 'Rioters burned cars in Shymkent. '.repeat(640_000));
        document.querySelector('textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      });
      await page.getByText(/The pasted text has 2[01],\d{3},\d{3} characters/).waitFor();
      assert.equal((await page.locator('textarea').inputValue()).length, 200_000);
    }));

  test('hostile words of a report stay words, in the panel, in the list and in the report that is saved', async () => {
    const evil = '<img src=x onerror=alert(1)>\u202Egnp.exe\u202C';
    const feature = structuredClone(some.find((one) => one.geometry));
    Object.assign(feature.properties, { place_name: evil + 'x'.repeat(10_000), evidence_text: `${evil} <script>alert(2)</script>`, evidence_marks: [], source_name: evil, source_url: 'javascript:alert(3)', actors: [{ name: evil }], country: 'Z<' });
    const broken = { type: 'Feature', id: 'bare', geometry: null, properties: { id: 'bare', event_type: 'no_such_type', event_group: 'no_such_group', status: 'reported' } };
    const { page, seen, close } = await open(START, { acceptDownloads: true });
    try {
      await settled(page);
      await page.route('**/collections/incidents/items?*', (route) => route.fulfill({ json: { type: 'FeatureCollection', features: [feature, broken], numberMatched: 2 } }));
      await page.reload();
      await settled(page);
      await rows(page).first().click();
      await page.locator('section.panel').waitFor();
      assert.equal(await page.locator('section.panel img, section.panel script, .list img').count(), 0);
      assert.equal(await page.locator('section.panel a[href^="javascript"]').count(), 0);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'a name of 10,000 letters breaks nothing');
      await shot(page, 'hostile');
      await page.getByRole('button', { name: 'Share' }).click();
      const [report] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Report in one file (HTML)' }).click()]);
      const html = readFileSync(await report.path(), 'utf8');
      assert.doesNotMatch(html, /<script|<img src=x|javascript:|\u202E/i);
      check(seen);
    } finally {
      await close();
    }
  });

  test('new incidents slide in without losing the place', async () => {
    const { page, seen, close } = await open(START);
    try {
      await settled(page);
      // A server that does not tell of changes is asked now and then.
      await page.route('**/conformance', (route) => route.fulfill({ json: { conformsTo: [] } }));
      let more = false;
      let twin;
      await page.route('**/healthz', (route) => route.fulfill({ json: { documents: more ? 2 : 1, incidents: some.length + (more ? 1 : 0) } }));
      await page.route('**/collections/incidents/items?*', async (route) => {
        const features = more ? [...some, { ...twin, id: 'fresh', properties: { ...twin.properties, id: 'fresh' } }] : some;
        await route.fulfill({ json: { type: 'FeatureCollection', features, numberMatched: features.length } });
      });
      await page.reload();
      await settled(page);
      await rows(page).first().click();
      await page.locator('section.panel').waitFor();
      const id = await rows(page).first().getAttribute('data-id');
      twin = some.find((feature) => feature.id === id);
      more = true;
      await page.locator('button.row[data-id="fresh"] .chip.new').waitFor({ timeout: 90_000 });
      assert.equal(await page.locator('section.panel').count(), 1, 'what was open stays open');
      check(seen);
    } finally {
      await close();
    }
  });

  test('what a server tells of is there at once: a new incident, a changed one, one that is gone', async () => {
    const { page, seen, close } = await open(START);
    try {
      await settled(page);
      const shown = await rows(page).evaluateAll((all) => all.map((row) => row.dataset.id));
      const [changed, removed] = shown.map((id) => some.find((feature) => feature.id === id));
      const event = (id, name, data) => `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
      const fresh = { ...changed, id: 'fresh', properties: { ...changed.properties, id: 'fresh' } };
      const put = { ...changed, properties: { ...changed.properties, place_name: 'Elsewhere' } };
      await page.route('**/conformance', (route) => route.fulfill({ json: { conformsTo: ['http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update'] } }));
      await page.route('**/changes?*', (route) => route.fulfill({ contentType: 'text/event-stream', body: `retry: 600000\n\n${event(1, 'put', fresh)}${event(2, 'put', put)}${event(3, 'gone', { id: removed.id })}` }));
      await page.reload();
      await page.locator('button.row[data-id="fresh"] .chip.new').waitFor({ timeout: 90_000 });
      await page.locator(`button.row[data-id="${changed.id}"]`).getByText('Elsewhere').waitFor();
      await page.locator(`button.row[data-id="${removed.id}"]`).waitFor({ state: 'detached' });
      check(seen);
    } finally {
      await close();
    }
  });

  describe('with corrections', () => {
    test('the review queue is worked through by keyboard: accept, correct, reject, undo, next', async () => {
      const { page, seen, close } = await open(START);
      try {
        await settled(page);
        const sent = await playCorrections(page, some);
        await page.reload();
        await settled(page);
        await page.getByRole('button', { name: 'Review' }).focus();
        await key(page, 'Enter');
        await page.locator('section.review:focus').waitFor();
        await page.locator('section.panel').waitFor();
        const current = () => page.locator('section.review button.row[aria-current="true"]').getAttribute('data-id');
        const least = some.filter((feature) => ['reported', 'claimed'].includes(feature.properties.status)).toSorted((a, b) => a.properties.confidence - b.properties.confidence)[0];
        const first = await current();
        assert.equal(some.find((feature) => feature.id === first).properties.confidence, least.properties.confidence, 'least sure first');
        await key(page, 'a');
        await page.getByText(/^1 of \d+ looked at/).waitFor();
        assert.deepEqual(sent.at(-1).body.properties, { review: 'accepted' });
        assert.ok(sent.at(-1).match, 'the change names the state it was made on');
        const second = await current();
        assert.notEqual(second, first);
        await key(page, 'n');
        assert.notEqual(await current(), second);
        await key(page, 'p');
        assert.equal(await current(), second);
        await key(page, 'r');
        await page.locator(`section.review button.row[data-id="${second}"]`).waitFor({ state: 'detached' });
        assert.equal(sent.at(-1).method, 'DELETE');
        await shot(page, 'review');
        assert.deepEqual(await violations(page), []);
        await key(page, 'u');
        await page.locator(`section.review button.row[data-id="${second}"]`).waitFor();
        assert.equal(sent.at(-1).method, 'PUT');
        await key(page, 'e');
        await page.locator('section.panel form').waitFor();
        check(seen);
      } finally {
        await close();
      }
    });

    test('a kept incident is corrected with a note, and the correction is taken back', async () => {
      const { page, seen, close } = await open(START);
      try {
        await settled(page);
        const sent = await playCorrections(page, some);
        await page.reload();
        await settled(page);
        await rows(page).first().click();
        await page.getByRole('button', { name: 'Correct', exact: true }).click();
        const form = page.locator('section.panel form');
        await form.getByLabel('injured').fill('41');
        await form.getByLabel('Note').fill('اتصال هاتفي بالمستشفى');
        await shot(page, 'correct');
        await form.getByRole('button', { name: 'Save the correction' }).click();
        await page.getByText('Put right by an editor').waitFor();
        const { method, body, note } = sent.at(-1);
        assert.equal(method, 'PATCH');
        assert.deepEqual(body.properties, { injured: 41, injured_qualifier: 'exact', review: 'corrected' });
        assert.equal(note, 'اتصال هاتفي بالمستشفى');
        await page.getByRole('heading', { name: 'History' }).waitFor();
        await page.getByText('اتصال هاتفي بالمستشفى').waitFor();
        assert.deepEqual(await violations(page), []);
        await page.locator('section.panel .foot').getByRole('button', { name: 'Undo' }).click();
        await page.getByText('Put right by an editor').waitFor({ state: 'detached' });
        assert.equal(sent.at(-1).body.properties.review, null);
        check(seen);
      } finally {
        await close();
      }
    });

    test('a correction that came too late says so and loses nothing', async () => {
      const { page, close } = await open(START);
      try {
        await settled(page);
        await playCorrections(page, some);
        await page.route(/\/collections\/incidents\/items\/[^/]+$/, (route) => (route.request().method() === 'PATCH' ? route.fulfill({ status: 412, json: { title: 'Precondition failed', status: 412 } }) : route.fallback()));
        await page.reload();
        await settled(page);
        await rows(page).first().click();
        await page.getByRole('button', { name: 'Correct', exact: true }).click();
        await page.locator('section.panel form').getByLabel('injured').fill('7');
        await page.getByRole('button', { name: 'Save the correction' }).click();
        await page.locator('section.panel form').getByText('Somebody else has changed this incident').waitFor();
        assert.equal(await page.locator('section.panel form').getByLabel('injured').inputValue(), '7');
      } finally {
        await close();
      }
    });
  });

  test('an empty store offers the sample, a paste and the way to import', async () => {
    const { page, close } = await open(START);
    try {
      await settled(page);
      await page.route('**/session', (route) => route.fulfill({ json: { write: true } }));
      await page.route('**/collections/incidents/items?*', (route) => route.fulfill({ json: { type: 'FeatureCollection', features: [], numberMatched: 0 } }));
      const posted = [];
      await page.route('**/documents', (route) => {
        posted.push(JSON.parse(route.request().postData()));
        return route.fulfill({ json: { id: 'x', incidents: [], created: true } });
      });
      await page.reload();
      await page.getByRole('button', { name: 'Load the sample reports' }).click();
      await page.getByText('oqiga ingest').waitFor();
      const languages = () => new Set(posted.map((report) => report.lang)).size;
      for (let i = 0; i < 50 && languages() < 4; i++) await page.waitForTimeout(100);
      assert.ok(posted.length >= 8 && languages() === 4, `${posted.length} reports in four languages`);
      await shot(page, 'empty-store');
    } finally {
      await close();
    }
  });
});
