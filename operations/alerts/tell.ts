/** Puts messages into the outbox: one per rule and channel, however many alerts of the rule it speaks of. */
import { asJson, type Transaction } from '#db/database.ts';
import { uuidv7 } from '#db/uuid.ts';
import type { AlertMessage } from '#engine/alert/channel.ts';
import type { AlertFacts } from '#engine/alert/facts.ts';
import { COUNTED_KINDS, type AlertKind, type AlertLevel } from '#engine/alert/rule.ts';
import { describeAlert, MESSAGE_WORDS, pageOf, type AlertLanguage } from '#engine/alert/text.ts';
import type { Context } from '../context.ts';
import type { ActiveRule } from './find/rules.ts';

/** Alerts that one message names. */
const MOST_NAMED = 20;

type Telling = { readonly rules: readonly ActiveRule[]; readonly publicUrl: string };

type ToldAlert = {
  readonly projectId: number;
  readonly id: string;
  readonly ruleId: string;
  readonly kind: AlertKind;
  readonly level: AlertLevel;
  readonly fingerprint: string;
  readonly facts: AlertFacts;
  readonly count: number;
  readonly toldCount: number;
  readonly since: Date;
};

/** Alerts that have something new to say, and are not silenced. */
export async function tellDue(
  ctx: Context,
  tx: Transaction,
  { rules, publicUrl }: Telling,
): Promise<number> {
  const now = ctx.clock();
  const due = await tx<ToldAlert[]>`
    select ${toldColumns(tx)}
    from alert
    where due_at <= ${now} and state = 'firing'
      and (silenced_until is null or silenced_until <= ${now})
    order by due_at, id
    for no key update
  `;
  await tx`
    update alert
    set due_at = null, sent_at = ${now}, told_count = count
    where id = any(${due.map(({ id }) => id)}::uuid[]) and due_at is not null
  `;
  return put(ctx, tx, { rules, publicUrl, type: 'fired', alerts: due });
}

function toldColumns(tx: Transaction) {
  return tx`
    project_id as "projectId", id, rule_id as "ruleId", kind, level, fingerprint, facts, count,
    told_count as "toldCount", since
  `;
}

/** Alerts whose end their channels are to hear of. */
export async function tellResolved(
  ctx: Context,
  tx: Transaction,
  { alerts, ...telling }: Telling & { readonly alerts: readonly string[] },
): Promise<number> {
  if (alerts.length === 0) {
    return 0;
  }
  const now = ctx.clock();
  const told = await tx<ToldAlert[]>`
    select ${toldColumns(tx)}
    from alert
    where id = any(${[...alerts]}::uuid[]) and (silenced_until is null or silenced_until <= ${now})
    order by id
  `;
  return put(ctx, tx, { ...telling, type: 'resolved', alerts: told });
}

type ChannelFacts = {
  readonly projectId: number;
  readonly id: string;
  readonly language: AlertLanguage;
  readonly at: readonly string[];
};

async function put(
  ctx: Context,
  tx: Transaction,
  {
    rules,
    publicUrl,
    type,
    alerts,
  }: Telling & { readonly type: 'fired' | 'resolved'; readonly alerts: readonly ToldAlert[] },
): Promise<number> {
  if (alerts.length === 0) {
    return 0;
  }
  const channels = await tx<ChannelFacts[]>`
    select
      project_id as "projectId", id, language,
      coalesce(array(select jsonb_array_elements_text(settings -> 'at')), '{}') as at
    from alert_channel
    where enabled
  `;
  const now = ctx.clock();
  const ofRule = Map.groupBy(alerts, ({ ruleId }) => ruleId);
  const messages = rules.flatMap((rule) => {
    const group = ofRule.get(rule.id) ?? [];
    return group.length === 0
      ? []
      : channels
          .filter(({ projectId, id }) => projectId === rule.projectId && rule.channels.includes(id))
          .map((channel) => ({
            project_id: rule.projectId,
            id: uuidv7(now),
            channel_id: channel.id,
            alerts: group.map(({ id }) => id),
            content: write({ rule, group, type, channel, publicUrl }),
          }));
  });

  if (messages.length > 0) {
    await tx`
      insert into alert_message (project_id, id, channel_id, alerts, content, due_at, created_at)
      select
        project_id, id, channel_id, array(select jsonb_array_elements_text(alerts)::uuid), content,
        ${now}, ${now}
      from jsonb_to_recordset(${asJson(messages)}::text::jsonb) as r(
        project_id int, id uuid, channel_id uuid, alerts jsonb, content jsonb
      )
    `;
  }
  return messages.length;
}

type Writing = {
  readonly rule: ActiveRule;
  readonly group: readonly ToldAlert[];
  readonly type: 'fired' | 'resolved';
  readonly channel: ChannelFacts;
  readonly publicUrl: string;
};

function write({ rule, group, type, channel, publicUrl }: Writing): AlertMessage {
  const { language } = channel;
  const words = MESSAGE_WORDS[language];
  const [first] = group;
  const common = {
    type,
    level: rule.level,
    linkText: words.open,
    at: type === 'fired' ? channel.at : [],
  };
  const headed = (title: string) => (type === 'resolved' ? `${words.resolved}: ${title}` : title);

  if (first !== undefined && group.length === 1) {
    const { title, lines } = textOf(first, language);
    const since = `${first.since.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    return {
      ...common,
      title: headed(title),
      lines:
        type === 'resolved'
          ? [words.lasted(since)]
          : first.toldCount > 0 && COUNTED_KINDS.has(first.kind)
            ? [...lines, words.inAll(first.count, since)]
            : lines,
      url: publicUrl + (type === 'resolved' ? '/alerts' : pageOf(first.facts)),
      fingerprint: first.fingerprint,
    };
  }
  const named = group.slice(0, MOST_NAMED).map((alert) => textOf(alert, language).title);
  const rest = group.length - named.length;

  return {
    ...common,
    title: headed(words.several(group.length, rule.name)),
    lines: rest > 0 ? [...named, words.more(rest)] : named,
    url: `${publicUrl}/alerts`,
    fingerprint: `${rule.kind}:${rule.id}`,
  };
}

/** Says how often it happened since its channels last heard of it. */
function textOf({ facts, count, toldCount }: ToldAlert, language: AlertLanguage) {
  return describeAlert(facts, Math.max(1, count - toldCount), language);
}
