/**
 * Reads a task of BCS (github.com/TencentBlueKing/bk-bcs, bcs-common/common/task): a chain of steps, one after the other. Its three
 * shapes are read alike:
 *
 *     { stepSequence: [name], steps: { name: Step }, commonParams, callBackFuncName, … }    as its README has it, and older releases
 *     { steps: [Step], commonParams, callbackName, … }                                      newer ones
 *     { stepSequence: [name], steps: { name: Step with taskMethod, maxRetry } }              bcs-cluster-manager
 *
 * A step's method is a work, its parameters are its input. A task in BCS is also the record of one run; that part is not carried over.
 */
import type { Definition, DefinitionEdge, DefinitionNode } from '../definition.ts';
import { isJsonObject, type Json } from '../json.ts';
import { validateDefinition } from '../validate.ts';
import { type BcsStep, COMMON_PARAMS, readSteps } from './bcs_steps.ts';
import type { ImportResult } from './imported.ts';
import { claimKey, noteRenamed, readableMembers, toWorkflowKey, toWorkKey } from './names.ts';
import { omit, refuse } from './notes.ts';
import {
  beginReading,
  has,
  listLeftOver,
  member,
  type Reading,
  type Source,
  take,
  takeSeconds,
  takeText,
} from './source.ts';

export function importBcs(document: unknown): ImportResult {
  const reading = beginReading();
  const task: Source = { value: document as Json, pointer: '' };

  if (!isJsonObject(task.value)) {
    refuse(reading, '', 'A task of BCS is a JSON object.');
    return { problems: reading.problems };
  }

  const name = takeText(reading, member(task, 'taskName'));
  const type = takeText(reading, member(task, 'taskType'));
  const keys = new Set<string>();
  const steps = readSteps(reading, task, keys);
  const callback = readCallback(reading, task, keys);
  const definition = assemble(reading, task, steps, callback);
  noteRun(reading, task);
  listLeftOver(reading, task, (member) => `"${member}" has no counterpart here.`);

  if (reading.problems.length > 0) {
    return { problems: reading.problems };
  }
  const { problems } = validateDefinition(definition, { works: null });
  if (problems.some(({ severity }) => severity === 'error')) {
    return { problems };
  }

  const works = [...steps.map(({ work }) => work), ...(callback ? [callback.work] : [])];
  return {
    key: toWorkflowKey(type ?? name ?? 'bcs'),
    name: (name ?? type ?? 'BCS task').slice(0, 200),
    description: '',
    settings: {},
    definition,
    works: [...new Set(works)].map((key) => ({ key })),
    notCarried: reading.notCarried,
  };
}

function assemble(
  reading: Reading,
  task: Source,
  steps: readonly BcsStep[],
  callback: Callback | null,
): Definition {
  const timeoutSeconds = takeSeconds(reading, member(task, 'maxExecutionSeconds'));
  const env = readCommonParams(reading, member(task, 'commonParams'));
  const edges = steps.slice(1).map(({ node }, index): DefinitionEdge => ({
    from: steps[index]?.node.key ?? '',
    to: node.key,
  }));
  const last = steps.at(-1)?.node.key;

  return {
    schemaVersion: 1,
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    nodes: [...steps.map(({ node }) => node), ...(callback && last ? callback.nodes(last) : [])],
    edges: [...edges, ...(callback && last ? callback.keys.map((to) => ({ from: last, to })) : [])],
  };
}

/** What the steps share: what it begins with, and under it what they have added. */
function readCommonParams(reading: Reading, params: Source): Record<string, string> {
  const found = new Map<string, string>();
  for (const [name, param] of readableMembers(reading, params)) {
    const text = takeText(reading, param);
    if (text !== undefined || param.value === '') {
      found.set(name, text ?? '');
    }
  }
  return Object.fromEntries(found);
}

type Callback = {
  readonly work: string;
  readonly keys: readonly string[];
  nodes(last: string): readonly DefinitionNode[];
};

/**
 * BCS calls a function when a task has ended, well or not. Here a node does that runs after the last step whatever became of it; beside
 * it the mark `end` stands behind the last step, so that a failed chain is a failed instance.
 */
function readCallback(reading: Reading, task: Source, keys: Set<string>): Callback | null {
  const source = has(member(task, 'callbackName'))
    ? member(task, 'callbackName')
    : member(task, 'callBackFuncName');
  const name = takeText(reading, source);
  if (name === undefined) {
    return null;
  }

  const work = toWorkKey(name);
  const [key, end] = [claimKey(keys, 'callback'), claimKey(keys, 'end')];
  noteRenamed(reading, source, 'work', work);
  omit(
    reading,
    source.pointer,
    `The node "${key}" runs the work "${work}" when the last step has ended, but not when the instance is cancelled or times out.`,
  );

  return {
    work,
    keys: [key, end],
    nodes: (last) => [
      {
        key,
        type: 'task',
        work,
        trigger: 'all_done',
        input: {
          isSuccess: `{{ !(tasks.${last}.status in ["failed", "upstream_failed"]) }}`,
          commonParams: COMMON_PARAMS,
        },
      },
      { key: end, type: 'end' },
    ],
  };
}

/** What belongs to the run that was recorded, not to the pipeline. */
function noteRun(reading: Reading, task: Source): void {
  for (const name of RUN_MEMBERS) {
    const source = member(task, name);
    if (source.value) {
      omit(reading, source.pointer, `"${name}" is of one run, which is not carried over.`);
    } else {
      take(reading, source);
    }
  }
  for (const name of ['extraJson', 'commonPayload']) {
    const source = member(task, name);
    if (has(source) && source.value !== '' && source.value !== '{}' && source.value !== 'e30=') {
      omit(reading, source.pointer, `Give "${name}" as input of an instance.`);
    } else {
      take(reading, source);
    }
  }
}

const RUN_MEMBERS = [
  'taskId',
  'taskID',
  'taskIndex',
  'taskIndexType',
  'currentStep',
  'status',
  'message',
  'forceTerminate',
  'start',
  'end',
  'executionTime',
  'creator',
  'updater',
  'lastUpdate',
];
