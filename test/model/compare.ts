/** Whether a world of the model is what the rows say, and where it is not. */
import { isDeepStrictEqual } from 'node:util';
import { errorOf, seenInModel, type Rows, type Seen } from './read.ts';
import { workflowOf, type Settings, type World } from './world.ts';

export type Candidate = { readonly world: World } | { readonly reason: string };

export function agrees(
  settings: Settings,
  world: World,
  seen: readonly Seen[],
  rows: Rows,
): boolean {
  return (
    rows.workflows.every((row) => {
      const { enabled, maxRunning, busy } = workflowOf(world, row.key);
      return (
        row.enabled === enabled && row.max_running === maxRunning && row.on_object_busy === busy
      );
    }) &&
    isDeepStrictEqual(seenInModel(settings, world), seen) &&
    errorDifference(world, rows) === null
  );
}

export function difference(
  settings: Settings,
  candidate: Candidate | null,
  seen: readonly Seen[],
  rows: Rows,
): string {
  if (candidate === null || 'reason' in candidate) {
    return candidate?.reason ?? 'nothing explains it';
  }
  const lines: string[] = [];
  const model = seenInModel(settings, candidate.world);

  for (const [place, expected] of model.entries()) {
    for (const [field, value] of Object.entries(expected)) {
      const found = (seen[place] as Record<string, unknown> | undefined)?.[field];
      if (!isDeepStrictEqual(found, value)) {
        lines.push(...fieldDifference(`${expected.id} ${field}`, value, found));
      }
    }
  }
  return [...lines, errorDifference(candidate.world, rows) ?? ''].join('\n');
}

function fieldDifference(name: string, expected: unknown, found: unknown): string[] {
  if (Array.isArray(expected) && Array.isArray(found)) {
    return [
      ...expected.filter((one) => !found.includes(one)).map((one) => `${name} lacks: ${one}`),
      ...found.filter((one) => !expected.includes(one)).map((one) => `${name} has: ${one}`),
    ];
  }
  if (
    expected !== null &&
    typeof expected === 'object' &&
    found !== null &&
    typeof found === 'object'
  ) {
    const both = new Set([...Object.keys(expected), ...Object.keys(found)]);
    const of = (from: object, key: string) => (from as Record<string, unknown>)[key];
    return [...both]
      .filter((key) => !isDeepStrictEqual(of(expected, key), of(found, key)))
      .map((key) => `${name}.${key}: ${text(of(found, key))}, not ${text(of(expected, key))}`);
  }
  return [`${name}: ${text(found)}, not ${text(expected)}`];
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}

function errorDifference(world: World, { instances }: Rows): string | null {
  for (const row of instances) {
    const allowed = world.instances.find(({ id }) => id === row.id)?.errors ?? [];
    const error = errorOf(row);
    const fits =
      error === null
        ? allowed.length === 0
        : allowed.some((one) => one === error || one === error.replace(/:.*/, ':*'));
    if (!fits) {
      return `${row.id} error: ${error}, not ${allowed.join(' or ') || 'none'}`;
    }
  }
  return null;
}
