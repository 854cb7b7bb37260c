import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgeId } from '../../canvas/graph.ts';
import { NODE_KINDS, NODE_TYPES } from '../../canvas/kinds/registry.ts';
import { casesOf } from '../../canvas/read.ts';
import { pathBetween } from './connect.ts';
import { EMPTY_DOCUMENT, nodeOf, openDocument, type Document } from './document.ts';
import { fragmentFromText, fragmentOf, fragmentToText } from './fragment.ts';
import { canRedo, canUndo, goTo, present, record, seal, startHistory } from './history.ts';
import { coalesceKeyOf, labelOf } from './labels.ts';
import { apply, type Operation } from './operations.ts';

/** `draw('a -> b, b -> c')`: tasks joined by edges. */
function draw(notation: string): Document {
  const pairs = notation.split(',').map((pair) => pair.trim().split(' -> '));
  const keys = [...new Set(pairs.flat())];
  const document = openDocument({
    schemaVersion: 1,
    nodes: keys.map((key) => ({ key, type: 'task' })),
    edges: pairs.flatMap(([from, to]) => (to === undefined ? [] : [{ from, to }])),
  });

  if (document === null) throw new Error(`cannot be drawn: ${notation}`);
  return document;
}

function linesOf(document: Document): string[] {
  return document.edges.map(edgeId).toSorted();
}

function change(document: Document, ...operations: Operation[]): Document {
  return operations.reduce(apply, document);
}

describe('adding', () => {
  test('after a node joins the two and places the new one to the right', () => {
    const document = change(draw('a -> b'), {
      type: 'add',
      node: NODE_KINDS.task.create('task'),
      after: { from: 'b' },
    });

    expect(linesOf(document)).toEqual(['a>b', 'b>task']);
    expect(document.layout.task?.x).toBeGreaterThan(document.layout.b?.x ?? 0);
  });

  test('on an edge splits it and moves what comes after out of the way', () => {
    const before = draw('a -> b, b -> c');
    const document = change(before, {
      type: 'add',
      node: NODE_KINDS.task.create('task'),
      between: { from: 'a', to: 'b' },
    });

    expect(linesOf(document)).toEqual(['a>task', 'b>c', 'task>b']);
    expect(document.layout.a).toEqual(before.layout.a);
    expect(document.layout.c?.x).toBeGreaterThan(before.layout.c?.x ?? 0);
    expect(document.layout.task?.x).toBeGreaterThan((document.layout.a?.x ?? 0) + 240);
    expect(document.layout.b?.x).toBeGreaterThan((document.layout.task?.x ?? 0) + 240);
  });

  test('a route on an edge leads on by its default branch', () => {
    const document = change(draw('a -> b'), {
      type: 'add',
      node: NODE_KINDS.route.create('route'),
      between: { from: 'a', to: 'b' },
    });

    expect(linesOf(document)).toEqual(['a>route', 'route:default>b']);
  });

  test('an end on an edge stands beside it, since nothing can come after it', () => {
    const document = change(draw('a -> b'), {
      type: 'add',
      node: NODE_KINDS.end.create('end'),
      between: { from: 'a', to: 'b' },
    });

    expect(linesOf(document)).toEqual(['a>b']);
    expect(nodeOf(document, 'end')).toBeDefined();
  });

  test('gives a key that is not taken', () => {
    const add: Operation = { type: 'add', node: NODE_KINDS.task.create('task') };

    expect(change(EMPTY_DOCUMENT, add, add, add).nodes.map((node) => node.key)).toEqual([
      'task',
      'task2',
      'task3',
    ]);
  });
});

describe('connecting', () => {
  test('refuses a circle, a second edge, and a node to itself', () => {
    const document = draw('a -> b, b -> c');

    for (const edge of [
      { from: 'c', to: 'a' },
      { from: 'a', to: 'b' },
      { from: 'a', to: 'a' },
      { from: 'a', to: 'missing' },
    ]) {
      expect(change(document, { type: 'connect', edge })).toBe(document);
    }
  });

  test('moves the end of an edge, also to where the old edge alone would have closed a circle', () => {
    const document = draw('a -> b, b -> c');
    const turned = change(document, {
      type: 'reconnect',
      from: { from: 'a', to: 'b' },
      to: { from: 'c', to: 'a' },
    });

    expect(linesOf(turned)).toEqual(['b>c', 'c>a']);
  });
});

describe('removing', () => {
  test('a step of a chain closes the chain', () => {
    const document = change(draw('a -> b, b -> c'), { type: 'remove', nodes: ['b'], edges: [] });

    expect(linesOf(document)).toEqual(['a>c']);
    expect(document.layout).not.toHaveProperty('b');
  });

  test('a step where ways meet leaves them open', () => {
    const document = change(draw('a -> b, x -> b, b -> c'), {
      type: 'remove',
      nodes: ['b'],
      edges: [],
    });

    expect(linesOf(document)).toEqual([]);
  });
});

describe('renaming', () => {
  test('takes edges, place and expressions along', () => {
    const document = change(
      draw('a -> b'),
      { type: 'change', node: 'b', path: ['input'], value: { of: '{{ tasks.a.output }}' } },
      { type: 'set', path: ['output'], value: '{{ tasks.a.status }}' },
      { type: 'rename', from: 'a', to: 'probe' },
    );

    expect(linesOf(document)).toEqual(['probe>b']);
    expect(nodeOf(document, 'b')?.input).toEqual({ of: '{{ tasks.probe.output }}' });
    expect(document.output).toBe('{{ tasks.probe.status }}');
    expect(Object.keys(document.layout).toSorted()).toEqual(['b', 'probe']);
  });

  test('to a key that is taken or is none changes nothing', () => {
    const document = draw('a -> b');

    expect(change(document, { type: 'rename', from: 'a', to: 'b' })).toBe(document);
    expect(change(document, { type: 'rename', from: 'a', to: 'not a key' })).toBe(document);
  });

  test('follows into requests, conditions, texts and headers of every type of node', () => {
    const says = (key: string) => ({
      submit: { url: `https://x/{{ tasks.${key}.output.id }}`, headers: { a: `{{tasks.${key}}}` } },
      status: { url: 'https://x', succeededWhen: `response.body == tasks.${key}.output` },
      seconds: `{{ tasks.${key}.output.seconds }}`,
      objectId: `{{ tasks.${key}.output.object }}`,
      prompt: `Is {{ tasks.${key}.output }} right?`,
      data: [{ deep: `{{ tasks.${key}.output }}` }],
    });
    const document = openDocument({
      nodes: [
        { key: 'a', type: 'script', script: 'return tasks.a;' },
        { key: 'b', type: 'http', ...says('a') },
      ],
      edges: [{ from: 'a', to: 'b' }],
    });
    if (document === null) throw new Error('cannot be drawn');

    expect(change(document, { type: 'rename', from: 'a', to: 'probe' }).nodes).toEqual([
      { key: 'probe', type: 'script', script: 'return tasks.a;' },
      { key: 'b', type: 'http', ...says('probe') },
    ]);
  });
});

describe('the cases of a route', () => {
  const routed = change(
    draw('a -> b'),
    { type: 'add', node: NODE_KINDS.route.create('choose'), after: { from: 'a' } },
    { type: 'connect', edge: { from: 'choose', to: 'b', branch: 'yes' } },
  );

  test('take their edges along when they are renamed', () => {
    const document = change(routed, { type: 'renameCase', node: 'choose', index: 0, to: 'large' });

    expect(linesOf(document)).toEqual(['a>b', 'a>choose', 'choose:large>b']);
  });

  test('take their edges with them when they go', () => {
    const document = change(routed, { type: 'removeCase', node: 'choose', index: 0 });

    expect(linesOf(document)).toEqual(['a>b', 'a>choose']);
    expect(casesOf(nodeOf(document, 'choose') ?? {})).toEqual([]);
  });

  test('are not called default', () => {
    expect(change(routed, { type: 'renameCase', node: 'choose', index: 0, to: 'default' })).toBe(
      routed,
    );
  });
});

describe('copying', () => {
  test('goes through text, with new keys, edges and references among the copies', () => {
    const document = change(draw('a -> b, b -> c'), {
      type: 'change',
      node: 'b',
      path: ['input'],
      value: '{{ tasks.a.output }}',
    });
    const fragment = fragmentFromText(fragmentToText(fragmentOf(document, ['a', 'b'])));
    if (fragment === null) throw new Error('the fragment cannot be read');

    const pasted = change(document, { type: 'insert', fragment, how: 'paste' });

    expect(linesOf(pasted)).toEqual(['a2>b2', 'a>b', 'b>c']);
    expect(nodeOf(pasted, 'b2')?.input).toBe('{{ tasks.a2.output }}');
  });

  test('takes no text that is not a pipeline', () => {
    for (const text of ['', 'hello', '{}', '{"nodes":[],"edges":[]}', '[1]']) {
      expect(fragmentFromText(text)).toBeNull();
    }
  });
});

describe('changing fields', () => {
  test('leaves no empty objects behind', () => {
    const document = change(
      draw('a'),
      { type: 'change', node: 'a', path: ['timeouts', 'runSeconds'], value: 60 },
      { type: 'change', node: 'a', path: ['timeouts', 'runSeconds'], value: undefined },
    );

    expect(nodeOf(document, 'a')).toEqual({ key: 'a', type: 'task' });
  });

  test('never changes key or type in passing', () => {
    const document = draw('a -> b');

    expect(change(document, { type: 'change', node: 'a', path: ['key'], value: 'b' })).toBe(
      document,
    );
    expect(change(document, { type: 'set', path: ['nodes'], value: [] })).toBe(document);
  });
});

const key = fc.constantFrom('a', 'b', 'c', 'task', 'route', 'not a key', 'gone');
const branch = fc.constantFrom(undefined, 'yes', 'no', 'default');
const edge = fc.record({ from: key, to: key, branch }).map(({ from, to, branch }) => ({
  from,
  to,
  ...(branch !== undefined && { branch }),
}));
const point = fc.record({
  x: fc.integer({ min: -500, max: 500 }),
  y: fc.integer({ min: -500, max: 500 }),
});
const value = fc.constantFrom(
  undefined,
  1,
  'text',
  '{{ tasks.a.output }}',
  { deep: '{{ tasks.b.output }}' },
  [],
  {},
);
const path = fc.constantFrom(
  ['input'],
  ['retry', 'limit'],
  ['key'],
  ['cases'],
  ['cases', 0, 'when'],
  ['cases', 0, 'key'],
  ['cases', 1],
  ['items'],
  ['nodes'],
  ['output'],
  [],
);
const type = fc.constantFrom(...NODE_TYPES);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    type: fc.constant('add' as const),
    node: fc.tuple(type, key).map(([kind, wanted]) => NODE_KINDS[kind].create(wanted)),
    at: fc.option(point, { nil: undefined }),
    after: fc.option(
      edge.map(({ from, branch }) => ({ from, ...(branch !== undefined && { branch }) })),
      { nil: undefined },
    ),
    between: fc.option(edge, { nil: undefined }),
  }),
  fc.record({ type: fc.constant('connect' as const), edge }),
  fc.record({ type: fc.constant('reconnect' as const), from: edge, to: edge }),
  fc.record({
    type: fc.constant('remove' as const),
    nodes: fc.array(key, { maxLength: 3 }),
    edges: fc.array(edge, { maxLength: 2 }),
  }),
  fc.record({
    type: fc.constant('move' as const),
    positions: fc.dictionary(key, point),
    nudge: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('arrange' as const),
    nodes: fc.option(fc.array(key), { nil: undefined }),
  }),
  fc.record({
    type: fc.constant('insert' as const),
    fragment: fc.constantFrom(draw('a -> b'), draw('x -> a, x -> y')),
    how: fc.constantFrom('paste' as const, 'duplicate' as const),
    at: fc.option(point, { nil: undefined }),
  }),
  fc.record({ type: fc.constant('rename' as const), from: key, to: key }),
  fc.record({ type: fc.constant('change' as const), node: key, path, value }),
  fc.record({
    type: fc.constant('disable' as const),
    nodes: fc.array(key),
    disabled: fc.boolean(),
  }),
  fc.record({ type: fc.constant('renameCase' as const), node: key, index: fc.nat(2), to: key }),
  fc.record({ type: fc.constant('removeCase' as const), node: key, index: fc.nat(2) }),
  fc.record({
    type: fc.constant('moveCase' as const),
    node: key,
    index: fc.nat(2),
    by: fc.constantFrom(1 as const, -1 as const),
  }),
  fc.record({ type: fc.constant('set' as const), path, value }),
  fc.record({
    type: fc.constant('replace' as const),
    document: fc.constant(draw('a -> b, b -> c')),
    why: fc.constant('json' as const),
  }),
);

const operations = fc.array(operation, { minLength: 1, maxLength: 25 });

describe('whatever is done', () => {
  test('keys stay unique, edges have both ends, every node has a place, and no cycle is drawn', () => {
    fc.assert(
      fc.property(operations, (list) => {
        const document = change(EMPTY_DOCUMENT, ...list);
        const keys = document.nodes.map((node) => node.key);

        expect(new Set(keys).size).toBe(keys.length);
        expect(new Set(linesOf(document)).size).toBe(document.edges.length);
        expect(Object.keys(document.layout).toSorted()).toEqual(keys.toSorted());

        for (const { from, to } of document.edges) {
          expect(keys).toContain(from);
          expect(keys).toContain(to);
          expect(pathBetween(document.edges, to, from)).toBeUndefined();
        }

        // It can be saved and opened again.
        const reopened = openDocument(JSON.parse(JSON.stringify(document)));
        expect(reopened).toEqual(JSON.parse(JSON.stringify(document)));
      }),
      { numRuns: 300 },
    );
  });

  test('undo leads back through every state, and redo forth again', () => {
    fc.assert(
      fc.property(operations, (list) => {
        let history = startHistory(EMPTY_DOCUMENT);
        const seen = [EMPTY_DOCUMENT];

        for (const step of list) {
          const before = present(history);
          const after = apply(before, step);
          history = record(history, after, labelOf(before, step), null);
          if (after !== before) seen.push(after);
        }

        for (const expected of seen.toReversed()) {
          expect(present(history)).toBe(expected);
          if (canUndo(history)) history = goTo(history, history.at - 1);
        }

        for (const expected of seen) {
          expect(present(history)).toBe(expected);
          if (canRedo(history)) history = goTo(history, history.at + 1);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the history', () => {
  function type(history = startHistory(draw('a')), ...texts: string[]) {
    return texts.reduce((before, text) => {
      const step: Operation = { type: 'change', node: 'a', path: ['name'], value: text };
      const document = present(before);
      return record(before, apply(document, step), labelOf(document, step), coalesceKeyOf(step));
    }, history);
  }

  test('takes what is typed into one field as one step', () => {
    const history = type(startHistory(draw('a')), 'P', 'Pr', 'Probe');

    expect(history.entries).toHaveLength(2);
    expect(nodeOf(present(goTo(history, 0)), 'a')?.name).toBeUndefined();
  });

  test('begins a new step once the field was left', () => {
    const history = type(seal(type(startHistory(draw('a')), 'Probe')), 'Probe it');

    expect(history.entries).toHaveLength(3);
    expect(nodeOf(present(goTo(history, 1)), 'a')?.name).toBe('Probe');
  });

  test('does not go on typing into a step that was come back to', () => {
    const back = goTo(type(startHistory(draw('a')), 'Probe'), 1);

    expect(type(back, 'Other').entries).toHaveLength(3);
  });

  test('forgets what was undone when something else is done', () => {
    const undone = goTo(type(startHistory(draw('a')), 'Probe'), 0);
    const history = type(undone, 'Other');

    expect(history.entries.map((entry) => nodeOf(entry.document, 'a')?.name)).toEqual([
      undefined,
      'Other',
    ]);
    expect(canRedo(history)).toBe(false);
  });
});
