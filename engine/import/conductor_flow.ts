/**
 * The shape of a Conductor workflow: its nested lists become nodes and edges. A fork and a join are no nodes here, only the edges that
 * they mean; what stands behind a SWITCH runs when the branch that was taken has ended.
 */
import type { DefinitionEdge, TriggerRule } from '../definition.ts';
import { claimKey, noteRenamed } from './names.ts';
import { omit, refuse } from './notes.ts';
import {
  has,
  items,
  member,
  members,
  type Reading,
  type Source,
  take,
  takeText,
} from './source.ts';

export type Step = {
  readonly key: string;
  readonly type: string;
  readonly source: Source;
  /** The branches it is in, from the outside: `<route>/<branch>`. */
  readonly path: readonly string[];
  /** Keys of all that certainly comes before. */
  readonly before: ReadonlySet<string>;
  readonly trigger: TriggerRule | undefined;
  /** Of a SWITCH whose value a script computes: the key of that script's node. */
  readonly decidedBy?: string;
  /** Of a SWITCH: the key of each case, by the value it stands for. */
  readonly cases?: ReadonlyMap<string, string>;
};

/** What the outputs of a task are called here: those of one node, or of all that a JOIN joined. */
export type Target = { readonly step: Step } | { readonly joins: readonly string[] };

export type Flow = {
  readonly steps: Step[];
  readonly edges: DefinitionEdge[];
  readonly targets: Map<string, Target>;
  /** Of the mark that takes branches which lead nowhere; null: there are none. */
  readonly sink: string | null;
};

type Tail = { readonly step: Step; readonly branch?: string };

/** Where the next task stands: behind these; null where no task can be reached. */
type Place = { readonly behind: readonly Tail[]; readonly path: readonly string[] } | null;

type Laying = Omit<Flow, 'sink'> & {
  readonly reading: Reading;
  readonly keys: Set<string>;
  /** By reference name, where one stands after the task. */
  readonly after: Map<string, readonly Tail[]>;
};

export function layFlow(reading: Reading, tasks: Source): Flow {
  const laying: Laying = {
    reading,
    steps: [],
    edges: [],
    targets: new Map(),
    keys: new Set(),
    after: new Map(),
  };
  layTasks(laying, tasks, { behind: [], path: [] });
  if (laying.steps.length === 0 && reading.problems.length === 0) {
    refuse(reading, tasks.pointer, 'A Conductor workflow has tasks.', 'no_nodes');
  }

  return { ...laying, sink: catchLooseBranches(laying) };
}

type Fork = { readonly before: readonly Tail[]; readonly ends: readonly Tail[] };

function layTasks(laying: Laying, tasks: Source, from: Place): Place {
  let place = from;
  let fork: Fork | null = null;

  for (const task of items(tasks)) {
    const type = takeText(laying.reading, member(task, 'type')) ?? 'SIMPLE';
    if (place === null) {
      omit(laying.reading, task.pointer, 'What stands behind a TERMINATE is never reached.');
      continue;
    }
    const reference = readReference(laying, task);
    if (reference === null) {
      continue;
    }
    if (fork && type !== 'JOIN') {
      omit(laying.reading, task.pointer, 'No JOIN stands before it; it waits for all branches.');
      place = { path: place.path, behind: fork.ends };
    }

    if (DRAWN_AS_EDGES.includes(type)) {
      const { pointer } = member(task, 'taskReferenceName');
      omit(laying.reading, pointer, `A ${type} is no node here, only the edges that it means.`);
    }
    if (type === 'FORK_JOIN' || type === 'FORK') {
      fork = layFork(laying, task, place);
      laying.after.set(reference, fork.ends);
      continue;
    }
    place =
      type === 'JOIN' || type === 'EXCLUSIVE_JOIN'
        ? layJoin(laying, task, place, fork, reference)
        : layTask(laying, task, place, reference, type);
    fork = null;
    laying.after.set(reference, place?.behind ?? []);
  }
  return fork && place ? { ...place, behind: fork.ends } : place;
}

const DRAWN_AS_EDGES = ['FORK_JOIN', 'FORK', 'JOIN', 'EXCLUSIVE_JOIN', 'NOOP'];

function readReference({ reading, targets, after }: Laying, task: Source): string | null {
  const source = member(task, 'taskReferenceName');
  const reference = takeText(reading, source);
  if (reference === undefined) {
    refuse(reading, task.pointer, 'A task has a taskReferenceName.');
    return null;
  }
  if (targets.has(reference) || after.has(reference)) {
    const message = `More than one task has the reference name "${reference}".`;
    refuse(reading, source.pointer, message, 'duplicate_key');
    return null;
  }
  return reference;
}

function layFork(laying: Laying, task: Source, place: NonNullable<Place>): Fork {
  const branches = items(member(task, 'forkTasks'));
  const ends = branches.flatMap((branch) => layTasks(laying, branch, place)?.behind ?? []);
  return { before: place.behind, ends };
}

function layJoin(
  laying: Laying,
  task: Source,
  place: NonNullable<Place>,
  fork: Fork | null,
  reference: string,
): Place {
  const joinOn = items(member(task, 'joinOn'));
  take(laying.reading, member(task, 'joinOn'));
  const names = joinOn.flatMap((entry) => {
    const name = takeText(laying.reading, entry) ?? '';
    if (laying.after.has(name)) {
      return [name];
    }
    refuse(laying.reading, entry.pointer, `No task "${name}" stands before it.`, 'unknown_node');
    return [];
  });

  const dynamic = fork === null && names.length === 0 ? place.behind.at(-1)?.step : undefined;
  laying.targets.set(reference, dynamic ? { step: dynamic } : { joins: names });

  if (names.length > 0) {
    return { ...place, behind: distinct(names.flatMap((name) => laying.after.get(name) ?? [])) };
  }
  // Without names a JOIN waits for a dynamic fork, but for no branch of a static one.
  return fork ? { ...place, behind: fork.before } : place;
}

function distinct(tails: readonly Tail[]): Tail[] {
  return [
    ...new Map(tails.map((tail) => [`${tail.step.key}/${tail.branch ?? ''}`, tail])).values(),
  ];
}

function layTask(
  laying: Laying,
  task: Source,
  place: NonNullable<Place>,
  reference: string,
  type: string,
): Place {
  const { reading } = laying;

  switch (type) {
    case 'DO_WHILE':
      refuse(
        reading,
        task.pointer,
        `"${reference}" is a DO_WHILE, and a workflow here has no loops. Put its tasks into a workflow of their own that a fan-out runs for each item of a list, or let one work report \`delay\` until it is done.`,
      );
      return place;
    case 'DYNAMIC':
      refuse(
        reading,
        task.pointer,
        `"${reference}" is DYNAMIC: which work it runs would be known at run time only. Put a SWITCH over the works in its place.`,
      );
      return place;
    case 'NOOP':
      return place;
    case 'SWITCH':
    case 'DECISION':
      return laySwitch(laying, task, place, reference, type);
    case 'TERMINATE':
      addStep(laying, task, place, { reference, type });
      return null;
    case 'EVENT': {
      const step = addStep(laying, task, place, { reference, type });
      if (take(reading, member(task, 'asyncComplete')) !== true) {
        return behind(step, place);
      }
      const answeredAt = claimKey(laying.keys, `${step.key}_done`);
      const signal = addStep(laying, task, behind(step, place), {
        type: 'SIGNAL',
        key: answeredAt,
      });
      return behind(signal, place);
    }
    default:
      return behind(addStep(laying, task, place, { reference, type }), place);
  }
}

function behind(step: Step, { path }: NonNullable<Place>): NonNullable<Place> {
  return { behind: [{ step }], path };
}

function laySwitch(
  laying: Laying,
  task: Source,
  place: NonNullable<Place>,
  reference: string,
  type: string,
): Place {
  const cases = new Map<string, string>();
  const used = new Set(['default']);
  const decisionCases = members(member(task, 'decisionCases'));
  for (const [name] of decisionCases) {
    cases.set(name, claimKey(used, name));
  }
  if (cases.size === 0) {
    omit(laying.reading, task.pointer, 'A SWITCH without cases always takes its default.');
    return layTasks(laying, member(task, 'defaultCase'), place);
  }

  const evaluator = member(task, 'evaluatorType').value;
  const scripted =
    evaluator === undefined || evaluator === null
      ? has(member(task, 'caseExpression'))
      : evaluator !== 'value-param';
  const decidedBy = scripted ? claimKey(laying.keys, `${reference}_case`) : undefined;
  const start =
    decidedBy === undefined
      ? place
      : behind(addStep(laying, task, place, { type: 'DECIDE', key: decidedBy }), place);
  const route = addStep(laying, task, start, {
    reference,
    type,
    cases,
    ...(decidedBy && { decidedBy }),
  });

  const branches: readonly (readonly [string, Source])[] = [
    ...decisionCases.map(([name, tasks]) => [cases.get(name) ?? '', tasks] as const),
    ['default', member(task, 'defaultCase')],
  ];
  const ends = branches.map(([branch, tasks]) =>
    layTasks(laying, tasks, {
      behind: [{ step: route, branch }],
      path: [...place.path, `${route.key}/${branch}`],
    }),
  );
  const open = ends.filter((end) => end !== null);
  return open.length === 0 ? null : { path: place.path, behind: open.flatMap((end) => end.behind) };
}

function addStep(
  laying: Laying,
  source: Source,
  place: NonNullable<Place>,
  wanted: { type: string } & ({ reference: string } | { key: string }) &
    Pick<Step, 'cases' | 'decidedBy'>,
): Step {
  const reference = 'reference' in wanted ? wanted.reference : null;
  const key = 'key' in wanted ? wanted.key : claimKey(laying.keys, wanted.reference);
  const parents = distinct(place.behind);
  const step: Step = {
    key,
    type: wanted.type,
    source,
    path: place.path,
    before: new Set(parents.flatMap((tail) => [tail.step.key, ...tail.step.before])),
    trigger: triggerFor(parents, place.path),
    ...(wanted.cases && { cases: wanted.cases }),
    ...(wanted.decidedBy !== undefined && { decidedBy: wanted.decidedBy }),
  };

  laying.steps.push(step);
  for (const tail of parents) {
    laying.edges.push({
      from: tail.step.key,
      to: key,
      ...(tail.branch !== undefined && { branch: tail.branch }),
    });
  }
  if (reference !== null) {
    laying.targets.set(reference, { step });
    if (key !== reference) {
      noteRenamed(laying.reading, member(source, 'taskReferenceName'), 'node', key);
    }
  }
  return step;
}

/** Of several branches only one may have run; it is enough. */
function triggerFor(parents: readonly Tail[], path: readonly string[]): TriggerRule | undefined {
  return parents.length > 1 && parents.some((tail) => mayBeSkipped(pathOf(tail), path))
    ? 'none_failed_min_one_success'
    : undefined;
}

function pathOf({ step, branch }: Tail): readonly string[] {
  return branch === undefined ? step.path : [...step.path, `${step.key}/${branch}`];
}

/** Whether what is on one path may not have run where something on the other does. */
export function mayBeSkipped(path: readonly string[], reader: readonly string[]): boolean {
  return path.some((branch, depth) => reader[depth] !== branch);
}

/** Every branch of a route leads somewhere here; those that led to the end of the workflow lead to a mark. */
function catchLooseBranches({ steps, edges, keys }: Laying): string | null {
  const taken = new Set(edges.map(({ from, branch }) => `${from}/${branch ?? ''}`));
  const loose = steps.flatMap(({ key, cases }) =>
    cases
      ? [...cases.values(), 'default']
          .filter((branch) => !taken.has(`${key}/${branch}`))
          .map((branch) => ({ from: key, branch }))
      : [],
  );
  if (loose.length === 0) {
    return null;
  }
  const to = claimKey(keys, 'end');
  edges.push(...loose.map((edge) => ({ ...edge, to })));
  return to;
}
