// The sign of each type of incident, drawn by hand for this map on a 24 by 24 grid.
// Stroked paths, and filled ones where a solid shape reads better at 14 pixels. Used both as SVG and on the map's canvas.

export interface Sign {
  stroke?: string;
  fill?: string;
}

const megaphone: Sign = { fill: 'M3.5 9.5v5h3l9 4.5V5L6.5 9.5z', stroke: 'M18.5 9a4.5 4.5 0 0 1 0 6' };

const SIGNS: Record<string, Sign> = {
  // unrest
  protest: megaphone,
  protest_dispersed: { fill: 'M3.5 10v4.4h2.6l7.9 4V5.8L6.1 10z', stroke: 'M17 9l4.5 6M21.5 9L17 15' },
  riot: { stroke: 'M7 12V7.5a1.6 1.6 0 0 1 3.2 0V11M10.2 6.4a1.6 1.6 0 0 1 3.2 0V11M13.4 7.4a1.6 1.6 0 0 1 3.2 0V14c0 4-2 6.5-5 6.5S6.5 18 5.6 15L4.6 11.8a1.5 1.5 0 0 1 2.4-1.2' },
  mob_violence: { fill: 'M8 6a2.6 2.6 0 1 1 0 5.2A2.6 2.6 0 0 1 8 6zM16 6a2.6 2.6 0 1 1 0 5.2A2.6 2.6 0 0 1 16 6zM3 19c0-3.6 2.2-6 5-6 1.6 0 3 .8 4 2 1-1.2 2.4-2 4-2 2.8 0 5 2.4 5 6z' },
  looting: { stroke: 'M5.5 8.5h13l-1 11.5h-11zM8.8 8.5V7a3.2 3.2 0 0 1 6.4 0v1.5' },
  strike: { stroke: 'M9 6.5v11M15 6.5v11' },
  // violence
  clash: { stroke: 'M4.5 4.5L17 17M19.5 4.5L7 17M13.5 19l5.5-5.5M10.5 19L5 13.5' },
  attack: { stroke: 'M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10zM12 3v5M12 16v5M3 12h5M16 12h5' },
  bombing: { fill: 'M10.5 8.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12z', stroke: 'M14.5 9.5L17 7M17.5 3.5v1.5M20.5 6.5H19M19.6 4.4l-.8.8' },
  air_strike: { fill: 'M12 2.5c.9 0 1.5 1.2 1.5 3v4l7.5 4.5v2l-7.5-2.2v4.5l2.3 1.8v1.5L12 20.5l-3.8 1.1v-1.5l2.3-1.8v-4.5L3 16v-2l7.5-4.5v-4c0-1.8.6-3 1.5-3z' },
  shelling: { stroke: 'M3 15C6 6.5 13 5.5 16.5 13M12.8 12l3.7 1 1.3-3.6M16.5 17v3.5M12.5 20.5h8M20 16.5l-1.5 2M13 16.5l1.5 2' },
  abduction: { fill: 'M9 4a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM3.5 20c0-4.5 2-7.5 5.5-7.5s5.5 3 5.5 7.5z', stroke: 'M15.5 8H21M18.5 5.2L21.3 8l-2.8 2.8' },
  // security
  security_operation: { fill: 'M12 3l7.5 2.8V11c0 4.8-3 8.2-7.5 10-4.5-1.8-7.5-5.2-7.5-10V5.8z' },
  arrest: { stroke: 'M7.5 10.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM16.5 10.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM9 10.5C9.5 7 14.5 7 15 10.5' },
  weapons_seizure: { fill: 'M3 7h17.5v4H14l-1 3.5H9.5L8.5 19H4l1.8-8H3z' },
  emergency_measure: { stroke: 'M12 4.5L21 19.5H3zM12 10v4.3M12 16.8v.2' },
  deployment: { stroke: 'M5.5 10L12 5l6.5 5M5.5 14.8l6.5-5 6.5 5M5.5 19.6l6.5-5 6.5 5' },
  // politics
  government_change: { fill: 'M12 3.5L21 8.5v1.7H3V8.5zM4 18.3h16v2.2H4z', stroke: 'M6.5 11.5v6M12 11.5v6M17.5 11.5v6' },
  agreement: { stroke: 'M4.5 12.5l5 5L19.5 6.5' },
  // disaster
  earthquake: { stroke: 'M2.5 12.5h4l2-5 3 11.5L14.5 5l2.5 9.5 1.5-2h3' },
  flood: { stroke: 'M3 8.5c2-2 4-2 6 0s4 2 6 0 4-2 6 0M3 13.5c2-2 4-2 6 0s4 2 6 0 4-2 6 0M3 18.5c2-2 4-2 6 0s4 2 6 0 4-2 6 0' },
  storm: { stroke: 'M4 6h16M6 10.2h13M9 14.4h8M11.5 18.6h3.5' },
  landslide: { fill: 'M3 20L13 7l3.5 6L21 20z', stroke: 'M18 5.5v.2M20.5 9.5v.2' },
  fire: { fill: 'M12.5 2.5c.8 4 5.5 6.3 5.5 11.5a6 6 0 0 1-12 .3c0-2.3 1-4.3 2.5-5.8.3 1.7 1 2.7 2.1 3.3C10.5 8.5 11 5.5 12.5 2.5z' },
  // accident
  industrial_accident: { fill: 'M3 20.5V10l5.5 3.5V10l5.5 3.5V4.5h4l1.5 16z' },
  road_accident: { fill: 'M6.7 6h10.6l2.2 5.5 1.5 1.2V18h-2v2h-2.5v-2h-9v2H5v-2H3v-5.3l1.5-1.2zM8 8l-1.3 3.5h10.6L16 8zM6.5 13.7v1.8h2.5v-1.8zM15 13.7v1.8h2.5v-1.8z' },
  transport_accident: { fill: 'M7.5 3h9A2.5 2.5 0 0 1 19 5.5V15a2.5 2.5 0 0 1-2.5 2.5l2 3.5h-2.6l-1.2-2h-5.4l-1.2 2H5.5l2-3.5A2.5 2.5 0 0 1 5 15V5.5A2.5 2.5 0 0 1 7.5 3zM7.3 6v4.5h9.4V6zM8.5 13v2h2v-2zM13.5 13v2h2v-2z' },
  structure_collapse: { fill: 'M4 20.5V4l6 3.5-2 3 3 2.3-2.5 3 2 4.7zM13 20.5l-1.5-4.2 3-3.2-2-2.5 7.5 3v6.9z' },
  other: { fill: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8z' },
};

/** Every type of the taxonomy has a sign; an unknown type has the sign of "other". */
export function sign(eventType: string): Sign {
  return SIGNS[eventType] ?? SIGNS.other!;
}

export const SIGNED_TYPES = Object.keys(SIGNS);
