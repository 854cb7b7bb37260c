/** When the line of a workflow will be empty, from how many its slots let through and how many join it. Durations in seconds. */
export type QueueFacts = {
  readonly enabled: boolean;
  readonly queued: number;
  readonly running: number;
  /** Instances that may run at once; 0: no limit. */
  readonly slots: number;
  /** What a run takes on average; null: none is on record. */
  readonly runSeconds: number | null;
  readonly arrivalsPerSecond: number;
};

export type QueueForecast = {
  /** How many instances leave the line per second while all slots are taken; null: not known, or nothing leaves it. */
  readonly perSecond: number | null;
  /** How long until nobody waits; null: nobody waits now, or not known. */
  readonly emptyInSeconds: number | null;
  /** As many join the line as leave it, or more; null: not known. */
  readonly growing: boolean | null;
};

export function forecastQueue(facts: QueueFacts): QueueForecast {
  const perSecond = throughput(facts);

  if (perSecond === null || facts.queued === 0) {
    return { perSecond, emptyInSeconds: null, growing: perSecond === null ? null : false };
  }
  const net = perSecond - facts.arrivalsPerSecond;
  // Free slots are taken at once by those who wait.
  const waiting = Math.max(0, facts.queued - Math.max(0, facts.slots - facts.running));

  return net > 0
    ? { perSecond, emptyInSeconds: waiting / net, growing: false }
    : { perSecond, emptyInSeconds: null, growing: true };
}

/** How long one waits that has so many before it. Null: not known. */
export function waitInLine(facts: QueueFacts, ahead: number): number | null {
  if (!facts.enabled) {
    return null;
  }
  const before = ahead + 1 - Math.max(0, facts.slots - facts.running);
  const perSecond = throughput(facts);

  if (facts.slots === 0 || before <= 0) {
    return 0;
  }
  return perSecond === null ? null : before / perSecond;
}

/** Without a limit nobody waits in line but for the switch, and nobody knows what a person will do. */
function throughput({ enabled, slots, runSeconds }: QueueFacts): number | null {
  return enabled && slots > 0 && runSeconds !== null && runSeconds > 0 ? slots / runSeconds : null;
}
