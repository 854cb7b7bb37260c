/** docs/expressions.md is true: its examples are run, its tables compared with what they describe. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Json } from '#engine/json.ts';
import { compileExpression, type Evaluated } from '#engine/expression/expression.ts';
import { FUNCTIONS } from '#engine/expression/functions.ts';
import {
  MAX_AST_DEPTH,
  MAX_AST_NODES,
  MAX_CONTEXT,
  MAX_SOURCE,
  MAX_STEPS,
  MAX_TEMPLATE_EXPRESSIONS,
  MAX_VALUE_DEPTH,
} from '#engine/expression/limits.ts';
import { type Scope, VARIABLES } from '#engine/expression/scope.ts';
import { compileTemplate } from '#engine/expression/template.ts';

const page = readFileSync(new URL('../docs/expressions.md', import.meta.url), 'utf8');
const scope = JSON.parse(blocks('json')[0] ?? '') as Scope;

/** Tables are aligned by the formatter; what they say is not. */
const words = collapse(page);

function collapse(text: string): string {
  return text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
}

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, body]) => body ?? '',
  );
}

/** Lines of `source // result`. */
function examples(language: string): [source: string, result: string][] {
  return blocks(language)
    .flatMap((block) => block.trim().split('\n'))
    .map((line) => {
      const cut = line.lastIndexOf(' // ');
      return [line.slice(0, cut).trim(), line.slice(cut + 4).trim()];
    });
}

function check(result: string, evaluated: Evaluated): void {
  if (result.startsWith('error: ')) {
    expect(evaluated.ok ? '' : evaluated.error.message).toContain(result.slice('error: '.length));
  } else {
    expect(evaluated).toEqual({ ok: true, value: JSON.parse(result) as Json });
  }
}

describe('examples', () => {
  test.each(examples('cel'))('%s is %s', (source, result) => {
    const compiled = compileExpression(source);
    check(result, compiled.ok ? compiled.expression.evaluate(scope) : compiled);
  });

  test.each(examples('template'))('%s renders as %s', (source, result) => {
    const compiled = compileTemplate(JSON.parse(source) as Json);
    expect(compiled.ok).toBe(true);
    check(result, compiled.ok ? compiled.template.render(scope) : { ok: true, value: null });
  });

  test.each(FUNCTIONS.map(({ name, example }) => [name, example] as const))(
    'of %s',
    (_name, { expression, value }) => {
      const compiled = compileExpression(expression);
      expect(compiled.ok ? compiled.expression.evaluate(scope) : compiled).toEqual({
        ok: true,
        value,
      });
    },
  );
});

describe('tables', () => {
  test('every name is listed with its description', () => {
    for (const { name, description } of VARIABLES) {
      expect(words).toContain(`| \`${name}\` | ${description} |`);
    }
  });

  test('every function is listed with its description and example', () => {
    const rows = FUNCTIONS.map(
      ({ signatures, description, example }) =>
        `| ${signatures.map((signature) => `\`${signature}\``).join('<br>')} | ${description} | \`${example.expression}\` is \`${JSON.stringify(example.value)}\` |`,
    );
    const table = ['| function | gives | example |', '| --- | --- | --- |', ...rows].join('\n');
    const listed = /<!-- functions -->\n(.*?)\n?<!-- \/functions -->/s.exec(words)?.[1]?.trim();

    expect(listed).toBe(collapse(table));
  });

  test('the limits are those in force', () => {
    const number = (value: number) => value.toLocaleString('en-US');
    expect(words).toContain(
      `${number(MAX_SOURCE)} characters, ${MAX_AST_NODES} nodes of its syntax tree, ${MAX_AST_DEPTH} levels`,
    );
    expect(words).toContain(`${number(MAX_STEPS)} steps`);
    expect(words).toContain(`${MAX_CONTEXT / 1_024} KB: a larger one is not read`);
    expect(words).toContain(`${MAX_VALUE_DEPTH} levels; deeper data`);
    expect(words).toContain(`| expressions in a template | ${number(MAX_TEMPLATE_EXPRESSIONS)} |`);
  });
});
