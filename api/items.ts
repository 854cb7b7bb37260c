import type * as z from 'zod';
import { isRefusal, type FieldError, type Refusal } from '#operations/refusal.ts';
import { parseBody } from './parse.ts';

type Invalid = {
  readonly ok: false;
  readonly code: 'invalid_request';
  readonly message: string;
  readonly errors: readonly FieldError[];
};

/**
 * Checks the items of a batch one by one, does what is to be done with the good ones, and answers all in their order: a bad item never
 * loses the others.
 */
export async function eachItem<Item, Answer, More extends object>(
  schema: z.ZodType<Item>,
  items: readonly unknown[],
  run: (good: Item[]) => Promise<(More & { readonly results: readonly Answer[] }) | Refusal>,
): Promise<(More & { readonly results: (Answer | Invalid)[] }) | Refusal> {
  const good: Item[] = [];
  const checked = items.map((item) => {
    const read = parseBody(schema, item);
    if (read.ok) {
      return { place: good.push(read.value) - 1 };
    }
    const { message, errors = [] } = read.refusal;
    return { invalid: { ok: false, code: 'invalid_request', message, errors } as const };
  });

  const done = await run(good);
  return isRefusal(done)
    ? done
    : {
        ...done,
        results: checked.map((each) => each.invalid ?? answerAt(done.results, each.place)),
      };
}

function answerAt<Answer>(answers: readonly Answer[], place: number): Answer {
  const answer = answers[place];
  if (answer === undefined) {
    throw new Error(`item ${place} of the batch got no answer`);
  }
  return answer;
}
