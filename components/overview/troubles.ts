/** What is wrong now, gathered from what tells of it, each thing once: what an alert says already is not said again. */
import type { Alert, Endpoint, Work } from '#api/types.ts';
import { ALERT_LEVELS } from '#engine/alert/rule.ts';

export type Trouble =
  | { readonly kind: 'alert'; readonly alert: Alert }
  | {
      readonly kind: 'work';
      readonly work: Work;
      readonly reach: NonNullable<Work['outOfReach']>;
    }
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint };

type Told = {
  readonly alerts: readonly Alert[];
  readonly works: readonly Work[];
  readonly endpoints: readonly Endpoint[];
};

/** Alerts come first, since somebody made a rule for these: the loudest before all, those that somebody has in hand last. */
export function troublesOf({ alerts, works, endpoints }: Told): Trouble[] {
  const saidWorks = new Set(
    alerts.flatMap(({ facts }) =>
      facts.kind === 'no_worker' || facts.kind === 'endpoint_down' ? [facts.work] : [],
    ),
  );
  const saidEndpoints = new Set(
    alerts.flatMap(({ facts }) => (facts.kind === 'endpoint_off' ? [facts.endpoint] : [])),
  );

  return [
    ...alerts
      .toSorted((one, other) => loudness(other) - loudness(one))
      .map((alert): Trouble => ({ kind: 'alert', alert })),
    ...works.flatMap((work): Trouble[] =>
      work.outOfReach === null || saidWorks.has(work.key)
        ? []
        : [{ kind: 'work', work, reach: work.outOfReach }],
    ),
    ...endpoints
      .filter((endpoint) => isDown(endpoint) && !saidEndpoints.has(endpoint.name))
      .map((endpoint): Trouble => ({ kind: 'endpoint', endpoint })),
  ];
}

function loudness({ level, state }: Alert): number {
  return state === 'acknowledged' ? -1 : ALERT_LEVELS.indexOf(level);
}

/** One that a person switched off is as somebody wants it. */
function isDown({ disabledReason, failingSince }: Endpoint): boolean {
  return disabledReason === null ? failingSince !== null : disabledReason !== 'person';
}
