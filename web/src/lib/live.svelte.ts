// Keeps the page fresh. A server that takes corrections also tells what happens to its incidents as it happens (`/changes`);
// any other is asked now and then how much it holds. Where fetching what came would be a large load, the page only says that
// there is more. Nothing is asked and no line is held while nobody looks: a browser has six lines to a host for all its tabs.
import { changesAddress, health, ServerError } from './api';
import type { Incident } from './incident';
import { app } from './state.svelte';

const EVERY_MS = 15_000;
/** Where the server lists, changes that follow each other are one look. */
const GATHER_MS = 700;
/** With more incidents than this, new ones are fetched when somebody asks for them. */
const QUIETLY_MOST = 3000;

class Live {
  behind = $state(false);
  #seen: string | null = null;
  #feed: EventSource | null = null;
  #waiting: (() => void)[] | null = null;
  #gathering: ReturnType<typeof setTimeout> | undefined;

  start() {
    setInterval(() => void this.#look(), EVERY_MS);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void this.#look();
      else this.#hangUp();
    });
    void this.#look();
  }

  async catchUp() {
    this.behind = false;
    await app.reload(true);
  }

  async #look() {
    if (document.visibilityState !== 'visible') return;
    if (app.corrects && app.load.phase === 'ready') return this.#listen();
    try {
      const { documents, incidents } = await health();
      const now = `${documents} ${incidents}`;
      const changed = this.#seen !== null && this.#seen !== now;
      this.#seen = now;
      // A server that stopped and came back: what failed is asked again.
      if (app.load.phase === 'failed') return void app.reload();
      if (!changed || app.load.phase !== 'ready') return;
      if ((incidents ?? 0) <= QUIETLY_MOST || app.remote) await this.catchUp();
      else this.behind = true;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
    }
  }

  #listen() {
    if (this.#feed) return;
    const feed = (this.#feed = new EventSource(changesAddress()));
    feed.addEventListener('put', ({ data }: MessageEvent<string>) => this.#afterLoad(() => this.#put(JSON.parse(data) as Incident)));
    feed.addEventListener('gone', ({ data }: MessageEvent<string>) => this.#afterLoad(() => this.#gone((JSON.parse(data) as { id: string }).id)));
    feed.addEventListener('reset', () => void this.#missed());
    // A line that the server closed for good is tried again with the next look; what was missed meanwhile is fetched.
    feed.addEventListener('error', () => {
      if (feed.readyState === EventSource.CLOSED) this.#hangUp();
    });
    // Between loading and listening something may have happened.
    if (this.#seen !== null) void this.#missed();
    this.#seen = 'listening';
  }

  /** Loads what was missed; what is told meanwhile is newer than what is loaded, and waits for it. */
  async #missed() {
    this.#waiting ??= [];
    await this.catchUp();
    const told = this.#waiting;
    this.#waiting = null;
    told?.forEach((apply) => apply());
  }

  #afterLoad(apply: () => void) {
    if (this.#waiting) this.#waiting.push(apply);
    else apply();
  }

  #hangUp() {
    this.#feed?.close();
    this.#feed = null;
  }

  #put(incident: Incident) {
    if (app.isRemote) return this.#gather();
    const { id } = incident.properties;
    if (!app.original(id)) app.fresh.add(id);
    app.replace(id, incident);
  }

  #gone(id: string) {
    if (app.isRemote) return this.#gather();
    // What is being put right is not pulled away; saving it will say that it is gone.
    if (app.editingId !== id) app.replace(id, null);
  }

  #gather() {
    clearTimeout(this.#gathering);
    this.#gathering = setTimeout(() => void app.reload(true), GATHER_MS);
  }
}

export const live = new Live();
