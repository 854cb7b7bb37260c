/** The works of the sample, a function each. What comes in is drawn in definition.json; what a function answers is the output. */
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { NonRetryableError, type Task, type Works } from '../../clients/typescript/src/index.ts';
import { check, isObject, read, type Json } from './input.ts';
import { assemble, contactSheet, type PlacedTile, preview, thumbnail } from './pictures.ts';
import { openSource } from './source.ts';
import { keep, kept } from './storage.ts';
import { cut, EFFECTS, isEffect, meanColour } from './tiles.ts';

// Files are known to the cache by name only, and a repeated task may write another content; and tasks run side by side already.
sharp.cache(false);
sharp.concurrency(1);

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif'];
const MOST_PIXELS = 40_000_000;
const MOST_TILES = 5_000;

export const steps: Works = {
  'image.probe': probe,
  'image.resize': resize,
  'image.cut': cutTiles,
  'image.tile': drawTile,
  'image.assemble': assembleTiles,
  'image.thumbnail': makeThumbnail,
  'image.sheet': makeSheet,
};

/** Reads the picture, whatever and wherever it is. */
async function probe(task: Task, signal: AbortSignal): Promise<Json> {
  const { image } = read(task, { image: 'string' });
  const { name, bytes } = await openSource(image, signal);
  const original = sharp(bytes, { limitInputPixels: MOST_PIXELS });

  try {
    const { format } = await original.metadata();
    if (!FORMATS.includes(format)) throw new Error(`${format} is not among ${FORMATS.join(', ')}`);

    const upright = original.autoOrient().flatten({ background: 'white' }).toColourspace('srgb');

    return { name, format, bytes: bytes.length, ...(await keepPicture(task, 'original', upright)) };
  } catch (error) {
    // The bytes are here and will not change: whatever is wrong with them stays so.
    const reason = error instanceof Error ? error.message : String(error);
    throw new NonRetryableError(`image.probe: ${name} cannot be read as a picture: ${reason}`);
  }
}

async function resize(task: Task): Promise<Json> {
  const { file, side } = read(task, { file: 'string', side: 'number' });

  return keepPicture(task, 'resized', sharp(kept(file)).resize(side, side, { fit: 'inside' }));
}

/** Uncompressed and tiled TIFF: a hundred tasks will each read a small piece of it. */
async function keepPicture(task: Task, name: string, image: Sharp) {
  const { data, info } = await image
    .tiff({ compression: 'none', tile: true })
    .toBuffer({ resolveWithObject: true });

  return {
    file: await keep(task, `${name}.tiff`, data),
    width: info.width,
    height: info.height,
    preview: await preview(data, 320, 20_000),
  };
}

async function cutTiles(task: Task): Promise<Json> {
  const { file, tileSize } = read(task, { file: 'string', tileSize: 'number' });
  const { width, height } = await sharp(kept(file)).metadata();
  const tiles = cut(width, height, tileSize);

  if (tiles.length > MOST_TILES) {
    throw new NonRetryableError(`image.cut: ${tiles.length} tiles are more than ${MOST_TILES}`);
  }

  return { file, tiles };
}

async function drawTile(task: Task): Promise<Json> {
  const input = read(task, { file: 'string', tile: 'object', effect: 'string' });
  const tile = placeOf(input.tile, `${task.work}: input.tile`);

  if (!isEffect(input.effect)) {
    throw new NonRetryableError(`image.tile: there is no effect "${input.effect}"`);
  }

  const { x: left, y: top, width, height } = tile;
  const pixels = sharp(kept(input.file)).extract({ left, top, width, height });
  const drawn = await EFFECTS[input.effect](pixels, tile);
  const file = await keep(task, join('tiles', `${task.segment?.order ?? 0}.png`), drawn);

  return { ...tile, file, colour: [...(await meanColour(drawn))] };
}

async function assembleTiles(task: Task, signal: AbortSignal): Promise<Json> {
  const tiles = finishedTiles(task);
  const mosaic = await assemble(tiles, (count) => {
    signal.throwIfAborted();
    task.progress(count / tiles.length);
  });

  return { file: await keep(task, 'mosaic.png', mosaic), preview: await preview(mosaic, 720) };
}

async function makeThumbnail(task: Task): Promise<Json> {
  const { file } = read(task, { file: 'string' });
  const image = await thumbnail(kept(file), 240);

  return { file: await keep(task, 'thumbnail.webp', image), preview: await preview(image, 240) };
}

async function makeSheet(task: Task): Promise<Json> {
  const { before, after } = read(task, { before: 'string', after: 'string' });
  const image = await contactSheet(kept(before), kept(after), finishedTiles(task));

  return {
    file: await keep(task, 'contact-sheet.webp', image),
    preview: await preview(image, 960),
  };
}

/** The outputs of the fan-out, in order. A tile whose failure was tolerated is null and leaves a hole. */
function finishedTiles(task: Task): PlacedTile[] {
  const { tiles } = read(task, { tiles: 'list' });

  return tiles.filter(isObject).map((tile, index) => {
    const place = `${task.work}: input.tiles[${index}]`;
    const { file, colour } = check(tile, place, { file: 'string', colour: 'list' });
    const [red, green, blue] = colour.map(Number);

    return { ...placeOf(tile, place), file: kept(file), colour: [red ?? 0, green ?? 0, blue ?? 0] };
  });
}

function placeOf(tile: Json, place: string) {
  const { x, y, width, height } = check(tile, place, {
    x: 'number',
    y: 'number',
    width: 'number',
    height: 'number',
  });

  return { x, y, width, height };
}
