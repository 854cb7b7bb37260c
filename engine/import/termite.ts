/**
 * Reads a pipeline of Termite (github.com/diaohaha/termite): the flow config of its README,
 *
 *     { works: [key], dags: { key: { dependences: [key], trigger_rule } }, max_scheduler_count, scheduler_mode }
 *
 * or a whole row of its config table around one (`flow_key`, `flow_name`, `flow_desc`, `flow_config`, `env`, `switch`), or what its web
 * API makes of such a row (`key`, `name`, `desc`, `config`). Works may be rows of its work table instead of keys. Configs in rows are
 * JSON in JSON. A work without an entry in `dags` is a root. Whatever has no counterpart here is listed, never dropped in silence.
 */
import type { Definition, DefinitionNode } from '../definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { findCycle, validateDefinition } from '../validate.ts';
import type { ImportResult } from './imported.ts';
import { toWorkflowKey } from './names.ts';
import { type FlowConfig, leftOver, type Notes, omit, parsed, readText, refuse } from './notes.ts';
import { type Dependences, readDags } from './termite_dags.ts';
import { readWorks, type WorkEntry } from './termite_works.ts';

export function importTermite(document: unknown): ImportResult {
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
    key: toWorkflowKey(flow.key ?? 'termite'),
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

/** A flow config and what was around it. */
type Flow = FlowConfig & {
  readonly key: string | null;
  readonly name: string | null;
  readonly description: string;
  readonly env: JsonObject;
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
    key: readText(notes, document, '', ['flow_key', 'key']),
    name: readText(notes, document, '', ['flow_name', 'name']),
    description: readText(notes, document, '', ['flow_desc', 'desc']) ?? '',
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

function refuseCycles(notes: Notes, { at }: FlowConfig, { nodes, edges }: Definition): void {
  const cycle = findCycle(nodes, edges);
  if (cycle) {
    const path = cycle.join(' -> ');
    refuse(notes, `${at}/dags`, `These works wait for one another: ${path}.`, 'cycle', { path });
  }
}

function readLimit(notes: Notes, { config, at }: FlowConfig): number {
  const count = config['max_scheduler_count'] ?? 0;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) {
    return count;
  }
  omit(notes, `${at}/max_scheduler_count`, 'Not a number of instances; there is no limit.');
  return 0;
}

function readOrder(notes: Notes, { config, at }: FlowConfig): 'fifo' | 'lifo' {
  const mode = config['scheduler_mode'] ?? 'fifo';
  const order = typeof mode === 'string' ? mode.toLowerCase() : null;
  if (order === 'fifo' || order === 'lifo') {
    return order;
  }
  omit(notes, `${at}/scheduler_mode`, 'Neither fifo nor lifo; fifo is used, as Termite does.');
  return 'fifo';
}
