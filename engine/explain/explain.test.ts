import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TRIGGER_RULES } from '../definition.ts';
import { INTERNAL_WORKS, type Plan, type PlanNode } from '../plan.ts';
import { emptyState, type FanoutState, type NodeStatus, type State } from '../state.ts';
import { INSTANCE_STATUSES, isFinalInstance } from '../states.ts';
import type { InstanceFacts, LiveFacts, WorkFacts } from './facts.ts';
import { explainInstance } from './instance.ts';
import { explainNode } from './node.ts';
import { REASONS, type Reason } from './reasons.ts';

/** 2026-11-21T08:00:00Z. */
const NOW = 1_795_248_000_000;

const moment = fc.integer({ min: NOW - 86_400_000, max: NOW + 86_400_000 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const seconds = fc.integer({ min: 1, max: 7_200 });

/** A plan of any node types, whose nodes have any earlier nodes before them. */
const plan: fc.Arbitrary<Plan> = fc
  .array(
    fc.record({
      type: fc.constantFrom(
        ...(['start', 'end', 'task', 'http', 'script', 'route', 'fanout'] as const),
        ...(['workflow', 'wait', 'signal', 'notify'] as const),
      ),
      trigger: fc.constantFrom(...TRIGGER_RULES),
      parents: fc.array(fc.nat(), { maxLength: 3 }),
      branch: maybe(fc.constant('yes')),
      delaySeconds: fc.constantFrom(0, 5),
      window: fc.option(fc.constant({ from: '00:00', to: '06:00', timeZone: 'UTC' }), {
        nil: undefined,
      }),
      retry: maybe(fc.constant({ limit: 2 })),
      callback: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((drawn) => ({
    nodes: drawn.map(
      ({ type, trigger, parents, branch, callback, ...policies }, index) =>
        // Guarantee: all that explaining reads of each type is there.
        ({
          key: `n${index}`,
          type,
          trigger,
          parents: index === 0 ? [] : parents.map((node) => ({ node: node % index, branch })),
          children: [],
          ...(type === 'start' || type === 'end' || type === 'route' ? {} : { work: workOf(type) }),
          child: type === 'workflow' ? { workflow: 'child' } : null,
          http: { status: callback ? undefined : {}, callback },
          signal: 's',
          approval: callback,
          prompt: '',
          ...policies,
        }) as unknown as PlanNode,
    ),
    inputSchema: null,
    output: null,
    env: {},
    timeoutSeconds: null,
    stopOnFailure: false,
  }));

function workOf(type: 'task' | 'fanout' | keyof typeof INTERNAL_WORKS): string {
  return type === 'task' || type === 'fanout' ? 'w' : INTERNAL_WORKS[type];
}

const nodeStatus = fc.constantFrom<NodeStatus>(
  'pending',
  'open',
  'passed',
  'succeeded',
  'failed',
  'cancelled',
  'skipped',
  'upstream_failed',
);

const fanout: fc.Arbitrary<FanoutState> = fc
  .tuple(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50))
  .map(([succeeded, failed, live, waiting]) => ({
    total: succeeded + failed + live + waiting + 1,
    succeeded,
    failed,
    made: succeeded + failed + live,
  }));

const live: fc.Arbitrary<LiveFacts> = fc.record({
  status: fc.constantFrom('pending', 'delayed', 'ready', 'dispatched', 'running'),
  count: fc.integer({ min: 1, max: 100 }),
  held: fc.boolean(),
  attempt: fc.nat(5),
  failures: fc.nat(5),
  deliveries: fc.nat(2),
  deliveryError: maybe(fc.string()),
  delivering: fc.boolean(),
  worker: maybe(fc.constant('me')),
  prompt: maybe(fc.string()),
  progress: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
  openedAt: moment,
  firstAt: maybe(moment),
  dispatchedAt: maybe(moment),
  startedAt: maybe(moment),
  dueAt: maybe(moment),
  pollAt: maybe(moment),
  dispatchSeconds: maybe(seconds),
  runSeconds: maybe(seconds),
  heartbeatSeconds: maybe(seconds),
  totalSeconds: maybe(seconds),
  child: maybe(fc.record({ id: fc.uuid(), status: maybe(fc.constantFrom(...INSTANCE_STATUSES)) })),
  last: maybe(
    fc.record({
      outcome: fc.constantFrom('succeeded', 'failed', 'delayed', 'rejected', 'cancelled'),
      code: maybe(fc.constant('error')),
      message: maybe(fc.string()),
      finishedAt: moment,
    }),
  ),
  retryLimit: maybe(fc.nat(5)),
  ahead: maybe(fc.nat(1_000)),
});

const work: fc.Arbitrary<WorkFacts> = fc.record({
  key: fc.constant('w'),
  delivery: fc.constantFrom('pull', 'push', 'internal'),
  maxConcurrent: fc.nat(2),
  slots: fc.nat(2),
  rate: maybe(
    fc.record({
      limit: fc.integer({ min: 1, max: 9 }),
      perSeconds: seconds,
      tokens: fc.double({ min: 0, max: 3, noNaN: true }),
    }),
  ),
  lastClaimAt: maybe(moment),
  inHand: fc.nat(9),
  deliveries: fc.nat(2),
  deliveryError: maybe(fc.string()),
});

const instance: fc.Arbitrary<InstanceFacts> = fc.record({
  status: fc.constantFrom(...INSTANCE_STATUSES),
  objectId: fc.string(),
  createdAt: moment,
  runAt: maybe(moment),
  startedAt: maybe(moment),
  expiresAt: maybe(moment),
  blocked: fc.boolean(),
  holder: maybe(fc.uuid()),
  ahead: maybe(fc.nat(1_000)),
  orphanOf: maybe(fc.uuid()),
  pause: maybe(fc.record({ at: moment, by: fc.string(), reason: fc.string() })),
  workflow: fc.record({
    key: fc.constant('test'),
    enabled: fc.boolean(),
    maxRunning: fc.nat(2),
    running: fc.nat(2),
    order: fc.constantFrom('fifo', 'lifo'),
  }),
  scheduler: fc.boolean(),
});

const drawn = plan.chain((made) =>
  fc.record({
    plan: fc.constant(made),
    nodes: fc.array(nodeStatus, { minLength: made.nodes.length, maxLength: made.nodes.length }),
    fanout,
    branches: fc.array(fc.constantFrom('yes', 'no')),
    live: fc.array(live, { maxLength: 3 }),
    work: fc.option(work, { nil: undefined }),
    instance,
  }),
);

test('whatever is not finished has a reason, whose params are those of its code', () => {
  fc.assert(
    fc.property(drawn, (facts) => {
      const state = stateOf(facts);
      const ended = isFinalInstance(facts.instance.status);
      const ofInstance = explainInstance(facts.instance, state);

      expect(ofInstance.length > 0).toBe(!ended);
      ofInstance.forEach(expectWhole);

      for (const [node, status] of state.nodes.entries()) {
        const reasons = explainNode({ ...facts, state, node, now: NOW });
        const done = ['succeeded', 'failed', 'cancelled'].includes(status);

        expect(reasons.length > 0).toBe(!done && !(ended && status === 'pending'));
        reasons.forEach(expectWhole);
      }
    }),
    { numRuns: 1_000 },
  );
});

function stateOf(facts: {
  plan: Plan;
  nodes: NodeStatus[];
  fanout: FanoutState;
  branches: string[];
}): State {
  const of = (type: string) =>
    facts.plan.nodes.flatMap((node, index) => (node.type === type ? [index] : []));

  return {
    ...emptyState(0),
    nodes: facts.nodes,
    fanouts: new Map(of('fanout').map((node) => [node, facts.fanout])),
    branches: new Map(of('route').map((node) => [node, facts.branches])),
  };
}

function expectWhole(reason: Reason): void {
  const { params, unblockedBy } = REASONS[reason.code];

  expect(params.strict().safeParse(reason.params).error).toBeUndefined();
  expect(reason.unblockedBy).toBe(unblockedBy);
  for (const time of [reason.since, reason.unblocksAt]) {
    expect(time ?? '2026-11-21T08:00:00.000Z').toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
}
