/** Rules about what happened: failed instances, deliveries that were given up. Every event is counted exactly once. */
import type { Transaction } from '#db/database.ts';
import type { AlertEvent, AlertEventType } from '../events.ts';
import { found, type Found } from './found.ts';
import { covers, ofKind, type ActiveRule } from './rules.ts';

/** Events of one look; the next look follows at once if there are more. */
export const MOST_EVENTS = 2_000;

/** Takes the oldest events: they are gone if and only if what was made of them is there. */
export function takeEvents(tx: Transaction) {
  return tx<(AlertEvent & { at: Date })[]>`
    with taken as (
      delete from alert_event
      where (project_id, id) in (
        select project_id, id from alert_event order by project_id, id limit ${MOST_EVENTS}
      )
      returning *
    )
    select
      project_id as "projectId", type, subject, at, succeeded, failed, instances, message
    from taken
    order by id
  `;
}

/** Events of one subject together. */
type Sum = Omit<AlertEvent, 'succeeded'>;

function sums(events: readonly AlertEvent[], types: readonly AlertEventType[]): Sum[] {
  const bySubject = Map.groupBy(
    events.filter(({ type, failed }) => types.includes(type) && failed > 0),
    ({ projectId, type, subject }) => `${projectId}:${type}:${subject}`,
  );
  return [...bySubject.values()].flatMap((group) => {
    const last = group.at(-1);
    return last === undefined
      ? []
      : {
          ...last,
          failed: group.reduce((sum, { failed }) => sum + failed, 0),
          instances: group.flatMap(({ instances }) => instances),
        };
  });
}

export function findDeadLetters(
  rules: readonly ActiveRule[],
  events: readonly AlertEvent[],
): Found[] {
  return ofKind(rules, 'dead_letter').flatMap((rule) =>
    sums(events, ['dead_push', 'dead_notification'])
      .filter(({ projectId }) => projectId === rule.projectId)
      .map(({ type, subject, message, failed }) => {
        const of = type === 'dead_push' ? 'push' : 'notification';
        return found(
          rule,
          `${of}:${subject}`,
          { kind: 'dead_letter', of, key: subject, message },
          failed,
        );
      }),
  );
}

/** Instances named in one message. */
const MOST_NAMED = 5;

type NamedInstance = {
  readonly id: string;
  readonly objectId: string;
  readonly error: { readonly task?: string | null; readonly message?: string } | null;
};

export async function findFailedInstances(
  tx: Transaction,
  rules: readonly ActiveRule[],
  events: readonly AlertEvent[],
): Promise<Found[]> {
  const wanted = ofKind(rules, 'instance_failed');
  const failures = wanted.length === 0 ? [] : sums(events, ['ended']);
  if (failures.length === 0) {
    return [];
  }
  const named = failures.map((sum) => ({ ...sum, instances: sum.instances.slice(-MOST_NAMED) }));
  const [workflows, instances] = await Promise.all([
    tx<{ id: number; key: string }[]>`
      select id, key from workflow where id = any(${named.map(({ subject }) => Number(subject))}::int[])
    `,
    tx<NamedInstance[]>`
      select i.id, i.object_id as "objectId", i.error
      from unnest(
        ${named.flatMap(({ projectId, instances: ids }) => ids.map(() => projectId))}::int[],
        ${named.flatMap(({ instances: ids }) => ids)}::uuid[]
      ) as n(project_id, id)
      join instance i on i.project_id = n.project_id and i.id = n.id
    `,
  ]);
  const keyOf = new Map(workflows.map(({ id, key }) => [id, key]));
  const byId = new Map(instances.map((one) => [one.id, one]));

  return wanted.flatMap((rule) =>
    named.flatMap(({ projectId, subject, failed, instances: ids }) => {
      const workflow = keyOf.get(Number(subject));
      return workflow === undefined ||
        projectId !== rule.projectId ||
        !covers(rule.workflows, workflow)
        ? []
        : found(
            rule,
            workflow,
            {
              kind: 'instance_failed',
              workflow,
              examples: ids.flatMap((id) => {
                const one = byId.get(id);
                return one === undefined ? [] : [exampleOf(one)];
              }),
            },
            failed,
          );
    }),
  );
}

/** As much of a message as a line of an alert holds. */
const LONGEST_MESSAGE = 300;

function exampleOf({ id, objectId, error }: NamedInstance) {
  return {
    id,
    objectId,
    task: error?.task ?? null,
    message: error?.message?.slice(0, LONGEST_MESSAGE) ?? null,
  };
}
