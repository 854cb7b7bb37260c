/** What one task of Conductor is as a node. Where a type has no counterpart, the nearest is taken and a note says what differs. */
import type { DefinitionNode } from '../definition.ts';
import type { JsonObject } from '../json.ts';
import { celMember, celValue, plainTemplate } from './cel.ts';
import { type Scope, translate, translateText, translateToCel } from './conductor_expressions.ts';
import type { Step } from './conductor_flow.ts';
import { readHttp } from './conductor_http.ts';
import { functionOf, jqPath, scriptOf } from './conductor_script.ts';
import { readDuration, readTime } from './conductor_time.ts';
import { readTaskDefinition, type TaskDefinition } from './conductor_works.ts';
import type { ImportedWork } from './imported.ts';
import { noteRenamed, toWorkflowKey, toWorkKey } from './names.ts';
import { omit, refuse } from './notes.ts';
import {
  has,
  member,
  members,
  type Source,
  take,
  takeCount,
  takeFlag,
  takeText,
} from './source.ts';

export type Making = Scope & {
  /** Task definitions that came beside the workflow, by name. */
  readonly taskDefinitions: ReadonlyMap<string, Source>;
  readonly works: Map<string, ImportedWork>;
  readonly readDefinitions: Map<string, TaskDefinition>;
};

export function makeNode(making: Making, step: Step): DefinitionNode {
  const { source, type } = step;
  takeFalse(making, source);

  switch (type) {
    case 'DECIDE':
      return { ...named(step), type: 'script', ...scripted(making, step, source) };
    case 'SWITCH':
    case 'DECISION':
      return makeRoute(making, step);
    case 'SIGNAL':
      return { ...named(step), type: 'signal', prompt: 'Completes the event before it.' };
    case 'HUMAN':
      return { ...titled(making, step), type: 'signal', ...tolerated(making, source) };
    case 'WAIT':
      return makeWait(making, step);
    case 'HTTP':
      return {
        ...titled(making, step),
        ...policies(making, step),
        type: 'http',
        ...readHttp(making, step),
      };
    case 'SUB_WORKFLOW':
    case 'START_WORKFLOW':
      return makeWorkflow(making, step);
    case 'FORK_JOIN_DYNAMIC':
      return makeFanout(making, step);
    case 'EVENT':
      return makeEvent(making, step);
    case 'INLINE':
    case 'LAMBDA':
      return {
        ...titled(making, step),
        ...policies(making, step),
        type: 'script',
        ...scripted(making, step, member(source, 'inputParameters')),
      };
    case 'SET_VARIABLE':
      return {
        ...titled(making, step),
        ...policies(making, step),
        type: 'script',
        script: 'return input;',
        input: inputOf(making, step, []),
      };
    case 'TERMINATE':
      return makeTerminate(making, step);
    case 'JSON_JQ_TRANSFORM':
      return makeJq(making, step);
    default:
      return makeTask(making, step);
  }
}

/** What is off, and would be noted as something that was said. */
function takeFalse({ reading }: Making, source: Source): void {
  for (const name of ['startDelay', 'optional', 'asyncComplete', 'rateLimited']) {
    const each = member(source, name);
    if (each.value === false || each.value === 0) {
      take(reading, each);
    }
  }
  take(reading, member(source, 'type'));
}

function named({ key, trigger }: Step) {
  return { key, ...(trigger && { trigger }) };
}

/** Its name in Conductor is that of the work; shown where it is not. */
function titled(making: Making, step: Step, work?: string) {
  const name = takeText(making.reading, member(step.source, 'name'));
  const notes = takeText(making.reading, member(step.source, 'description'));
  return {
    ...named(step),
    ...(name !== undefined && name !== work && name !== step.key && { name: name.slice(0, 200) }),
    ...(notes !== undefined && { notes: notes.slice(0, 10_000) }),
  };
}

function tolerated({ reading }: Making, source: Source) {
  return takeFlag(reading, member(source, 'optional')) ? { onFailure: 'continue' as const } : {};
}

/** `ofWork`: the definition is the work's, and only what the task itself says stands at the node. */
function policies(making: Making, step: Step, ofWork = false) {
  const { reading } = making;
  const definition = definitionOf(making, step);
  const limit = takeCount(reading, member(step.source, 'retryCount'), 100);
  const delaySeconds = takeCount(reading, member(step.source, 'startDelay'), 31_536_000);
  const retry =
    limit === undefined
      ? ofWork
        ? undefined
        : definition?.retry
      : { ...definition?.retry, limit };

  return {
    ...(retry && { retry }),
    ...(!ofWork && definition?.timeouts && { timeouts: definition.timeouts }),
    ...(delaySeconds ? { delaySeconds } : {}),
    ...tolerated(making, step.source),
  };
}

function definitionOf(making: Making, { source }: Step): TaskDefinition | undefined {
  const own = member(source, 'taskDefinition');
  const name = member(source, 'name').value;
  const found = has(own)
    ? own
    : typeof name === 'string'
      ? making.taskDefinitions.get(name)
      : undefined;
  if (found === undefined) {
    return undefined;
  }
  const inner = member(found, 'name');
  if (has(inner) && inner.value !== name) {
    omit(
      making.reading,
      inner.pointer,
      `It is taken for the definition of ${JSON.stringify(name)}.`,
    );
  }
  const read =
    making.readDefinitions.get(found.pointer) ?? readTaskDefinition(making.reading, found);
  making.readDefinitions.set(found.pointer, read);
  return read;
}

/** Its parameters but those that the node itself is made of. */
function inputOf(making: Making, step: Step, without: readonly string[]): JsonObject {
  const given = members(member(step.source, 'inputParameters'))
    .filter(([name]) => !without.includes(name))
    .map(([name, each]) => [name, translate(making, each, step)] as const);
  const template = Object.entries(definitionOf(making, step)?.inputTemplate ?? {}).map(
    ([name, value]) => [name, typeof value === 'string' ? plainTemplate(value) : value] as const,
  );
  return Object.fromEntries([...template, ...given]);
}

function makeTask(making: Making, step: Step, note?: string): DefinitionNode {
  const { reading, works } = making;
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

  const definition = definitionOf(making, step);
  const { inputTemplate: _, ...settings } = definition ?? { inputTemplate: {} };
  const made: ImportedWork = { key: work, ...settings };
  const known = works.get(work);
  if (known === undefined || Object.keys(known).length === 1) {
    works.set(work, made);
  } else if (definition && JSON.stringify(known) !== JSON.stringify(made)) {
    omit(
      reading,
      member(step.source, 'taskDefinition').pointer,
      `The work "${work}" was defined otherwise before.`,
    );
  }

  const input = inputOf(making, step, []);
  return {
    ...titled(making, step, name),
    ...policies(making, step, true),
    type: 'task',
    work,
    ...(Object.keys(input).length > 0 ? { input } : {}),
  };
}

function makeRoute(making: Making, step: Step): DefinitionNode {
  const { reading } = making;
  const { source, cases = new Map<string, string>(), decidedBy } = step;
  const value =
    decidedBy === undefined ? switchValue(making, step) : `tasks.${decidedBy}.output.result`;
  if (member(source, 'optional').value === true) {
    omit(reading, member(source, 'optional').pointer, 'A route cannot fail alone.');
  }

  return {
    ...titled(making, step),
    type: 'route',
    cases: [...cases].map(([name, key]) => ({
      key,
      ...(name === key ? {} : { name: name.slice(0, 200) }),
      when: `string(default(${value}, "")) == ${celValue(name)}`,
    })),
  };
}

/** `value-param`: the expression names one of the parameters. */
function switchValue(making: Making, step: Step): string {
  const { reading } = making;
  const named = ['expression', 'caseValueParam'].map((name) => member(step.source, name)).find(has);
  const name = named && takeText(reading, named);
  take(reading, member(step.source, 'evaluatorType'));
  if (name === undefined) {
    refuse(reading, step.source.pointer, 'A SWITCH says by which parameter it decides.');
    return 'null';
  }
  return translateToCel(making, member(member(step.source, 'inputParameters'), name), step);
}

/** `at`: where the code stands: in the parameters of an INLINE, beside those of a SWITCH. */
function scripted(making: Making, step: Step, at: Source) {
  const { reading } = making;
  const source =
    ['expression', 'caseExpression', 'scriptExpression']
      .map((name) => member(at, name))
      .find(has) ?? member(at, 'expression');
  const evaluator = takeText(reading, member(at, 'evaluatorType')) ?? 'javascript';
  const code = takeText(reading, source);
  if (code === undefined) {
    refuse(reading, source.pointer, 'It has no expression.');
  }
  if (!['javascript', 'graaljs', 'value-param'].includes(evaluator)) {
    refuse(
      reading,
      member(at, 'evaluatorType').pointer,
      `Scripts are JavaScript here, not ${evaluator}.`,
    );
  }
  const { script, guessed } =
    evaluator === 'value-param'
      ? { script: `return { result: input[${JSON.stringify(code)}] };`, guessed: false }
      : step.type === 'LAMBDA'
        ? { script: functionOf(code ?? ''), guessed: false }
        : scriptOf(code ?? 'null');
  if (guessed) {
    omit(
      reading,
      source.pointer,
      'The script is evaluated as it is; better make it return its result.',
    );
  }
  return {
    script,
    input: inputOf(making, step, ['expression', 'evaluatorType', 'scriptExpression']),
  };
}

function makeWait(making: Making, step: Step): DefinitionNode {
  const { reading } = making;
  const parameters = member(step.source, 'inputParameters');
  const [duration, until] = [member(parameters, 'duration'), member(parameters, 'until')];
  const title = titled(making, step);

  if (has(duration)) {
    const seconds = readDuration(textOf(duration));
    if (seconds !== null && seconds <= 31_536_000) {
      take(reading, duration);
      return { ...title, type: 'wait', seconds };
    }
    const template = translateText(making, duration, step);
    omit(reading, duration.pointer, 'What is computed must be a number of seconds here.');
    return { ...title, type: 'wait', seconds: template };
  }
  if (has(until)) {
    const read = readTime(textOf(until));
    if (read) {
      take(reading, until);
      if (!read.zoned) {
        omit(reading, until.pointer, 'It names no time zone; UTC is taken.');
      }
      return { ...title, type: 'wait', until: read.time };
    }
    const template = translateText(making, until, step);
    omit(reading, until.pointer, 'It must be an RFC 3339 time here.');
    return { ...title, type: 'wait', until: template };
  }
  return { ...title, type: 'signal', ...tolerated(making, step.source) };
}

function makeWorkflow(making: Making, step: Step): DefinitionNode {
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

function makeFanout(making: Making, step: Step): DefinitionNode {
  const { reading, works } = making;
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
  works.set(key, works.get(key) ?? { key });

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

function readItems(making: Making, list: Source, step: Step): string {
  if (!Array.isArray(list.value) && !textOf(list).includes('${')) {
    refuse(making.reading, list.pointer, `"${step.key}" forks over something that is no list.`);
  }
  return translateToCel(making, list, step);
}

function makeEvent(making: Making, step: Step): DefinitionNode {
  const source = member(step.source, 'sink');
  const sink = takeText(making.reading, source) ?? 'conductor';
  omit(
    making.reading,
    source.pointer,
    `There are no queues: what was sent to "${sink}" is sent as a webhook to the URL in env.eventUrl, which you must set.`,
  );
  return {
    ...titled(making, step),
    ...policies(making, step),
    type: 'notify',
    url: '{{ env.eventUrl }}',
    event: sink.replaceAll(/[^A-Za-z0-9_.]/g, '_').slice(0, 100),
    data: { sink: plainTemplate(sink), ...inputOf(making, step, []) },
  };
}

/** Behind it nothing is drawn. One that fails does so by a script, and the definition stops what runs beside it. */
function makeTerminate(making: Making, step: Step): DefinitionNode {
  const { reading } = making;
  const parameters = member(step.source, 'inputParameters');
  const status = takeText(reading, member(parameters, 'terminationStatus')) ?? 'COMPLETED';
  const input = inputOf(making, step, ['terminationStatus']);
  const common = { ...titled(making, step), type: 'script' as const, input, retry: { limit: 0 } };

  if (status === 'COMPLETED') {
    omit(
      reading,
      step.source.pointer,
      'The instance ends when what runs beside this has ended too.',
    );
    const output = member(parameters, 'workflowOutput');
    if (has(output)) {
      omit(
        reading,
        output.pointer,
        `It is the output of the node "${step.key}", not of the instance.`,
      );
    }
    return { ...common, script: 'return input.workflowOutput ?? null;' };
  }
  return {
    ...common,
    script: `throw new Error(String(input.terminationReason ?? ${JSON.stringify(status)}));`,
  };
}

function makeJq(making: Making, step: Step): DefinitionNode {
  const query = member(member(step.source, 'inputParameters'), 'queryExpression');
  const path = typeof query.value === 'string' ? jqPath(query.value) : null;
  if (path === null) {
    return makeTask(
      making,
      step,
      `There is no jq here: a worker of the work "${textOf(member(step.source, 'name'))}" has to run the query.`,
    );
  }
  take(making.reading, query);
  return {
    ...titled(making, step),
    ...policies(making, step),
    type: 'script',
    script: `const result = input${path.map((name) => (celMember(name).startsWith('[') ? `?.${celMember(name)}` : `?${celMember(name)}`)).join('')} ?? null;\nreturn { result, resultList: [result] };`,
    input: inputOf(making, step, ['queryExpression']),
  };
}

function textOf({ value }: Source): string {
  return typeof value === 'string' ? value : '';
}
