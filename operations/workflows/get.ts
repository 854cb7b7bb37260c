import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { noWorkflow, selectWorkflows, type Workflow } from './workflow.ts';

export async function getWorkflow(
  ctx: Context,
  { key }: { readonly key: string },
): Promise<Workflow | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const [workflow] = await selectWorkflows(ctx, ctx.db.reads, { key });

  return workflow ?? noWorkflow(key);
}
