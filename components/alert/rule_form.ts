/** A rule as it is written in the form: texts, until it is sent. */
import type { AlertRule } from '#api/types.ts';
import { ALERT_PARAMS, SCOPE_OF, type AlertKind } from '#engine/alert/rule.ts';
import type { JsonObject } from '#engine/json.ts';
import { isInternalWork } from '#engine/plan.ts';
import type { Suggestion } from '../ui/SuggestInput.tsx';

/** The numbers that a kind asks for, with what stands there at first; empty: it may be left out. */
export const PARAM_FIELDS = {
  instance_failed: {},
  failure_rate: { percent: '20', windowSeconds: '600', minimum: '10' },
  task_stuck: { olderThanSeconds: '3600' },
  backlog: { count: '1000', olderThanSeconds: '' },
  dispatch_timeout: { count: '1', windowSeconds: '600' },
  endpoint_down: { deliveries: '3' },
  no_worker: { olderThanSeconds: '60' },
  dead_letter: {},
} as const satisfies Record<AlertKind, Readonly<Record<string, string>>>;

export type ParamName =
  | 'percent'
  | 'windowSeconds'
  | 'minimum'
  | 'olderThanSeconds'
  | 'count'
  | 'deliveries';

export type WrittenRule = {
  readonly name: string;
  readonly kind: AlertKind;
  readonly params: Readonly<Partial<Record<ParamName, string>>>;
  readonly of: 'tasks' | 'instances';
  readonly level: AlertRule['level'];
  readonly quietSeconds: string;
  readonly workflows: string;
  readonly works: string;
  readonly channels: readonly string[];
};

export function paramNames(kind: AlertKind): ParamName[] {
  return Object.keys(PARAM_FIELDS[kind]) as ParamName[];
}

/** Which keys narrow the rule as it is written. */
export function scopeOf({ kind, of }: WrittenRule): 'workflow' | 'work' | 'none' {
  const scope = SCOPE_OF[kind];
  return scope === 'either' ? (of === 'tasks' ? 'work' : 'workflow') : scope;
}

export function newRule(kind: AlertKind, channels: readonly string[]): WrittenRule {
  return {
    name: '',
    kind,
    params: PARAM_FIELDS[kind],
    of: 'tasks',
    level: 'warning',
    quietSeconds: '600',
    workflows: '',
    works: '',
    channels,
  };
}

export function writtenFrom(rule: AlertRule): WrittenRule {
  const { params } = rule;
  const names = paramNames(rule.kind).map((name) => {
    const value = params[name];
    return [name, typeof value === 'number' ? String(value) : ''] as const;
  });

  return {
    name: rule.name,
    kind: rule.kind,
    params: Object.fromEntries(names),
    of: params['of'] === 'instances' ? 'instances' : 'tasks',
    level: rule.level,
    quietSeconds: String(rule.quietSeconds),
    workflows: rule.workflows.join(', '),
    works: rule.works.join(', '),
    channels: rule.channels,
  };
}

/** What is wrong with a number; by the name of its message. */
export type NumberFault =
  | { readonly says: 'missing' | 'number' | 'whole' | 'oneOf' }
  | { readonly says: 'least' | 'most'; readonly limit: number };

export type RuleFaults = Readonly<Partial<Record<ParamName | 'quietSeconds', NumberFault>>>;

/** What of the numbers cannot be, judged by the engine's own schema. */
export function faultsOf(written: WrittenRule): RuleFaults {
  const read = ALERT_PARAMS[written.kind].safeParse(paramsOf(written));
  const faults = (read.error?.issues ?? []).map(({ path, ...issue }) => {
    // What is wrong with all of them together is said at the first.
    const name = (path[0] ?? paramNames(written.kind)[0]) as ParamName;
    return [name, faultOf(issue, written.params[name] ?? '')] as const;
  });
  const quiet = numberOf(written.quietSeconds);

  return {
    ...Object.fromEntries(faults),
    ...(typeof quiet === 'string' && {
      quietSeconds: { says: quiet.trim() === '' ? 'missing' : 'number' },
    }),
    ...(typeof quiet === 'number' && quiet < 0 && { quietSeconds: { says: 'least', limit: 0 } }),
  };
}

type Issue = { readonly code: string; readonly minimum?: unknown; readonly maximum?: unknown };

function faultOf(issue: Issue, text: string): NumberFault {
  if (issue.code === 'too_small') return { says: 'least', limit: Number(issue.minimum) };
  if (issue.code === 'too_big') return { says: 'most', limit: Number(issue.maximum) };
  if (issue.code === 'custom') return { says: 'oneOf' };
  if (text.trim() === '') return { says: 'missing' };
  return { says: typeof numberOf(text) === 'number' ? 'whole' : 'number' };
}

/** What is sent. A text that is no number is sent as it is: the API says what is wrong with it, and where. */
export function bodyOf(written: WrittenRule, isNew: boolean): JsonObject {
  const scope = scopeOf(written);

  return {
    name: written.name.trim(),
    ...(isNew && { kind: written.kind }),
    params: paramsOf(written),
    level: written.level,
    quietSeconds: numberOf(written.quietSeconds),
    workflows: scope === 'workflow' ? listOf(written.workflows) : [],
    works: scope === 'work' ? listOf(written.works) : [],
    channels: [...written.channels],
  };
}

function paramsOf({ kind, params, of }: WrittenRule): JsonObject {
  const numbers = Object.entries(params)
    .filter(([, text]) => text.trim() !== '')
    .map(([name, text]) => [name, numberOf(text)] as const);

  return { ...Object.fromEntries(numbers), ...(kind === 'backlog' && { of }) };
}

function numberOf(text: string): number | string {
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? text : number;
}

/** What is separated by commas, of any kind that a Chinese keyboard has too. */
export function listOf(text: string): string[] {
  return text
    .split(/[,，、\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

type Named = { readonly key: string; readonly name: string };

/** Those of the keys of which there is nothing, as far as that is known: a list may not hold all that there are. */
export function unknownKeys(
  text: string,
  known: { readonly data: readonly Named[]; readonly nextCursor: string | null } | undefined,
): string[] {
  if (known === undefined || known.nextCursor !== null) {
    return [];
  }
  const keys = new Set(known.data.map(({ key }) => key));
  return listOf(text).filter((key) => !keys.has(key) && !isInternalWork(key));
}

/** What the last of the keys may become: a list offers whole values, so what stands before it is part of each. */
export function suggestionsFor(text: string, known: readonly Named[]): Suggestion[] {
  const before = text.slice(0, text.length - (/[^,，、\s]*$/.exec(text)?.[0].length ?? 0));
  const listed = new Set(listOf(before));

  return known
    .filter(({ key }) => !listed.has(key))
    .map(({ key, name }) => ({ value: before + key, label: name }));
}
