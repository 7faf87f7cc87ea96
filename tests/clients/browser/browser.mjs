// What all browser tests share: opens the map in Debian's Chromium with software rendering, and watches what a user would not see:
// requests to other hosts and errors on the console. Shared by the tests and by screenshots.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

// `oqiga serve` prints an address that ends in `/#key=…`; given whole, the tests may write, too.
const given = new URL(process.env.OQIGA_URL ?? 'http://127.0.0.1:8080');
export const KEY = new URLSearchParams(given.hash.slice(1)).get('key') ?? process.env.OQIGA_KEY ?? null;
given.hash = '';
export const ADDRESS = given.href.replace(/\/$/, '');
export const OUT = process.env.OQIGA_SHOTS ?? new URL('./out', import.meta.url).pathname;
mkdirSync(OUT, { recursive: true });

// SwiftShader is the one WebGL that works headless and without a GPU wherever it was tried.
const FLAGS = ['--no-sandbox', '--lang=en-GB', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A page of its own, with `seen` filling as it runs. */
export async function open(hash = '', { width = 1360, height = 860, ...options } = {}) {
  const context = await chromium.launchPersistentContext(mkdtempSync(path.join(os.tmpdir(), 'oqiga-')), {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
    viewport: { width, height },
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  // Software rendering on a busy machine is slow; nothing here measures time.
  page.setDefaultTimeout(90_000);
  const seen = { foreign: [], errors: [], requests: 0 };
  const own = new URL(ADDRESS).host;
  page.on('request', (request) => {
    seen.requests += 1;
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.host !== own) seen.foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text());
  });
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  await page.goto(`${ADDRESS}/${hash ? `#${hash}` : ''}`);
  return { page, seen, close: () => context.close() };
}

/** Until the map has drawn all it has; the page says so itself. No waitForFunction: the policy forbids eval. */
export async function settled(page) {
  await page.waitForTimeout(250);
  await page.locator('.map[data-map="idle"]').waitFor({ timeout: 120_000 });
  await page.waitForTimeout(250);
  await page.locator('.map[data-map="idle"]').waitFor({ timeout: 120_000 });
}

export const shot = (page, name) => page.screenshot({ path: path.join(OUT, `${name}.png`) });

export const rows = (page) => page.locator('button.row');
export const hash = (page) => page.evaluate(() => location.hash);

export function check(seen) {
  assert.deepEqual(seen.foreign, [], 'no request to any other host');
  assert.deepEqual(seen.errors, [], 'no error on the console');
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe-core finds. The policy forbids injected scripts, so it goes in through the protocol, as an extension would. */
export async function violations(page) {
  const client = await page.context().newCDPSession(page);
  await client.send('Runtime.evaluate', { expression: AXE });
  const { result, exceptionDetails } = await client.send('Runtime.evaluate', {
    expression: `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) => JSON.stringify({ passes: r.passes.length, violations: r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? n.failureSummary)).join(' | ')) }))`,
    awaitPromise: true,
    returnByValue: true,
  });
  assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
  const found = JSON.parse(result.value);
  assert.ok(found.passes >= 15, `axe looked at the page (${found.passes} rules passed)`);
  return found.violations;
}
