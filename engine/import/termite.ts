/**
 * Reads a pipeline of Termite (github.com/diaohaha/termite): the flow config of its README,
 *
 *     { works: [key], dags: { key: { dependences: [key], trigger_rule } }, max_scheduler_count, scheduler_mode }
 *
 * or a whole row of its config table around one (`flow_key`, `flow_name`, `flow_desc`, `flow_config`, `env`, `switch`), or what its web
 * API makes of such a row (`key`, `name`, `desc`, `config`). Works may be rows of its work table instead of keys. Configs in rows are
 * JSON in JSON. A work without an entry in `dags` is a root. Whatever has no counterpart here is listed, never dropped in silence.
 */
import {
  type Definition,
  type DefinitionNode,
  type RetryPolicy,
  type Timeouts,
  type TriggerRule,
} from '../definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import { findCycle, validateDefinition } from '../validate.ts';

export type NotCarried = { readonly pointer: string; readonly message: string };

export type ImportedWork = {
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
  readonly timeouts?: Timeouts;
  readonly retry?: RetryPolicy;
};

export type TermiteImport = {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly settings: { readonly maxRunning: number; readonly order: 'fifo' | 'lifo' };
  readonly definition: Definition;
  readonly works: readonly ImportedWork[];
  readonly notCarried: readonly NotCarried[];
};

/** Termite's rules, and Airflow's names for those that differ. */
const TRIGGERS: ReadonlyMap<Json, TriggerRule> = new Map([
  ['all_success', 'all_success'],
  ['all_done', 'all_done'],
  ['all_fail', 'all_failed'],
  ['all_failed', 'all_failed'],
  ['one_success', 'one_success'],
  ['one_done', 'one_done'],
  ['one_fail', 'one_failed'],
  ['one_failed', 'one_failed'],
]);

/** What is said about the document while it is read. */
type Notes = { readonly problems: Problem[]; readonly notCarried: NotCarried[] };

/** A work, the key Termite knows it by, and the key of its node here. */
type WorkEntry = { readonly source: string; readonly nodeKey: string; readonly work: ImportedWork };

export function importTermite(
  document: unknown,
): TermiteImport | { readonly problems: readonly Problem[] } {
  const notes: Notes = { problems: [], notCarried: [] };

  if (!isJsonObject(document as Json)) {
    refuse(notes, '', 'A Termite pipeline is a JSON object.');
    return { problems: notes.problems };
  }

  const flow = readFlow(notes, document as JsonObject);
  const works = readWorks(notes, flow);
  const dependences = readDags(notes, flow, works);
  const definition = assemble(works, dependences, flow.env);
  refuseCycles(notes, flow, definition);

  if (notes.problems.length > 0) {
    return { problems: notes.problems };
  }
  const { problems } = validateDefinition(definition, { works: null });
  if (problems.some(({ severity }) => severity === 'error')) {
    return { problems };
  }

  return {
    key: toKey(flow.key ?? 'termite', /[^A-Za-z0-9_-]/g),
    name: flow.name ?? flow.key ?? 'Termite pipeline',
    description: flow.description,
    settings: {
      maxRunning: readLimit(notes, flow),
      order: readOrder(notes, flow),
    },
    definition,
    works: works.map(({ work }) => work),
    notCarried: notes.notCarried,
  };
}

/** A flow config and what was around it. `at` is the pointer to the config. */
type Flow = {
  readonly key: string | null;
  readonly name: string | null;
  readonly description: string;
  readonly env: JsonObject;
  readonly config: JsonObject;
  readonly at: string;
};

function readFlow(notes: Notes, document: JsonObject): Flow {
  const name = 'flow_config' in document ? 'flow_config' : 'config';
  const isRow = !('works' in document) && name in document;
  const config = isRow ? parsed(document[name]) : document;
  const at = isRow ? `/${name}` : '';

  if (!isJsonObject(config)) {
    refuse(notes, at, 'The flow config is not a JSON object.');
  }
  leftOver(notes, document, '', [...ROW_MEMBERS, ...(isRow ? [name] : CONFIG_MEMBERS)]);
  if (isRow && isJsonObject(config)) {
    leftOver(notes, config, at, CONFIG_MEMBERS);
  }
  if ('switch' in document && Number(document['switch']) === 0) {
    omit(notes, '/switch', 'The pipeline was switched off; the workflow is switched on.');
  }

  return {
    key: text(document['flow_key'] ?? document['key']),
    name: text(document['flow_name'] ?? document['name']),
    description: text(document['flow_desc'] ?? document['desc']) ?? '',
    env: readEnv(notes, document['env']),
    config: isJsonObject(config) ? config : {},
    at,
  };
}

const ROW_MEMBERS: readonly string[] = [
  'flow_key',
  'flow_name',
  'flow_desc',
  'key',
  'name',
  'desc',
  'env',
  'switch',
];
const CONFIG_MEMBERS: readonly string[] = [
  'works',
  'dags',
  'max_scheduler_count',
  'scheduler_mode',
];

function readEnv(notes: Notes, value: Json | undefined): JsonObject {
  const env = value === undefined || value === '' || value === null ? {} : parsed(value);
  if (isJsonObject(env)) {
    return env;
  }
  omit(notes, '/env', 'The parameters are not a JSON object.');
  return {};
}

function readWorks(notes: Notes, { config, at }: Flow): WorkEntry[] {
  const list = config['works'];
  if (!Array.isArray(list)) {
    refuse(notes, `${at}/works`, 'A Termite pipeline has a list of works.');
    return [];
  }

  const taken = new Set<string>();
  const found: WorkEntry[] = [];

  for (const [index, entry] of (list as readonly Json[]).entries()) {
    const work = readWork(notes, entry, `${at}/works/${index}`);
    if (work === null) {
      refuse(notes, `${at}/works/${index}`, `Work ${index + 1} has no key.`);
    } else if (taken.has(work.nodeKey)) {
      refuse(notes, `${at}/works/${index}`, `More than one work is called "${work.nodeKey}".`);
    } else {
      taken.add(work.nodeKey);
      found.push(work);
    }
  }
  return found;
}

function readWork(notes: Notes, entry: Json, pointer: string): WorkEntry | null {
  const row = isJsonObject(entry) ? entry : {};
  const source = text(isJsonObject(entry) ? (row['work_key'] ?? row['key'] ?? null) : entry);
  if (source === null || source === '') {
    return null;
  }

  const key = toKey(source, /[^A-Za-z0-9_.-]/g);
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

  const name = text(row['work_name'] ?? row['name'] ?? null);
  const description = text(row['work_desc'] ?? row['desc'] ?? null);
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

  const run = seconds(notes, config, 'exec_timeout', pointer);
  const dispatch = seconds(notes, config, 'push_timeout', pointer);
  const retries = config['retries'] === undefined ? null : Number(config['retries']);
  const limit = retries !== null && Number.isInteger(retries) && retries >= 0 ? retries : null;
  if (retries !== null && limit === null) {
    omit(notes, `${pointer}/retries`, 'The number of retries is not a number.');
  }

  return {
    ...(run === null && dispatch === null
      ? {}
      : {
          timeouts: {
            ...(run === null ? {} : { runSeconds: run }),
            ...(dispatch === null ? {} : { dispatchSeconds: dispatch }),
          },
        }),
    ...(limit === null ? {} : { retry: { limit: Math.min(limit, 100) } }),
  };
}

function seconds(notes: Notes, config: JsonObject, name: string, pointer: string): number | null {
  const value = config[name];
  if (value === undefined) {
    return null;
  }
  const count = Number(value);
  if (count > 0) {
    return count;
  }
  omit(
    notes,
    `${pointer}/${name}`,
    count === 0
      ? 'No timeout; the default of the work applies here.'
      : 'The timeout is not a number of seconds.',
  );
  return null;
}

type Dependences = ReadonlyMap<
  string,
  { readonly on: readonly string[]; readonly trigger: TriggerRule }
>;

/** By node key, the node keys that each waits for. */
function readDags(notes: Notes, { config, at }: Flow, works: readonly WorkEntry[]): Dependences {
  const dags = config['dags'] ?? {};
  const found = new Map<string, { on: readonly string[]; trigger: TriggerRule }>();
  if (!isJsonObject(dags)) {
    refuse(notes, `${at}/dags`, 'dags must be an object of works and what they depend on.');
    return found;
  }
  const nodeKeys = new Map(works.map(({ source, nodeKey }) => [source, nodeKey]));

  for (const [source, entry] of Object.entries(dags)) {
    const pointer = `${at}/dags/${escape(source)}`;
    const nodeKey = nodeKeys.get(source);

    if (nodeKey === undefined) {
      refuse(
        notes,
        pointer,
        `dags names "${source}", which is not among the works.`,
        'unknown_node',
      );
    } else if (!isJsonObject(entry)) {
      refuse(notes, pointer, `What "${source}" depends on must be an object.`);
    } else {
      leftOver(notes, entry, pointer, ['dependences', 'dependencies', 'trigger_rule']);
      const on = readDependences(notes, entry, pointer, nodeKeys);
      found.set(nodeKey, { on, trigger: readTrigger(notes, entry, pointer, on) });
    }
  }
  return found;
}

function readDependences(
  notes: Notes,
  entry: JsonObject,
  pointer: string,
  nodeKeys: ReadonlyMap<string, string>,
): string[] {
  const name = 'dependences' in entry ? 'dependences' : 'dependencies';
  const list = entry[name] ?? [];
  if (!Array.isArray(list)) {
    refuse(notes, `${pointer}/${name}`, `${name} must be a list of works.`);
    return [];
  }

  const found = new Set<string>();
  for (const [index, source] of (list as readonly Json[]).entries()) {
    const key = typeof source === 'string' ? nodeKeys.get(source) : undefined;
    if (key === undefined) {
      refuse(
        notes,
        `${pointer}/${name}/${index}`,
        `${JSON.stringify(source)} is not among the works.`,
        'unknown_node',
      );
    } else {
      found.add(key);
    }
  }
  return [...found];
}

function readTrigger(
  notes: Notes,
  entry: JsonObject,
  pointer: string,
  on: readonly string[],
): TriggerRule {
  const rule = entry['trigger_rule'] ?? 'all_success';
  const trigger = TRIGGERS.get(rule);

  if (trigger === undefined) {
    refuse(notes, `${pointer}/trigger_rule`, `There is no trigger rule ${JSON.stringify(rule)}.`);
    return 'all_success';
  }
  if (on.length === 0 && trigger !== 'all_success') {
    omit(notes, `${pointer}/trigger_rule`, 'A work that depends on nothing has no use for a rule.');
    return 'all_success';
  }
  return trigger;
}

function assemble(
  works: readonly WorkEntry[],
  dependences: Dependences,
  env: JsonObject,
): Definition {
  const nodes = works.map(({ nodeKey, work: { key, name } }): DefinitionNode => {
    const trigger = dependences.get(nodeKey)?.trigger ?? 'all_success';
    return {
      key: nodeKey,
      type: 'task',
      work: key,
      ...(name ? { name } : {}),
      ...(trigger === 'all_success' ? {} : { trigger }),
    };
  });
  const edges = works.flatMap(({ nodeKey }) =>
    (dependences.get(nodeKey)?.on ?? []).map((from) => ({ from, to: nodeKey })),
  );

  return {
    schemaVersion: 1,
    ...(Object.keys(env).length > 0 ? { env } : {}),
    nodes,
    edges,
  };
}

function refuseCycles(notes: Notes, { at }: Flow, { nodes, edges }: Definition): void {
  const cycle = findCycle(nodes, edges);
  if (cycle) {
    const path = cycle.join(' -> ');
    refuse(notes, `${at}/dags`, `These works wait for one another: ${path}.`, 'cycle', { path });
  }
}

function readLimit(notes: Notes, { config, at }: Flow): number {
  const count = config['max_scheduler_count'] ?? 0;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) {
    return count;
  }
  omit(notes, `${at}/max_scheduler_count`, 'Not a number of instances; there is no limit.');
  return 0;
}

function readOrder(notes: Notes, { config, at }: Flow): 'fifo' | 'lifo' {
  const mode = config['scheduler_mode'] ?? 'fifo';
  const order = typeof mode === 'string' ? mode.toLowerCase() : null;
  if (order === 'fifo' || order === 'lifo') {
    return order;
  }
  omit(notes, `${at}/scheduler_mode`, 'Neither fifo nor lifo; fifo is used, as Termite does.');
  return 'fifo';
}

function refuse(
  { problems }: Notes,
  pointer: string,
  message: string,
  code: Problem['code'] = 'schema',
  params?: Problem['params'],
): void {
  problems.push({ code, severity: 'error', message, pointer, params });
}

function omit({ notCarried }: Notes, pointer: string, message: string): void {
  notCarried.push({ pointer, message });
}

function leftOver(
  notes: Notes,
  value: JsonObject,
  pointer: string,
  known: readonly string[],
): void {
  for (const name of Object.keys(value).filter((member) => !known.includes(member))) {
    omit(notes, `${pointer}/${escape(name)}`, `"${name}" has no counterpart here.`);
  }
}

/** Configs in Termite's rows are JSON in a text. Text that is not is returned as it is. */
function parsed(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') {
    return value;
  }
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function text(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function toKey(source: string, forbidden: RegExp): string {
  const key = source.replaceAll(forbidden, '-').slice(0, 99);
  return /^[A-Za-z0-9]/.test(key) ? key : `w${key}`;
}

function toNodeKey(source: string): string {
  const key = source.replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, 64);
  return /^[A-Za-z_]/.test(key) ? key : `_${key}`.slice(0, 64);
}

/** RFC 6901. */
function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
