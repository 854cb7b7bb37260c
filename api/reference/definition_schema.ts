import { definition } from '#engine/definition.ts';
import { jsonObject, type JsonObject } from '#engine/json.ts';
import { toJsonSchema } from './json_schema.ts';

export const jsonSchema = jsonObject.meta({ description: 'JSON Schema 2020-12' });

/** The JSON Schema of a definition: served by itself, for editors of YAML and JSON, and a component of the OpenAPI document. */
export function definitionSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Definition of a Latchwork workflow',
    // Guarantee: a JSON Schema is JSON.
    ...(toJsonSchema(definition, 'input', new Map()) as JsonObject),
  };
}
