/** What a JSON Schema (2020-12) says about the type of what satisfies it. What it says in other ways than by types is passed over. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { ANY, type Kind, type Members, once, oneOf, type Type, typeOfValue } from './type.ts';

/** Schemas looked at for one type: references may make one grow without end. */
const MOST_SCHEMAS = 200;

type Reading = { readonly root: Json; left: number };

export function typeOfSchema(schema: Json): Type {
  return read({ root: schema, left: MOST_SCHEMAS }, schema);
}

const KINDS: Readonly<Record<string, Kind>> = {
  null: 'null',
  boolean: 'boolean',
  number: 'number',
  integer: 'number',
  string: 'text',
  array: 'list',
  object: 'object',
};

/** What may allow members that `properties` does not name. */
const WIDENING = [
  '$dynamicRef',
  '$ref',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'dependentSchemas',
  'patternProperties',
  'unevaluatedProperties',
] as const;

function read(reading: Reading, schema: Json): Type {
  reading.left -= 1;
  if (!isJsonObject(schema) || reading.left < 0) {
    return ANY;
  }
  if (typeof schema['$ref'] === 'string') {
    const target = resolve(reading.root, schema['$ref']);
    return target === null ? ANY : read(reading, target);
  }
  const values = 'const' in schema ? [schema['const'] ?? null] : schema['enum'];
  if (Array.isArray(values) && values.length > 0) {
    return oneOf((values as readonly Json[]).map(typeOfValue));
  }
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices) && schema['type'] === undefined) {
    return oneOf((choices as readonly Json[]).map((choice) => read(reading, choice)));
  }
  return plain(reading, schema);
}

function plain(reading: Reading, schema: JsonObject): Type {
  const kinds = kindsOf(schema['type']);
  const members = membersOf(reading, schema);
  const items = schema['items'];
  const elements =
    isJsonObject(items) && schema['prefixItems'] === undefined ? later(reading, items) : undefined;

  return { kinds, ...(members ? { members } : {}), ...(elements ? { elements } : {}) };
}

function kindsOf(type: Json | undefined): ReadonlySet<Kind> | null {
  const names: readonly unknown[] = Array.isArray(type) ? type : [type];
  const kinds = names.map((name) =>
    typeof name === 'string' && Object.hasOwn(KINDS, name) ? KINDS[name] : undefined,
  );
  const known = kinds.filter((kind) => kind !== undefined);
  return known.length === names.length ? new Set(known) : null;
}

function membersOf(reading: Reading, schema: JsonObject): Members | undefined {
  const { properties, additionalProperties } = schema;
  const declared = isJsonObject(properties) ? Object.entries(properties) : [];
  const wider = WIDENING.some((keyword) => schema[keyword] !== undefined);
  const others =
    wider || (additionalProperties !== undefined && additionalProperties !== false)
      ? 'any'
      : additionalProperties === false
        ? 'none'
        : 'undeclared';

  return declared.length === 0 && others !== 'none'
    ? undefined
    : {
        named: new Map(declared.map(([name, member]) => [name, later(reading, member)])),
        others,
      };
}

/** Read when it is asked for, and once: most of a schema is not about what an expression reads. */
function later({ root }: Reading, schema: Json): () => Type {
  return once(() => read({ root, left: MOST_SCHEMAS }, schema));
}

/** Only within the same schema: `#/$defs/size`. */
function resolve(root: Json, reference: string): Json | null {
  if (!reference.startsWith('#/')) {
    return reference === '#' ? root : null;
  }
  let target: Json | undefined = root;
  for (const step of decode(reference.slice(2)).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    target = isJsonObject(target) && Object.hasOwn(target, name) ? target[name] : undefined;
  }
  return target ?? null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
