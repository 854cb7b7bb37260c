/** What people do: create, cancel, pause, resume, retry; and what admission does after them. */
import { admitInstances } from '#operations/instances/admit.ts';
import { cancelInstances } from '#operations/instances/cancel.ts';
import { createInstances } from '#operations/instances/create.ts';
import type { Created } from '#operations/instances/create/instance.ts';
import type { Moved } from '#operations/instances/move.ts';
import { pauseInstances, resumeInstances } from '#operations/instances/pause.ts';
import { retryInstances } from '#operations/instances/retry.ts';
import { isRefusal } from '#operations/refusal.ts';
import { isFinalInstance, type InstanceStatus } from '#engine/states.ts';
import type { Action, Step } from './action.ts';
import type { Flow } from './shape.ts';
import { NOTIFY_URL } from './messages.ts';
import { keyOf } from './wake_ups.ts';
import { isTolerated, shapeOf, type Turn } from './nodes.ts';
import { beginsAt, fill } from './open.ts';
import { turn } from './turn.ts';
import {
  flowOf,
  Mismatch,
  nodeIn,
  settingOf,
  workflowOf,
  type ModelInstance,
  type ModelNode,
  type Setting,
  type Settings,
  type World,
} from './world.ts';

/** Why no instance is created. */
const EXPECTED: ReadonlySet<string> = new Set(['object_busy', 'invalid_request']);

/** Each has a key of its own. */
let calls = 0;

export function create(one: {
  /** So many alike, in one call. */
  readonly count: number;
  readonly n: number;
  readonly objectId: string;
  readonly priority: number;
  readonly runAt: number | null;
  readonly only: readonly string[];
}): Action {
  calls += 1;
  const call = calls;
  const { count, n, objectId, priority, runAt, only } = one;
  return {
    name: `create ${count} n=${n} of ${objectId} priority=${priority}${runAt === null ? '' : ' later'}${only.length === 0 ? '' : ` only ${only.join(' ')}`}`,
    perform: async (ctx) => {
      const answer = await createInstances(ctx, {
        workflow: 'main',
        instances: Array.from({ length: count }, (_, place) => ({
          objectId,
          input: { n },
          priority,
          dedupeKey: `call ${call}.${place}`,
          notifyUrl: NOTIFY_URL,
          ...(runAt === null ? {} : { runAt: new Date(runAt).toISOString() }),
          ...(only.length === 0 ? {} : { only: [...only] }),
        })),
      });
      if (
        isRefusal(answer) ||
        answer.results.some((made) => !made.ok && !EXPECTED.has(made.code))
      ) {
        throw new Error(`not created: ${JSON.stringify(answer)}`);
      }
      return answer.results;
    },
    steps: [
      (settings, world, { answer, newRows }) => {
        const results = answer as readonly Created[] | undefined;
        const version = workflowOf(world, 'main').published;
        const own = newRows.filter(({ parent }) => parent === null).map(({ id }) => id);

        for (let place = 0; place < count; place += 1) {
          const told = results?.[place];
          // A version that is published meanwhile may not have the nodes that were asked for.
          const unknown = only.some((key) => !settingOf(settings, version).drawn.includes(key));
          const refused = unknown || isRefused(settings, world, 'main', objectId);
          if (told && told.ok === refused) {
            throw new Mismatch(`it was answered ${JSON.stringify(told)}`);
          }
          if (refused) {
            continue;
          }
          const id = told?.ok ? told.id : own.shift();
          if (id === undefined) {
            throw new Mismatch('nothing was created');
          }
          const input = { n };
          const common = { version, objectId, input, priority, runAt, only };
          add(settings, world, { ...common, id, parent: null });
        }
      },
    ],
  };
}

export function isRefused(settings: Settings, world: World, flow: Flow, objectId: string): boolean {
  return (
    workflowOf(world, flow).busy === 'reject' &&
    contendersOf(settings, world, flow, objectId).length > 0
  );
}

/** Those that have an object, or wait for it. */
export function contendersOf(
  settings: Settings,
  world: World,
  flow: Flow,
  objectId: string,
): ModelInstance[] {
  return world.instances.filter(
    (one) =>
      one.exclusive &&
      one.objectId === objectId &&
      flowOf(settings, one) === flow &&
      ['queued', 'running', 'paused'].includes(one.status),
  );
}

export function add(
  settings: Settings,
  world: World,
  one: Pick<
    ModelInstance,
    'id' | 'version' | 'objectId' | 'input' | 'priority' | 'runAt' | 'only' | 'parent'
  >,
): ModelInstance {
  const { drawn, order, flow } = settingOf(settings, one.version);
  const { busy, enabled, maxRunning } = workflowOf(world, flow);
  const later = one.runAt !== null && one.runAt > world.now;
  const exclusive = busy !== 'allow';
  const instance: ModelInstance = {
    ...one,
    moves: 0,
    told: false,
    ends: 0,
    exclusive,
    blocked: exclusive && !later && contendersOf(settings, world, flow, one.objectId).length > 0,
    status: later ? 'scheduled' : 'queued',
    context: {},
    output: null,
    errors: [],
    expiresAt: null,
    nodes: Object.fromEntries(drawn.map((key) => [key, unopened()])),
    tasks: [],
    trace: [],
    signals: [],
  };
  for (const key of one.only.length === 0 ? [] : order) {
    nodeIn(instance, key).status = one.only.includes(key) ? 'pending' : 'passed';
  }
  world.instances.push(instance);
  if (!later && enabled && maxRunning === 0 && !instance.blocked) {
    begin(settings, world, instance);
  }
  return instance;
}

export function unopened(): ModelNode {
  return { status: 'pending', branches: null, segments: null, line: [], output: null };
}

/** Starts an instance, or starts it over if it ran before. One that a person's move brought back goes on as the move left it. */
function begin(settings: Settings, world: World, instance: ModelInstance): void {
  const { order } = settingOf(settings, instance.version);
  const ended = order.every((key) => nodeIn(instance, key).status !== 'pending');
  revive(settings, world, instance);
  instance.errors = ended ? [] : instance.errors;
  turn(settings, world, instance, ended ? startOver : () => {});
}

export function revive(settings: Settings, world: World, instance: ModelInstance): void {
  const { timeoutSeconds } = settingOf(settings, instance.version).shape;
  instance.status = 'running';
  instance.expiresAt = timeoutSeconds === null ? null : world.now + timeoutSeconds * 1_000;
}

/** What failed or was cancelled, what never ran because of that, and what was skipped behind it. What succeeded keeps its results. */
function startOver(one: Turn): void {
  const { instance, setting } = one;
  const again = new Set<string>();

  for (const key of setting.drawn) {
    const { status } = nodeIn(instance, key);
    const behind = (setting.parentsOf.get(key) ?? []).some((parent) => again.has(parent.key));
    const tolerated = status === 'failed' && isTolerated(shapeOf(one, key));
    const lost = ['failed', 'cancelled', 'upstream_failed'].includes(status) && !tolerated;

    if (lost || (behind && status === 'skipped')) {
      again.add(key);
    }
  }
  for (const key of again) {
    const node = nodeIn(instance, key);
    const { segments } = node;
    if (segments && segments.length > 0) {
      node.line = [];
      for (const [order, segment] of segments.entries()) {
        if (segment.state !== 'succeeded') {
          segment.state = 'waiting';
          node.line.push(order);
        }
      }
      node.status = 'open';
      fill(one, key, beginsAt(one, key));
    } else {
      instance.nodes[key] = unopened();
    }
  }
}

type Verb = 'cancel' | 'pause' | 'resume' | 'retry';

const VERBS = {
  cancel: { perform: cancelInstances, from: ['scheduled', 'queued', 'running', 'paused'] },
  pause: { perform: pauseInstances, from: ['running'] },
  resume: { perform: resumeInstances, from: ['paused'] },
  retry: { perform: retryInstances, from: ['failed', 'cancelled'] },
} as const satisfies Record<Verb, { perform: unknown; from: readonly InstanceStatus[] }>;

export function move(verb: Verb, ids: readonly string[]): Action {
  const { perform, from } = VERBS[verb];

  return {
    name: `${verb} ${ids.join(' ')}`,
    perform: async (ctx) => {
      const answer = await perform(ctx, { ids: [...ids] });
      if (isRefusal(answer)) {
        throw new Error(answer.message);
      }
      return answer.results;
    },
    steps: [
      (settings, world, { answer }) => {
        const results = answer as readonly Moved[] | undefined;

        for (const [place, id] of ids.entries()) {
          const instance = world.instances.find((one) => one.id === id);
          const able =
            instance !== undefined && (from as readonly InstanceStatus[]).includes(instance.status);

          if (results && results[place]?.ok !== able) {
            throw new Mismatch(`${verb} was answered ${JSON.stringify(results[place])}`);
          }
          if (able) {
            moveOne[verb](settings, world, instance);
          }
        }
      },
    ],
  };
}

const moveOne: Record<Verb, (settings: Settings, world: World, instance: ModelInstance) => void> = {
  cancel,
  pause: (_settings, _world, instance) => hold(instance, true),
  resume: (_settings, _world, instance) => hold(instance, false),
  retry: (settings, world, instance) => {
    instance.errors = [];
    if (mustQueue(settings, world, instance)) {
      instance.status = 'queued';
      cancelPending(settings, instance);
      joinLine(settings, world, instance);
    } else {
      revive(settings, world, instance);
      turn(settings, world, instance, startOver);
    }
  },
};

/** In line to be retried nothing is pending, not even what another version added: so whoever begins it knows. */
export function cancelPending(settings: Settings, instance: ModelInstance): void {
  for (const key of settingOf(settings, instance.version).order) {
    const node = nodeIn(instance, key);
    node.status = node.status === 'pending' ? 'cancelled' : node.status;
  }
}

export function cancel(settings: Settings, world: World, instance: ModelInstance): void {
  turn(settings, world, instance, (one) => {
    one.outcome = 'cancel';
  });
}

/** Something holds an instance back that had ended and is to go on. */
export function mustQueue(settings: Settings, world: World, instance: ModelInstance): boolean {
  const { maxRunning, enabled, busy } = workflowOf(world, flowOf(settings, instance));
  return maxRunning > 0 || !enabled || busy !== 'allow';
}

/** Behind its object, if it shares that with nobody. */
export function joinLine(settings: Settings, world: World, instance: ModelInstance): void {
  const { busy } = workflowOf(world, flowOf(settings, instance));
  if (instance.status === 'queued') {
    instance.exclusive ||= busy !== 'allow';
    instance.blocked = busy !== 'allow';
  }
}

function hold(instance: ModelInstance, held: boolean): void {
  instance.status = held ? 'paused' : 'running';
  for (const task of instance.tasks) {
    task.held = held;
  }
}

/** One step per instance that may be let in. */
export function admit(flow: Flow, workflowId: number, most: number): Action {
  return {
    name: `admit ${flow}`,
    perform: (ctx) => admitInstances(ctx, workflowId),
    wakeUps: [keyOf.admit(workflowId)],
    steps: Array.from({ length: most }, (): Step => (settings, world) => {
      const { maxRunning, enabled } = workflowOf(world, flow);
      const own = world.instances.filter((one) => flowOf(settings, one) === flow);
      const running = own.filter(({ status }) => status === 'running' || status === 'paused');
      const room = maxRunning === 0 || running.length < maxRunning;
      const first = settings.find((one) => one.flow === flow);
      const [next] = own
        .filter(({ status, blocked }) => status === 'queued' && !blocked)
        .toSorted((one, other) => other.priority - one.priority || byAge(first, one.id, other.id));

      if (enabled && room && next !== undefined) {
        begin(settings, world, next);
      }
    }),
  };
}

function byAge(first: Setting | undefined, one: string, other: string): number {
  const older = one < other ? -1 : 1;
  return first?.shape.order === 'lifo' ? -older : older;
}

export function isOver({ status }: ModelInstance): boolean {
  return isFinalInstance(status);
}
