import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  assemble,
  contactSheet,
  palette,
  type PlacedTile,
  preview,
  thumbnail,
} from './pictures.ts';
import { cut } from './tiles.ts';

const picture = `${import.meta.dirname}/images/dew.jpg`;
let folder = '';
let tiles: PlacedTile[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwork-pictures-'));
  tiles = await Promise.all(
    cut(1080, 720, 200).map(async (tile, index): Promise<PlacedTile> => {
      const file = join(folder, `${index}.png`);
      const { x: left, y: top, width, height } = tile;
      await sharp(picture).extract({ left, top, width, height }).toFile(file);

      return { ...tile, file, colour: [index, 2 * index, 3 * index] };
    }),
  );
});

afterAll(() => rm(folder, { recursive: true }));

test('tiles that were left alone make the picture they were cut from', async () => {
  const laid: number[] = [];
  const whole = await assemble(tiles, (count) => laid.push(count));

  expect((await sharp(whole).raw().toBuffer()).equals(await sharp(picture).raw().toBuffer())).toBe(
    true,
  );
  expect(laid).toEqual(tiles.map((_, index) => index + 1));
});

test('a preview keeps to its limit, even of noise, which cannot be compressed', async () => {
  const noise = await sharp(randomBytes(900 * 900 * 3), {
    raw: { width: 900, height: 900, channels: 3 },
  })
    .png()
    .toBuffer();
  const url = await preview(noise, 720, 40_000);

  expect(url).toMatch(/^data:image\/webp;base64,/);
  expect(url.length).toBeLessThanOrEqual(40_000);
});

test('a preview never enlarges', async () => {
  const [, base64 = ''] = (await preview(picture, 5_000, 500_000)).split(',');

  expect(await sharp(Buffer.from(base64, 'base64')).metadata()).toMatchObject({
    width: 1080,
    height: 720,
  });
});

test('a thumbnail is square and has transparent corners', async () => {
  const image = sharp(await thumbnail(picture, 120));
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });

  expect(info).toMatchObject({ width: 120, height: 120, channels: 4 });
  expect(data[3]).toBe(0);
});

test('a contact sheet can be made of one tile as of many', async () => {
  for (const some of [tiles.slice(0, 1), tiles]) {
    const sheet = await sharp(await contactSheet(picture, picture, some)).metadata();

    expect(sheet).toMatchObject({ width: 960, height: 24 + 300 + 12 + 48 + 12 + 142 + 24 });
  }
});

test('a palette goes from dark to bright', () => {
  const reds = palette(tiles, 4).map(([red]) => red);

  expect(reds).toEqual(reds.toSorted((a, b) => a - b));
  expect(palette([], 4)).toEqual([]);
});

test('a file that is no picture is refused', async () => {
  const text = join(folder, 'notes.txt');
  await writeFile(text, 'not a picture');

  await expect(preview(text, 100)).rejects.toThrow('unsupported image format');
});
