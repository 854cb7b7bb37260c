/** What a form needs to know about a field, read off the engine's own schema: nothing about fields is written twice. */
import * as z from 'zod';
import { isRecord } from '../../canvas/read.ts';

export type FieldFacts = {
  readonly name: string;
  readonly required: boolean;
  /** What applies when the field is left empty. */
  readonly fallback: string | number | boolean | undefined;
  readonly shape: FieldShape;
};

export type FieldShape =
  | { readonly is: 'text'; readonly maxLength: number | undefined }
  | { readonly is: 'number'; readonly min: number; readonly max: number; readonly whole: boolean }
  | { readonly is: 'boolean' }
  /** A number, or an expression that yields one. */
  | { readonly is: 'amount' }
  | { readonly is: 'choice'; readonly options: readonly string[] }
  | { readonly is: 'choices'; readonly options: readonly string[] }
  | { readonly is: 'group'; readonly fields: readonly FieldFacts[] }
  /** A template, a JSON Schema: something with an editor of its own. */
  | { readonly is: 'json' };

export function factsOf(schema: z.ZodObject, name: string): FieldFacts {
  const field: unknown = schema.shape[name];
  if (!(field instanceof z.ZodType)) throw new TypeError(`The schema has no field "${name}".`);

  const optional = field instanceof z.ZodOptional;
  const inner: unknown = optional ? field.unwrap() : field;
  const meta: unknown = z.globalRegistry.get(field);

  return {
    name,
    required: !optional,
    fallback: readFallback(isRecord(meta) ? meta.default : undefined),
    shape: shapeOf(inner),
  };
}

function shapeOf(schema: unknown): FieldShape {
  if (schema instanceof z.ZodString) {
    return { is: 'text', maxLength: schema.maxLength ?? undefined };
  }
  if (schema instanceof z.ZodBoolean) return { is: 'boolean' };
  if (schema instanceof z.ZodEnum) return { is: 'choice', options: schema.options.map(String) };

  if (schema instanceof z.ZodNumber) {
    return {
      is: 'number',
      min: schema.minValue ?? -Infinity,
      max: schema.maxValue ?? Infinity,
      whole: schema.format?.includes('int') ?? false,
    };
  }

  if (
    schema instanceof z.ZodUnion &&
    schema.options.some((option) => option instanceof z.ZodNumber)
  ) {
    return { is: 'amount' };
  }

  if (schema instanceof z.ZodArray && schema.element instanceof z.ZodEnum) {
    return { is: 'choices', options: schema.element.options.map(String) };
  }

  if (schema instanceof z.ZodObject) {
    return { is: 'group', fields: Object.keys(schema.shape).map((name) => factsOf(schema, name)) };
  }

  return { is: 'json' };
}

function readFallback(value: unknown): FieldFacts['fallback'] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}
