import { isJsonObject, type Json } from '#engine/json.ts';

/** What the API reads (`POST /workflows/import`), in the order in which they are offered. */
export const IMPORT_FORMATS = ['latchwork', 'termite', 'bcs', 'conductor'] as const;

export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** The members by which a document shows what it is. The first format with one of them is it: rows of Termite's have `name`, as all do. */
const SIGNS: readonly (readonly [ImportFormat, readonly string[]])[] = [
  ['latchwork', ['definition', 'nodes', 'edges']],
  ['conductor', ['workflowDef', 'tasks', 'ownerEmail', 'inputTemplate']],
  ['bcs', ['stepSequence', 'steps', 'commonParams', 'taskType']],
  [
    'termite',
    // Also the rows of its table, around a config that is JSON in a text.
    ['dags', 'works', 'max_scheduler_count', 'scheduler_mode', 'flow_config', 'flow_key', 'config'],
  ],
];

/** Guesses from the outermost members of a text of JSON or YAML; ours if nothing gives it away. The text need not be faultless. */
export function guessFormat(text: string): ImportFormat {
  const members = new Set(membersOf(text));

  return (
    SIGNS.find(([, signs]) => signs.some((sign) => members.has(sign)))?.[0] ?? IMPORT_FORMATS[0]
  );
}

/** YAML is not read here, the server does that: its outermost members are those that begin a line. */
function membersOf(text: string): readonly string[] {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? Object.keys(value) : [];
  } catch {
    return Array.from(text.matchAll(/^["']?(\w+)["']?[ \t]*:/gm), ([, name = '']) => name);
  }
}
