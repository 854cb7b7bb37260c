import { mkdirSync, readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIRECTORY = path.join(ROOT, '.cache', 'profiles');
const MOST_LINES = 25;
/** The time in which nothing of the program ran, and that of the profiler itself. */
const NOT_WORK = new Set(['(idle)', 'post node:inspector']);

export function profileFile(name: string): string {
  mkdirSync(DIRECTORY, { recursive: true });
  return path.join(DIRECTORY, `${name}.cpuprofile`);
}

/** The profile in words: CPU by package or file, then by function, each by the time spent in itself, in ms per item. */
export function summarise(file: string, items: number): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as Profiler.Profile;
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  let busy = 0;

  for (const [index, id] of (profile.samples ?? []).entries()) {
    const frame = nodes.get(id);
    const ms = (profile.timeDeltas?.[index] ?? 0) / 1_000;
    if (frame === undefined || NOT_WORK.has(`${frame.functionName} ${frame.url}`.trim())) continue;

    const place = placeOf(frame);
    busy += ms;
    add(places, packageOf(place), ms);
    add(functions, `${frame.functionName || '(anonymous)'}  ${place}:${frame.lineNumber + 1}`, ms);
  }

  return [
    `${path.relative(ROOT, file)}: ${busy.toFixed(0)} ms busy, ${(busy / items).toFixed(4)} ms per item`,
    ...top(places, busy, items),
    '',
    ...top(functions, busy, items),
  ].join('\n');
}

function placeOf({ url }: Profiler.Profile['nodes'][number]['callFrame']): string {
  return url.startsWith('file:') ? path.relative(ROOT, fileURLToPath(url)) : url;
}

/** A whole package of others counts as one; of ours, each file. */
function packageOf(place: string): string {
  const inside = place.split('node_modules/').at(-1);
  return place.includes('node_modules/') && inside
    ? (/^(?:@[^/]+\/)?[^/]+/.exec(inside)?.[0] ?? place)
    : place.startsWith('node:')
      ? 'node'
      : place || '(engine: garbage collection, native code)';
}

function add(sums: Map<string, number>, name: string, ms: number): void {
  sums.set(name, (sums.get(name) ?? 0) + ms);
}

function top(sums: ReadonlyMap<string, number>, busy: number, items: number): string[] {
  return [...sums]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST_LINES)
    .map(
      ([name, ms]) =>
        `  ${((ms / busy) * 100).toFixed(1).padStart(5)} %  ${(ms / items).toFixed(4)} ms  ${name}`,
    );
}
