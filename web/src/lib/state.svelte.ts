// What the page knows: the view (which lives in the address bar), the incidents, what is open.
// One object, so that any component can read it, and so that only its methods change it.
import { i18n, isLanguage, preferred, t } from '../i18n/i18n.svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { abilities, item, loadIncidents, MOST_FEATURES, session, ServerError, type Abilities } from './api';
import { applied, isEmpty, type Draft } from './edit';
import { countFacets, type Facets } from './facets';
import { DEFAULT_STATUS, emptyFilter, matches, type Filter } from './filter';
import { histogram, type Bar } from './histogram';
import type { Candidate, Extraction, Incident } from './incident';
import { lonLat } from './incident';
import { readHash, writeHash, type Camera, type Drawing, type Measure, type Side, type Theme } from './url';

export type Load = { phase: 'loading' | 'ready' } | { phase: 'failed'; status: number; message: string };

/** West, south, east, north; east is past 180 where the view crosses the antimeridian. */
export type Bounds = [number, number, number, number];

/** What the server counted, where there are too many incidents for the page to hold. */
export interface Remote {
  facets: Facets;
  bars: Bar[];
  /** How many pass the filter, and how many of those lie in the view. */
  total: number;
  inView: number;
  extent: Bounds | null;
}

export type Dialog = 'about' | 'share';

/** What the map can be told to do from outside. */
export interface MapHandle {
  flyTo(lon: number, lat: number, zoom?: number): void;
  fit(points: [number, number][], maxZoom?: number): void;
  /** Asks for tiles anew: the server has something else than before. */
  refresh(): void;
  /** What is drawn now, as a picture. */
  picture(): Promise<HTMLCanvasElement>;
}

/** Changes of the filter that follow each other sooner than this are one step of the back button. */
const ONE_STEP_MS = 1500;

class AppState {
  camera = $state<Camera | null>(null);
  filter = $state<Filter>(emptyFilter());
  selectedId = $state<string | null>(null);
  theme = $state<Theme>('light');
  drawing = $state<Drawing>('points');
  measure = $state<Measure>('count');
  side = $state<Side>('list');
  embed = $state(false);
  bounds = $state<Bounds | null>(null);
  incidents = $state.raw<Incident[]>([]);
  matched = $state(0);
  load = $state<Load>({ phase: 'loading' });
  canWrite = $state(false);
  /** Whether the server takes corrections at all; that also needs `canWrite`. */
  corrects = $state(false);
  canCorrect = $derived(this.canWrite && this.corrects);
  /** Corrections not yet kept, by incident; the page shows incidents as they would be. */
  readonly drafts = new SvelteMap<string, Draft>();
  /** Incidents of a previewed report that will not be kept. */
  readonly rejected = new SvelteSet<string>();
  editingId = $state<string | null>(null);
  /** Takes the next click on the map, while somebody points at where an incident was. */
  picking = $state.raw<((lon: number, lat: number) => void) | null>(null);
  /** Incidents that came while the page was open, until they were seen. */
  readonly fresh = new SvelteSet<string>();
  broken = $state<string[]>([]);
  mapFailed = $state(false);
  /** Incidents of the cluster or badge that was chosen on the map, while it is chosen. */
  spot = $state.raw<Set<string> | null>(null);
  hoveredId = $state<string | null>(null);
  hoveredCandidate = $state.raw<Candidate | null>(null);
  dialog = $state<Dialog | null>(null);
  /** The map as a picture while the page is printed: a browser prints no WebGL. */
  printed = $state<string | null>(null);
  preview = $state.raw<Extraction | null>(null);
  map: MapHandle | null = null;
  /** Not null while the server cuts, counts and lists; `incidents` are then only the rows that were fetched. */
  remote = $state.raw<Remote | null>(null);
  isRemote = $derived(this.remote !== null);
  /** Grows when what the server has is asked anew though nothing in the view has changed. */
  generation = $state(0);

  #abilities: Promise<Abilities> | null = null;
  #unknown: [string, string][] = [];
  #langInUrl = false;
  #themeInUrl = false;
  #started = false;
  #step = { view: '', filter: '', at: 0 };
  /** While the time plays, the address follows but the back button does not have to undo every frame. */
  playing = $state(false);

  /** What the map and the list draw from: the preview of a pasted report while there is one. */
  shown = $derived.by(() => {
    if (this.preview) return this.preview.features.map((incident) => this.#drafted(incident));
    return this.#current.filter((incident) => matches(incident, this.filter));
  });

  /** The incidents with the corrections that are being made. */
  #current = $derived.by(() => (this.drafts.size === 0 ? this.incidents : this.incidents.map((incident) => this.#drafted(incident))));

  #drafted(incident: Incident): Incident {
    return applied(incident, this.drafts.get(incident.properties.id));
  }

  facets = $derived.by(() => this.remote?.facets ?? countFacets(this.incidents, this.filter));

  bars = $derived.by(() => this.remote?.bars ?? histogram(this.incidents.filter((incident) => matches(incident, this.filter, ['time']))));

  /** The last day on which any incident of the usual statuses began. */
  newest = $derived.by(() => {
    if (this.remote) return this.remote.bars.at(-1)?.to ?? null;
    const newest = this.incidents.reduce((most, { properties: p }) => (p.date_start && p.date_start > most && DEFAULT_STATUS.includes(p.status) ? p.date_start : most), '').slice(0, 10);
    return newest || null;
  });

  /** Whether the incidents lie in more than one year, so that a day without its year says too little. */
  manyYears = $derived.by(() => new Set(this.shown.flatMap(({ properties: p }) => p.date_start?.slice(0, 4) ?? [])).size > 1);

  selected = $derived.by(() => {
    const id = this.selectedId;
    if (!id) return null;
    const found = this.preview?.features.find((i) => i.properties.id === id) ?? this.incidents.find((i) => i.properties.id === id);
    return found ? this.#drafted(found) : null;
  });

  /** The incident as the server or the preview has it, without the corrections that are being made. */
  original(id: string): Incident | null {
    return this.preview?.features.find((i) => i.properties.id === id) ?? this.incidents.find((i) => i.properties.id === id) ?? null;
  }

  inView = $derived.by(() => {
    const { bounds, spot } = this;
    const placed = this.shown.filter((incident) => lonLat(incident) !== null);
    if (spot) return placed.filter((incident) => spot.has(incident.properties.id));
    if (!bounds) return placed;
    return placed.filter((incident) => within(lonLat(incident)!, bounds));
  });

  /** What the map draws: all that is shown but what was rejected in a preview. */
  drawn = $derived.by(() => (this.rejected.size === 0 ? this.shown : this.shown.filter((incident) => !this.rejected.has(incident.properties.id))));

  /** How many incidents pass the filter, drawn or not. */
  total = $derived(this.remote && !this.preview ? this.remote.total : this.shown.length);

  /** How many of them lie in the view, listed or not. */
  inViewTotal = $derived.by(() => (this.remote && !this.preview && !this.spot ? this.remote.inView : this.inView.length));

  unplaced = $derived.by(() => this.shown.filter((incident) => lonLat(incident) === null));

  /** Reads the address, then loads. Called once. */
  start() {
    const key = new URLSearchParams(location.hash.slice(1)).get('key');
    this.#readAddress();
    if (key) this.#unknown = this.#unknown.filter(([name]) => name !== 'key');
    this.#started = true;
    this.#step = { ...this.#parts, at: 0 };
    this.writeAddress();
    void session(key).then((write) => (this.canWrite = write));
    this.#abilities = abilities();
    void this.#abilities.then(({ corrects }) => (this.corrects = corrects));
    addEventListener('hashchange', () => this.#readAddress());
    void this.reload();
  }

  #readAddress() {
    const view = readHash(location.hash);
    const moved = JSON.stringify(view.camera) !== JSON.stringify(this.camera);
    const systemTheme: Theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    this.camera = view.camera ?? this.camera;
    this.filter = view.filter;
    this.selectedId = view.id;
    this.drawing = view.drawing;
    this.measure = view.measure;
    this.side = view.side;
    this.embed = view.embed;
    if (view.side !== 'read') this.preview = null;
    this.spot = null;
    this.broken = view.broken;
    if (view.lang && !isLanguage(view.lang)) this.broken.push('lang');
    this.#langInUrl = isLanguage(view.lang);
    i18n.lang = isLanguage(view.lang) ? view.lang : preferred(navigator.languages);
    this.#themeInUrl = view.theme !== null;
    this.theme = view.theme ?? systemTheme;
    this.#unknown = view.unknown;
    this.#step = { ...this.#parts, at: 0 };
    if (this.#started && view.camera && moved) this.map?.flyTo(view.camera.lon, view.camera.lat, view.camera.zoom);
  }

  /** The view as an address part. Language and theme are in it only when they were chosen. */
  get hash(): string {
    return writeHash(this.#view);
  }

  /** The view for a frame in another page: the map with its legend, and what is open. */
  get embedHash(): string {
    return writeHash({ ...this.#view, side: 'list', embed: true, lang: i18n.lang, theme: this.theme });
  }

  get #view() {
    return {
      camera: this.camera,
      filter: this.filter,
      drawing: this.drawing,
      measure: this.measure,
      side: this.side,
      embed: this.embed,
      // An incident that is only read and not kept cannot be linked to.
      id: this.preview ? null : this.selectedId,
      lang: this.#langInUrl ? i18n.lang : null,
      theme: this.#themeInUrl ? this.theme : null,
      unknown: this.#unknown,
    };
  }

  /** What the back button steps through: the filter, and what is open. */
  get #parts() {
    const parts = { ...this.#view, camera: null, lang: null, theme: null, unknown: [] };
    return {
      filter: writeHash({ ...parts, id: null, side: 'list' }),
      view: writeHash({ ...parts, filter: emptyFilter() }),
    };
  }

  /** Writes the view to the address. A change of the filter or of what is open is a step that the back button undoes;
   *  moving the map is not, and neither is each letter typed or each day dragged over. */
  writeAddress() {
    const hash = this.hash;
    if (!this.#started) return;
    const { filter, view } = this.#parts;
    const opened = view !== this.#step.view;
    const narrowed = filter !== this.#step.filter;
    const fresh = opened || (narrowed && !this.playing && Date.now() - this.#step.at > ONE_STEP_MS);
    if (opened || narrowed) this.#step = { filter, view, at: Date.now() };
    if (location.hash.slice(1) === hash) return;
    const address = hash ? `#${hash}` : location.pathname + location.search;
    if (fresh) history.pushState(null, '', address);
    else history.replaceState(history.state, '', address);
  }

  /** Loads all incidents anew. `quietly` keeps what is shown until the new ones are there, and marks those that came. */
  async reload(quietly = false) {
    if (quietly && !this.remote) return this.#catchUp();
    if (quietly) {
      this.generation += 1;
      this.map?.refresh();
      return;
    }
    this.load = { phase: 'loading' };
    try {
      const { incidents, matched } = await loadIncidents(
        ({ incidents, matched }) => {
          this.incidents = [...incidents];
          this.matched = matched;
        },
        async (matched) => !(await this.#isTooMany(matched)),
      );
      this.remote = (await this.#isTooMany(matched)) ? { facets: { kinds: {}, statuses: {}, countries: {} }, bars: [], total: matched, inView: 0, extent: null } : null;
      this.incidents = this.remote ? [] : incidents;
      this.matched = matched;
      await this.#fetchSelected();
      this.load = { phase: 'ready' };
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.load = { phase: 'failed', status: error.status, message: error.message };
    }
  }

  async #isTooMany(matched: number): Promise<boolean> {
    return matched > MOST_FEATURES && ((await this.#abilities)?.tiles ?? false);
  }

  // An address may name an incident beyond those that the page holds.
  async #fetchSelected() {
    const id = this.selectedId;
    if (!id || this.selected) return;
    try {
      this.replace(id, (await item(id)).incident);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
    }
  }

  async #catchUp() {
    const known = new Set(this.incidents.map((incident) => incident.properties.id));
    try {
      const { incidents, matched } = await loadIncidents(() => {});
      incidents.forEach(({ properties: { id } }) => !known.has(id) && this.fresh.add(id));
      this.incidents = incidents;
      this.matched = matched;
      this.load = { phase: 'ready' };
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      // What is on the page stays good; the next look tells more.
    }
  }

  /** Puts an incident as the server now has it in the place of the old one; null takes it away. */
  replace(id: string, incident: Incident | null) {
    const at = this.incidents.findIndex((other) => other.properties.id === id);
    const next = [...this.incidents];
    if (!incident && at < 0) return;
    if (incident && at >= 0) next[at] = incident;
    else if (incident) next.push(incident);
    else if (at >= 0) next.splice(at, 1);
    this.matched += next.length - this.incidents.length;
    this.incidents = next;
  }

  setDraft(id: string, draft: Draft) {
    if (isEmpty(draft)) this.drafts.delete(id);
    else this.drafts.set(id, draft);
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
    if (id !== this.editingId) this.stopEditing();
    if (id) this.fresh.delete(id);
    this.selectedId = id;
    this.hoveredCandidate = null;
    const at = fly && this.selected ? lonLat(this.selected) : null;
    if (at) this.map?.flyTo(at[0], at[1]);
  }

  /** Opens an incident that was clicked on the map; where the server lists, it may have to be fetched. */
  async openIncident(id: string) {
    this.select(id);
    await this.#fetchSelected();
  }

  /** Leaves the form of corrections; those of a kept incident are dropped, those of a preview wait for it to be kept. */
  stopEditing() {
    if (this.editingId && !this.preview) this.drafts.delete(this.editingId);
    this.editingId = null;
    this.picking = null;
  }

  open(side: Side) {
    this.stopEditing();
    this.selectedId = null;
    this.spot = null;
    this.showPreview(null);
    this.side = side;
  }

  showPreview(preview: Extraction | null) {
    if (preview !== this.preview) {
      this.drafts.clear();
      this.rejected.clear();
    }
    this.preview = preview;
    this.spot = null;
    if (this.selectedId && !this.selected) this.selectedId = null;
    if (preview) this.#fit(preview.features, 6);
  }

  showAll() {
    this.spot = null;
    const extent = this.preview ? null : this.remote?.extent;
    if (extent) return this.map?.fit([[extent[0], extent[1]], [extent[2], extent[3]]], 7);
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
