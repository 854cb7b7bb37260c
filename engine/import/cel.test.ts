import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scope } from '../expression/scope.ts';
import { compileTemplate } from '../expression/template.ts';
import type { Json } from '../json.ts';
import { celMember, celText, celValue, type Part, templateOf } from './cel.ts';

function rendered(template: Json): Json {
  const compiled = compileTemplate(template);
  const answer = compiled.ok ? compiled.template.render({} as Scope) : compiled;
  if (!answer.ok) {
    expect.fail(JSON.stringify(answer));
  }
  return answer.value;
}

const braces = fc.string({
  unit: fc.constantFrom('{', '}', '\\', '"', 'a', ' ', '\n'),
  maxLength: 8,
});

describe('a template', () => {
  test('gives the texts that it was made of, whatever braces and backslashes they have', () => {
    const part = fc.oneof(
      braces.map((plain): Part => ({ plain })),
      braces.map((text): Part => ({ cel: celText(text) })),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        // Two plain ones never stand side by side.
        const alternating = parts.filter(
          (one, place) => !('plain' in one && 'plain' in (parts[place - 1] ?? {})),
        );
        const text = alternating.map((one) =>
          'plain' in one ? one.plain : (JSON.parse(one.cel) as string),
        );
        expect(rendered(templateOf(alternating))).toBe(text.join(''));
      }),
      { numRuns: 500 },
    );
  });

  test('is written as plainly as it can be', () => {
    expect(templateOf([{ plain: 'a {' }])).toBe('a {');
    expect(templateOf([{ plain: 'a \\' }])).toBe('a \\');
    expect(templateOf([{ plain: 'a ' }, { cel: 'input.x' }])).toBe('a {{ input.x }}');
  });
});

describe('CEL', () => {
  test('of a value is the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const given = JSON.parse(JSON.stringify(value)) as Json;
        expect(rendered(`{{ ${celValue(given)} }}`)).toEqual(given);
      }),
    );
    for (const number of [2 ** 53, 1e20, -1e20, 1e300]) {
      expect(rendered(`{{ ${celValue([number])} }}`)).toEqual([number]);
    }
    expect(rendered(`{{ ${celText('half \uD800 a pair')} }}`)).toBe('half \uFFFD a pair');
  });

  test.each(['a', 'in', 'true', 'a b', '"', '1', ''])('reads the member %j', (name) => {
    expect(rendered(`{{ ${celValue({ [name]: 7 })}${celMember(name)} }}`)).toBe(7);
  });

  test('reads an element', () => {
    expect(rendered(`{{ [5, 6]${celMember(1)} }}`)).toBe(6);
  });
});
