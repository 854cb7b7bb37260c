/** Each reason in the case that it is for. That nothing is without one is for explain.test.ts. */
import { describe, expect, test } from 'vitest';
import { draw } from '../advance/advance.fixture.ts';
import { decodeState } from '../state.ts';
import { parseMoment } from '../window.ts';
import type { InstanceFacts, LiveFacts, WorkFacts } from './facts.ts';
import { explainInstance } from './instance.ts';
import { explainNode } from './node.ts';
import type { Reason } from './reasons.ts';

/** 2026-11-21T08:00:00Z. */
const NOW = 1_795_248_000_000;
const at = (seconds: number) => NOW + seconds * 1_000;

const INSTANCE: InstanceFacts = {
  status: 'running',
  objectId: 'o',
  createdAt: at(-100),
  runAt: null,
  startedAt: at(-90),
  expiresAt: null,
  blocked: false,
  holder: null,
  ahead: null,
  orphanOf: null,
  pause: null,
  workflow: { key: 'wf', enabled: true, maxRunning: 0, running: 0, order: 'fifo' },
  scheduler: true,
};
const LIVE: LiveFacts = {
  status: 'ready',
  count: 1,
  held: false,
  attempt: 0,
  failures: 0,
  deliveries: 0,
  deliveryError: null,
  delivering: false,
  worker: null,
  progress: null,
  prompt: null,
  openedAt: at(-80),
  firstAt: null,
  dispatchedAt: null,
  startedAt: null,
  dueAt: null,
  pollAt: null,
  dispatchSeconds: null,
  runSeconds: null,
  heartbeatSeconds: null,
  totalSeconds: null,
  child: null,
  last: null,
  retryLimit: null,
  ahead: 3,
};
const WORK: WorkFacts = {
  key: 'n',
  delivery: 'pull',
  maxConcurrent: 0,
  slots: 0,
  rate: null,
  lastClaimAt: at(-1),
  inHand: 2,
  deliveries: 0,
  deliveryError: null,
};
const LAST = { outcome: 'failed', code: 'error', message: 'no', finishedAt: at(-7) } as const;

/** `code {params} since > unblocksAt, links`, times in seconds from now. */
function said(reasons: readonly Reason[]): string[] {
  const seconds = (time: string | null) =>
    time === null ? '?' : String(((parseMoment(time) ?? Number.NaN) - NOW) / 1_000);

  return reasons.map(({ code, params, since, unblocksAt, links, count }) =>
    [
      `${code} ${JSON.stringify(params)}`,
      `${seconds(since)} > ${seconds(unblocksAt)}`,
      ...links.map(({ type, id }) => `${type} ${id}`),
      ...(count === undefined ? [] : [`of ${count}`]),
    ].join(', '),
  );
}

describe('an instance', () => {
  const why = (more: Partial<InstanceFacts>) =>
    said(explainInstance({ ...INSTANCE, ...more }, decodeState('so.f')));
  const workflow = INSTANCE.workflow;

  test('that runs has tasks open, and may be out of time', () => {
    expect(why({ expiresAt: at(60) })).toMatchInlineSnapshot(`
      [
        "tasks_open {"open":1,"finished":2,"total":4}, -90 > 60",
      ]
    `);
  });

  test('that is paused says who did it, and why if they said so', () => {
    expect(why({ status: 'paused', pause: { at: at(-5), by: 'li', reason: 'lunch' } }))
      .toMatchInlineSnapshot(`
      [
        "paused {"by":"li","reason":"lunch"}, -5 > ?",
        "tasks_open {"open":1,"finished":2,"total":4}, -90 > ?",
      ]
    `);
    expect(why({ status: 'paused', pause: { at: at(-5), by: 'li', reason: '' } })[0]).toContain(
      '"reason":null',
    );
    expect(why({ status: 'paused' })[0]).toBe('paused {"by":null,"reason":null}, ? > ?');
  });

  test('that has to begin later waits for its time, and for a process that looks', () => {
    expect(why({ status: 'scheduled', runAt: at(60), scheduler: false })).toMatchInlineSnapshot(`
      [
        "scheduled_later {"kind":"run_at","window":null}, -100 > 60",
        "scheduler_down {}, ? > ?",
      ]
    `);
  });

  test('in the queue waits for its object, its switch, its limit, or its turn', () => {
    const queued = { status: 'queued', ahead: 4, runAt: at(-50) } as const;

    expect(why(queued)).toMatchInlineSnapshot(`
      [
        "ready {"work":null,"ahead":4}, -50 > ?",
      ]
    `);
    expect(why({ ...queued, runAt: null, scheduler: false })).toMatchInlineSnapshot(`
      [
        "ready {"work":null,"ahead":4}, -100 > ?",
        "scheduler_down {}, ? > ?",
      ]
    `);
    expect(
      why({
        ...queued,
        blocked: true,
        holder: 'other',
        workflow: { ...workflow, enabled: false, maxRunning: 2, running: 2, order: 'lifo' },
      }),
    ).toMatchInlineSnapshot(`
      [
        "object_busy {"objectId":"o","instance":"other"}, -50 > ?, instance other",
        "workflow_disabled {"workflow":"wf","ahead":4}, -50 > ?, workflow wf",
        "slot_limit {"workflow":"wf","running":2,"limit":2,"order":"lifo","ahead":4}, -50 > ?, workflow wf",
      ]
    `);
    expect(why({ ...queued, blocked: true })).toHaveLength(1);
    expect(why({ ...queued, workflow: { ...workflow, maxRunning: 2, running: 1 } })[0]).toMatch(
      /^ready/,
    );
    expect(why({ ...queued, workflow: { ...workflow, running: 1 } })[0]).toMatch(/^ready/);
  });

  test('whose parent has ended is to be cancelled', () => {
    for (const status of ['running', 'paused', 'queued', 'scheduled'] as const) {
      expect(why({ status, orphanOf: 'parent' })[0]).toBe(
        'cancel_requested {"parent":"parent"}, ? > ?, instance parent',
      );
    }
  });

  test('that has ended needs no reason', () => {
    for (const status of ['succeeded', 'failed', 'cancelled'] as const) {
      expect(why({ status, orphanOf: 'parent' })).toEqual([]);
    }
  });
});

describe('a node', () => {
  const run = draw('a -> n, b -> n', { n: { trigger: 'all_done' } });
  const why = (state: string, instance: Partial<InstanceFacts> = {}) =>
    said(
      explainNode({
        plan: run.plan,
        state: decodeState(state),
        node: 2,
        instance: { ...INSTANCE, ...instance },
        live: [],
        work: WORK,
        now: NOW,
      }),
    );

  test('waits for those before it', () => {
    expect(why('o..')).toMatchInlineSnapshot(`
      [
        "upstream_pending {"finished":0,"total":2,"rule":"all_done","waitingFor":["a","b"]}, -90 > ?, task a, task b",
      ]
    `);
    expect(why('s..', { status: 'paused' })).toMatchInlineSnapshot(`
      [
        "upstream_pending {"finished":1,"total":2,"rule":"all_done","waitingFor":["b"]}, -90 > ?, task b",
        "paused {"by":null,"reason":null}, ? > ?",
      ]
    `);
  });

  test('is next where those have ended, or waits with its instance', () => {
    const next = ['ready {"work":null,"ahead":null}, ? > ?'];

    expect(why('ss.')).toEqual(next);
    expect(why('ss.', { status: 'paused' })).toEqual(next);
    expect(why('ss.', { status: 'queued' })).toEqual([
      'ready {"work":null,"ahead":null}, -100 > ?',
    ]);
    expect(why('ss.', { status: 'cancelled' })).toEqual([]);
    // Open, but its task has just ended.
    expect(why('sso')).toEqual(next);
  });

  test('never ran: its rule, a failure, or a person', () => {
    expect(why('ksk')).toEqual(['rule_not_met {"rule":"all_done","skipped":["a"]}, ? > ?']);
    expect(why('fsu')).toEqual(['upstream_failed {"failed":["a"]}, ? > ?, task a']);
    expect(why('cuu')).toEqual(['upstream_failed {"failed":["a","b"]}, ? > ?, task a, task b']);
    expect(why('ssp')).toEqual(['passed_over {}, ? > ?']);
    for (const done of ['sss', 'ssf', 'ssc']) {
      expect(why(done)).toEqual([]);
    }
  });

  test('was on a branch that a route did not take', () => {
    const { plan } = draw('r', { r: { type: 'route', cases: [{ key: 'yes', when: 'true' }] } });
    const node = { key: 'n', type: 'end', trigger: 'all_success', children: [] } as const;
    const skipped = (taken: string) =>
      said(
        explainNode({
          plan: {
            ...plan,
            nodes: [...plan.nodes, { ...node, parents: [{ node: 0, branch: 'yes' }] }],
          },
          state: decodeState(`sk;0>${taken}`),
          node: 1,
          instance: INSTANCE,
          live: [],
          work: undefined,
          now: NOW,
        }),
      );

    expect(skipped('default')).toEqual([
      'route_not_taken {"routes":[{"route":"r","branch":"yes"}]}, ? > ?, task r',
    ]);
    expect(skipped('yes')).toEqual(['rule_not_met {"rule":"all_success","skipped":[]}, ? > ?']);
  });

  test('names twenty others at most', () => {
    const many = Array.from({ length: 30 }, (_, index) => `p${index} -> n`).join(', ');
    const { plan } = draw(many);
    const [reason] = explainNode({
      plan,
      state: decodeState(`${'o'.repeat(30)}.`),
      node: 30,
      instance: INSTANCE,
      live: [],
      work: undefined,
      now: NOW,
    });
    expect(reason).toMatchObject({ params: { finished: 0, total: 30 } });
    expect(reason?.links).toHaveLength(20);
  });
});

describe('a live task', () => {
  const task = (
    live: Partial<LiveFacts>,
    {
      node = {},
      work = {},
      instance = {},
      state = 'o',
    }: {
      node?: object;
      work?: Partial<WorkFacts> | null;
      instance?: Partial<InstanceFacts>;
      state?: string;
    } = {},
  ) =>
    said(
      explainNode({
        plan: draw('n', { n: node }).plan,
        state: decodeState(state),
        node: 0,
        instance: { ...INSTANCE, ...instance },
        live: [{ ...LIVE, ...live }],
        work: work === null ? undefined : { ...WORK, ...work },
        now: NOW,
      }),
    );

  test('that is ready is in line, and says what its work is short of', () => {
    expect(task({})).toEqual(['ready {"work":"n","ahead":3}, -80 > ?, work n']);
    expect(
      task(
        {},
        { work: { maxConcurrent: 2, slots: 2, rate: { limit: 4, perSeconds: 60, tokens: 0.5 } } },
      ),
    ).toMatchInlineSnapshot(`
      [
        "work_concurrency {"work":"n","running":2,"limit":2}, ? > ?, work n",
        "rate_limit {"work":"n","limit":4,"perSeconds":60}, ? > 7.5, work n",
        "ready {"work":"n","ahead":3}, -80 > ?, work n",
      ]
    `);
    expect(
      task(
        {},
        { work: { maxConcurrent: 2, slots: 1, rate: { limit: 4, perSeconds: 60, tokens: 1 } } },
      ),
    ).toHaveLength(1);
    // It has been tried before: since when it is ready again is not known.
    expect(task({ attempt: 1 })[0]).toContain('? > ?');
    expect(task({}, { node: { delaySeconds: 5 } })[0]).toContain('? > ?');
  });

  test('that is ready may have nobody who takes it', () => {
    expect(task({}, { work: { lastClaimAt: at(-20) } })).toHaveLength(1);
    expect(task({}, { work: { lastClaimAt: at(-21) } })).toMatchInlineSnapshot(`
      [
        "no_reachable_worker {"work":"n","delivery":"pull","lastClaimAt":"2026-11-21T07:59:39.000Z","inHand":2,"deliveries":0,"message":null}, -21 > ?, work n",
        "ready {"work":"n","ahead":3}, -80 > ?, work n",
      ]
    `);
    expect(task({}, { work: { lastClaimAt: null } })[0]).toContain('"lastClaimAt":null');
    expect(task({}, { work: { delivery: 'push', lastClaimAt: null } })).toHaveLength(1);
    expect(
      task(
        {},
        {
          work: { delivery: 'push', deliveries: 2, deliveryError: 'refused' },
          instance: { scheduler: false },
        },
      ),
    ).toMatchInlineSnapshot(`
      [
        "no_reachable_worker {"work":"n","delivery":"push","lastClaimAt":"2026-11-21T07:59:59.000Z","inHand":2,"deliveries":2,"message":"refused"}, -1 > ?, work n",
        "ready {"work":"n","ahead":3}, -80 > ?, work n",
        "scheduler_down {}, ? > ?",
      ]
    `);
    expect(task({}, { instance: { scheduler: false } })).toHaveLength(1);
    expect(task({}, { work: null })).toMatchInlineSnapshot(`
      [
        "no_reachable_worker {"work":"n","delivery":"pull","lastClaimAt":null,"inHand":0,"deliveries":0,"message":null}, -80 > ?, work n",
        "ready {"work":"n","ahead":3}, -80 > ?, work n",
      ]
    `);
  });

  test('of a paused instance, or held, waits for that alone', () => {
    const pause = { at: at(-5), by: 'li', reason: '' };

    expect(task({}, { instance: { status: 'paused', pause } })).toEqual([
      'paused {"by":"li","reason":null}, -5 > ?',
    ]);
    expect(task({ held: true }, { instance: { pause } })).toHaveLength(1);
    expect(task({ status: 'pending', held: true })).toEqual([
      'paused {"by":null,"reason":null}, ? > ?',
      'ready {"work":"n","ahead":null}, ? > ?',
    ]);
    expect(task({ status: 'delayed', held: true }, { instance: { scheduler: false } }))
      .toMatchInlineSnapshot(`
      [
        "scheduled_later {"kind":"delay","window":null}, -80 > ?",
        "paused {"by":null,"reason":null}, ? > ?",
        "scheduler_down {}, ? > ?",
      ]
    `);
  });

  test('begins later: by its delay, its window, its worker, a refusal or a failure before it', () => {
    const window = { from: '00:00', to: '06:00', timeZone: 'UTC' };
    const delayed = { status: 'delayed', dueAt: at(9) } as const;

    expect(task(delayed)).toMatchInlineSnapshot(`
      [
        "scheduled_later {"kind":"delay","window":null}, -80 > 9",
      ]
    `);
    expect(task(delayed, { node: { window } })[0]).toContain('"kind":"window","window":{"from"');
    expect(task(delayed, { node: { window, delaySeconds: 5 } })[0]).toContain('"kind":"delay"');
    expect(task(delayed, { node: { type: 'wait', seconds: 9 } })[0]).toContain('"kind":"wait"');
    expect(task({ ...delayed, last: { ...LAST, outcome: 'delayed' } })[0]).toContain(
      '"kind":"worker"',
    );
    expect(task({ ...delayed, last: { ...LAST, outcome: 'rejected' } })[0]).toContain(
      '"kind":"rejected"',
    );
    expect(task({ ...delayed, last: { ...LAST, outcome: 'cancelled' } })[0]).toContain(
      '"kind":"delay"',
    );
    expect(task({ ...delayed, failures: 2, retryLimit: 3, last: LAST })).toMatchInlineSnapshot(`
      [
        "retry_backoff {"failures":2,"limit":3,"code":"error","message":"no"}, -7 > 9",
      ]
    `);
    expect(task({ ...delayed, last: LAST }, { node: { retry: { limit: 5 } } })[0]).toContain(
      '"limit":5',
    );
    expect(task({ ...delayed, deliveries: 1, deliveryError: 'refused', dispatchedAt: at(-3) }))
      .toMatchInlineSnapshot(`
      [
        "no_reachable_worker {"work":"n","delivery":"pull","lastClaimAt":"2026-11-21T07:59:59.000Z","inHand":2,"deliveries":1,"message":"refused"}, -3 > 9, work n",
      ]
    `);
  });

  test('that was handed out has not started: it may wait at its worker', () => {
    const handed = {
      status: 'dispatched',
      dispatchedAt: at(-30),
      dueAt: at(30),
      worker: 'w1',
    } as const;

    expect(task(handed)).toMatchInlineSnapshot(`
      [
        "pushed_not_started {"work":"n","worker":"w1","delivering":false}, -30 > 30, work n",
      ]
    `);
    expect(
      task(
        { ...handed, delivering: true, deliveries: 1, deliveryError: 'slow' },
        { work: { delivery: 'push' } },
      ),
    ).toMatchInlineSnapshot(`
      [
        "no_reachable_worker {"work":"n","delivery":"push","lastClaimAt":"2026-11-21T07:59:59.000Z","inHand":2,"deliveries":1,"message":"slow"}, -30 > ?, work n",
        "pushed_not_started {"work":"n","worker":null,"delivering":true}, -30 > 30, work n",
      ]
    `);
    expect(task({ ...handed, dispatchSeconds: 30, deliveries: 1 })).toMatchInlineSnapshot(`
      [
        "push_backlog_hold {"work":"n","dispatchSeconds":30}, 0 > ?",
        "pushed_not_started {"work":"n","worker":"w1","delivering":false}, -30 > 30, work n",
      ]
    `);
    expect(task({ ...handed, dispatchSeconds: 31 })).toHaveLength(1);
    expect(task({ ...handed, dispatchSeconds: 30, delivering: true })).toHaveLength(1);
    // What Latchwork runs itself is at work at once.
    expect(task(handed, { node: { type: 'script', script: 'return 1;' } })[0]).toMatch(
      /^running .* -30 > \?$/,
    );
  });

  test('that runs says who has it, when that was heard of and when its time is up', () => {
    const running = {
      status: 'running',
      startedAt: at(-10),
      firstAt: at(-20),
      worker: 'w1',
      attempt: 2,
      progress: 0.5,
    } as const;

    expect(task(running)).toMatchInlineSnapshot(`
      [
        "running {"worker":"w1","attempt":2,"progress":0.5,"lastSeenAt":null}, -10 > ?",
      ]
    `);
    const until = (live: Partial<LiveFacts>) =>
      task({ ...running, ...live })[0]
        ?.split(', ')
        .at(-1);
    expect(until({ runSeconds: 60 })).toBe('-10 > 50');
    expect(until({ totalSeconds: 60 })).toBe('-10 > 40');
    expect(until({ runSeconds: 60, totalSeconds: 60 })).toBe('-10 > 40');
    expect(until({ startedAt: null, dispatchedAt: at(-15), runSeconds: 60 })).toBe('-15 > ?');
    expect(until({ startedAt: null })).toBe('-90 > ?');

    const seen = (live: Partial<LiveFacts>) =>
      /"lastSeenAt":("[^"]*"|null)/.exec(task({ ...running, ...live })[0] ?? '')?.[1];
    expect(seen({ dueAt: at(25), heartbeatSeconds: 30 })).toBe('"2026-11-21T07:59:55.000Z"');
    expect(seen({ dueAt: at(25), heartbeatSeconds: 30, runSeconds: 35 })).toBe('null');
    expect(seen({ dueAt: at(25), heartbeatSeconds: 30, runSeconds: 36 })).toBe(
      '"2026-11-21T07:59:55.000Z"',
    );
    expect(seen({ dueAt: at(25) })).toBe('null');
  });

  test('that waits for others says for whom', () => {
    const running = {
      status: 'running',
      startedAt: at(-10),
      runSeconds: 60,
      dueAt: at(20),
    } as const;
    const child = { id: 'c1', status: 'paused' } as const;
    const http = { type: 'http', submit: { url: 'https://x' } };

    expect(task(running, { node: { type: 'signal', approval: true, prompt: 'Go?' } }))
      .toMatchInlineSnapshot(`
      [
        "waiting_signal {"signal":"n","approval":true,"prompt":"Go?"}, -10 > 20",
      ]
    `);
    expect(task({ ...running, prompt: 'Go on?' }, { node: { type: 'signal' } })[0]).toContain(
      '"prompt":"Go on?"',
    );
    expect(task({ ...running, child }, { node: { type: 'workflow', workflow: 'sub' } }))
      .toMatchInlineSnapshot(`
      [
        "subworkflow_running {"workflow":"sub","instance":"c1","status":"paused"}, -10 > 50, instance c1",
      ]
    `);
    expect(task(running, { node: { type: 'workflow', workflow: 'sub' } })[0]).toBe(
      'subworkflow_running {"workflow":"sub","instance":null,"status":null}, -10 > 50',
    );
    expect(
      task(
        { ...running, pollAt: at(5) },
        { node: { ...http, status: { url: 'https://y', succeededWhen: 'true' } } },
      ),
    ).toEqual(['waiting_callback {"kind":"status"}, -10 > 5']);
    expect(task(running, { node: { ...http, callback: true } })).toEqual([
      'waiting_callback {"kind":"callback"}, -10 > 50',
    ]);
    expect(task(running, { node: http })[0]).toMatch(/^running/);
    expect(task({ ...running, pollAt: at(5) }, { node: http })[0]).toMatch(/^running/);
  });

  test('may stand for many segments of a fan-out', () => {
    const node = { type: 'fanout', work: 'n', items: '[]' };

    expect(task({ count: 4 }, { node, state: 'o;0=10,2,1,7' })).toMatchInlineSnapshot(`
      [
        "segments_incomplete {"total":10,"succeeded":2,"failed":1,"underWay":4,"inLine":3}, -80 > ?",
        "ready {"work":"n","ahead":3}, -80 > ?, work n, of 4",
      ]
    `);
    expect(
      task(
        { status: 'running', startedAt: at(-10) },
        { node: { ...node, work: undefined, workflow: 'sub' }, state: 'o;0=1,0,0' },
      )[1],
    ).toMatch(/^subworkflow_running .*, of 1$/);
  });
});
