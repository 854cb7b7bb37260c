/** The works of a Termite pipeline: keys, or rows of its work table. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { toNodeKey, toWorkKey } from './names.ts';
import type { ImportedWork } from './imported.ts';
import { type FlowConfig, leftOver, type Notes, omit, parsed, readText, refuse } from './notes.ts';

/** A work, the key Termite knows it by, and the key of its node here. */
export type WorkEntry = {
  readonly source: string;
  readonly nodeKey: string;
  readonly work: ImportedWork;
};

export function readWorks(notes: Notes, { config, at }: FlowConfig): WorkEntry[] {
  const list = config['works'];
  if (!Array.isArray(list)) {
    refuse(notes, `${at}/works`, 'A Termite pipeline has a list of works.');
    return [];
  }

  const nodes = new Set<string>();
  const works = new Set<string>();
  const found: WorkEntry[] = [];

  for (const [index, entry] of (list as readonly Json[]).entries()) {
    const work = readWork(notes, entry, `${at}/works/${index}`);
    if (work === null) {
      refuse(notes, `${at}/works/${index}`, `Work ${index + 1} has no key.`);
    } else if (nodes.has(work.nodeKey) || works.has(work.work.key)) {
      refuse(notes, `${at}/works/${index}`, `More than one work is called "${work.nodeKey}".`);
    } else {
      nodes.add(work.nodeKey);
      works.add(work.work.key);
      found.push(work);
    }
  }
  return found;
}

function readWork(notes: Notes, entry: Json, pointer: string): WorkEntry | null {
  const row = isJsonObject(entry) ? entry : { work_key: entry };
  const source = readText(notes, row, pointer, ['work_key', 'key']);
  if (source === null) {
    return null;
  }

  const key = toWorkKey(source);
  const nodeKey = toNodeKey(source);
  if (key !== source) {
    omit(notes, pointer, `The key "${source}" cannot be a work's; the work is called "${key}".`);
  }
  if (nodeKey !== source) {
    omit(
      notes,
      pointer,
      `The key "${source}" cannot be a node's; the node is called "${nodeKey}".`,
    );
  }

  const name = readText(notes, row, pointer, ['work_name', 'name']);
  const description = readText(notes, row, pointer, ['work_desc', 'desc']);
  const configName = 'work_config' in row ? 'work_config' : 'config';
  leftOver(notes, row, pointer, [...WORK_MEMBERS, configName]);

  return {
    source,
    nodeKey,
    work: {
      key,
      ...(name ? { name } : {}),
      ...(description ? { description } : {}),
      ...readPolicies(notes, parsed(row[configName]), `${pointer}/${configName}`),
    },
  };
}

const WORK_MEMBERS: readonly string[] = [
  'work_key',
  'work_name',
  'work_desc',
  'key',
  'name',
  'desc',
];

function readPolicies(
  notes: Notes,
  config: Json | undefined,
  pointer: string,
): Pick<ImportedWork, 'timeouts' | 'retry'> {
  if (!isJsonObject(config)) {
    if (config !== undefined && config !== '' && config !== null) {
      omit(notes, pointer, 'The config of the work is not a JSON object.');
    }
    return {};
  }
  leftOver(notes, config, pointer, ['exec_timeout', 'push_timeout', 'retries']);

  const runSeconds = readSeconds(notes, config, 'exec_timeout', pointer);
  const dispatchSeconds = readSeconds(notes, config, 'push_timeout', pointer);
  const limit = readNumber(notes, config, 'retries', pointer, 100);

  return {
    ...(runSeconds === undefined && dispatchSeconds === undefined
      ? {}
      : { timeouts: { runSeconds, dispatchSeconds } }),
    ...(limit === undefined ? {} : { retry: { limit } }),
  };
}

/** To Termite, no seconds mean no timeout. */
function readSeconds(
  notes: Notes,
  config: JsonObject,
  name: string,
  pointer: string,
): number | undefined {
  const seconds = readNumber(notes, config, name, pointer, 31_536_000);
  if (seconds === 0) {
    omit(notes, `${pointer}/${name}`, 'No timeout; the default of a work applies here.');
  }
  return seconds === 0 ? undefined : seconds;
}

/** Numbers in the configs of works are texts. */
function readNumber(
  notes: Notes,
  config: JsonObject,
  name: string,
  pointer: string,
  most: number,
): number | undefined {
  const value = config[name];
  if (value === undefined) {
    return undefined;
  }
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= most) {
    return number;
  }
  omit(notes, `${pointer}/${name}`, `This is not a whole number from 0 to ${most}.`);
  return undefined;
}
