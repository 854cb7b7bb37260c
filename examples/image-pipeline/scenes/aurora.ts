import {
  type Colour,
  fractal,
  glow,
  hash,
  mix,
  noise,
  ridged,
  type Scene,
  smoothstep,
  stars,
} from './shading.ts';

const SHORE = 0.76;
const CURTAINS = [
  { base: 0.5, sway: 0.3, tall: 0.3, bright: 0.95, seed: 1 },
  { base: 0.4, sway: 0.34, tall: 0.24, bright: 0.6, seed: 2 },
  { base: 0.58, sway: 0.2, tall: 0.2, bright: 0.45, seed: 3 },
];

/** Northern lights over snowy mountains, and again in a still lake. */
export const aurora: Scene = {
  name: 'aurora',
  width: 1600,
  height: 1067,
  shade(x, y) {
    return y < SHORE ? land(x, y) : lake(x, y);
  },
};

function land(x: number, y: number): Colour {
  if (y > pines(x)) {
    return [0.008, 0.016, 0.024];
  }

  for (const range of [1, 0]) {
    const below = y - peaks(x, range);

    if (below > 0) {
      return mountain(x, y, range, below);
    }
  }

  return sky(x, y);
}

function sky(x: number, y: number): Colour {
  const air = mix([0.012, 0.025, 0.075], [0.05, 0.13, 0.2], smoothstep(0.05, 0.75, y));
  const milky = fractal(x * 3 + y * 2, y * 4 - x, 5, 60) ** 3;
  const starry = glow(glow(air, [0.25, 0.28, 0.4], 0.35 * milky), stars(x, y, 85, 0.3), 1);

  return CURTAINS.reduce((seen, curtain) => withCurtain(seen, x, y, curtain), starry);
}

/** Light hangs upwards from a swaying line: green at the foot, violet where it thins out, ruled by fine rays. */
function withCurtain(
  seen: Colour,
  x: number,
  y: number,
  curtain: (typeof CURTAINS)[number],
): Colour {
  const { base, sway, tall, bright, seed } = curtain;
  const fold = fractal(x * 1.7 + seed * 9, seed, 3, 100 + seed) - 0.5;
  const foot = base + sway * fold + 0.02 * noise(x * 14, seed, 110);
  const up = foot - y;
  const rays =
    0.35 +
    0.65 *
      noise(x * 46 + fold * 60, seed + y * 0.8, 120) *
      (0.5 + noise(x * 130 + fold * 90, seed, 130));
  const reach = tall * (0.55 + 0.9 * noise(x * 9 + fold * 14, seed, 140));
  const light = smoothstep(-0.03, 0.016, up) * Math.exp(-Math.max(0, up) / (reach * 0.48));
  const patch = smoothstep(0.22, 0.62, fractal(x * 1.3, seed * 5, 3, 150 + seed));
  const colour = mix([0.2, 1, 0.5], [0.6, 0.26, 0.85], smoothstep(0.02, 0.26, up));

  return glow(seen, colour, bright * light * rays * (0.25 + patch));
}

function peaks(x: number, range: number): number {
  const scale = range === 0 ? 2.1 : 1.6;
  const crest = ridged(x * scale + range * 7.3, 2.5 + range, 7, 200 + range);

  return (range === 0 ? 0.74 : 0.79) - (range === 0 ? 0.34 : 0.24) * crest ** 2.2;
}

/** Snow keeps to the slopes that face up; the aurora tints it. */
function mountain(x: number, y: number, range: number, below: number): Colour {
  const [along, down] = [x * 11 + y * 5, y * 9 - x * 4];
  const rough = ridged(along, down, 6, 220 + range);
  const lean = ridged(along + 0.07, down + 0.05, 6, 220 + range) - rough;
  const snow = smoothstep(0.36, 0.6, rough + 0.12 - below * 1.2 + lean * 2.2);
  const lit = mix([0.1, 0.19, 0.26], [0.46, 0.72, 0.7], smoothstep(-0.07, 0.09, lean));
  const stone = mix([0.025, 0.045, 0.075], [0.06, 0.1, 0.14], rough);
  const face = mix(stone, lit, snow * (range === 0 ? 0.75 : 0.95));

  return mix(
    face,
    [0.05, 0.14, 0.19],
    (range === 0 ? 0.42 : 0.15) + 0.3 * smoothstep(0.66, SHORE, y),
  );
}

function pines(x: number): number {
  let top = SHORE - 0.006 - 0.016 * fractal(x * 5, 1, 3, 300);

  for (const rank of [0, 1]) {
    const crowns = 58 + 27 * rank;
    const tree = Math.floor(x * crowns);
    const fromTrunk = Math.abs(x * crowns - tree - 0.5) * 2;
    const grove = smoothstep(0.4, 0.66, fractal(x * 2.4, rank, 3, 310));
    const tall = (0.02 + 0.075 * hash(tree, rank, 320)) * grove;
    top = Math.min(top, SHORE - 0.012 - tall * (1 - fromTrunk - 0.22 * noise(x * 700, rank, 330)));
  }

  return top;
}

function lake(x: number, y: number): Colour {
  const depth = y - SHORE;
  const wave = (fractal(x * 24, depth * 210, 3, 400) - 0.5) * (0.004 + depth * 0.09);
  let mirrored: Colour = [0, 0, 0];

  for (const stretch of [0.9, 1, 1.1]) {
    mirrored = glow(
      mirrored,
      land(x + wave * 0.4, SHORE - 0.001 - (depth * 1.35 + wave) * stretch),
      1 / 3,
    );
  }

  return mix(mirrored, [0.008, 0.03, 0.05], 0.22 + 0.5 * smoothstep(0, 0.3, depth));
}
