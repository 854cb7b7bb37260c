/** The steps of a task of BCS, in their order. */
import type { DefinitionNode } from '../definition.ts';
import type { Json } from '../json.ts';
import { plainTemplate } from './cel.ts';
import { claimKey, noteRenamed, toWorkKey } from './names.ts';
import { omit, refuse } from './notes.ts';
import {
  has,
  items,
  member,
  members,
  type Reading,
  type Source,
  take,
  takeCount,
  takeFlag,
  takeSeconds,
  takeText,
} from './source.ts';

/** What a step is given beside its own: what the task began with, and over it what the steps have written since. */
export const COMMON_PARAMS = '{{ merge(env, context) }}';

export type BcsStep = { readonly node: DefinitionNode; readonly work: string };

export function readSteps(reading: Reading, task: Source, keys: Set<string>): BcsStep[] {
  const ordered = orderSteps(reading, task);
  const seen = new Set<string>();

  if (ordered.length === 0 && reading.problems.length === 0) {
    refuse(reading, '/steps', 'A task of BCS has steps.');
  }
  return ordered.flatMap(({ name, source }) => {
    if (seen.has(name)) {
      refuse(reading, source.pointer, `More than one step is called "${name}".`, 'duplicate_key');
      return [];
    }
    seen.add(name);
    return [readStep(reading, name, source, keys)];
  });
}

type Named = { readonly name: string; readonly source: Source };

function orderSteps(reading: Reading, task: Source): Named[] {
  const steps = member(task, 'steps');
  const sequence = member(task, 'stepSequence');

  if (Array.isArray(steps.value)) {
    if (has(sequence)) {
      omit(reading, sequence.pointer, 'The steps are a list: they run in its order.');
    }
    return items(steps).flatMap((source) => {
      const name = takeText(reading, member(source, 'name'));
      if (name === undefined) {
        refuse(reading, source.pointer, 'A step has a name.');
        return [];
      }
      return [{ name, source }];
    });
  }

  const byName = new Map(members(steps));
  const found = items(sequence).flatMap((entry) => {
    const name = takeText(reading, entry);
    const source = name === undefined ? undefined : byName.get(name);
    if (name === undefined || source === undefined) {
      const what = JSON.stringify(entry.value);
      refuse(reading, entry.pointer, `${what} is not among the steps.`, 'unknown_node');
      return [];
    }
    return [{ name, source }];
  });
  for (const [name, source] of byName) {
    if (!found.some((one) => one.name === name)) {
      omit(reading, source.pointer, `stepSequence does not name "${name}", so it never runs.`);
    }
  }
  return found;
}

function readStep(reading: Reading, name: string, source: Source, keys: Set<string>): BcsStep {
  const key = claimKey(keys, name);
  noteRenamed(reading, { value: name, pointer: source.pointer }, 'node', key);
  noteRun(reading, source, name);

  const method = METHODS.map((one) => member(source, one)).find(has);
  const methodName = method && takeText(reading, method);
  const work = toWorkKey(methodName ?? name);
  if (method && methodName !== undefined) {
    noteRenamed(reading, method, 'work', work);
  }
  const title = TITLES.map((one) => takeText(reading, member(source, one))).find(
    (one) => one !== undefined && one !== name,
  );
  const limit = readRetries(reading, source);
  const runSeconds = takeSeconds(reading, member(source, 'maxExecutionSeconds'));
  const skip = takeFlag(reading, member(source, 'skipOnFailed'));

  return {
    work,
    node: {
      key,
      type: 'task',
      work,
      ...(title === undefined ? {} : { name: title.slice(0, 200) }),
      input: { params: readParams(reading, source), commonParams: COMMON_PARAMS },
      ...(limit === undefined ? {} : { retry: { limit } }),
      ...(runSeconds === undefined ? {} : { timeouts: { runSeconds } }),
      ...(skip ? { onFailure: 'continue' as const } : {}),
    },
  };
}

/** Who does it: `method` in the README, `executor` in newer releases, `taskMethod` in bcs-cluster-manager. */
const METHODS = ['executor', 'method', 'taskMethod'];
const TITLES = ['alias', 'stepname', 'taskName'];

/** Newer releases count retries in `retryCount` and allow `maxRetries`; in older ones `retryCount` is what is allowed. */
function readRetries(reading: Reading, source: Source): number | undefined {
  const allowed = ['maxRetries', 'maxRetry'].map((name) => member(source, name)).find(has);
  if (allowed === undefined) {
    return takeCount(reading, member(source, 'retryCount'), 100);
  }
  for (const name of ['retryCount', 'retry']) {
    const counted = member(source, name);
    if (has(counted) && counted.value !== 0) {
      omit(reading, counted.pointer, 'Retries of one run are not carried over.');
    } else {
      take(reading, counted);
    }
  }
  return takeCount(reading, allowed, 100);
}

/** Parameters are plain texts in BCS: nothing in them is an expression here. */
function readParams(reading: Reading, source: Source): Record<string, Json> {
  const params = new Map<string, Json>();
  for (const [name, param] of members(member(source, 'params'))) {
    const value = take(reading, param) ?? null;
    params.set(name, typeof value === 'string' ? plainTemplate(value) : value);
  }
  for (const name of ['extras', 'payload']) {
    const extra = member(source, name);
    const text = takeText(reading, extra);
    if (text === undefined || text === '{}' || text === 'e30=') {
      continue;
    }
    if (params.has(name)) {
      omit(reading, extra.pointer, `There is a param "${name}" already.`);
    } else {
      params.set(name, plainTemplate(text));
      omit(reading, extra.pointer, `"${name}" is handed to the work among its params.`);
    }
  }
  return Object.fromEntries(params);
}

function noteRun(reading: Reading, source: Source, name: string): void {
  const own = member(source, 'name');
  if (own.value === name) {
    take(reading, own);
  } else if (has(own)) {
    omit(reading, own.pointer, `The step is called "${name}", by which the task knows it.`);
  }
  for (const one of RUN_MEMBERS) {
    const value = member(source, one);
    if (value.value && value.value !== 'NOTSTARTED') {
      omit(reading, value.pointer, `"${one}" is of one run, which is not carried over.`);
    } else {
      take(reading, value);
    }
  }
}

const RUN_MEMBERS = ['status', 'message', 'start', 'end', 'executionTime', 'lastUpdate', 'eta'];
