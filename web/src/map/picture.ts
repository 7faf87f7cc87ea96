// A picture of the map to keep: the map as it is, under it a title, the legend, the filter in words and the sources.
import { PALETTES } from './palette';
import type { Theme } from '../lib/url';

export interface Caption {
  title: string;
  filter: string;
  credits: string;
  legend: { colour: string; words: string }[];
  theme: Theme;
  dir: 'ltr' | 'rtl';
}

const FONT = '"Noto Sans", sans-serif';
const LINE = 22;
const PAD = 16;

export function captioned(map: HTMLCanvasElement, ratio: number, caption: Caption): HTMLCanvasElement {
  const palette = PALETTES[caption.theme];
  const width = map.width / ratio;
  const rtl = caption.dir === 'rtl';
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  context.font = `400 13px ${FONT}`;
  const legend = rowsOf(context, caption.legend, width - PAD * 2);
  const filter = wrapped(context, caption.filter, width - PAD * 2);
  const height = map.height / ratio;
  const foot = PAD * 2 + LINE * (1 + filter.length + legend.length + 1);
  canvas.width = map.width;
  canvas.height = Math.round((height + foot) * ratio);
  context.drawImage(map, 0, 0);
  context.scale(ratio, ratio);
  context.fillStyle = palette.paper;
  context.fillRect(0, height, width, foot);
  context.direction = caption.dir;
  context.textAlign = 'start';
  context.textBaseline = 'middle';
  const start = rtl ? width - PAD : PAD;
  let y = height + PAD + LINE / 2;
  const write = (text: string, font: string, colour: string) => {
    context.font = font;
    context.fillStyle = colour;
    context.fillText(text, start, y, width - PAD * 2);
    y += LINE;
  };
  write(caption.title, `600 15px ${FONT}`, palette.ink);
  filter.forEach((line) => write(line, `400 13px ${FONT}`, palette.ink));
  context.font = `400 13px ${FONT}`;
  for (const row of legend) {
    let x = start;
    for (const { colour, words, wide } of row) {
      context.beginPath();
      context.arc(rtl ? x - 6 : x + 6, y, 6, 0, Math.PI * 2);
      context.fillStyle = colour;
      context.fill();
      context.fillStyle = palette.ink;
      context.fillText(words, rtl ? x - 18 : x + 18, y);
      x += rtl ? -wide : wide;
    }
    y += LINE;
  }
  write(caption.credits, `400 11.5px ${FONT}`, palette.regionName);
  return canvas;
}

function rowsOf(context: CanvasRenderingContext2D, legend: Caption['legend'], width: number) {
  const rows: (Caption['legend'][number] & { wide: number })[][] = [];
  let left = 0;
  for (const one of legend) {
    const wide = context.measureText(one.words).width + 18 + 20;
    if (rows.length === 0 || wide > left) {
      rows.push([]);
      left = width;
    }
    rows.at(-1)!.push({ ...one, wide });
    left -= wide;
  }
  return rows;
}

function wrapped(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && context.measureText(line).width <= width) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines.slice(0, 6);
}

