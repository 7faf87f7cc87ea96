// A stand-in for the server, with invented incidents: `node dev/mock.mjs [port]`, then open the address it prints.
// It speaks as much of the contract as the page asks for, under a policy at least as strict as the real server's,
// so that the page can be developed and tested without Rust. OQIGA_MOCK=empty has no incidents, =down fails every read.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { find, make, read } from './incidents.mjs';
import { open } from './pmtiles.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const port = Number(process.argv[2] ?? 8080);
const mode = process.env.OQIGA_MOCK ?? '';
const incidents = mode === 'empty' ? [] : make(Number(process.env.OQIGA_MOCK_COUNT ?? 190));
const tile = open(readFileSync(join(dist, 'basemap.pmtiles')));
const KEY = 'mock';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function json(response, status, body, type = 'application/json') {
  response.writeHead(status, { 'Content-Type': type });
  response.end(JSON.stringify(body));
}

const problem = (response, status, title, detail) => json(response, status, { type: 'about:blank', title, status, detail }, 'application/problem+json');
const geojson = (features, more = {}) => ({ type: 'FeatureCollection', features, ...more });

async function body(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text || '{}');
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock');
  const path = url.pathname;
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  const tiles = /^\/basemap\/(\d+)\/(\d+)\/(\d+)$/.exec(path);
  if (tiles) {
    const data = tile(...tiles.slice(1).map(Number));
    response.writeHead(data ? 200 : 204, data ? { 'Content-Type': 'application/vnd.mapbox-vector-tile', 'Content-Encoding': 'gzip' } : {});
    return response.end(data ?? undefined);
  }
  if (path === '/collections/incidents/items') {
    if (mode === 'down') return problem(response, 503, 'Service unavailable', 'The store is being rebuilt. Try again in a minute.');
    const status = (url.searchParams.get('status') ?? 'reported,claimed').split(',');
    const [limit, offset] = [Math.min(1000, Number(url.searchParams.get('limit') ?? 100)), Number(url.searchParams.get('offset') ?? 0)];
    const matched = incidents.filter((i) => status.includes(i.properties.status));
    const page = matched.slice(offset, offset + limit);
    return json(response, 200, geojson(page, { numberMatched: matched.length, numberReturned: page.length }), 'application/geo+json');
  }
  if (path.startsWith('/collections/incidents/items/')) {
    const found = incidents.find((i) => i.id === decodeURIComponent(path.split('/').at(-1)));
    return found ? json(response, 200, found, 'application/geo+json') : problem(response, 404, 'Not found', 'No incident has this id.');
  }
  if (path === '/suggest') return json(response, 200, geojson(find(url.searchParams.get('q') ?? '')));
  if (path === '/extract' && request.method === 'POST') return json(response, 200, read(await body(request)));
  const mayWrite = (request.headers.cookie ?? '').includes(`oqiga=${KEY}`);
  if (path === '/documents' && request.method === 'POST') {
    if (!mayWrite) return problem(response, 401, 'Unauthorized', 'Saving needs the key.');
    const { features } = read(await body(request));
    const ids = features.map((f) => (f.id = f.properties.id = `saved${incidents.length + features.indexOf(f)}`));
    incidents.push(...features);
    return json(response, 201, { id: 'doc', incidents: ids, created: true, features, diagnostics: [] });
  }
  if (path === '/session') {
    if (request.method === 'POST' && (await body(request)).key === KEY) response.setHeader('Set-Cookie', `oqiga=${KEY}; HttpOnly; SameSite=Strict; Path=/`);
    return json(response, 200, { write: mayWrite });
  }
  try {
    const file = normalize(path === '/' ? '/index.html' : decodeURIComponent(path));
    const bytes = readFileSync(join(dist, file));
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(bytes);
  } catch {
    problem(response, 404, 'Not found', path);
  }
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/#key=${KEY}`));
