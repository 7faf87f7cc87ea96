// Keeps the page fresh: asks the server now and then how much it holds, and fetches what came. Where that would be a large
// load, it only says that there is more. Nothing is asked while nobody looks.
import { health, ServerError } from './api';
import { app } from './state.svelte';

const EVERY_MS = 15_000;
/** With more incidents than this, new ones are fetched when somebody asks for them. */
const QUIETLY_MOST = 3000;

class Live {
  behind = $state(false);
  #seen: string | null = null;

  start() {
    setInterval(() => void this.#look(), EVERY_MS);
    document.addEventListener('visibilitychange', () => void this.#look());
    void this.#look();
  }

  async catchUp() {
    this.behind = false;
    await app.reload(true);
  }

  async #look() {
    if (document.visibilityState !== 'visible') return;
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
}

export const live = new Live();
