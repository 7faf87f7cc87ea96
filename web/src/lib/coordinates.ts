// Positions that people type: decimal degrees, degrees with minutes and seconds, and plus codes (Open Location Code),
// full or short. Latitude comes first, as in every atlas and message; letters of the compass win over the order.

export interface Position {
  lon: number;
  lat: number;
}

// A number with up to two more parts for minutes and seconds, and a letter of the compass before or after it.
const ANGLE = String.raw`([NSEW])?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:["″”]|'')\s*)?([NSEW])?`;
const PAIR = new RegExp(`^${ANGLE}(?:\\s*[,;/]\\s*|\\s+)${ANGLE}$`, 'i');

/** `43.25, 76.9`, `43°15′N 76°54′E`, `E 76.9 N 43.25`; null for anything else. */
export function parsePosition(text: string): Position | null {
  // Arabic and Persian digits, commas and minus signs are as good as Latin ones.
  const plain = text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[،]/g, ',')
    .replace(/[−–]/g, '-')
    .replace(/(\d)٫(\d)/g, '$1.$2')
    .trim();
  const found = PAIR.exec(plain);
  if (!found) return null;
  const first = angle(found.slice(1, 6));
  const second = angle(found.slice(6, 11));
  if (!first || !second) return null;
  const turned = first.axis === 'lon' || second.axis === 'lat';
  if (first.axis && first.axis === second.axis) return null;
  const [lat, lon] = turned ? [second.degrees, first.degrees] : [first.degrees, second.degrees];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lon, lat } : null;
}

function angle([before, degrees, minutes, seconds, after]: (string | undefined)[]): { degrees: number; axis: 'lat' | 'lon' | null } | null {
  if (before && after) return null;
  const letter = (before ?? after)?.toUpperCase();
  const [m, s] = [Number(minutes ?? 0), Number(seconds ?? 0)];
  if (m >= 60 || s >= 60) return null;
  const size = Math.abs(Number(degrees)) + m / 60 + s / 3600;
  const negative = degrees!.startsWith('-') || letter === 'S' || letter === 'W';
  return { degrees: negative ? -size : size, axis: letter ? ('NS'.includes(letter) ? 'lat' : 'lon') : null };
}

const DIGITS = '23456789CFGHJMPQRVWX';
const PAIRS = 5;
const PLUS_AT = 8;

/** The middle of a plus code's cell; a short code (`W8X3+8R`) means the one nearest to `near`. Null for anything else. */
export function parsePlusCode(text: string, near: Position): Position | null {
  const code = text.trim().toUpperCase();
  if (!/^[2-9CFGHJMPQRVWX]{2,8}0*\+[2-9CFGHJMPQRVWX]{0,7}$/.test(code)) return null;
  const plus = code.indexOf('+');
  if (plus > PLUS_AT || plus % 2 === 1) return null;
  if (plus === PLUS_AT) return decode(code);
  if (code.includes('0')) return null;
  const missing = PLUS_AT - plus;
  const found = decode(prefix(near, missing) + code);
  if (!found) return null;
  // The prefix is that of the cell that `near` lies in; the code may lie just over its edge.
  const cell = 20 ** (2 - missing / 2);
  const nearest = (value: number, to: number) => (to - value > cell / 2 ? value + cell : value - to > cell / 2 ? value - cell : value);
  return { lon: nearest(found.lon, near.lon), lat: nearest(found.lat, near.lat) };
}

function decode(code: string): Position | null {
  const digits = Array.from(code.replace('+', '').replace(/0+$/, '')).map((digit) => DIGITS.indexOf(digit));
  if (digits[0]! > 8 || (digits[1] ?? 0) > 17 || digits.length < 2) return null;
  let [lat, lon] = [-90, -180];
  let [height, width] = [400, 400];
  digits.slice(0, PAIRS * 2).forEach((digit, i) => {
    if (i % 2 === 0) lat += digit * (height /= 20);
    else lon += digit * (width /= 20);
  });
  if (digits.length % 2 === 1 && digits.length < PAIRS * 2) return null;
  // After five pairs each digit is a cell in a grid of five rows and four columns.
  for (const digit of digits.slice(PAIRS * 2)) {
    lat += Math.floor(digit / 4) * (height /= 5);
    lon += (digit % 4) * (width /= 4);
  }
  return { lat: lat + height / 2, lon: lon + width / 2 };
}

function prefix({ lon, lat }: Position, length: number): string {
  let [north, east] = [Math.min(lat, 89.9999) + 90, ((((lon + 180) % 360) + 360) % 360)];
  let size = 400;
  let code = '';
  while (code.length < length) {
    size /= 20;
    code += DIGITS[Math.floor(north / size)]! + DIGITS[Math.floor(east / size)]!;
    [north, east] = [north % size, east % size];
  }
  return code;
}
