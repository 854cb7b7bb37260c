/** Conductor's `${workflow.input.x}` and `${task.output.y}` as CEL. */
import { isJsonObject, type Json } from '../json.ts';
import { celMember, celText, celValue, type Part, templateOf } from './cel.ts';
import { type Flow, mayBeSkipped, type Step } from './conductor_flow.ts';
import { omit } from './notes.ts';
import { has, items, member, members, type Reading, type Source, take } from './source.ts';

export type Scope = {
  readonly reading: Reading;
  readonly flow: Flow;
  /** Values of inputs that are not given. */
  readonly inputTemplate: Source;
  /** What the shared variables begin with; the definition has them as env. */
  readonly variables: Readonly<Record<string, Json>>;
};

/** Who reads: a node, or (null) the output of the workflow. */
export type Reader = Step | null;

type Translated = { readonly cel: string } | { readonly why: string };

/** A template out of a value that may hold `${…}` anywhere in it. Names of members are texts, as in Conductor. */
export function translate(scope: Scope, source: Source, reader: Reader): Json {
  take(scope.reading, source);

  if (typeof source.value === 'string') {
    return templateOf(partsOf(scope, source.value, source.pointer, reader));
  }
  if (Array.isArray(source.value)) {
    return items(source).map((item) => translate(scope, item, reader));
  }
  return isJsonObject(source.value)
    ? Object.fromEntries(
        members(source).map(([name, each]) => [name, translate(scope, each, reader)]),
      )
    : (source.value ?? null);
}

/** The same where only a text will do: anything else is written as JSON. */
export function translateText(scope: Scope, source: Source, reader: Reader): string {
  const value = translate(scope, source, reader);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The same as one CEL expression. */
export function translateToCel(scope: Scope, source: Source, reader: Reader): string {
  take(scope.reading, source);

  return celValue(source.value ?? null, (text) => {
    const parts = partsOf(scope, text, source.pointer, reader);
    const [only] = parts;
    if (parts.length === 1 && only && 'cel' in only) {
      return only.cel;
    }
    return parts.every((part) => 'plain' in part)
      ? celText(parts.map((part) => ('plain' in part ? part.plain : '')).join(''))
      : parts
          .map((part) => ('cel' in part ? `string(${part.cel})` : celText(part.plain)))
          .join(' + ');
  });
}

function partsOf(scope: Scope, text: string, pointer: string, reader: Reader): Part[] {
  const parts: Part[] = [];
  let plain = '';
  let position = 0;

  for (const match of text.matchAll(/(\$?)\$\{([^}]*)\}/g)) {
    const [whole, escape, inside = ''] = match;
    plain += text.slice(position, match.index);
    position = match.index + whole.length;

    if (escape) {
      plain += whole.slice(1);
      continue;
    }
    const translated = translatePath(scope, inside.trim(), pointer, reader);
    if ('why' in translated) {
      plain += whole;
      omit(scope.reading, pointer, `${whole} is left as a text: ${translated.why}`);
      continue;
    }
    if (plain !== '') {
      parts.push({ plain });
      plain = '';
    }
    parts.push(translated);
  }

  plain += text.slice(position);
  return plain === '' && parts.length > 0 ? parts : [...parts, { plain }];
}

function translatePath(scope: Scope, text: string, pointer: string, reader: Reader): Translated {
  const path = readPath(text);
  if (path === null) {
    return { why: 'only names and indexes can be followed.' };
  }
  const [head, kind, ...rest] = path;

  if (head === 'workflow') {
    return translateWorkflow(scope, kind, rest, reader);
  }
  const target = typeof head === 'string' ? scope.flow.targets.get(head) : undefined;
  if (target === undefined || kind === undefined) {
    return { why: `there is nothing like "${text}" here.` };
  }
  if (kind !== 'output') {
    return { why: `of a task only its output can be read, not its ${kind}.` };
  }
  if ('joins' in target) {
    return translateJoin(scope, target.joins, rest, reader);
  }
  if (target.step.type === 'FORK_JOIN_DYNAMIC') {
    if (rest.length > 0) {
      return { why: 'the output of a fan-out is a list, in the order of its items.' };
    }
    omit(scope.reading, pointer, 'The output of a fan-out is a list, not an object of tasks.');
  }
  return outputOf(target.step, rest, reader);
}

function translateWorkflow(
  scope: Scope,
  kind: string | number | undefined,
  rest: readonly (string | number)[],
  reader: Reader,
): Translated {
  const follow = rest.map(celMember).join('');
  switch (kind) {
    case 'input': {
      const given = member(scope.inputTemplate, String(rest[0] ?? ''));
      const fallback = has(given) ? take(scope.reading, given) : undefined;
      return fallback === undefined
        ? { cel: `input${follow}` }
        : rest.length === 1
          ? { cel: `default(input${follow}, ${celValue(fallback)})` }
          : {
              cel: `default(input${celMember(rest[0] ?? '')}, ${celValue(fallback)})${rest.slice(1).map(celMember).join('')}`,
            };
    }
    case 'variables':
      return translateVariable(scope, rest, reader);
    case 'workflowId':
      return { cel: 'instance.id' };
    case 'correlationId':
      return { cel: 'object.id' };
    case 'workflowType':
      return { cel: 'instance.workflow' };
    case 'version':
      return { cel: 'instance.version' };
    case undefined:
    default:
      return { why: `an instance has no "${kind ?? ''}" that could be read.` };
  }
}

/** A variable is the output of the node that set it: of several, the last that has run. */
function translateVariable(
  { flow, variables }: Scope,
  [name, ...rest]: readonly (string | number)[],
  reader: Reader,
): Translated {
  if (typeof name !== 'string') {
    return { why: 'name the variable.' };
  }
  const setters = flow.steps.filter(
    (step) =>
      step.type === 'SET_VARIABLE' &&
      member(member(step.source, 'inputParameters'), name).value !== undefined &&
      (reader === null || reader.before.has(step.key)),
  );
  const initial = Object.hasOwn(variables, name) ? `env${celMember(name)}` : 'null';
  const path = [name, ...rest].map(celMember).join('');
  const last = setters.at(-1);

  if (last === undefined) {
    return initial === 'null'
      ? { why: `nothing sets the variable "${name}" before.` }
      : { cel: `env${path}` };
  }
  if (!mayBeSkipped(last.path, reader?.path ?? [])) {
    return { cel: `tasks.${last.key}.output${path}` };
  }
  const fallback = initial === 'null' ? 'null' : `env${path}`;
  return {
    cel: setters.reduce(
      (older, step) => `default(tasks.${step.key}.output${path}, ${older})`,
      fallback,
    ),
  };
}

function translateJoin(
  scope: Scope,
  names: readonly string[],
  [first, ...rest]: readonly (string | number)[],
  reader: Reader,
): Translated {
  const steps = new Map(
    names.flatMap((name) => {
      const target = scope.flow.targets.get(name);
      return target && 'step' in target ? [[name, target.step] as const] : [];
    }),
  );
  if (first !== undefined) {
    const step = steps.get(String(first));
    return step ? outputOf(step, rest, reader) : { why: `the JOIN does not join "${first}".` };
  }
  const outputs = [...steps].map(([name, step]) => {
    const output = outputOf(step, [], reader);
    return `${celText(name)}: ${'cel' in output ? output.cel : 'null'}`;
  });
  return { cel: `{${outputs.join(', ')}}` };
}

/** Conductor reads null from a task that did not run. */
function outputOf(step: Step, rest: readonly (string | number)[], reader: Reader): Translated {
  if (reader && !reader.before.has(step.key)) {
    return { why: `"${step.key}" may not have ended by then.` };
  }
  if (step.type === 'SWITCH' || step.type === 'DECISION') {
    return { why: 'a route has no output.' };
  }
  const cel = `tasks.${step.key}.output${rest.map(celMember).join('')}`;
  const unsure =
    rest.length > 0 &&
    (mayBeSkipped(step.path, reader?.path ?? []) || member(step.source, 'optional').value === true);
  return { cel: unsure ? `default(${cel}, null)` : cel };
}

/** `a.b[0]['c d']` as names and indexes; null: it asks for more than a place. */
function readPath(text: string): (string | number)[] | null {
  const path: (string | number)[] = [];
  const pattern = /(?:^|\.)([^.[\]()*?@$'"]+)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/gy;
  let position = 0;

  for (const [whole, name, index, single, double] of text.matchAll(pattern)) {
    position += whole.length;
    path.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index));
  }
  return position === text.length && path.length > 0 ? path : null;
}
