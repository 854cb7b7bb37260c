/**
 * The functions that Latchwork adds to those of CEL. This is the one place to add another: say what it does and show it, and the
 * reference page, its test and completion in the editor follow. A function is pure, and charges for what it copies or looks at
 * beyond its own arguments (the meter has charged for the length of those already).
 */
import { EvaluationError } from '@marcbachmann/cel-js';
import type { Json } from '../json.ts';
import { charge, chargeDeep, chargeText } from './meter.ts';
import { toJson } from './value.ts';

export type CelFunction = {
  readonly name: string;
  /** For cel-js. `dyn` is any value; a signature that starts with a type and a dot is a method of it. */
  readonly signatures: readonly string[];
  readonly description: string;
  /** Run by the tests of the reference page. */
  readonly example: { readonly expression: string; readonly value: Json };
  /** Null for a macro, which environment.ts makes because its arguments are not computed before it. */
  readonly run: ((...values: readonly unknown[]) => unknown) | null;
};

/** Elements that `range` may make: as many as a large fan-out has segments. */
export const MAX_RANGE = 10_000;

export const FUNCTIONS: readonly CelFunction[] = [
  {
    name: 'default',
    signatures: ['default(dyn, dyn): dyn'],
    description: 'the first argument, or the second where the first is missing or null',
    example: { expression: 'default({"a": 1}.b, 5)', value: 5 },
    run: null,
  },
  {
    name: 'coalesce',
    signatures: [
      'coalesce(dyn, dyn): dyn',
      'coalesce(dyn, dyn, dyn): dyn',
      'coalesce(dyn, dyn, dyn, dyn): dyn',
    ],
    description: 'the first of its arguments that is not null',
    example: { expression: 'coalesce(null, "b", "c")', value: 'b' },
    run: (...values) => values.find((value) => value !== null) ?? null,
  },
  {
    name: 'json',
    signatures: ['json(dyn): string'],
    description: 'the value written as JSON',
    example: { expression: 'json({"a": [1, true]})', value: '{"a":[1,true]}' },
    run: (value) => {
      const text = JSON.stringify(toJson(value));
      chargeText(text.length);
      return text;
    },
  },
  {
    name: 'parseJson',
    signatures: ['parseJson(string): dyn'],
    description: 'the value that a JSON text stands for',
    example: { expression: 'parseJson("[1, 2]")[1]', value: 2 },
    run: (text) => {
      charge(String(text).length >> 2);
      try {
        return JSON.parse(String(text)) as unknown;
      } catch {
        throw new EvaluationError('parseJson: the text is not JSON');
      }
    },
  },
  {
    name: 'keys',
    signatures: ['keys(map): list<string>'],
    description: 'the names of the members of an object',
    example: { expression: 'keys({"a": 1, "b": 2})', value: ['a', 'b'] },
    run: (value) => Object.keys(members(value)),
  },
  {
    name: 'values',
    signatures: ['values(map): list'],
    description: 'the values of the members of an object',
    example: { expression: 'values({"a": 1, "b": 2})', value: [1, 2] },
    run: (value) => Object.values(members(value)),
  },
  {
    name: 'merge',
    signatures: ['merge(map, map): map'],
    description: 'an object with the members of both; those of the second win',
    example: { expression: 'merge({"a": 1, "b": 1}, {"b": 2})', value: { a: 1, b: 2 } },
    run: (one, other) =>
      Object.fromEntries([...Object.entries(members(one)), ...Object.entries(members(other))]),
  },
  {
    name: 'join',
    signatures: ['join(list, string): string'],
    description: 'the elements as text with a separator between them; numbers need no string()',
    example: { expression: 'join([1, 2, 3], "-")', value: '1-2-3' },
    run: (values, separator) => {
      const texts = list(values).map((value) => scalarText(value));
      charge(texts.length);
      chargeText(
        texts.reduce((length, text) => length + text.length + String(separator).length, 0),
      );
      return texts.join(String(separator));
    },
  },
  {
    name: 'replace',
    signatures: ['string.replace(string, string): string'],
    description: 'the text with every occurrence of the first replaced by the second',
    example: { expression: '"a/b/c".replace("/", "-")', value: 'a-b-c' },
    run: (text, from, to) => {
      const parts = String(text).split(String(from));
      chargeText(parts.length * String(to).length);
      return parts.join(String(to));
    },
  },
  {
    name: 'urlEncode',
    signatures: ['urlEncode(string): string'],
    description: 'the text as a part of a URL',
    example: { expression: '"?q=" + urlEncode("a b&c")', value: '?q=a%20b%26c' },
    run: (text) => encodeURIComponent(String(text).toWellFormed()),
  },
  {
    name: 'range',
    signatures: ['range(dyn): list<int>', 'range(dyn, dyn): list<int>'],
    description: `the whole numbers from 0, or from the first argument, up to but not including the last; ${MAX_RANGE.toLocaleString('en-US')} at most`,
    example: { expression: 'range(3)', value: [0, 1, 2] },
    run: (...bounds) => {
      const [from, to] =
        bounds.length === 1
          ? [0, whole('range', bounds[0])]
          : [whole('range', bounds[0]), whole('range', bounds[1])];
      if (to - from > MAX_RANGE) {
        throw new EvaluationError(`range: ${to - from} numbers are more than ${MAX_RANGE}`);
      }
      charge(Math.max(0, to - from));
      return Array.from({ length: Math.max(0, to - from) }, (_, index) => BigInt(from + index));
    },
  },
  {
    name: 'chunk',
    signatures: ['chunk(list, dyn): list'],
    description: 'the list cut into lists of that many elements, for a fan-out in batches',
    example: { expression: 'chunk([1, 2, 3, 4, 5], 2)', value: [[1, 2], [3, 4], [5]] },
    run: (values, size) => {
      const elements = list(values);
      const length = whole('chunk', size);
      if (length < 1) {
        throw new EvaluationError('chunk: the size must be 1 or more');
      }
      return Array.from({ length: Math.ceil(elements.length / length) }, (_, index) =>
        elements.slice(index * length, (index + 1) * length),
      );
    },
  },
  {
    name: 'slice',
    signatures: ['slice(list, dyn): list', 'slice(list, dyn, dyn): list'],
    description: 'the elements from one place up to but not including another; -1 is the last one',
    example: { expression: 'slice(["a", "b", "c", "d"], 1, 3)', value: ['b', 'c'] },
    run: (values, from, to) =>
      list(values).slice(whole('slice', from), to === undefined ? undefined : whole('slice', to)),
  },
  {
    name: 'flatten',
    signatures: ['flatten(list): list'],
    description: 'one list out of a list of lists',
    example: { expression: 'flatten([[1, 2], [3]])', value: [1, 2, 3] },
    run: (values) => {
      const elements = list(values);
      charge(
        elements.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 1), 0),
      );
      return elements.flat();
    },
  },
  {
    name: 'distinct',
    signatures: ['distinct(list): list'],
    description: 'the list without repetitions; objects are the same if their JSON is',
    example: { expression: 'distinct([1, 2, 1])', value: [1, 2] },
    run: (values) => {
      const seen = new Map<string, unknown>();
      for (const value of list(values)) {
        const key = JSON.stringify(toJson(value));
        chargeText(key.length);
        if (!seen.has(key)) {
          seen.set(key, value);
        }
      }
      return [...seen.values()];
    },
  },
  {
    name: 'sort',
    signatures: ['sort(list): list'],
    description: 'the list in ascending order; all numbers or all text',
    example: { expression: 'sort([3, 1, 2])', value: [1, 2, 3] },
    run: (values) => sorted(list(values)),
  },
  {
    name: 'sum',
    signatures: ['sum(list): dyn'],
    description: 'the sum of a list of numbers; 0 for an empty one',
    example: { expression: 'sum([1, 2, 3.5])', value: 6.5 },
    run: (values) => numbers('sum', values).reduce((total, value) => total + value, 0),
  },
  {
    name: 'min',
    signatures: ['min(list): dyn'],
    description: 'the least number of a list; null for an empty one',
    example: { expression: 'min([3, 1, 2])', value: 1 },
    run: (values) => extreme(numbers('min', values), (one, other) => one < other),
  },
  {
    name: 'max',
    signatures: ['max(list): dyn'],
    description: 'the greatest number of a list; null for an empty one',
    example: { expression: 'max([3, 1, 2])', value: 3 },
    run: (values) => extreme(numbers('max', values), (one, other) => one > other),
  },
  {
    name: 'round',
    signatures: ['round(dyn): double'],
    description: 'the nearest whole number',
    example: { expression: 'round(2.6)', value: 3 },
    run: (value) => Math.round(number('round', value)),
  },
  {
    name: 'floor',
    signatures: ['floor(dyn): double'],
    description: 'the greatest whole number that is not greater',
    example: { expression: 'floor(7 / 2.0)', value: 3 },
    run: (value) => Math.floor(number('floor', value)),
  },
  {
    name: 'ceil',
    signatures: ['ceil(dyn): double'],
    description: 'the least whole number that is not less',
    example: { expression: 'ceil(7 / 2.0)', value: 4 },
    run: (value) => Math.ceil(number('ceil', value)),
  },
];

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [...(value as Iterable<unknown>)];
}

/** cel-js passes objects of JSON as they are. */
function members(value: unknown): Readonly<Record<string, unknown>> {
  return value as Readonly<Record<string, unknown>>;
}

function number(name: string, value: unknown): number {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Number(value);
  }
  throw new EvaluationError(
    `${name}: ${value === null ? 'null' : `a ${typeof value}`} is not a number`,
  );
}

function numbers(name: string, values: unknown): readonly number[] {
  return list(values).map((value) => number(name, value));
}

function whole(name: string, value: unknown): number {
  const count = number(name, value);
  if (Number.isSafeInteger(count)) {
    return count;
  }
  throw new EvaluationError(`${name}: ${count} is not a whole number`);
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return String(value);
  }
  if (value === null) {
    return '';
  }
  throw new EvaluationError('join: objects and lists have no plain text; use json(…) on them');
}

function sorted(values: readonly unknown[]): readonly unknown[] {
  charge(values.length * Math.ceil(Math.log2(values.length + 2)));

  if (values.every((value) => typeof value === 'string')) {
    chargeDeep(values);
    return values.toSorted(); // by UTF-16 code units: the same everywhere
  }
  return values.toSorted((one, other) => number('sort', one) - number('sort', other));
}

function extreme(
  values: readonly number[],
  beats: (one: number, other: number) => boolean,
): number | null {
  return values.reduce<number | null>(
    (best, value) => (best === null || beats(value, best) ? value : best),
    null,
  );
}
