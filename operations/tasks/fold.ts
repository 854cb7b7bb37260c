/**
 * All reports on one attempt within one batch, folded into one net change. Pure. Workers may send `start` and `finish` together, or say
 * `finish` twice over two connections that land in the same batch: the first end wins, what follows it is judged against it.
 */
import type { AttemptKey } from '#db/hot/tasks.ts';
import type { JsonObject } from '#engine/json.ts';
import type { AttemptOutcome, FailureCode } from '#engine/states.ts';
import type { EndReport, Report, ReportAnswer } from './reports.ts';

/** One report with its place in the batch. */
export type Placed = { readonly place: number; readonly report: Report };

/** A context patch with the place of the report that brought it. */
export type PlacedPatch = { readonly place: number; readonly patch: JsonObject };

export type Folded = {
  readonly key: AttemptKey;
  /** Places answered alike: all reports up to and including the end. */
  readonly places: readonly number[];
  readonly worker: string | null;
  readonly progress: number | null;
  readonly patches: readonly PlacedPatch[];
  readonly end: EndReport | null;
  /** Reports after the end, to be judged as repetitions of it. */
  readonly late: readonly Placed[];
};

export function foldReports(key: AttemptKey, reports: readonly Placed[]): Folded {
  const places: number[] = [];
  const patches: PlacedPatch[] = [];
  const late: Placed[] = [];
  let worker: string | null = null;
  let progress: number | null = null;
  let end: EndReport | null = null;

  for (const placed of reports) {
    const { place, report } = placed;

    if (end !== null) {
      late.push(placed);
      continue;
    }
    places.push(place);

    switch (report.type) {
      case 'start':
        worker = report.worker ?? worker;
        break;
      case 'heartbeat':
        progress = report.progress ?? progress;
        break;
      case 'context':
        patches.push({ place, patch: report.patch });
        break;
      case 'finish':
        if (report.context !== undefined) {
          patches.push({ place, patch: report.context });
        }
        end = report;
        break;
      case 'fail':
      case 'raise':
      case 'delay':
      case 'reject':
        end = report;
    }
  }

  return { key, places, worker, progress, patches, end, late };
}

/** How the attempt ends by a report, as the trace will say it. */
export function outcomeOf(report: EndReport): {
  readonly outcome: AttemptOutcome;
  readonly code: FailureCode | null;
} {
  switch (report.type) {
    case 'finish':
      return { outcome: 'succeeded', code: null };
    case 'fail':
      return { outcome: 'failed', code: 'error' };
    case 'raise':
      return { outcome: 'failed', code: 'exception' };
    case 'delay':
      return { outcome: 'delayed', code: null };
    case 'reject':
      return { outcome: 'rejected', code: null };
  }
}

export function errorOf(report: EndReport): JsonObject | null {
  switch (report.type) {
    case 'finish':
      return null;
    case 'fail':
      return {
        message: report.message,
        ...(report.code === undefined ? {} : { code: report.code }),
        ...(report.details === undefined ? {} : { details: report.details }),
      };
    case 'raise':
      return {
        message: report.message,
        ...(report.stack === undefined ? {} : { stack: report.stack }),
      };
    case 'delay':
    case 'reject':
      return report.reason === undefined ? null : { message: report.reason };
  }
}

/**
 * The answer to a report whose attempt is not live: if the attempt ended just as this report says, it is the same report again and is
 * answered as the first time; else it is stale.
 */
export function judgeEnded(
  report: Report,
  ended: { readonly outcome: AttemptOutcome; readonly code: FailureCode | null } | undefined,
): ReportAnswer {
  if (ended === undefined) {
    return {
      ok: false,
      code: 'stale_attempt',
      message: `This token names no live attempt; the "${report.type}" changed nothing.`,
    };
  }
  if (isEnd(report)) {
    const said = outcomeOf(report);
    // An output that did not fit its schema was reported as a success.
    const misfit = report.type === 'finish' && ended.code === 'output_schema';
    if (misfit || (said.outcome === ended.outcome && said.code === ended.code)) {
      return { ok: true };
    }
  }

  const how = HOW_ENDED[ended.outcome] + (ended.code === null ? '' : ` (${ended.code})`);
  return {
    ok: false,
    code: 'stale_attempt',
    message: `This attempt ${how}; the "${report.type}" changed nothing.`,
    ...(ended.outcome === 'cancelled' ? { cancelled: true } : {}),
  };
}

const HOW_ENDED: Readonly<Record<AttemptOutcome, string>> = {
  succeeded: 'has succeeded',
  failed: 'has failed',
  delayed: 'was put off',
  rejected: 'was rejected',
  cancelled: 'was cancelled',
};

function isEnd(report: Report): report is EndReport {
  return report.type !== 'start' && report.type !== 'heartbeat' && report.type !== 'context';
}
