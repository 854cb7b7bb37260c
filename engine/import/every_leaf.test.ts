/**
 * Nothing is lost in silence: whatever single value of a document is changed, either the import comes out differently or the value is
 * among what was not carried over.
 */
import { expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { step } from '../pointer.ts';
import { validateDefinition } from '../validate.ts';
import { importBcs } from './bcs.ts';
import { importConductor } from './conductor.ts';
import type { Imported, ImportResult } from './imported.ts';
import bcsCluster from './samples/bcs_create_cluster.json' with { type: 'json' };
import bcsReadme from './samples/bcs_readme.json' with { type: 'json' };
import bcsSum from './samples/bcs_sum.json' with { type: 'json' };

import conductorAll from './samples/conductor_all_types.json' with { type: 'json' };
import conductorOrder from './samples/conductor_order.json' with { type: 'json' };

type Sample = { name: string; document: object; run: (document: unknown) => ImportResult };

const SAMPLES: readonly Sample[] = [
  { name: 'a task of bcs-cluster-manager', document: bcsCluster, run: importBcs },
  { name: 'a task as in the README of BCS', document: bcsReadme, run: importBcs },
  { name: 'a task of newer releases of BCS', document: bcsSum, run: importBcs },
  { name: 'an order in Conductor', document: conductorOrder, run: importConductor },
  { name: 'all tasks of Conductor', document: conductorAll, run: importConductor },
];

test.each(SAMPLES)('$name can be published', ({ document, run }) => {
  const { definition, works } = imported(run(document));
  const known = new Set(works.map(({ key }) => key));

  const { problems } = validateDefinition(definition, { works: known });

  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test.each(SAMPLES)('of $name nothing is lost in silence', ({ document, run }) => {
  const before = essence(run(document));
  const silent = leavesOf(document).filter(({ pointer, path }) => {
    const changed = run(replaced(document, path));
    return (
      essence(changed) === before &&
      !('problems' in changed) &&
      !changed.notCarried.some((note) => covers(note.pointer, pointer))
    );
  });

  expect(silent.map(({ pointer }) => pointer)).toEqual([]);
});

test.each(SAMPLES)('of $name a member that nobody knows is listed', ({ document, run }) => {
  const before = essence(run(document));
  const silent = objectsOf(document).filter((path) => {
    const changed = run(replaced(document, [...path, 'surprise'], 'x'));
    const pointer = path.map(step).join('') + step('surprise');
    return (
      essence(changed) === before &&
      !('problems' in changed) &&
      !changed.notCarried.some((note) => covers(note.pointer, pointer))
    );
  });

  expect(silent).toEqual([]);
});

function imported(result: ImportResult): Imported {
  if ('problems' in result) {
    expect.fail(JSON.stringify(result.problems, null, 1));
  }
  return result;
}

/** What is made, without what is said about it. */
function essence(result: ImportResult): string {
  const { notCarried: _, ...made } = { notCarried: [], ...result };
  return JSON.stringify(made);
}

function covers(note: string, pointer: string): boolean {
  return note === pointer || pointer.startsWith(`${note}/`);
}

type Path = readonly (string | number)[];

function leavesOf(value: unknown, path: Path = []): { pointer: string; path: Path }[] {
  return typeof value === 'object' && value !== null
    ? entriesOf(value).flatMap(([name, each]) => leavesOf(each, [...path, name]))
    : [{ pointer: path.map(step).join(''), path }];
}

function objectsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const inside = entriesOf(value).flatMap(([name, each]) => objectsOf(each, [...path, name]));
  return Array.isArray(value) ? inside : [path, ...inside];
}

function entriesOf(value: object): [string | number, Json][] {
  return Array.isArray(value)
    ? (value as Json[]).map((each, index) => [index, each])
    : Object.entries<Json>(value as Readonly<Record<string, Json>>);
}

/** A copy with another value at the place: of the same kind, unless it is given. */
function replaced(document: object, path: Path, value?: Json): object {
  const copy = structuredClone(document);
  const last = path.at(-1) ?? '';
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], copy) as Record<
    string,
    Json
  >;
  holder[last] = value ?? another(holder[last] ?? null);
  return copy;
}

function another(value: Json): Json {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return typeof value === 'string' ? `${value}x` : 'x';
}
