// Cuts a text into runs at the marks laid over it, so that a component can draw them as text nodes and never as markup.
// Marks count Unicode code points, JavaScript strings count UTF-16 units: an emoji before a place name would shift it.

export interface Run<K extends string> {
  text: string;
  kinds: K[];
}

export interface Laid<K extends string> {
  start: number;
  end: number;
  kind: K;
}

/** The text as runs; where marks overlap, a run has all their kinds, in the order given. Marks outside the text are cut. */
export function runs<K extends string>(text: string, marks: readonly Laid<K>[]): Run<K>[] {
  const points = Array.from(text);
  const inside = marks
    .map((mark) => ({ ...mark, start: Math.max(0, mark.start), end: Math.min(points.length, mark.end) }))
    .filter((mark) => mark.start < mark.end);
  const edges = [...new Set([0, points.length, ...inside.flatMap((mark) => [mark.start, mark.end])])].sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, i) => {
    const end = edges[i + 1]!;
    const kinds = [...new Set(inside.filter((mark) => mark.start <= start && mark.end >= end).map((mark) => mark.kind))];
    return { text: points.slice(start, end).join(''), kinds };
  });
}

const RTL_LANGUAGES = new Set(['ar', 'fa', 'he', 'ur', 'ps', 'ckb', 'ug', 'sd', 'yi', 'dv']);

/** The direction of a text in a language; `auto` lets the browser look at its first letter. */
export function directionOf(lang: string | undefined): 'ltr' | 'rtl' | 'auto' {
  if (!lang || lang === 'und') return 'auto';
  return RTL_LANGUAGES.has(lang.split('-')[0]!) ? 'rtl' : 'ltr';
}
