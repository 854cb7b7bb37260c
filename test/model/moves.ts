/** What people do: create, cancel, pause, resume, retry; and what admission does after them. */
import { admitInstances } from '#operations/instances/admit.ts';
import { cancelInstances } from '#operations/instances/cancel.ts';
import { createInstances } from '#operations/instances/create.ts';
import type { Moved } from '#operations/instances/move.ts';
import { pauseInstances, resumeInstances } from '#operations/instances/pause.ts';
import { retryInstances } from '#operations/instances/retry.ts';
import { isRefusal } from '#operations/refusal.ts';
import { isFinalInstance, type InstanceStatus } from '#engine/states.ts';
import type { Action, Step } from './action.ts';
import { isTolerated, turn, shapeOf, fill, type Turn } from './turn.ts';
import {
  Mismatch,
  nodeIn,
  type ModelInstance,
  type ModelNode,
  type Setting,
  type World,
} from './world.ts';

export function create(
  workflow: string,
  input: { readonly n: number },
  priority: number,
  runAt: number | null,
  only: readonly string[],
): Action {
  return {
    name: `create n=${input.n} priority=${priority}${runAt === null ? '' : ' later'}${only.length === 0 ? '' : ` only ${only.join(' ')}`}`,
    perform: async (ctx) => {
      const answer = await createInstances(ctx, {
        workflow,
        instances: [
          {
            objectId: 'object',
            input,
            priority,
            ...(runAt === null ? {} : { runAt: new Date(runAt).toISOString() }),
            ...(only.length === 0 ? {} : { only: [...only] }),
          },
        ],
      });
      const first = isRefusal(answer) ? null : answer.results[0];
      if (!first?.ok) {
        throw new Error(`not created: ${JSON.stringify(answer)}`);
      }
      return first.id;
    },
    steps: [
      (setting, world, { answer, newIds }) => {
        const id = (answer as string | undefined) ?? newIds[0];
        if (id === undefined) {
          throw new Mismatch('nothing was created');
        }
        add(setting, world, { id, input, priority, runAt, only });
      },
    ],
  };
}

function add(
  setting: Setting,
  world: World,
  one: Pick<ModelInstance, 'id' | 'input' | 'priority' | 'runAt' | 'only'>,
): void {
  const later = one.runAt !== null && one.runAt > world.now;
  const instance: ModelInstance = {
    ...one,
    status: later ? 'scheduled' : 'queued',
    context: {},
    output: null,
    errors: [],
    expiresAt: null,
    nodes: Object.fromEntries(setting.drawn.map((key) => [key, unopened()])),
    tasks: [],
    trace: [],
    signals: [],
  };
  for (const key of one.only.length === 0 ? [] : setting.order) {
    nodeIn(instance, key).status = one.only.includes(key) ? 'pending' : 'passed';
  }
  world.instances.push(instance);
  if (!later && world.enabled && world.maxRunning === 0) {
    begin(setting, world, instance);
  }
}

export function unopened(): ModelNode {
  return { status: 'pending', branches: null, segments: null, output: null };
}

/** Starts an instance, or starts it over if it ran before. One that a person's move brought back goes on as the move left it. */
function begin(setting: Setting, world: World, instance: ModelInstance): void {
  const ended = Object.values(instance.nodes).every(({ status }) => status !== 'pending');
  revive(setting, world, instance);
  instance.errors = ended ? [] : instance.errors;
  turn(setting, world, instance, ended ? startOver : () => {});
}

export function revive(setting: Setting, world: World, instance: ModelInstance): void {
  const { timeoutSeconds } = setting.shape;
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
    const { segments } = nodeIn(instance, key);
    if (segments && segments.length > 0) {
      for (const segment of segments.filter(({ state }) => state !== 'succeeded')) {
        segment.state = 'waiting';
      }
      nodeIn(instance, key).status = 'open';
      fill(one, key, delayOf(one, key));
    } else {
      instance.nodes[key] = unopened();
    }
  }
}

function delayOf(one: Turn, key: string): number {
  const plan = shapeOf(one, key);
  return 'delaySeconds' in plan ? plan.delaySeconds : 0;
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
      (setting, world, { answer }) => {
        const results = answer as readonly Moved[] | undefined;

        for (const [place, id] of ids.entries()) {
          const instance = world.instances.find((one) => one.id === id);
          const able =
            instance !== undefined && (from as readonly InstanceStatus[]).includes(instance.status);

          if (results && results[place]?.ok !== able) {
            throw new Mismatch(`${verb} was answered ${JSON.stringify(results[place])}`);
          }
          if (able) {
            moveOne[verb](setting, world, instance);
          }
        }
      },
    ],
  };
}

const moveOne: Record<Verb, (setting: Setting, world: World, instance: ModelInstance) => void> = {
  cancel: (setting, world, instance) =>
    turn(setting, world, instance, (one) => {
      one.outcome = 'cancel';
    }),
  pause: (_setting, _world, instance) => hold(instance, true),
  resume: (_setting, _world, instance) => hold(instance, false),
  retry: (setting, world, instance) => {
    instance.errors = [];
    if (world.maxRunning > 0 || !world.enabled) {
      instance.status = 'queued';
    } else {
      begin(setting, world, instance);
    }
  },
};

function hold(instance: ModelInstance, held: boolean): void {
  instance.status = held ? 'paused' : 'running';
  for (const task of instance.tasks) {
    task.held = held;
  }
}

/** One step per instance that may be let in. */
export function admit(workflowId: number, most: number): Action {
  return {
    name: 'admit',
    perform: (ctx) => admitInstances(ctx, workflowId),
    steps: Array.from({ length: most }, (): Step => (setting, world) => {
      const running = world.instances.filter(
        ({ status }) => status === 'running' || status === 'paused',
      );
      const room = world.maxRunning === 0 || running.length < world.maxRunning;
      const [next] = world.instances
        .filter(({ status }) => status === 'queued')
        .toSorted(
          (one, other) => other.priority - one.priority || byAge(setting, one.id, other.id),
        );

      if (world.enabled && room && next !== undefined) {
        begin(setting, world, next);
      }
    }),
  };
}

function byAge({ shape }: Setting, one: string, other: string): number {
  const older = one < other ? -1 : 1;
  return shape.order === 'lifo' ? -older : older;
}

export function isOver({ status }: ModelInstance): boolean {
  return isFinalInstance(status);
}
