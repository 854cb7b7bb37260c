/** What can be wrong with the workflows that nodes run as children. */
import type { Problem } from '../problem.ts';
import type { KnownWorkflow, KnownWorkflows } from './known.ts';
import { type Fields, type Sketch, type SketchNode, text } from './sketch.ts';

export function checkWorkflows({ nodes }: Sketch, known: KnownWorkflows): Problem[] {
  return nodes.flatMap((node) =>
    childOf(node)
      .flatMap(({ workflow, version }) => checkChild(node, workflow, version, known))
      .map((problem): Problem => ({
        ...problem,
        severity: node.disabled ? 'warning' : problem.severity,
        node: node.key,
      })),
  );
}

function childOf({ type, fields }: SketchNode) {
  const workflow = type === 'workflow' || type === 'fanout' ? text(fields['workflow']) : null;
  return workflow === null || workflow === '' ? [] : [{ workflow, version: versionOf(fields) }];
}

function versionOf({ version }: Fields): number | null {
  return typeof version === 'number' ? version : null;
}

function checkChild(
  { key, pointer }: SketchNode,
  workflow: string,
  version: number | null,
  { own, byKey }: KnownWorkflows,
): Problem[] {
  const path = own === null ? null : wayTo(own, workflow, byKey);
  if (path !== null) {
    const names = [own, ...path].join(' -> ');
    return [
      {
        code: 'workflow_recursion',
        severity: 'error',
        message: `Node "${key}" would have the workflow run itself: ${names}.`,
        pointer: `${pointer}/workflow`,
        params: { key, path: names },
      },
    ];
  }

  const child = byKey.get(workflow);
  if (child === undefined) {
    return [
      {
        code: 'unknown_workflow',
        severity: 'error',
        message: `Node "${key}" runs the workflow "${workflow}", which does not exist.`,
        pointer: `${pointer}/workflow`,
        params: { key, workflow },
      },
    ];
  }
  if (version !== null && !child.versions.has(version)) {
    return [
      {
        code: 'unknown_version',
        severity: 'error',
        message: `Node "${key}" runs version ${version} of the workflow "${workflow}", which does not exist or is retired.`,
        pointer: `${pointer}/version`,
        params: { key, workflow, version },
      },
    ];
  }
  return version === null && child.publishedVersion === null
    ? [
        {
          code: 'workflow_unpublished',
          severity: 'warning',
          message: `Node "${key}" runs the workflow "${workflow}", of which no version is published yet.`,
          pointer: `${pointer}/workflow`,
          params: { key, workflow },
        },
      ]
    : [];
}

/** A shortest way from one workflow down to another, both named; null if there is none. */
function wayTo(
  goal: string,
  start: string,
  byKey: ReadonlyMap<string, KnownWorkflow>,
): string[] | null {
  const cameFrom = new Map<string, string | null>([[start, null]]);

  for (const [key] of cameFrom) {
    if (key === goal) {
      const path: string[] = [];
      for (let step: string | null = key; step !== null; step = cameFrom.get(step) ?? null) {
        path.unshift(step);
      }
      return path;
    }
    for (const next of byKey.get(key)?.runs ?? []) {
      if (!cameFrom.has(next)) {
        cameFrom.set(next, key); // a Map hands out what is added while it is walked
      }
    }
  }
  return null;
}
