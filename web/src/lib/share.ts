// Addresses and files that take the current view elsewhere. All carry the one filter.
import { toQuery, type Filter } from './filter';
import type { Bounds } from './state.svelte';

/** Where this page is served, without its view. */
export const home = () => new URL('./', location.href.replace(/#.*$/, '')).href;

/** The filter as a query string, with the box of the map when only what is in view is wanted. */
export function query(filter: Filter, bounds: Bounds | null): URLSearchParams {
  const query = toQuery(filter);
  if (bounds) query.set('bbox', box(bounds));
  return query;
}

// A view over the antimeridian has its east past 180; the standard wants it wrapped, west greater than east.
function box([west, south, east, north]: Bounds): string {
  const wrap = (lon: number) => (lon > 180 ? lon - 360 : lon);
  const [w, e] = east - west >= 360 ? [-180, 180] : [west, wrap(east)];
  return [w, Math.max(-90, south), e, Math.min(90, north)].map((n) => Number(n.toFixed(4))).join(',');
}

// Commas and slashes are legal in a query and are what people expect to read there.
export const readable = (query: URLSearchParams) => query.toString().replaceAll('%2C', ',').replaceAll('%2F', '/');

export function exportAddress(format: string, query: URLSearchParams): string {
  const all = new URLSearchParams(query);
  all.set('f', format);
  return `${home()}export?${readable(all)}`;
}

export function frame(hash: string, width: string, height: number, title: string): string {
  const address = `${home()}#${hash}`.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<iframe src="${address}" width="${width}" height="${height}" style="border:0" loading="lazy" title="${title.replaceAll('"', '&quot;')}"></iframe>`;
}

export function download(name: string, content: Blob) {
  const address = URL.createObjectURL(content);
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
