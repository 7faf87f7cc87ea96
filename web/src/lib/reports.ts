// Files as reports: a text, a saved web page, a table or lines of JSON with one report each. The server reads the reports;
// this only takes the text out, so that it can be shown and marked before anything is stored.
import type { Report } from './api';

export interface NamedReport {
  name: string;
  report: Report;
}

/** Longest text that is read in the page; more is for the command line. */
export const MOST_CHARACTERS = 200_000;
export const MOST_REPORTS = 200;
export const MOST_FILE_BYTES = 20 * 1024 * 1024;

const FIELDS = ['id', 'title', 'text', 'published', 'lang', 'source', 'url', 'country'] as const;
// What the columns of other people's tables are called.
const ALIASES: Record<string, (typeof FIELDS)[number]> = { body: 'text', content: 'text', article: 'text', description: 'text', notes: 'text', headline: 'title', date: 'published', published_at: 'published', language: 'lang', outlet: 'source', publisher: 'source', source_name: 'source', link: 'url', source_url: 'url' };

export class UnreadableFile extends Error {
  constructor(readonly reason: 'binary' | 'too_large' | 'no_text') {
    super(reason);
  }
}

export function reportsOf(name: string, content: string): NamedReport[] {
  if (content.includes('\u0000')) throw new UnreadableFile('binary');
  const ending = name.toLowerCase().match(/\.(\w+)$/)?.[1] ?? '';
  const reports = byEnding(ending, name, content.replace(/^\uFEFF/, ''));
  const kept = reports.filter(({ report }) => report.text.trim() !== '');
  if (kept.length === 0) throw new UnreadableFile('no_text');
  return kept;
}

function byEnding(ending: string, name: string, content: string): NamedReport[] {
  if (['html', 'htm', 'xhtml'].includes(ending) || /^\s*<(!doctype html|html)\b/i.test(content)) return [{ name, report: fromHtml(content) }];
  if (['ndjson', 'jsonl', 'geojsonl'].includes(ending)) return numbered(name, content.split('\n').filter((line) => line.trim()).map((line) => fields(object(line))));
  if (ending === 'json') return numbered(name, [parsed(content)].flat().map((one) => fields((one ?? {}) as Record<string, unknown>)));
  if (['csv', 'tsv'].includes(ending)) return numbered(name, fromTable(content, ending === 'tsv' ? '\t' : undefined));
  return [{ name, report: { text: content } }];
}

function numbered(name: string, reports: Report[]): NamedReport[] {
  return reports.map((report, i) => ({ name: report.title ?? (reports.length > 1 ? `${name} · ${i + 1}` : name), report }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function object(line: string): Record<string, unknown> {
  const value = parsed(line);
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

function fields(from: Record<string, unknown>): Report {
  const report: Report = { text: '' };
  for (const [column, value] of Object.entries(from)) {
    const key = column.trim().toLowerCase();
    const field = FIELDS.find((known) => known === key) ?? ALIASES[key];
    if (!field || typeof value !== 'string' || value.trim() === '' || report[field]) continue;
    if (field === 'published') {
      const day = /^\d{4}-\d{2}-\d{2}/.exec(value.trim())?.[0];
      if (day) report.published = day;
    } else report[field] = field === 'text' ? value : value.trim();
  }
  return report;
}

/** RFC 4180, with the separator told from the first line: comma, semicolon or tab. */
export function rowsOf(content: string, separator?: string): string[][] {
  const head = content.slice(0, content.search(/\r?\n|$/));
  const by = separator ?? [',', ';', '\t'].map((mark) => ({ mark, n: head.split(mark).length })).toSorted((a, b) => b.n - a.n)[0]!.mark;
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < content.length; i++) {
    const c = content[i]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (content[i + 1] === '"') cell += content[++i];
      else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === by || c === '\n') {
      rows.at(-1)!.push(c === '\n' ? cell.replace(/\r$/, '') : cell);
      cell = '';
      if (c === '\n') rows.push([]);
    } else cell += c;
  }
  rows.at(-1)!.push(cell);
  return rows.filter((row) => row.some((value) => value.trim() !== ''));
}

function fromTable(content: string, separator?: string): Report[] {
  const [head = [], ...rows] = rowsOf(content, separator);
  return rows.map((row) => fields(Object.fromEntries(head.map((column, i) => [column, row[i] ?? '']))));
}

const DROPPED = 'script, style, noscript, template, svg, nav, header, footer, aside, form, iframe, figure, button';
const BLOCKS = 'p, h1, h2, h3, h4, li, blockquote, pre, td, dd';

/** The article of a saved page: parsed without running anything in it, its blocks as paragraphs. */
function fromHtml(content: string): Report {
  const page = new DOMParser().parseFromString(content, 'text/html');
  const meta = (...names: string[]) => names.map((name) => page.querySelector(`meta[property="${name}"], meta[name="${name}"], meta[itemprop="${name}"]`)?.getAttribute('content')?.trim()).find(Boolean);
  const title = meta('og:title') ?? (page.querySelector('h1') ?? page.querySelector('title'))?.textContent?.trim();
  const published = (meta('article:published_time', 'datePublished', 'date') ?? page.querySelector('time[datetime]')?.getAttribute('datetime') ?? '').match(/^\d{4}-\d{2}-\d{2}/)?.[0];
  const url = meta('og:url') ?? page.querySelector('link[rel="canonical"]')?.getAttribute('href') ?? undefined;
  page.querySelectorAll(DROPPED).forEach((element) => element.remove());
  const root = [...page.querySelectorAll('article, main, [role="main"]')].toSorted((a, b) => (b.textContent?.length ?? 0) - (a.textContent?.length ?? 0))[0] ?? page.body;
  const blocks = [...root.querySelectorAll(BLOCKS)].filter((element) => !element.querySelector(BLOCKS)).map((element) => (element.textContent ?? '').replace(/\s+/g, ' ').trim()).filter(Boolean);
  const text = blocks.length > 0 ? blocks.join('\n\n') : (root.textContent ?? '').replace(/[ \t]+/g, ' ').replace(/\n\s*\n+/g, '\n\n').trim();
  const lang = page.documentElement.lang.split('-')[0];
  const source = meta('og:site_name');
  return {
    text: title && !text.startsWith(title) ? `${title}\n\n${text}` : text,
    ...(title && { title }),
    ...(published && { published }),
    ...(url && /^https?:/.test(url) && { url }),
    ...(source && { source }),
    ...(lang && ['ar', 'ru', 'kk', 'en'].includes(lang) && { lang }),
  };
}
