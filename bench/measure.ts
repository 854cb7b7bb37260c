import { loadavg } from 'node:os';
import { databaseCpuMs, type Installation } from './installation.ts';

/** One line of a benchmark; absent figures were not measured by it. */
export type Measurement = {
  readonly workload: string;
  readonly n: number;
  readonly seconds: number;
  readonly tasksPerSec?: number;
  readonly instancesPerSec?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly nodeCpuMsPerTask: number;
  readonly dbCpuMsPerTask: number;
  readonly walBytesPerTask: number;
  readonly load1: number;
};

export type Counted = 'tasks' | 'instances';

/** Runs a workload of `n` tasks or instances once and says what it cost, all processes of the database included. */
export async function measure(
  installation: Installation,
  workload: string,
  counted: Counted,
  run: () => Promise<{ readonly n: number; readonly latenciesMs?: readonly number[] }>,
): Promise<Measurement> {
  const walBefore = await walPosition(installation);
  const dbBefore = databaseCpuMs(installation.postgres);
  const cpuBefore = process.cpuUsage();
  const start = performance.now();

  const { n, latenciesMs } = await run();

  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const dbMs = databaseCpuMs(installation.postgres) - dbBefore;
  const wal = (await walPosition(installation)) - walBefore;
  const perSecond = Math.round(n / seconds);

  return {
    workload,
    n,
    seconds: round(seconds, 3),
    ...(counted === 'tasks' ? { tasksPerSec: perSecond } : { instancesPerSec: perSecond }),
    ...(latenciesMs
      ? { p50Ms: quantile(latenciesMs, 0.5), p99Ms: quantile(latenciesMs, 0.99) }
      : {}),
    nodeCpuMsPerTask: round((user + system) / 1_000 / n, 4),
    dbCpuMsPerTask: round(dbMs / n, 4),
    walBytesPerTask: Math.round(wal / n),
    load1: round(loadavg()[0] ?? 0, 2),
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
