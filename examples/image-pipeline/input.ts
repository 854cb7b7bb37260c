import { NonRetryableError, type Task } from '../../clients/typescript/src/index.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

type Kinds = { string: string; number: number; list: Json[]; object: { [key: string]: Json } };
type Shape = { readonly [field: string]: keyof Kinds };
type Read<S extends Shape> = { [Field in keyof S]: Kinds[S[Field]] };

/** The fields that a step needs, by kind. An input that lacks one was drawn wrong in the designer, so it is not tried again. */
export function read<S extends Shape>(
  { work, input }: Pick<Task, 'work' | 'input'>,
  shape: S,
): Read<S> {
  return check(input, `${work}: input`, shape);
}

/** The same for a value further inside. `place` says where, for the message. */
export function check<S extends Shape>(value: unknown, place: string, shape: S): Read<S> {
  const fields = new Map(isObject(value) ? Object.entries(value) : []);

  for (const [field, kind] of Object.entries(shape)) {
    if (kindOf(fields.get(field)) !== kind) {
      throw new NonRetryableError(`${place}.${field} must be of type ${kind}`);
    }
  }

  return Object.fromEntries(fields) as Read<S>;
}

export function isObject(value: unknown): value is { [key: string]: Json } {
  return kindOf(value) === 'object';
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';

  return value === null ? 'null' : typeof value;
}
