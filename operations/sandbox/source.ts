/** A script as QuickJS gets it, and where its errors are in what its author wrote. */

/** A place in a script; both count from 1. */
export type ScriptPosition = {
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

const BEFORE = '(function script(input) {"use strict";';
const AFTER = '\n})';

/** The script stays on its lines; only the columns of its first one are moved. */
export function wrap(script: string): string {
  return BEFORE + script + AFTER;
}

const PLACE = /\(?\bscript:(\d+):(\d+)\)?/;
const MOST_FRAMES = 20;

/** The frames of a stack that are the script's own. */
export function readStack(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => PLACE.test(line) && !line.includes('<eval>'))
    .slice(0, MOST_FRAMES)
    .map((line) =>
      line.replace(
        PLACE,
        (_, row: string, column: string) => `(script:${row}:${shift(row, column)})`,
      ),
    )
    .join('\n');
}

function shift(line: string, column: string): number {
  return line === '1' ? Math.max(1, Number(column) - BEFORE.length) : Number(column);
}

/** Where a script is no function body. One that ends too early is wrong at its end. */
export function syntaxError(
  script: string,
  { message, stack }: { readonly message: string; readonly stack: string },
): ScriptPosition {
  const lines = script.split('\n');
  const [, line = '1', column = '1'] = PLACE.exec(stack) ?? [];
  const inside = Number(line) <= lines.length;

  return inside
    ? { line: Number(line), column: shift(line, column), message }
    : {
        line: lines.length,
        column: (lines.at(-1)?.length ?? 0) + 1,
        message: 'the script ends before all that it opened is closed',
      };
}
