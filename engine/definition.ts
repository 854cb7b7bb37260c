/**
 * What a version can say: the one schema from which the types, the served JSON Schema, the API's OpenAPI and the inspector's forms
 * are derived. Optional fields carry their default in `meta`; the plan compiler (`plan/compile.ts`) is the only place that applies them, so a
 * definition is stored and exported exactly as its author wrote it.
 */
import * as z from 'zod';
import { json, jsonObject, openObject, recordOf } from './json.ts';
import { FAILURE_CODES } from './states.ts';

/** Node keys are identifiers, so that `tasks.<key>.output` is a plain path in an expression. */
export const nodeKey = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,63}$/,
    'must start with a letter or _ and hold only letters, digits and _ (64 at most)',
  );

export const workKey = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
    'must start with a letter or digit and hold only letters, digits, . _ - (100 at most)',
  );

export const workflowKey = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
    'must start with a letter or digit and hold only letters, digits, _ - (100 at most)',
  );

/** Postgres counts versions in an integer. */
export const versionNumber = z.int().min(1).max(2_147_483_647);

const seconds = z.number().min(0).max(31_536_000);
const expression = z.string().min(1).max(4_000);

/** A JSON value whose strings may hold `{{ expression }}`; a string that is a single expression keeps the expression's type. */
export const template = json.meta({ description: 'JSON whose strings may hold {{ expressions }}' });

/** Airflow's trigger rules, exactly. `one_*` rules fire early. */
export const TRIGGER_RULES = [
  'all_success',
  'all_failed',
  'all_done',
  'all_skipped',
  'one_success',
  'one_failed',
  'one_done',
  'none_failed',
  'none_skipped',
  'none_failed_min_one_success',
  'all_done_min_one_success',
  'always',
] as const;

export type TriggerRule = (typeof TRIGGER_RULES)[number];

export const retryPolicy = z.strictObject({
  limit: z.int().min(0).max(100).meta({ description: 'retries after the first attempt' }),
  backoff: z.enum(['fixed', 'linear', 'exponential']).optional().meta({ default: 'exponential' }),
  delaySeconds: seconds.optional().meta({ default: 1, description: 'before the first retry' }),
  maxSeconds: seconds.optional().meta({ default: 3600, description: 'no wait is longer' }),
  jitter: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ default: 0, description: 'share of the wait that is drawn at random' }),
  on: z
    .array(z.enum(FAILURE_CODES))
    .optional()
    .meta({ description: 'retry only these failures; absent: every one' }),
});

export type RetryPolicy = z.infer<typeof retryPolicy>;

export const timeouts = z.strictObject({
  dispatchSeconds: seconds
    .optional()
    .meta({ description: 'handed out, no start heard (default 60)' }),
  dispatchMode: z.enum(['overtaken', 'absolute']).optional().meta({ default: 'overtaken' }),
  runSeconds: seconds.optional().meta({ description: 'from start (default 3600)' }),
  heartbeatSeconds: seconds
    .optional()
    .meta({ description: 'from the last sign of life (default none)' }),
  totalSeconds: seconds
    .optional()
    .meta({ description: 'over all attempts, from the first hand-out (default none)' }),
});

export type Timeouts = z.infer<typeof timeouts>;

const everyNode = {
  key: nodeKey,
  name: z.string().max(200).optional(),
  notes: z.string().max(10_000).optional(),
  trigger: z.enum(TRIGGER_RULES).optional().meta({ default: 'all_success' }),
  disabled: z
    .boolean()
    .optional()
    .meta({ default: false, description: 'left out; its neighbours are joined' }),
};

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, as 22:30')
  .meta({ description: 'time of day, HH:MM' });

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** When work may begin, by the wall clock of a time zone. One that ends before it begins goes past midnight; equal: all day. */
export const timeWindow = z.strictObject({
  from: clockTime,
  to: clockTime,
  timeZone: z.string().min(1).max(100).meta({ description: 'IANA name, as Asia/Shanghai' }),
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .max(7)
    .optional()
    .meta({ description: 'days on which it begins (default every day)' }),
});

export type TimeWindow = z.infer<typeof timeWindow>;

/** What every node that takes time may say, whoever runs it. */
const policies = {
  retry: retryPolicy.optional().meta({ description: "default: the work's" }),
  timeouts: timeouts.optional().meta({ description: "default: the work's" }),
  delaySeconds: seconds.optional().meta({ default: 0 }),
  window: timeWindow
    .optional()
    .meta({ description: 'begin only within this window (off-peak execution)' }),
  onFailure: z
    .enum(['fail', 'continue'])
    .optional()
    .meta({ default: 'fail', description: 'continue: a failed step is skipped over' }),
  priority: z
    .int()
    .min(-100)
    .max(100)
    .optional()
    .meta({ default: 0, description: "added to the instance's" }),
};

const everyRunnable = { ...everyNode, ...policies, input: template.optional() };

export const startNode = z.strictObject({ ...everyNode, type: z.literal('start') });
export const endNode = z.strictObject({ ...everyNode, type: z.literal('end') });

export const taskNode = z.strictObject({
  ...everyRunnable,
  type: z.literal('task'),
  work: workKey,
});

const requestFields = {
  url: z.string().min(1).max(4_000).meta({ description: 'may hold {{ expressions }}' }),
  headers: recordOf(z.string().max(200), z.string().max(4_000)).optional(),
  body: template.optional().meta({ description: 'sent as JSON; a string as it is' }),
  timeoutSeconds: z.number().min(0.1).max(300).optional().meta({ default: 15 }),
};

const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export const httpRequest = z.strictObject({
  ...requestFields,
  method: z.enum(HTTP_METHODS).optional().meta({ default: 'POST' }),
});

const httpFollowUp = z.strictObject({
  ...requestFields,
  method: z.enum(HTTP_METHODS).optional().meta({ default: 'GET' }),
});

export const httpStatus = z.strictObject({
  ...httpFollowUp.shape,
  everySeconds: z.number().min(1).max(86_400).optional().meta({ default: 5 }),
  succeededWhen: expression.meta({ description: 'CEL condition over response, submit' }),
  failedWhen: expression.optional(),
});

/**
 * Drives a third-party service. `submit` alone: its answer is the result. With `status`: asked again and again until a condition holds.
 * With `callback`: the service reports to `{{ reportUrl }}`. Templates also read `submit` and `response`: {status, headers, body}.
 */
export const httpNode = z.strictObject({
  ...everyNode,
  ...policies,
  type: z.literal('http'),
  submit: httpRequest,
  callback: z
    .boolean()
    .optional()
    .meta({ default: false, description: 'the service reports to {{ reportUrl }}' }),
  status: httpStatus.optional(),
  result: httpFollowUp.optional().meta({ description: 'fetched when the status has succeeded' }),
  stop: httpRequest
    .optional()
    .meta({ description: 'sent when the attempt is cancelled or timed out' }),
  output: template
    .optional()
    .meta({ description: 'over submit, response (default: the body of the last answer)' }),
});

export const scriptNode = z.strictObject({
  ...everyRunnable,
  type: z.literal('script'),
  script: z.string().min(1).max(65_536).meta({
    description: 'body of a JavaScript function of `input`; what it returns is the output',
  }),
  timeoutSeconds: z.number().min(0.01).max(30).optional().meta({ default: 1 }),
  memoryMb: z.int().min(1).max(256).optional().meta({ default: 64 }),
});

const childFields = {
  version: versionNumber.optional().meta({ description: 'default: the published version' }),
  objectId: z
    .string()
    .min(1)
    .max(4_000)
    .optional()
    .meta({ description: "of the child; may hold {{ expressions }} (default: the parent's)" }),
};

export const workflowNode = z.strictObject({
  ...everyRunnable,
  ...childFields,
  type: z.literal('workflow'),
  workflow: workflowKey,
  wait: z
    .boolean()
    .optional()
    .meta({ default: true, description: 'false: go on as soon as the child was created' }),
});

/** Exactly one of `seconds`, `until` and `window`. */
export const waitNode = z.strictObject({
  ...everyNode,
  type: z.literal('wait'),
  seconds: z
    .union([seconds, z.string().min(1).max(4_000)])
    .optional()
    .meta({ description: 'a number, or {{ expression }}' }),
  until: z
    .string()
    .min(1)
    .max(4_000)
    .optional()
    .meta({ description: 'RFC 3339 time, or {{ expression }}' }),
  window: timeWindow.optional().meta({ description: 'wait until the window is open' }),
});

export const signalNode = z.strictObject({
  ...everyNode,
  type: z.literal('signal'),
  signal: nodeKey.optional().meta({ description: "name of the signal (default: the node's key)" }),
  approval: z
    .boolean()
    .optional()
    .meta({ default: false, description: 'the payload says {approved: true | false}' }),
  prompt: z.string().max(4_000).optional().meta({ description: 'what a person is asked' }),
  timeoutSeconds: seconds.optional().meta({ description: 'default: waits for ever' }),
  default: template
    .optional()
    .meta({ description: 'payload if none comes in time (absent: the node fails)' }),
  onFailure: policies.onFailure,
});

export const notifyNode = z.strictObject({
  ...everyNode,
  ...policies,
  type: z.literal('notify'),
  url: requestFields.url,
  headers: requestFields.headers,
  event: z
    .string()
    .regex(/^[A-Za-z0-9_.]{1,100}$/, 'must hold only letters, digits, _ and .')
    .optional()
    .meta({ default: 'workflow.notification', description: 'type of the message' }),
  data: template.optional().meta({ description: 'of the message' }),
});

/** The branch of an edge that is taken when no case holds. A case may not use it as its key. */
export const DEFAULT_BRANCH = 'default';

export const routeNode = z.strictObject({
  ...everyNode,
  type: z.literal('route'),
  mode: z
    .enum(['first', 'all'])
    .optional()
    .meta({ default: 'first', description: 'open the first matching branch, or every one' }),
  cases: z
    .array(
      z.strictObject({
        key: nodeKey,
        name: z.string().max(200).optional(),
        when: expression.meta({ description: 'CEL condition' }),
      }),
    )
    .min(1)
    .max(50),
});

export const fanoutNode = z.strictObject({
  ...everyRunnable,
  ...childFields,
  type: z.literal('fanout'),
  work: workKey.optional().meta({ description: 'runs every segment; or name a workflow' }),
  workflow: workflowKey.optional().meta({ description: 'one child instance per segment' }),
  items: expression.meta({ description: 'CEL expression that yields the list' }),
  maxParallel: z
    .int()
    .min(0)
    .optional()
    .meta({ default: 0, description: 'segments at once; 0: all' }),
  tolerance: z
    .strictObject({
      count: z.int().min(0).optional(),
      percent: z.number().min(0).max(100).optional(),
    })
    .optional()
    .meta({ description: 'failed segments that the node survives (default none)' }),
});

export const node = z.discriminatedUnion('type', [
  startNode,
  endNode,
  taskNode,
  httpNode,
  scriptNode,
  routeNode,
  fanoutNode,
  workflowNode,
  waitNode,
  signalNode,
  notifyNode,
]);

export type DefinitionNode = z.infer<typeof node>;
export type NodeType = DefinitionNode['type'];

export const edge = z.strictObject({
  from: nodeKey,
  to: nodeKey,
  branch: z
    .union([nodeKey, z.literal(DEFAULT_BRANCH)])
    .optional()
    .meta({ description: 'out of a route: the key of a case, or "default"' }),
});

export type DefinitionEdge = z.infer<typeof edge>;

export const MAX_NODES = 1_000;
export const MAX_EDGES = 10_000;

export const definition = z.strictObject({
  schemaVersion: z.literal(1),
  input: jsonObject
    .optional()
    .meta({ description: 'JSON Schema that the input of an instance must satisfy' }),
  output: template.optional(),
  env: jsonObject.optional(),
  timeoutSeconds: seconds.optional().meta({ description: 'of a whole instance (default none)' }),
  onTaskFailure: z
    .enum(['finish', 'stop'])
    .optional()
    .meta({ default: 'finish', description: 'finish: running branches end by themselves' }),
  nodes: z.array(node).max(MAX_NODES),
  edges: z.array(edge).max(MAX_EDGES),
  layout: recordOf(z.string(), z.strictObject({ x: z.number(), y: z.number() }))
    .optional()
    .meta({ description: 'canvas positions; not a change of meaning' }),
});

export type Definition = z.infer<typeof definition>;

/** The works that a definition names, each once. */
export function worksOf({ nodes }: Pick<Definition, 'nodes'>): string[] {
  return [
    ...new Set(nodes.flatMap((one) => ('work' in one && one.work !== undefined ? [one.work] : []))),
  ];
}

/**
 * What a draft must be to be kept: nodes that can be told apart by type and lines between them. Everything else may be missing or
 * wrong until it is published; `validate` says what.
 */
export const draft = openObject({
  nodes: z.array(openObject({ key: z.string(), type: z.string() })).max(MAX_NODES),
  edges: z.array(openObject({ from: z.string(), to: z.string() })).max(MAX_EDGES),
});

export type Draft = z.infer<typeof draft>;
