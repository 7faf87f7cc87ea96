// The sources and layers of incidents over the basemap; features.ts feeds them.
// Points are clustered in the browser; country-level incidents are summed into one badge a country and are never pins;
// what is open has a ring, its runners-up numbered dots and thin lines to them.
import type { ExpressionSpecification, HeatmapLayerSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import type { FeatureCollection } from 'geojson';
import { GROUPS } from '../lib/taxonomy';
import type { Theme } from '../lib/url';
import { SEMIBOLD, REGULAR } from './fonts';
import { HEAT_RAMP, type Palette } from './palette';

export const POINTS = 'points';
export const BADGES = 'badges';
/** Incidents as the server cuts and clusters them, where they are too many for the page to hold. */
export const TILES = 'tiles';
export const HEAT = 'heat';
export const AREAS = 'areas';
export const FOCUS = 'focus';
export const TOPONYMS = 'toponyms';
/** Layers that answer a click, topmost first. */
export const CLICKABLE = ['candidate', 'pin', 'tile-pin', 'badge', 'tile-badge', 'cluster', 'tile-cluster', 'area'];

const TILES_ZOOM_MAX = 14;
/** A source must name an address; without a layer that draws from it, it is never asked. */
const NO_TILES = './none/{z}/{x}/{y}';
const MAX_ZOOM = 22;
const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** The server's tiles under the filter, and how to draw them. */
export interface Tiles {
  address: string;
  heat: boolean;
}

/** `tiles` is null while the page holds all incidents itself. */
export function incidentSources(tiles: Tiles | null): Record<string, SourceSpecification> {
  const counts = Object.fromEntries(GROUPS.map(({ id }) => [id, ['+', ['case', ['==', ['get', 'group'], id], 1, 0]]]));
  return {
    // Clusters stay clusters to the last zoom: several incidents in one town have one and the same point.
    [POINTS]: { type: 'geojson', data: NOTHING, cluster: true, clusterRadius: 36, clusterMaxZoom: MAX_ZOOM - 1, clusterProperties: counts as never },
    [TILES]: { type: 'vector', tiles: [tiles?.address ?? NO_TILES], minzoom: 0, maxzoom: TILES_ZOOM_MAX },
    [AREAS]: { type: 'geojson', data: NOTHING },
    [HEAT]: { type: 'geojson', data: NOTHING },
    [BADGES]: { type: 'geojson', data: NOTHING },
    [FOCUS]: { type: 'geojson', data: NOTHING },
    [TOPONYMS]: { type: 'geojson', data: NOTHING },
  };
}

const grows = (property: string): ExpressionSpecification => ['interpolate', ['exponential', 2], ['zoom'], 0, ['get', property], MAX_ZOOM, ['*', ['get', property], 2 ** MAX_ZOOM]];

// Shares in sixteenths, so that the number of different ring images stays small; a share never rounds away to nothing.
const share = (group: string): ExpressionSpecification => [
  'case',
  ['>', ['coalesce', ['get', group], 0], 0],
  ['concat', `${group}:`, ['to-string', ['max', 1, ['round', ['/', ['*', 16, ['get', group]], ['get', 'point_count']]]]], ','],
  '',
];
const ringSize: ExpressionSpecification = ['step', ['get', 'point_count'], 34, 6, 38, 20, 43, 60, 49, 250, 55];
const isCluster: ExpressionSpecification = ['has', 'point_count'];
const colourByGroup = (fallback: string) => ['match', ['get', 'group'], ...GROUPS.flatMap((g) => [g.id, g.colour]), fallback] as unknown as ExpressionSpecification;

function heat(theme: Theme, from: 'local' | 'tiled'): HeatmapLayerSpecification {
  return {
    id: 'heat',
    type: 'heatmap',
    source: HEAT,
    paint: {
      'heatmap-weight': from === 'local' ? ['get', 'weight'] : ['^', ['coalesce', ['get', 'point_count'], 1], 0.6],
      'heatmap-radius': ['interpolate', ['linear'], ['zoom'], 1, 14, 5, 34, 10, 60],
      'heatmap-intensity': ['interpolate', ['linear'], ['zoom'], 1, from === 'local' ? 0.7 : 0.05, 8, from === 'local' ? 1.6 : 0.8],
      'heatmap-opacity': 0.85,
      'heatmap-color': ['interpolate', ['linear'], ['heatmap-density'], 0, theme === 'light' ? 'rgba(253,208,162,0)' : 'rgba(92,38,8,0)', ...HEAT_RAMP[theme].flatMap((colour, i, all) => [(i + 1) / all.length, colour])] as never,
    },
  };
}

/** What colours the land itself, under the names. */
export function groundLayers(theme: Theme, p: Palette, tiles: Tiles | null): LayerSpecification[] {
  return [
    { id: 'area', type: 'fill', source: AREAS, paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': 0.78 } },
    { id: 'area-line', type: 'line', source: AREAS, paint: { 'line-color': p.edge, 'line-width': 1 } },
    heat(theme, 'local'),
    ...(tiles?.heat ? ['clusters', 'incidents'] : []).map((layer): LayerSpecification => ({ ...heat(theme, 'tiled'), id: `heat-${layer}`, source: TILES, 'source-layer': layer })),
  ];
}

const isCountry: ExpressionSpecification = ['all', ['==', ['get', 'geo_precision'], 3], ['==', ['slice', ['coalesce', ['get', 'feature'], 'PCL'], 0, 3], 'PCL']];
const thousands: ExpressionSpecification = ['case', ['>=', ['get', 'point_count'], 1_000_000], ['concat', ['to-string', ['/', ['round', ['/', ['get', 'point_count'], 100_000]], 10]], 'M'], ['>=', ['get', 'point_count'], 1000], ['concat', ['to-string', ['/', ['round', ['/', ['get', 'point_count'], 100]], 10]], 'k'], ['to-string', ['get', 'point_count']]];

// The same pictures as for incidents that the page holds, from what the server's tiles say.
function tileLayers(theme: Theme, p: Palette): LayerSpecification[] {
  const colour = ['match', ['get', 'event_group'], ...GROUPS.flatMap((g) => [g.id, g.colour]), p.dot] as unknown as ExpressionSpecification;
  return [
    { id: 'tile-halo', type: 'circle', source: TILES, 'source-layer': 'incidents', filter: ['all', ['>', ['get', 'geo_precision'], 1], ['!', isCountry]], paint: { 'circle-radius': ['case', ['==', ['get', 'geo_precision'], 2], 19, 27], 'circle-color': colour, 'circle-opacity': 0.2, 'circle-stroke-color': colour, 'circle-stroke-width': 1, 'circle-stroke-opacity': 0.5 } },
    {
      id: 'tile-cluster',
      type: 'symbol',
      source: TILES,
      'source-layer': 'clusters',
      layout: { 'icon-image': ['concat', 'ring|', ['to-string', ringSize], '|', ...GROUPS.map((g) => share(g.id)), `|${theme}`], 'icon-allow-overlap': true, 'text-field': thousands, 'text-font': [SEMIBOLD], 'text-size': 12.5, 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': p.ink },
    },
    { id: 'tile-badge', type: 'symbol', source: TILES, 'source-layer': 'incidents', filter: isCountry, layout: { 'icon-image': ['concat', 'badge|', ['coalesce', ['get', 'country'], '?'], '|1|', ['get', 'event_group'], `:1|${theme}`], 'icon-allow-overlap': true } },
    {
      id: 'tile-pin',
      type: 'symbol',
      source: TILES,
      'source-layer': 'incidents',
      filter: ['!', isCountry],
      layout: { 'icon-image': ['concat', 'pin|', ['get', 'event_type'], '|', ['get', 'event_group'], '|', ['get', 'status'], `|${theme}`], 'icon-allow-overlap': true },
      paint: { 'icon-opacity': ['interpolate', ['linear'], ['coalesce', ['get', 'confidence'], 1], 0.25, 0.45, 0.75, 1] },
    },
  ];
}

export function incidentLayers(theme: Theme, p: Palette, tiles: Tiles | null): LayerSpecification[] {
  const colour = colourByGroup(p.dot);
  return [
    { id: 'country-focus', type: 'fill', source: 'basemap', 'source-layer': 'country', filter: ['==', ['get', 'iso'], '-'], paint: { 'fill-color': p.accent, 'fill-opacity': 0.12 } },
    { id: 'country-focus-line', type: 'line', source: 'basemap', 'source-layer': 'country', filter: ['==', ['get', 'iso'], '-'], paint: { 'line-color': p.accent, 'line-width': 1.4, 'line-dasharray': [2, 2], 'line-opacity': 0.8 } },
    { id: 'halo', type: 'circle', source: POINTS, filter: ['all', ['!', isCluster], ['>', ['get', 'uncertain'], 0]], paint: { 'circle-radius': grows('uncertain'), 'circle-color': colour, 'circle-opacity': 0.11, 'circle-stroke-color': colour, 'circle-stroke-width': 1, 'circle-stroke-opacity': 0.4 } },
    { id: 'halo-least', type: 'circle', source: POINTS, filter: ['all', ['!', isCluster], ['>', ['get', 'precision'], 1]], paint: { 'circle-radius': ['case', ['==', ['get', 'precision'], 2], 19, 27], 'circle-color': colour, 'circle-opacity': 0.2, 'circle-stroke-color': colour, 'circle-stroke-width': 1, 'circle-stroke-opacity': 0.5 } },
    { id: 'toponym', type: 'circle', source: TOPONYMS, paint: { 'circle-radius': 4.5, 'circle-color': p.paper, 'circle-stroke-color': p.accent, 'circle-stroke-width': 2 } },
    { id: 'candidate-line', type: 'line', source: FOCUS, filter: ['==', ['get', 'kind'], 'line'], paint: { 'line-color': p.accent, 'line-width': 1.3, 'line-dasharray': [2, 3], 'line-opacity': 0.75 } },
    {
      id: 'cluster',
      type: 'symbol',
      source: POINTS,
      filter: isCluster,
      layout: {
        'icon-image': ['concat', 'ring|', ['to-string', ringSize], '|', ...GROUPS.map((g) => share(g.id)), `|${theme}`],
        'icon-allow-overlap': true,
        'text-field': ['to-string', ['get', 'point_count_abbreviated']],
        'text-font': [SEMIBOLD],
        'text-size': 12.5,
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: { 'text-color': p.ink },
    },
    ...(tiles && !tiles.heat ? tileLayers(theme, p) : []),
    {
      id: 'badge',
      type: 'symbol',
      source: BADGES,
      layout: { 'icon-image': ['concat', ['get', 'image'], `|${theme}`], 'icon-allow-overlap': true },
      paint: { 'icon-opacity': 0.96 },
    },
    {
      id: 'pin',
      type: 'symbol',
      source: POINTS,
      filter: ['!', isCluster],
      layout: { 'icon-image': ['concat', ['get', 'image'], `|${theme}`], 'icon-size': ['get', 'size'], 'icon-allow-overlap': true, 'symbol-sort-key': ['get', 'confidence'] },
      paint: { 'icon-opacity': ['interpolate', ['linear'], ['get', 'confidence'], 0.25, 0.45, 0.75, 1] },
    },
    { id: 'candidate', type: 'circle', source: FOCUS, filter: ['==', ['get', 'kind'], 'candidate'], paint: { 'circle-radius': ['case', ['get', 'hot'], 12, 9.5], 'circle-color': p.paper, 'circle-stroke-color': p.accent, 'circle-stroke-width': ['case', ['get', 'hot'], 3, 1.5] } },
    { id: 'candidate-number', type: 'symbol', source: FOCUS, filter: ['==', ['get', 'kind'], 'candidate'], layout: { 'text-field': ['get', 'number'], 'text-font': [SEMIBOLD], 'text-size': 11, 'text-allow-overlap': true, 'text-ignore-placement': true }, paint: { 'text-color': p.ink } },
    { id: 'focus', type: 'circle', source: FOCUS, filter: ['==', ['get', 'kind'], 'focus'], paint: { 'circle-radius': ['get', 'radius'], 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': p.accent, 'circle-stroke-width': 3 } },
    // What is open lies on top of the cluster it belongs to.
    { id: 'focus-pin', type: 'symbol', source: FOCUS, filter: ['all', ['==', ['get', 'kind'], 'focus'], ['!=', ['get', 'image'], '']], layout: { 'icon-image': ['get', 'image'], 'icon-size': ['get', 'size'], 'icon-allow-overlap': true, 'icon-ignore-placement': true } },
    { id: 'hover', type: 'circle', source: FOCUS, filter: ['==', ['get', 'kind'], 'hover'], paint: { 'circle-radius': ['get', 'radius'], 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': p.accent, 'circle-stroke-width': 2, 'circle-stroke-opacity': 0.7 } },
    { id: 'toponym-name', type: 'symbol', source: TOPONYMS, layout: { 'text-field': ['get', 'name'], 'text-font': [REGULAR], 'text-size': 11.5, 'text-offset': [0, 0.9], 'text-anchor': 'top', 'text-optional': true }, paint: { 'text-color': p.accent, 'text-halo-color': p.halo, 'text-halo-width': 1.5 } },
  ];
}
