import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Json, JsonObject } from '#engine/json.ts';
import type { FieldError } from './refusal.ts';

/** Compiled schemas by their text; compiling takes milliseconds. The oldest goes first when it gets too many. */
const MOST_COMPILED = 500;
const compiled = new Map<string, ValidateFunction>();

/**
 * What is wrong with a value by a JSON Schema (2020-12). Pointers begin with `prefix`.
 *
 * @throws Error if the schema is none; `compileSchema` says so when it is saved.
 */
export function checkSchema(schema: JsonObject, value: Json, prefix: string): FieldError[] {
  const text = JSON.stringify(schema);
  const validate = compiled.get(text) ?? compileSchema(schema);

  if (!compiled.has(text)) {
    const [oldest] = compiled.keys();
    if (compiled.size >= MOST_COMPILED && oldest !== undefined) {
      compiled.delete(oldest);
    }
    compiled.set(text, validate);
  }

  return validate(value) ? [] : (validate.errors ?? []).map((error) => fieldError(error, prefix));
}

/** @throws Error if the schema is none. */
export function compileSchema(schema: JsonObject): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: true });
  addFormats(ajv);
  return ajv.compile(schema);
}

function fieldError(error: ErrorObject, prefix: string): FieldError {
  const params: { missingProperty?: unknown; additionalProperty?: unknown } = error.params;
  const missing = params.missingProperty ?? params.additionalProperty;
  const member = typeof missing === 'string' ? `/${missing}` : '';

  return {
    pointer: `${prefix}${error.instancePath}${member}`,
    code: error.keyword,
    message: error.message ?? error.keyword,
  };
}
