import { advance, type Facts } from '#engine/advance.ts';
import type { Definition } from '#engine/definition.ts';
import { compilePlan } from '#engine/plan/compile.ts';
import { compileProgram, type Program } from '#engine/program.ts';
import { decodeState, emptyState, encodeState } from '#engine/state.ts';
import { measure } from '../measure.ts';
import type { Workload } from '../workload.ts';

const CASES = 5;
const WARM_UP_DECISIONS = 50_000;

/** The engine alone: a task ends, the route behind it asks all its conditions, and the task of the branch that the last one opens is made. */
export const route: Workload = {
  about: 'decisions of a route with 5 conditions of 3 terms, the engine alone',
  n: 500_000,

  async run(installation, { n }) {
    const program = compileProgram(compilePlan(DEFINITION));
    decide(program, WARM_UP_DECISIONS);

    const measurement = await measure(installation, 'route', () => {
      decide(program, n);
      return Promise.resolve({ n, counted: 'tasks' });
    });
    return {
      ...measurement,
      usPerDecision: Number(((measurement.seconds / n) * 1_000_000).toFixed(2)),
    };
  },
};

const DEFINITION: Definition = {
  schemaVersion: 1,
  nodes: [
    { key: 'probe', type: 'task', work: 'step' },
    {
      key: 'choose',
      type: 'route',
      cases: Array.from({ length: CASES }, (_, index) => ({
        key: `case${index}`,
        when: `tasks.probe.output.width > ${1_000 - 200 * index} && input.format == "png" && context.tries + 1 < 5`,
      })),
    },
    ...Array.from({ length: CASES }, (_, index) => ({
      key: `branch${index}`,
      type: 'task' as const,
      work: 'step',
      input: { width: '{{ tasks.probe.output.width }}' },
    })),
    { key: 'otherwise', type: 'task', work: 'step' },
  ],
  edges: [
    { from: 'probe', to: 'choose' },
    ...Array.from({ length: CASES }, (_, index) => ({
      from: 'choose',
      to: `branch${index}`,
      branch: `case${index}`,
    })),
    { from: 'choose', to: 'otherwise', branch: 'default' },
  ],
};

/** Only the last condition holds. */
const FACTS: Facts = {
  input: { format: 'png' },
  context: { tries: 2 },
  object: { id: 'photo-1' },
  instance: { id: '0190a6f0-0000-7000-8000-000000000000', workflow: 'mosaic', version: 3 },
  outputs: new Map([[0, { width: 300 }]]),
  now: 0,
  signals: [],
};

/** As a turn does it: the state comes as text and goes as text. */
function decide(program: Program, count: number): void {
  const started = advance(program, emptyState(program.nodes.length), [{ type: 'start' }], FACTS);
  if (started.type === 'needs') {
    throw new Error('the start needs nothing');
  }
  const before = encodeState(started.state);

  for (let made = 0; made < count; made += 1) {
    const decided = advance(program, decodeState(before), [{ type: 'succeeded', node: 0 }], FACTS);
    if (decided.type === 'needs' || decided.effects.length !== 1) {
      throw new Error('one task should have opened');
    }
    encodeState(decided.state);
  }
}
