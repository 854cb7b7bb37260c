/**
 * The expressions that random definitions use, each twice: as CEL, and as what it means in plain JavaScript. `fails` stands for one that
 * cannot be evaluated.
 */
import type { Json, JsonObject } from '#engine/json.ts';
import { START } from './windows.ts';

export const FAILS = Symbol('fails');

export type Scope = {
  readonly input: Json;
  readonly objectId: string;
  /** Of a segment. */
  readonly item?: { readonly value: Json; readonly index: number };
  readonly context: JsonObject;
  /** Output of a node that succeeded; null of any other. */
  readonly outputOf: (key: string) => Json | null;
  readonly hasSucceeded: (key: string) => boolean;
  /** Whether there is such a node: nothing leads to some. */
  readonly knows: (key: string) => boolean;
};

export type Meaning<Value> = {
  readonly cel: string;
  readonly means: (scope: Scope) => Value | typeof FAILS;
};

/** `key`: of a node that comes earlier, or null where there is none. */
type Made<Value> = (key: string | null) => Meaning<Value>;

export const CONDITIONS: readonly Made<boolean>[] = [
  () => ({ cel: 'true', means: () => true }),
  () => ({ cel: 'false', means: () => false }),
  () => ({ cel: 'input.n == 1', means: ofNumber((n) => n === 1) }),
  () => ({ cel: 'input.n > 1', means: ofNumber((n) => n > 1) }),
  () => ({
    cel: 'has(context.x) && context.x > 1',
    means: ({ context: { x } }) => {
      if (x === undefined) {
        return false;
      }
      return typeof x === 'number' ? x > 1 : FAILS;
    },
  }),
  (key) =>
    key === null
      ? { cel: 'false', means: () => false }
      : {
          cel: `tasks.${key}.status == "succeeded"`,
          means: ({ hasSucceeded, knows }) => (knows(key) ? hasSucceeded(key) : FAILS),
        },
  () => ({ cel: 'input.nothing > 1', means: () => FAILS }),
  () => ({ cel: 'input.n', means: () => FAILS }),
];

export const LISTS: readonly Made<Json[]>[] = [
  () => ({ cel: '[7, 8]', means: () => [7, 8] }),
  () => ({ cel: '[]', means: () => [] }),
  () => ({ cel: 'range(input.n + 1)', means: ofNumber((n) => upTo(n + 1)) }),
  () => ({ cel: 'range(7)', means: () => upTo(7) }),
  (key) =>
    key === null
      ? { cel: 'range(3)', means: () => upTo(3) }
      : {
          cel: `tasks.${key}.output`,
          means: ({ outputOf, knows }) => {
            const output = knows(key) ? outputOf(key) : null;
            return Array.isArray(output) ? output : FAILS;
          },
        },
  () => ({ cel: 'input.nothing', means: () => FAILS }),
];

/** Until when a wait may last, as a template. */
export const MOMENTS: readonly Meaning<number>[] = [
  moment(40),
  moment(-3_600),
  // The same moment as people elsewhere write it.
  { cel: timeAt(65 + 7_200).replace('Z', '+02:00'), means: () => START + 65_000 },
  {
    cel: `{{ input.n > 1 ? "${timeAt(20)}" : "${timeAt(100)}" }}`,
    means: ofNumber((n) => START + (n > 1 ? 20_000 : 100_000)),
  },
  { cel: 'tomorrow', means: () => FAILS },
  { cel: '{{ input.nothing }}', means: () => FAILS },
];

function moment(seconds: number): Meaning<number> {
  return { cel: timeAt(seconds), means: () => START + seconds * 1_000 };
}

/** So many seconds after a run begins. */
function timeAt(seconds: number): string {
  return new Date(START + seconds * 1_000).toISOString();
}

export type Template<Text extends Json = Json> = {
  readonly json: Text;
  readonly means: (scope: Scope) => Json | typeof FAILS;
};

export const TEMPLATES: readonly ((key: string | null) => Template | null)[] = [
  () => null,
  () => ({ json: 'plain', means: () => 'plain' }),
  () => ({ json: { n: '{{ input.n }}' }, means: ofNumber((n) => ({ n })) }),
  () => ({ json: '{{ context }}', means: ({ context }) => context }),
  (key) =>
    key === null
      ? null
      : {
          json: { o: `{{ tasks.${key}.output }}` },
          means: ({ outputOf, knows }) => (knows(key) ? { o: outputOf(key) } : FAILS),
        },
  () => ({ json: '{{ input.nothing }}', means: () => FAILS }),
];

/** The input of a child; null: the default, which is nothing, or the item. */
export const CHILD_INPUTS: readonly (Template | null)[] = [
  null,
  { json: { n: 2 }, means: () => ({ n: 2 }) },
  { json: { n: '{{ input.n }}' }, means: ofNumber((n) => ({ n })) },
];

/** The object of a child; null: its parent's. */
export const CHILD_OBJECTS: readonly (Template<string> | null)[] = [
  null,
  { json: 'other', means: () => 'other' },
  { json: '{{ input.n }}', means: ofNumber((n) => n) },
];

/** Only an input that somebody gave has a number: that of a child may be anything. */
function ofNumber<Value>(made: (n: number) => Value): (scope: Scope) => Value | typeof FAILS {
  return ({ input }) => {
    const n = typeof input === 'object' && input !== null && 'n' in input ? input['n'] : undefined;
    return typeof n === 'number' ? made(n) : FAILS;
  };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
