import { isJsonObject } from '#engine/json.ts';
import type { Json } from '#engine/json.ts';

export type FoundImage = {
  /** Where in the value it was found: "tiles.3.url". */
  readonly path: string;
  readonly src: string;
};

const IMAGE_PATH = /\.(png|jpe?g|gif|webp|avif|svg)(\?[^\s]*)?(#[^\s]*)?$/i;
const IMAGE_DATA = /^data:image\/(png|jpeg|gif|webp|avif|svg\+xml)[;,]/i;

/**
 * Something that an <img> can show: a data URL of an image, or an http(s) URL or rooted path that ends like one.
 * Never `javascript:` or a file of the worker's own disk.
 */
export function isImageSource(text: string): boolean {
  if (IMAGE_DATA.test(text)) {
    return true;
  }

  return text.length <= 4_096 && /^(https?:\/\/|\/[^/\\])/i.test(text) && IMAGE_PATH.test(text);
}

/** The images that a task's output names, in reading order, each once. */
export function imagesIn(value: Json | undefined, limit = 60): readonly FoundImage[] {
  const found = new Map<string, FoundImage>();

  function walk(part: Json, path: string, depth: number): void {
    if (found.size >= limit || depth > 8) {
      return;
    }
    if (typeof part === 'string') {
      if (isImageSource(part) && !found.has(part)) {
        found.set(part, { path, src: part });
      }
      return;
    }
    if (Array.isArray(part)) {
      part.forEach((item: Json, index) => walk(item, join(path, String(index)), depth + 1));
    } else if (isJsonObject(part)) {
      for (const [key, item] of Object.entries(part)) {
        walk(item, join(path, key), depth + 1);
      }
    }
  }

  if (value !== undefined) {
    walk(value, '', 0);
  }

  return [...found.values()];
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
