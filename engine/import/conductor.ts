/**
 * Reads a workflow definition of Conductor (github.com/conductor-oss/conductor, and Netflix's before it), as its metadata API gives it:
 * the definition alone, a list of one, or `{ workflowDef, taskDefs: […] }` to bring task definitions along. Its tasks are a list with
 * lists inside; conductor_flow.ts makes a graph of them, conductor_nodes.ts a node of each task.
 */
import type { Definition, DefinitionNode } from '../definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { validateDefinition } from '../validate.ts';
import { translate } from './conductor_expressions.ts';
import { layFlow } from './conductor_flow.ts';
import type { Making } from './conductor_making.ts';
import { makeNode } from './conductor_nodes.ts';
import type { ImportResult } from './imported.ts';
import { noteRenamed, readableMembers, toWorkflowKey } from './names.ts';
import { omit, refuse } from './notes.ts';
import {
  beginReading,
  has,
  items,
  listLeftOver,
  member,
  type Reading,
  type Source,
  take,
  takeCount,
  takeSeconds,
  takeText,
} from './source.ts';

export function importConductor(document: unknown): ImportResult {
  const reading = beginReading();
  const root: Source = { value: document as Json, pointer: '' };
  const workflow = findWorkflow(reading, root);
  if (workflow === null) {
    return { problems: reading.problems };
  }

  const name = takeText(reading, member(workflow, 'name'));
  const description = takeText(reading, member(workflow, 'description')) ?? '';
  const flow = layFlow(reading, member(workflow, 'tasks'));
  const making: Making = {
    reading,
    flow,
    inputTemplate: member(workflow, 'inputTemplate'),
    variables: readVariables(reading, member(workflow, 'variables')),
    taskDefinitions: new Map(
      items(member(root, 'taskDefs')).flatMap((each) => {
        const named = member(each, 'name').value;
        return typeof named === 'string' ? [[named, each] as const] : [];
      }),
    ),
    works: new Map(),
    readDefinitions: new Map(),
  };
  const definition = makeDefinition(making, workflow);
  const maxRunning = readRateLimit(reading, member(workflow, 'rateLimitConfig'));
  noteRest(reading, workflow);
  listLeftOver(reading, root, (each) => `"${each}" has no counterpart here.`);

  if (reading.problems.length > 0) {
    return { problems: reading.problems };
  }
  const { problems } = validateDefinition(definition, { works: null });
  if (problems.some(({ severity }) => severity === 'error')) {
    return { problems };
  }
  const key = toWorkflowKey(name ?? 'conductor');
  if (name !== undefined) {
    noteRenamed(reading, member(workflow, 'name'), 'workflow', key);
  }
  return {
    key,
    name: (name ?? 'Conductor workflow').slice(0, 200),
    description: description.slice(0, 10_000),
    settings: maxRunning === undefined ? {} : { maxRunning },
    definition,
    works: [...making.works.values()],
    notCarried: reading.notCarried,
  };
}

function findWorkflow(reading: Reading, root: Source): Source | null {
  const inside = [member(root, 'workflowDef'), ...items(root)].find(has);
  const workflow = inside ?? root;

  if (items(root).length > 1) {
    refuse(reading, '', `The list holds ${items(root).length} workflows; import them one by one.`);
    return null;
  }
  if (!isJsonObject(workflow.value)) {
    refuse(reading, workflow.pointer, 'A Conductor workflow is a JSON object.');
    return null;
  }
  return workflow;
}

function makeDefinition(making: Making, workflow: Source): Definition {
  const { flow, reading, variables } = making;
  const nodes = flow.steps.map((step) => makeNode(making, step));
  const sink: DefinitionNode[] =
    flow.sink === null
      ? []
      : [{ key: flow.sink, type: 'end', trigger: 'none_failed_min_one_success' }];
  const output = member(workflow, 'outputParameters');
  const env = {
    ...variables,
    ...(nodes.some((node) => node.type === 'notify') && { eventUrl: '' }),
  };
  const input = readInput(reading, workflow);
  const timeoutSeconds = readTimeout(reading, workflow);

  return {
    schemaVersion: 1,
    ...(input && { input }),
    ...(isJsonObject(output.value) && Object.keys(output.value).length > 0
      ? { output: translate(making, output, null) }
      : {}),
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    // As in Conductor, where a task that fails ends the whole workflow.
    onTaskFailure: 'stop',
    nodes: [...nodes, ...sink],
    edges: flow.edges,
  };
}

/** The names of its inputs, which forms show; or a schema that it enforces. */
function readInput(reading: Reading, workflow: Source): JsonObject | null {
  const schema = member(member(workflow, 'inputSchema'), 'data');
  const enforced = member(workflow, 'enforceSchema');
  const names = items(member(workflow, 'inputParameters')).flatMap((source) => {
    const name = takeText(reading, source);
    if (name === '__proto__') {
      omit(reading, source.pointer, 'No schema can say anything of an input "__proto__".');
    }
    return name === undefined || name === '__proto__' ? [] : [name];
  });
  if (isJsonObject(schema.value) && enforced.value !== false) {
    take(reading, enforced);
    take(reading, schema);
    return schema.value;
  }
  return names.length === 0
    ? null
    : { properties: Object.fromEntries(names.map((name) => [name, {}])) };
}

function readTimeout(reading: Reading, workflow: Source): number | undefined {
  const seconds = takeSeconds(reading, member(workflow, 'timeoutSeconds'));
  const policy = takeText(reading, member(workflow, 'timeoutPolicy')) ?? 'ALERT_ONLY';
  if (seconds === undefined || policy === 'TIME_OUT_WF') {
    return seconds;
  }
  for (const name of ['timeoutSeconds', 'timeoutPolicy']) {
    const { pointer } = member(workflow, name);
    omit(reading, pointer, `"${policy}" ends nothing, and a timeout here would: there is none.`);
  }
  return undefined;
}

function readRateLimit(reading: Reading, source: Source): number | undefined {
  const key = member(source, 'rateLimitKey');
  if (typeof key.value === 'string' && key.value.includes('${')) {
    omit(reading, source.pointer, 'The limit of a workflow is one for all its instances.');
    return undefined;
  }
  if (has(key)) {
    omit(reading, key.pointer, 'The limit is of this workflow alone, whatever the key.');
  }
  return takeCount(reading, member(source, 'concurrentExecLimit'), 1_000_000);
}

function readVariables(reading: Reading, source: Source): JsonObject {
  if (!isJsonObject(source.value)) {
    take(reading, source);
  }
  return Object.fromEntries(
    readableMembers(reading, source).map(([name, each]) => [name, take(reading, each) ?? null]),
  );
}

/** What every exported definition says, and says nothing by. */
function noteRest(reading: Reading, workflow: Source): void {
  const usual: Readonly<Record<string, Json>> = {
    schemaVersion: 2,
    version: 1,
    restartable: true,
    workflowStatusListenerEnabled: false,
    enforceSchema: true,
  };
  for (const [name, value] of Object.entries(usual)) {
    const source = member(workflow, name);
    if (source.value === value) {
      take(reading, source);
    } else if (has(source) && name === 'version') {
      omit(reading, source.pointer, 'Versions are counted anew here.');
    }
  }
}
