/** zod's own JSON Schema (2020-12, the dialect of OpenAPI 3.1), with the named schemas moved to the components of the document. */
import * as z from 'zod';
import { jsonObject } from '#engine/json.ts';

export type JsonSchema = { [key: string]: unknown };

/** Every schema that has an id, by it; filled as they are met. */
export type Components = Map<string, JsonSchema>;

/** `side`: what a caller may send, or what it will get. */
export function toJsonSchema(
  schema: z.ZodType,
  side: 'input' | 'output',
  components: Components,
): JsonSchema {
  const {
    $defs = {},
    $schema: _dialect,
    ...whole
  } = z.toJSONSchema(schema, {
    io: side,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => simplify(zodSchema, jsonSchema, side),
  });

  for (const [id, named] of Object.entries($defs)) {
    components.set(id, lift(named));
  }
  return lift(whole);
}

function simplify(zodSchema: z.core.$ZodType, schema: JsonSchema, side: 'input' | 'output'): void {
  if (zodSchema._zod.def === jsonObject._zod.def) {
    Object.assign(schema, { type: 'object' });
  }
  if (schema.format === 'date-time' || schema.format === 'uuid') {
    // The format says it; the pattern of all leap years does not make it clearer.
    delete schema.pattern;
  }
  if (side === 'output') {
    // Answers may gain members; whoever reads them must not mind.
    delete schema.additionalProperties;
  }
  delete schema.readOnly;
  // The bounds of whole numbers in JavaScript are no news.
  if (schema.minimum === Number.MIN_SAFE_INTEGER) {
    delete schema.minimum;
  }
  if (schema.maximum === Number.MAX_SAFE_INTEGER) {
    delete schema.maximum;
  }
}

/** The definitions of one schema become the components of the whole document. */
function lift(schema: unknown): JsonSchema {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text) as JsonSchema;
}
