// Writes a PMTiles version 3 archive byte for byte the same from the same tiles.
// It stands at the end of the basemap build. It leaves what is in a tile to build.mjs.
// Only what the basemap needs: clustered order, gzip inside and out, leaf directories when the root grows past its limit.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const HEADER_BYTES = 127;
const ROOT_LIMIT_BYTES = 16384 - HEADER_BYTES;
const GZIP = 2;
const MVT = 1;

/** Position of a tile on the Hilbert curve of its zoom, after all tiles of the zooms below. */
export function tileId(z, x, y) {
  let id = (4 ** z - 1) / 3;
  for (let s = 2 ** (z - 1); s >= 1; s /= 2) {
    const rx = (x & s) > 0 ? 1 : 0;
    const ry = (y & s) > 0 ? 1 : 0;
    id += s * s * ((3 * rx) ^ ry);
    if (ry === 0) {
      if (rx === 1) [x, y] = [s - 1 - x, s - 1 - y];
      [x, y] = [y, x];
    }
    x &= s - 1;
    y &= s - 1;
  }
  return id;
}

/** gzip with nothing in its header that depends on the machine. */
export function gzip(bytes) {
  const out = gzipSync(bytes, { level: 9, memLevel: 9 });
  out[9] = 255;
  return out;
}

/** The archive of `tiles` ([{z, x, y, data}], data already gzipped) with `metadata` and `view` ({bounds, center, zoom}). */
export function archive(tiles, metadata, view) {
  const ordered = tiles.map((t) => ({ ...t, id: tileId(t.z, t.x, t.y) })).sort((a, b) => a.id - b.id);
  const seen = new Map();
  const chunks = [];
  const entries = [];
  let offset = 0;
  for (const tile of ordered) {
    const key = createHash('sha256').update(tile.data).digest('hex');
    let at = seen.get(key);
    if (at === undefined) {
      at = { offset, length: tile.data.length };
      seen.set(key, at);
      chunks.push(tile.data);
      offset += tile.data.length;
    }
    const last = entries.at(-1);
    if (last && last.offset === at.offset && last.id + last.run === tile.id) last.run += 1;
    else entries.push({ id: tile.id, run: 1, ...at });
  }

  const { root, leaves } = directories(entries);
  const meta = gzip(Buffer.from(JSON.stringify(metadata)));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('PMTiles', 0);
  header[7] = 3;
  const sections = [root.length, meta.length, leaves.length, offset];
  let at = HEADER_BYTES;
  sections.forEach((length, i) => {
    header.writeBigUInt64LE(BigInt(at), 8 + i * 16);
    header.writeBigUInt64LE(BigInt(length), 16 + i * 16);
    at += length;
  });
  [ordered.length, entries.length, seen.size].forEach((n, i) => header.writeBigUInt64LE(BigInt(n), 72 + i * 8));
  header[96] = 1;
  header[97] = GZIP;
  header[98] = GZIP;
  header[99] = MVT;
  header[100] = Math.min(...tiles.map((t) => t.z));
  header[101] = Math.max(...tiles.map((t) => t.z));
  view.bounds.forEach((degrees, i) => header.writeInt32LE(Math.round(degrees * 1e7), 102 + i * 4));
  header[118] = view.zoom;
  view.center.forEach((degrees, i) => header.writeInt32LE(Math.round(degrees * 1e7), 119 + i * 4));
  return Buffer.concat([header, root, meta, leaves, ...chunks]);
}

function directories(entries) {
  const whole = gzip(directory(entries));
  if (whole.length <= ROOT_LIMIT_BYTES) return { root: whole, leaves: Buffer.alloc(0) };
  for (let size = 1024; ; size *= 2) {
    const parts = [];
    const pointers = [];
    let offset = 0;
    for (let i = 0; i < entries.length; i += size) {
      const part = gzip(directory(entries.slice(i, i + size)));
      pointers.push({ id: entries[i].id, run: 0, offset, length: part.length });
      parts.push(part);
      offset += part.length;
    }
    const root = gzip(directory(pointers));
    if (root.length <= ROOT_LIMIT_BYTES) return { root, leaves: Buffer.concat(parts) };
  }
}

function directory(entries) {
  const out = [];
  varint(out, entries.length);
  let last = 0;
  for (const e of entries) {
    varint(out, e.id - last);
    last = e.id;
  }
  for (const e of entries) varint(out, e.run);
  for (const e of entries) varint(out, e.length);
  entries.forEach((e, i) => {
    const before = entries[i - 1];
    varint(out, before && e.offset === before.offset + before.length ? 0 : e.offset + 1);
  });
  return Buffer.from(out);
}

function varint(out, n) {
  while (n >= 128) {
    out.push((n % 128) | 128);
    n = Math.floor(n / 128);
  }
  out.push(n);
}
