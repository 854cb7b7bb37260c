/**
 * What is known of a value before there is one. A type claims no more than is certain: `ANY` is what nothing is known of, and whatever
 * cannot be said in these terms (times, durations, optional values) is `ANY` too, so that a check by types never cries wolf.
 */
import { isJsonObject, type Json } from '../json.ts';

export type Kind = 'null' | 'boolean' | 'number' | 'text' | 'list' | 'object';

export type Type = {
  /** What it may be; null: anything. */
  readonly kinds: ReadonlySet<Kind> | null;
  /** Where it is an object; absent: nothing is known of its members. */
  readonly members?: Members;
  /** Where it is a list: what each element is; absent: anything. Asked for only when it is needed. */
  readonly elements?: () => Type;
};

export type Members = {
  readonly named: ReadonlyMap<string, () => Type>;
  /** `none`: there are no others; `undeclared`: there may be, but nobody has said so. */
  readonly others: 'none' | 'undeclared' | 'any';
};

export const ANY: Type = { kinds: null };
export const NULL: Type = { kinds: new Set(['null']) };
export const BOOLEAN: Type = { kinds: new Set(['boolean']) };
export const NUMBER: Type = { kinds: new Set(['number']) };
export const TEXT: Type = { kinds: new Set(['text']) };

const LIST_KINDS: ReadonlySet<Kind> = new Set(['list']);
const OBJECT_KINDS: ReadonlySet<Kind> = new Set(['object']);

export function listOf(elements: () => Type): Type {
  return { kinds: LIST_KINDS, elements };
}

/** An object that has these members and, unless `others` says otherwise, no more. */
export function objectOf(
  named: Readonly<Record<string, Type>> | ReadonlyMap<string, () => Type>,
  others: Members['others'] = 'none',
): Type {
  const members =
    named instanceof Map
      ? (named as ReadonlyMap<string, () => Type>)
      : new Map(Object.entries(named).map(([name, type]) => [name, () => type as Type]));
  return { kinds: OBJECT_KINDS, members: { named: members, others } };
}

export function mayBe({ kinds }: Type, ...some: readonly Kind[]): boolean {
  return kinds === null || some.some((kind) => kinds.has(kind));
}

/** What is one or the other. */
export function either(one: Type, other: Type): Type {
  if (one === other) {
    return one; // and no work: what is built of one thing twice, again and again, would double each time
  }
  if (one === ANY || other === ANY) {
    return ANY;
  }
  const kinds =
    one.kinds === null || other.kinds === null ? null : new Set([...one.kinds, ...other.kinds]);
  const members = eitherMembers(one, other);
  const elements = eitherElements(one, other);

  return { kinds, ...(members ? { members } : {}), ...(elements ? { elements } : {}) };
}

export function oneOf(types: readonly Type[]): Type {
  const [first, ...others] = types;
  return first === undefined ? ANY : others.reduce(either, first);
}

function eitherMembers(one: Type, other: Type): Members | undefined {
  if (!mayBe(one, 'object')) return other.members;
  if (!mayBe(other, 'object')) return one.members;
  if (one.members === undefined || other.members === undefined) return undefined;

  const [ours, theirs] = [one.members, other.members];
  const names = new Set([...ours.named.keys(), ...theirs.named.keys()]);
  return {
    named: new Map(
      [...names].map((name) => [
        name,
        once(() => either(ours.named.get(name)?.() ?? ANY, theirs.named.get(name)?.() ?? ANY)),
      ]),
    ),
    others: [ours.others, theirs.others].includes('any')
      ? 'any'
      : [ours.others, theirs.others].includes('undeclared')
        ? 'undeclared'
        : 'none',
  };
}

function eitherElements(one: Type, other: Type): (() => Type) | undefined {
  if (!mayBe(one, 'list')) return other.elements;
  if (!mayBe(other, 'list')) return one.elements;
  const [ours, theirs] = [one.elements, other.elements];
  return ours && theirs && once(() => either(ours(), theirs()));
}

/** Elements looked at to say what the elements of a list are. */
const MOST_ELEMENTS = 100;

export function typeOfValue(value: Json): Type {
  if (typeof value !== 'object') {
    return typeof value === 'string' ? TEXT : typeof value === 'number' ? NUMBER : BOOLEAN;
  }
  if (value === null) {
    return NULL;
  }
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(
      ([name, member]) => [name, once(() => typeOfValue(member))] as const,
    );
    return objectOf(new Map(members));
  }
  return listOf(
    once(() =>
      value.length > MOST_ELEMENTS ? ANY : oneOf(value.map((element) => typeOfValue(element))),
    ),
  );
}

/** Found out when it is asked for, and once. */
export function once(find: () => Type): () => Type {
  let found: Type | undefined;
  return () => (found ??= find());
}

const WORDS: Readonly<Record<Kind, string>> = {
  null: 'null',
  boolean: 'true or false',
  number: 'a number',
  text: 'text',
  list: 'a list',
  object: 'an object',
};

/** For people: `a number or null`. */
export function inWords({ kinds }: Type): string {
  return kinds === null ? 'any value' : [...kinds].map((kind) => WORDS[kind]).join(' or ');
}
