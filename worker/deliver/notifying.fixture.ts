/** A world whose notifications are sent, for tests: real rows and real HTTP; only time is the test's. */
import { Logger, runOnce } from 'graphile-worker';
import { expect, onTestFinished } from 'vitest';
import type { Jobs } from '#db/jobs.ts';
import type { Received } from '#delivery/receiver.fixture.ts';
import { createEndpoint } from '#operations/endpoints/put.ts';
import { getEndpointSecrets } from '#operations/endpoints/secret.ts';
import type { Endpoint } from '#operations/endpoints/endpoint.ts';
import type { NotifiedEvent } from '#operations/notifications/events.ts';
import { listNotifications } from '#operations/notifications/list.ts';
import type { Notification, NotificationFilter } from '#operations/notifications/notification.ts';
import { isRefusal, type Refusal } from '#operations/refusal.ts';
import { sweep } from '#operations/sweeps/sweep.ts';
import { setup, type World, type WorldOptions } from '../../test/setup.ts';
import { startNotifying, type Notifying, type NotifyingOptions } from './notifying.ts';

export const PUBLIC_URL = 'https://latchwork.example';
export const TRIAL = { allowPrivate: false, allowLoopback: true, allowHosts: [] };

export type Telling = Awaited<ReturnType<typeof tell>>;

/** The answer of an operation that nothing here should refuse. */
export function granted<Answer>(answer: Answer | Refusal): Answer {
  if (isRefusal(answer)) throw new Error(answer.message);
  return answer;
}

/** A world with a process that sends. */
export async function tell(
  options: WorldOptions,
  settings: Partial<Pick<NotifyingOptions, 'policy' | 'disableAfterDays'>> = {},
) {
  const world = await setup(options);
  const notifying = notifyingOf(world, settings);

  return { ...world, notifying, ...handsOf(world, notifying) };
}

export function notifyingOf(
  { db, ctx: { clock, log } }: Pick<World, 'db' | 'ctx'>,
  settings: Partial<Pick<NotifyingOptions, 'policy' | 'disableAfterDays'>> = {},
): Notifying {
  const notifying = startNotifying({
    db,
    clock,
    log,
    publicUrl: PUBLIC_URL,
    policy: TRIAL,
    ...settings,
  });
  onTestFinished(() => notifying.stop(0));

  return notifying;
}

function handsOf(world: World, notifying: Notifying) {
  const { ctx } = world;
  const runJobs = () =>
    runOnce({
      connectionString: world.url,
      logger: new Logger(() => () => undefined),
      taskList: {
        notify: (payload) => notifying.wake(payload as Jobs['notify']),
        admit: () => undefined,
        bulk: () => undefined,
        children: () => undefined,
        deliver: () => undefined,
        free: () => undefined,
        measure: () => undefined,
      },
    });
  const notifications = async (filter: NotificationFilter = {}): Promise<Notification[]> =>
    granted(await listNotifications(ctx, { limit: 200, ...filter })).data;

  return {
    runJobs,
    notifications,
    /** An endpoint that listens, with the secret that it verifies with. */
    listen: async (
      url: string,
      events: NotifiedEvent[],
      more: { readonly workflow?: string } = {},
    ): Promise<Endpoint & { readonly secret: string }> => {
      const endpoint = granted(await createEndpoint(ctx, { name: 'ours', url, events, ...more }));
      const { secrets } = granted(await getEndpointSecrets(ctx, { id: endpoint.id }));
      return { ...endpoint, secret: String(secrets[0]) };
    },
    /** Lets time pass, the sweep look, and the wake-ups run that it made. */
    pass: async (seconds: number): Promise<void> => {
      world.advanceClock(seconds);
      await sweep(ctx, { renew: true });
      await runJobs();
    },
    /** Runs wake-ups until there are so many notifications of this status. */
    until: async (status: Notification['status'], count: number): Promise<void> => {
      await runJobs();
      await expect
        .poll(async () => {
          const [row] = await world.db.sql<{ count: number }[]>`
              select count(*)::int as count from notification where status = ${status}
            `;
          return row?.count;
        })
        .toBe(count);
    },
  };
}

export type Sent = { readonly type: string; readonly timestamp: string; readonly data: Fields };
type Fields = Readonly<Record<string, unknown>>;

export function bodyOf({ body }: Received): Sent {
  return JSON.parse(body) as Sent;
}
