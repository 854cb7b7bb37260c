import { type Colour, fractal, glow, hash, mix, noise, type Scene, smoothstep } from './shading.ts';

const SUN = { x: 1.03, y: 0.4 };
const RANGES = 7;

/** Morning over wooded hills: each range is darker than the one behind it, and mist lies in the valleys between. */
export const hills: Scene = {
  name: 'hills',
  width: 1600,
  height: 1067,
  shade(x, y) {
    for (let range = RANGES - 1; range >= 0; range -= 1) {
      const ground = outline(x, range);

      if (y > ground - forest(x, range)) {
        return slope(x, y, range, y - ground);
      }
    }

    return sky(x, y);
  },
};

function sky(x: number, y: number): Colour {
  const height = smoothstep(0, 0.62, y);
  const air = mix(
    mix([0.2, 0.38, 0.62], [0.56, 0.66, 0.78], smoothstep(0, 0.45, height)),
    [0.99, 0.8, 0.6],
    smoothstep(0.4, 1, height),
  );
  const far = Math.hypot(x - SUN.x, y - SUN.y);
  const lit = glow(
    glow(air, [1, 0.72, 0.38], 0.55 * Math.exp(-far * 4.5)),
    [1, 0.92, 0.72],
    0.9 * Math.exp(-far * 24) + 1.2 * smoothstep(0.031, 0.026, far),
  );

  const billow = fractal(x * 2.1 + 3 * y, y * 9, 6, 40);
  const cloud = smoothstep(0.5, 0.78, billow) * smoothstep(0.56, 0.2, y) * 0.85;
  const lining = Math.exp(-far * 2.6);

  return mix(lit, mix([0.78, 0.79, 0.84], [1.12, 0.9, 0.72], lining), cloud);
}

function outline(x: number, range: number): number {
  const near = range / (RANGES - 1);
  const base = 0.5 + 0.4 * near ** 1.25;
  const hill = fractal(x * (2.6 - 1.1 * near) + range * 13.7, range * 3.1, 6, range) - 0.5;

  return base - hill * (0.26 - 0.06 * near);
}

/** How far the trees stand out above the outline; the farthest range is bare. */
function forest(x: number, range: number): number {
  let tallest = 0;

  for (let rank = 0; rank < 2; rank += 1) {
    const crowns = (170 - 20 * range) / (1 + 0.6 * rank);
    const tree = Math.floor(x * crowns);
    const fromTrunk = Math.abs(x * crowns - tree - 0.5) * 2;
    const tall = 0.012 + 0.034 * hash(tree, range, 50 + rank) * noise(x * 5, range, 51);
    const branches = 0.16 * noise(x * 900, range, 52);
    tallest = Math.max(tallest, tall * (1 - fromTrunk ** 0.85 - branches));
  }

  return tallest * (range / (RANGES - 1));
}

function slope(x: number, y: number, range: number, below: number): Colour {
  const near = range / (RANGES - 1);
  const haze = mix([0.9, 0.76, 0.66], [0.98, 0.84, 0.66], Math.exp(-Math.abs(x - SUN.x) * 2.2));
  const wood = mix([0.35, 0.45, 0.56], [0.045, 0.095, 0.085], near ** 0.7);
  const leaves = fractal(x * (50 + 40 * near), y * (90 + 40 * near), 4, 60 + range) - 0.5;
  const textured = glow(wood, [0.6, 0.75, 0.45], leaves * (0.05 + 0.13 * near) * (1 - 0.4 * near));
  const rim = glow(
    textured,
    [1, 0.66, 0.3],
    0.22 * Math.exp(-Math.max(0, below + 0.01) * 90) * (1 - 0.55 * near),
  );
  const wisps = 0.55 + 0.9 * fractal(x * 3 + range, y * 11, 4, 70);
  const mist = smoothstep(0, 0.19, below) * wisps * (1 - near) ** 0.45;

  return mix(rim, haze, Math.min(0.92, 0.5 * (1 - near) ** 1.6 + 0.6 * mist));
}
