// Owns the MapLibre map: makes it, feeds it, and turns what happens on it into plain calls.
// Components never see MapLibre, and this file never sees the page's state.
import { GeoJSONSource, LngLatBounds, Map as MapLibre, setWorkerUrl, VectorTileSource, type MapMouseEvent } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { FeatureCollection } from 'geojson';
import type { Bounds } from '../lib/state.svelte';
import type { Camera, Theme } from '../lib/url';
import { draw, PIXEL_RATIO } from './images';
import { CLICKABLE, POINTS, TILES, type Tiles } from './layers';
import { style } from './style';

// Bundled, MapLibre cannot find its worker by itself and the map never goes idle.
setWorkerUrl(new URL(workerUrl, document.baseURI).href);

export interface Events {
  moved(camera: Camera, bounds: Bounds): void;
  /** Every click, first; true when that was all it was for. */
  clicked(lon: number, lat: number): boolean;
  pickedIncident(id: string): void;
  /** Several incidents at one spot, or in one country. */
  pickedSpot(ids: string[]): void;
  /** A cluster that the server made and that cannot be parted by zooming. */
  pickedPlace(lon: number, lat: number): void;
  pickedCandidate(index: number): void;
  pickedNothing(): void;
  hovered(id: string | null, x: number, y: number): void;
}

const START: Camera = { zoom: 2.2, lat: 38, lon: 52 };
/** A cluster whose incidents lie within this many degrees is one spot: zooming in would not part them. */
const ONE_SPOT_DEGREES = 1e-4;
const CLUSTER_LEAVES = 2000;

export class MapView {
  readonly #map: MapLibre;
  readonly #events: Events;
  readonly #data = new Map<string, FeatureCollection>();
  readonly #origin = new URL('./', document.baseURI).href;
  #aiming = false;
  #tiles: Tiles | null = null;
  #look: { theme: Theme; lang: string };
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)').matches;

  constructor(container: HTMLElement, camera: Camera | null, theme: Theme, lang: string, label: string, events: Events) {
    const at = camera ?? START;
    this.#events = events;
    this.#look = { theme, lang };
    this.#map = new MapLibre({
      container,
      style: style(theme, lang, this.#origin, null),
      center: [at.lon, at.lat],
      zoom: at.zoom,
      minZoom: 0.8,
      maxZoom: 15,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      renderWorldCopies: true,
      locale: { 'Map.Title': label },
    });
    const map = this.#map;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    // The resolver, not the event `styleimagemissing`: MapLibre waits for it, and with the event a tile may be drawn without.
    map.setMissingStyleImageResolver((id) => this.#addImage(id));
    map.on('load', () => this.#feed());
    // Says in the document when all is drawn, so that a test or a screenshot need not guess.
    map.on('idle', () => (container.dataset.map = 'idle'));
    for (const busy of ['movestart', 'dataloading'] as const) map.on(busy, () => (container.dataset.map = 'busy'));
    map.on('moveend', () => this.#tell());
    map.on('click', (event) => void this.#click(event));
    map.on('mousemove', (event) => this.#hover(event));
    map.on('mouseout', () => events.hovered(null, 0, 0));
    this.#tell();
  }

  #addImage(id: string) {
    const image = draw(id);
    if (image && !this.#map.hasImage(id)) this.#map.addImage(id, image, { pixelRatio: PIXEL_RATIO });
  }

  remove() {
    this.#map.remove();
  }

  restyle(theme: Theme, lang: string) {
    this.#look = { theme, lang };
    // The new style names the sources without their features; keep those that are there.
    this.#map.setStyle(style(theme, lang, this.#origin, this.#tiles), {
      diff: true,
      transformStyle: (before, next) => (before ? { ...next, sources: { ...before.sources, [TILES]: next.sources[TILES]! } } : next),
    });
  }

  /** Draws what the server cuts under this query; null goes back to what the page holds. As heat, or one by one. */
  tiles(query: string | null, heat: boolean) {
    const was = this.#tiles;
    this.#tiles = query === null ? null : { address: `${this.#origin}collections/incidents/tiles/WebMercatorQuad/{z}/{y}/{x}?${query}`, heat };
    const source = this.#map.getSource(TILES);
    if (was && this.#tiles && was.heat === heat && source instanceof VectorTileSource) {
      if (was.address !== this.#tiles.address) source.setTiles([this.#tiles.address]);
    } else if (was !== this.#tiles) this.restyle(this.#look.theme, this.#look.lang);
  }

  refresh() {
    if (this.#tiles) this.#map.refreshTiles(TILES);
  }

  set(source: string, features: FeatureCollection) {
    this.#data.set(source, features);
    this.#feed(source);
  }

  #feed(only?: string) {
    for (const [id, features] of this.#data) {
      if (only && only !== id) continue;
      const source = this.#map.getSource(id);
      if (source instanceof GeoJSONSource) source.setData(features);
    }
  }

  /** Tints the country in which something happened that is known no closer. */
  highlightCountry(iso: string | null) {
    const apply = () => {
      for (const layer of ['country-focus', 'country-focus-line']) {
        if (this.#map.getLayer(layer)) this.#map.setFilter(layer, ['==', ['get', 'iso'], iso ?? '-']);
      }
    };
    if (this.#map.isStyleLoaded()) apply();
    else void this.#map.once('idle', apply);
  }

  flyTo(lon: number, lat: number, zoom?: number) {
    const target = { center: [lon, lat] as [number, number], zoom: zoom ?? Math.max(this.#map.getZoom(), 5) };
    if (this.#calm) this.#map.jumpTo(target);
    else this.#map.flyTo({ ...target, speed: 1.6, maxDuration: 1800 });
  }

  fit(points: [number, number][], maxZoom = 7) {
    const bounds = new LngLatBounds();
    points.forEach((point) => bounds.extend(point));
    if (!bounds.isEmpty()) this.#map.fitBounds(bounds, { padding: this.#room(), maxZoom, duration: this.#calm ? 0 : 900 });
  }

  #room(): number {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    return Math.round(Math.min(clientWidth, clientHeight) * 0.14);
  }

  /** A copy of what is drawn; a WebGL canvas can only be read while it draws. */
  picture(): Promise<HTMLCanvasElement> {
    return new Promise((done) => {
      void this.#map.once('render', () => {
        const drawn = this.#map.getCanvas();
        const copy = Object.assign(document.createElement('canvas'), { width: drawn.width, height: drawn.height });
        copy.getContext('2d')!.drawImage(drawn, 0, 0);
        done(copy);
      });
      this.#map.triggerRepaint();
    });
  }

  zoomBy(step: number) {
    this.#map.zoomTo(this.#map.getZoom() + step, { duration: this.#calm ? 0 : 250 });
  }

  resize() {
    this.#map.resize();
  }

  #tell() {
    const { lng, lat } = this.#map.getCenter().wrap();
    const b = this.#map.getBounds();
    const turn = Math.floor((b.getWest() + 180) / 360) * 360;
    this.#events.moved({ zoom: this.#map.getZoom(), lat, lon: lng }, [b.getWest() - turn, b.getSouth(), b.getEast() - turn, b.getNorth()]);
  }

  // A finger is wider than a pin: look in a box round the point, and take the topmost layer.
  #at(event: MapMouseEvent, reach: number) {
    const { x, y } = event.point;
    const layers = CLICKABLE.filter((id) => this.#map.getLayer(id));
    if (layers.length === 0) return undefined;
    const found = this.#map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers });
    return found.toSorted((a, b) => CLICKABLE.indexOf(a.layer.id) - CLICKABLE.indexOf(b.layer.id))[0];
  }

  /** Shows a cross hair while a click on the map is a place pointed at. */
  aim(on: boolean) {
    this.#aiming = on;
    this.#map.getCanvas().style.cursor = on ? 'crosshair' : '';
  }

  #hover(event: MapMouseEvent) {
    if (this.#aiming) return;
    const feature = this.#at(event, 2);
    this.#map.getCanvas().style.cursor = feature ? 'pointer' : '';
    this.#events.hovered(feature?.layer.id === 'pin' || feature?.layer.id === 'tile-pin' ? String(feature.properties.id) : null, event.point.x, event.point.y);
  }

  async #click(event: MapMouseEvent) {
    const { lng, lat } = event.lngLat.wrap();
    if (this.#events.clicked(lng, lat)) return;
    const feature = this.#at(event, 6);
    if (!feature) return this.#events.pickedNothing();
    const { layer, properties } = feature;
    if (layer.id === 'pin' || layer.id === 'tile-pin' || layer.id === 'tile-badge') return this.#events.pickedIncident(String(properties.id));
    if (layer.id === 'tile-cluster') return this.#openTileCluster((feature.geometry as GeoJSON.Point).coordinates as [number, number], properties);
    if (layer.id === 'candidate') return this.#events.pickedCandidate(Number(properties.index));
    if (layer.id === 'badge' || layer.id === 'area') return this.#pick(String(properties.ids).split(' '));
    const source = this.#map.getSource(POINTS) as GeoJSONSource;
    const leaves = await source.getClusterLeaves(Number(properties.cluster_id), CLUSTER_LEAVES, 0);
    const points = leaves.map((leaf) => (leaf.geometry as GeoJSON.Point).coordinates as [number, number]);
    const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
    const wide = Math.max(Math.max(...lons) - Math.min(...lons), Math.max(...lats) - Math.min(...lats));
    if (wide > ONE_SPOT_DEGREES) this.fit(points, 12);
    this.#pick(leaves.map((leaf) => String(leaf.properties?.id)));
  }

  #openTileCluster([lon, lat]: [number, number], { one_place, expansion_zoom }: Record<string, unknown>) {
    const zoom = Number(expansion_zoom ?? 0);
    if (one_place || zoom > this.#map.getMaxZoom()) this.#events.pickedPlace(lon, lat);
    else this.flyTo(lon, lat, Math.max(zoom, this.#map.getZoom() + 1));
  }

  #pick(ids: string[]) {
    if (ids.length === 1) this.#events.pickedIncident(ids[0]!);
    else this.#events.pickedSpot(ids);
  }
}

