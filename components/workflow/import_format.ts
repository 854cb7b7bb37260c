import { isJsonObject } from '#engine/json.ts';
import type { Json, JsonObject } from '#engine/json.ts';

export type ImportFormat = 'latchwork' | 'termite';

/** The document that was pasted, or null while it is none. */
export function readDocument(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Termite's configurations name their works and their "dags" at the top or in `config`; ours have nodes and edges. */
export function guessFormat(document: JsonObject): ImportFormat {
  const inner = document['config'];
  const places = isJsonObject(inner) ? [document, inner] : [document];

  return places.some((place) => 'dags' in place || 'dag' in place || 'max_scheduler_count' in place)
    ? 'termite'
    : 'latchwork';
}
