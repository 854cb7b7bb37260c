/** Random workflows: definitions with every node type and rule, the settings beside them, and workflows that they run as their children. */
import * as fc from 'fast-check';
import { TRIGGER_RULES, type Definition, type TriggerRule } from '#engine/definition.ts';
import {
  CHILD_INPUTS,
  CHILD_OBJECTS,
  CONDITIONS,
  LISTS,
  TEMPLATES,
  type Meaning,
  type Template,
} from './expressions.ts';
import type { Json } from '#engine/json.ts';
import type { Busy } from './world.ts';
import { WINDOWS, type Window } from './windows.ts';
import { EXECUTED, WORKS, type Executed, type WorkName } from './works.ts';

export type ShapeNode = {
  readonly key: string;
  readonly trigger: TriggerRule;
  readonly disabled: boolean;
  readonly parents: readonly { readonly key: string; readonly branch: string | null }[];
} & (
  | { readonly type: 'start' | 'end' }
  | {
      readonly type: 'route';
      readonly first: boolean;
      readonly cases: readonly { readonly key: string; readonly when: Meaning<boolean> }[];
    }
  | { readonly type: 'wait'; readonly seconds: number; readonly window: Window | null }
  | ({
      readonly type: 'workflow';
      readonly child: ShapeChild;
      readonly input: Template | null;
    } & ShapePolicies)
  | {
      readonly type: 'signal';
      readonly signal: string;
      readonly approval: boolean;
      readonly timeoutSeconds: number | null;
      readonly fallback: number | null;
      readonly tolerated: boolean;
    }
  | ({ readonly type: 'task'; readonly input: Template | null } & ShapePolicies)
  | ({
      readonly type: 'fanout';
      readonly items: Meaning<Json[]>;
      /** Null: its segments are of a work, and each item is an input. */
      readonly child: ShapeChild | null;
      readonly input: Template | null;
      readonly maxParallel: number;
      readonly tolerance: { readonly count: number; readonly percent: number };
    } & ShapePolicies)
);

export type ShapePolicies = {
  /** Of a script, an `http` or a `notify` node: the task that Latchwork runs itself. */
  readonly work: WorkName | Executed | '#workflow';
  readonly delaySeconds: number;
  readonly window: Window | null;
  readonly tolerated: boolean;
  readonly priority: number;
  readonly retry: { readonly limit: number; readonly delaySeconds: number } | null;
  readonly runSeconds: number | null;
};

/** `nowhere` is none, and cannot be run. Of the others each may run those that come after it. */
export const FLOWS = ['main', 'child', 'grandchild'] as const;

export type Flow = (typeof FLOWS)[number];

export type ShapeChild = {
  readonly workflow: Flow | 'nowhere';
  /** The first version, whatever is published. */
  readonly pinned: boolean;
  readonly objectId: Template<string> | null;
  readonly wait: boolean;
};

export type Shape = {
  readonly nodes: readonly ShapeNode[];
  readonly stop: boolean;
  readonly timeoutSeconds: number | null;
  readonly output: Template | null;
  /** Of the workflow, when this is its first version. */
  readonly limits: { readonly maxRunning: number; readonly busy: Busy };
  readonly order: 'fifo' | 'lifo';
};

/** A version of a workflow; the first of its workflow is published. */
export type Versioned = { readonly flow: Flow; readonly shape: Shape };

/** Main's first version comes first. */
export type Drawing = readonly Versioned[];

const BUSY = ['allow', 'queue', 'reject', 'replace'] as const;

export const busy: fc.Arbitrary<Busy> = fc.constantFrom(...BUSY);

const policies = {
  work: fc.constantFrom(...(Object.keys(WORKS) as WorkName[]), ...EXECUTED),
  delaySeconds: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.constantFrom(5, 40)),
  window: fc.oneof({ weight: 11, arbitrary: fc.constant(null) }, fc.constantFrom(...WINDOWS)),
  tolerated: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  priority: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(-1, 1)),
  retry: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    fc.record({ limit: fc.nat(2), delaySeconds: fc.constantFrom(0, 10) }),
  ),
  runSeconds: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.constantFrom(20, 90)),
};

export const SIGNALS = ['go', 'stay'];

/** What is drawn of a node before its place among the others is known. */
const drawnNode = fc.record({
  type: fc.oneof(
    { weight: 8, arbitrary: fc.constant('task' as const) },
    { weight: 3, arbitrary: fc.constant('fanout' as const) },
    { weight: 3, arbitrary: fc.constant('route' as const) },
    { weight: 2, arbitrary: fc.constant('start' as const) },
    { weight: 1, arbitrary: fc.constant('end' as const) },
    { weight: 1, arbitrary: fc.constant('wait' as const) },
    { weight: 2, arbitrary: fc.constant('workflow' as const) },
    { weight: 2, arbitrary: fc.constant('signal' as const) },
  ),
  trigger: fc.oneof(
    { weight: 3, arbitrary: fc.constant('all_success' as const) },
    { weight: 5, arbitrary: fc.constantFrom(...TRIGGER_RULES) },
  ),
  disabled: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, fc.constant(true)),
  parents: fc.array(fc.record({ back: fc.nat(7), branch: fc.nat(3) }), { maxLength: 3 }),
  policies: fc.record(policies),
  reads: fc.nat(5),
  template: rarelyLast(TEMPLATES.length),
  items: rarelyLast(LISTS.length),
  maxParallel: fc.nat(4),
  tolerance: fc.record({ count: fc.nat(2), percent: fc.constantFrom(0, 0, 30) }),
  first: fc.boolean(),
  seconds: fc.constantFrom(0, 30, 30),
  signal: fc.constantFrom(...SIGNALS),
  approval: fc.nat(2).map((one) => one === 0),
  timeoutSeconds: fc.constantFrom(null, 45),
  fallback: fc.constantFrom(null, 5),
  child: fc.record({
    // Of the fan-outs only some run a workflow.
    segments: fc.nat(3),
    target: fc.nat(9),
    pinned: fc.boolean(),
    objectId: fc.nat(CHILD_OBJECTS.length - 1),
    input: fc.nat(CHILD_INPUTS.length - 1),
    wait: fc.nat(4),
  }),
  cases: fc.array(rarelyLast(CONDITIONS.length), { minLength: 1, maxLength: 3 }),
});

type DrawnNode = typeof drawnNode extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** The last ones are those that fail: a definition full of them never gets anywhere. */
function rarelyLast(count: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.nat(count - 2) },
    { weight: 1, arbitrary: fc.constant(count - 1) },
  );
}

type Size = fc.Arbitrary<DrawnNode[]>;

const anySize: Size = fc.oneof(
  { weight: 6, arbitrary: fc.array(drawnNode, { minLength: 1, maxLength: 8 }) },
  { weight: 3, arbitrary: fc.array(drawnNode, { minLength: 5, maxLength: 20, size: 'max' }) },
  { weight: 1, arbitrary: fc.array(drawnNode, { minLength: 20, maxLength: 60, size: 'max' }) },
);

const small: Size = fc.array(drawnNode, { minLength: 1, maxLength: 4 });

function shapeOf(flow: Flow, size: Size): fc.Arbitrary<Versioned> {
  return fc
    .record({
      drawn: size,
      stop: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
      timeoutSeconds: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, fc.constant(120)),
      limits: fc.record({
        maxRunning: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2)),
        busy: fc.oneof({ weight: 3, arbitrary: fc.constant('allow' as const) }, busy),
      }),
      order: fc.constantFrom('fifo' as const, 'lifo' as const),
      output: fc.nat(3),
    })
    .map(({ drawn, output, ...settings }) => ({
      flow,
      shape: {
        ...settings,
        nodes: place(flow, drawn),
        output: TEMPLATES[output]?.(null) ?? null,
      },
    }));
}

export const drawing: fc.Arbitrary<Drawing> = fc
  .record({
    main: shapeOf('main', anySize),
    child: shapeOf('child', small),
    grandchild: shapeOf('grandchild', small),
    next: fc.option(shapeOf('main', small), { freq: 2 }),
  })
  .map(({ main, child, grandchild, next }) => {
    const all = [main, child, grandchild, ...(next === null ? [] : [next])];
    const run = new Set<string>(['main', ...all.flatMap(({ shape }) => childrenOf(shape))]);
    return all.filter(({ flow }) => run.has(flow));
  });

function childrenOf({ nodes }: Shape): string[] {
  return nodes.flatMap((node) =>
    'child' in node && node.child !== null ? [node.child.workflow] : [],
  );
}

function place(flow: Flow, drawn: readonly DrawnNode[]): ShapeNode[] {
  const nodes: ShapeNode[] = [];
  for (const one of drawn) {
    nodes.push(placed(flow, one, nodes));
  }
  return nodes;
}

function placed(flow: Flow, drawn: DrawnNode, before: readonly ShapeNode[]): ShapeNode {
  const index = before.length;
  const runnable = before.filter(
    ({ type, disabled }) =>
      !disabled &&
      (type === 'task' || type === 'fanout' || type === 'signal' || type === 'workflow'),
  );
  const read = runnable[runnable.length - 1 - (drawn.reads % Math.max(1, runnable.length))];
  const key = read?.key ?? null;
  // Only the first node may be a start.
  const type = drawn.type === 'start' && index > 0 ? 'task' : drawn.type;
  const common = {
    key: `n${index}`,
    trigger: drawn.trigger,
    // Marks and routes are worth keeping.
    disabled: drawn.disabled && type === 'task',
    parents: parentsOf(drawn, before),
  };

  switch (type) {
    case 'start':
    case 'end':
      return { ...common, type };
    case 'route':
      return {
        ...common,
        type: 'route',
        first: drawn.first,
        cases: drawn.cases.map((one, place) => ({
          key: `c${place}`,
          when: CONDITIONS[one]?.(key) ?? { cel: 'true', means: () => true },
        })),
      };
    case 'wait':
      // One or the other.
      return {
        ...common,
        type: 'wait',
        seconds: drawn.policies.window === null ? drawn.seconds : 0,
        window: drawn.policies.window,
      };
    case 'signal': {
      const { signal, approval, timeoutSeconds, fallback } = drawn;
      const { tolerated } = drawn.policies;
      return { ...common, type: 'signal', signal, approval, timeoutSeconds, fallback, tolerated };
    }
    case 'task':
      return {
        ...common,
        type: 'task',
        ...drawn.policies,
        // What these two say is rendered when it is sent.
        input: ['#http', '#notify'].includes(drawn.policies.work)
          ? null
          : (TEMPLATES[drawn.template]?.(key) ?? null),
      };
    case 'workflow':
      return {
        ...common,
        type: 'workflow',
        ...drawn.policies,
        work: '#workflow',
        child: childOf(flow, drawn),
        input: CHILD_INPUTS[drawn.child.input] ?? null,
      };
    case 'fanout':
      return {
        ...common,
        type: 'fanout',
        ...drawn.policies,
        ...(drawn.child.segments === 0
          ? {
              work: '#workflow' as const,
              child: { ...childOf(flow, drawn), wait: true },
              input: CHILD_INPUTS[drawn.child.input] ?? null,
            }
          : {
              work: drawn.policies.work.startsWith('#') ? 'plain' : drawn.policies.work,
              child: null,
              input: null,
            }),
        items: LISTS[drawn.items]?.(key) ?? { cel: '[]', means: () => [] },
        maxParallel: drawn.maxParallel,
        tolerance: drawn.tolerance,
      };
  }
}

/** Rarely one that would run inside itself, or that is not there. */
function childOf(flow: Flow, { child }: DrawnNode): ShapeChild {
  const after = FLOWS.slice(FLOWS.indexOf(flow) + 1);
  const { target, pinned, objectId, wait } = child;

  return {
    workflow:
      target === 0 ? flow : target === 1 ? 'nowhere' : (after[target % after.length] ?? 'nowhere'),
    pinned,
    objectId: CHILD_OBJECTS[objectId] ?? null,
    wait: wait > 0,
  };
}

/**
 * Nothing comes after an `end`; a line out of a route has a branch. Where there is a start, most of what would begin by itself begins
 * after it; nothing leads to the rest.
 */
function parentsOf(
  { parents, reads }: DrawnNode,
  before: readonly ShapeNode[],
): ShapeNode['parents'] {
  const possible = before.filter(({ type }) => type !== 'end');
  const found = new Map<string, { key: string; branch: string | null }>();

  for (const { back, branch } of parents) {
    const parent = possible[possible.length - 1 - (back % Math.max(1, possible.length))];
    if (parent !== undefined && !found.has(parent.key)) {
      const branches =
        parent.type === 'route' ? [...parent.cases.map((one) => one.key), 'default'] : [];
      found.set(parent.key, {
        key: parent.key,
        branch: branches[branch % Math.max(1, branches.length)] ?? null,
      });
    }
  }
  const [first] = before;
  if (found.size === 0 && first?.type === 'start' && reads > 0) {
    found.set(first.key, { key: first.key, branch: null });
  }
  return [...found.values()];
}

export function definitionOf(shape: Shape): Definition {
  return {
    schemaVersion: 1,
    onTaskFailure: shape.stop ? 'stop' : 'finish',
    ...(shape.timeoutSeconds === null ? {} : { timeoutSeconds: shape.timeoutSeconds }),
    ...(shape.output === null ? {} : { output: shape.output.json }),
    nodes: shape.nodes.map(definitionNode),
    edges: shape.nodes.flatMap((node) =>
      node.parents.map(({ key, branch }) => ({
        from: key,
        to: node.key,
        ...(branch === null ? {} : { branch }),
      })),
    ),
  };
}

function definitionNode(node: ShapeNode): Definition['nodes'][number] {
  const common = { key: node.key, trigger: node.trigger, disabled: node.disabled };

  switch (node.type) {
    case 'start':
    case 'end':
      return { ...common, type: node.type };
    case 'route':
      return {
        ...common,
        type: 'route',
        mode: node.first ? 'first' : 'all',
        cases: node.cases.map(({ key, when }) => ({ key, when: when.cel })),
      };
    case 'wait':
      return {
        ...common,
        type: 'wait',
        ...(node.window === null ? { seconds: node.seconds } : definitionWindow(node)),
      };
    case 'signal':
      return {
        ...common,
        type: 'signal',
        signal: node.signal,
        approval: node.approval,
        onFailure: node.tolerated ? 'continue' : 'fail',
        ...(node.timeoutSeconds === null ? {} : { timeoutSeconds: node.timeoutSeconds }),
        ...(node.fallback === null ? {} : { default: node.fallback }),
      };
    case 'task':
      return {
        ...common,
        ...runBy(node.work),
        ...policiesOf(node),
        ...(node.input === null ? {} : { input: node.input.json }),
      };
    case 'workflow':
      return {
        ...common,
        type: 'workflow',
        ...definitionChild(node.child),
        wait: node.child.wait,
        ...policiesOf(node),
        ...(node.input === null ? {} : { input: node.input.json }),
      };
    case 'fanout':
      return {
        ...common,
        type: 'fanout',
        ...(node.child === null ? { work: node.work } : definitionChild(node.child)),
        ...(node.input === null ? {} : { input: node.input.json }),
        ...policiesOf(node),
        items: node.items.cel,
        maxParallel: node.maxParallel,
        tolerance: node.tolerance,
      };
  }
}

/** What the executors would do with it is not asked here. */
const NODE_OF = {
  '#script': { type: 'script', script: 'return 1' },
  '#http': {
    type: 'http',
    submit: { url: 'http://service.test/jobs' },
    status: { url: 'http://service.test/jobs/1', succeededWhen: 'true' },
  },
  '#notify': { type: 'notify', url: 'http://receiver.test' },
} as const;

function runBy(work: ShapePolicies['work']) {
  return work === '#script' || work === '#http' || work === '#notify'
    ? NODE_OF[work]
    : ({ type: 'task', work } as const);
}

function definitionChild({ workflow, pinned, objectId }: ShapeChild) {
  return {
    workflow,
    ...(pinned ? { version: 1 } : {}),
    ...(objectId === null ? {} : { objectId: objectId.json }),
  };
}

function definitionWindow({ window }: { readonly window: Window | null }) {
  if (window === null) {
    return {};
  }
  const { from, to, timeZone } = window;
  return { window: { from, to, timeZone } };
}

function policiesOf(node: ShapePolicies) {
  const { delaySeconds, tolerated, priority, retry, runSeconds } = node;
  return {
    delaySeconds,
    ...definitionWindow(node),
    onFailure: tolerated ? ('continue' as const) : ('fail' as const),
    priority,
    ...(retry === null ? {} : { retry: { ...retry, backoff: 'fixed' as const } }),
    ...(runSeconds === null ? {} : { timeouts: { runSeconds } }),
  };
}
