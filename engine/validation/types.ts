/**
 * What can be wrong with expressions by the types of what they read, as far as those are known: the input by its schema, the outputs of
 * tasks by those of their works, parameters by their values, answers of services by their shape.
 */
import { type Complaint, inferType } from '../expression/infer.ts';
import { typeOfSchema } from '../expression/schema_type.ts';
import type { Placed } from '../expression/template.ts';
import {
  ANY,
  BOOLEAN,
  either,
  inWords,
  listOf,
  mayBe,
  NULL,
  NUMBER,
  objectOf,
  oneOf,
  TEXT,
  type Type,
  typeOfValue,
} from '../expression/type.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { step } from '../pointer.ts';
import type { Problem } from '../problem.ts';
import { parseMoment } from '../window.ts';
import type { Wanted } from './places.ts';
import type { Found, Reading, ReadPlace } from './read.ts';
import { type Sketch, type SketchNode, text } from './sketch.ts';

export type OutputSchemas = ReadonlyMap<string, JsonObject>;

type Checking = {
  readonly reading: Reading;
  readonly schemas: OutputSchemas;
  /** The names known everywhere. */
  readonly names: Map<string, Type>;
  /** Outputs of nodes by their keys. Null while one is found out: nodes in a circle would read one another for ever. */
  readonly outputs: Map<string, Type | null>;
  readonly byKey: Sketch['byKey'];
};

export function checkTypes(sketch: Sketch, reading: Reading, schemas: OutputSchemas): Problem[] {
  const checking: Checking = {
    reading,
    schemas,
    names: new Map(),
    outputs: new Map(),
    byKey: sketch.byKey,
  };
  nameEverything(checking, sketch);

  return [
    ...[...reading.nodes].flatMap(([node, places]) =>
      places
        .flatMap((place) => checkPlace(place, namesIn(checking, node)))
        .map((problem): Problem => ({ ...problem, node: node.key })),
    ),
    ...(reading.output ? checkPlace(reading.output, checking.names) : []),
  ];
}

function nameEverything(checking: Checking, { byKey, input, env }: Sketch): void {
  const tasks = [...byKey.keys()].map(
    (key) => [key, () => objectOf({ output: outputOf(checking, key), status: TEXT })] as const,
  );
  const { names } = checking;

  names.set('input', input === undefined ? ANY : typeOfSchema(input));
  names.set('env', typeOfValue(isJsonObject(env) ? env : {}));
  names.set('object', objectOf({ id: TEXT }));
  names.set('instance', objectOf({ id: TEXT, workflow: TEXT, version: NUMBER }));
  names.set('tasks', objectOf(new Map(tasks), 'any'));
}

const ANSWER = objectOf({ status: NUMBER, headers: objectOf({}, 'any'), body: ANY });

/** Those that are known only in some places have the same meaning in each, and where they are not known that has been said. */
function namesIn(checking: Checking, node: SketchNode): ReadonlyMap<string, Type> {
  switch (node.type) {
    case 'fanout':
      return new Map([...checking.names, ['item', itemOf(checking, node)], ['index', NUMBER]]);
    case 'http':
      return new Map([
        ...checking.names,
        ['submit', ANSWER],
        ['response', ANSWER],
        ['reportUrl', TEXT],
        ['attempt', NUMBER],
      ]);
    default:
      return checking.names;
  }
}

function itemOf(checking: Checking, node: SketchNode): Type {
  const items = placeAt(checking, node, 'items');
  const type = items ? typeOfPlace(items, checking.names).type : ANY;
  return mayBe(type, 'list') ? (type.elements?.() ?? ANY) : ANY;
}

function placeAt({ reading }: Checking, node: SketchNode, name: string): ReadPlace | undefined {
  return reading.nodes.get(node)?.find(({ place }) => place.pointer === node.pointer + step(name));
}

function outputOf(checking: Checking, key: string): Type {
  const known = checking.outputs.get(key);
  if (known !== undefined) {
    return known ?? ANY;
  }
  checking.outputs.set(key, null);
  const node = checking.byKey.get(key);
  // One that was skipped has left null.
  const output = node ? either(findOutput(checking, node), NULL) : ANY;
  checking.outputs.set(key, output);
  return output;
}

function findOutput(checking: Checking, node: SketchNode): Type {
  switch (node.type) {
    case 'task':
      return ofWork(checking, node);
    case 'fanout':
      // Segments that failed within the tolerance have left null.
      return listOf(() => either(ofWork(checking, node), NULL));
    case 'http': {
      const output = placeAt(checking, node, 'output');
      return output ? typeOfPlace(output, namesIn(checking, node)).type : ANY;
    }
    case 'signal': {
      const payload = node.fields['approval'] === true ? APPROVAL : ANY;
      const fallback = placeAt(checking, node, 'default');
      return fallback ? either(payload, typeOfPlace(fallback, checking.names).type) : payload;
    }
    default:
      return ANY;
  }
}

/** A person may say more, but must say this. */
const APPROVAL = objectOf({ approved: BOOLEAN }, 'undeclared');

function ofWork({ schemas }: Checking, node: SketchNode): Type {
  const work = text(node.fields['work']);
  const schema = work === null ? undefined : schemas.get(work);
  return schema === undefined ? ANY : typeOfSchema(schema);
}

function checkPlace(read: ReadPlace, names: ReadonlyMap<string, Type>): Problem[] {
  if (read.compiled === null) {
    return [];
  }
  const { type, problems } = typeOfPlace(read, names);
  const whole = 'expression' in read.compiled ? read.compiled.expression : wholeOf(read);
  const constant = 'template' in read.compiled && read.compiled.expressions.length === 0;
  const wrong = constant
    ? wrongConstant(read.place.wanted, 'template' in read.compiled ? read.compiled.template : null)
    : wrongType(read.place.wanted, type);

  return [...problems, ...(wrong === null ? [] : [unfit(read, whole, wrong)])];
}

/** The expression that a template is, if it is nothing else. */
function wholeOf({ compiled, found }: ReadPlace): Found | null {
  const [only] = compiled && 'template' in compiled ? compiled.expressions : [];
  return only?.whole && only.pointer === '' ? (found[0] ?? null) : null;
}

function wrongType(wanted: Wanted, type: Type): string | null {
  switch (wanted) {
    case 'condition':
      return mayBe(type, 'boolean')
        ? null
        : `a condition must be true or false, not ${inWords(type)}`;
    case 'list':
      return mayBe(type, 'list') ? null : `items must be a list, not ${inWords(type)}`;
    case 'seconds':
      return mayBe(type, 'number') ? null : `it must be a number of seconds, not ${inWords(type)}`;
    case 'moment':
      return mayBe(type, 'text')
        ? null
        : `it must be a time such as 2026-11-21T08:00:00Z, not ${inWords(type)}`;
    case 'text':
      return mayBe(type, 'text', 'number', 'boolean')
        ? null
        : `it must be text, not ${inWords(type)}`;
    case 'anything':
      return null;
  }
}

/** What is written out is known to the letter. */
function wrongConstant(wanted: Wanted, value: Json): string | null {
  if (wanted === 'seconds' && typeof value === 'string') {
    return `it must be a number of seconds, or an expression that yields one`;
  }
  return wanted === 'moment' && typeof value === 'string' && parseMoment(value) === null
    ? 'it must be a time such as 2026-11-21T08:00:00Z, or an expression that yields one'
    : null;
}

function unfit({ place }: ReadPlace, whole: Found | null, message: string): Problem {
  if (whole) {
    const { length } = whole.expression.source;
    return problemOf(whole, {
      code: 'wrong_type',
      severity: 'error',
      message,
      start: 0,
      end: length,
    });
  }
  const source = 'template' in place.source ? JSON.stringify(place.source.template) : '';
  return {
    code: 'wrong_type',
    severity: 'error',
    message: `In ${source}: ${message}.`,
    pointer: place.pointer,
    params: { expression: source, message },
  };
}

function problemOf({ pointer, offset, expression }: Found, complaint: Complaint): Problem {
  const { code, severity, message, start, end } = complaint;
  const { source } = expression;
  return {
    code,
    severity,
    message: `In the expression ${source}: ${message}.`,
    pointer,
    params: { expression: source, message, start, end, offset },
  };
}

type Typed = { readonly type: Type; readonly problems: readonly Problem[] };

function typeOfPlace({ compiled, place }: ReadPlace, names: ReadonlyMap<string, Type>): Typed {
  if (compiled === null) {
    return { type: ANY, problems: [] };
  }
  if ('expression' in compiled) {
    return typeOfExpression(compiled.expression, names);
  }
  const byPointer = new Map<string, Placed[]>();
  for (const one of compiled.expressions) {
    byPointer.set(one.pointer, [...(byPointer.get(one.pointer) ?? []), one]);
  }
  const problems: Problem[] = [];
  const type = typeOfTemplate(compiled.template, '', (pointer) => {
    const placed = byPointer.get(pointer) ?? [];
    const typed = placed.map((one) =>
      typeOfExpression({ ...one, pointer: place.pointer + one.pointer }, names),
    );
    problems.push(...typed.flatMap((one) => one.problems));
    return placed[0]?.whole ? (typed[0]?.type ?? ANY) : TEXT;
  });
  return { type, problems };
}

function typeOfExpression(found: Found, names: ReadonlyMap<string, Type>): Typed {
  const { syntax, source } = found.expression;
  const { type, complaints } = inferType(syntax, source, names);
  return { type, problems: complaints.map((complaint) => problemOf(found, complaint)) };
}

/** The type of what a template renders; `ofText` says that of each text in it. */
function typeOfTemplate(template: Json, pointer: string, ofText: (pointer: string) => Type): Type {
  if (typeof template === 'string') {
    return ofText(pointer);
  }
  if (Array.isArray(template)) {
    const elements = (template as readonly Json[]).map((element, index) =>
      typeOfTemplate(element, pointer + step(index), ofText),
    );
    return listOf(() => oneOf(elements));
  }
  if (!isJsonObject(template)) {
    return typeOfValue(template);
  }
  const members = Object.entries(template).map(
    ([name, member]) => [name, typeOfTemplate(member, pointer + step(name), ofText)] as const,
  );
  return objectOf(new Map(members.map(([name, type]) => [name, () => type])));
}
