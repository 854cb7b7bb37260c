/**
 * What is wrong with a recipe before it has seen a request: what does not compile, and what can never give what is wanted of it. Who writes
 * one is told by this; what was stored is run as it compiles.
 */
import { inferType } from '../expression/infer.ts';
import type { LocalName } from '../expression/scope.ts';
import type { Placed } from '../expression/template.ts';
import { ANY, inWords, type Kind, mayBe, objectOf, TEXT, type Type } from '../expression/type.ts';
import { compileRecipe, type Recipe, type RecipeError } from './recipe.ts';

/** `wanted` is there where an expression yields something else, which `kinds` name. */
export type RecipeFault = RecipeError & {
  readonly wanted?: 'boolean' | 'text';
  readonly kinds?: readonly Kind[];
};

const NAMES: ReadonlyMap<string, Type> = new Map([
  ['schedule', objectOf({ at: TEXT, key: TEXT })],
  ['body', ANY],
  // Texts, of which nobody knows which there are.
  ['headers', objectOf({}, 'any')],
  ['query', objectOf({}, 'any')],
] satisfies [LocalName, Type][]);

export function checkRecipe(recipe: Recipe, names: readonly LocalName[]): readonly RecipeFault[] {
  const compiled = compileRecipe(recipe, names);
  return compiled.ok ? compiled.recipe.expressions.flatMap(faultsOf) : compiled.errors;
}

function faultsOf({ pointer, offset, whole, expression }: Placed): RecipeFault[] {
  const { type, complaints } = inferType(expression.syntax, expression.source, NAMES);
  const misfit = whole ? misfitOf(pointer, type) : null;

  return [
    ...complaints
      .filter(({ severity }) => severity === 'error')
      .map(({ message, start, end }) => ({
        pointer,
        message,
        start: offset + start,
        end: offset + end,
      })),
    ...(misfit === null
      ? []
      : [{ pointer, ...misfit, start: offset, end: offset + expression.source.length }]),
  ];
}

function misfitOf(
  pointer: string,
  type: Type,
): Pick<RecipeFault, 'message' | 'wanted' | 'kinds'> | null {
  const kinds = [...(type.kinds ?? [])];

  if (pointer === '/when') {
    return mayBe(type, 'boolean')
      ? null
      : {
          wanted: 'boolean',
          kinds,
          message: `a condition must be true or false, but this is ${inWords(type)}`,
        };
  }
  // Any JSON is an input, and a dedupe key that is null is none.
  const isText =
    !pointer.startsWith('/input') && !(pointer === '/dedupeKey' && mayBe(type, 'null'));
  return !isText || mayBe(type, 'text', 'number', 'boolean')
    ? null
    : { wanted: 'text', kinds, message: `must give a text, but this is ${inWords(type)}` };
}
