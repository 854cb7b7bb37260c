import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, type Advanced, type EngineEvent, type Facts } from '../advance.ts';
import { TRIGGER_RULES, type Definition, type DefinitionNode } from '../definition.ts';
import type { Plan } from '../plan.ts';
import { compileProgram } from '../program.ts';
import { emptyState } from '../state.ts';
import { compilePlan } from './compile.ts';

const task = (key: string, more: object = {}) =>
  ({ key, type: 'task', work: key, ...more }) as DefinitionNode;
const mark = (key: 'start' | 'end', more: object = {}) => ({ key, type: key, ...more }) as const;

function plan(nodes: Definition['nodes'], dag: string, more: Partial<Definition> = {}): Plan {
  const edges = dag.split(', ').map((part) => {
    const [from = '', branch, to = ''] = part.split(/ -(?:(\w+)-)?> /);
    return { from, to, ...(branch && { branch }) };
  });
  return compilePlan({ schemaVersion: 1, nodes, edges, ...more });
}

function drawn({ nodes, folded = [], implied = [] }: Plan) {
  const key = (index: number) => nodes[index]?.key;
  return {
    edges: nodes.flatMap((node) => node.parents.map((from) => `${key(from.node)} > ${node.key}`)),
    folded: folded.map((one) => one.key),
    implied: implied.map(({ from, to }) => `${key(from)} > ${key(to)}`),
  };
}

describe('pruning', () => {
  test('folds a start and an end around tasks, and keeps what the end came after', () => {
    const found = plan(
      [mark('start'), task('a'), task('b'), mark('end')],
      'start -> a, start -> b, a -> end, b -> end',
    );

    expect(drawn(found)).toEqual({ edges: [], folded: ['start', 'end'], implied: [] });
    expect(found.folded?.[1]?.after.map(({ node }) => node)).toEqual([0, 1]);
  });

  test.each([
    ['a child of the start runs when something failed', 'one_failed', 'all_success'],
    ['the end runs whatever happened', 'all_success', 'all_done'],
  ] as const)('keeps a mark where %s', (_, childRule, endRule) => {
    const nodes = [
      mark('start'),
      task('a', { trigger: childRule }),
      mark('end', { trigger: endRule }),
    ];
    const { folded } = drawn(plan(nodes, 'start -> a, a -> end'));

    expect(folded).toEqual([childRule === 'all_success' ? 'start' : 'end']);
  });

  test('keeps an end whose parent leads elsewhere too, may be skipped before another fails, or may fail', () => {
    const other = plan([task('a'), task('b'), mark('end')], 'a -> end, a -> b');
    const skipped = plan(
      [
        { key: 'r', type: 'route', cases: [{ key: 'x', when: 'true' }] },
        task('a'),
        task('b'),
        mark('end'),
      ],
      'r -x-> a, a -> end, b -> end',
    );

    const tolerated = plan([task('a', { onFailure: 'continue' }), mark('end')], 'a -> end');

    expect([other, skipped, tolerated].map((found) => drawn(found).folded)).toEqual([[], [], []]);
  });

  test('keeps a mark that an expression names', () => {
    const nodes = [mark('start'), task('a', { input: '{{ tasks.start.status }}' })];

    expect(drawn(plan(nodes, 'start -> a')).folded).toEqual([]);
  });

  test('leaves out an edge that a longer way implies', () => {
    const nodes = [task('a'), task('b'), task('c'), task('d')];

    expect(drawn(plan(nodes, 'a -> b, b -> c, c -> d, a -> c, a -> d, b -> d'))).toEqual({
      edges: ['a > b', 'b > c', 'c > d'],
      folded: [],
      implied: ['a > c', 'a > d', 'b > d'],
    });
  });

  test.each([
    ['what lies between runs in any case', { trigger: 'all_done' }, {}],
    ["its failure is tolerated, a person's retry starts it over", {}, { onFailure: 'continue' }],
    ['the failure of what lies between is tolerated', { onFailure: 'continue' }, {}],
  ])('keeps an edge where %s', (_, between, first) => {
    const nodes = [task('a', first), task('b', between), task('c')];

    expect(drawn(plan(nodes, 'a -> b, b -> c, a -> c')).implied).toEqual([]);
  });

  test('keeps an edge where what lies between may be skipped', () => {
    const nodes: DefinitionNode[] = [
      { key: 'r', type: 'route', cases: [{ key: 'x', when: 'true' }] },
      ...['u', 'v', 'w'].map((key) => task(key)),
    ];

    expect(drawn(plan(nodes, 'r -x-> v, u -> v, v -> w, u -> w')).implied).toEqual([]);
  });

  test('leaves out what no start leads to', () => {
    const found = plan(
      [mark('start'), task('a'), task('lost'), task('b')],
      'start -> a, lost -> b',
    );

    expect(found.nodes.map(({ key }) => key)).toEqual(['a']);
  });
});

// ---- The proof's other half: try to refute it. ----

const randomNode = fc.record({
  type: fc.constantFrom('task', 'task', 'task', 'start', 'end', 'route', 'broken', 'wait'),
  rule: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...TRIGGER_RULES) },
  ),
  tolerated: fc.nat(5).map((chance) => chance === 0),
  disabled: fc.nat(7).map((chance) => chance === 0),
  parents: fc.array(fc.nat(), { maxLength: 4 }),
  branch: fc.boolean(),
});

const randomDefinition = fc
  .tuple(fc.array(randomNode, { minLength: 2, maxLength: 9 }), fc.boolean())
  .map(([drawnNodes, stop]): Definition => {
    const routes = new Set(
      drawnNodes.flatMap(({ type }, index) => (type === 'route' ? [index] : [])),
    );
    const edges = new Map<string, Definition['edges'][number]>();
    for (const [index, { parents, branch }] of drawnNodes.entries()) {
      for (const parent of index === 0 ? [] : parents.map((place) => place % index)) {
        const from = `n${parent}`;
        const to = `n${index}`;
        edges.set(
          from + to,
          routes.has(parent) ? { from, to, branch: branch ? 'yes' : 'default' } : { from, to },
        );
      }
    }
    return {
      schemaVersion: 1,
      ...(stop && { onTaskFailure: 'stop' }),
      edges: [...edges.values()],
      nodes: drawnNodes.map(({ type, rule, tolerated, disabled }, index): DefinitionNode => {
        const key = `n${index}`;
        const common = { key, ...(rule && { trigger: rule }), ...(disabled && { disabled }) };
        switch (type) {
          case 'start':
          case 'end':
            return { ...common, type };
          case 'route':
            return { ...common, type, cases: [{ key: 'yes', when: `input.${key}` }] };
          case 'broken':
            return { ...common, type: 'task', work: 'w', input: '{{ input.nothing }}' };
          case 'wait':
            return { ...common, type, seconds: 0 };
          case 'task':
            return {
              ...common,
              type: 'task',
              work: 'w',
              ...(tolerated && { onFailure: 'continue' }),
            };
        }
      }),
    };
  });

type Side = ReturnType<typeof sideOf>;

/** One plan under way: what it was told, what its nodes have become, how it ended last. */
function sideOf(definition: Definition, prune: boolean) {
  const compiled = compilePlan(definition, { prune });
  const program = compileProgram(compiled);
  let state = emptyState(compiled.nodes.length);
  let ended: string | null = null;

  return {
    plan: compiled,
    pass: (keys: readonly string[]) => {
      for (const [node, { key }] of compiled.nodes.entries()) {
        if (!keys.includes(key)) state.nodes[node] = 'passed';
      }
    },
    ended: () => ended,
    status: (key: string) => state.nodes[program.index.get(key) ?? -1],
    take: (events: readonly Move[], input: Facts['input']) => {
      const answer: Advanced = advance(
        program,
        state,
        events.map(
          ({ key, ...event }) =>
            // Only moves that name a node have a key.
            ({ ...event, ...(key && { node: program.index.get(key) ?? -1 }) }) as EngineEvent,
        ),
        {
          input,
          context: {},
          object: { id: 'o' },
          instance: { id: 'i', workflow: 'w', version: 1 },
          outputs: new Map(),
          now: 0,
          signals: [],
        },
      );
      if (answer.type === 'needs') throw new Error('no output is named');
      state = answer.state;
      ended = null;
      for (const effect of answer.effects) if (effect.type === 'finish') ended = effect.status;
    },
  };
}

type Move = { readonly key?: string; readonly type: string; readonly [fact: string]: unknown };

const failed = { type: 'failed', code: 'error', message: 'it broke' };

describe('on any DAG, under any rules, with any outcomes in any order, the pruned plan and the whole one', () => {
  const input = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`n${index}`, index % 3 !== 0]),
  );

  /** Plays the same events to both, and compares after each. */
  function play(
    definition: Definition,
    choices: Iterator<number>,
    moves: (keys: readonly string[], choose: (below: number) => number) => Move | null,
    /** Chooses nodes to run beforehand. People also mark nodes then, so a run may end otherwise where an end was folded. */
    marks?: (whole: Side, pruned: Side, choose: (below: number) => number) => void,
  ): Plan | null {
    const whole = sideOf(definition, false);
    const pruned = sideOf(definition, true);
    const keys = pruned.plan.nodes.map(({ key }) => key);
    const choose = (below: number) => Number(choices.next().value ?? 0) % below;
    if (keys.length === 0) return null;

    const starts = (pruned.plan.folded ?? []).filter(({ after }) => after.length === 0);
    /** A run that was cancelled before its start mark began: only a folded one lets a person's restart go on. */
    const neverBegan = () => starts.some(({ key }) => whole.status(key) === 'cancelled');

    const both = (events: readonly Move[]) => {
      whole.take(events, input);
      pruned.take(events, input);
      expect(keys.map((key) => [key, pruned.status(key)])).toEqual(
        keys.map((key) => [key, whole.status(key)]),
      );
    };

    marks?.(whole, pruned, choose);
    both([{ type: 'start' }]);

    for (let step = 0; step < 40; step += 1) {
      if (neverBegan()) return null;
      const open = keys.filter((key) => pruned.status(key) === 'open');
      const move = moves(keys, choose);
      if (move !== null) {
        both([move]);
      } else if (open.length === 0) {
        break;
      } else {
        // Several may end in one batch.
        const first = choose(open.length);
        both(
          open
            .slice(first, first + 1 + choose(2))
            .map((key) => (choose(3) === 0 ? { ...failed, key } : { type: 'succeeded', key })),
        );
      }
      if (!marks) expect(pruned.ended()).toBe(whole.ended());
    }
    return pruned.plan;
  }

  const numbers = fc.infiniteStream(fc.nat());

  test('give every node that they share the same status at every step, and end alike', () => {
    let pruned = 0;
    fc.assert(
      fc.property(randomDefinition, numbers, (definition, choices) => {
        const found = play(definition, choices, () => null);
        pruned += (found?.folded ?? found?.implied) ? 1 : 0;
      }),
      { numRuns: 3_000 },
    );
    expect(pruned).toBeGreaterThan(300);
  });

  test('end alike too when people cancel, retry and restart', () => {
    fc.assert(
      fc.property(randomDefinition, numbers, (definition, choices) => {
        play(definition, choices, (keys, choose) => {
          const key = keys[choose(keys.length)] ?? '';
          const all = [
            { type: 'cancel' },
            { type: 'expire', message: 'too long' },
            { type: 'retry', failedSegments: new Map() },
            { type: 'restart', key },
          ];
          return choose(4) === 0 ? (all[choose(all.length)] ?? null) : null;
        });
      }),
      { numRuns: 3_000 },
    );
  });

  test('give their nodes the same status whatever people mark, and whichever nodes they choose to run', () => {
    fc.assert(
      fc.property(randomDefinition, numbers, (definition, choices) => {
        play(
          definition,
          choices,
          (keys, choose) => {
            const key = keys[choose(keys.length)] ?? '';
            const as = (['succeeded', 'failed', 'skipped'] as const)[choose(3)];
            const all = [
              { type: 'mark', key, as, message: 'by hand' },
              { type: 'mark', key, as, message: 'by hand' },
              { type: 'retry', failedSegments: new Map() },
              { type: 'restart', key },
            ];
            return choose(3) === 0 ? (all[choose(all.length)] ?? null) : null;
          },
          (whole, pruned, choose) => {
            if (choose(3) === 0) {
              const only = whole.plan.nodes.map(({ key }) => key).filter(() => choose(2) === 0);
              whole.pass(only);
              pruned.pass(only);
            }
          },
        );
      }),
      { numRuns: 3_000 },
    );
  });
});
