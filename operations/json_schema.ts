import { createContext, Script } from 'node:vm';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Json, JsonObject } from '#engine/json.ts';
import { step } from '#engine/pointer.ts';
import type { FaultFacts, FieldError } from './refusal.ts';

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
  const validate = compiled.get(text) ?? compile(schema);

  if (!compiled.has(text)) {
    const [oldest] = compiled.keys();
    if (compiled.size >= MOST_COMPILED && oldest !== undefined) {
      compiled.delete(oldest);
    }
    compiled.set(text, validate);
  }

  patternsLeftMs = PATTERNS_MS;
  return validate(value)
    ? []
    : (validate.errors ?? []).slice(0, MOST_ERRORS).map((error) => fieldError(error, prefix));
}

/** @throws Error if the schema is none. */
export function compileSchema(schema: JsonObject): void {
  refuseProto(schema);
  compile(schema);
}

/** Ajv passes over a schema for a member of that name in silence. */
function refuseProto(schema: Json): void {
  if (typeof schema !== 'object' || schema === null) {
    return;
  }
  for (const [name, part] of Object.entries(schema)) {
    if (name === '__proto__') {
      throw new Error('it cannot say anything of "__proto__"');
    }
    refuseProto(part);
  }
}

function compile(schema: JsonObject): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    validateFormats: true,
    // Else every object has a `constructor` and a `toString`.
    ownProperties: true,
    code: { regExp: Object.assign(guarded, { code: 'guarded' }) },
  });
  addFormats(ajv);
  return ajv.compile(schema);
}

/** Of a list in which nothing fits; nobody reads more. */
const MOST_ERRORS = 100;

/**
 * What all patterns of a schema may take on one value, of the processor: a machine that is busy with other things makes no value wrong.
 * `(a+)+$` and its like take for ever on some texts, and whoever may start an instance, or holds a report URL, chooses the text. What
 * cannot be decided in time does not fit.
 */
const PATTERNS_MS = 100;
let patternsLeftMs = PATTERNS_MS;

function guarded(source: string, flags: string) {
  const pattern = new RegExp(source, flags);
  const repeatsGroups = /\)[*+{]/.test(source);

  return {
    // The watch costs a tenth of a millisecond, and short texts do not need it.
    test: (text: string) =>
      text.length <= MOST_UNWATCHED && !repeatsGroups
        ? pattern.test(text)
        : testInTime(pattern, text),
    // Ajv tells patterns apart by it.
    toString: () => String(pattern),
  };
}

const MOST_UNWATCHED = 32;
const watched: { pattern: RegExp; text: string } = { pattern: /^/, text: '' };
const context = createContext(watched);
const script = new Script('pattern.test(text)');

function testInTime(pattern: RegExp, text: string): boolean {
  Object.assign(watched, { pattern, text });

  while (patternsLeftMs > 0) {
    const begun = process.cpuUsage();
    try {
      return script.runInContext(context, { timeout: Math.ceil(patternsLeftMs) }) === true;
    } catch (error) {
      // An error of the other realm, which is no Error of ours.
      if ((error as { readonly code?: unknown }).code !== TIMED_OUT) {
        throw error;
      }
    } finally {
      // Too little of it may have been ours: then it is tried once more.
      patternsLeftMs -= process.cpuUsage(begun).user / 1_000;
    }
  }
  return false;
}

const TIMED_OUT = 'ERR_SCRIPT_EXECUTION_TIMEOUT';

function fieldError(error: ErrorObject, prefix: string): FieldError {
  const params: { missingProperty?: unknown; additionalProperty?: unknown } = error.params;
  const missing = params.missingProperty ?? params.additionalProperty;
  const member = typeof missing === 'string' ? step(missing) : '';

  return {
    pointer: `${prefix}${error.instancePath}${member}`,
    code: error.keyword,
    message: error.message ?? error.keyword,
    ...factsOf(error.params),
  };
}

function factsOf(params: Record<string, unknown>): { facts?: FaultFacts } {
  const { type, limit, allowedValues, format, pattern } = params;
  const facts = {
    ...(typeof type === 'string' && { expected: type }),
    ...(typeof limit === 'number' && { limit }),
    // They come from a schema, which is JSON.
    ...(Array.isArray(allowedValues) && { values: allowedValues as readonly Json[] }),
    ...(typeof format === 'string' && { format }),
    ...(typeof pattern === 'string' && { pattern }),
  };

  return Object.keys(facts).length === 0 ? {} : { facts };
}
