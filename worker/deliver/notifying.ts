import { createOutbound } from '#delivery/http.ts';
import { Pump } from '#delivery/pump.ts';
import { createPumps } from '#delivery/pumps.ts';
import type { Database } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { AddressPolicy } from '#engine/outbound/address.ts';
import { policyOfInstances } from '#engine/outbound/target.ts';
import type { Context, Logger } from '#operations/context.ts';
import { notificationPort } from './notification_port.ts';

export type NotifyingOptions = {
  readonly db: Database;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly publicUrl: string;
  readonly policy: AddressPolicy;
  /** Default 5. */
  readonly disableAfterDays?: number;
};

/** A receiver of notifications: see `notification.target`. */
export type Receiver = { readonly projectId: number; readonly target: string };

/** What this process sends to receivers of notifications. Each has a pump of its own: one that hangs delays nobody else. */
export type Notifying = {
  /** Something may be due to this receiver. Returns at once. */
  readonly wake: (receiver: Receiver) => void;
  /** Awaits what is under way for `graceMs`, hands the rest back, and wakes somebody else for what is still due. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** Requests to one receiver under way at once. */
const CONCURRENCY = 16;
const DAY_MS = 86_400_000;

export function startNotifying(options: NotifyingOptions): Notifying {
  const { db, clock, log, publicUrl, policy, disableAfterDays = 5 } = options;
  const outbound = createOutbound({ policy });
  const outboundOfInstances = createOutbound({ policy: policyOfInstances(policy) });

  const pumps = createPumps<Receiver>({
    pumpsOf: ({ projectId, target }) => {
      const ctx: Context = { db, projectId, actor: { kind: 'system' }, clock, log };
      const port = notificationPort(ctx, {
        target,
        outbound,
        outboundOfInstances,
        publicUrl,
        disableAfterMs: disableAfterDays * DAY_MS,
      });
      return [new Pump({ port, clock, log, concurrency: CONCURRENCY })];
    },
    cutOff: async () => {
      await Promise.all([outbound.close(), outboundOfInstances.close()]);
    },
  });

  return {
    wake: (receiver) => pumps.wake(receiver),

    async stop(graceMs) {
      const left = await pumps.stop(graceMs);
      await wake(
        db.sql,
        left.map((payload) => ({ name: 'notify' as const, payload })),
      );
    },
  };
}
