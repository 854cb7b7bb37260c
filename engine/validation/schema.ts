import type * as z from 'zod';
import { definition, type Definition } from '../definition.ts';
import { step } from '../pointer.ts';
import type { Problem } from '../problem.ts';

type Issue = z.core.$ZodIssue;

/** What the schema says, each issue with its place and the node or edge it is in. */
export function checkSchema(document: unknown): {
  readonly definition: Definition | null;
  readonly problems: readonly Problem[];
} {
  const parsed = definition.safeParse(document);
  return parsed.success
    ? { definition: parsed.data, problems: [] }
    : {
        definition: null,
        problems: parsed.error.issues.map((issue) => toProblem(document, issue)),
      };
}

function toProblem(document: unknown, issue: Issue): Problem {
  const [collection, index, ...inside] = issue.path;
  const owner = collection === undefined ? undefined : at(at(document, collection), index ?? '');
  const pointer = issue.path.map((name) => step(String(name))).join('');

  if (collection === 'nodes' && index !== undefined) {
    const key = at(owner, 'key');
    const node = typeof key === 'string' ? key : undefined;
    return {
      ...problem(issue, `Node ${node === undefined ? Number(index) + 1 : `"${node}"`}`, inside),
      pointer,
      node,
    };
  }

  if (collection === 'edges' && index !== undefined) {
    const edge = endsOf(owner);
    const name = edge ? `${edge.from} -> ${edge.to}` : String(Number(index) + 1);
    return { ...problem(issue, `Edge ${name}`, inside), pointer, edge };
  }

  return { ...problem(issue, 'The definition', issue.path), pointer };
}

function endsOf(edge: unknown): Problem['edge'] {
  const [from, to] = [at(edge, 'from'), at(edge, 'to')];
  return typeof from === 'string' && typeof to === 'string' ? { from, to } : undefined;
}

function problem(
  issue: Issue,
  subject: string,
  path: readonly PropertyKey[],
): Pick<Problem, 'code' | 'severity' | 'message' | 'params'> {
  const place = path.map(String).join('.');
  const rule = ruleOf(issue);
  return {
    code: 'schema',
    severity: 'error',
    message: `${subject}: ${place === '' ? '' : `${place} `}${rule}.`,
    params: { path: place, rule },
  };
}

/** The rest of a sentence that begins with the name of what is wrong. */
function ruleOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is missing'
        : `must be ${article(issue.expected)}`;
    case 'too_small':
      return `must ${measure(issue.origin)} ${issue.minimum} or more${unit(issue.origin)}`;
    case 'too_big':
      return `must ${measure(issue.origin)} ${issue.maximum} or less${unit(issue.origin)}`;
    case 'unrecognized_keys':
      return `has unknown members: ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value))).join(' or ')}`;
    case 'invalid_union':
      return unionRule(issue);
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return issue.message;
  }
}

function unionRule(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  if ('options' in issue && Array.isArray(issue.options)) {
    return `must be ${issue.options.map((option) => `"${String(option)}"`).join(' or ')}`;
  }
  const first = issue.errors[0]?.[0];
  return first ? ruleOf(first) : issue.message;
}

function article(type: string): string {
  const name = type === 'int' ? 'whole number' : type;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

function measure(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'be' : 'have';
}

function unit(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' elements' : '';
}

function at(value: unknown, name: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[name]
    : undefined;
}
