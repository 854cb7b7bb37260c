/**
 * One turn of one instance, in the plainest way: apply what happened, then look at every node in the order of the plan and decide those
 * whose rule is decided, then see whether anything is left to do.
 */
import type { Json, JsonObject } from '#engine/json.ts';
import type { FailureCode } from '#engine/states.ts';
import { FAILS, type Scope, type Template } from './expressions.ts';
import { plus } from './claims.ts';
import { decide, type Word } from './rules.ts';
import type { ShapeChild, ShapeNode, ShapePolicies } from './shape.ts';
import {
  lastAttempt,
  nodeIn,
  settingOf,
  trace,
  type ModelInstance,
  type ModelSegment,
  type ModelTask,
  type Setting,
  type Settings,
  type World,
} from './world.ts';
import { opens } from './windows.ts';
import { workOf } from './works.ts';

export type Turn = {
  readonly setting: Setting;
  readonly world: World;
  readonly instance: ModelInstance;
  /** Tasks that this turn made: nobody has seen them yet. */
  readonly made: Set<ModelTask>;
  /** Tasks of attempts that this turn ended, to be tried again. */
  readonly renewed: Set<ModelTask>;
  /** Nodes that this turn opened. */
  readonly opened: Set<string>;
  readonly failures: string[];
  /** `hold`: it has to queue before anything of it may begin. */
  outcome: 'finish' | 'stop' | 'cancel' | 'hold';
};

export function turn(
  settings: Settings,
  world: World,
  instance: ModelInstance,
  happen: (turn: Turn) => void,
): void {
  const setting = settingOf(settings, instance.version);
  const one: Turn = {
    setting,
    world,
    instance,
    made: new Set(),
    renewed: new Set(),
    opened: new Set(),
    failures: [],
    outcome: 'finish',
  };

  happen(one);
  judgeAll(one);
  if (one.outcome === 'stop' || one.outcome === 'cancel') {
    endEverything(one);
  }
  const left = one.outcome === 'hold' ? ['open', 'pending'] : ['open'];
  if (!setting.drawn.some((key) => left.includes(nodeIn(instance, key).status))) {
    finish(one);
  }
  if (instance.errors.length === 0 && instance.status !== 'succeeded') {
    instance.errors = one.failures;
  }
  instance.blocked &&= instance.status === 'queued';
}

/** Parents come before their children in the order of the plan, so once through it is enough. */
function judgeAll(one: Turn): void {
  for (const key of one.setting.drawn) {
    const node = nodeIn(one.instance, key);
    // Marks that the plan left out are nothing that could wait for the queue.
    const isFree = one.outcome === 'hold' && !one.setting.order.includes(key);
    if (node.status !== 'pending' || (one.outcome !== 'finish' && !isFree)) {
      continue;
    }
    const verdict = decide(shapeOf(one, key).trigger, wordsTo(one, key));
    if (verdict === 'run') {
      open(one, key);
    } else if (verdict !== 'wait') {
      node.status = verdict;
    }
  }
}

function wordsTo(one: Turn, key: string): Word[] {
  return (one.setting.parentsOf.get(key) ?? []).map((parent): Word => {
    const { status, branches } = nodeIn(one.instance, parent.key);

    switch (status) {
      case 'pending':
      case 'open':
        return 'unfinished';
      case 'succeeded':
      case 'passed':
        return parent.branch === null || branches === null || branches.includes(parent.branch)
          ? 'succeeded'
          : 'skipped';
      case 'failed':
      case 'cancelled':
        return isTolerated(shapeOf(one, parent.key)) ? 'succeeded' : 'failed';
      case 'skipped':
      case 'upstream_failed':
        return status;
    }
  });
}

export function isTolerated(node: ShapeNode): boolean {
  return 'tolerated' in node && node.tolerated;
}

function open(one: Turn, key: string): void {
  const node = nodeIn(one.instance, key);
  const plan = shapeOf(one, key);
  const scope = scopeOf(one.instance);
  const at = beginsAt(one, key);
  one.opened.add(key);

  switch (plan.type) {
    case 'start':
    case 'end':
      node.status = 'succeeded';
      return;
    case 'route': {
      const taken: string[] = [];
      for (const branch of plan.cases) {
        const holds = branch.when.means(scope);
        if (holds === FAILS) {
          failExpression(one, key);
          return;
        }
        if (holds) {
          taken.push(branch.key);
        }
        if (holds && plan.first) {
          break;
        }
      }
      node.branches = taken.length > 0 ? taken : ['default'];
      node.status = 'succeeded';
      return;
    }
    case 'wait':
      node.status = at === null ? 'succeeded' : 'open';
      if (at !== null) {
        makeInternalTask(one, key, { work: '#wait', input: null, status: 'delayed', dueAt: at });
      }
      return;
    case 'signal': {
      // One that cannot be an approval is passed over.
      const early = one.instance.signals.find(
        ({ name, payload }) => name === plan.signal && judgeSignal(plan, payload) !== 'malformed',
      );
      if (early) {
        one.instance.signals = one.instance.signals.filter((other) => other !== early);
        if (judgeSignal(plan, early.payload) === 'rejected') {
          failAtOnce(one, key, 'rejected');
          return;
        }
        trace(one.instance, {
          node: key,
          segment: -1,
          number: lastAttempt(one.instance, key, -1) + 1,
          outcome: 'succeeded',
          output: early.payload,
        });
        node.status = 'succeeded';
        node.output = early.payload;
        return;
      }
      const fallback: JsonObject = plan.fallback === null ? {} : { default: plan.fallback };
      node.status = 'open';
      makeInternalTask(one, key, {
        work: '#signal',
        input: { signal: plan.signal, approval: plan.approval, prompt: '', ...fallback },
        status: 'running',
        dueAt: plus(one.world.now, plan.timeoutSeconds),
      });
      return;
    }
    case 'task': {
      const input = plan.input === null ? null : plan.input.means(scope);
      if (input === FAILS) {
        failExpression(one, key);
        return;
      }
      node.status = 'open';
      makeTask(one, key, plan, -1, input, at);
      return;
    }
    case 'workflow': {
      const input = inputOfChild(plan.child, plan.input, scope);
      if (input === FAILS) {
        failExpression(one, key);
        return;
      }
      node.status = 'open';
      makeTask(one, key, plan, -1, input, at);
      return;
    }
    case 'fanout': {
      const items = plan.items.means(scope);
      const inputs = items === FAILS ? FAILS : inputsOf(plan, items, scope);
      if (inputs === FAILS) {
        failExpression(one, key);
        return;
      }
      node.segments = inputs.map((input) => ({ state: 'waiting', input, output: null }));
      node.line = [...node.segments.keys()];
      node.status = inputs.length === 0 ? 'succeeded' : 'open';
      fill(one, key, at);
    }
  }
}

/** When a node may begin whose turn is now; null: at once. */
export function beginsAt(one: Turn, key: string): number | null {
  const plan = shapeOf(one, key);
  const { now } = one.world;
  const seconds =
    'delaySeconds' in plan ? plan.delaySeconds : plan.type === 'wait' ? plan.seconds : 0;
  const earliest = now + seconds * 1_000;
  const at = 'window' in plan && plan.window ? opens(plan.window, earliest) : earliest;

  return at > now ? at : null;
}

function inputsOf(
  { child, input }: Extract<ShapeNode, { type: 'fanout' }>,
  items: readonly Json[],
  scope: Scope,
): readonly Json[] | typeof FAILS {
  const inputs = items.map((value, index) =>
    child === null ? value : inputOfChild(child, input, { ...scope, item: { value, index } }),
  );
  return inputs.includes(FAILS) ? FAILS : (inputs as Json[]);
}

/** What a child is made of. */
function inputOfChild(
  { objectId }: ShapeChild,
  template: Template | null,
  scope: Scope,
): JsonObject | typeof FAILS {
  const input =
    template === null ? (scope.item?.value ?? (scope.item ? null : {})) : template.means(scope);
  const object = objectId === null ? scope.objectId : objectId.means(scope);

  return input === FAILS || object === FAILS ? FAILS : { objectId: object, input };
}

/** Lets as many segments go as there is room for. */
export function fill(one: Turn, key: string, at: number | null): void {
  const plan = shapeOf(one, key);
  const { segments, line } = nodeIn(one.instance, key);
  if (plan.type !== 'fanout' || segments === null) {
    return;
  }
  const live = segments.filter(({ state }) => state === 'live').length;
  const room = Math.max(0, (plan.maxParallel || segments.length) - live);

  for (const order of line.splice(0, room)) {
    const segment = segments[order];
    if (segment !== undefined) {
      segment.state = 'live';
      makeTask(one, key, plan, order, segment.input, at);
    }
  }
}

export function makeTask(
  one: Turn,
  key: string,
  plan: ShapePolicies,
  segment: number,
  input: Json,
  at: number | null,
): void {
  const { instance } = one;
  const task: ModelTask = {
    node: key,
    segment,
    work: plan.work,
    priority: instance.priority + plan.priority,
    input,
    runSeconds: plan.runSeconds ?? workOf(plan.work).runSeconds,
    status: at === null ? 'ready' : 'delayed',
    held: instance.status === 'paused',
    attempt: lastAttempt(instance, key, segment),
    failures: 0,
    leased: false,
    deliveries: 0,
    slot: false,
    firstAt: null,
    dispatchedAt: null,
    startedAt: null,
    dueAt: at,
    pollAt: null,
    remote: false,
    child: null,
  };
  instance.tasks.push(task);
  one.made.add(task);
}

/** A wait begins when it ends; a signal has its attempt from the start. */
function makeInternalTask(
  one: Turn,
  key: string,
  { work, input, status, dueAt }: Pick<ModelTask, 'work' | 'input' | 'status' | 'dueAt'>,
): void {
  const { instance, world } = one;
  const begun = status === 'running' ? world.now : null;
  const task: ModelTask = {
    node: key,
    segment: -1,
    work,
    priority: instance.priority,
    input,
    runSeconds: workOf(work).runSeconds,
    status,
    held: instance.status === 'paused',
    attempt: lastAttempt(instance, key, -1) + (begun === null ? 0 : 1),
    failures: 0,
    leased: false,
    deliveries: 0,
    slot: false,
    firstAt: begun,
    dispatchedAt: begun,
    startedAt: begun,
    dueAt,
    pollAt: null,
    remote: false,
    child: null,
  };
  instance.tasks.push(task);
  one.made.add(task);
}

/** The end of a task or segment for good. */
export function endTask(
  one: Turn,
  { node: key, segment: order }: ModelTask,
  end: { readonly output: Json } | { readonly code: FailureCode },
): void {
  const node = nodeIn(one.instance, key);
  const plan = shapeOf(one, key);
  if (node.status !== 'open') {
    return;
  }

  if (plan.type !== 'fanout' || node.segments === null) {
    if ('code' in end) {
      fail(one, key, end.code);
    } else {
      node.status = 'succeeded';
      node.output = end.output;
    }
    return;
  }

  const segment = node.segments[order];
  if (segment === undefined) {
    throw new Error(`the model has no segment ${order} of ${key}`);
  }
  segment.state = 'code' in end ? 'failed' : 'succeeded';
  segment.output = 'code' in end ? null : end.output;
  fill(one, key, null);

  if (node.segments.every(({ state }) => state === 'succeeded' || state === 'failed')) {
    const failed = count(node.segments, 'failed');
    const share = Math.floor((node.segments.length * plan.tolerance.percent) / 100);
    if (failed <= Math.max(plan.tolerance.count, share)) {
      node.status = 'succeeded';
    } else {
      fail(one, key, '*');
    }
  }
}

export function count(segments: readonly ModelSegment[], state: ModelSegment['state']): number {
  return segments.filter((segment) => segment.state === state).length;
}

export function fail(one: Turn, key: string, code: FailureCode | '*'): void {
  nodeIn(one.instance, key).status = 'failed';
  if (!isTolerated(shapeOf(one, key))) {
    one.failures.push(`${key}:${code}`);
    if (one.setting.shape.stop) {
      one.outcome = 'stop';
    }
  }
}

/** What a payload says to a node that waits for a signal. */
export function judgeSignal(
  { approval }: { readonly approval: boolean },
  payload: Json,
): 'accepted' | 'rejected' | 'malformed' {
  const approved = isObject(payload) ? payload['approved'] : undefined;
  if (!approval || approved === true) {
    return 'accepted';
  }
  return approved === false ? 'rejected' : 'malformed';
}

function failExpression(one: Turn, key: string): void {
  failAtOnce(one, key, 'expression');
}

/** It was never handed to anybody. */
function failAtOnce(one: Turn, key: string, code: FailureCode): void {
  const { instance } = one;
  trace(instance, {
    node: key,
    segment: -1,
    number: lastAttempt(instance, key, -1) + 1,
    outcome: 'failed',
    code,
  });
  fail(one, key, code);
}

/** Takes the live tasks of a node away. Those that were seen leave a trace. */
export function dropTasks(one: Turn, key: string): void {
  const { instance } = one;
  const node = nodeIn(instance, key);
  const tasks = instance.tasks.filter((task) => task.node === key);
  // Those that were let go in this very turn never left the line.
  node.line.unshift(
    ...tasks.filter((task) => one.made.has(task) && task.segment >= 0).map((task) => task.segment),
  );

  for (const task of tasks) {
    const segment = node.segments?.[task.segment];
    if (!one.made.has(task) && !one.renewed.has(task)) {
      const handedOut = isHandedOut(task);
      const number = handedOut ? task.attempt : task.attempt + 1;
      trace(instance, {
        node: key,
        segment: task.segment,
        number,
        outcome: 'cancelled',
        remote: task.remote,
      });
    }
    if (segment) {
      segment.state = one.made.has(task) ? 'waiting' : 'cancelled';
    }
  }
  instance.tasks = instance.tasks.filter((task) => task.node !== key);
}

/** Somebody has its token. */
export function isHandedOut({ status, deliveries }: ModelTask): boolean {
  return status === 'dispatched' || status === 'running' || deliveries > 0;
}

function endEverything(one: Turn): void {
  for (const key of one.setting.drawn) {
    const node = nodeIn(one.instance, key);
    if (node.status === 'open') {
      dropTasks(one, key);
      if (one.opened.has(key)) {
        node.segments = null;
        node.line = [];
      }
    }
    if (node.status === 'open' || node.status === 'pending') {
      // A start that the plan left out has nothing to be cancelled.
      const isMark = shapeOf(one, key).type === 'start' && !one.setting.order.includes(key);
      node.status = isMark ? 'succeeded' : 'cancelled';
    }
  }
}

/** Nothing lies behind it that has anything to say about the run. */
function isLeaf(one: Turn, key: string): boolean {
  const { instance, setting } = one;

  return [...setting.parentsOf]
    .filter(([, parents]) => parents.some((parent) => parent.key === key))
    .every(([child]) => nodeIn(instance, child).status === 'passed' && isLeaf(one, child));
}

function finish(one: Turn): void {
  const { instance, setting } = one;
  instance.expiresAt = null;
  instance.ends += 1;

  if (one.outcome === 'cancel') {
    instance.status = 'cancelled';
    return;
  }
  const lost = setting.drawn.filter((key) => {
    const { status } = nodeIn(instance, key);
    const failed = status === 'failed' && !isTolerated(shapeOf(one, key));
    return (failed || ['upstream_failed', 'cancelled'].includes(status)) && isLeaf(one, key);
  });

  if (one.outcome === 'stop' || lost.length > 0) {
    instance.status = 'failed';
    if (one.failures.length === 0) {
      const before = setting.drawn.find(
        (key) => nodeIn(instance, key).status === 'failed' && !isTolerated(shapeOf(one, key)),
      );
      one.failures.push(...(before === undefined ? [] : [`${before}:error`]));
    }
    return;
  }

  const output = setting.shape.output?.means(scopeOf(instance)) ?? null;
  if (output === FAILS) {
    instance.status = 'failed';
    one.failures.push('null:expression');
  } else {
    instance.status = 'succeeded';
    instance.output = output;
    instance.errors = [];
  }
}

function scopeOf(instance: ModelInstance): Scope {
  return {
    input: instance.input,
    objectId: instance.objectId,
    context: instance.context,
    outputOf: (key) => {
      const { status, segments, output } = nodeIn(instance, key);
      if (status !== 'succeeded') {
        return null;
      }
      return segments === null ? output : segments.map((segment) => segment.output);
    },
    hasSucceeded: (key) => nodeIn(instance, key).status === 'succeeded',
    knows: (key) => key in instance.nodes,
  };
}

export function shapeOf({ setting }: Pick<Turn, 'setting'>, key: string): ShapeNode {
  const node = setting.nodeOf.get(key);
  if (node === undefined) {
    throw new Error(`the shape has no node ${key}`);
  }
  return node;
}

/** RFC 7386. */
export function mergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const before = isObject(target) ? target : {};
  const after = Object.entries({ ...before, ...patch }).flatMap(([name, value]) => {
    const said = patch[name];
    return said === null
      ? []
      : [[name, isObject(said) ? mergePatch(before[name], said) : value] as const];
  });
  return Object.fromEntries(after);
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
