import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Json, JsonObject } from '#engine/json.ts';
import type { FieldError } from '../refusal.ts';
import type { VersionProgram } from '../versions/program.ts';

/** Compiled schemas live as long as the program of their version. */
const validators = new WeakMap<object, ValidateFunction>();

/** What is wrong with an input, by the version's JSON Schema (2020-12); pointers begin at `/input`. */
export function validateInput({ program }: VersionProgram, input: Json): FieldError[] {
  const schema = program.plan.inputSchema;
  if (schema === null) {
    return [];
  }
  const validate = validators.get(program) ?? compileSchema(schema);
  validators.set(program, validate);

  return validate(input) ? [] : (validate.errors ?? []).map(fieldError);
}

/** @throws Error if the schema is none. */
export function compileSchema(schema: JsonObject): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: true });
  addFormats(ajv);
  return ajv.compile(schema);
}

function fieldError(error: ErrorObject): FieldError {
  const params: { missingProperty?: unknown; additionalProperty?: unknown } = error.params;
  const missing = params.missingProperty ?? params.additionalProperty;
  const member = typeof missing === 'string' ? `/${missing}` : '';

  return {
    pointer: `/input${error.instancePath}${member}`,
    code: error.keyword,
    message: error.message ?? error.keyword,
  };
}
