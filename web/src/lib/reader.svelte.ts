// The reports that are being read in the page: given, read by the server, looked through and corrected, then kept or left.
// Lives beside the panel, so that a text that was pasted is still there when somebody went back and came again.
import { t } from '../i18n/i18n.svelte';
import { correct, extract, item, remove, save, ServerError, type Report } from './api';
import { isNothing, patchOf, type Draft } from './edit';
import type { Extraction } from './incident';
import { MOST_CHARACTERS, MOST_FILE_BYTES, MOST_REPORTS, reportsOf, UnreadableFile, type NamedReport } from './reports';
import { app } from './state.svelte';

export interface Reading extends NamedReport {
  result: Extraction | null;
  failure: string | null;
  /** How many incidents were kept, once it was. */
  kept: number | null;
  again: boolean;
}

class Reader {
  // The form.
  text = $state('');
  published = $state('');
  lang = $state('');
  source = $state('');
  url = $state('');

  readings = $state.raw<Reading[]>([]);
  at = $state(-1);
  busy = $state(false);
  done = $state(0);
  failure = $state<string | null>(null);
  /** What could not be taken in, and why. */
  refused = $state.raw<string[]>([]);

  current = $derived(this.readings[this.at] ?? null);

  /** Reads what is in the form. */
  async readText() {
    const text = this.text;
    if (!text.trim()) return;
    const report: Report = { text, ...(this.published && { published: this.published }), ...(this.lang && { lang: this.lang }), ...(this.source.trim() && { source: this.source.trim() }), ...(this.url.trim() && { url: this.url.trim() }) };
    this.refused = [];
    await this.#read([{ name: text.trim().split('\n')[0]!.slice(0, 80), report }]);
  }

  /** Takes files in. One text goes into the form, where its date can be given; more are read at once. */
  async take(files: readonly File[]) {
    const taken: NamedReport[] = [];
    const refused: string[] = [];
    for (const file of files) {
      try {
        if (file.size > MOST_FILE_BYTES) throw new UnreadableFile('too_large');
        taken.push(...reportsOf(file.name, await file.text()));
      } catch (error) {
        refused.push(`${file.name}: ${error instanceof UnreadableFile ? t(`file_${error.reason}`) : t('file_no_text')}`);
      }
    }
    if (taken.length > MOST_REPORTS) refused.push(t('too_many_reports', { n: taken.length - MOST_REPORTS }));
    this.refused = refused;
    const reports = taken.slice(0, MOST_REPORTS);
    if (reports.length === 1 && reports[0]!.report.text.length <= MOST_CHARACTERS) this.#fill(reports[0]!.report);
    else if (reports.length > 0) await this.#read(reports);
  }

  #fill({ text, published = '', lang = '', source = '', url = '' }: Report) {
    Object.assign(this, { text, published, lang, source, url });
  }

  async #read(reports: NamedReport[]) {
    this.busy = true;
    this.failure = null;
    this.done = 0;
    const readings: Reading[] = reports.map((one) => ({ ...one, result: null, failure: null, kept: null, again: false }));
    for (const reading of readings) {
      const { report } = reading;
      try {
        reading.result = distinct(await extract({ ...report, text: report.text.slice(0, MOST_CHARACTERS) }));
        reading.report = { ...report, text: report.text.slice(0, MOST_CHARACTERS) };
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        reading.failure = error.message || t(error.status === 0 ? 'down_title' : 'refused_title');
        if (readings.length === 1 || error.status === 0) {
          this.failure = reading.failure;
          this.busy = false;
          return;
        }
      }
      this.done += 1;
    }
    this.readings = readings;
    this.busy = false;
    this.look(0);
  }

  look(index: number) {
    this.at = index;
    app.stopEditing();
    app.selectedId = null;
    app.showPreview(this.current?.result ?? null);
  }

  /** Back to the form, with the text as it was. */
  again() {
    this.readings = [];
    this.at = -1;
    app.stopEditing();
    app.selectedId = null;
    app.showPreview(null);
  }

  /** Keeps the report that is looked at, with its corrections. */
  async keep() {
    const reading = this.current;
    if (!reading?.result) return;
    const corrections = new Map(app.drafts);
    const rejected = new Set(app.rejected);
    await this.#attempt(async () => {
      await this.#keep(reading, corrections, rejected);
      await app.reload(true);
    });
  }

  /** Keeps all that were read and have incidents, as they were read. */
  async keepAll() {
    await this.#attempt(async () => {
      for (const reading of this.readings) {
        if (!reading.result || reading.kept !== null || reading.result.features.length === 0) continue;
        const here = reading === this.current;
        await this.#keep(reading, here ? new Map(app.drafts) : new Map(), here ? new Set(app.rejected) : new Set());
      }
      await app.reload(true);
    });
  }

  async #keep(reading: Reading, corrections: ReadonlyMap<string, Draft>, rejected: ReadonlySet<string>) {
    const answer = await save(reading.report);
    let kept = answer.incidents.length;
    if (app.canCorrect) {
      for (const incident of reading.result!.features) {
        const { id } = incident.properties;
        if (!answer.incidents.includes(id)) continue;
        const draft = corrections.get(id);
        const patch = draft && patchOf(incident, draft);
        if (rejected.has(id)) {
          await remove(id, t('rejected_in_preview'), (await item(id)).etag);
          kept -= 1;
        } else if (patch && !isNothing(patch)) {
          await correct(id, { ...patch, properties: { ...patch.properties, review: 'corrected' } }, t('corrected_in_preview'), (await item(id)).etag);
        }
      }
    }
    // A new object, not the same one changed: who shows it would not see that.
    this.readings = this.readings.map((one) => (one === reading ? { ...one, kept, again: !answer.created } : one));
  }

  async #attempt(work: () => Promise<void>) {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.failure = error.message || t(error.status === 0 ? 'down_title' : 'refused_title');
    } finally {
      this.busy = false;
    }
  }
}

/** A list keyed by id cannot hold one twice, whatever came. */
function distinct(extraction: Extraction): Extraction {
  const seen = new Set<string>();
  return { ...extraction, features: extraction.features.filter(({ properties: { id } }) => !seen.has(id) && seen.add(id)) };
}

export const reader = new Reader();
