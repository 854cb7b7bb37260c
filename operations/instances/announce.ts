import type { Queryable } from '#db/database.ts';

/** NOTIFY channels. Payloads carry ids only; whoever hears of them reads the rows. */
export const CHANGED_CHANNEL = 'latchwork_changed';
export const READY_CHANNEL = 'latchwork_ready';

/** `{"p": project, "i": [instance ids], "w": [workflow ids]}` */
export type ChangedPayload = {
  readonly p: number;
  readonly i: readonly string[];
  readonly w: readonly number[];
};

/** `{"p": project, "n": {work: how many of its tasks became ready}}` */
export type ReadyPayload = { readonly p: number; readonly n: Readonly<Record<string, number>> };

/** Postgres takes payloads of less than 8,000 bytes; an id with its quotes and comma has 39, that of its workflow up to 11. */
const IDS_PER_PAYLOAD = 150;
const WORKS_PER_PAYLOAD = 60;

type Announcement = {
  readonly changed: readonly {
    readonly projectId: number;
    readonly instanceId: string;
    readonly workflowId: number;
  }[];
  /** One entry per task that became ready. */
  readonly ready: readonly { readonly projectId: number; readonly work: string }[];
};

/**
 * Tells all processes, on commit, which instances changed (the live pages) and for which works tasks became ready (waiting claims).
 * Losing one is harmless: pages also poll, and so do claims.
 */
export async function announce(sql: Queryable, { changed, ready }: Announcement): Promise<void> {
  const messages: { channel: string; payload: ChangedPayload | ReadyPayload }[] = [];

  for (const [p, group] of groupByProject(changed)) {
    for (let start = 0; start < group.length; start += IDS_PER_PAYLOAD) {
      const part = group.slice(start, start + IDS_PER_PAYLOAD);
      const payload = {
        p,
        i: part.map(({ instanceId }) => instanceId),
        w: [...new Set(part.map(({ workflowId }) => workflowId))],
      };
      messages.push({ channel: CHANGED_CHANNEL, payload });
    }
  }
  for (const [p, group] of groupByProject(ready)) {
    const counts = new Map<string, number>();
    for (const { work } of group) {
      counts.set(work, (counts.get(work) ?? 0) + 1);
    }
    const entries = [...counts];
    for (let start = 0; start < entries.length; start += WORKS_PER_PAYLOAD) {
      const n = Object.fromEntries(entries.slice(start, start + WORKS_PER_PAYLOAD));
      messages.push({ channel: READY_CHANNEL, payload: { p, n } });
    }
  }

  if (messages.length > 0) {
    await sql`
      select pg_notify(message.channel, message.payload)
      from unnest(
        ${messages.map(({ channel }) => channel)}::text[],
        ${messages.map(({ payload }) => JSON.stringify(payload))}::text[]
      ) as message(channel, payload)
    `;
  }
}

function groupByProject<Item extends { readonly projectId: number }>(
  items: readonly Item[],
): Map<number, Item[]> {
  return Map.groupBy(items, ({ projectId }) => projectId);
}
