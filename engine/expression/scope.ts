import type { Json, JsonObject } from '../json.ts';

/** What an expression may read. `item` and `index` are there only while the segments of a fan-out are rendered. */
export type Scope = {
  input: Json;
  context: JsonObject;
  env: JsonObject;
  object: { id: string };
  instance: { id: string; workflow: string; version: number };
  tasks: Readonly<Record<string, { output: Json | null; status: string }>>;
  item?: Json;
  index?: number;
};

type Variable = {
  readonly name: keyof Scope;
  readonly type: 'dyn' | 'map';
  readonly description: string;
  /** The only members it has, if they are known in advance. */
  readonly members?: readonly string[];
};

/** The names of the language, for the compiler, the docs and completion alike. */
export const VARIABLES: readonly Variable[] = [
  { name: 'input', type: 'dyn', description: 'what the instance was created with' },
  { name: 'context', type: 'map', description: "the instance's shared variables" },
  { name: 'env', type: 'map', description: 'the parameters of the definition' },
  {
    name: 'object',
    type: 'map',
    description: 'what the instance is about: object.id',
    members: ['id'],
  },
  {
    name: 'instance',
    type: 'map',
    description: 'the run itself: instance.id, instance.workflow, instance.version',
    members: ['id', 'workflow', 'version'],
  },
  {
    name: 'tasks',
    type: 'map',
    description: 'nodes that ran before: tasks.KEY.output, tasks.KEY.status',
  },
  { name: 'item', type: 'dyn', description: 'in the input of a fan-out: the item of the segment' },
  { name: 'index', type: 'dyn', description: 'in the input of a fan-out: its place, from 0' },
];

export const TASK_MEMBERS: readonly string[] = ['output', 'status'];
