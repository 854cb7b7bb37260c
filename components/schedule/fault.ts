import { useTranslations } from 'next-intl';
import { readCron } from '#engine/schedule/cron.ts';
import { compileRecipe } from '#engine/schedule/recipe.ts';
import { isTimeZone } from '#engine/window.ts';
import type { Json } from '#engine/json.ts';

/** What is wrong with a cron expression, with its place: the engine's own reading. */
export function useCronFault(): (cron: string) => string | undefined {
  const t = useTranslations('schedules.cronFault');

  return (cron) => {
    const read = readCron(cron);
    if (read.ok) {
      return undefined;
    }
    const { code, field, start, end } = read.error;
    return code === 'bad_field' && field !== null
      ? t('bad_field', { part: cron.slice(start, end), place: start + 1, field: t(field) })
      : t(code === 'bad_field' ? 'field_count' : code);
  };
}

export function isKnownZone(timeZone: string): boolean {
  return isTimeZone(timeZone);
}

/** What is wrong with the templates of a schedule, by pointer. */
export function templateFaults(objectId: string, input: Json): Readonly<Record<string, string>> {
  const recipe = { objectId, input, labels: {}, dedupeKey: null, when: null };
  const compiled = compileRecipe(recipe, ['schedule']);

  return compiled.ok
    ? {}
    : Object.fromEntries(
        compiled.errors.map(({ pointer, message, start, end }) => [
          pointer.startsWith('/input') ? '/input' : pointer,
          `${pointer.slice(1)} ${start + 1}–${end}: ${message}`,
        ]),
      );
}

/** A JSON text, or undefined. */
export function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
