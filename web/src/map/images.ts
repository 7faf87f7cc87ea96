// Draws the images of the map on a canvas when MapLibre first asks for them by name: pins, country badges, cluster rings.
// The name says all that is in the picture, so nothing has to be registered ahead:
//   pin|type|group|status|ok|theme (ok: an editor looked at it)      badge|code|count|groups|theme    ring|size|groups|theme    dot|capital or town|colour|halo
// where `groups` is the composition, `unrest:3,violence:1`.
import { GROUPS, colourOf } from '../lib/taxonomy';
import type { Status } from '../lib/incident';
import type { Theme } from '../lib/url';
import { sign } from './icons';
import { PALETTES, type Palette } from './palette';

export const PIXEL_RATIO = 2;
const PIN_PX = 30;
const TAU = Math.PI * 2;

export type Shape = 'disc' | 'diamond' | 'hollow';

/** The shape tells the status, so that colour is not needed to see what is only claimed. */
export function shapeOf(status: Status): Shape {
  if (status === 'reported') return 'disc';
  return status === 'claimed' ? 'diamond' : 'hollow';
}

/** Ink for the sign on a group's colour: the one of the two that stands out more. */
export function inkOn(colour: string): string {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(colour.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  return (luminance + 0.05) / 0.0555 > 1.05 / (luminance + 0.05) ? '#141a1e' : '#ffffff';
}

function canvas(width: number, height: number): CanvasRenderingContext2D {
  const element = document.createElement('canvas');
  element.width = Math.ceil(width * PIXEL_RATIO);
  element.height = Math.ceil(height * PIXEL_RATIO);
  const context = element.getContext('2d', { willReadFrequently: true })!;
  context.scale(PIXEL_RATIO, PIXEL_RATIO);
  return context;
}

function pixels(context: CanvasRenderingContext2D): ImageData {
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height);
}

function drawSign(context: CanvasRenderingContext2D, eventType: string, x: number, y: number, size: number, ink: string) {
  const { stroke, fill } = sign(eventType);
  context.save();
  context.translate(x - size / 2, y - size / 2);
  context.scale(size / 24, size / 24);
  context.lineCap = context.lineJoin = 'round';
  context.lineWidth = 2.4;
  context.strokeStyle = context.fillStyle = ink;
  if (fill) context.fill(new Path2D(fill), 'evenodd');
  if (stroke) context.stroke(new Path2D(stroke));
  context.restore();
}

function outline(context: CanvasRenderingContext2D, shape: Shape, centre: number, radius: number) {
  context.beginPath();
  if (shape !== 'diamond') {
    context.arc(centre, centre, radius, 0, TAU);
    return;
  }
  context.save();
  context.translate(centre, centre);
  context.rotate(Math.PI / 4);
  const half = radius * 0.9;
  context.roundRect(-half, -half, half * 2, half * 2, 3);
  context.restore();
}

function pin(eventType: string, group: string, status: Status, checked: boolean, theme: Theme): ImageData {
  const palette = PALETTES[theme];
  const colour = colourOf(group);
  const shape = shapeOf(status);
  const context = canvas(PIN_PX, PIN_PX);
  const centre = PIN_PX / 2;
  context.shadowColor = 'rgba(0,0,0,.35)';
  context.shadowBlur = 3;
  context.shadowOffsetY = 1;
  outline(context, shape, centre, 11.5);
  context.fillStyle = palette.edge;
  context.fill();
  context.shadowColor = 'transparent';
  outline(context, shape, centre, 10);
  if (shape === 'hollow') {
    context.fillStyle = palette.paper;
    context.fill();
    context.lineWidth = 2;
    context.setLineDash([3.2, 2]);
    context.strokeStyle = colour;
    context.stroke();
  } else {
    context.fillStyle = colour;
    context.fill();
  }
  drawSign(context, eventType, centre, centre, 13, shape === 'hollow' ? palette.ink : inkOn(colour));
  if (checked) drawCheck(context, PIN_PX - 8, PIN_PX - 8, palette);
  return pixels(context);
}

// What an editor looked at has a tick, so that verified and unverified differ by shape and not by colour alone.
function drawCheck(context: CanvasRenderingContext2D, x: number, y: number, palette: Palette) {
  context.setLineDash([]);
  context.beginPath();
  context.arc(x, y, 5.2, 0, TAU);
  context.fillStyle = palette.edge;
  context.fill();
  context.beginPath();
  context.arc(x, y, 4.4, 0, TAU);
  context.fillStyle = palette.ink;
  context.fill();
  context.beginPath();
  context.moveTo(x - 2, y + 0.1);
  context.lineTo(x - 0.5, y + 1.7);
  context.lineTo(x + 2.1, y - 1.5);
  context.lineWidth = 1.3;
  context.strokeStyle = palette.paper;
  context.stroke();
}

type Composition = { colour: string; share: number }[];

function composition(text: string): Composition {
  const counts = text.split(',').filter(Boolean).map((part) => part.split(':'));
  const total = counts.reduce((sum, [, n]) => sum + Number(n), 0) || 1;
  return counts.filter(([, n]) => Number(n) > 0).map(([group, n]) => ({ colour: colourOf(group!), share: Number(n) / total }));
}

/** `unrest:3,violence:1` from counts, always in the order of the taxonomy. */
export function compositionKey(counts: Record<string, number>): string {
  return GROUPS.flatMap(({ id }) => (counts[id] ? [`${id}:${counts[id]}`] : [])).join(',');
}

function ring(size: number, groups: string, theme: Theme): ImageData {
  const palette = PALETTES[theme];
  const context = canvas(size + 6, size + 6);
  const centre = (size + 6) / 2;
  context.shadowColor = 'rgba(0,0,0,.3)';
  context.shadowBlur = 4;
  context.shadowOffsetY = 1;
  context.beginPath();
  context.arc(centre, centre, size / 2, 0, TAU);
  context.fillStyle = palette.paper;
  context.fill();
  context.shadowColor = 'transparent';
  const parts = composition(groups);
  const gap = parts.length > 1 ? 0.07 : 0;
  context.lineWidth = 5;
  let angle = -Math.PI / 2;
  for (const { colour, share } of parts) {
    context.beginPath();
    context.arc(centre, centre, size / 2 - 3.6, angle + gap / 2, angle + Math.max(share * TAU - gap / 2, gap));
    context.strokeStyle = colour;
    context.stroke();
    angle += share * TAU;
  }
  return pixels(context);
}

const FONT = '"Noto Sans", sans-serif';

function badge(code: string, count: string, groups: string, theme: Theme): ImageData {
  const palette = PALETTES[theme];
  const [height, pad] = [24, 8];
  const measure = canvas(1, 1);
  measure.font = `600 12px ${FONT}`;
  const codeWidth = measure.measureText(code).width;
  const countWidth = Number(count) > 1 ? measure.measureText(count).width + 7 : 0;
  const width = Math.ceil(codeWidth + countWidth + pad * 2);
  const context = canvas(width + 8, height + 8);
  context.translate(4, 3);
  context.shadowColor = 'rgba(0,0,0,.3)';
  context.shadowBlur = 3;
  context.shadowOffsetY = 1;
  context.beginPath();
  context.roundRect(0, 0, width, height, 6);
  context.fillStyle = palette.paper;
  context.fill();
  context.shadowColor = 'transparent';
  context.save();
  context.clip();
  let x = 0;
  for (const { colour, share } of composition(groups)) {
    context.fillStyle = colour;
    context.fillRect(x, height - 4, share * width, 4);
    x += share * width;
  }
  context.restore();
  context.lineWidth = 1;
  context.strokeStyle = palette.border;
  context.beginPath();
  context.roundRect(0.5, 0.5, width - 1, height - 1, 5.5);
  context.stroke();
  context.textBaseline = 'middle';
  context.font = `600 12px ${FONT}`;
  context.fillStyle = palette.ink;
  context.fillText(code, pad, 10.5);
  if (countWidth > 0) {
    context.font = `400 12px ${FONT}`;
    context.fillText(count, pad + codeWidth + 6, 10.5);
  }
  return pixels(context);
}

function dot(kind: string, colour: string, halo: string): ImageData {
  const radius = kind === 'capital' ? 2.8 : 1.8;
  const context = canvas(9, 9);
  context.beginPath();
  context.arc(4.5, 4.5, radius, 0, TAU);
  context.fillStyle = kind === 'capital' ? halo : colour;
  context.fill();
  context.lineWidth = kind === 'capital' ? 1.6 : 1;
  context.strokeStyle = kind === 'capital' ? colour : halo;
  context.stroke();
  return pixels(context);
}

/** The image of that name, or null when the name is not one of ours. */
export function draw(name: string): ImageData | null {
  const [kind, ...parts] = name.split('|');
  const theme: Theme = parts.at(-1) === 'dark' ? 'dark' : 'light';
  if (kind === 'pin') return pin(parts[0]!, parts[1]!, parts[2] as Status, parts[3] === 'ok', theme);
  if (kind === 'badge') return badge(parts[0]!, parts[1]!, parts[2]!, theme);
  if (kind === 'dot') return dot(parts[0]!, parts[1]!, parts[2]!);
  if (kind === 'ring') return ring(Number(parts[0]), parts[1]!, theme);
  return null;
}
