/** What is wrong with a recipe, said at the fields of the forms that write one. */
import type { Json } from '#engine/json.ts';
import type { RecipeFault } from '#engine/schedule/check_recipe.ts';
import type { RecipeError } from '#engine/schedule/recipe.ts';

/** A JSON text, or undefined. */
export function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Faults, one line each: where inside of the field at `pointer`, at which characters, and what. */
export function faultLines<Fault extends RecipeError>(
  faults: readonly Fault[],
  say: (fault: Fault) => string = ({ message }) => message,
  pointer = '',
): string {
  return faults
    .map((fault) => {
      const inside = fault.pointer.slice(pointer.length).replace(/^\//, '');
      const characters = fault.end > fault.start ? `${fault.start + 1}–${fault.end}` : '';
      const where = [inside, characters].filter((part) => part !== '').join(' ');
      return where === '' ? say(fault) : `${where}: ${say(fault)}`;
    })
    .join('\n');
}

/** What is wrong at `pointer` and inside of it, if something is. */
export function faultsAt(
  faults: readonly RecipeFault[],
  say: (fault: RecipeFault) => string,
  pointer: string,
): string | undefined {
  const here = faults.filter(
    (fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`),
  );
  return here.length === 0 ? undefined : faultLines(here, say, pointer);
}
