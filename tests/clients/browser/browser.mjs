// Opens the map in Debian's Chromium with software rendering, and watches what a user would not see:
// requests to other hosts and errors on the console. Shared by the tests and by screenshots.
import { mkdirSync, mkdtempSync } from 'node:fs';
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
const FLAGS = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

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
  await page.locator('.map[data-map="idle"]').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(250);
  await page.locator('.map[data-map="idle"]').waitFor({ timeout: 60_000 });
}

export const shot = (page, name) => page.screenshot({ path: path.join(OUT, `${name}.png`) });
