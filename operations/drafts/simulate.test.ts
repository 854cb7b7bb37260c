/** A simulation beside the real thing: the same outcomes, through the operations and the database. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { TRIGGER_RULES } from '#engine/definition.ts';
import type { JsonObject } from '#engine/json.ts';
import { expectProblem, testApi } from '#test/api.ts';
import { isRefusal } from '../refusal.ts';
import { getInstance } from '../instances/get.ts';
import { releaseDelays } from '../sweeps/delays.ts';
import { setup } from '#test/setup.ts';
import { compilePlan } from '#engine/plan/compile.ts';
import { simulate } from '#engine/simulate/simulate.ts';
import type { ClaimedTask } from '../tasks/claim.ts';

const randomRun = fc.array(
  fc.record({
    type: fc.constantFrom('task', 'task', 'fanout', 'route', 'start', 'end'),
    rule: fc.oneof(fc.constant('all_success' as const), fc.constantFrom(...TRIGGER_RULES)),
    parents: fc.array(fc.nat(), { maxLength: 3 }),
    tolerated: fc.boolean(),
    limit: fc.nat(2),
    failTimes: fc.nat(3),
    failed: fc.nat(3).map((chance) => chance === 0),
    seconds: fc.nat(50),
    yes: fc.boolean(),
  }),
  { minLength: 3, maxLength: 9 },
);

type Drawn = typeof randomRun extends fc.Arbitrary<infer Value> ? Value : never;

function definitionOf(drawn: Drawn) {
  return {
    nodes: Object.fromEntries(
      drawn.map(({ type, rule, tolerated, limit, yes }, index) => {
        const key = `n${index}`;
        const runnable = {
          work: 'w',
          trigger: rule,
          retry: { limit, delaySeconds: 0 },
          ...(tolerated && { onFailure: 'continue' }),
        };
        switch (type) {
          case 'route':
            return [key, { key, type, trigger: rule, cases: [{ key: 'yes', when: String(yes) }] }];
          case 'start':
          case 'end':
            return [key, { key, type, trigger: rule }];
          case 'fanout':
            return [key, { key, type, ...runnable, items: 'range(3)', maxParallel: 2 }];
          case 'task':
            return [key, { key, type, ...runnable }];
        }
      }),
    ) as Record<string, JsonObject>,
    edges: drawn.flatMap(({ parents }, index) =>
      [...new Set(index === 0 ? [] : parents.map((parent) => parent % index))].map((parent) => ({
        from: `n${parent}`,
        to: `n${index}`,
        ...(drawn[parent]?.type === 'route' && { branch: index % 2 === 0 ? 'yes' : 'default' }),
      })),
    ),
  };
}

describe('a simulation and a run through the operations', () => {
  test('come to the same states for the same outcomes', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, async (drawn) => {
        const { nodes, edges } = definitionOf(drawn);
        const world = await setup({
          dag: 'n0',
          lifetime: 'test',
          definition: { nodes: Object.values(nodes) as never, edges },
        });
        const outcomes = Object.fromEntries(
          drawn.map(({ failTimes, failed, seconds }, index) => [
            `n${index}`,
            { failTimes, seconds, outcome: failed ? ('failed' as const) : ('succeeded' as const) },
          ]),
        );
        const answer = simulate(compilePlan(world.definition), { outcomes }, 0);

        // The order of the attempts' ends is the simulation's; the real run is given them in that order.
        const id = await world.create();
        const held: ClaimedTask[] = [];
        for (const { node, segment, number, outcome } of answer.timeline) {
          await releaseDelays(world.ctx);
          held.push(...(await world.claim()));
          const at = held.findIndex(
            (task) =>
              task.task === node &&
              (task.segment?.order ?? null) === segment &&
              task.attempt === number,
          );
          const [task] = at === -1 ? [] : held.splice(at, 1);
          expect(task).toBeDefined();
          await (outcome === 'succeeded'
            ? world.finish(task ? [task] : [])
            : world.fail(task ? [task] : []));
        }

        const real = await getInstance(world.ctx, { id });
        if (isRefusal(real)) {
          throw new Error(real.message);
        }
        expect(answer.status).toBe(real.status);
        expect(Object.fromEntries(answer.nodes.map(({ key, status }) => [key, status]))).toEqual(
          Object.fromEntries(real.tasks.map(({ key, status }) => [key, status])),
        );
        await world.db.close();
      }),
      { numRuns: 15 },
    );
  });
});

describe('over the API', () => {
  let api: Awaited<ReturnType<typeof testApi>>;
  beforeAll(async () => {
    api = await testApi();
    await api.put('/works/a', {});
    await api.post('/workflows', {
      key: 'flow',
      definition: {
        schemaVersion: 1,
        nodes: [
          { key: 'start', type: 'start' },
          { key: 'a', type: 'task', work: 'a', input: { id: '{{ object.id }}' } },
          { key: 'b', type: 'task', work: 'a' },
        ],
        edges: [
          { from: 'start', to: 'a' },
          { from: 'a', to: 'b' },
        ],
      },
    });
  });

  test('the saved draft is simulated, with what was asked for', async () => {
    const { status, body } = await api.post('/workflows/flow/draft/simulate', {
      outcomes: { a: { seconds: 3 }, b: { outcome: 'failed', seconds: 1 } },
      now: '2026-11-21T12:00:00Z',
    });

    expect([status, body.status, body.seconds]).toEqual([200, 'failed', 4]);
    expect(body.criticalPath.nodes.map(({ key }: { key: string }) => key)).toEqual(['a', 'b']);
    expect((await api.get('/instances')).body.data).toEqual([]);
  });

  test('a definition that is not valid is refused with its problems', async () => {
    const definition = { schemaVersion: 1, nodes: [{ key: 'x', type: 'task' }], edges: [] };
    const answer = await api.post('/workflows/flow/draft/simulate', { definition });

    expectProblem(answer, 422, 'invalid_definition');
  });

  test('nodes that are not there are named', async () => {
    const answer = await api.post('/workflows/flow/draft/simulate', {
      only: ['a', 'x'],
      outcomes: { b: { seconds: 2 }, y: { outcome: 'failed' } },
    });

    expectProblem(answer, 422, 'invalid_request');
    expect(answer.body.errors).toEqual([
      { pointer: '/only/1', code: 'unknown_node', message: 'there is no node "x"' },
      { pointer: '/outcomes/y', code: 'unknown_node', message: 'there is no node "y"' },
    ]);
  });

  test('the plan of the draft and of a version say what was left out', async () => {
    await api.post('/workflows/flow/publish', {});
    const [draft, published] = await Promise.all([
      api.get('/workflows/flow/draft/plan'),
      api.get('/workflows/flow/versions/1/plan'),
    ]);

    expect(published.body.plan.nodes.map(({ key }: { key: string }) => key)).toEqual(['a', 'b']);
    expect(published.body.definition.nodes).toHaveLength(3);
    expect(published.body.removed).toMatchObject([{ kind: 'folded', node: 'start' }]);
    expect(draft.body).toEqual(published.body);
    expectProblem(await api.get('/workflows/flow/versions/9/plan'), 404, 'not_found');
  });
});
