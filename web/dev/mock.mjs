// A stand-in for the server, with invented incidents: `node dev/mock.mjs [port]`, then open the address it prints.
// It speaks as much of the contract as the page asks for, under a policy at least as strict as the real server's,
// so that the page can be developed and tested without Rust: reading, saving, correcting, changes; no tiles and no outlines. OQIGA_MOCK=empty has no incidents, =down fails every read.
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

const listeners = new Set();
const trails = new Map();

function tell(name, data) {
  for (const listener of listeners) listener.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Reading, correcting and removing one incident, with its trail. */
async function oneIncident(request, response, id, trail) {
  const at = incidents.findIndex((incident) => incident.id === id);
  const steps = trails.get(id) ?? [{ number: 1, at: '2022-01-10T08:00:00Z', who: 'program', why: 'ingest', action: 'create' }];
  if (trail) return json(response, 200, { id, revisions: steps });
  const { method } = request;
  if (at < 0 && method !== 'PUT') return problem(response, 404, 'Not found', 'No incident has this id.');
  if (method !== 'GET') {
    if (!(request.headers.cookie ?? '').includes(`oqiga=${KEY}`)) return problem(response, 401, 'Unauthorized', 'Correcting needs the key.');
    const wanted = request.headers['if-match'];
    if (wanted && wanted !== `"${steps.length}"`) return problem(response, 412, 'Precondition failed', 'The incident has been changed since.');
    const sent = method === 'DELETE' ? null : await body(request);
    if (method === 'DELETE') incidents.splice(at, 1);
    else if (method === 'PUT' && at < 0) incidents.push(sent);
    else if (method === 'PUT') incidents[at] = sent;
    else {
      const properties = Object.fromEntries(Object.entries({ ...incidents[at].properties, ...sent.properties }).filter(([, value]) => value !== null));
      incidents[at] = { ...incidents[at], ...(sent.geometry !== undefined && { geometry: sent.geometry }), properties };
    }
    trails.set(id, [...steps, { number: steps.length + 1, at: new Date().toISOString(), who: 'browser', why: decodeURIComponent(request.headers['oqiga-note'] ?? ''), action: method === 'DELETE' ? 'delete' : 'update' }]);
    if (method === 'DELETE') tell('gone', { id });
    else tell('put', incidents.find((incident) => incident.id === id));
    if (method === 'DELETE') return response.writeHead(204).end();
  }
  response.setHeader('ETag', `"${(trails.get(id) ?? steps).length}"`);
  json(response, 200, incidents.find((incident) => incident.id === id), 'application/geo+json');
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
  const one = /^\/collections\/incidents\/items\/([^/]+)(\/revisions)?$/.exec(path);
  if (one) return oneIncident(request, response, decodeURIComponent(one[1]), one[2] !== undefined);
  if (path === '/conformance') return json(response, 200, { conformsTo: ['http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update'] });
  if (path === '/healthz') return json(response, 200, { status: 'ok', documents: incidents.length, incidents: incidents.length });
  if (path === '/api') return json(response, 200, { paths: { '/export': { get: { parameters: [{ name: 'f', schema: { enum: ['geojson', 'csv'] } }] } } } });
  if (path === '/areas') return json(response, 200, geojson([]), 'application/geo+json');
  if (path === '/changes') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('retry: 2000\n\n');
    listeners.add(response);
    return request.on('close', () => listeners.delete(response));
  }
  if (path === '/suggest') return json(response, 200, geojson(find(url.searchParams.get('q') ?? '')));
  if (path === '/extract' && request.method === 'POST') return json(response, 200, read(await body(request)));
  const mayWrite = (request.headers.cookie ?? '').includes(`oqiga=${KEY}`);
  if (path === '/documents' && request.method === 'POST') {
    if (!mayWrite) return problem(response, 401, 'Unauthorized', 'Saving needs the key.');
    const { features } = read(await body(request));
    const ids = features.map((f) => (f.id = f.properties.id = `saved${incidents.length + features.indexOf(f)}`));
    incidents.push(...features);
    features.forEach((feature) => tell('put', feature));
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
