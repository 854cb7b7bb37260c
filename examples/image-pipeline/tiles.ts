/** Cutting a picture into tiles, and what may be done to one of them. */
import sharp, { type Sharp } from 'sharp';

export type Tile = { x: number; y: number; width: number; height: number };

/** Tiles of `size` pixels, row by row; those at the right and lower edge are what is left. */
export function cut(width: number, height: number, size: number): Tile[] {
  const tiles: Tile[] = [];

  for (let y = 0; y < height; y += size) {
    for (let x = 0; x < width; x += size) {
      tiles.push({ x, y, width: Math.min(size, width - x), height: Math.min(size, height - y) });
    }
  }

  return tiles;
}

/** An effect is given the pixels of a tile and its place, and answers PNG. The same tile always gives the same picture. */
export const EFFECTS = {
  mosaic,
  dots,
  posterise: (pixels: Sharp) =>
    pixels.modulate({ saturation: 1.6 }).png({ colours: 4, dither: 0 }).toBuffer(),
  hue: (pixels: Sharp, { x, y }: Tile) =>
    pixels
      .modulate({ hue: Math.round((x + y) / 4) % 360, saturation: 1.3 })
      .png()
      .toBuffer(),
} as const satisfies Record<string, (pixels: Sharp, tile: Tile) => Promise<Buffer>>;

export function isEffect(name: string): name is keyof typeof EFFECTS {
  return Object.hasOwn(EFFECTS, name);
}

/** Stones of one colour each, laid by hand in darker grout. */
function mosaic(pixels: Sharp, tile: Tile): Promise<Buffer> {
  return drawCells(pixels, tile, 10, (colour, { x, y, width, height }) => {
    const place = chance(tile.x + x, tile.y + y);
    const [centreX, centreY] = [x + width / 2, y + height / 2];

    return `<rect x="${x}" y="${y}" width="${width + 1}" height="${height + 1}"
      fill="${rgb(colour, 0.6)}"/>
    <rect x="${x + 0.5}" y="${y + 0.5}" width="${width - 1}" height="${height - 1}" rx="1.5"
      fill="${rgb(colour, 0.92 + 0.24 * place)}"
      transform="rotate(${14 * (place - 0.5)} ${centreX} ${centreY})"/>`;
  });
}

/** Dots on black, the brighter the larger, as in print. */
function dots(pixels: Sharp, tile: Tile): Promise<Buffer> {
  return drawCells(pixels, tile, 16, (colour, { x, y, width, height }) => {
    const radius = (Math.min(width, height) / 2) * (0.4 + 0.6 * Math.sqrt(brightness(colour)));

    return `<circle cx="${x + width / 2}" cy="${y + height / 2}" r="${radius}"
      fill="${rgb(colour, 1.5)}"/>`;
  });
}

/** Divides a tile into cells of about `size` pixels and draws something in each, given the mean colour of the cell. */
async function drawCells(
  pixels: Sharp,
  { width, height }: Tile,
  size: number,
  shape: (colour: Colour, cell: Tile) => string,
): Promise<Buffer> {
  const columns = Math.ceil(width / size);
  const rows = Math.ceil(height / size);
  const means = await pixels.resize(columns, rows, { fit: 'fill' }).raw().toBuffer();

  const shapes = Array.from({ length: columns * rows }, (_, index) => {
    const [red = 0, green = 0, blue = 0] = means.subarray(index * 3);
    const cell = { width: width / columns, height: height / rows };
    const [x, y] = [(index % columns) * cell.width, Math.floor(index / columns) * cell.height];

    return shape([red, green, blue], { x, y, ...cell });
  });

  return sharp(svg(width, height, `<rect width="100%" height="100%"/>${shapes.join('')}`))
    .removeAlpha()
    .png()
    .toBuffer();
}

export function svg(width: number, height: number, content: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`,
  );
}

export type Colour = readonly [red: number, green: number, blue: number];

/** From 0 to 1, as the eye weighs it. */
export function brightness([red, green, blue]: Colour): number {
  return (0.3 * red + 0.59 * green + 0.11 * blue) / 255;
}

export async function meanColour(image: Buffer): Promise<Colour> {
  const { channels } = await sharp(image).toColourspace('srgb').stats();
  const [red = 0, green = 0, blue = 0] = channels.map(({ mean }) => Math.round(mean));

  return [red, green, blue];
}

export function rgb(colour: Colour, factor = 1): string {
  return `rgb(${colour.map((channel) => Math.min(255, Math.round(channel * factor))).join(', ')})`;
}

/** A number from 0 to 1 that belongs to a place. */
function chance(x: number, y: number): number {
  const wave = Math.sin(x * 12.9898 + y * 78.233) * 43_758.5453;

  return wave - Math.floor(wave);
}
