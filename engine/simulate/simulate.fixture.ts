/** What tests of simulations say in a word. */
import type { Definition, DefinitionNode } from '../definition.ts';
import { compilePlan } from '../plan/compile.ts';
import type { Simulated } from './answer.ts';
import type { SimulationRequest } from './request.ts';
import { simulate } from './simulate.ts';

/** 2026-11-21T12:00:00Z */
export const NOON = 1795262400000;

export const task = (key: string, more: object = {}) =>
  ({ key, type: 'task', work: key, ...more }) as DefinitionNode;

export function run(
  nodes: Definition['nodes'],
  dag: string,
  request: SimulationRequest = {},
  more: Partial<Definition> = {},
): Simulated {
  const edges = dag.split(', ').flatMap((part) => {
    const [from = '', branch, to] = part.split(/ -(?:(\w+)-)?> /);
    return to === undefined ? [] : [{ from, to, ...(branch && { branch }) }];
  });
  return simulate(compilePlan({ schemaVersion: 1, nodes, edges, ...more }), request, NOON);
}

export const statuses = ({ nodes }: Simulated) =>
  nodes.map(({ key, status }) => `${key} ${status}`);
export const times = ({ timeline }: Simulated) =>
  timeline.map(({ node, segment, startedAt, endedAt }) => [
    segment === null ? node : `${node}_${segment}`,
    startedAt,
    endedAt,
  ]);
