import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { cut, EFFECTS, isEffect, meanColour } from './tiles.ts';

describe('cutting', () => {
  test('every pixel lies in exactly one tile', () => {
    const [width, height] = [150, 70];
    const seen = new Uint8Array(width * height);

    for (const tile of cut(width, height, 64)) {
      for (let y = tile.y; y < tile.y + tile.height; y += 1) {
        seen
          .subarray(y * width + tile.x, y * width + tile.x + tile.width)
          .forEach((_, index, row) => {
            row[index] = (row[index] ?? 0) + 1;
          });
      }
    }

    expect(seen.every((times) => times === 1)).toBe(true);
  });

  test('the last column and row are what is left', () => {
    expect(cut(150, 70, 64).at(-1)).toEqual({ x: 128, y: 64, width: 22, height: 6 });
  });

  test('a picture smaller than a tile is one tile', () => {
    expect(cut(10, 20, 64)).toEqual([{ x: 0, y: 0, width: 10, height: 20 }]);
  });
});

describe.each(Object.keys(EFFECTS).filter(isEffect))('the effect %s', (name) => {
  const tile = { x: 64, y: 128, width: 50, height: 37 };
  const draw = () => EFFECTS[name](photograph(tile), tile);

  test('keeps the size of the tile', async () => {
    expect(await sharp(await draw()).metadata()).toMatchObject({
      width: 50,
      height: 37,
      format: 'png',
    });
  });

  test('draws the same tile the same way each time', async () => {
    expect((await draw()).equals(await draw())).toBe(true);
  });

  test('changes the picture', async () => {
    const before = await photograph(tile).raw().toBuffer();
    const after = await sharp(await draw())
      .toColourspace('srgb')
      .raw()
      .toBuffer();

    expect(after.equals(before)).toBe(false);
  });
});

test('a tile of four posterised colours has four colours', async () => {
  const tile = { x: 0, y: 0, width: 64, height: 64 };
  const pixels = await sharp(await EFFECTS.posterise(photograph(tile)))
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const colours = new Set<string>();
  for (let at = 0; at < pixels.length; at += 3) {
    colours.add(pixels.subarray(at, at + 3).toString('hex'));
  }

  expect(colours.size).toBe(4);
});

test('the mean colour of a plain picture is its colour', async () => {
  const plain = sharp({ create: { width: 9, height: 9, channels: 3, background: '#336699' } });

  expect(await meanColour(await plain.png().toBuffer())).toEqual([0x33, 0x66, 0x99]);
});

/** A piece of a picture that ships with the example. */
function photograph({ x, y, width, height }: ReturnType<typeof cut>[number]) {
  return sharp(`${import.meta.dirname}/images/dew.jpg`).extract({
    left: x + 300,
    top: y + 100,
    width,
    height,
  });
}
