/** docs/states.md is true: its tables are compared with the engine's. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openDatabase } from '#db/database.ts';
import { TRIGGER_RULES } from '#engine/definition.ts';
import { decideRetry } from '#engine/retry.ts';
import {
  ATTEMPT_OUTCOMES,
  FAILURE_CODES,
  INSTANCE_MOVES,
  TASK_MOVES,
  VERSION_STATUSES,
} from '#engine/states.ts';
import { judgeTrigger, type Incoming } from '#engine/trigger.ts';
import { freshDatabase } from '#test/database.ts';

const page = readFileSync(new URL('states.md', import.meta.url), 'utf8');

/** The rows of the tables under a heading, each as its cells; the first is the head. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';

  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.includes('---'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const quoted = (words: readonly string[]): string =>
  words.length === 0 ? '–' : words.map((word) => `\`${word}\``).join(', ');

test.each([
  ['Instance', INSTANCE_MOVES],
  ['Task', TASK_MOVES],
])('every state of %s stands there with the moves that it has', (heading, moves) => {
  const [, ...rows] = rowsUnder(heading);

  expect(rows.map(([state, , , next]) => [state, next])).toEqual(
    Object.entries<readonly string[]>(moves).map(([state, next]) => [`\`${state}\``, quoted(next)]),
  );
});

test('every outcome and every failure code of an attempt stands there', () => {
  const words = rowsUnder('Attempt').map(([word]) => word);

  expect(words).toEqual([
    'outcome',
    ...ATTEMPT_OUTCOMES.map((outcome) => `\`${outcome}\``),
    'code',
    ...FAILURE_CODES.map((code) => `\`${code}\``),
  ]);
});

test('what is said to be never retried never is', () => {
  const said = new Map(rowsUnder('Attempt').map(([code, , retried]) => [code, retried]));

  for (const code of FAILURE_CODES) {
    const { retry } = decideRetry({ limit: 1 }, { code, retryable: true, earlier: 0 }, 0);
    expect([code, said.get(`\`${code}\``)]).toEqual([code, retry ? 'yes' : 'never']);
  }
});

test('every state of a version stands there', () => {
  const [, ...rows] = rowsUnder('Version');

  expect(rows.map(([state]) => state)).toEqual(VERSION_STATUSES.map((state) => `\`${state}\``));
});

/** Only live tasks have rows; what became of the others is a letter in the state of their instance. */
const LIVE = Object.entries<readonly string[]>(TASK_MOVES)
  .filter(([, next]) => next.length > 1)
  .map(([status]) => status);

test('the checks of the tables know the same words', async () => {
  const db = openDatabase({ url: await freshDatabase() });
  const checks = await db.sql<{ name: string; text: string }[]>`
    select conname as name, pg_get_constraintdef(oid) as text
    from pg_constraint
    where contype = 'c' and conparentid = 0
  `;
  await db.close();
  const wordsOf = (wanted: string): string[] => {
    const text = checks.find(({ name }) => name === wanted)?.text ?? '';
    return [...text.matchAll(/'(\w+)'/g)].map(([, word = '']) => word);
  };

  expect(wordsOf('instance_status_known')).toEqual(Object.keys(INSTANCE_MOVES));
  expect(wordsOf('task_status_known')).toEqual(LIVE);
  expect(wordsOf('outcome_known')).toEqual(ATTEMPT_OUTCOMES);
  expect(wordsOf('version_status_known')).toEqual(VERSION_STATUSES);
});

/** Two parents, each by what became of it. */
const PAIRS = [
  ['succeeded', 'succeeded'],
  ['succeeded', null],
  ['failed', null],
  ['skipped', null],
  ['succeeded', 'failed'],
  ['succeeded', 'skipped'],
  ['failed', 'skipped'],
  ['failed', 'failed'],
  ['skipped', 'skipped'],
] as const satisfies readonly (readonly [keyof Incoming | null, keyof Incoming | null])[];

const SAID = { run: 'runs', wait: 'waits', skipped: 'skipped', upstream_failed: 'upstream_failed' };

test('the table of trigger rules is what the engine judges', () => {
  const head = ['rule', ...PAIRS.map((pair) => pair.map((state) => state ?? '–').join(', '))];
  const rows = TRIGGER_RULES.map((rule) => [
    `\`${rule}\``,
    ...PAIRS.map((pair) => SAID[judgeTrigger(rule, incomingOf(pair))]),
  ]);

  // To renew the page, paste what this prints.
  expect(rowsUnder('Trigger rules')).toEqual([head, ...rows]);
});

function incomingOf(pair: (typeof PAIRS)[number]): Incoming {
  const count = (state: string) => pair.filter((one) => one === state).length;

  return {
    total: pair.length,
    succeeded: count('succeeded'),
    failed: count('failed'),
    skipped: count('skipped'),
    upstreamFailed: 0,
  };
}
