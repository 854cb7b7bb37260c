import { spawnSync } from 'node:child_process';

const OLDEST = '(3, 9)';

/** The Python that runs what is written in it; null, and said so, where there is none that is new enough. */
export function findPython(forWhat: string): string | null {
  const python = process.env.PYTHON ?? 'python3';
  const { status } = spawnSync(python, [
    '-c',
    `import sys; sys.exit(sys.version_info < ${OLDEST})`,
  ]);

  if (status === 0) return python;
  console.warn(`No Python ${OLDEST.slice(1, -1).replace(', ', '.')} or newer: ${forWhat} skipped.`);
  return null;
}
