/** Task definitions of Conductor: what they say of retries, time and limits becomes the work's, or a node's that needs no worker. */
import { FAILURE_CODES } from '../states.ts';
import type { RetryPolicy, Timeouts } from '../definition.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { ImportedWork } from './imported.ts';
import { omit } from './notes.ts';
import {
  member,
  type Reading,
  type Source,
  take,
  takeCount,
  takeSeconds,
  takeText,
} from './source.ts';

export type TaskDefinition = Pick<
  ImportedWork,
  'description' | 'retry' | 'timeouts' | 'maxConcurrent' | 'rate'
> & { readonly inputTemplate: JsonObject };

export function readTaskDefinition(reading: Reading, source: Source): TaskDefinition {
  takeText(reading, member(source, 'name'));
  const description = takeText(reading, member(source, 'description'));
  const runSeconds = takeSeconds(reading, member(source, 'timeoutSeconds'));
  const heartbeatSeconds = takeSeconds(reading, member(source, 'responseTimeoutSeconds'));
  const timeouts: Timeouts = {
    ...(runSeconds === undefined ? {} : { runSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
  };
  const retry = readRetry(reading, source, runSeconds !== undefined);
  const maxConcurrent = takeCount(reading, member(source, 'concurrentExecLimit'), 1_000_000);
  const rate = readRate(reading, source);
  const template = take(reading, member(source, 'inputTemplate'));

  const poll = member(source, 'pollTimeoutSeconds');
  if (poll.value) {
    omit(reading, poll.pointer, 'Waiting for a worker is never a timeout here.');
  } else {
    take(reading, poll);
  }
  return {
    ...(description === undefined ? {} : { description: description.slice(0, 10_000) }),
    ...(retry === undefined ? {} : { retry }),
    ...(Object.keys(timeouts).length > 0 ? { timeouts } : {}),
    ...(maxConcurrent ? { maxConcurrent } : {}),
    ...(rate === undefined ? {} : { rate }),
    inputTemplate: isJsonObject(template) ? template : {},
  };
}

const BACKOFFS: Readonly<Record<string, RetryPolicy['backoff']>> = {
  FIXED: 'fixed',
  LINEAR_BACKOFF: 'linear',
  EXPONENTIAL_BACKOFF: 'exponential',
};

function readRetry(reading: Reading, source: Source, timed: boolean): RetryPolicy | undefined {
  const limit = takeCount(reading, member(source, 'retryCount'), 100);
  const logic = takeText(reading, member(source, 'retryLogic')) ?? 'FIXED';
  const delay = takeCount(reading, member(source, 'retryDelaySeconds'), 31_536_000);
  const scale = takeCount(reading, member(source, 'backoffScaleFactor'), 1_000);
  const policy = takeText(reading, member(source, 'timeoutPolicy')) ?? 'TIME_OUT_WF';
  const backoff = BACKOFFS[logic];

  if (backoff === undefined) {
    omit(
      reading,
      member(source, 'retryLogic').pointer,
      `There is no "${logic}"; it is exponential.`,
    );
  }
  if (scale !== undefined && scale > 1 && logic !== 'LINEAR_BACKOFF') {
    omit(reading, member(source, 'backoffScaleFactor').pointer, 'It scales linear retries only.');
  }
  const retried = limit !== undefined && limit > 0;
  if (timed && (policy === 'ALERT_ONLY' || (policy === 'RETRY' && !retried))) {
    const { pointer } = member(source, 'timeoutPolicy');
    omit(reading, pointer, `"${policy}" has no counterpart: a timeout is a failure.`);
  }
  if (limit === undefined) {
    return undefined;
  }
  const factor = logic === 'LINEAR_BACKOFF' ? Math.max(1, scale ?? 1) : 1;
  return {
    limit,
    backoff: backoff ?? 'exponential',
    delaySeconds: Math.min(31_536_000, (delay ?? 60) * factor),
    // A run that takes too long ends the workflow at once.
    ...(policy === 'TIME_OUT_WF' && timed && retried
      ? { on: FAILURE_CODES.filter((code) => code !== 'run_timeout') }
      : {}),
  };
}

function readRate(reading: Reading, source: Source): ImportedWork['rate'] {
  const limit = takeCount(reading, member(source, 'rateLimitPerFrequency'), 1_000_000);
  const perSeconds = takeCount(reading, member(source, 'rateLimitFrequencyInSeconds'), 86_400);
  return limit
    ? { limit, perSeconds: perSeconds === undefined || perSeconds === 0 ? 1 : perSeconds }
    : undefined;
}
