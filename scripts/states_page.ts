/**
 * Writes the tables of docs/states.md: `npm run docs:states`. States and moves are those of the code; what a state means and who moves
 * it on are the doc comments beside it, so that a state is explained in one place.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
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
import { markdownTable } from './markdown_table.ts';

const PAGE = new URL('../docs/states.md', import.meta.url);
const SOURCE = new URL('../engine/states.ts', import.meta.url);

type Rows = readonly (readonly string[])[];

/** The page with its tables as the code has them; everything around them stays as it is. */
export function statesPage(page: string, source = readFileSync(SOURCE, 'utf8')): string {
  const tables: Readonly<Record<string, readonly Rows[]>> = {
    Instance: [movesTable(source, 'INSTANCE_MOVES', INSTANCE_MOVES)],
    Task: [movesTable(source, 'TASK_MOVES', TASK_MOVES)],
    Attempt: [
      wordsTable(source, 'ATTEMPT_OUTCOMES', 'outcome', ATTEMPT_OUTCOMES),
      codesTable(source),
    ],
    Version: [wordsTable(source, 'VERSION_STATUSES', 'state', VERSION_STATUSES)],
    'Trigger rules': [triggerTable()],
  };

  return page
    .split(/^(?=## )/m)
    .map((section) => {
      const heading = /^## (.*)$/m.exec(section)?.[1] ?? '';
      return replaceTables(section, tables[heading] ?? []);
    })
    .join('');
}

/** @throws Error if the section has not as many tables: whoever changed the page's form changes this with it. */
function replaceTables(section: string, tables: readonly Rows[]): string {
  const left = [...tables];
  const replaced = section.replace(/^\|.*\|$(?:\n^\|.*\|$)*/gm, (old) => {
    const rows = left.shift();
    return rows === undefined ? old : markdownTable(rows);
  });

  if (left.length > 0) {
    throw new Error(`docs/states.md lacks a table under "${section.split('\n', 1)[0]}"`);
  }
  return replaced;
}

function movesTable(
  source: string,
  name: string,
  moves: Readonly<Record<string, readonly string[]>>,
): Rows {
  const comments = commentsOf(source, name);

  return [
    ['state', 'means', 'moved on by', 'next'],
    ...Object.entries(moves).map(([state, next]) => {
      const [means = '', mover = ''] = (comments.get(state) ?? '').split(/\. Moved on by /);
      return [code(state), cell(means), cell(mover), next.map(code).join(', ') || '–'];
    }),
  ];
}

function wordsTable(source: string, name: string, column: string, words: readonly string[]): Rows {
  const comments = commentsOf(source, name);
  return [[column, 'means'], ...words.map((word) => [code(word), cell(comments.get(word) ?? '')])];
}

function codesTable(source: string): Rows {
  const comments = commentsOf(source, 'FAILURE_CODES');

  return [
    ['code', 'found by', 'retried'],
    ...FAILURE_CODES.map((failure) => {
      const { retry } = decideRetry(
        { limit: 1 },
        { code: failure, retryable: true, earlier: 0 },
        0,
      );
      return [code(failure), cell(comments.get(failure) ?? ''), retry ? 'yes' : 'never'];
    }),
  ];
}

/** The pairs of parents that tell the rules apart. */
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

function triggerTable(): Rows {
  return [
    ['rule', ...PAIRS.map((pair) => pair.map((state) => state ?? '–').join(', '))],
    ...TRIGGER_RULES.map((rule) => [
      code(rule),
      ...PAIRS.map((pair) => SAID[judgeTrigger(rule, incomingOf(pair))]),
    ]),
  ];
}

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

/** The doc comments of the members of a constant, by member. */
function commentsOf(source: string, name: string): ReadonlyMap<string, string> {
  const block = new RegExp(`export const ${name} = [[{]\\n(.*?)\\n[\\]}] as const`, 's');
  const text = block.exec(source)?.[1] ?? '';

  return new Map(
    [...text.matchAll(/\/\*\*(.*?)\*\/\s*'?(\w+)/gs)].map(([, comment = '', member = '']) => [
      member,
      comment.replaceAll(/\s*\n\s*\*\s*/g, ' ').trim(),
    ]),
  );
}

/** A sentence as the words of a cell. */
function cell(sentence: string): string {
  const text = sentence.replace(/\.$/, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function code(word: string): string {
  return `\`${word}\``;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, statesPage(readFileSync(PAGE, 'utf8')));
}
