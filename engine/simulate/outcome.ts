/** How one attempt of a node ends, as it was chosen, within the limits of its plan. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { RunnableNode } from '../plan.ts';
import { judgeSignal } from '../signal.ts';
import type { FailureCode } from '../states.ts';
import type { SimulatedOutcome, SimulationRequest } from './request.ts';
import type { Live } from './trace.ts';

/** `ms`: how long it runs. */
export type AttemptEnd = { readonly ms: number } & (
  | {
      readonly outcome: 'succeeded';
      readonly output: Json | null;
      readonly context: JsonObject | null;
      readonly code: null;
      readonly message: null;
    }
  | {
      readonly outcome: 'failed';
      readonly code: FailureCode;
      readonly message: string;
      readonly retryable: boolean;
    }
);

/** Chosen for the node, else for all. */
export function outcomeOf(
  { outcomes = {}, defaults = {} }: SimulationRequest,
  key: string,
): SimulatedOutcome {
  return { ...defaults, ...(Object.hasOwn(outcomes, key) ? outcomes[key] : {}) };
}

export function endOf(
  plan: RunnableNode,
  chosen: SimulatedOutcome,
  live: Live,
  now: number,
): AttemptEnd {
  if (plan.type === 'wait') {
    return succeeded((live.dueAt ?? now) - now, null, chosen);
  }
  const ms = (chosen.seconds ?? 1) * 1_000;
  if (plan.type === 'signal') {
    return endOfSignal(plan, chosen, live, ms);
  }

  return (
    timedOut(plan, live, now, ms) ??
    (fails(chosen, live) ? failed(ms, chosen) : succeeded(ms, chosen.output ?? null, chosen))
  );
}

function fails({ outcome, failTimes = 0, failedSegments }: SimulatedOutcome, live: Live): boolean {
  return (
    outcome === 'failed' ||
    live.failures < failTimes ||
    (live.segment !== null && failedSegments?.includes(live.segment) === true)
  );
}

function succeeded(ms: number, output: Json | null, { context }: SimulatedOutcome): AttemptEnd {
  return { ms, outcome: 'succeeded', output, context: context ?? null, code: null, message: null };
}

function failed(
  ms: number,
  { code = 'error', message, retryable = true }: SimulatedOutcome,
): AttemptEnd {
  return { ms, outcome: 'failed', code, message: message ?? code, retryable };
}

/** The nearest of the limits that count from the start and from the first hand-out, if the attempt does not end before. */
function timedOut(
  { timeouts }: RunnableNode,
  { firstAt }: Live,
  now: number,
  ms: number,
): AttemptEnd | null {
  const run = (timeouts?.runSeconds ?? Number.POSITIVE_INFINITY) * 1_000;
  const total =
    (timeouts?.totalSeconds ?? Number.POSITIVE_INFINITY) * 1_000 - (now - (firstAt ?? now));

  if (total <= run && total < ms) {
    return {
      ms: Math.max(0, total),
      outcome: 'failed',
      code: 'total_timeout',
      message: `it took longer than ${timeouts?.totalSeconds} s in all`,
      retryable: true,
    };
  }
  return run < ms
    ? {
        ms: run,
        outcome: 'failed',
        code: 'run_timeout',
        message: `it ran longer than ${timeouts?.runSeconds} s`,
        retryable: true,
      }
    : null;
}

/** Its output is the payload; `seconds` says when it comes. */
function endOfSignal(
  { approval, timeoutSeconds, fallback }: Extract<RunnableNode, { type: 'signal' }>,
  chosen: SimulatedOutcome,
  { input }: Live,
  ms: number,
): AttemptEnd {
  const most = (timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1_000;
  if (most < ms) {
    const rendered = isJsonObject(input ?? undefined) ? (input as JsonObject).default : undefined;
    return fallback === null
      ? { ...failed(most, { code: 'run_timeout', message: 'no signal came in time' }), ms: most }
      : succeeded(most, rendered ?? null, chosen);
  }
  if (chosen.outcome === 'failed') {
    return failed(ms, { ...chosen, code: chosen.code ?? 'rejected', retryable: false });
  }
  const payload = chosen.output ?? (approval ? { approved: true } : {});
  const judged = judgeSignal(approval, payload);

  return judged.verdict === 'accepted'
    ? succeeded(ms, payload, chosen)
    : failed(ms, { code: 'rejected', message: judged.message, retryable: false });
}
