import type { Database } from '#db/database.ts';
import type { Context } from '../context.ts';

/** Often enough to say "claimed a moment ago", seldom enough to cost nothing. */
const NOTE_EVERY_MS = 5_000;

const noted = new WeakMap<Database, Map<string, number>>();

/** Remembers that somebody asks for tasks of these works; pages and "why is it waiting" show it. Nobody waits for the write. */
export function notePulse(ctx: Context, works: readonly string[], worker: string): void {
  const now = ctx.clock();
  const last = noted.get(ctx.db) ?? new Map<string, number>();
  noted.set(ctx.db, last);
  const due = works.filter(
    (work) => now.getTime() - (last.get(`${ctx.projectId}:${work}`) ?? 0) >= NOTE_EVERY_MS,
  );

  if (due.length === 0) {
    return;
  }
  for (const work of due) {
    last.set(`${ctx.projectId}:${work}`, now.getTime());
  }
  ctx.db.sql`
    insert into work_pulse (project_id, work, claimed_at, claimed_by)
    select ${ctx.projectId}, work, ${now}, ${worker}
    from unnest(${due}::text[]) as work
    order by work
    on conflict (project_id, work) do update
    set claimed_at = excluded.claimed_at, claimed_by = excluded.claimed_by
  `.catch((error: unknown) => {
    ctx.log.warn({ error }, 'could not note that works were asked for');
  });
}
