import type * as z from 'zod';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import {
  compileMapping,
  findTrigger,
  noTrigger,
  type triedMapping,
  type TriggerName,
  type tryMappingInput,
} from './trigger.ts';

/** What a mapping, the trigger's or one that is being written, would make of a request. Nothing is made. */
export async function tryMapping(
  ctx: Context,
  {
    workflow,
    id,
    body,
    headers,
    query,
    ...changes
  }: TriggerName & z.output<typeof tryMappingInput>,
): Promise<z.output<typeof triedMapping> | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findTrigger(ctx, ctx.db.reads, { workflow, id });
  if (row === undefined) {
    return noTrigger({ workflow, id });
  }
  const compiled = compileMapping({ ...row, ...changes });
  const rendered = compiled.ok
    ? compiled.recipe.render({
        body: body ?? null,
        headers: inLowerCase(headers ?? {}),
        query: query ?? {},
      })
    : compiled;

  if (!rendered.ok) {
    return { outcome: 'failed', made: null, errors: [...rendered.errors] };
  }
  return rendered.made === null
    ? { outcome: 'ignored', made: null, errors: [] }
    : {
        outcome: 'made',
        made: { ...rendered.made, labels: { ...rendered.made.labels } },
        errors: [],
      };
}

function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
