import { expect } from 'vitest';
import { importConductor } from './conductor.ts';
import type { Imported } from './imported.ts';

export function imported(document: unknown): Imported {
  const result = importConductor(document);
  if ('problems' in result) {
    expect.fail(JSON.stringify(result.problems, null, 1));
  }
  return result;
}

export const simple = (name: string, more: object = {}) => ({
  name,
  taskReferenceName: name,
  ...more,
});

export const fork = (...forkTasks: readonly object[][]) =>
  simple('fork', { type: 'FORK_JOIN', forkTasks });

export const choice = (decisionCases: object, defaultCase: readonly object[] = []) =>
  simple('choice', {
    type: 'SWITCH',
    evaluatorType: 'value-param',
    expression: 'x',
    inputParameters: { x: '${workflow.input.x}' },
    decisionCases,
    defaultCase,
  });
