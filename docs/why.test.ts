/** docs/why.md is true: its table is that of the code, and no word in it is left unexplained. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MOVERS, REASON_CODES, REASONS, type ReasonCode } from '#engine/explain/reasons.ts';
import { markdownTable } from '#scripts/markdown_table.ts';

const page = readFileSync(new URL('why.md', import.meta.url), 'utf8');
const source = readFileSync(new URL('../engine/explain/reasons.ts', import.meta.url), 'utf8');

/** The doc comment above a code says what it means. */
function meaningOf(code: ReasonCode): string {
  const [, comment = ''] = new RegExp(`/\\*\\* (.+?) \\*/\n  ${code}: `).exec(source) ?? [];
  return comment.replace(/^./, (first) => first.toLowerCase()).replace(/\.$/, '');
}

const quoted = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ') || '–';

test('the table of reasons is that of the code', () => {
  const table = markdownTable([
    ['code', 'means', 'moved on by', 'params'],
    ...REASON_CODES.map((code) => [
      `\`${code}\``,
      meaningOf(code),
      REASONS[code].unblockedBy,
      quoted(Object.keys(REASONS[code].params.shape)),
    ]),
  ]);

  expect(/^\| code[^]*?(?=\n\n)/m.exec(page)?.[0]).toBe(table.trim());
});

test('everything that moves something on is explained', () => {
  expect(MOVERS.filter((mover) => !page.includes(`- \`${mover}\`: `))).toEqual([]);
});
