/** Whole pictures: tiles put together, previews, the thumbnail and the contact sheet. */
import sharp, { type OverlayOptions } from 'sharp';
import { brightness, type Colour, rgb, svg, type Tile } from './tiles.ts';

/** A finished tile: where it belongs, its file, and its mean colour. */
export type PlacedTile = Tile & { file: string; colour: Colour };

export async function assemble(
  tiles: readonly PlacedTile[],
  laid: (count: number) => void,
): Promise<Buffer> {
  const width = Math.max(...tiles.map((tile) => tile.x + tile.width));
  const height = Math.max(...tiles.map((tile) => tile.y + tile.height));
  const canvas = Buffer.alloc(width * height * 3);

  for (const [index, tile] of tiles.entries()) {
    const pixels = await sharp(tile.file).toColourspace('srgb').raw().toBuffer();

    for (let row = 0; row < tile.height; row += 1) {
      const line = pixels.subarray(row * tile.width * 3, (row + 1) * tile.width * 3);
      canvas.set(line, ((tile.y + row) * width + tile.x) * 3);
    }
    laid(index + 1);
  }

  return sharp(canvas, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** A picture small enough to travel in an output: a data URL of at most `limit` characters. Quality gives way first, then size. */
export async function preview(
  image: string | Buffer,
  side: number,
  limit = 90_000,
): Promise<string> {
  for (const quality of [84, 70, 55, 40]) {
    const webp = await sharp(image)
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality })
      .toBuffer();
    const url = `data:image/webp;base64,${webp.toString('base64')}`;

    if (url.length <= limit) return url;
  }

  return preview(image, Math.floor(side * 0.7), limit);
}

/** The liveliest square of the picture, with round corners. */
export async function thumbnail(image: string, side: number): Promise<Buffer> {
  const corners = svg(side, side, `<rect width="100%" height="100%" rx="${side / 10}"/>`);

  return sharp(image)
    .resize(side, side, { fit: 'cover', position: 'attention' })
    .ensureAlpha()
    .composite([{ input: corners, blend: 'dest-in' }])
    .webp()
    .toBuffer();
}

const SHEET = { width: 960, margin: 24, gap: 12, swatches: 12, swatchHeight: 48, details: 6 };

/** Before and after side by side; under them the colours of the tiles, and some tiles from close by. */
export async function contactSheet(
  before: string,
  after: string,
  tiles: readonly PlacedTile[],
): Promise<Buffer> {
  const { width, margin, gap, swatches, swatchHeight, details } = SHEET;
  const inner = width - 2 * margin;
  const half = (inner - gap) / 2;
  const detail = Math.floor((inner - (details - 1) * gap) / details);
  const tall = await heightAt(after, half);
  const swatchTop = margin + tall + gap;
  const detailTop = swatchTop + swatchHeight + gap;

  async function place(file: string, left: number, top: number, size: [number, number]) {
    const input = await sharp(file)
      .resize(...size, { fit: 'cover' })
      .toBuffer();

    return { input, left: Math.round(left), top } satisfies OverlayOptions;
  }

  const parts = await Promise.all([
    place(before, margin, margin, [half, tall]),
    place(after, margin + half + gap, margin, [half, tall]),
    ...spread(tiles, details).map(({ file }, index) =>
      place(file, margin + index * (detail + gap), detailTop, [detail, detail]),
    ),
  ]);

  const colours = palette(tiles, swatches).map(
    (colour, index) =>
      `<rect x="${(index * inner) / swatches}" width="${inner / swatches + 1}" height="100%" fill="${rgb(colour)}"/>`,
  );
  const strip = svg(inner, swatchHeight, colours.join(''));
  const height = detailTop + detail + margin;

  return sharp({ create: { width, height, channels: 3, background: '#14161b' } })
    .composite([...parts, { input: strip, left: margin, top: swatchTop }])
    .webp()
    .toBuffer();
}

async function heightAt(image: string, width: number): Promise<number> {
  const real = await sharp(image).metadata();

  return Math.round((real.height * width) / real.width);
}

/** So many colours, from dark to bright, out of the more vivid half of the tiles. */
export function palette(tiles: readonly PlacedTile[], count: number): Colour[] {
  const vivid = tiles.map(({ colour }) => colour).toSorted((a, b) => vividness(b) - vividness(a));
  const kept = vivid.slice(0, Math.max(count, vivid.length / 2));

  return spread(
    kept.toSorted((a, b) => brightness(a) - brightness(b)),
    count,
  );
}

function vividness(colour: Colour): number {
  return Math.max(...colour) - Math.min(...colour);
}

/** So many items, taken evenly from the first to the last. */
function spread<Item>(list: readonly Item[], count: number): Item[] {
  return Array.from({ length: count }, (_, index) =>
    list.slice(Math.floor((index * list.length) / count)),
  ).flatMap(([item]) => (item === undefined ? [] : [item]));
}
