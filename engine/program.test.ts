import { expect, test } from 'vitest';
import { draw, play } from './advance/advance.fixture.ts';
import type { Json } from './json.ts';
import { hasOutput, outputsFor } from './scope_of.ts';
import { decodeState } from './state.ts';

/** What the only node of a run is given. */
const given = (node: object, input: Record<string, Json> = {}) =>
  play(draw('n', { n: node }), '.', [{ type: 'start' }], { input }).effects[0];

test('a child is made of an object id and an input', () => {
  const child = { type: 'workflow', workflow: 'other' };
  const each = { type: 'fanout', workflow: 'other', items: 'input.list' };
  const list = { list: ['x'] };

  expect(given(child)).toMatchObject({ input: { objectId: 'o', input: {} } });
  expect(
    given({ ...child, objectId: 'o/{{ input.n }}', input: { n: '{{ input.n }}' } }, { n: 1 }),
  ).toMatchObject({
    input: { objectId: 'o/1', input: { n: 1 } },
  });
  // Of each segment: its item, unless the template says otherwise.
  expect(given(each, list)).toMatchObject({ inputs: [{ objectId: 'o', input: 'x' }] });
  expect(given({ ...each, objectId: '{{ item }}', input: 1 }, list)).toMatchObject({
    inputs: [{ objectId: 'x', input: 1 }],
  });
});

test('an expression that does not compile is named: publishing should have refused it', () => {
  expect(() => draw('n', { n: { type: 'fanout', items: '1 +' } })).toThrow('expression "1 +": ');
  expect(() => draw('n', { n: { input: '{{ 1 + }} and {{ 2 + }}' } })).toThrow(/^template: .+; .+/);
});

test('a run knows whether anything in it reads the input or the context', () => {
  const reads = (node: object, more: object = {}) => draw('n', { n: node }, more).reads;

  expect(reads({})).toEqual({ input: false, context: false });
  expect(reads({ input: '{{ input.a }}' })).toEqual({ input: true, context: false });
  expect(reads({ type: 'wait', until: '{{ context.at }}' })).toEqual({
    input: false,
    context: true,
  });
  expect(reads({ type: 'wait', seconds: '{{ input.n }}' })).toMatchObject({ input: true });
  expect(reads({ type: 'fanout', work: 'w', items: 'input.list' })).toMatchObject({ input: true });
  expect(reads({ type: 'route', cases: [{ key: 'x', when: 'context.ok' }] })).toMatchObject({
    context: true,
  });
  expect(reads({}, { output: '{{ context }}' })).toEqual({ input: false, context: true });
});

test('a node begins with the run if nothing comes before it, or if it always runs', () => {
  expect(draw('a -> b, c -> b, d', { b: { trigger: 'always' } }).roots).toEqual([0, 1, 2, 3]);
  expect(draw('a -> b, c -> b, d').roots).toEqual([0, 1, 2]);
});

test('an expression reads the status of any task, and nothing of one that there is not', () => {
  const run = draw('a -> n, b -> n', {
    n: { trigger: 'all_done', input: '{{ [tasks.a.status, tasks.b.status, has(tasks.c)] }}' },
  });

  expect(play(run, 'kf.', [{ type: 'continue' }]).effects).toMatchObject([
    { input: ['skipped', 'failed', false] },
  ]);
  // What a person left out is skipped to them.
  expect(play(run, 'pf.', [{ type: 'continue' }]).effects).toMatchObject([
    { input: ['skipped', 'failed', false] },
  ]);
});

test('the output of a fan-out over nothing is an empty list, which nobody has to load', () => {
  const run = draw('each -> n', {
    each: { type: 'fanout', work: 'w', items: 'input.list' },
    n: { input: '{{ tasks.each.output }}' },
  });

  expect(play(run, '..', [{ type: 'start' }], { input: { list: [] } }).effects).toMatchObject([
    { type: 'open', node: 1, input: [] },
  ]);
});

test('outputs are asked for where there are any: of what succeeded, ran and was no wait', () => {
  const run = draw(
    'task, failed, wait, mark, empty, each, other',
    {
      wait: { type: 'wait', seconds: 1 },
      mark: { type: 'end' },
      empty: { type: 'fanout', work: 'w', items: '[]' },
      each: { type: 'fanout', work: 'w', items: '[1]' },
    },
    { output: '{{ tasks.mark }}' },
  );
  const state = decodeState('sfssss.;4=0,0,0;5=7,7,0');
  const tasks = ['task', 'failed', 'wait', 'mark', 'empty', 'each', 'other', 'unknown'];

  expect(run.plan.nodes.map((_, node) => hasOutput(run, state, node))).toEqual([
    true,
    false,
    false,
    false,
    false,
    true,
    false,
  ]);
  expect(
    outputsFor(run, state, { input: false, context: false, env: false, tasks, local: [] }),
  ).toEqual([
    { node: 0, segments: null },
    { node: 5, segments: 7 },
  ]);
});
