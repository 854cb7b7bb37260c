import * as z from 'zod';
import {
  ALERT_KINDS,
  ALERT_LEVELS,
  ALERT_PARAMS,
  SCOPE_OF,
  type AlertKind,
} from '#engine/alert/rule.ts';
import type { Queryable } from '#db/database.ts';
import { jsonObject, type JsonObject } from '#engine/json.ts';
import { isInternalWork } from '#engine/plan.ts';
import type { Context } from '../../context.ts';
import { instant } from '../../page.ts';
import { CHECKS, fieldErrors, refuse, type FieldError, type Refusal } from '../../refusal.ts';

const keys = z
  .array(z.string().min(1).max(200))
  .max(200)
  .meta({ description: 'keys it is narrowed to; none: all' });

/** What rules of all kinds have in common, as it is sent. */
export const ruleSettings = {
  name: z.string().trim().min(1).max(200),
  workflows: keys,
  works: keys,
  channels: z.array(z.uuid()).max(50).meta({ description: 'ids of the channels to tell' }),
  level: z.enum(ALERT_LEVELS),
  quietSeconds: z
    .number()
    .min(0)
    .max(7 * 86_400)
    .meta({ description: 'the same alert speaks once in so long' }),
  enabled: z.boolean(),
};

const ruleProblem = z
  .object({
    code: z.enum(['unknown_workflow', 'unknown_work']),
    severity: z.literal('warning'),
    pointer: z.string().meta({ description: 'JSON Pointer to the key, in the rule' }),
    key: z.string(),
    message: z.string(),
  })
  .meta({ id: 'AlertRuleProblem' });

export const alertRule = z
  .object({
    id: z.string(),
    ...ruleSettings,
    channels: z.array(z.string()),
    kind: z.enum(ALERT_KINDS),
    params: jsonObject.meta({ description: 'what the kind asks for' }),
    firing: z.int().meta({ description: 'alerts of it that are open' }),
    problems: z.array(ruleProblem).meta({
      description:
        'keys of which there is nothing at present: it waits for them, or they are misspelt',
    }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'AlertRule', description: 'What to look for, and whom to tell.' });

export type AlertRule = z.infer<typeof alertRule>;

type RuleProblem = AlertRule['problems'][number];

type RuleRow = Omit<AlertRule, 'problems' | 'createdAt' | 'updatedAt'> & {
  readonly noWorkflows: readonly string[];
  readonly noWorks: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** All rules, or one, in the order of their making. */
export async function selectRules(
  ctx: Context,
  sql: Queryable,
  id: string | null,
): Promise<AlertRule[]> {
  const rows = await sql<RuleRow[]>`
    select
      r.id, r.name, r.kind, r.params, r.workflows, r.works, r.channels, r.level,
      r.quiet_seconds as "quietSeconds", r.enabled, r.created_at as "createdAt",
      r.updated_at as "updatedAt",
      (
        select count(*)::int
        from alert a
        where a.project_id = r.project_id and a.state <> 'resolved' and a.rule_id = r.id
      ) as firing,
      array(
        select named.key
        from unnest(r.workflows) as named(key)
        where not exists (
          select from workflow w where w.project_id = r.project_id and w.key = named.key
        )
      ) as "noWorkflows",
      array(
        select named.key
        from unnest(r.works) as named(key)
        where not exists (
          select from work w where w.project_id = r.project_id and w.key = named.key
        )
      ) as "noWorks"
    from alert_rule r
    where r.project_id = ${ctx.projectId} and (${id}::uuid is null or r.id = ${id}::uuid)
    order by r.id
  `;
  return rows.map(({ noWorkflows, noWorks, ...row }) => ({
    ...row,
    problems: [
      ...noWorkflows.map((key) => unknown('workflow', key, row.workflows.indexOf(key))),
      // Those of nodes that the engine itself runs are no rows.
      ...noWorks
        .filter((key) => !isInternalWork(key))
        .map((key) => unknown('work', key, row.works.indexOf(key))),
    ],
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}

function unknown(what: 'workflow' | 'work', key: string, place: number): RuleProblem {
  return {
    code: `unknown_${what}`,
    severity: 'warning',
    pointer: `/${what}s/${place}`,
    key,
    message: `There is no ${what} "${key}" at present: until there is one, the rule finds nothing of it.`,
  };
}

export function noRule(id: string): Refusal {
  return refuse('not_found', `There is no alert rule "${id}".`);
}

/** The parameters of a rule as its kind wants them, with their defaults; or what is wrong with the rule. */
export async function checkRule(
  ctx: Context,
  sql: Queryable,
  rule: {
    readonly kind: AlertKind;
    readonly params: JsonObject;
    readonly workflows: readonly string[];
    readonly works: readonly string[];
    readonly channels: readonly string[];
  },
): Promise<JsonObject | Refusal> {
  const read = ALERT_PARAMS[rule.kind].safeParse(rule.params, CHECKS);
  const missing = await sql<{ id: string }[]>`
    select wanted.id
    from unnest(${[...rule.channels]}::uuid[]) as wanted(id)
    where not exists (
      select from alert_channel c where c.project_id = ${ctx.projectId} and c.id = wanted.id
    )
  `;
  const errors: FieldError[] = [
    ...(read.success ? [] : fieldErrors(read.error, '/params')),
    ...wrongScope(rule),
    ...missing.map(({ id }) => ({
      pointer: `/channels/${rule.channels.indexOf(id)}`,
      code: 'not_found',
      message: 'is not a channel',
    })),
  ];
  const [first] = errors;

  return read.success && first === undefined
    ? read.data
    : refuse('invalid_request', `${first?.pointer} ${first?.message}`, { errors });
}

function wrongScope({
  kind,
  workflows,
  works,
}: {
  readonly kind: AlertKind;
  readonly workflows: readonly string[];
  readonly works: readonly string[];
}): FieldError[] {
  const scope = SCOPE_OF[kind];
  const wrong = (pointer: string): FieldError => ({
    pointer,
    code: 'custom',
    message: `do not narrow rules of kind "${kind}"`,
  });

  return [
    ...(workflows.length > 0 && scope !== 'workflow' && scope !== 'either'
      ? [wrong('/workflows')]
      : []),
    ...(works.length > 0 && scope !== 'work' && scope !== 'either' ? [wrong('/works')] : []),
  ];
}
