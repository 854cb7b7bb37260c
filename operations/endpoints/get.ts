import type { Context } from '../context.ts';
import { isId } from '../id.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { noEndpoint, selectEndpoints, type Endpoint } from './endpoint.ts';

export async function getEndpoint(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Endpoint | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const [found] = isId(id) ? await selectEndpoints(ctx, ctx.db.reads, { id }) : [];

  return found ?? noEndpoint(id);
}
