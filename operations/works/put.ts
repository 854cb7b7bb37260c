import * as z from 'zod';
import { asJson, type Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { retryPolicy, timeouts, workKey } from '#engine/definition.ts';
import { jsonObject, type JsonObject } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { announce } from '../instances/announce.ts';
import { compileSchema } from '../json_schema.ts';
import { urlErrors, webhookUrl } from '../outbound_url.ts';
import { isRefusal, lacks, refuse, type FieldError, type Refusal } from '../refusal.ts';
import { makeSigningSecret, signingSecret } from './secret.ts';
import { DELIVERIES, noWork, rate, selectWorks, type Work } from './work.ts';

const settings = {
  name: z.string().trim().min(1).max(200).optional().meta({ description: 'default: the key' }),
  description: z.string().max(10_000).optional(),
  delivery: z.enum(DELIVERIES).optional().meta({ default: 'pull' }),
  url: webhookUrl.nullable().optional().meta({ description: 'of a pushed work' }),
  secret: signingSecret.optional().meta({
    description: 'signs its pushes; default: the one it has, or a generated one',
  }),
  requestSeconds: z
    .number()
    .min(0.1)
    .max(300)
    .optional()
    .meta({ default: 15, description: 'how long a push may take to be answered' }),
  requestConcurrency: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .meta({ default: 64, description: 'pushes under way at once, per process that pushes' }),
  startReport: z.boolean().optional().meta({ default: false }),
  timeouts: timeouts.optional(),
  retry: retryPolicy.nullable().optional(),
  maxConcurrent: z.int().min(0).max(1_000_000).optional().meta({ default: 0 }),
  rate: rate.nullable().optional(),
  inputSchema: jsonObject.nullable().optional(),
  outputSchema: jsonObject.nullable().optional(),
};

/** Checks that a pushed work says where to. */
function checkUrl<
  Settings extends z.ZodType<{ delivery?: string | undefined; url?: string | null | undefined }>,
>(schema: Settings): Settings {
  return schema.refine(({ delivery, url }) => delivery !== 'push' || url, {
    path: ['url'],
    message: 'a pushed work needs a URL',
  });
}

export const putWorkInput = checkUrl(z.strictObject(settings));

/** A work with its key, as documents bring it. */
export const broughtWork = checkUrl(z.strictObject({ key: workKey, ...settings }));

export type PutWorkInput = z.output<typeof putWorkInput>;

/** Makes a work, or replaces all of its settings; what is absent gets its default. Counts at once for what is ready. */
export async function putWork(
  ctx: Context,
  { key, ...input }: { readonly key: string } & PutWorkInput,
): Promise<{ work: Work; created: boolean } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write') ?? checkKey(key) ?? checkSettings(ctx, input);
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const { created } = await upsertWork(ctx, tx, key, input);
    const ready = [{ projectId: ctx.projectId, work: key }];
    if (!created) {
      await countHandedOut(ctx, tx, key);
      await wake(tx, [], ready);
      await announce(tx, { changed: [], ready });
    }
    const [work] = await selectWorks(ctx, tx, { key });

    return work ? { work, created } : noWork(key);
  });
}

function checkKey(key: string): Refusal | null {
  const read = workKey.safeParse(key);
  return read.success
    ? null
    : refuse(
        'invalid_request',
        `"${key}" cannot be the key of a work: it ${read.error.issues[0]?.message}.`,
      );
}

/** A URL that nothing can be sent to and schemas that are none are named by pointer. */
export function checkSettings(
  ctx: Context,
  { url, inputSchema, outputSchema }: PutWorkInput,
  pointer = '',
): Refusal | null {
  const errors = [
    ...urlErrors(ctx, `${pointer}/url`, url),
    ...wrongSchema(`${pointer}/inputSchema`, inputSchema ?? null),
    ...wrongSchema(`${pointer}/outputSchema`, outputSchema ?? null),
  ];
  return errors.length === 0
    ? null
    : refuse('invalid_request', `${errors[0]?.pointer} ${errors[0]?.message}`, { errors });
}

/** What keeps a text from being a JSON Schema. */
export function wrongSchema(pointer: string, schema: JsonObject | null): FieldError[] {
  if (schema === null) {
    return [];
  }
  try {
    compileSchema(schema);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ pointer, code: 'json_schema', message: `is not a JSON Schema: ${why}` }];
  }
}

/** `created` is told by xmax: no transaction has ever replaced a row that was just inserted. */
export async function upsertWork(
  ctx: Context,
  tx: Transaction,
  key: string,
  input: PutWorkInput,
): Promise<{ created: boolean }> {
  const now = ctx.clock();
  const limits = input.timeouts ?? {};
  const secrets = input.secret === undefined ? null : [input.secret];
  const first = input.secret ?? (input.delivery === 'push' ? makeSigningSecret() : null);

  const [row] = await tx<[{ created: boolean }]>`
    insert into work as w (
      project_id, key, name, description, delivery, url, secrets, start_report,
      dispatch_seconds, dispatch_mode, run_seconds, heartbeat_seconds, total_seconds,
      retry, max_concurrent, rate_limit, rate_seconds, input_schema, output_schema,
      request_seconds, request_concurrency, created_at, updated_at
    )
    values (
      ${ctx.projectId}, ${key}, ${input.name ?? key}, ${input.description ?? ''},
      ${input.delivery ?? 'pull'}, ${input.url ?? null}, ${first === null ? [] : [first]}::text[],
      ${input.startReport ?? false},
      ${limits.dispatchSeconds ?? null}, ${limits.dispatchMode ?? 'overtaken'},
      ${limits.runSeconds ?? null}, ${limits.heartbeatSeconds ?? null}, ${limits.totalSeconds ?? null},
      ${orNull(input.retry)}::text::jsonb, ${input.maxConcurrent ?? 0},
      ${input.rate?.limit ?? null}, ${input.rate?.perSeconds ?? null},
      ${orNull(input.inputSchema)}::text::jsonb, ${orNull(input.outputSchema)}::text::jsonb,
      ${input.requestSeconds ?? 15}, ${input.requestConcurrency ?? 64}, ${now}, ${now}
    )
    on conflict (project_id, key) do update
    set
      name = excluded.name,
      description = excluded.description,
      delivery = excluded.delivery,
      url = excluded.url,
      secrets = case
        when ${secrets !== null} or cardinality(w.secrets) = 0 then excluded.secrets
        else w.secrets
      end,
      start_report = excluded.start_report,
      dispatch_seconds = excluded.dispatch_seconds,
      dispatch_mode = excluded.dispatch_mode,
      run_seconds = excluded.run_seconds,
      heartbeat_seconds = excluded.heartbeat_seconds,
      total_seconds = excluded.total_seconds,
      retry = excluded.retry,
      max_concurrent = excluded.max_concurrent,
      -- A changed rate begins with a full bucket; an unchanged one keeps what is in it.
      rate_tokens = case
        when (w.rate_limit, w.rate_seconds) is not distinct from (excluded.rate_limit, excluded.rate_seconds)
        then w.rate_tokens
      end,
      rate_limit = excluded.rate_limit,
      rate_seconds = excluded.rate_seconds,
      input_schema = excluded.input_schema,
      output_schema = excluded.output_schema,
      request_seconds = excluded.request_seconds,
      request_concurrency = excluded.request_concurrency,
      updated_at = excluded.updated_at
    returning w.xmax = 0 as created
  `;
  return row;
}

function orNull(value: JsonObject | PutWorkInput['retry']): string | null {
  return value === null || value === undefined ? null : asJson(value);
}

/** Tasks handed out while there was no limit hold no slot; under a limit they count. */
async function countHandedOut(ctx: Context, tx: Transaction, key: string): Promise<void> {
  await tx`
    update task t
    set slot = true
    from work w
    where w.project_id = ${ctx.projectId} and w.key = ${key} and w.max_concurrent > 0
      and t.project_id = w.project_id and t.work = w.key
      and t.status in ('dispatched', 'running') and not t.slot
  `;
}
