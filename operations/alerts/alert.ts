import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import type { AlertFacts } from '#engine/alert/facts.ts';
import { ALERT_KINDS, ALERT_LEVELS, ALERT_STATES } from '#engine/alert/rule.ts';
import { describeAlert, pageOf } from '#engine/alert/text.ts';
import type { Context } from '../context.ts';
import { instant, toInstant } from '../page.ts';
import { refuse, type Refusal } from '../refusal.ts';

const facts = z.custom<AlertFacts>().meta({
  type: 'object',
  description: 'what it is about, by its kind',
});

export const alert = z
  .object({
    id: z.string(),
    ruleId: z.string(),
    rule: z.string().meta({ description: 'name of its rule, when it fired' }),
    kind: z.enum(ALERT_KINDS),
    level: z.enum(ALERT_LEVELS),
    fingerprint: z.string().meta({ description: 'the rule and what it is about' }),
    state: z.enum(ALERT_STATES),
    title: z.string(),
    lines: z.array(z.string()).readonly(),
    page: z.string().meta({ description: 'path of the page that shows more of it' }),
    facts,
    count: z.int().meta({ description: 'how often it happened, of what can be counted' }),
    since: instant,
    lastAt: instant.meta({ description: 'when it last happened, or held' }),
    sentAt: instant
      .nullable()
      .meta({ description: 'when its channels last heard of it, or of one before it' }),
    resolvedAt: instant.nullable(),
    acknowledgedAt: instant.nullable(),
    acknowledgedBy: z.string().nullable(),
    silencedUntil: instant.nullable(),
  })
  .meta({
    id: 'Alert',
    description: 'One thing that a rule found, from its first finding to its end.',
  });

export type Alert = z.infer<typeof alert>;

export type AlertRow = Omit<
  Alert,
  | 'title'
  | 'lines'
  | 'page'
  | 'since'
  | 'lastAt'
  | 'sentAt'
  | 'resolvedAt'
  | 'acknowledgedAt'
  | 'silencedUntil'
> & {
  readonly since: Date;
  readonly lastAt: Date;
  readonly sentAt: Date | null;
  readonly resolvedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly silencedUntil: Date | null;
};

export function alertColumns(sql: Queryable) {
  return sql`
    id, rule_id as "ruleId", rule_name as rule, kind, level, fingerprint, state, facts, count,
    since, last_at as "lastAt", sent_at as "sentAt", resolved_at as "resolvedAt",
    acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy",
    silenced_until as "silencedUntil"
  `;
}

export function alertOf(row: AlertRow): Alert {
  return {
    ...row,
    ...describeAlert(row.facts, row.count, 'en'),
    page: pageOf(row.facts),
    since: row.since.toISOString(),
    lastAt: row.lastAt.toISOString(),
    sentAt: toInstant(row.sentAt),
    resolvedAt: toInstant(row.resolvedAt),
    acknowledgedAt: toInstant(row.acknowledgedAt),
    silencedUntil: toInstant(row.silencedUntil),
  };
}

export function noAlert(id: string): Refusal {
  return refuse('not_found', `There is no alert "${id}".`);
}

export async function findAlert(ctx: Context, id: string): Promise<Alert | null> {
  const [row] = await ctx.db.sql<AlertRow[]>`
    select ${alertColumns(ctx.db.sql)} from alert where project_id = ${ctx.projectId} and id = ${id}
  `;
  return row === undefined ? null : alertOf(row);
}
