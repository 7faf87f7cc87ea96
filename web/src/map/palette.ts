// The colours of the map in its two schemes. Land and water stay quiet so that incidents are the loudest thing on the page.
import type { Theme } from '../lib/url';

export interface Palette {
  water: string;
  land: string;
  shore: string;
  border: string;
  disputed: string;
  region: string;
  river: string;
  country: string;
  regionName: string;
  city: string;
  dot: string;
  halo: string;
  /** Outline of pins and badges against the map, and their paper. */
  edge: string;
  paper: string;
  ink: string;
  accent: string;
}

export const PALETTES: Record<Theme, Palette> = {
  light: {
    water: '#cfdde3',
    land: '#f5f3ee',
    shore: '#b4c6ce',
    border: '#9c948a',
    disputed: '#9c948a',
    region: '#dcd6cc',
    river: '#bcd0d9',
    country: '#6b655d',
    regionName: '#96907f',
    city: '#3f444a',
    dot: '#7d7a74',
    halo: '#f8f7f3',
    edge: '#ffffff',
    paper: '#ffffff',
    ink: '#1b262d',
    accent: '#0b6178',
  },
  dark: {
    water: '#0e161b',
    land: '#1d272d',
    shore: '#2b3b44',
    border: '#5b6a73',
    disputed: '#6b7a83',
    region: '#2a363d',
    river: '#15222a',
    country: '#9fb0ba',
    regionName: '#64757f',
    city: '#b9c5cc',
    dot: '#6f7f88',
    halo: '#131b20',
    edge: '#0e161b',
    paper: '#1d2a31',
    ink: '#eef3f5',
    accent: '#62c3dc',
  },
};

// One hue from faint to strong, read in both schemes and by the colour-blind alike.
export const HEAT_RAMP: Record<Theme, string[]> = {
  light: ['rgba(253,208,162,.55)', '#fdae6b', '#f16913', '#a63603', '#5c1a02'],
  dark: ['rgba(92,38,8,.6)', '#a04514', '#e8702a', '#fdb97d', '#fff0dd'],
};

/** One hue in five steps, light to strong; the last has the light ink. */
export const AREA_RAMP: Record<Theme, string[]> = {
  light: ['#fbe3cd', '#fdbe85', '#f08b4a', '#c9511b', '#8a2f0a'],
  dark: ['#3f281b', '#6d3717', '#a8521c', '#e07b35', '#fdb97d'],
};

/** The colours of few classes are taken from the whole of the ramp. */
export function classColour(ramp: readonly string[], at: number, of: number): string {
  return ramp[of <= 1 ? 2 : Math.round((Math.max(0, at) / (of - 1)) * (ramp.length - 1))]!;
}
