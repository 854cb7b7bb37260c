import { readFileSync } from 'node:fs';

/** Of `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux of today. */
const TICK_MS = 10;

/**
 * CPU time that a process and all it started have used so far, in milliseconds, by /proc. Undefined where there is no /proc (macOS), or
 * no such process.
 */
export function cpuMsOfTree(pid: number): number | undefined {
  const own = cpuMs(pid);
  return own === undefined
    ? undefined
    : childrenOf(pid).reduce((sum, child) => sum + (cpuMsOfTree(child) ?? 0), own);
}

/** What a child used is its parent's when it has ended: an autovacuum worker is not forgotten. */
function cpuMs(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The name, in brackets, may hold spaces. After it: utime, stime and those of ended children are the 12th to 15th.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
}

function childrenOf(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`) ?? '';
  return children.split(' ').filter(Boolean).map(Number);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
