import * as z from 'zod';
import { loadOutputs } from '#db/hot/attempts.ts';
import type { Scope } from '#engine/expression/scope.ts';
import { json, jsonObject, recordOf } from '#engine/json.ts';
import { decodeState } from '#engine/state.ts';
import type { Context } from '../context.ts';
import { findInstance } from '../instances/get.ts';
import { noInstance } from '../instances/instance.ts';
import type { Refusal } from '../refusal.ts';
import { loadPrograms } from '../versions/program.ts';

const httpAnswer = z.strictObject({
  status: z.int().optional(),
  headers: recordOf(z.string(), z.string()).optional(),
  body: json.optional(),
});

/** Names with what they stand for, as a caller makes them up. */
export const scope = z
  .strictObject({
    input: json,
    context: jsonObject,
    env: jsonObject,
    object: z.strictObject({ id: z.string() }),
    instance: z.strictObject({
      id: z.string().optional(),
      workflow: z.string().optional(),
      version: z.int().optional(),
    }),
    tasks: recordOf(
      z.string(),
      z.strictObject({ output: json.optional(), status: z.string().optional() }),
    ),
    item: json,
    index: z.int(),
    submit: httpAnswer,
    response: httpAnswer,
    reportUrl: z.string(),
    attempt: z.int(),
  })
  .partial();

/** What is absent is empty. */
export function madeUpScope(given: z.output<typeof scope>): Scope {
  const { input, context, env, object, instance, tasks, submit, response, ...local } = given;
  const answer = (one: z.output<typeof httpAnswer>) => ({
    status: one.status ?? 200,
    headers: one.headers ?? {},
    body: one.body ?? null,
  });

  return {
    ...local,
    ...(submit ? { submit: answer(submit) } : {}),
    ...(response ? { response: answer(response) } : {}),
    input: input ?? {},
    context: context ?? {},
    env: env ?? {},
    object: object ?? { id: '' },
    instance: {
      id: instance?.id ?? '',
      workflow: instance?.workflow ?? '',
      version: instance?.version ?? 1,
    },
    tasks: Object.fromEntries(
      Object.entries(tasks ?? {}).map(([key, { output, status }]) => [
        key,
        { output: output ?? null, status: status ?? 'succeeded' },
      ]),
    ),
  };
}

/** What an expression would read that came to be evaluated now. Of the outputs only those are loaded that it names. */
export async function scopeOfInstance(
  ctx: Context,
  instanceId: string,
  keys: readonly string[],
): Promise<Scope | Refusal> {
  const row = await findInstance(ctx, instanceId);
  if (row === undefined) {
    return noInstance(instanceId);
  }
  const programOf = await loadPrograms(ctx.db, ctx.db.reads, [row.versionId]);
  const { program, workflow, version } = programOf(row.versionId);
  const state = decodeState(row.state);

  const named = keys.flatMap((key) => {
    const node = program.index.get(key);
    const status = node === undefined ? undefined : state.nodes[node];
    return node === undefined || status === undefined
      ? []
      : [{ key, node, status, total: state.fanouts.get(node)?.total ?? null }];
  });
  const finished = named.filter(({ status, total }) => status === 'succeeded' && total !== 0);
  const outputs =
    finished.length === 0
      ? []
      : await loadOutputs(
          ctx.db.reads,
          finished.map(({ node, total }) => ({
            projectId: ctx.projectId,
            instanceId,
            node,
            segments: total,
          })),
        );
  const outputOf = new Map(outputs.map(({ node, output }) => [node, output]));

  return {
    input: row.input,
    context: row.context,
    env: program.plan.env,
    object: { id: row.objectId },
    instance: { id: row.id, workflow, version },
    tasks: Object.fromEntries(
      named.map(({ key, node, status, total }) => [
        key,
        {
          output: total === 0 && status === 'succeeded' ? [] : (outputOf.get(node) ?? null),
          status: status === 'passed' ? 'skipped' : status,
        },
      ]),
    ),
  };
}
