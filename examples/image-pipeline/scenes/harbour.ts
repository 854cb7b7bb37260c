import {
  type Colour,
  fractal,
  glow,
  hash,
  mix,
  noise,
  type Scene,
  smoothstep,
  stars,
} from './shading.ts';

const WATERLINE = 0.6;
const MOON = { x: 0.34, y: 0.17 };
const LAMPS = 13;
const BOATS = [
  { x: 0.3, y: 0.735, size: 0.2 },
  { x: 1.22, y: 0.69, size: 0.135 },
  { x: 1.02, y: 0.655, size: 0.075 },
];

/** A harbour at dusk: what stands above the waterline is seen again, upside down and shaken, in the water. */
export const harbour: Scene = {
  name: 'harbour',
  width: 1600,
  height: 1067,
  shade(x, y) {
    const view = y < WATERLINE ? shore(x, y) : water(x, y);

    return BOATS.reduce((seen, boat) => withBoat(seen, x, y, boat), view);
  },
};

function shore(x: number, y: number): Colour {
  const town = building(x, y, 0) ?? building(x, y, 1) ?? sky(x, y);
  let lit = town;

  for (let lamp = 0; lamp < LAMPS; lamp += 1) {
    const away = Math.hypot(x - lampAt(lamp), y - WATERLINE + 0.022);
    lit = glow(
      lit,
      [1, 0.68, 0.32],
      0.5 * Math.exp(-away * 75) + 2 * smoothstep(0.005, 0.003, away),
    );
  }

  return lit;
}

const lampAt = (lamp: number) => ((lamp + 0.5) * 1.5) / LAMPS + 0.03 * (hash(lamp, 3, 5) - 0.5);

function sky(x: number, y: number): Colour {
  const down = y / WATERLINE;
  const air = mix(
    mix([0.05, 0.08, 0.22], [0.32, 0.22, 0.45], smoothstep(0.05, 0.7, down)),
    [0.98, 0.52, 0.3],
    smoothstep(0.55, 1.02, down),
  );
  const far = Math.hypot(x - MOON.x, y - MOON.y);
  const seas = 0.75 + 0.35 * fractal(x * 42, y * 42, 4, 3);
  const lit = glow(
    glow(air, [0.75, 0.78, 0.95], 0.32 * Math.exp(-far * 9)),
    [0.95, 0.93, 0.86],
    smoothstep(0.0425, 0.0405, far) * seas,
  );
  const night = smoothstep(0.75, 0.1, down);
  const starry = glow(lit, stars(x, y, 62, 0.3), night * smoothstep(0.043, 0.06, far));
  const bank = smoothstep(0.48, 0.72, fractal(x * 1.6, y * 11, 6, 20)) * smoothstep(0.1, 0.6, down);

  return mix(
    starry,
    mix([0.28, 0.18, 0.36], [1, 0.55, 0.42], smoothstep(0.45, 1, down)),
    bank * 0.75,
  );
}

/** The nearer row (0) is darker and has more lights. */
function building(x: number, y: number, row: number): Colour | undefined {
  const plots = row === 0 ? 26 : 41;
  const place = x * (plots / 1.5) + row * 0.37;
  const plot = Math.floor(place);
  const centre = Math.exp(-(((x - 0.86) / 0.42) ** 2));
  const storeys =
    0.05 + 0.07 * hash(plot, row, 30) + (row === 1 ? 0.23 : 0.07) * centre * hash(plot, row, 31);
  const pitched = hash(plot, row, 32) < 0.45 ? 0.025 * (1 - Math.abs(place - plot - 0.5) * 2) : 0;
  const roof = WATERLINE - storeys - pitched;

  if (y < roof) {
    return undefined;
  }

  const wall: Colour = row === 0 ? [0.055, 0.05, 0.095] : [0.17, 0.125, 0.22];
  const warm = mix(wall, [0.55, 0.26, 0.2], 0.35 * smoothstep(0.16, 0, WATERLINE - y));
  const [across, up] = [
    (place - plot) * (row === 0 ? 7 : 6),
    (WATERLINE - y) * (row === 0 ? 82 : 96),
  ];
  const [column, floor] = [Math.floor(across), Math.floor(up)];
  const pane =
    smoothstep(0.2, 0.3, across - column) *
    smoothstep(0.8, 0.7, across - column) *
    smoothstep(0.25, 0.38, up - floor) *
    smoothstep(0.82, 0.7, up - floor);
  const someone = hash(plot * 31 + column, floor, 33 + row) < (row === 0 ? 0.24 : 0.2);
  const inside = y > roof + pitched + 0.008 && floor > 0 && someone;
  const tint = mix([1, 0.72, 0.36], [1, 0.9, 0.7], hash(plot * 17 + column, floor, 35));

  return inside ? mix(warm, tint, pane * (row === 0 ? 0.95 : 0.7)) : warm;
}

/** Looks up at the mirrored shore along a few slopes of the waves; that smears lights into streaks. */
function water(x: number, y: number): Colour {
  const depth = y - WATERLINE;
  const wide = 9 / (0.05 + depth);
  let sum: Colour = [0, 0, 0];

  for (let facet = 0; facet < 5; facet += 1) {
    const swell = fractal(x * wide * 0.35, depth * wide * 5 + facet * 0.13, 3, 80) - 0.5;
    const ripple = noise(x * wide * 1.6, depth * wide * 11 + facet * 0.31, 90) - 0.5;
    const tilt = swell * 0.9 + ripple * 0.5;
    const seenY = WATERLINE - depth * (1.1 + 0.16 * facet) - tilt * depth * 1.5;
    const seen = shore(x + tilt * (0.008 + 0.07 * depth), Math.min(WATERLINE - 0.001, seenY));
    sum = glow(sum, seen, 1 / 5);
  }

  const crest = fractal(x * wide * 0.5, depth * wide * 6, 3, 85);
  const sea = mix(sum, [0.03, 0.055, 0.13], 0.3 + 0.35 * smoothstep(0, 0.4, depth));

  return glow(sea, [0.35, 0.3, 0.42], 0.2 * (crest - 0.5));
}

function withBoat(seen: Colour, x: number, y: number, boat: (typeof BOATS)[number]): Colour {
  const [across, up] = [(x - boat.x) / boat.size, (boat.y - y) / boat.size];

  if (Math.abs(across) > 1.2 || up > 2.4 || up < -1.4) {
    return seen;
  }

  const mirrored = up < 0;
  const shake = mirrored ? 0.09 * (noise(x * 60, y * 190, 95) - 0.5) * (1 + 2 * -up) : 0;
  const [ax, ay] = [across + shake, Math.abs(up)];
  const inHull = ay < 0.2 && Math.abs(ax) < 0.62 + 0.28 * (ay / 0.2) * (ax > 0 ? 1.2 : 0.5);
  const inMast = Math.abs(ax + 0.02) < 0.011 && ay < 2.15;
  const inSail =
    ay > 0.36 && ay < 2.02 && ax < -0.045 && ax > -0.74 * (1 - (ay - 0.36) / 1.66) - 0.02;
  const inJib = ay > 0.3 && ay < 1.8 && ax > 0.02 && ax < 0.78 * (1 - (ay - 0.3) / 1.5);
  const fade = mirrored ? smoothstep(1.4, 0, ay) * 0.6 : 1;

  if (inHull || inMast) {
    const stripe = ay > 0.155 && inHull && !mirrored;

    return mix(seen, stripe ? [0.75, 0.42, 0.3] : [0.035, 0.03, 0.06], fade);
  }

  if (inSail || inJib) {
    const folds = 0.1 * Math.sin(ay * 9 + ax * 6);

    return mix(
      seen,
      mix([0.5, 0.33, 0.36], [0.96, 0.66, 0.5], 0.45 + folds - 0.5 * ax),
      fade * 0.94,
    );
  }

  return seen;
}
