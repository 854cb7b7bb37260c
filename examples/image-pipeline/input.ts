import { type Json, type Task, TaskFailed } from './latchwork.ts';

type Kinds = { string: string; number: number; list: Json[]; object: { [key: string]: Json } };
type Shape = { readonly [field: string]: keyof Kinds };
type Read<S extends Shape> = { [Field in keyof S]: Kinds[S[Field]] };

/** The fields that a step needs, by kind. An input that lacks one was drawn wrong in the designer, so it is not tried again. */
export function read<S extends Shape>({ work, input }: Task, shape: S): Read<S> {
  return check(input, `${work}: input`, shape);
}

/** The same for a value further inside. `place` says where, for the message. */
export function check<S extends Shape>(value: Json, place: string, shape: S): Read<S> {
  const fields = new Map(isObject(value) ? Object.entries(value) : []);

  for (const [field, kind] of Object.entries(shape)) {
    if (kindOf(fields.get(field)) !== kind) {
      throw new TaskFailed(`${place}.${field} must be of type ${kind}`);
    }
  }

  return Object.fromEntries(fields) as Read<S>;
}

export function isObject(value: Json): value is { [key: string]: Json } {
  return kindOf(value) === 'object';
}

function kindOf(value: Json | undefined): string {
  if (Array.isArray(value)) return 'list';

  return value === null ? 'null' : typeof value;
}
