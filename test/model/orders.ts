/** In which ways what was done at once, or was cut off, may have come about. */
import type { Action } from './action.ts';
import type { Candidate } from './compare.ts';
import type { World } from './world.ts';

/** The steps that an action may have come to when it was cut off: none at first, all of them at last. */
export function cutOff({ steps, goesOn }: Action): Action['steps'][] {
  return goesOn
    ? Array.from({ length: 2 ** steps.length }, (_, done) =>
        steps.filter((_step, place) => (done & (1 << place)) !== 0),
      )
    : Array.from({ length: steps.length + 1 }, (_, done) => steps.slice(0, done));
}

/**
 * Where the steps of several actions may have led, in any order that keeps each one's own: one after the other first. Many orders come to
 * the same world, from which is gone on once.
 */
export function* outcomes(
  begin: World,
  counts: readonly number[],
  take: (world: World, which: number, step: number) => Candidate,
): Generator<Candidate> {
  const seen = new Set<string>();

  function* from(world: World, done: readonly number[]): Generator<Candidate> {
    if (done.every((count, which) => count === counts[which])) {
      yield { world };
    }
    for (const [which, step] of done.entries()) {
      if (step === counts[which]) {
        continue;
      }
      const next = take(world, which, step);
      if ('reason' in next) {
        yield next;
        continue;
      }
      const after = done.with(which, step + 1);
      const name = `${after.join()} ${JSON.stringify(next.world)}`;
      if (!seen.has(name)) {
        seen.add(name);
        yield* from(next.world, after);
      }
    }
  }
  yield* from(
    begin,
    counts.map(() => 0),
  );
}

/** What of some groups of things may be: every part of few, of many only none, one, one group or all. */
export function partsOf(groups: readonly (readonly string[])[]): readonly ReadonlySet<string>[] {
  const all = groups.flat();
  const parts =
    all.length > 5
      ? [[], ...all.map((one) => [one]), ...groups.filter(({ length }) => length > 1), all]
      : Array.from({ length: 1 << all.length }, (_, mask) =>
          all.filter((_one, place) => (mask & (1 << place)) !== 0),
        );

  return parts.map((part) => new Set(part));
}
