/** Random workflows: every node type and rule, the settings beside them, workflows that they run as their children, and a second version. */
import * as fc from 'fast-check';
import { TRIGGER_RULES, type TriggerRule } from '#engine/definition.ts';
import {
  CHILD_INPUTS,
  CHILD_OBJECTS,
  CONDITIONS,
  LISTS,
  MOMENTS,
  TEMPLATES,
  type Meaning,
  type Template,
} from './expressions.ts';
import type { Json } from '#engine/json.ts';
import type { Busy } from './world.ts';
import { WINDOWS, type Window } from './windows.ts';
import { EXECUTED, PUSHED, WORK_NAMES, type Executed, type WorkName } from './works.ts';

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
  | {
      readonly type: 'wait';
      readonly seconds: number;
      readonly until: Meaning<number> | null;
      readonly window: Window | null;
    }
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
  work: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...WORK_NAMES, ...EXECUTED) },
    { weight: 1, arbitrary: fc.constantFrom(...PUSHED) },
  ),
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
    { weight: 2, arbitrary: fc.constant('wait' as const) },
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
  until: fc.option(rarelyLast(MOMENTS.length), { freq: 1 }),
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

const settings = {
  stop: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
  timeoutSeconds: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, fc.constant(120)),
  limits: fc.record({
    maxRunning: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2)),
    busy: fc.oneof({ weight: 3, arbitrary: fc.constant('allow' as const) }, busy),
  }),
  order: fc.constantFrom('fifo' as const, 'lifo' as const),
  output: fc.nat(3),
};

const drawnSettings = fc.record(settings);

const drawnShape = (size: Size) => fc.record({ drawn: size, ...settings });

/** One thing that a second version says otherwise. */
const edit = fc.record({
  at: fc.nat(19),
  what: fc.constantFrom('drop' as const, 'insert' as const, 'change' as const),
  by: drawnNode,
});

type Edit = typeof edit extends fc.Arbitrary<infer One> ? One : never;

/** Mostly the first one with some changes: runs can be moved to it. */
const nextVersion = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
      settings: drawnSettings,
    }),
  },
  { weight: 1, arbitrary: drawnShape(small) },
);

type DrawnSettings = typeof drawnSettings extends fc.Arbitrary<infer Drawn> ? Drawn : never;

function shapeOf(
  flow: Flow,
  drawn: readonly KeyedNode[],
  { output, ...others }: DrawnSettings,
): Versioned {
  const nodes = place(flow, drawn);
  return { flow, shape: { ...others, nodes, output: TEMPLATES[output]?.(null) ?? null } };
}

export const drawing: fc.Arbitrary<Drawing> = fc
  .record({
    main: drawnShape(anySize),
    child: drawnShape(small),
    grandchild: drawnShape(small),
    next: fc.option(nextVersion, { freq: 3 }),
  })
  .map(({ main, child, grandchild, next }) => {
    const first = ({ drawn, ...said }: typeof main, flow: Flow) =>
      shapeOf(flow, keyed(drawn), said);
    const all = [
      first(main, 'main'),
      first(child, 'child'),
      first(grandchild, 'grandchild'),
      ...(next === null ? [] : [secondOf(main.drawn, next)]),
    ];
    const run = new Set<string>(['main', ...all.flatMap(({ shape }) => childrenOf(shape))]);
    return all.filter(({ flow }) => run.has(flow));
  });

type NextVersion = typeof nextVersion extends fc.Arbitrary<infer Drawn> ? Drawn : never;

function secondOf(main: readonly DrawnNode[], next: NextVersion): Versioned {
  if ('drawn' in next) {
    const { drawn, ...said } = next;
    return shapeOf('main', keyed(drawn), said);
  }
  const nodes = edited(main, next.edits);
  // One without any node is none.
  return shapeOf('main', nodes.length > 0 ? nodes : keyed(main), next.settings);
}

function childrenOf({ nodes }: Shape): string[] {
  return nodes.flatMap((node) =>
    'child' in node && node.child !== null ? [node.child.workflow] : [],
  );
}

type KeyedNode = { readonly key: string; readonly drawn: DrawnNode };

function keyed(drawn: readonly DrawnNode[]): KeyedNode[] {
  return drawn.map((one, index) => ({ key: `n${index}`, drawn: one }));
}

/** The same but for some nodes, which are gone, said otherwise, or have a new one before them. */
function edited(drawn: readonly DrawnNode[], edits: readonly Edit[]): KeyedNode[] {
  const editOf = new Map(edits.map((one) => [one.at % drawn.length, one]));

  return keyed(drawn).flatMap((node, index) => {
    const edit = editOf.get(index);
    switch (edit?.what) {
      case undefined:
        return [node];
      case 'drop':
        return [];
      case 'insert':
        return [{ key: `x${index}`, drawn: edit.by }, node];
      case 'change': {
        const { trigger, policies: other, maxParallel, tolerance, child, signal } = edit.by;
        const { work } = node.drawn.policies;
        const said = { trigger, maxParallel, tolerance, child, signal };
        return [{ ...node, drawn: { ...node.drawn, ...said, policies: { ...other, work } } }];
      }
    }
  });
}

function place(flow: Flow, drawn: readonly KeyedNode[]): ShapeNode[] {
  const nodes: ShapeNode[] = [];
  for (const one of drawn) {
    nodes.push(placed(flow, one, nodes));
  }
  return nodes;
}

function placed(
  flow: Flow,
  { key: own, drawn }: KeyedNode,
  before: readonly ShapeNode[],
): ShapeNode {
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
    key: own,
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
    case 'wait': {
      const { window } = drawn.policies;
      const until = window === null && drawn.until !== null ? MOMENTS[drawn.until] : undefined;
      return {
        ...common,
        type: 'wait',
        seconds: window === null && until === undefined ? drawn.seconds : 0,
        until: until ?? null,
        window,
      };
    }
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
