/**
 * What a schedule or a trigger makes of a due time or a request: an instance, in templates over the few names that it knows. Pure, so the
 * server makes instances with it and the browser shows what they would be.
 */
import { compileExpression, type ExpressionError } from '../expression/expression.ts';
import type { LocalName, Scope } from '../expression/scope.ts';
import { compileTemplate, type Placed, type TemplateError } from '../expression/template.ts';
import { toText } from '../expression/value.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';

export type Recipe = {
  readonly objectId: string;
  readonly input: Json;
  readonly labels: Readonly<Record<string, string>>;
  readonly dedupeKey: string | null;
  /** An expression; an instance is made only where it is true. */
  readonly when: string | null;
};

/** `pointer` leads to a text of the recipe, `start` and `end` are character positions in it. */
export type RecipeError = {
  readonly pointer: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
};

export type Made = {
  readonly objectId: string;
  readonly input: Json;
  readonly labels: Readonly<Record<string, string>>;
  readonly dedupeKey: string | null;
};

export type Rendered =
  /** `made` is null where `when` says no. */
  | { readonly ok: true; readonly made: Made | null }
  | { readonly ok: false; readonly errors: readonly RecipeError[] };

export type Ingredients = Pick<Scope, LocalName>;

export type CompiledRecipe = {
  /** All that it holds; `when` is one of them. */
  readonly expressions: readonly Placed[];
  readonly render: (known: Ingredients) => Rendered;
};

export const LONGEST_OBJECT_ID = 500;
export const LONGEST_DEDUPE_KEY = 400;
const LONGEST_LABEL = 200;

/** Checks every text of a recipe; `names` are all that they may read. Never throws. */
export function compileRecipe(
  recipe: Recipe,
  names: readonly LocalName[],
): { ok: true; recipe: CompiledRecipe } | { ok: false; errors: readonly RecipeError[] } {
  const { when, ...texts } = recipe;
  const template = compileTemplate({ ...texts, labels: { ...texts.labels } }, names);
  const condition = when === null ? null : compileExpression(when, names);
  const errors = [
    ...(template.ok ? [] : template.errors.map(placed)),
    ...(condition?.ok === false
      ? [placed({ ...condition.error, pointer: '/when', offset: 0 })]
      : []),
  ];

  if (errors.length > 0 || !template.ok || condition?.ok === false) {
    return { ok: false, errors };
  }
  return {
    ok: true,
    recipe: {
      expressions: [
        ...(condition === null
          ? []
          : [{ pointer: '/when', offset: 0, whole: true, expression: condition.expression }]),
        ...template.template.expressions,
      ],
      render: (known) => {
        const scope = scopeOf(known);
        const answer = condition?.expression.evaluate(scope);

        if (answer?.ok === false) {
          return { ok: false, errors: [placed({ ...answer.error, pointer: '/when', offset: 0 })] };
        }
        if (answer !== undefined && typeof answer.value !== 'boolean') {
          return fault('/when', `must be true or false, not ${kindOf(answer.value)}`);
        }
        if (answer?.value === false) {
          return { ok: true, made: null };
        }
        const rendered = template.template.render(scope);
        return rendered.ok
          ? read(rendered.value)
          : { ok: false, errors: [placed({ pointer: '', offset: 0, ...rendered.error })] };
      },
    },
  };
}

/** Guarantee: compileRecipe refuses whatever would read another name of the scope. */
function scopeOf(known: Ingredients): Scope {
  return known as Scope;
}

function placed(error: ExpressionError & Pick<TemplateError, 'pointer' | 'offset'>): RecipeError {
  const { pointer, message, offset, start, end } = error;
  return { pointer, message, start: offset + start, end: offset + end };
}

function fault(pointer: string, message: string): Rendered {
  return { ok: false, errors: [{ pointer, message, start: 0, end: 0 }] };
}

function kindOf(value: Json): string {
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;
}

/** Turns what the templates gave into an instance: numbers are fine as texts, lists and objects are not. */
function read(value: Json): Rendered {
  const { objectId = null, input = null, labels, dedupeKey = null } = objectOf(value);
  const texts: [string, Json, number][] = [
    ['/objectId', objectId, LONGEST_OBJECT_ID],
    ...(dedupeKey === null
      ? []
      : [['/dedupeKey', dedupeKey, LONGEST_DEDUPE_KEY] as [string, Json, number]]),
    ...Object.entries(objectOf(labels ?? null)).map(([name, text]): [string, Json, number] => [
      `/labels/${name}`,
      text,
      LONGEST_LABEL,
    ]),
  ];

  for (const [pointer, text, longest] of texts) {
    if (text === null || typeof text === 'object') {
      return fault(pointer, `must give a text, not ${kindOf(text)}`);
    }
    const length = toText(text).length;
    if (length > longest || (length === 0 && pointer === '/objectId')) {
      return fault(pointer, `must give 1 to ${longest} characters, not ${length}`);
    }
  }
  const key = dedupeKey === null ? '' : toText(dedupeKey);

  return {
    ok: true,
    made: {
      objectId: toText(objectId),
      input,
      labels: Object.fromEntries(
        Object.entries(objectOf(labels ?? null)).map(([name, text]) => [name, toText(text)]),
      ),
      dedupeKey: key === '' ? null : key,
    },
  };
}

function objectOf(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}
