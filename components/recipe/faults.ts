/** What is wrong with a recipe, said at the fields of the forms that write one. */
import type { Json } from '#engine/json.ts';
import type { compileRecipe, RecipeError } from '#engine/schedule/recipe.ts';

/** A JSON text, or undefined. */
export function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Faults, one line each: where inside of the field at `pointer`, at which characters, and what. */
export function faultLines(errors: readonly RecipeError[], pointer = ''): string {
  return errors
    .map((error) => {
      const inside = error.pointer.slice(pointer.length).replace(/^\//, '');
      const characters = error.end > error.start ? `${error.start + 1}–${error.end}` : '';
      const where = [inside, characters].filter((part) => part !== '').join(' ');
      return where === '' ? error.message : `${where}: ${error.message}`;
    })
    .join('\n');
}

/** What is wrong at `pointer` and inside of it, if something is. */
export function recipeFault(
  compiled: ReturnType<typeof compileRecipe>,
  pointer: string,
): string | undefined {
  const errors = compiled.ok
    ? []
    : compiled.errors.filter(
        (error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`),
      );
  return errors.length === 0 ? undefined : faultLines(errors, pointer);
}
