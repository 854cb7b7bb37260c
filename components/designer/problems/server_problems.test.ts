import { expect, test } from 'vitest';
import type { Problem } from '#engine/problem.ts';
import { EMPTY_DOCUMENT, type Document } from '../model/document.ts';
import { onlyServerTells } from './server_problems.ts';

const script = { key: 'sum', type: 'script', script: 'retrun 1' } as const;
const task = { key: 'a', type: 'task', work: 'resize' } as const;

const draw = (nodes: Document['nodes']): Document => ({ ...EMPTY_DOCUMENT, nodes });

const syntax: Problem = {
  code: 'script_syntax',
  severity: 'error',
  message: 'The script of node "sum" is wrong in line 1, column 8.',
  pointer: '/nodes/1/script',
  node: 'sum',
  params: { key: 'sum', line: 1, column: 8 },
};

const unreachable: Problem = {
  code: 'unreachable',
  severity: 'warning',
  message: 'Node "a" is not reached.',
  pointer: '/nodes/0',
  node: 'a',
};

test('what the page says itself is not said twice', () => {
  const asked = draw([task, script]);
  const answer = { asked, problems: [syntax, unreachable] };

  expect(onlyServerTells(answer, [unreachable], asked)).toEqual([syntax]);
});

test('a fault goes along with its node while the draft changes', () => {
  const answer = { asked: draw([task, script]), problems: [syntax] };

  expect(onlyServerTells(answer, [], draw([script]))).toEqual([
    { ...syntax, pointer: '/nodes/0/script' },
  ]);
  expect(onlyServerTells(answer, [], draw([task]))).toEqual([]);
});

test('a fault of an edge goes along with its edge, one of the whole draft stays', () => {
  const asked = { ...draw([task, script]), edges: [{ from: 'a', to: 'sum' }] };
  const edge = { from: 'a', to: 'sum' };
  const ofEdge: Problem = { ...syntax, pointer: '/edges/0/when', node: undefined, edge };
  const ofAll: Problem = { ...syntax, pointer: '/input/type', node: undefined };
  const answer = { asked, problems: [ofEdge, ofAll] };
  const later = { ...asked, edges: [{ from: 'sum', to: 'b' }, edge] };

  expect(onlyServerTells(answer, [], later)).toEqual([
    { ...ofEdge, pointer: '/edges/1/when' },
    ofAll,
  ]);
  expect(onlyServerTells(answer, [], { ...asked, edges: [] })).toEqual([ofAll]);
});
