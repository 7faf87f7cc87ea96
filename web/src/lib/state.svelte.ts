// What the page knows: the view (which lives in the address bar), the incidents, what is open.
// One object, so that any component can read it, and so that only its methods change it.
import { i18n, isLanguage, preferred, t } from '../i18n/i18n.svelte';
import { loadIncidents, session, ServerError } from './api';
import { emptyFilter, matches, type Filter } from './filter';
import { histogram } from './histogram';
import type { Candidate, Extraction, Incident } from './incident';
import { lonLat } from './incident';
import { readHash, writeHash, type Camera, type Theme } from './url';

export type Load = { phase: 'loading' | 'ready' } | { phase: 'failed'; status: number; message: string };

/** West, south, east, north; east is past 180 where the view crosses the antimeridian. */
export type Bounds = [number, number, number, number];

/** What the map can be told to do from outside. */
export interface MapHandle {
  flyTo(lon: number, lat: number, zoom?: number): void;
  fit(points: [number, number][], maxZoom?: number): void;
}

class AppState {
  camera = $state<Camera | null>(null);
  filter = $state<Filter>(emptyFilter());
  selectedId = $state<string | null>(null);
  theme = $state<Theme>('light');
  bounds = $state<Bounds | null>(null);
  incidents = $state.raw<Incident[]>([]);
  matched = $state(0);
  load = $state<Load>({ phase: 'loading' });
  canWrite = $state(false);
  broken = $state<string[]>([]);
  mapFailed = $state(false);
  /** Incidents of the cluster or badge that was chosen on the map, while it is chosen. */
  spot = $state.raw<Set<string> | null>(null);
  hoveredId = $state<string | null>(null);
  hoveredCandidate = $state.raw<Candidate | null>(null);
  pasteOpen = $state(false);
  aboutOpen = $state(false);
  preview = $state.raw<Extraction | null>(null);
  map: MapHandle | null = null;

  #unknown: [string, string][] = [];
  #langInUrl = false;
  #themeInUrl = false;
  #started = false;

  /** What the map and the list draw from: the preview of a pasted report while there is one. */
  shown = $derived.by(() => {
    if (this.preview) return this.preview.features;
    return this.incidents.filter((incident) => matches(incident, this.filter));
  });

  bars = $derived.by(() => histogram(this.incidents.filter((incident) => matches(incident, this.filter, ['time']))));

  /** Whether the incidents lie in more than one year, so that a day without its year says too little. */
  manyYears = $derived.by(() => new Set(this.shown.flatMap(({ properties: p }) => p.date_start?.slice(0, 4) ?? [])).size > 1);

  selected = $derived.by(() => {
    const id = this.selectedId;
    if (!id) return null;
    return this.preview?.features.find((i) => i.properties.id === id) ?? this.incidents.find((i) => i.properties.id === id) ?? null;
  });

  inView = $derived.by(() => {
    const { bounds, spot } = this;
    const placed = this.shown.filter((incident) => lonLat(incident) !== null);
    if (spot) return placed.filter((incident) => spot.has(incident.properties.id));
    if (!bounds) return placed;
    return placed.filter((incident) => within(lonLat(incident)!, bounds));
  });

  unplaced = $derived.by(() => this.shown.filter((incident) => lonLat(incident) === null));

  /** Reads the address, then loads. Called once. */
  start() {
    const key = new URLSearchParams(location.hash.slice(1)).get('key');
    this.#readAddress();
    if (key) this.#unknown = this.#unknown.filter(([name]) => name !== 'key');
    this.#started = true;
    this.writeAddress();
    void session(key).then((write) => (this.canWrite = write));
    addEventListener('hashchange', () => this.#readAddress());
    void this.reload();
  }

  #readAddress() {
    const view = readHash(location.hash);
    const systemTheme: Theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    this.camera = view.camera ?? this.camera;
    this.filter = view.filter;
    this.selectedId = view.id;
    this.broken = view.broken;
    if (view.lang && !isLanguage(view.lang)) this.broken.push('lang');
    this.#langInUrl = isLanguage(view.lang);
    i18n.lang = isLanguage(view.lang) ? view.lang : preferred(navigator.languages);
    this.#themeInUrl = view.theme !== null;
    this.theme = view.theme ?? systemTheme;
    this.#unknown = view.unknown;
    if (this.#started && view.camera) this.map?.flyTo(view.camera.lon, view.camera.lat, view.camera.zoom);
  }

  /** The view as an address part. Language and theme are in it only when they were chosen. */
  get hash(): string {
    return writeHash({
      camera: this.camera,
      filter: this.filter,
      id: this.selectedId,
      lang: this.#langInUrl ? i18n.lang : null,
      theme: this.#themeInUrl ? this.theme : null,
      unknown: this.#unknown,
    });
  }

  /** Replaces the address: moving a map is not a step that the back button should undo. */
  writeAddress() {
    const hash = this.hash;
    if (this.#started && location.hash.slice(1) !== hash) history.replaceState(history.state, '', hash ? `#${hash}` : location.pathname + location.search);
  }

  async reload() {
    this.load = { phase: 'loading' };
    try {
      const { incidents, matched } = await loadIncidents(({ incidents, matched }) => {
        this.incidents = [...incidents];
        this.matched = matched;
      });
      this.incidents = incidents;
      this.matched = matched;
      this.load = { phase: 'ready' };
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.load = { phase: 'failed', status: error.status, message: error.message };
    }
  }

  setLanguage(lang: string) {
    i18n.lang = lang;
    this.#langInUrl = true;
    this.writeAddress();
  }

  setTheme(theme: Theme) {
    this.theme = theme;
    this.#themeInUrl = true;
    this.writeAddress();
  }

  resetFilter() {
    this.filter = emptyFilter();
    this.spot = null;
  }

  select(id: string | null, fly = false) {
    this.selectedId = id;
    this.hoveredCandidate = null;
    const at = fly && this.selected ? lonLat(this.selected) : null;
    if (at) this.map?.flyTo(at[0], at[1]);
  }

  openPaste() {
    this.selectedId = null;
    this.spot = null;
    this.pasteOpen = true;
  }

  closePaste() {
    this.pasteOpen = false;
    this.showPreview(null);
  }

  showPreview(preview: Extraction | null) {
    this.preview = preview;
    this.spot = null;
    if (this.selectedId && !this.selected) this.selectedId = null;
    if (preview) this.#fit(preview.features, 6);
  }

  showAll() {
    this.spot = null;
    this.#fit(this.shown, 7);
  }

  #fit(incidents: Incident[], maxZoom: number) {
    const points = incidents.map(lonLat).filter((at) => at !== null);
    if (points.length > 0) this.map?.fit(points, maxZoom);
  }

  get notice(): string | null {
    if (this.broken.length > 0) return t('broken_url', { keys: this.broken.join(', ') });
    if (this.selectedId && !this.selected && this.load.phase === 'ready') return t('missing_incident', { id: this.selectedId });
    return null;
  }
}

function within([lon, lat]: [number, number], [west, south, east, north]: Bounds): boolean {
  if (lat < south || lat > north) return false;
  return [lon, lon + 360, lon - 360].some((turned) => turned >= west && turned <= east);
}

export const app = new AppState();
