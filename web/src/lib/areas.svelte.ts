// Fetches the outlines of areas as they are needed, a country at a time, and sums what the map shows by them.
import { SvelteMap } from 'svelte/reactivity';
import { areasOf, ServerError } from './api';
import { AreaIndex, classes, sums, type Area } from './areas';
import { lonLat, type Incident } from './incident';
import { app } from './state.svelte';

class AreaSums {
  readonly #indices = new SvelteMap<string, AreaIndex>();
  readonly #asked = new Set<string>();
  // Where an incident lies does not change with the filter, and playback asks several times a second.
  #found = new WeakMap<Incident, Area | null>();
  failed = $state(false);

  wanted = $derived(app.drawing === 'areas' && app.preview === null && app.remote === null);

  all = $derived.by(() => (this.wanted ? sums(app.drawn, (incident) => this.#areaOf(incident), app.measure).filter(({ value }) => value > 0) : []));

  classes = $derived(classes(this.all.map(({ value }) => value)));

  most = $derived(this.all.reduce((most, { value }) => Math.max(most, value), 0));

  /** Fetches the outlines of every country that has an incident. */
  fetch() {
    if (!this.wanted) return;
    for (const country of new Set(app.drawn.map(({ properties: p }) => p.country))) {
      if (country && !this.#asked.has(country)) void this.#fetch(country);
    }
  }

  async #fetch(country: string) {
    this.#asked.add(country);
    try {
      const { features } = await areasOf(country);
      this.#found = new WeakMap();
      this.#indices.set(country, new AreaIndex(features));
      this.failed = false;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.#asked.delete(country);
      this.failed = true;
    }
  }

  #areaOf(incident: Incident): Area | null {
    const index = this.#indices.get(incident.properties.country ?? '');
    if (!index) return null;
    const known = this.#found.get(incident);
    if (known !== undefined) return known;
    const at = lonLat(incident);
    const area = at && index.at(at[0], at[1]);
    this.#found.set(incident, area);
    return area;
  }
}

export const areaSums = new AreaSums();
