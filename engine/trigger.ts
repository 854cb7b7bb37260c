/**
 * Airflow's trigger rules as one table of pure functions. The semantics, including which rules give up early and what a node that
 * gave up becomes, follow Airflow 3 (`ti_deps/deps/trigger_rule_dep.py`).
 */
import type { TriggerRule } from './definition.ts';
import { isTolerated, type Plan, type PlanParent } from './plan.ts';
import type { State } from './state.ts';

/** What the incoming edges of a node have brought so far. `total` counts the edges; those not counted elsewhere are still open. */
export type Incoming = {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly upstreamFailed: number;
};

export type TriggerVerdict = 'run' | 'wait' | 'skipped' | 'upstream_failed';

type Counts = Incoming & { readonly done: boolean; readonly anyFailed: boolean };

const RULES: Readonly<Record<TriggerRule, (counts: Counts) => TriggerVerdict>> = {
  all_success: (c) => {
    if (c.anyFailed) return 'upstream_failed';
    if (c.skipped > 0) return 'skipped';
    return c.succeeded === c.total ? 'run' : 'wait';
  },
  all_failed: (c) => {
    if (c.succeeded > 0 || c.skipped > 0) return 'skipped';
    return c.done ? 'run' : 'wait';
  },
  all_done: (c) => (c.done ? 'run' : 'wait'),
  all_skipped: (c) => {
    if (c.succeeded > 0 || c.anyFailed) return 'skipped';
    return c.skipped === c.total ? 'run' : 'wait';
  },
  one_success: (c) => {
    if (c.succeeded > 0) return 'run';
    if (!c.done) return 'wait';
    return c.skipped === c.total ? 'skipped' : 'upstream_failed';
  },
  one_failed: (c) => {
    if (c.anyFailed) return 'run';
    return c.done ? 'skipped' : 'wait';
  },
  one_done: (c) => {
    if (c.succeeded > 0 || c.failed > 0) return 'run';
    return c.done ? 'skipped' : 'wait';
  },
  none_failed: (c) => {
    if (c.anyFailed) return 'upstream_failed';
    return c.done ? 'run' : 'wait';
  },
  none_skipped: (c) => {
    if (c.skipped > 0) return 'skipped';
    return c.done ? 'run' : 'wait';
  },
  none_failed_min_one_success: (c) => {
    if (c.anyFailed) return 'upstream_failed';
    if (c.skipped === c.total) return 'skipped';
    return c.done ? 'run' : 'wait';
  },
  all_done_min_one_success: (c) => {
    if (c.skipped > 0) return 'skipped';
    if (!c.done) return 'wait';
    return c.succeeded > 0 ? 'run' : 'upstream_failed';
  },
  always: () => 'run',
};

/** Whether a node with these incoming edges runs, waits, or can never run. A node without incoming edges runs under every rule. */
export function judgeTrigger(rule: TriggerRule, incoming: Incoming): TriggerVerdict {
  if (incoming.total === 0) {
    return 'run';
  }

  const finished =
    incoming.succeeded + incoming.failed + incoming.skipped + incoming.upstreamFailed;

  return RULES[rule]({
    ...incoming,
    done: finished === incoming.total,
    anyFailed: incoming.failed > 0 || incoming.upstreamFailed > 0,
  });
}

/** Counts the latch of a node. An edge out of a route that took other branches is a skipped one. */
export function incomingOf(
  { nodes }: Plan,
  state: State,
  parents: readonly PlanParent[],
): Incoming {
  const counts = { succeeded: 0, failed: 0, skipped: 0, upstreamFailed: 0 };

  for (const parent of parents) {
    const status = state.nodes[parent.node];

    if (status === 'succeeded' || status === 'passed') {
      const taken =
        parent.branch === null ||
        (state.branches.get(parent.node)?.includes(parent.branch) ?? true);
      counts[taken ? 'succeeded' : 'skipped'] += 1;
    } else if (status === 'failed' || status === 'cancelled') {
      counts[isTolerated(nodes[parent.node]) ? 'succeeded' : 'failed'] += 1;
    } else if (status === 'skipped') {
      counts.skipped += 1;
    } else if (status === 'upstream_failed') {
      counts.upstreamFailed += 1;
    }
  }

  return { total: parents.length, ...counts };
}
