import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { guardAddresses } from './outbound/address.ts';
import { compilePlan } from './plan/compile.ts';
import { type Problem, PROBLEM_CODES } from './problem.ts';
import { compileProgram } from './program.ts';
import { findCycle, type Known, validateDefinition } from './validate.ts';

type Node = Readonly<Record<string, unknown>> & { readonly key: string };
type Edge = { readonly from: string; readonly to: string; readonly branch?: string };

/**
 * A definition drawn as `a -> b -> c, a -> c`. Every name is a task of the work `w` unless `nodes` says more about it; `r -x-> a` is
 * the branch x of r.
 */
function draw(
  dag: string,
  nodes: Readonly<Record<string, object>> = {},
): {
  schemaVersion: 1;
  nodes: Node[];
  edges: Edge[];
} {
  const edges: Edge[] = [];
  const keys = new Set<string>();

  for (const chain of dag.split(',').map((part) => part.trim())) {
    const [first = '', ...steps] = chain.split(/ (-(?:\w+-)?>) /);
    keys.add(first);
    let from = first;
    for (let step = 0; step < steps.length; step += 2) {
      const branch = /^-(\w+)->$/.exec(steps[step] ?? '')?.[1];
      const to = steps[step + 1] ?? '';
      keys.add(to);
      edges.push(branch === undefined ? { from, to } : { from, to, branch });
      from = to;
    }
  }

  return {
    schemaVersion: 1,
    nodes: [...keys].map((key) => ({ key, type: 'task', ...workOf(nodes[key]), ...nodes[key] })),
    edges,
  };
}

function workOf(node: object | undefined): object {
  return node && 'type' in node && node.type !== 'fanout' && node.type !== 'task'
    ? {}
    : { work: 'w' };
}

/** One node `n`, and what it says. */
const only = (node: object) => draw('n', { n: node });
const http = (node: object) =>
  only({ type: 'http', submit: { url: 'https://service.example' }, ...node });

const start = { type: 'start' };
const end = { type: 'end' };
const route = (...cases: string[]) => ({
  type: 'route',
  cases: cases.map((key) => ({ key, when: 'input.ok' })),
});

const SIZED: JsonObject = {
  type: 'object',
  properties: { size: { type: 'integer' } },
  additionalProperties: false,
};
const PROBE: JsonObject = {
  type: 'object',
  properties: {
    width: { type: 'integer' },
    tiles: { type: 'array', items: { $ref: '#/$defs/tile' } },
  },
  additionalProperties: false,
  $defs: {
    tile: { type: 'object', properties: { url: { type: 'string' } }, additionalProperties: false },
  },
};

/** `own` runs nothing, `child` runs `grandchild`, which runs `own`; `new` has only a draft. */
const KNOWN: Known = {
  works: new Set(['w', 'probe']),
  outputSchemas: new Map([['probe', PROBE]]),
  workflows: {
    own: 'own',
    byKey: new Map([
      ['own', { versions: new Set([1]), publishedVersion: 1, runs: [] }],
      ['leaf', { versions: new Set([1, 3]), publishedVersion: 3, runs: ['leaf'] }],
      ['child', { versions: new Set([1]), publishedVersion: 1, runs: ['leaf', 'grandchild'] }],
      ['grandchild', { versions: new Set([1]), publishedVersion: 1, runs: ['child', 'own'] }],
      ['new', { versions: new Set<number>(), publishedVersion: null, runs: [] }],
    ]),
  },
  guard: guardAddresses({ allowPrivate: false, allowLoopback: false, allowHosts: ['10.1.2.3'] }),
};

function validate(document: unknown): Problem[] {
  return validateDefinition(document, KNOWN).problems;
}

/** `code place`, a warning with a question mark. */
function summary(document: unknown): string[] {
  return validate(document).map(
    ({ code, severity, pointer }) => `${code}${severity === 'warning' ? '?' : ''} ${pointer}`,
  );
}

describe('a valid definition', () => {
  test('has no problems and is handed on', () => {
    const document = {
      ...draw('s -> probe -> r, r -big-> tiles -> join -> e, r -default-> join', {
        s: start,
        e: end,
        r: route('big'),
        tiles: {
          type: 'fanout',
          items: 'tasks.probe.output.tiles',
          input: { tile: '{{ item }}', number: '{{ index }} of {{ object.id }}' },
        },
        join: {
          trigger: 'none_failed_min_one_success',
          input: '{{ default(tasks.tiles.output, []) }}',
        },
      }),
      output: { tiles: '{{ tasks.join.output }}' },
      env: { region: 'eu' },
      layout: { s: { x: 0, y: 0 } },
    };
    expect(validateDefinition(document, { works: new Set(['w']) })).toEqual({
      problems: [],
      definition: document,
    });
  });

  test('needs no start and no end', () => {
    expect(summary(draw('a -> b, c -> b'))).toEqual([]);
  });

  test('may send two branches of a route to one node', () => {
    expect(summary(draw('r -x-> a, r -y-> a, r -default-> a', { r: route('x', 'y') }))).toEqual([]);
  });

  test('is not asked for works that are not known', () => {
    expect(validateDefinition(draw('a'), { works: null }).problems).toEqual([]);
    expect(validateDefinition(draw('a'), { works: new Set() }).problems).toMatchObject([
      { code: 'unknown_work', node: 'a', params: { key: 'a', work: 'w' } },
    ]);
  });

  test('is handed on with warnings, not with errors', () => {
    const warned = draw('s -> a, b', { s: start });
    expect(validateDefinition(warned, { works: null }).definition).toEqual(warned);
    expect(validateDefinition(draw('a -> b -> a'), { works: null }).definition).toBeNull();
  });
});

describe('every code', () => {
  const cases: Record<Problem['code'], [document: unknown, expected: string[]][]> = {
    schema: [
      [null, ['schema ']],
      [{}, ['schema /schemaVersion', 'schema /nodes', 'schema /edges']],
      [
        draw('a -> b', { a: { retry: { limit: 101 }, colour: 'red' }, b: { type: 'wobble' } }),
        ['schema /nodes/0/retry/limit', 'schema /nodes/0', 'schema /nodes/1/type'],
      ],
      [{ ...draw('a'), edges: [{ from: 'a' }] }, ['schema /edges/0/to']],
      [draw('a -> constructor -> __proto__'), ['schema /nodes/1/key', 'schema /nodes/2/key']],
      [{ ...draw('a'), env: { constructor: 1 } }, ['schema /env/constructor']],
      [
        JSON.parse(
          '{"schemaVersion":1,"nodes":[{"key":"h","type":"http","submit":{"url":"https://a.org","headers":{"__proto__":"x"}}}],"edges":[],"layout":{"__proto__":{"x":1,"y":1}}}',
        ),
        ['schema /nodes/0/submit/headers/__proto__', 'schema /layout/__proto__'],
      ],
    ],
    no_nodes: [[{ schemaVersion: 1, nodes: [], edges: [] }, ['no_nodes /nodes']]],
    duplicate_key: [
      [
        { ...draw('a'), nodes: [...draw('a').nodes, ...draw('a').nodes] },
        ['duplicate_key /nodes/1/key'],
      ],
      [
        draw('r -x-> a, r -default-> a', { r: route('x', 'x', 'default') }),
        ['duplicate_key /nodes/0/cases/1/key', 'duplicate_key /nodes/0/cases/2/key'],
      ],
    ],
    ambiguous_key: [
      [
        draw('f -> f_0 -> f_x -> f_1_2', { f: { type: 'fanout', items: '[1]' } }),
        ['ambiguous_key /nodes/1/key'],
      ],
      [draw('f -> f_0'), []],
    ],
    unknown_node: [
      [{ ...draw('a'), edges: [{ from: 'a', to: 'b' }] }, ['unknown_node /edges/0/to']],
    ],
    self_edge: [[draw('a -> a'), ['self_edge /edges/0']]],
    duplicate_edge: [
      [draw('a -> b, a -> b'), ['duplicate_edge /edges/1']],
      [
        draw('r -default-> a, r -default-> a, r -x-> a', { r: route('x') }),
        ['duplicate_edge /edges/1'],
      ],
    ],
    cycle: [
      [draw('a -> b -> c -> a'), ['cycle /edges/0']],
      [draw('a -> b -> a, c -> d -> c'), ['cycle /edges/0', 'cycle /edges/2']],
      [draw('a -> b -> c -> a', { b: { disabled: true } }), ['cycle /edges/0']],
    ],
    unreachable: [
      [draw('s -> a, b -> c', { s: start }), ['unreachable? /nodes/2', 'unreachable? /nodes/3']],
      [draw('s -> a, b -> a', { s: start }), ['unreachable? /nodes/2']],
      [draw('a, b'), []],
    ],
    unknown_work: [[draw('a', { a: { work: 'gone' } }), ['unknown_work /nodes/0/work']]],
    unknown_workflow: [
      [only({ type: 'workflow', workflow: 'gone' }), ['unknown_workflow /nodes/0/workflow']],
      [
        only({ type: 'fanout', work: undefined, workflow: 'gone', items: '[1]' }),
        ['unknown_workflow /nodes/0/workflow'],
      ],
      [only({ type: 'workflow', workflow: 'leaf' }), []],
    ],
    unknown_version: [
      [
        only({ type: 'workflow', workflow: 'leaf', version: 2 }),
        ['unknown_version /nodes/0/version'],
      ],
      [only({ type: 'workflow', workflow: 'leaf', version: 1 }), []],
    ],
    workflow_unpublished: [
      [only({ type: 'workflow', workflow: 'new' }), ['workflow_unpublished? /nodes/0/workflow']],
    ],
    workflow_recursion: [
      [only({ type: 'workflow', workflow: 'own' }), ['workflow_recursion /nodes/0/workflow']],
      [
        only({ type: 'workflow', workflow: 'child', wait: false }),
        ['workflow_recursion /nodes/0/workflow'],
      ],
    ],
    fanout_not_one: [
      [only({ type: 'fanout', items: '[1]', work: undefined }), ['fanout_not_one /nodes/0']],
      [only({ type: 'fanout', items: '[1]', workflow: 'leaf' }), ['fanout_not_one /nodes/0']],
    ],
    wait_not_one: [
      [only({ type: 'wait' }), ['wait_not_one /nodes/0']],
      [only({ type: 'wait', seconds: 5, until: '{{ input.at }}' }), ['wait_not_one /nodes/0']],
      [only({ type: 'wait', seconds: 5 }), []],
    ],
    http_callback_and_status: [
      [
        http({
          callback: true,
          submit: { url: 'https://service.example', body: { tell: '{{ reportUrl }}' } },
          status: { url: 'https://service.example', succeededWhen: 'true' },
        }),
        ['http_callback_and_status /nodes/0/callback'],
      ],
    ],
    http_result_without_status: [
      [
        http({ result: { url: 'https://service.example' } }),
        ['http_result_without_status /nodes/0/result'],
      ],
    ],
    http_callback_unused: [
      [http({ callback: true }), ['http_callback_unused? /nodes/0/submit']],
      [
        http({
          callback: true,
          submit: { url: 'https://service.example', headers: { 'X-Tell': '{{ reportUrl }}' } },
        }),
        [],
      ],
    ],
    invalid_url: [
      [http({ submit: { url: 'service.example/jobs' } }), ['invalid_url /nodes/0/submit/url']],
      [http({ submit: { url: 'ftp://{{ input.host }}' } }), ['invalid_url /nodes/0/submit/url']],
      [http({ submit: { url: '/jobs/{{ object.id }}' } }), ['invalid_url /nodes/0/submit/url']],
      [http({ submit: { url: '{{ input.base }}/jobs' }, stop: { url: 'HTTP://a' } }), []],
      [http({ submit: { url: 'http{{ input.s }}://a' } }), []],
      [only({ type: 'notify', url: 'mailto:a@b.example' }), ['invalid_url /nodes/0/url']],
    ],
    url_credentials: [
      [
        http({ stop: { url: 'https://me:secret@a.example/{{ instance.id }}' } }),
        ['url_credentials /nodes/0/stop/url'],
      ],
    ],
    refused_url: [
      [http({ submit: { url: 'http://127.0.0.1:8000' } }), ['refused_url /nodes/0/submit/url']],
      [
        http({ submit: { url: 'http://[::ffff:a9fe:a9fe]/{{ object.id }}' } }),
        ['refused_url /nodes/0/submit/url'],
      ],
      [only({ type: 'notify', url: 'http://localhost/' }), ['refused_url /nodes/0/url']],
      [
        only({ type: 'notify', url: 'http://localhost/', disabled: true }),
        ['refused_url? /nodes/0/url'],
      ],
      // Listed; a name; what an expression may yet make a name of.
      [http({ submit: { url: 'http://10.1.2.3/' }, stop: { url: 'http://internal/' } }), []],
      [http({ submit: { url: 'http://127.0.0.1{{ input.domain }}/' } }), []],
    ],
    invalid_header: [
      [
        http({ submit: { url: 'https://a', headers: { 'X Y': 'z', 'X-Y': 'z' } } }),
        ['invalid_header /nodes/0/submit/headers/X Y'],
      ],
      [
        http({
          submit: { url: 'https://a', headers: { Host: 'b', 'X-Y': 'a\nb', z: '{{ input.z }}' } },
        }),
        [
          'invalid_header /nodes/0/submit/headers/Host',
          'invalid_header /nodes/0/submit/headers/X-Y',
        ],
      ],
    ],
    unknown_time_zone: [
      [
        only({ type: 'wait', window: { from: '22:00', to: '06:00', timeZone: 'Mars/Base' } }),
        ['unknown_time_zone /nodes/0/window/timeZone'],
      ],
      [only({ window: { from: '22:00', to: '06:00', timeZone: 'Asia/Shanghai' } }), []],
    ],
    duplicate_signal: [
      [
        draw('a -> b', { a: { type: 'signal' }, b: { type: 'signal', signal: 'a' } }),
        ['duplicate_signal? /nodes/1/signal'],
      ],
    ],
    route_without_default: [
      [draw('r -x-> a', { r: route('x') }), ['route_without_default /nodes/0']],
      [draw('r', { r: { ...route('x'), disabled: true } }), []],
    ],
    unknown_branch: [
      [
        draw('r -default-> a, r -y-> b, r -x-> a', { r: route('x') }),
        ['unknown_branch /edges/1/branch'],
      ],
      [draw('a -x-> b'), ['unknown_branch /edges/0/branch']],
    ],
    branch_without_edge: [
      [
        draw('r -default-> a, r -x-> b', { r: route('x', 'y') }),
        ['branch_without_edge? /nodes/0/cases/1'],
      ],
    ],
    edge_without_branch: [
      [
        draw('r -default-> a, r -x-> a, r -> b', { r: route('x') }),
        ['edge_without_branch /edges/2'],
      ],
    ],
    start_has_incoming: [
      [draw('s -> a -> t', { s: start, t: start }), ['start_has_incoming /edges/1']],
    ],
    end_has_outgoing: [[draw('e -> a', { e: end }), ['end_has_outgoing /edges/0']]],
    expression_syntax: [
      [
        draw('a', { a: { input: { x: ['{{ 1 + }}', '{{ 1 }}'] } } }),
        ['expression_syntax /nodes/0/input/x/0'],
      ],
      [
        draw('r -x-> a, r -default-> a', {
          r: { type: 'route', cases: [{ key: 'x', when: 'input.s.matches("a")' }] },
        }),
        ['expression_syntax /nodes/0/cases/0/when'],
      ],
      [draw('f', { f: { type: 'fanout', items: '[' } }), ['expression_syntax /nodes/0/items']],
      [
        draw('f', { f: { type: 'fanout', items: '{{ input.list }}' } }),
        ['expression_syntax /nodes/0/items'],
      ],
      [only({ type: 'wait', seconds: '{{ 1 + }}' }), ['expression_syntax /nodes/0/seconds']],
      [only({ type: 'signal', default: ['{{'] }), ['expression_syntax /nodes/0/default/0']],
      [
        http({ status: { url: 'https://a', succeededWhen: '1 +', failedWhen: '+' } }),
        [
          'expression_syntax /nodes/0/status/succeededWhen',
          'expression_syntax /nodes/0/status/failedWhen',
        ],
      ],
      [
        http({ submit: { url: 'https://a', headers: { a: '{{ 1 + }}' }, body: { b: '{{' } } }),
        ['expression_syntax /nodes/0/submit/headers/a', 'expression_syntax /nodes/0/submit/body/b'],
      ],
      [{ ...draw('a'), output: '{{' }, ['expression_syntax /output']],
    ],
    unknown_reference: [
      [
        draw('a', { a: { input: '{{ tasks.gone.output }}' } }),
        ['unknown_reference /nodes/0/input'],
      ],
      [
        draw('a', { a: { input: { deep: ['{{ item }}'] } } }),
        ['unknown_reference /nodes/0/input/deep/0'],
      ],
      [
        draw('f', { f: { type: 'fanout', items: '[index]', input: '{{ index }}' } }),
        ['unknown_reference /nodes/0/items'],
      ],
      [
        only({ type: 'workflow', workflow: 'leaf', objectId: '{{ item }}' }),
        ['unknown_reference /nodes/0/objectId'],
      ],
      [
        only({
          type: 'fanout',
          items: '[1]',
          work: undefined,
          workflow: 'leaf',
          objectId: '{{ object.id }}-{{ index }}',
          input: '{{ item }}',
        }),
        [],
      ],
      [draw('a', { a: { input: '{{ response.body }}' } }), ['unknown_reference /nodes/0/input']],
      [
        http({ submit: { url: 'https://a/{{ attempt }}', body: '{{ response.body }}' } }),
        ['unknown_reference /nodes/0/submit/body'],
      ],
      [
        http({
          status: {
            url: 'https://a/{{ submit.body.id }}',
            succeededWhen: 'response.status == 200',
          },
          result: { url: '{{ response.headers.location }}' },
          stop: { url: 'https://a/{{ submit.body.id }}' },
          output: { id: '{{ submit.body.id }}', page: '{{ response.body }}' },
        }),
        [],
      ],
      [
        { ...draw('a'), output: '{{ tasks.gone.output }} {{ tasks.a.output }}' },
        ['unknown_reference /output'],
      ],
    ],
    unknown_member: [
      [
        { ...draw('a', { a: { input: '{{ input.siez }}' } }), input: SIZED },
        ['unknown_member /nodes/0/input'],
      ],
      [
        {
          ...draw('a', { a: { input: '{{ input.siez }} {{ input.other }}' } }),
          input: { type: 'object', properties: { size: {} } },
        },
        ['unknown_member? /nodes/0/input'],
      ],
      [
        {
          ...draw('a', { a: { input: '{{ input.siez }}' } }),
          input: { ...SIZED, additionalProperties: true },
        },
        [],
      ],
      [
        {
          ...draw('a', { a: { input: '{{ has(input.siez) ? input.siez : 1 }}' } }),
          input: SIZED,
        },
        ['unknown_member? /nodes/0/input', 'unknown_member? /nodes/0/input'],
      ],
      [
        { ...draw('a', { a: { input: { r: ['{{ env.regoin }}'] } } }), env: { region: 'eu' } },
        ['unknown_member /nodes/0/input/r/0'],
      ],
      [
        draw('p -> a', { p: { work: 'probe' }, a: { input: '{{ tasks.p.output.with }}' } }),
        ['unknown_member /nodes/1/input'],
      ],
      [
        draw('p -> f', {
          p: { work: 'probe' },
          f: { type: 'fanout', items: 'tasks.p.output.tiles', input: '{{ item.uri }}' },
        }),
        ['unknown_member /nodes/1/input'],
      ],
      [
        draw('f -> a', {
          f: { type: 'fanout', items: '[1]', work: 'probe' },
          a: { input: '{{ tasks.f.output.map(one, one.widht) }}' },
        }),
        ['unknown_member /nodes/1/input'],
      ],
      [
        draw('ok -> r, r -x-> a, r -default-> a', {
          ok: { type: 'signal', approval: true },
          r: { type: 'route', cases: [{ key: 'x', when: 'tasks.ok.output.aproved' }] },
        }),
        ['unknown_member? /nodes/1/cases/0/when'],
      ],
      [
        draw('n -> a', {
          n: {
            type: 'http',
            submit: { url: 'https://a' },
            output: { id: '{{ submit.body.id }}', code: '{{ response.status }}' },
          },
          a: { input: ['{{ tasks.n.output.di }}', '{{ tasks.n.output.id.anything }}'] },
        }),
        ['unknown_member /nodes/1/input/0'],
      ],
      [
        draw('a -> b', {
          a: { type: 'http', submit: { url: 'https://a' }, output: '{{ tasks.b.output }}' },
          b: { type: 'http', submit: { url: 'https://a' }, output: '{{ tasks.a.output }}' },
        }),
        ['reference_not_upstream /nodes/0/output'],
      ],
    ],
    wrong_type: [
      [
        {
          ...draw('r -x-> a, r -default-> a', {
            r: { type: 'route', cases: [{ key: 'x', when: 'input.size' }] },
          }),
          input: SIZED,
        },
        ['wrong_type /nodes/0/cases/0/when'],
      ],
      [
        { ...only({ type: 'fanout', items: 'input.size' }), input: SIZED },
        ['wrong_type /nodes/0/items'],
      ],
      [
        { ...only({ input: { a: '{{ "width: " + input.size }}' } }), input: SIZED },
        ['wrong_type /nodes/0/input/a'],
      ],
      [
        { ...only({ input: '{{ input.size == "5" }}' }), input: SIZED },
        ['wrong_type? /nodes/0/input'],
      ],
      [
        http({ status: { url: 'https://a', succeededWhen: 'response.status' } }),
        ['wrong_type /nodes/0/status/succeededWhen'],
      ],
      [
        draw('p -> a', { p: { work: 'probe' }, a: { input: '{{ tasks.p.output.width.x }}' } }),
        ['wrong_type /nodes/1/input'],
      ],
      [only({ type: 'wait', seconds: '5' }), ['wrong_type /nodes/0/seconds']],
      [only({ type: 'wait', seconds: '{{ object.id }}' }), ['wrong_type /nodes/0/seconds']],
      [only({ type: 'wait', until: 'tomorrow' }), ['wrong_type /nodes/0/until']],
      [only({ type: 'wait', until: '2026-01-01T00:00:00Z' }), []],
      [only({ type: 'wait', until: '{{ index }}' }), ['unknown_reference /nodes/0/until']],
      [only({ type: 'wait', until: '{{ timestamp(input.at) + duration("3h") }}' }), []],
      [http({ submit: { url: '{{ ["https://a"] }}' } }), ['wrong_type /nodes/0/submit/url']],
    ],
    reference_not_upstream: [
      [
        draw('a -> b', { a: { input: '{{ tasks.b.output }}' } }),
        ['reference_not_upstream /nodes/0/input'],
      ],
      [
        draw('a -> b', { b: { input: '{{ tasks.b.output }}' } }),
        ['reference_not_upstream /nodes/1/input'],
      ],
      [
        draw('a, b', { b: { input: '{{ tasks.a.output }}' } }),
        ['reference_not_upstream /nodes/1/input'],
      ],
      [
        draw('a -> b -> c', { b: { trigger: 'always' }, c: { input: '{{ tasks.a.output }}' } }),
        ['reference_not_upstream /nodes/2/input'],
      ],
      [draw('a -> b -> c', { c: { input: '{{ tasks.a.output }}' } }), []],
      [
        draw('a, n', { n: { type: 'notify', url: 'https://a', data: '{{ tasks.a.output }}' } }),
        ['reference_not_upstream /nodes/1/data'],
      ],
      [
        draw('n -> a', { n: { type: 'wait', until: '{{ tasks.a.output.at }}' } }),
        ['reference_not_upstream /nodes/0/until'],
      ],
      [
        draw('a -> b', { a: { disabled: true }, b: { input: '{{ tasks.a.output }}' } }),
        ['reference_not_upstream? /nodes/1/input'],
      ],
    ],
    // operations/drafts/check_scripts.ts
    script_syntax: [],
  };

  test.each(PROBLEM_CODES)('%s', (code) => {
    for (const [document, expected] of cases[code]) {
      expect(summary(document)).toEqual(expected);
    }
  });
});

test('everything is found at once, in what the schema accepts and in what it does not', () => {
  const document = {
    ...draw('a -> b -> a, r -> a', {
      a: { work: 'gone', input: '{{ tasks.zz.output }} {{ 1 + }}' },
      b: { retry: { limit: 'three' } },
      r: route('x'),
    }),
    onTaskFailure: 'explode',
  };
  expect(
    validate(document)
      .map(({ code }) => code)
      .toSorted(),
  ).toEqual([
    'branch_without_edge',
    'cycle',
    'edge_without_branch',
    'expression_syntax',
    'route_without_default',
    'schema',
    'schema',
    'unknown_work',
  ]);
});

test('a problem names what it is about, in a sentence and in facts', () => {
  const [problem] = validate(draw('load -> clean -> load'));
  expect(problem).toEqual({
    code: 'cycle',
    severity: 'error',
    message: 'These nodes wait for one another: load -> clean -> load.',
    pointer: '/edges/0',
    node: 'load',
    edge: { from: 'load', to: 'clean' },
    params: { path: 'load -> clean -> load' },
  });

  expect(validate(draw('a', { a: { input: 'x {{ input.n + }}' } }))).toMatchObject([
    {
      node: 'a',
      message: 'In the expression input.n +: something is missing at the end.',
      params: { expression: 'input.n +', start: 9, end: 9, offset: 5 },
    },
  ]);

  expect(validate(only({ type: 'workflow', workflow: 'child' }))).toMatchObject([
    {
      node: 'n',
      message: 'Node "n" would have the workflow run itself: own -> child -> grandchild -> own.',
      params: { path: 'own -> child -> grandchild -> own' },
    },
  ]);

  expect(validate(draw('a', { a: { timeouts: { runSeconds: -1 } } }))).toMatchObject([
    { node: 'a', message: 'Node "a": timeouts.runSeconds must be 0 or more.' },
  ]);
});

test('what a disabled node says is only warned about', () => {
  const problems = validate(
    draw('a -> b', {
      b: { disabled: true, work: 'gone', input: '{{ 1 + }} {{ nope }}' },
    }),
  );
  expect(problems.map(({ severity }) => severity)).toEqual(['warning', 'warning', 'warning']);
});

describe('the cost', () => {
  test('more nodes or edges than a workflow may have are refused without looking further', () => {
    const nodes = Array.from({ length: 200_000 }, () => ({ key: 'a', type: 'task', work: 'w' }));
    expect(summary({ schemaVersion: 1, nodes, edges: [] })).toEqual(['schema /nodes']);
  });

  test('a chain of a thousand nodes overflows no stack', () => {
    const dag = Array.from({ length: 1_000 }, (_, index) => `n${index}`).join(' -> ');
    expect(summary(draw(dag))).toEqual([]);
    expect(summary(draw(`${dag} -> n0`))).toEqual(['cycle /edges/0']);
  });
});

describe('findCycle', () => {
  test.each([
    ['a -> b -> c', null],
    ['a -> b, b -> a', ['a', 'b', 'a']],
    ['a -> a', ['a', 'a']],
    ['x -> a -> b -> c -> d -> a, c -> a', ['a', 'b', 'c', 'a']],
  ])('%s', (dag, path) => {
    const { nodes, edges } = draw(dag);
    expect(findCycle(nodes, edges)).toEqual(path);
  });

  test('edges to nodes that are not there are overlooked', () => {
    expect(
      findCycle(
        [{ key: 'a' }],
        [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'a' },
        ],
      ),
    ).toBeNull();
  });
});

/** Nodes in some order, edges only forward in another: acyclic by construction. */
const acyclic = fc
  .integer({ min: 2, max: 40 })
  .chain((size) =>
    fc.record({
      order: fc.shuffledSubarray(
        Array.from({ length: size }, (_, index) => `n${index}`),
        { minLength: size },
      ),
      pairs: fc.uniqueArray(
        fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).filter(([one, other]) => one < other),
        { maxLength: 3 * size, selector: ([one, other]) => `${one} ${other}` },
      ),
    }),
  )
  .map(({ order, pairs }) => ({
    keys: order,
    edges: pairs.map(([one, other]) => ({ from: order[one] ?? '', to: order[other] ?? '' })),
  }));

describe('random definitions', () => {
  test('arbitrary JSON is answered, never thrown at', () => {
    const key = fc.constantFrom('a', 'b', 'f', 'f_0', 'r', '', '1', '__proto__', 'constructor');
    const json = fc.jsonValue({ maxDepth: 4 });
    const text = fc.constantFrom(
      '{{ tasks.a.output }}',
      '{{ item',
      '{{ 1 + }}',
      'x',
      'true',
      'tasks.b.output',
    );
    const node = fc.record(
      {
        key: fc.oneof(key, json),
        type: fc.oneof(
          fc.constantFrom(
            'task',
            'fanout',
            'route',
            'start',
            'end',
            'http',
            'wait',
            'signal',
            'workflow',
          ),
          json,
        ),
        work: fc.oneof(fc.constant('w'), json),
        input: fc.oneof(text, json),
        items: fc.oneof(text, json),
        cases: fc.oneof(fc.array(fc.oneof(fc.record({ key, when: text }), json)), json),
        disabled: fc.oneof(fc.boolean(), json),
        trigger: fc.oneof(fc.constantFrom('always', 'one_done'), json),
        submit: fc.oneof(fc.record({ url: text, headers: json, body: text }), json),
        status: fc.oneof(fc.record({ url: text, succeededWhen: text }), json),
        window: fc.oneof(fc.record({ from: json, to: json, timeZone: json }), json),
        seconds: fc.oneof(text, json),
        workflow: fc.oneof(fc.constantFrom('leaf', 'own'), json),
      },
      { requiredKeys: [] },
    );
    const edge = fc.record({ from: key, to: key, branch: key }, { requiredKeys: [] });
    const almost = fc.record(
      {
        schemaVersion: fc.oneof(fc.constant(1), json),
        nodes: fc.oneof(fc.array(fc.oneof(node, json)), json),
        edges: fc.oneof(fc.array(fc.oneof(edge, json)), json),
        output: fc.oneof(text, json),
        layout: json,
      },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(fc.oneof(json, almost, fc.anything()), (document) => {
        const { problems, definition } = validateDefinition(document, KNOWN);
        expect(definition === null).toBe(problems.some(({ severity }) => severity === 'error'));
        for (const { message } of problems) {
          expect(message).toMatch(/^\S.*\.$/s);
        }
        if (definition) {
          compileProgram(compilePlan(definition));
        }
      }),
      { numRuns: 1_500 },
    );
  });

  test('a random DAG is valid, and its plan compiles', () => {
    fc.assert(
      fc.property(acyclic, ({ keys, edges }) => {
        const nodes = keys.map((key) => ({ key, type: 'task', work: 'w' }));
        const { problems, definition } = validateDefinition(
          { schemaVersion: 1, nodes, edges },
          { works: null },
        );
        expect(problems).toEqual([]);
        expect(definition && compilePlan(definition).nodes).toHaveLength(keys.length);
      }),
    );
  });

  test('an edge back makes a cycle, and the path that is named is one', () => {
    fc.assert(
      fc.property(acyclic, fc.nat(), ({ keys, edges }, pick) => {
        fc.pre(edges.length > 0);
        const ancestry = closure(edges);
        const pairs = [...ancestry].flatMap(([to, ancestors]) =>
          [...ancestors].map((from) => ({ from, to })),
        );
        const closing = pairs[pick % pairs.length];
        const all = [...edges, { from: closing?.to ?? '', to: closing?.from ?? '' }];
        const nodes = keys.map((key) => ({ key, type: 'task', work: 'w' }));

        const { problems } = validateDefinition(
          { schemaVersion: 1, nodes, edges: all },
          { works: null },
        );
        const cycles = problems.filter(({ code }) => code === 'cycle');
        expect(cycles).toHaveLength(1);

        const path = String(cycles[0]?.params?.['path']).split(' -> ');
        expect(path.length).toBeGreaterThan(2);
        expect(path.at(0)).toBe(path.at(-1));
        expect(new Set(path).size).toBe(path.length - 1);
        for (const [index, to] of path.slice(1).entries()) {
          expect(all).toContainEqual({ from: path[index], to });
        }
      }),
    );
  });

  test('a task may be read exactly where it is upstream', () => {
    fc.assert(
      fc.property(acyclic, fc.nat(), fc.nat(), ({ keys, edges }, one, other) => {
        const [reader = '', read = ''] = [keys[one % keys.length], keys[other % keys.length]];
        const nodes = keys.map((key) => ({
          key,
          type: 'task',
          work: 'w',
          ...(key === reader ? { input: `{{ tasks.${read}.output }}` } : {}),
        }));
        const isUpstream = closure(edges).get(reader)?.has(read) ?? false;

        expect(summary({ schemaVersion: 1, nodes, edges })).toEqual(
          isUpstream ? [] : [`reference_not_upstream /nodes/${keys.indexOf(reader)}/input`],
        );
      }),
    );
  });
});

/** The slow way: every node's ancestors, by adding until nothing is added. */
function closure(edges: readonly Edge[]): Map<string, Set<string>> {
  const ancestors = new Map<string, Set<string>>();
  for (let grew = true; grew;) {
    grew = false;
    for (const { from, to } of edges) {
      const known = ancestors.get(to) ?? new Set<string>();
      const size = known.size;
      ancestors.set(to, new Set([...known, from, ...(ancestors.get(from) ?? [])]));
      grew ||= (ancestors.get(to)?.size ?? 0) > size;
    }
  }
  return ancestors;
}
