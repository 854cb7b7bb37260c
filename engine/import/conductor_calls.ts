/** Tasks of Conductor that somebody else does: a worker, another workflow, many of either. */
import type { DefinitionNode } from '../definition.ts';
import { translate, translateText, translateToCel } from './conductor_expressions.ts';
import type { Step } from './conductor_flow.ts';
import {
  definitionNamed,
  definitionOf,
  inputOf,
  type Making,
  policies,
  textOf,
  titled,
} from './conductor_making.ts';
import type { TaskDefinition } from './conductor_works.ts';
import type { ImportedWork } from './imported.ts';
import { noteRenamed, toWorkflowKey, toWorkKey } from './names.ts';
import { omit, refuse } from './notes.ts';
import { has, member, type Source, takeText } from './source.ts';

export function makeTask(making: Making, step: Step, note?: string): DefinitionNode {
  const { reading } = making;
  const source = member(step.source, 'name');
  const name = takeText(reading, source) ?? step.key;
  const work = toWorkKey(name);
  noteRenamed(reading, { ...source, value: name }, 'work', work);
  if (note !== undefined) {
    omit(reading, member(step.source, 'type').pointer, note);
  } else if (step.type !== 'SIMPLE') {
    omit(
      reading,
      member(step.source, 'type').pointer,
      `"${step.type}" has no counterpart: a worker of the work "${work}" has to do it.`,
    );
  }

  makeWork(making, work, definitionOf(making, step), member(step.source, 'taskDefinition'));

  const input = inputOf(making, step, []);
  return {
    ...titled(making, step, name),
    ...policies(making, step, true),
    type: 'task',
    work,
    ...(Object.keys(input).length > 0 ? { input } : {}),
  };
}

/** A work is made as its definition says; the first one that says anything counts. */
function makeWork(
  { reading, works }: Making,
  key: string,
  definition: TaskDefinition | undefined,
  source: Source,
): void {
  const { inputTemplate: _, ...settings } = definition ?? { inputTemplate: {} };
  const made: ImportedWork = { key, ...settings };
  const known = works.get(key);
  if (known === undefined || Object.keys(known).length === 1) {
    works.set(key, made);
  } else if (definition && JSON.stringify(known) !== JSON.stringify(made)) {
    omit(reading, source.pointer, `The work "${key}" was defined otherwise before.`);
  }
}

export function makeWorkflow(making: Making, step: Step): DefinitionNode {
  const { reading } = making;
  const starts = step.type === 'START_WORKFLOW';
  const parameters = member(step.source, 'inputParameters');
  const called = starts
    ? member(parameters, 'startWorkflow')
    : member(step.source, 'subWorkflowParam');
  const workflow = readWorkflowName(making, member(called, 'name'), step);
  noteVersion(making, member(called, 'version'));
  const inline = member(called, 'workflowDefinition');
  if (has(inline)) {
    omit(reading, inline.pointer, `Import this workflow by itself, as "${workflow}".`);
  }
  const correlation = member(called, 'correlationId');

  return {
    ...titled(making, step),
    ...policies(making, step),
    type: 'workflow',
    workflow,
    ...(starts && { wait: false }),
    ...(starts && has(correlation) && { objectId: translateText(making, correlation, step) }),
    input: starts ? translate(making, member(called, 'input'), step) : inputOf(making, step, []),
  };
}

export function makeFanout(making: Making, step: Step): DefinitionNode {
  const { reading } = making;
  const parameters = member(step.source, 'inputParameters');
  const [work, workflow] = [
    member(parameters, 'forkTaskName'),
    member(parameters, 'forkTaskWorkflow'),
  ];
  const common = { ...titled(making, step), ...policies(making, step), type: 'fanout' as const };
  const list = member(parameters, 'forkTaskInputs');
  takeText(reading, member(step.source, 'dynamicForkTasksParam'));
  takeText(reading, member(step.source, 'dynamicForkTasksInputParamName'));

  if (has(workflow)) {
    noteVersion(making, member(parameters, 'forkTaskWorkflowVersion'));
    const key = readWorkflowName(making, workflow, step);
    return {
      ...common,
      workflow: key,
      items: readItems(making, list, step),
      input: '{{ item }}',
    };
  }
  const kind = takeText(reading, member(parameters, 'forkTaskType')) ?? 'SIMPLE';
  const name = takeText(reading, work) ?? (kind === 'SIMPLE' ? step.key : kind);
  const key = toWorkKey(has(work) || has(list) ? name : step.key);
  noteRenamed(reading, { pointer: work.pointer, value: has(work) ? name : key }, 'work', key);
  const definition = has(list) && kind === 'SIMPLE' ? definitionNamed(making, name) : undefined;
  makeWork(making, key, definition, work);
  if (definition && Object.keys(definition.inputTemplate).length > 0) {
    omit(reading, work.pointer, `The items must hold what the inputTemplate of "${name}" adds.`);
  }

  if (has(list)) {
    if (kind !== 'SIMPLE' || /^(?:HTTP|INLINE|WAIT|HUMAN|EVENT)$/.test(name)) {
      omit(
        reading,
        parameters.pointer,
        `The segments of a fan-out are run by workers: one of the work "${key}" has to do what ${kind} does.`,
      );
    }
    return { ...common, work: key, items: readItems(making, list, step), input: '{{ item }}' };
  }

  const tasks = member(parameters, textOf(member(step.source, 'dynamicForkTasksParam')));
  const inputs = member(parameters, textOf(member(step.source, 'dynamicForkTasksInputParamName')));
  omit(
    reading,
    tasks.pointer,
    `All segments of a fan-out run one work: a worker of "${key}" gets each task with its input, and has to do what it says.`,
  );
  return {
    ...common,
    work: key,
    items: readItems(making, tasks, step),
    input: {
      task: '{{ item }}',
      input: `{{ default(${has(inputs) ? translateToCel(making, inputs, step) : '{}'}[item.taskReferenceName], {}) }}`,
    },
  };
}

function readWorkflowName({ reading }: Making, source: Source, step: Step): string {
  const name = takeText(reading, source);
  if (name === undefined || name.includes('${')) {
    refuse(reading, source.pointer, `"${step.key}" must name the workflow that it runs.`);
    return 'unknown';
  }
  const key = toWorkflowKey(name);
  noteRenamed(reading, source, 'workflow', key);
  return key;
}

function noteVersion({ reading }: Making, source: Source): void {
  if (has(source)) {
    omit(reading, source.pointer, 'Versions are counted anew here; it runs the published one.');
  }
}

function readItems(making: Making, list: Source, step: Step): string {
  if (!Array.isArray(list.value) && !textOf(list).includes('${')) {
    refuse(making.reading, list.pointer, `"${step.key}" forks over something that is no list.`);
  }
  return translateToCel(making, list, step);
}
