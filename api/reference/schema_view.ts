import { html, inline, type Html } from './html.ts';
import type { JsonSchema } from './json_schema.ts';

/** A table of the members of an object schema; what they hold themselves folds out below them. */
export function viewSchema(schema: JsonSchema): Html {
  const variants = variantsOf(schema);
  if (variants.length > 1) {
    return html`<div class="variants">
      ${variants.map((variant) => html`<div class="variant">${viewSchema(variant)}</div>`)}
    </div>`;
  }
  const [only = schema] = variants;
  const properties = Object.entries((only.properties ?? {}) as Record<string, JsonSchema>);
  const required = (only.required ?? []) as string[];

  if (properties.length === 0) {
    return html`<p class="type">${typeOf(only)}</p>`;
  }
  return html`<ul class="members">
    ${properties.map(([name, member]) => viewMember(name, member, required.includes(name)))}
  </ul>`;
}

function viewMember(name: string, schema: JsonSchema, required: boolean): Html {
  const inner = innerObject(schema);

  return html`<li>
    <div>
      <code class="name">${name}</code> <span class="type">${typeOf(schema)}</span>
      ${required && html`<span class="required">required</span>`}
    </div>
    ${describe(schema)}
    ${
      inner &&
      html`<details>
        <summary>its members</summary>
        ${viewSchema(inner)}
      </details>`
    }
  </li>`;
}

/** What is said of a value beside its type: description, default, bounds. */
export function describe(schema: JsonSchema): Html | null {
  const notes = [
    typeof schema.description === 'string' ? inline(schema.description) : null,
    schema.default === undefined
      ? null
      : html`default <code>${JSON.stringify(schema.default)}</code>`,
    bounds(schema),
  ].filter((note) => note !== null);

  return notes.length === 0
    ? null
    : html`<div class="note">
        ${notes.map((note, place) => html`${place > 0 && ' · '}${note}`)}
      </div>`;
}

function bounds(schema: JsonSchema): Html | null {
  const { minimum, maximum, minLength, maxLength, maxItems } = schema;
  const texts = [
    minimum !== undefined && maximum !== undefined && `${number(minimum)} to ${number(maximum)}`,
    minimum !== undefined && maximum === undefined && `${number(minimum)} at least`,
    minimum === undefined && maximum !== undefined && `${number(maximum)} at most`,
    minLength !== undefined && minLength !== 1 && `${number(minLength)} characters at least`,
    maxLength !== undefined && `${number(maxLength)} characters at most`,
    maxItems !== undefined && `${number(maxItems)} at most`,
  ].filter((text) => text !== false);

  return texts.length === 0 ? null : html`${texts.join(' · ')}`;
}

function number(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en') : '';
}

/** The schema of the members that a value, or each item of a list, has of its own; named ones are linked to instead. */
function innerObject(schema: JsonSchema): JsonSchema | null {
  const [only, ...others] = variantsOf(schema);
  if (only === undefined || others.length > 0) {
    return others.length > 0 && variantsOf(schema).some((each) => each.properties) ? schema : null;
  }
  if (only.type === 'array') {
    return innerObject((only.items ?? {}) as JsonSchema);
  }
  return only.properties ? only : null;
}

/** The alternatives of a union, without null. */
function variantsOf(schema: JsonSchema): JsonSchema[] {
  const list = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  return list ? list.filter(({ type }) => type !== 'null') : [schema];
}

export function typeOf(schema: JsonSchema): Html {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.slice('#/components/schemas/'.length);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (Array.isArray(schema.enum)) {
    return html`${schema.enum.map((value, place) => html`${place > 0 && ' | '}<code>${JSON.stringify(value)}</code>`)}`;
  }
  if (schema.const !== undefined) {
    return html`<code>${JSON.stringify(schema.const)}</code>`;
  }
  const union = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (union) {
    const types = union.map((variant) => kindOf(variant) ?? typeOf(variant));
    const different = types.filter(
      ({ text }, place) => types.findIndex((other) => other.text === text) === place,
    );
    return html`${different.map((type, place) => html`${place > 0 && ' | '}${type}`)}`;
  }
  if (schema.type === 'array') {
    return html`list of ${typeOf((schema.items ?? {}) as JsonSchema)}`;
  }
  if (Array.isArray(schema.type)) {
    return html`${schema.type.join(' | ')}`;
  }
  return html`${typeof schema.format === 'string' ? schema.format : typeof schema.type === 'string' ? schema.type : 'any JSON'}`;
}

/** Variants of a union that are told apart by a member are called by it. */
function kindOf({ properties }: JsonSchema): Html | null {
  const { type } = (properties ?? {}) as Record<string, JsonSchema>;
  return type?.const === undefined ? null : html`<code>${JSON.stringify(type.const)}</code>`;
}
