/**
 * What the scenes are painted with. A scene is a function from a point to a colour, as in a fragment shader: `x` runs from 0 to the
 * aspect ratio, `y` from 0 (top) to 1. Everything is seeded, so that the pictures come out the same on every machine.
 */
export type Colour = readonly [red: number, green: number, blue: number];

export type Scene = {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Channels may exceed 1 where light piles up; the film rolls them off. */
  shade(x: number, y: number): Colour;
};

export const clamp = (value: number, low = 0, high = 1) => Math.min(high, Math.max(low, value));

export function smoothstep(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from));

  return t * t * (3 - 2 * t);
}

export function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** Adds light. */
export function glow(base: Colour, light: Colour, strength: number): Colour {
  return [
    base[0] + light[0] * strength,
    base[1] + light[1] * strength,
    base[2] + light[2] * strength,
  ];
}

/** A random number from 0 to 1 that belongs to a lattice point. */
export function hash(x: number, y = 0, seed = 0): number {
  let bits =
    Math.imul(x | 0, 374_761_393) ^ Math.imul(y | 0, 668_265_263) ^ Math.imul(seed, 974_634_777);
  bits = Math.imul(bits ^ (bits >>> 15), 2_246_822_519);
  bits = Math.imul(bits ^ (bits >>> 13), 3_266_489_917);

  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/** Smooth value noise from 0 to 1. */
export function noise(x: number, y: number, seed = 0): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [smoothstep(0, 1, x - left), smoothstep(0, 1, y - top)];
  const upper = hash(left, top, seed) * (1 - u) + hash(left + 1, top, seed) * u;
  const lower = hash(left, top + 1, seed) * (1 - u) + hash(left + 1, top + 1, seed) * u;

  return upper * (1 - v) + lower * v;
}

/** Noise upon finer noise, as clouds and ridges have it. */
export function fractal(x: number, y: number, octaves: number, seed = 0): number {
  let [sum, weight, scale] = [0, 0, 1];

  for (let octave = 0; octave < octaves; octave += 1) {
    const share = 0.5 ** octave;
    sum += share * noise(x * scale, y * scale, seed + octave);
    weight += share;
    scale *= 2.03;
  }

  return sum / weight;
}

/** The same folded at its middle, so that it has sharp crests. */
export function ridged(x: number, y: number, octaves: number, seed = 0): number {
  let [sum, weight, scale] = [0, 0, 1];

  for (let octave = 0; octave < octaves; octave += 1) {
    const share = 0.5 ** octave;
    sum += share * (1 - Math.abs(2 * noise(x * scale, y * scale, seed + octave) - 1));
    weight += share;
    scale *= 2.03;
  }

  return sum / weight;
}

/** Stars: at most one for each cell of a lattice, few of them bright, their colour between warm and blue. */
export function stars(x: number, y: number, cells: number, share: number): Colour {
  const [column, row] = [Math.floor(x * cells), Math.floor(y * cells)];

  if (hash(column, row, 7) > share) {
    return [0, 0, 0];
  }

  const dx = x * cells - column - 0.15 - 0.7 * hash(column, row, 8);
  const dy = y * cells - row - 0.15 - 0.7 * hash(column, row, 9);
  const bright = hash(column, row, 10) ** 7;
  const light = (0.3 + 1.5 * bright) * Math.exp(-(dx * dx + dy * dy) * (120 - 85 * bright));
  const warmth = hash(column, row, 11);

  return [light * (0.8 + 0.2 * warmth), light * 0.92, light * (1.1 - 0.2 * warmth)];
}
