import { type Colour, fractal, glow, hash, mix, noise, type Scene, smoothstep } from './shading.ts';

const LIGHTS = 80;
const WARMTH: readonly Colour[] = [
  [1, 0.72, 0.28],
  [1, 0.5, 0.22],
  [0.95, 0.86, 0.6],
  [0.42, 0.8, 0.55],
  [0.95, 0.38, 0.42],
  [0.4, 0.66, 0.95],
];
const DROPS = [
  { along: 0.3, radius: 0.058 },
  { along: 0.47, radius: 0.036 },
  { along: 0.6, radius: 0.082 },
  { along: 0.77, radius: 0.046 },
  { along: 0.93, radius: 0.062 },
  { along: 1.1, radius: 0.034 },
];

/** Dew on a blade of grass, and the lights of a garden far out of focus behind it. */
export const dew: Scene = {
  name: 'dew',
  width: 1080,
  height: 720,
  shade(x, y) {
    const behind = garden(x, y);
    const onBlade = blade(behind, x, y);

    return DROPS.reduce((seen, drop) => withDrop(seen, x, y, drop), onBlade);
  },
};

function garden(x: number, y: number): Colour {
  let seen = mix(
    [0.03, 0.09, 0.1],
    [0.13, 0.2, 0.09],
    smoothstep(0, 1, y + 0.35 * (noise(x * 2, y * 2, 3) - 0.5)),
  );
  seen = glow(seen, [0.5, 0.34, 0.12], 0.4 * Math.exp(-Math.hypot(x - 1.15, y - 0.25) * 2.2));

  for (let light = 0; light < LIGHTS; light += 1) {
    const radius = 0.025 + 0.075 * hash(light, 3, 1);
    const [cx, cy] = [hash(light, 1, 1) * 1.7 - 0.1, hash(light, 2, 1) ** 1.2 * 1.05 - 0.05];
    const away = Math.hypot(x - cx, y - cy) / radius;

    if (away < 1.15) {
      const disc = smoothstep(1.06, 0.94, away) * (0.62 + 0.5 * smoothstep(0.55, 1, away));
      const colour = WARMTH[Math.floor(hash(light, 4, 1) * WARMTH.length)] ?? [1, 1, 1];
      seen = glow(seen, colour, disc * (0.1 + 0.42 * hash(light, 5, 1) ** 1.6));
    }
  }

  return seen;
}

/** The middle line of the blade, which bends under its own weight. */
const spine = (x: number) => 0.86 - 0.36 * x + 0.15 * x * x;

function blade(behind: Colour, x: number, y: number): Colour {
  const half = 0.062 * smoothstep(1.62, 0.5, x) + 0.006;
  const across = (y - spine(x)) / half;

  if (Math.abs(across) > 1.12) {
    return behind;
  }

  const fibres = noise(x * 7, across * 13, 30) - 0.5;
  const vein = Math.exp(-((across / 0.09) ** 2));
  const green = mix([0.44, 0.66, 0.16], [0.07, 0.25, 0.07], smoothstep(-1, 1, across));
  const lit = glow(green, [0.7, 0.85, 0.35], 0.1 * fibres + 0.12 * vein);
  const rim = glow(lit, [1, 0.95, 0.6], 0.4 * Math.exp(-(((across + 0.95) / 0.09) ** 2)));

  return mix(behind, rim, smoothstep(1.08, 0.97, Math.abs(across)));
}

/** A drop shows the garden upside down, a bright foot, a dark shoulder and the lamp's own reflection. */
function withDrop(seen: Colour, x: number, y: number, drop: (typeof DROPS)[number]): Colour {
  const [cx, cy] = [drop.along, spine(drop.along) - drop.radius * 0.62];
  const [dx, dy] = [(x - cx) / drop.radius, (y - cy) / drop.radius];
  const away = Math.hypot(dx, dy);
  const shadow = Math.exp(-(((dx - 0.15) / 0.95) ** 2 + ((dy - 0.85) / 0.3) ** 2) * 1.5);
  const grounded = mix(seen, [0.02, 0.08, 0.03], away > 1 ? 0.55 * shadow : 0);

  if (away > 1.03) {
    return grounded;
  }

  const bend = 1.3 + 1.3 * away ** 3;
  const through = garden(cx - dx * 0.3 * bend, 0.45 - dy * 0.24 * bend);
  const foot = smoothstep(-0.1, 0.95, dy) * smoothstep(1.02, 0.55, away);
  const tinted = glow(mix(through, [0.3, 0.5, 0.14], 0.28), [0.75, 0.9, 0.42], 0.62 * foot);
  const shoulder = mix(
    tinted,
    [0.02, 0.06, 0.03],
    0.72 * smoothstep(0.7, 1, away) * smoothstep(0.5, -0.7, dy),
  );
  const lamp = smoothstep(0.2, 0.1, Math.hypot((dx + 0.34) * 1.1, (dy + 0.42) * 1.5));
  const sparkle = glow(shoulder, [1, 1, 0.95], 1.3 * lamp + 0.05 * fractal(x * 30, y * 30, 2, 44));

  return mix(grounded, sparkle, smoothstep(1.03, 0.97, away));
}
