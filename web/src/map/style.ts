// The style of the basemap: land, water, borders and names in one of the two schemes and one of the languages.
// The incident layers are appended from layers.ts, so that a change of theme or language is one `setStyle`.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Theme } from '../lib/url';
import { FONT_FACES, REGULAR, SEMIBOLD } from './fonts';
import { groundLayers, incidentLayers, incidentSources, type Tiles } from './layers';
import { PALETTES, type Palette } from './palette';

const BASEMAP = 'basemap';

function name(lang: string): ExpressionSpecification {
  return ['coalesce', ['get', `name_${lang}`], ['get', 'name']];
}

const townDot = (kind: 'capital' | 'town', p: Palette) => `dot|${kind}|${p.dot}|${p.halo}`;

function land(p: Palette): LayerSpecification[] {
  return [
    { id: 'water', type: 'background', paint: { 'background-color': p.water } },
    { id: 'land', type: 'fill', source: BASEMAP, 'source-layer': 'country', paint: { 'fill-color': p.land, 'fill-outline-color': p.land } },
    { id: 'lake', type: 'fill', source: BASEMAP, 'source-layer': 'lake', paint: { 'fill-color': p.water } },
    { id: 'river', type: 'line', source: BASEMAP, 'source-layer': 'river', paint: { 'line-color': p.river, 'line-width': ['interpolate', ['linear'], ['zoom'], 3, 0.5, 8, 1.8] } },
    {
      id: 'region',
      type: 'line',
      source: BASEMAP,
      'source-layer': 'admin1',
      minzoom: 3.6,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': p.region, 'line-width': ['interpolate', ['linear'], ['zoom'], 3.6, 0.5, 8, 1.3], 'line-opacity': ['interpolate', ['linear'], ['zoom'], 3.6, 0, 4.4, 1] },
    },
    {
      id: 'border',
      type: 'line',
      source: BASEMAP,
      'source-layer': 'border',
      filter: ['==', ['get', 'disputed'], 0],
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': p.border, 'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.5, 4, 0.9, 8, 1.8], 'line-opacity': 0.85 },
    },
    {
      id: 'border-disputed',
      type: 'line',
      source: BASEMAP,
      'source-layer': 'border',
      filter: ['==', ['get', 'disputed'], 1],
      layout: { 'line-join': 'round' },
      paint: { 'line-color': p.disputed, 'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.5, 4, 0.9, 8, 1.6], 'line-dasharray': [3, 2.5] },
    },
  ];
}

function names(p: Palette, lang: string): LayerSpecification[] {
  // Arabic has no capitals and its letters are small in their box: it wants a size more and no letter spacing.
  const scale = lang === 'ar' ? 1.12 : 1;
  const spacing = lang === 'ar' ? 0 : 0.08;
  return [
    {
      id: 'region-name',
      type: 'symbol',
      source: BASEMAP,
      'source-layer': 'admin1_label',
      minzoom: 5,
      filter: ['<=', ['get', 'from'], ['zoom']],
      layout: { 'text-field': name(lang), 'text-font': [REGULAR], 'text-size': 11 * scale, 'text-max-width': 7, 'text-letter-spacing': spacing, 'symbol-sort-key': ['get', 'rank'], 'text-padding': 6 },
      paint: { 'text-color': p.regionName, 'text-halo-color': p.halo, 'text-halo-width': 1.2 },
    },
    {
      id: 'city',
      type: 'symbol',
      source: BASEMAP,
      'source-layer': 'city',
      filter: ['<=', ['get', 'from'], ['zoom']],
      layout: {
        'text-field': name(lang),
        'text-font': ['case', ['has', 'capital'], ['literal', [SEMIBOLD]], ['literal', [REGULAR]]],
        'text-size': ['interpolate', ['linear'], ['zoom'], 2, 10 * scale, 6, ['case', ['has', 'capital'], 13.5 * scale, ['interpolate', ['linear'], ['get', 'rank'], 20, 13 * scale, 40, 11 * scale]], 9, ['interpolate', ['linear'], ['get', 'rank'], 20, 16 * scale, 44, 12 * scale]],
        // Beside the dot, or further out where a pin or a cluster lies on the town: a covered name helps nobody.
        'text-variable-anchor-offset': ['left', [0.5, 0], 'right', [-0.5, 0], 'top', [0, 0.5], 'bottom', [0, -0.5], 'left', [1.7, 0], 'right', [-1.7, 0], 'top', [0, 1.7], 'bottom', [0, -1.7]],
        'text-justify': 'auto',
        'text-max-width': 8,
        'text-padding': 3,
        'symbol-sort-key': ['+', ['get', 'rank'], ['case', ['has', 'capital'], -40, 0]],
        'icon-image': ['case', ['has', 'capital'], townDot('capital', p), townDot('town', p)],
        'icon-optional': true,
        'icon-padding': 0,
      },
      paint: { 'text-color': p.city, 'text-halo-color': p.halo, 'text-halo-width': 1.3 },
    },
    {
      id: 'country-name',
      type: 'symbol',
      source: BASEMAP,
      'source-layer': 'country_label',
      maxzoom: 7.5,
      filter: ['<=', ['get', 'from'], ['+', ['zoom'], 0.5]],
      layout: {
        'text-field': name(lang),
        'text-font': [SEMIBOLD],
        'text-size': ['interpolate', ['linear'], ['zoom'], 1, 10 * scale, 4, ['interpolate', ['linear'], ['get', 'rank'], 60, 15 * scale, 130, 11.5 * scale], 6, 17 * scale],
        'text-letter-spacing': spacing * 1.6,
        'text-max-width': 7,
        // A country's badge stands in its middle: then the name moves above or below it.
        'text-variable-anchor-offset': ['center', [0, 0], 'bottom', [0, -1.3], 'top', [0, 1.3]],
        'symbol-sort-key': ['get', 'rank'],
        'text-padding': 4,
      },
      paint: { 'text-color': p.country, 'text-halo-color': p.halo, 'text-halo-width': 1.4, 'text-opacity': ['interpolate', ['linear'], ['zoom'], 6.5, 0.95, 7.5, 0] },
    },
  ];
}

/** The whole style. `origin` is where the page came from: the map's worker needs absolute addresses; `tiles` where the
 *  server cuts the incidents. */
export function style(theme: Theme, lang: string, origin: string, tiles: Tiles | null): StyleSpecification {
  const p = PALETTES[theme];
  return {
    version: 8,
    'font-faces': FONT_FACES,
    transition: { duration: 0, delay: 0 },
    sources: {
      [BASEMAP]: { type: 'vector', tiles: [`${origin}basemap/{z}/{x}/{y}`], minzoom: 0, maxzoom: 6 },
      ...incidentSources(tiles),
    },
    layers: [...land(p), ...groundLayers(theme, p, tiles), ...names(p, lang), ...incidentLayers(theme, p, tiles)],
  };
}
