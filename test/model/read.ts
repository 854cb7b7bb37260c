/** What the rows say and what the model says, in one form. One statement reads everything; each shard has a database of its own. */
import type { Sql } from '#db/database.ts';
import type { Json, JsonObject } from '#engine/json.ts';
import { decodeState } from '#engine/state.ts';
import { count } from './nodes.ts';
import type { NewRow } from './action.ts';
import { brokenRules, type Broken } from './invariants.ts';
import type { Flow } from './shape.ts';
import {
  nodeIn,
  settingOf,
  type Busy,
  type ModelInstance,
  type Setting,
  type Settings,
  type World,
} from './world.ts';

/** In the order of the settings, by which the model calls them. */
export type Versions = readonly { readonly id: number; readonly order: readonly string[] }[];

export type Seen = {
  readonly id: string;
  /** Its version, whose child it is, and what becomes of its object. */
  readonly about: string;
  readonly status: string;
  readonly nodes: Readonly<Record<string, string>>;
  readonly branches: Readonly<Record<string, readonly string[]>>;
  readonly fanouts: Readonly<Record<string, readonly number[]>>;
  /** Segments that wait in line, by fan-out. */
  readonly lines: Readonly<Record<string, readonly number[]>>;
  readonly context: JsonObject;
  readonly output: Json;
  /** Signals that no node has taken yet, in their order. */
  readonly signals: readonly string[];
  readonly tasks: readonly string[];
  readonly attempts: readonly string[];
};

export type Rows = {
  readonly broken: readonly Broken[];
  readonly workflows: readonly {
    readonly key: Flow;
    readonly enabled: boolean;
    readonly max_running: number;
    readonly on_object_busy: Busy;
  }[];
  readonly instances: readonly {
    readonly id: string;
    readonly status: string;
    readonly state: string;
    readonly context: JsonObject;
    readonly output: Json;
    readonly error: { readonly task: string | null; readonly code: string } | null;
    readonly version_id: number;
    readonly object_id: string;
    readonly exclusive: boolean;
    readonly blocked: boolean;
    readonly input: Json;
    readonly parent_id: string | null;
    readonly parent_node: number;
    readonly parent_segment: number;
    readonly parent_attempt: number;
    readonly parent_told: boolean;
    /** Last words that were written down. */
    readonly ends: number;
    readonly priority: number;
  }[];
  readonly tasks: readonly (TaskRow & { readonly instance_id: string })[];
  readonly attempts: readonly {
    readonly instance_id: string;
    readonly node: number;
    readonly segment: number;
    readonly number: number;
    readonly outcome: string;
    readonly code: string | null;
    readonly output: Json;
    readonly remote: boolean;
  }[];
  readonly signals: readonly {
    readonly instance_id: string;
    readonly name: string;
    readonly payload: Json;
  }[];
  readonly lines: readonly {
    readonly instance_id: string;
    readonly node: number;
    readonly first: number;
    readonly segments: readonly (readonly [number, number, Json])[];
  }[];
};

type TaskRow = {
  readonly node: number;
  readonly segment: number;
  readonly status: string;
  readonly held: boolean;
  readonly attempt: number;
  readonly failures: number;
  readonly priority: number;
  readonly slot: boolean;
  readonly due: number | null;
  readonly poll: number | null;
  readonly remote: boolean;
  readonly child: string | null;
  readonly input: Json;
};

export async function readRows(sql: Sql): Promise<Rows> {
  const [rows] = await sql<Rows[]>`
    select
      (${brokenRules(sql)}) as broken,
      (
        select json_agg(w)
        from (select key, enabled, max_running, on_object_busy from workflow) w
      ) as workflows,
      (
        select coalesce(json_agg(i order by i.id), '[]')
        from (
          select
            id, status, state, context, output, error, version_id, object_id, exclusive, blocked, input,
            parent_id, parent_node, parent_segment, parent_attempt, parent_told, priority,
            (
              select count(*)
              from notification n
              where n.instance_id = instance.id and n.type = 'instance.completed'
            ) as ends
          from instance
        ) i
      ) as instances,
      (
        select coalesce(json_agg(t), '[]')
        from (
          select
            instance_id, node, segment, status, held, attempt, failures, priority, slot, input,
            round(extract(epoch from due_at) * 1000)::bigint as due,
            round(extract(epoch from poll_at) * 1000)::bigint as poll, remote is not null as remote,
            child_id as child
          from task
        ) t
      ) as tasks,
      (
        select coalesce(json_agg(a), '[]')
        from (
          select
            instance_id, node, segment, number, outcome, code, output, remote is not null as remote
          from attempt
        ) a
      ) as attempts,
      (
        select coalesce(json_agg(s order by s.id), '[]')
        from (select instance_id, id, name, payload from signal where node is null) s
      ) as signals,
      (
        select coalesce(json_agg(q order by q.first), '[]')
        from (select instance_id, node, first, segments from segment_queue) q
      ) as lines
  `;
  if (rows === undefined) {
    throw new Error('no rows');
  }
  return rows;
}

/** `error` is not compared as a whole: of several that came at once any may be the one that is kept. */
export function errorOf(row: Rows['instances'][number]): string | null {
  return row.error === null ? null : `${row.error.task ?? 'null'}:${row.error.code}`;
}

export function seenInRows(versions: Versions, rows: Rows): Seen[] {
  const parents = new Map(parentsIn(versions, rows).map((parent) => [parent.id, parent.parent]));

  return rows.instances.map((row) => {
    const { id, status, state, context, output } = row;
    const version = versions.findIndex((one) => one.id === row.version_id);
    const keyOf = (node: number) => versions[version]?.order[node] ?? `#${node}`;
    const { nodes, fanouts, branches } = decodeState(state);
    const lines: Record<string, number[]> = {};
    for (const line of rows.lines.filter((one) => one.instance_id === id)) {
      // Those before `made` were let go: their chunk is still there for the others.
      const made = fanouts.get(line.node)?.made ?? 0;
      (lines[keyOf(line.node)] ??= []).push(
        ...line.segments.filter((_, place) => line.first + place >= made).map(([order]) => order),
      );
    }

    return {
      id,
      about: about({
        version,
        objectId: row.object_id,
        exclusive: row.exclusive,
        blocked: row.blocked,
        told: row.parent_told,
        input: row.input,
        parent: parents.get(id) ?? null,
        ends: row.ends,
        priority: row.priority,
      }),
      status,
      nodes: Object.fromEntries(nodes.map((one, node) => [keyOf(node), one])),
      branches: Object.fromEntries([...branches].map(([node, taken]) => [keyOf(node), taken])),
      fanouts: Object.fromEntries(
        [...fanouts].map(([node, { total, succeeded, failed, made }]) => [
          keyOf(node),
          [total, succeeded, failed, made],
        ]),
      ),
      lines,
      context,
      output,
      signals: rows.signals.filter((one) => one.instance_id === id).map(signalLine),
      tasks: rows.tasks
        .filter((task) => task.instance_id === id)
        .map((task) => taskLine(keyOf(task.node), task))
        .toSorted(),
      attempts: rows.attempts
        .filter((attempt) => attempt.instance_id === id)
        .map(({ node, ...attempt }) => attemptLine({ node: keyOf(node), ...attempt }))
        .toSorted(),
    };
  });
}

/** Whose children there are. */
export function parentsIn(versions: Versions, { instances }: Rows): NewRow[] {
  const versionOf = new Map(instances.map((row) => [row.id, row.version_id]));

  return instances.map((row) => {
    const version = versions.find((one) => one.id === versionOf.get(row.parent_id ?? ''));
    const node = row.parent_node;
    return {
      id: row.id,
      parent:
        row.parent_id === null
          ? null
          : {
              id: row.parent_id,
              node: version?.order[node] ?? `#${node}`,
              segment: row.parent_segment,
              attempt: row.parent_attempt,
            },
    };
  });
}

function about(
  one: Pick<
    ModelInstance,
    | 'version'
    | 'objectId'
    | 'exclusive'
    | 'blocked'
    | 'told'
    | 'input'
    | 'parent'
    | 'ends'
    | 'priority'
  >,
): string {
  const { parent, ends } = one;
  const words = [
    ...(one.exclusive ? ['exclusive'] : []),
    ...(one.blocked ? ['blocked'] : []),
    ...(one.told ? ['told'] : []),
    // Of a child nobody but its parent wants to hear.
    ...(parent === null
      ? [`ended ${ends} times`]
      : [`child of ${parent.id}/${parent.node}/${parent.segment}#${parent.attempt}`]),
  ];
  return `version ${one.version}, priority ${one.priority}, for ${one.objectId} with ${canonical(one.input)} ${words.join(', ')}`;
}

export function seenInModel(settings: Settings, world: World): Seen[] {
  return world.instances
    .map((instance) => seenInstance(settingOf(settings, instance.version), instance))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function seenInstance({ order }: Setting, instance: ModelInstance): Seen {
  const fanouts: Record<string, number[]> = {};
  const lines: Record<string, number[]> = {};
  const branches: Record<string, readonly string[]> = {};

  for (const key of order) {
    const node = nodeIn(instance, key);
    if (node.branches !== null) {
      branches[key] = node.branches;
    }
    if (node.segments !== null) {
      fanouts[key] = [
        node.segments.length,
        count(node.segments, 'succeeded'),
        count(node.segments, 'failed'),
        node.segments.length - node.line.length,
      ];
      if (node.line.length > 0) {
        lines[key] = node.line;
      }
    }
  }

  return {
    id: instance.id,
    about: about(instance),
    status: instance.status,
    nodes: Object.fromEntries(order.map((key) => [key, nodeIn(instance, key).status])),
    branches,
    fanouts,
    lines,
    context: instance.context,
    output: instance.output,
    signals: instance.signals.map(signalLine),
    tasks: instance.tasks
      .map((task) => taskLine(task.node, { ...task, due: task.dueAt, poll: task.pollAt }))
      .toSorted(),
    attempts: instance.trace.map(attemptLine).toSorted(),
  };
}

function signalLine({ name, payload }: { readonly name: string; readonly payload: Json }): string {
  return `${name} ${canonical(payload)}`;
}

function taskLine(key: string, task: Omit<TaskRow, 'node'>): string {
  const held = task.held ? ' held' : '';
  const slot = task.slot ? ' slot' : '';
  const child = task.child === null ? '' : ` child ${task.child}`;
  const remote = task.remote ? ` remote, asked ${task.poll}` : '';
  return (
    `${key}/${task.segment} ${task.status}${held}${slot} #${task.attempt}, ${task.failures} failed, ` +
    `priority ${task.priority}, due ${task.due}, ${canonical(task.input)}${remote}${child}`
  );
}

function attemptLine(one: {
  readonly node: string;
  readonly segment: number;
  readonly number: number;
  readonly outcome: string;
  readonly code: string | null;
  readonly output: Json;
  readonly remote: boolean;
}): string {
  return `${one.node}/${one.segment} #${one.number} ${one.outcome} ${one.code ?? ''} ${canonical(one.output)}${one.remote ? ' remote' : ''}`;
}

/** The same JSON as the same text, in whatever order its members are. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_name, inner: Json) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
