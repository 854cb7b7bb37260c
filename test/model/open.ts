/** What happens to a node when its turn comes: it ends at once, or its tasks are made. */
import type { Json, JsonObject } from '#engine/json.ts';
import { plus } from './claims.ts';
import { FAILS, type Scope, type Template } from './expressions.ts';
import { failAtOnce, failExpression, judgeSignal, scopeOf, shapeOf, type Turn } from './nodes.ts';
import type { ShapeChild, ShapeNode, ShapePolicies } from './shape.ts';
import { opens } from './windows.ts';
import { lastAttempt, nodeIn, trace, type ModelTask } from './world.ts';
import { workOf } from './works.ts';

export function open(one: Turn, key: string): void {
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
    case 'wait': {
      const until = plan.until === null ? at : plan.until.means(scope);
      if (until === FAILS) {
        failExpression(one, key);
        return;
      }
      const lasts = until !== null && until > one.world.now;
      node.status = lasts ? 'open' : 'succeeded';
      if (lasts) {
        makeInternalTask(one, key, { work: '#wait', input: null, status: 'delayed', dueAt: until });
      }
      return;
    }
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
    case 'task':
    case 'workflow': {
      const input =
        plan.type === 'workflow'
          ? inputOfChild(plan.child, plan.input, scope)
          : (plan.input?.means(scope) ?? null);
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

function makeTask(
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
