/**
 * `npm test`: everything that must hold, cheap checks first, in about the order in which a person would want to hear of it. Stops at
 * the first group in which something fails. The last line is the sum of all tests.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfChanged } from './build.ts';
import { findBrowser } from './browser.ts';
import { say } from './terminal.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = path.join(root, 'test-results');
const UNIT_REPORT = path.join(reports, 'unit.json');
const E2E_REPORT = path.join(reports, 'e2e.json');

type Outcome = { readonly ok: boolean; readonly output: string };
type Step = { readonly name: string; readonly run: () => Promise<Outcome> };

/** The steps of a group run at once: two cores have something to do while one of them waits for the disk. */
const GROUPS: readonly (readonly Step[])[] = [
  // Next writes the types of its routes, which all that look at types need, and a fresh clone does not have.
  [tool('types of the routes', 'next', 'typegen')],
  [
    tool('format', 'oxfmt', '--check', '.'),
    tool('lint', 'oxlint'),
    tool('types', 'tsc', '--noEmit'),
    tool('dead code', 'knip'),
  ],
  [
    tool(
      'unit, property and database tests',
      'vitest',
      'run',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${UNIT_REPORT}`,
    ),
  ],
  [
    { name: 'production build', run: buildPages },
    { name: 'browser', run: prepareBrowser },
  ],
  [{ name: 'end-to-end tests', run: () => run('playwright', ['test'], { E2E_REPORT }) }],
];

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const ok = await runGroups();
const { passed, failed } = sum();
// A step that is no test counts when it stopped everything.
say(`${passed} passed, ${ok ? failed : Math.max(failed, 1)} failed`);
process.exit(ok && failed === 0 ? 0 : 1);

async function runGroups(): Promise<boolean> {
  for (const group of GROUPS) {
    const outcomes = await Promise.all(group.map(timed));
    if (!outcomes.every(Boolean)) return false;
  }
  return true;
}

async function timed(each: Step): Promise<boolean> {
  const begun = performance.now();
  const { ok, output } = await each.run();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);

  say(`${ok ? '✓' : '✗'} ${each.name} (${seconds} s)`);
  if (!ok) say(output.trim());
  return ok;
}

function tool(name: string, command: string, ...args: readonly string[]): Step {
  return { name, run: () => run(command, args) };
}

async function buildPages(): Promise<Outcome> {
  const built = await buildIfChanged(root);
  return { output: '', ...built };
}

async function prepareBrowser(): Promise<Outcome> {
  try {
    process.env.E2E_BROWSER = JSON.stringify(await findBrowser());
    return { ok: true, output: '' };
  } catch (error) {
    return { ok: false, output: (error as Error).message };
  }
}

function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const child = spawn(path.join(root, 'node_modules', '.bin', command), args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }

  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** What the reports of vitest and Playwright say of numbers. */
type Report = {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly stats?: {
    readonly expected: number;
    readonly flaky: number;
    readonly unexpected: number;
  };
};

function sum(): { passed: number; failed: number } {
  const unit = read(UNIT_REPORT);
  const e2e = read(E2E_REPORT).stats ?? { expected: 0, flaky: 0, unexpected: 0 };

  return {
    passed: (unit.numPassedTests ?? 0) + e2e.expected + e2e.flaky,
    failed: (unit.numFailedTests ?? 0) + e2e.unexpected,
  };
}

/** Empty when the step did not come to its turn. */
function read(file: string): Report {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : {};
}
