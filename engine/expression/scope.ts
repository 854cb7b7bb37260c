import type { Json, JsonObject } from '../json.ts';

/** What a service answered to a request of an `http` node. A body that is not JSON is text. */
export type HttpAnswer = {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
};

/**
 * What an expression may read. `item` and `index` are there only while the segments of a fan-out are rendered, `submit` to `attempt` only
 * in the requests of an `http` node, and there only once they are known. `schedule` is all that a schedule reads; `body`, `headers` and
 * `query` are all that a trigger does.
 */
export type Scope = {
  input: Json;
  context: JsonObject;
  env: JsonObject;
  object: { id: string };
  instance: { id: string; workflow: string; version: number };
  tasks: Readonly<Record<string, { output: Json | null; status: string }>>;
  item?: Json;
  index?: number;
  submit?: HttpAnswer;
  response?: HttpAnswer;
  reportUrl?: string;
  attempt?: number;
  schedule?: { at: string; key: string };
  body?: Json;
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
};

/** Names that are known only in some places, by what those are. */
export const SEGMENT_NAMES = ['item', 'index'] as const;
export const REQUEST_NAMES = ['submit', 'response', 'reportUrl', 'attempt'] as const;
export const SCHEDULE_NAMES = ['schedule'] as const;
export const TRIGGER_NAMES = ['body', 'headers', 'query'] as const;

/** Names of what makes instances, which no definition knows. */
export const STARTER_NAMES = [...SCHEDULE_NAMES, ...TRIGGER_NAMES] as const;

export const LOCAL_NAMES = [...SEGMENT_NAMES, ...REQUEST_NAMES, ...STARTER_NAMES] as const;

export type LocalName = (typeof LOCAL_NAMES)[number];

type Variable = {
  readonly name: keyof Scope;
  readonly type: 'dyn' | 'map';
  readonly description: string;
  /** The only members it has, if they are known in advance. */
  readonly members?: readonly string[];
};

const ANSWER_MEMBERS = ['status', 'headers', 'body'] as const;

/** The names of the language, for the compiler, the docs and completion alike. */
export const VARIABLES: readonly Variable[] = [
  { name: 'input', type: 'dyn', description: 'what the instance was created with' },
  { name: 'context', type: 'map', description: "the instance's shared variables" },
  { name: 'env', type: 'map', description: 'the parameters of the definition' },
  {
    name: 'object',
    type: 'map',
    description: 'what the instance is about: object.id',
    members: ['id'],
  },
  {
    name: 'instance',
    type: 'map',
    description: 'the run itself: instance.id, instance.workflow, instance.version',
    members: ['id', 'workflow', 'version'],
  },
  {
    name: 'tasks',
    type: 'map',
    description: 'nodes that ran before: tasks.KEY.output, tasks.KEY.status',
  },
  { name: 'item', type: 'dyn', description: 'in the input of a fan-out: the item of the segment' },
  { name: 'index', type: 'dyn', description: 'in the input of a fan-out: its place, from 0' },
  {
    name: 'submit',
    type: 'map',
    description:
      'in an http node: the answer to its first request: submit.status, submit.headers, submit.body',
    members: ANSWER_MEMBERS,
  },
  {
    name: 'response',
    type: 'map',
    description: 'in an http node: the last answer, with the same members',
    members: ANSWER_MEMBERS,
  },
  {
    name: 'reportUrl',
    type: 'dyn',
    description: 'in an http node: where the service reports how the attempt ended',
  },
  { name: 'attempt', type: 'dyn', description: 'in an http node: number of the attempt, from 1' },
  {
    name: 'schedule',
    type: 'map',
    description: 'in a schedule: schedule.at, the time that was due, and schedule.key',
    members: ['at', 'key'],
  },
  { name: 'body', type: 'dyn', description: 'in a trigger: the body of the request' },
  {
    name: 'headers',
    type: 'map',
    description: 'in a trigger: its headers, by their names in lower case',
  },
  { name: 'query', type: 'map', description: 'in a trigger: the parameters of its URL' },
];

export const TASK_MEMBERS: readonly string[] = ['output', 'status'];
