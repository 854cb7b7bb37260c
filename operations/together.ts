import { isDatabaseGone } from '#db/pool.ts';

/** How long something waits for its next look that could not be borne. */
export const PUT_OFF_MS = 60_000;

/**
 * Does something with many at once and, if that fails, with each alone, so that one that cannot be borne takes no others along. `spoilt`
 * says what becomes of that one; null: nothing. Answers what each turn gave.
 *
 * @throws when the database is gone: then none of them is to blame.
 */
export async function togetherOrAlone<Item, Answer>(
  items: readonly Item[],
  run: (items: readonly Item[]) => Promise<Answer>,
  spoilt: (item: Item, fault: unknown) => Promise<Answer | null>,
): Promise<Answer[]> {
  const [first] = items;
  if (first === undefined) {
    return [];
  }
  try {
    return [await run(items)];
  } catch (fault) {
    if (isDatabaseGone(fault)) {
      throw fault;
    }
    if (items.length === 1) {
      const answer = await spoilt(first, fault);
      return answer === null ? [] : [answer];
    }
  }
  const answers: Answer[] = [];
  for (const item of items) {
    answers.push(...(await togetherOrAlone([item], run, spoilt)));
  }
  return answers;
}
