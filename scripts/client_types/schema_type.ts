/** JSON Schema, as the OpenAPI document uses it, in the words of TypeScript. */

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
};

/** The type that the schema describes; what it says beyond types, as lengths and patterns, is left to the server. */
export function typeOf(schema: Schema, indent = ''): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'unknown';
  if ('const' in schema) return literal(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => literal(value)));

  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return union(choices.map((choice) => typeOf(choice, indent)));
  if (Array.isArray(schema.type)) {
    // Guarantee of Array.isArray, which does not see that a readonly array is one.
    const types = schema.type as readonly string[];
    return union(types.map((type) => typeOf({ ...schema, type }, indent)));
  }

  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return arrayOf(typeOf(schema.items ?? {}, indent));
    case 'object':
      return objectOf(schema, indent);
    case undefined:
    default:
      return 'unknown';
  }
}

function objectOf({ properties, required = [], additionalProperties }: Schema, indent: string) {
  if (!properties || Object.keys(properties).length === 0) {
    if (properties && additionalProperties === false) return 'Record<string, never>';
    const values = typeof additionalProperties === 'object' ? additionalProperties : {};
    return `Record<string, ${typeOf(values, indent)}>`;
  }
  const deeper = `${indent}  `;
  const members = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${comment(schema, deeper)}${deeper}${keyOf(name)}${mark}: ${typeOf(schema, deeper)};\n`;
  });

  return `{\n${members.join('')}${indent}}`;
}

/** A doc comment, where the schema has words. */
export function comment({ description }: { readonly description?: string }, indent = ''): string {
  return description === undefined
    ? ''
    : `${indent}/** ${description.replaceAll('*/', '*\\/').replaceAll('\n', ' ')} */\n`;
}

export function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value);
}

function arrayOf(type: string): string {
  return /^[\w.]+$/.test(type) ? `${type}[]` : `Array<${type}>`;
}

/** `unknown` swallows whatever stands beside it, `string` every text. */
function union(types: readonly string[]): string {
  const texts = types.includes('string');
  const distinct = [...new Set(types)].filter((type) => !(texts && type.startsWith("'")));
  return distinct.includes('unknown') ? 'unknown' : distinct.join(' | ');
}
