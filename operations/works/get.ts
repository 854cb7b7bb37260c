import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { noWork, selectWorks, type Work } from './work.ts';

export async function getWork(
  ctx: Context,
  { key }: { readonly key: string },
): Promise<Work | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const [work] = await selectWorks(ctx, ctx.db.reads, { key });

  return work ?? noWork(key);
}
