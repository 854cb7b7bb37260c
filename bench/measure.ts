import { loadavg } from 'node:os';
import { cpuMsOfTree } from './cpu.ts';
import type { Installation } from './installation.ts';
import { startProfiles } from './profile/profiles.ts';

/** One line of figures. What a workload does not measure is absent. */
export type Measurement = {
  readonly workload: string;
  /** Tasks that were finished, or instances that were created or run. */
  readonly n: number;
  readonly seconds: number;
  readonly tasksPerSec?: number;
  readonly instancesPerSec?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Of `route`: microseconds by the wall clock. */
  readonly usPerDecision?: number;
  /** CPU of the product's Node processes per one of `n`; the bench process where operations are called in it. */
  readonly nodeCpuMsPerTask: number;
  /** CPU of the bench process, where it is the worker on the other side of HTTP. */
  readonly loadCpuMsPerTask?: number;
  /** CPU of all processes of Postgres. */
  readonly dbCpuMsPerTask?: number;
  readonly walBytesPerTask: number;
  /** Load average of the machine at the end. */
  readonly load1: number;
};

export type Ran = {
  readonly n: number;
  readonly counted: 'tasks' | 'instances';
  readonly latenciesMs?: readonly number[];
};

/** Runs a workload once and says what it cost. Nothing else should happen on the machine meanwhile. */
export async function measure(
  installation: Installation,
  workload: string,
  run: () => Promise<Ran>,
): Promise<Measurement> {
  const stopProfiles = installation.profile ? await startProfiles(installation) : null;
  const walBefore = await walPosition(installation);
  const before = usage(installation);
  const start = performance.now();

  const ran = await run();

  const seconds = (performance.now() - start) / 1_000;
  const after = usage(installation);
  const wal = (await walPosition(installation)) - walBefore;
  await stopProfiles?.(ran.n);

  const perItem = (from?: number, to?: number) =>
    from === undefined || to === undefined ? undefined : round((to - from) / ran.n, 4);

  return {
    workload,
    n: ran.n,
    seconds: round(seconds, 3),
    ...rate(ran, seconds),
    nodeCpuMsPerTask: perItem(before.nodeMs, after.nodeMs) ?? 0,
    loadCpuMsPerTask: perItem(before.loadMs, after.loadMs),
    dbCpuMsPerTask: perItem(before.dbMs, after.dbMs),
    walBytesPerTask: Math.round(wal / ran.n),
    load1: round(loadavg()[0] ?? 0, 2),
  };
}

type Usage = { readonly nodeMs?: number; readonly loadMs?: number; readonly dbMs?: number };

function usage({ programs, postgres }: Installation): Usage {
  const { user, system } = process.cpuUsage();
  const ownMs = (user + system) / 1_000;
  const dbMs = cpuMsOfTree(postgres.pid);

  return programs.length === 0
    ? { nodeMs: ownMs, dbMs }
    : {
        nodeMs: programs.reduce((sum, { pid }) => sum + (cpuMsOfTree(pid) ?? 0), 0),
        loadMs: ownMs,
        dbMs,
      };
}

function rate({ n, counted, latenciesMs }: Ran, seconds: number): Partial<Measurement> {
  const perSecond = Math.round(n / seconds);

  return {
    ...(counted === 'tasks' ? { tasksPerSec: perSecond } : { instancesPerSec: perSecond }),
    ...(latenciesMs
      ? { p50Ms: quantile(latenciesMs, 0.5), p99Ms: quantile(latenciesMs, 0.99) }
      : {}),
  };
}

async function walPosition({ db }: Installation): Promise<number> {
  const [row] = await db.sql<{ bytes: string }[]>`
    select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as bytes
  `;
  return Number(row?.bytes);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0, 2);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
