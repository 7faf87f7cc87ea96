// The sample reports, for somebody who has none at hand: the very ones that `serve --sample` reads.
import { save, type Report } from './api';

const files = import.meta.glob<Report>('../../../src/intake/sample/*.json', { eager: true, import: 'default' });

/** Puts the sample into the store, report by report. */
export async function loadSample(progress: (done: number, of: number) => void): Promise<void> {
  const all = Object.values(files);
  for (const [i, report] of all.entries()) {
    await save(report);
    progress(i + 1, all.length);
  }
}
