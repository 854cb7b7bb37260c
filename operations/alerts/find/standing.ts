/**
 * Rules about how things stand: looked up in the rows of live tasks and queued instances, as far as each statement says and no further.
 * None of them reads what has ended, so none costs more the more has run.
 */
import type { Transaction } from '#db/database.ts';
import { plain } from '#db/columns.ts';
import { MOST_COUNTED } from '#engine/alert/rule.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import { uuidv7Floor } from '#db/uuid.ts';
import { firstInLine } from '../../works/reach.ts';
import { found, type Found } from './found.ts';
import { covers, ofKind, type ActiveRule, type RuleOf } from './rules.ts';

/** Live tasks looked through for stuck ones, from the oldest instance on: those are handed out first. */
const MOST_LOOKED_AT = 20_000;
/** Places of a line that are looked at for the one that waits longest. */
const FEWEST_LOOKED_AT = 1_001;
/** Instances named. */
const MOST_NAMED = 5;

/** They wait for the world, a person or a child as long as that takes. */
const PATIENT_WORKS: readonly string[] = [
  INTERNAL_WORKS.wait,
  INTERNAL_WORKS.signal,
  INTERNAL_WORKS.workflow,
];

export async function findStuckTasks(
  tx: Transaction,
  rules: readonly ActiveRule[],
  now: Date,
): Promise<Found[]> {
  const wanted = ofKind(rules, 'task_stuck');
  const found_: Found[] = [];

  for (const rule of wanted) {
    const before = new Date(now.getTime() - rule.params.olderThanSeconds * 1_000);
    const rows = await tx<{ work: string; count: number; oldest: Date; instances: string[] }[]>`
      select
        work, count(*)::int as count, min(coalesce(started_at, dispatched_at)) as oldest,
        (array_agg(distinct instance_id))[1:${MOST_NAMED}::int] as instances
      from (
        -- An instance made after that moment has no task that is older.
        select work, status, instance_id, started_at, dispatched_at
        from task
        where project_id = ${rule.projectId} and instance_id < ${uuidv7Floor(before)}
        order by project_id, instance_id
        limit ${MOST_LOOKED_AT}
      ) as live
      where status in ('dispatched', 'running')
        and coalesce(started_at, dispatched_at) < ${before}
        and not work = any(${[...PATIENT_WORKS]}::text[])
      group by work
    `;
    for (const { work, count, oldest, instances } of rows) {
      if (covers(rule.works, work)) {
        found_.push(
          found(rule, work, {
            kind: 'task_stuck',
            work,
            count,
            oldestSeconds: secondsSince(oldest, now),
            instances,
          }),
        );
      }
    }
  }
  return found_;
}

type Line = {
  readonly place: number;
  readonly key: string;
  readonly count: number;
  readonly oldest: Date;
};

export async function findBacklogs(
  tx: Transaction,
  rules: readonly ActiveRule[],
  now: Date,
): Promise<Found[]> {
  const wanted = ofKind(rules, 'backlog');
  const [tasks, instances] = [
    wanted.filter(({ params }) => params.of === 'tasks'),
    wanted.filter(({ params }) => params.of === 'instances'),
  ];
  const [waitingTasks, waitingInstances] = await Promise.all([
    tasks.length === 0 ? [] : waitingTasksOf(tx, tasks),
    instances.length === 0 ? [] : waitingInstancesOf(tx, instances),
  ]);

  return [
    ...waitingTasks.flatMap((line) => overfull(tasks[line.place], line, now)),
    ...waitingInstances.flatMap((line) => overfull(instances[line.place], line, now)),
  ];
}

function overfull(rule: RuleOf<'backlog'> | undefined, line: Line, now: Date): Found[] {
  if (rule === undefined) {
    return [];
  }
  const { of, count: most = Number.POSITIVE_INFINITY, olderThanSeconds } = rule.params;
  const oldestSeconds = secondsSince(line.oldest, now);
  const tooOld = olderThanSeconds !== undefined && oldestSeconds > olderThanSeconds;
  const narrowed = of === 'tasks' ? rule.works : rule.workflows;

  return covers(narrowed, line.key) && (line.count > most || tooOld)
    ? [
        found(rule, `${of}:${line.key}`, {
          kind: 'backlog',
          of,
          key: line.key,
          count: Math.min(line.count, lookedAt(rule) - 1),
          more: line.count >= lookedAt(rule),
          oldestSeconds,
        }),
      ]
    : [];
}

/** One beyond the count that the rule asks for tells that there are more. */
function lookedAt({ params: { count = 0 } }: RuleOf<'backlog'>): number {
  return Math.min(Math.max(count + 1, FEWEST_LOOKED_AT), MOST_COUNTED + 1);
}

function placed(tx: Transaction, rules: readonly RuleOf<'backlog'>[]) {
  return tx`
    unnest(
      ${plain(rules.map((_, place) => place))}::text::int[],
      ${plain(rules.map(({ projectId }) => projectId))}::text::int[],
      ${plain(rules.map(lookedAt))}::text::int[]
    ) as r(place, project_id, most)
  `;
}

function waitingTasksOf(tx: Transaction, rules: readonly RuleOf<'backlog'>[]) {
  return tx<Line[]>`
    select r.place, w.key, line.count, line.oldest
    from ${placed(tx, rules)}
    join work w on w.project_id = r.project_id
    cross join lateral (
      select count(*)::int as count, min(opened_at) as oldest
      from (
        select t.opened_at
        from task t
        where t.project_id = w.project_id and t.work = w.key and t.status = 'ready' and not t.held
        order by t.project_id, t.work, t.priority desc, t.instance_id, t.node, t.segment
        limit r.most
      ) as head
    ) as line
    where line.count > 0
  `;
}

function waitingInstancesOf(tx: Transaction, rules: readonly RuleOf<'backlog'>[]) {
  return tx<Line[]>`
    select r.place, w.key, line.count, line.oldest
    from ${placed(tx, rules)}
    join workflow w on w.project_id = r.project_id
    cross join lateral (
      select count(*)::int as count, min(since) as oldest
      from (
        select coalesce(i.run_at, i.created_at) as since
        from instance i
        where i.project_id = w.project_id and i.workflow_id = w.id and i.status = 'queued'
          and not i.blocked
        order by i.project_id, i.workflow_id, i.rank desc, i.id
        limit r.most
      ) as head
    ) as line
    where line.count > 0
  `;
}

/** As `no_reachable_worker` in engine/explain: tasks of a pulled work wait, and nobody asks for them. */
export async function findMissingWorkers(
  tx: Transaction,
  rules: readonly ActiveRule[],
  now: Date,
): Promise<Found[]> {
  const wanted = ofKind(rules, 'no_worker');
  if (wanted.length === 0) {
    return [];
  }
  const rows = await tx<
    { projectId: number; key: string; claimedAt: Date | null; openedAt: Date }[]
  >`
    select
      w.project_id as "projectId", w.key, p.claimed_at as "claimedAt", head.opened_at as "openedAt"
    from work w
    left join work_pulse p on p.project_id = w.project_id and p.work = w.key
    cross join lateral (${firstInLine(tx)}) as head
    where w.delivery = 'pull'
  `;
  return wanted.flatMap((rule) =>
    rows.flatMap(({ projectId, key, claimedAt, openedAt }) => {
      const waitedSeconds = secondsSince(openedAt, now);
      const silentSeconds = claimedAt === null ? Infinity : secondsSince(claimedAt, now);
      const missing = Math.min(waitedSeconds, silentSeconds) >= rule.params.olderThanSeconds;

      return missing && projectId === rule.projectId && covers(rule.works, key)
        ? found(rule, key, {
            kind: 'no_worker',
            work: key,
            waitedSeconds,
            lastClaimAt: claimedAt?.toISOString() ?? null,
          })
        : [];
    }),
  );
}

/** Pushes without an answer, by the index that holds nothing else. */
export async function findDeadEndpoints(
  tx: Transaction,
  rules: readonly ActiveRule[],
): Promise<Found[]> {
  const wanted = ofKind(rules, 'endpoint_down');
  if (wanted.length === 0) {
    return [];
  }
  const rows = await tx<{ projectId: number; key: string; url: string | null; most: number }[]>`
    select w.project_id as "projectId", w.key, w.url, failing.most
    from work w
    cross join lateral (
      select max(deliveries) as most
      from (
        select t.deliveries
        from task t
        where t.project_id = w.project_id and t.work = w.key and t.deliveries > 0
        limit ${FEWEST_LOOKED_AT}
      ) as looked_at
    ) as failing
    where w.delivery = 'push' and failing.most > 0
  `;
  return wanted.flatMap((rule) =>
    rows
      .filter(
        ({ projectId, key, most }) =>
          projectId === rule.projectId && covers(rule.works, key) && most >= rule.params.deliveries,
      )
      .map(({ key, url, most }) =>
        found(rule, key, {
          kind: 'endpoint_down',
          work: key,
          endpoint: URL.parse(url ?? '')?.origin ?? '',
          deliveries: most,
        }),
      ),
  );
}

/** Nothing has got through to an endpoint of notifications for so long, though something was tried. */
const FAILING_SECONDS = 300;

/** Endpoints of notifications are few: people write them. Those that a person switched off are not down. */
export async function findFailingEndpoints(
  tx: Transaction,
  rules: readonly ActiveRule[],
  now: Date,
): Promise<Found[]> {
  const wanted = ofKind(rules, 'endpoint_down').filter(({ works }) => works.length === 0);
  if (wanted.length === 0) {
    return [];
  }
  const rows = await tx<
    { projectId: number; id: string; name: string; off: boolean; failingSince: Date | null }[]
  >`
    select
      project_id as "projectId", id, name, not enabled as off, failing_since as "failingSince"
    from endpoint
    where disabled_reason in ('gone', 'failing')
      or (enabled and failing_since <= ${new Date(now.getTime() - FAILING_SECONDS * 1_000)})
  `;
  return wanted.flatMap((rule) =>
    rows
      .filter(({ projectId }) => projectId === rule.projectId)
      .map(({ id, name, off, failingSince }) =>
        found(rule, `endpoint:${id}`, {
          kind: 'endpoint_off',
          endpoint: name,
          off,
          failingSince: failingSince?.toISOString() ?? null,
        }),
      ),
  );
}

function secondsSince(moment: Date, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - moment.getTime()) / 1_000));
}
