/**
 * How fast a channel takes messages. A token bucket per limit: what may burst and what flows back within the vendor's span never add up to
 * more than the vendor allows in any span of that length.
 */
import type { ChannelKind } from './channel.ts';

type Bucket = {
  readonly capacity: number;
  /** One token flows back in so many ms. */
  readonly refillMs: number;
};

/** Vendor: 20 a minute (DingTalk, WeCom); 100 a minute and 5 a second (Feishu); 1 a second (Slack). The others: what nobody minds. */
export const BUCKETS: Readonly<Record<ChannelKind, readonly Bucket[]>> = {
  dingtalk: [{ capacity: 10, refillMs: 6_000 }],
  wecom: [{ capacity: 10, refillMs: 6_000 }],
  feishu: [
    { capacity: 50, refillMs: 1_200 },
    { capacity: 2, refillMs: 334 },
  ],
  slack: [{ capacity: 1, refillMs: 1_000 }],
  webhook: [{ capacity: 20, refillMs: 100 }],
  email: [{ capacity: 10, refillMs: 2_000 }],
};

type Level = { readonly tokens: number; readonly at: number };

/** What is left of each bucket, and when that was so (ms). Empty: nothing was ever sent. */
export type Allowance = readonly Level[];

/** What is left of a robot to which several channels lead: of each bucket, what the one knows that has seen most of it go. */
export function pooled(kind: ChannelKind, known: readonly Allowance[], now: number): Allowance {
  return BUCKETS[kind].flatMap((bucket, index) =>
    known
      .flatMap((allowance) => allowance[index] ?? [])
      .toSorted((one, other) => inBucket(bucket, one, now) - inBucket(bucket, other, now))
      .slice(0, 1),
  );
}

/** A clock that went back gives nothing and takes nothing. */
function inBucket({ capacity, refillMs }: Bucket, { tokens, at }: Level, now: number): number {
  return Math.min(capacity, tokens + Math.max(0, now - at) / refillMs);
}

export type Spent = {
  /** How many of those wanted may go now. */
  readonly granted: number;
  readonly left: Allowance;
  /** When the next one may go (ms). */
  readonly nextAt: number;
};

export function spend(kind: ChannelKind, before: Allowance, now: number, wanted: number): Spent {
  const opensAt = afterRushHour(kind, now);
  const filled = BUCKETS[kind].map((bucket, index) =>
    inBucket(bucket, before[index] ?? { tokens: bucket.capacity, at: now }, now),
  );
  const granted =
    opensAt > now ? 0 : Math.min(wanted, ...filled.map((tokens) => Math.floor(tokens + EPSILON)));
  const left = filled.map((tokens, index) => ({
    tokens: tokens - granted,
    at: Math.max(now, before[index]?.at ?? now),
  }));
  const waits = left.map(({ tokens }, index) =>
    Math.ceil(Math.max(0, 1 - tokens) * (BUCKETS[kind][index]?.refillMs ?? 0)),
  );

  return { granted, left, nextAt: Math.max(opensAt, now + Math.max(...waits)) };
}

/** Tokens flow in fractions: ten times a tenth must be one. */
const EPSILON = 1e-9;

const HALF_HOUR_MS = 30 * 60_000;
const RUSH_MS = 20_000;

/** Feishu asks robots to leave the full and the half hour alone, when everybody's timers fire: code 11232. */
function afterRushHour(kind: ChannelKind, now: number): number {
  const into = now % HALF_HOUR_MS;
  return kind === 'feishu' && into < RUSH_MS ? now - into + RUSH_MS : now;
}
