/**
 * Paints the photographs that ship with the example: `node make_images.ts [name …]`. They are made by arithmetic, so they are free to
 * use, and come out the same everywhere.
 */
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { aurora } from './scenes/aurora.ts';
import { dew } from './scenes/dew.ts';
import { harbour } from './scenes/harbour.ts';
import { hills } from './scenes/hills.ts';
import { clamp, hash, type Scene } from './scenes/shading.ts';

const SAMPLES = 2; // a side: each pixel is the mean of 2 x 2 points, which smooths every edge
const GRAIN = 0.016;

async function paint(scene: Scene): Promise<void> {
  const { width, height } = scene;
  const pixels = Buffer.alloc(width * height * 3);

  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      expose(scene, column, row, pixels, (row * width + column) * 3);
    }
  }

  const file = `${import.meta.dirname}/images/${scene.name}.jpg`;
  const { size } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 86, mozjpeg: true })
    .toFile(file);

  console.log(`${file}: ${width} x ${height}, ${Math.round(size / 1024)} kB`);
}

function expose(scene: Scene, column: number, row: number, pixels: Buffer, at: number): void {
  const { width, height } = scene;
  const light = [0, 0, 0];

  for (let sample = 0; sample < SAMPLES ** 2; sample += 1) {
    const dx = ((sample % SAMPLES) + 0.5) / SAMPLES;
    const dy = (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES;
    const colour = scene.shade((column + dx) / height, (row + dy) / height);
    colour.forEach(
      (value, channel) => (light[channel] = (light[channel] ?? 0) + value / SAMPLES ** 2),
    );
  }

  const vignette = 1 - 0.2 * Math.hypot(column / width - 0.5, row / height - 0.5) ** 2 * 2;
  const grain = GRAIN * (hash(column, row, 1) + hash(column, row, 2) - 1);
  light.forEach((value, channel) => (pixels[at + channel] = develop(value * vignette + grain)));
}

/** Film: straight up to three quarters, then a shoulder, so that highlights do not burn out. */
function develop(value: number): number {
  const knee = 0.75;
  const rolled =
    value < knee ? value : knee + (1 - knee) * (1 - Math.exp((knee - value) / (1 - knee)));

  return Math.round(255 * clamp(rolled));
}

const { positionals } = parseArgs({ allowPositionals: true });
await mkdir(`${import.meta.dirname}/images`, { recursive: true });

for (const scene of [hills, harbour, dew, aurora]) {
  if (positionals.length === 0 || positionals.includes(scene.name)) {
    await paint(scene);
  }
}
