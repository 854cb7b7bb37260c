import type * as z from 'zod';
import type { Definition } from '#engine/definition.ts';
import { jsonObject } from '#engine/json.ts';
import { compilePlan } from '#engine/plan/compile.ts';
import { step } from '#engine/pointer.ts';
import type { Simulated } from '#engine/simulate/answer.ts';
import { simulation, type SimulationRequest } from '#engine/simulate/request.ts';
import { simulate } from '#engine/simulate/simulate.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type FieldError, type Refusal } from '../refusal.ts';
import { loadKnown } from '../workflows/known.ts';
import { invalid } from '../workflows/publish.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { findDraft } from './get.ts';
import { checkDefinition } from './validate.ts';

export const simulateDraftInput = simulation.extend({
  definition: jsonObject.optional().meta({ description: 'default: the draft as it was saved' }),
});

/** What would become of a run of the draft, or of the definition at hand, with chosen outcomes. Starts nothing, changes nothing. */
export async function simulateDraft(
  ctx: Context,
  {
    workflow,
    definition: given,
    ...request
  }: z.output<typeof simulateDraftInput> & {
    readonly workflow: string;
  },
): Promise<Simulated | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { reads } = ctx.db;
  const found = await findDraft(ctx, reads, workflow);
  if (found === undefined) {
    return noWorkflow(workflow);
  }
  const document = given ?? found.current?.definition;
  if (document === undefined) {
    return refuse('not_found', `Workflow "${workflow}" has neither a draft nor a version yet.`);
  }
  const known = await loadKnown(ctx, reads, { workflow, definition: document });
  const { problems, definition } = await checkDefinition(document, known);
  if (definition === null) {
    return invalid(workflow, problems);
  }

  const unknown = unknownNodes(definition, request);
  const [first] = unknown;
  if (first !== undefined) {
    return refuse('invalid_request', `${first.pointer}: ${first.message}`, { errors: unknown });
  }

  const now = request.now === undefined ? ctx.clock() : new Date(request.now);
  return simulate(compilePlan(definition), request, now.getTime());
}

/** A key that is misspelt would be obeyed by nobody: a run of nothing, or with other outcomes than were asked for. */
function unknownNodes(
  { nodes }: Definition,
  { only = [], outcomes = {} }: SimulationRequest,
): FieldError[] {
  const keys = new Set(nodes.map(({ key }) => key));

  return [
    ...only.map((key, place) => ({ key, pointer: `/only/${place}` })),
    ...Object.keys(outcomes).map((key) => ({ key, pointer: `/outcomes${step(key)}` })),
  ]
    .filter(({ key }) => !keys.has(key))
    .map(({ key, pointer }) => ({
      pointer,
      code: 'unknown_node',
      message: `there is no node "${key}"`,
    }));
}
