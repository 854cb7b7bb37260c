import { describe, expect, test } from 'vitest';
import type { GraphNode } from '../../canvas/graph.ts';
import { NODE_KINDS } from '../../canvas/kinds/registry.ts';
import type { FormSection } from '../../canvas/kinds/kind.ts';
import { apply } from '../model/operations.ts';
import { openDocument } from '../model/document.ts';
import { chosenOf, shownFields, valuesOf } from './alternatives.ts';

const wait = sectionOf('wait', 'wait');
const http = sectionOf('http', 'requests');
const fanout = sectionOf('fanout', 'work');

describe('a wait', () => {
  test('shows the one way in which it says how long', () => {
    expect(shownFields(wait, node({ seconds: 5 }))).toEqual(['seconds']);
    expect(shownFields(wait, node({ until: '' }))).toEqual(['until']);
    expect(shownFields(wait, node({}))).toEqual(['seconds']);
  });

  test('that says it twice shows both, so that one can be taken away', () => {
    expect(shownFields(wait, node({ seconds: 5, until: 'x' }))).toEqual(['seconds', 'until']);
  });

  test('gives up the one way when another is chosen, in one step', () => {
    expect(choose(node({ seconds: 5 }), wait, 'window')).toMatchObject({
      key: 'n',
      window: { from: '22:00', to: '06:00' },
    });
    expect(choose(node({ seconds: 5 }), wait, 'window')).not.toHaveProperty('seconds');
  });
});

describe('an http node', () => {
  const submit = { url: 'https://jobs.example.com' };

  test('asks for the status only when it polls', () => {
    expect(shownFields(http, node({ submit }))).toEqual(['submit', 'stop', 'output']);
    expect(shownFields(http, node({ submit, status: {} }))).toContain('result');
    expect(shownFields(http, node({ submit, callback: true }))).not.toContain('status');
  });

  test('that no longer polls has neither status nor result', () => {
    const polling = node({ submit, status: { url: 'x' }, result: { url: 'y' } });

    expect(choose(polling, http, null)).toEqual(node({ submit }));
    expect(choose(polling, http, 'callback')).toEqual(node({ submit, callback: true }));
  });
});

test('a fan-out over works shows nothing of child instances', () => {
  expect(shownFields(fanout, node({ work: 'w' }))).toEqual(['work', 'input']);
  expect(shownFields(fanout, node({ workflow: '' }))).toEqual([
    'workflow',
    'version',
    'objectId',
    'input',
  ]);
  expect(chosenOf(node({}), fanout.alternatives ?? [])?.field).toBe('work');
});

function node(fields: Record<string, unknown>): GraphNode {
  return { key: 'n', type: 'http', ...fields };
}

function sectionOf(type: keyof typeof NODE_KINDS, name: string): FormSection {
  const section = NODE_KINDS[type].form.find((one) => one.section === name);
  if (section === undefined) throw new Error(`${type} has no section ${name}`);
  return section;
}

/** As the form does it. */
function choose(before: GraphNode, section: FormSection, field: string | null) {
  const alternatives = section.alternatives ?? [];
  const chosen = alternatives.find((one) => one.field === field);
  const document = openDocument({ nodes: [before], edges: [] });
  if (chosen === undefined || document === null) throw new Error('there is no such alternative');

  const values = valuesOf(alternatives, chosen);
  return apply(document, { type: 'changeFields', node: 'n', values }).nodes[0];
}
