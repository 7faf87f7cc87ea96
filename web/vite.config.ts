// How the map is built: one page, hashed assets, relative addresses (so that it also works behind a proxy path).
// The build must give the same bytes on every machine, because `dist/` is committed and embedded in the binary.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const server = process.env.OQIGA_URL ?? 'http://127.0.0.1:8080';
const proxied = ['/basemap', '/collections', '/extract', '/documents', '/session', '/suggest', '/geocode', '/areas', '/facets', '/histogram', '/changes', '/conformance', '/api', '/export', '/healthz'];

export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, server])), fs: { allow: ['..'] } },
});
