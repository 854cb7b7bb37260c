/**
 * What a version can say: the one schema from which the types, the served JSON Schema, the API's OpenAPI and the inspector's forms
 * are derived. Optional fields carry their default in `meta`; the plan compiler (`plan.ts`) is the only place that applies them, so a
 * definition is stored and exported exactly as its author wrote it.
 */
import * as z from 'zod';
import { json, jsonObject } from './json.ts';
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

const everyRunnable = {
  ...everyNode,
  work: workKey,
  input: template.optional(),
  retry: retryPolicy.optional().meta({ description: "default: the work's" }),
  timeouts: timeouts.optional().meta({ description: "default: the work's" }),
  delaySeconds: seconds.optional().meta({ default: 0 }),
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

export const startNode = z.strictObject({ ...everyNode, type: z.literal('start') });
export const endNode = z.strictObject({ ...everyNode, type: z.literal('end') });

export const taskNode = z.strictObject({ ...everyRunnable, type: z.literal('task') });

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
  type: z.literal('fanout'),
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
  routeNode,
  fanoutNode,
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
  layout: z
    .record(z.string(), z.strictObject({ x: z.number(), y: z.number() }))
    .optional()
    .meta({ description: 'canvas positions; not a change of meaning' }),
});

export type Definition = z.infer<typeof definition>;

/**
 * What a draft must be to be kept: nodes that can be told apart by type and lines between them. Everything else may be missing or
 * wrong until it is published; `validate` says what.
 */
export const draft = z.looseObject({
  nodes: z.array(z.looseObject({ key: z.string(), type: z.string() })).max(MAX_NODES),
  edges: z.array(z.looseObject({ from: z.string(), to: z.string() })).max(MAX_EDGES),
});

export type Draft = z.infer<typeof draft>;
