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

/** What only Termite's flow configs, and the rows of its table around them, have. */
const TERMITE_MEMBERS = [
  'dags',
  'max_scheduler_count',
  'scheduler_mode',
  'flow_config',
  'flow_key',
];

/** Ours have nodes and edges, by themselves or in a workflow's `definition`. */
export function guessFormat(document: JsonObject): ImportFormat {
  const termite =
    TERMITE_MEMBERS.some((member) => member in document) ||
    // A row as Termite's web API shows it: the config is JSON in a text.
    ('config' in document && !('nodes' in document) && !('definition' in document));

  return termite ? 'termite' : 'latchwork';
}
