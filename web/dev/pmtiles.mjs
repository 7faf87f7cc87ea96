// Reads single tiles out of a PMTiles archive, for the mock server only: the real server has its own reader.
import { gunzipSync } from 'node:zlib';
import { tileId } from '../basemap/pmtiles.mjs';

export function open(bytes) {
  const at = (offset) => Number(bytes.readBigUInt64LE(offset));
  const [rootAt, rootLength, leavesAt, dataAt] = [at(8), at(16), at(40), at(56)];

  function directory(offset, length) {
    const raw = gunzipSync(bytes.subarray(offset, offset + length));
    let position = 0;
    const varint = () => {
      let n = 0;
      for (let shift = 1; ; shift *= 128) {
        const byte = raw[position++];
        n += (byte & 127) * shift;
        if (byte < 128) return n;
      }
    };
    const entries = Array.from({ length: varint() }, () => ({}));
    let id = 0;
    for (const e of entries) e.id = id += varint();
    for (const e of entries) e.run = varint();
    for (const e of entries) e.length = varint();
    entries.forEach((e, i) => {
      const v = varint();
      e.offset = v === 0 ? entries[i - 1].offset + entries[i - 1].length : v - 1;
    });
    return entries;
  }

  return (z, x, y) => {
    const wanted = tileId(z, x, y);
    let [offset, length] = [rootAt, rootLength];
    for (let depth = 0; depth < 4; depth++) {
      const entry = directory(offset, length).findLast((e) => e.id <= wanted);
      if (!entry) return null;
      if (entry.run > 0) return wanted < entry.id + entry.run ? bytes.subarray(dataAt + entry.offset, dataAt + entry.offset + entry.length) : null;
      [offset, length] = [leavesAt + entry.offset, entry.length];
    }
    return null;
  };
}
