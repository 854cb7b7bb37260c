/** What the works of a Termite pipeline wait for. */
import type { TriggerRule } from '../definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { step } from '../pointer.ts';
import { type FlowConfig, leftOver, type Notes, omit, refuse } from './notes.ts';
import type { WorkEntry } from './termite_works.ts';

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

export type Dependences = ReadonlyMap<
  string,
  { readonly on: readonly string[]; readonly trigger: TriggerRule }
>;

/** By node key, the node keys that each waits for. */
export function readDags(
  notes: Notes,
  { config, at }: FlowConfig,
  works: readonly WorkEntry[],
): Dependences {
  const dags = config['dags'] ?? {};
  const found = new Map<string, { on: readonly string[]; trigger: TriggerRule }>();
  if (!isJsonObject(dags)) {
    refuse(notes, `${at}/dags`, 'dags must be an object of works and what they depend on.');
    return found;
  }
  const nodeKeys = new Map(works.map(({ source, nodeKey }) => [source, nodeKey]));

  for (const [source, entry] of Object.entries(dags)) {
    const pointer = `${at}/dags${step(source)}`;
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
