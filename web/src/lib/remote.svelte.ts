// Follows the view while the server counts and lists: asks anew when the filter or the map changes, drops answers that came
// too late, and keeps what is open. Bars are asked only when something other than the window of time has changed.
import { collectionExtent, ServerError } from './api';
import type { Filter } from './filter';
import type { Incident } from './incident';
import { remoteBars, remoteFacets, remoteRows } from './remote';
import { app, type Bounds } from './state.svelte';

const WAIT_MS = 80;
/** Half the side of the box round a spot whose incidents are listed, in degrees: about ten metres. */
const SPOT_DEGREES = 1e-4;
const SPOT_ROWS = 500;

class RemoteView {
  #counting: AbortController | undefined;
  #listing: AbortController | undefined;
  #bars = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Watches the page's state; called once, inside an effect root. */
  watch() {
    $effect(() => {
      void app.generation;
      if (!app.isRemote) return;
      const filter: Filter = $state.snapshot(app.filter);
      const { bounds } = app;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        void this.#count(filter);
        if (!app.spot) void this.#list(filter, bounds);
      }, WAIT_MS);
    });
  }

  async #count(filter: Filter) {
    const key = JSON.stringify({ ...filter, from: null, to: null });
    this.#counting?.abort();
    const { signal } = (this.#counting = new AbortController());
    await this.#attempt(async () => {
      const [{ facets, total }, bars, extent] = await Promise.all([
        remoteFacets(filter, signal),
        key === this.#bars ? app.remote!.bars : remoteBars(filter, signal),
        app.remote?.extent ?? collectionExtent(),
      ]);
      if (!app.remote) return;
      this.#bars = key;
      app.remote = { ...app.remote, facets, bars, total, extent };
    });
  }

  async #list(filter: Filter, bounds: Bounds | null) {
    this.#listing?.abort();
    const { signal } = (this.#listing = new AbortController());
    await this.#attempt(async () => {
      const { features, numberMatched } = await remoteRows(filter, bounds, signal);
      if (!app.remote) return;
      app.remote = { ...app.remote, inView: numberMatched ?? features.length };
      app.incidents = this.#withSelected(features);
    });
  }

  /** Lists the incidents of a cluster that no zoom can part. */
  async openSpot(lon: number, lat: number) {
    await this.#attempt(async () => {
      const box: Bounds = [lon - SPOT_DEGREES, lat - SPOT_DEGREES, lon + SPOT_DEGREES, lat + SPOT_DEGREES];
      const { features } = await remoteRows($state.snapshot(app.filter), box, new AbortController().signal, SPOT_ROWS);
      app.select(null);
      app.incidents = features;
      app.spot = new Set(features.map(({ properties: p }) => p.id));
    });
  }

  /** Fetches an incident that was clicked on the map and may not be among the rows. */
  #withSelected(features: Incident[]): Incident[] {
    const { selected } = app;
    return selected && !features.some(({ properties: p }) => p.id === selected.properties.id) ? [...features, selected] : features;
  }

  async #attempt(work: () => Promise<void>) {
    try {
      await work();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      if (!(error instanceof ServerError)) throw error;
      app.load = { phase: 'failed', status: error.status, message: error.message };
    }
  }
}

export const remoteView = new RemoteView();
