// Keeps corrections on the server and takes them back: each is one change with a note, made only if nobody else was faster.
import { t } from '../i18n/i18n.svelte';
import { correct, item, remove, restore, ServerError, undo } from './api';
import { inverse, isNothing, patchOf, type Patch } from './edit';
import type { Incident } from './incident';
import { app } from './state.svelte';

const CHANGED_MEANWHILE = 412;

type Undo = { id: string; back: () => Promise<void> };

class Corrections {
  busy = $state(false);
  failure = $state<string | null>(null);
  /** The last change, while it can be taken back. */
  undo = $state.raw<Undo | null>(null);

  /** Sends what the draft of an incident changes, and marks it as put right by hand. */
  async keep(id: string, note: string): Promise<boolean> {
    const incident = app.original(id);
    const draft = app.drafts.get(id);
    if (!incident || !draft) return true;
    const patch = patchOf(incident, draft);
    if (isNothing(patch)) return true;
    return this.#send(incident, { ...patch, properties: { ...patch.properties, review: 'corrected' } }, note);
  }

  /** Says that an incident was looked at and is right. */
  accept(incident: Incident, note = ''): Promise<boolean> {
    return this.#send(incident, { properties: { review: 'accepted' } }, note);
  }

  reject(incident: Incident, note = ''): Promise<boolean> {
    const { id } = incident.properties;
    return this.#attempt(async () => {
      const { incident: now, etag } = await item(id);
      await remove(id, note, etag);
      app.replace(id, null);
      this.undo = {
        id,
        back: async () => {
          await restore(now, t('undo'));
          app.replace(id, (await item(id)).incident);
        },
      };
    });
  }

  takeBack(): Promise<boolean> {
    const { undo } = this;
    if (!undo) return Promise.resolve(false);
    return this.#attempt(async () => {
      await undo.back();
      this.undo = null;
    });
  }

  /** Puts an incident back to what it was before one of its revisions. */
  undoRevision(id: string, number: number): Promise<boolean> {
    return this.#attempt(async () => {
      app.replace(id, await undo(id, number));
      this.undo = null;
    });
  }

  #send(incident: Incident, patch: Patch, note: string): Promise<boolean> {
    const { id } = incident.properties;
    return this.#attempt(async () => {
      const { incident: now, etag } = await item(id);
      const back = inverse(now, patch);
      app.replace(id, await correct(id, patch, note, etag));
      app.drafts.delete(id);
      this.undo = { id, back: async () => app.replace(id, await correct(id, back, t('undo'), null)) };
    });
  }

  async #attempt(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.failure = error.status === CHANGED_MEANWHILE ? t('changed_meanwhile') : error.message || t(error.status === 0 ? 'down_title' : 'refused_title');
      return false;
    } finally {
      this.busy = false;
    }
  }
}

export const corrections = new Corrections();
