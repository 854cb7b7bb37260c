import { describe, expect, onTestFinished, test } from 'vitest';
import { createOutbound } from './http.ts';
import { Pump, type AnyPump, type PumpSettings } from './pump.ts';
import { createPumps, type Pumps, type WorkName } from './pumps.ts';
import type { PushTask, PushWork } from './push.ts';
import { pushPort, type Pushed, type PushRows } from './push_port.ts';
import { closedPort, receive } from './receiver.fixture.ts';
import type { Verdict } from './verdict.ts';

/** Rows in memory: what is ready, what was claimed, what was settled, and in which batches. */
type Rows = PushRows & {
  readonly ready: PushTask[];
  readonly claims: number[];
  readonly batches: Pushed[][];
  verdicts(): Verdict['type'][];
  add(count: number): void;
};

function rows(url: string, more: Partial<PushWork> = {}): Rows {
  const work: PushWork = {
    key: 'w',
    url,
    secrets: [],
    timeoutSeconds: 15,
    concurrency: more.concurrency ?? 64,
    ...more,
  };
  const ready: PushTask[] = [];
  const claims: number[] = [];
  const batches: Pushed[][] = [];
  let made = 0;

  return {
    ready,
    claims,
    batches,
    claim: (max) => {
      claims.push(max);
      return Promise.resolve({ work, tasks: ready.splice(0, max) });
    },
    settle: (settled) => {
      batches.push([...settled]);
      return Promise.resolve();
    },
    verdicts: () => batches.flat().map(({ verdict }) => verdict.type),
    add: (count) => {
      for (let n = 0; n < count; n += 1) ready.push(task((made += 1)));
    },
  };
}

function task(n: number): PushTask {
  return {
    id: `i_t${n}`,
    instanceId: '0195d2a0-0000-7000-8000-000000000001',
    objectId: 'o',
    workflow: 'wf',
    version: 1,
    task: `t${n}`,
    work: 'w',
    segment: null,
    input: { n },
    attempt: 1,
    priority: 0,
    token: `token-${n}`,
    deadlines: { startBy: null, runBy: null, heartbeatSeconds: null },
    reportUrl: `https://latchwork.example/api/v1/reports/token-${n}`,
    deliveries: 0,
  };
}

const quietLog = { info: () => undefined, warn: () => undefined };

function trialOutbound() {
  const outbound = createOutbound({
    policy: { allowPrivate: false, allowLoopback: true, allowHosts: [] },
  });
  onTestFinished(() => outbound.close());

  return outbound;
}

function pump(rows: PushRows, options: Partial<PumpSettings> = {}): AnyPump {
  const { clock } = options;
  const port = pushPort({
    rows,
    outbound: trialOutbound(),
    log: quietLog,
    ...(clock === undefined ? {} : { clock }),
  });
  const made = new Pump({ port, log: quietLog, ...options });
  onTestFinished(() => made.stop());

  return made;
}

function pumpsOver(rowsOf: (name: WorkName) => PushRows, concurrency = 64): Pumps {
  const outbound = trialOutbound();

  return createPumps({
    pumpsOf: (name) => [
      new Pump({
        port: pushPort({ rows: rowsOf(name), outbound, log: quietLog }),
        log: quietLog,
        concurrency,
      }),
    ],
    cutOff: () => outbound.close(),
  });
}

/** Time that stands still until it is moved. */
function handTime() {
  let now = 0;
  const timers = new Set<{ at: number; action: () => void }>();

  return {
    clock: () => new Date(now),
    schedule: (ms: number, action: () => void) => {
      const timer = { at: now + ms, action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass: (ms: number) => {
      now += ms;
      for (const timer of timers) {
        if (timer.at <= now) {
          timers.delete(timer);
          timer.action();
        }
      }
    },
  };
}

const succeed = '{"status":"succeeded"}';

describe('a pump', () => {
  test('sends everything that is ready and settles each verdict once', async () => {
    const server = await receive(({ body }, response) => {
      const { n } = JSON.parse(body).data.input;
      response.statusCode = n % 10 === 0 ? 503 : 200;
      response.end(n % 2 === 0 ? succeed : '');
    });
    const port = rows(server.url);
    const one = pump(port, { concurrency: 16 });

    port.add(200);
    one.wake();
    await one.quiet();

    const tokens = port.batches.flat().map(({ task }) => task.token);
    const count = (type: string) => port.verdicts().filter((verdict) => verdict === type).length;

    expect(new Set(tokens).size).toBe(200);
    expect(tokens).toHaveLength(200);
    expect(server.received).toHaveLength(200);
    expect([count('succeeded'), count('accepted'), count('retry')]).toEqual([80, 100, 20]);
  });

  test('keeps its concurrency and does not work in waves', async () => {
    const held: (() => void)[] = [];
    const server = await receive((_, response) => held.push(() => response.end(succeed)));
    const port = rows(server.url);
    const one = pump(port, { concurrency: 4 });

    port.add(9);
    one.wake();
    await expect.poll(() => held.length).toBe(4);

    // One place frees while three are still busy: it is used.
    held[0]?.();
    await expect.poll(() => held.length).toBe(5);
    expect(server.received).toHaveLength(5);

    for (let n = 1; n < 9; n += 1) {
      await expect.poll(() => held.length).toBeGreaterThan(n);
      held[n]?.();
    }
    await one.quiet();

    expect(port.verdicts()).toHaveLength(9);
  });

  test('waits a moment for more places rather than claim for each, but not for ever', async () => {
    const held: (() => void)[] = [];
    const server = await receive((_, response) => held.push(() => response.end(succeed)));
    const time = handTime();
    const port = rows(server.url);
    const one = pump(port, { concurrency: 16, ...time });

    port.add(32);
    one.wake();
    await expect.poll(() => held.length).toBe(16);

    held.slice(0, 2).forEach((release) => release());
    await expect.poll(() => port.verdicts().length).toBe(2);
    // The first of them finds out how many the work allows.
    expect(port.claims).toEqual([1, 15]);

    time.pass(10);
    await expect.poll(() => held.length).toBe(18);
    expect(port.claims).toEqual([1, 15, 2]);

    held.slice(2, 6).forEach((release) => release());
    await expect.poll(() => held.length).toBe(22);
    expect(port.claims.slice(3).every((max) => max >= 4)).toBe(true);
  });

  test('looks again after a retry, which gives a place under the limit of the work back', async () => {
    const server = await receive((_, response) => {
      response.statusCode = server.received.length === 1 ? 500 : 200;
      response.end();
    });
    const port = rows(server.url);
    const settle = port.settle.bind(port);
    port.settle = async (settled) => {
      await settle(settled);
      if (port.batches.length === 1) port.add(1);
    };
    const one = pump(port);

    port.add(1);
    one.wake();
    await expect.poll(() => port.verdicts()).toEqual(['retry', 'accepted']);
  });

  test('sees what became ready while it claimed', async () => {
    const server = await receive((_, response) => response.end());
    const port = rows(server.url);
    const claim = port.claim.bind(port);
    let release = (): void => undefined;
    port.claim = async (max) => {
      const claimed = await claim(max);
      await new Promise<void>((resolve) => (release = resolve));
      return claimed;
    };
    const one = pump(port);

    one.wake();
    await expect.poll(() => port.claims.length).toBe(1);
    port.add(1);
    one.wake();
    release();
    await expect.poll(() => port.claims.length).toBe(2);
    release();
    await one.quiet();

    expect(port.verdicts()).toEqual(['accepted']);
  });

  test('settles in batches that grow while a settlement is under way', async () => {
    const ready = Array.from({ length: 50 }, (_, n) => n);
    const ends: (() => void)[] = [];
    const batches: number[][] = [];
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const one = new Pump<number, null>({
      port: {
        claim: (max) => Promise.resolve(ready.splice(0, max)),
        run: () => new Promise((resolve) => ends.push(() => resolve(null))),
        settle: async (settled) => {
          batches.push(settled.map(({ task }) => task));
          await released;
          return false;
        },
      },
      log: quietLog,
    });

    one.wake();
    await expect.poll(() => ends.length).toBe(50);
    ends.shift()?.();
    await expect.poll(() => batches).toEqual([[0]]);
    for (const end of ends) end();
    release();
    await one.quiet();

    expect(batches.map((batch) => batch.length)).toEqual([1, 49]);
  });

  test('loses nothing when the database fails for a while', async () => {
    const server = await receive((_, response) => response.end());
    const time = handTime();
    const port = rows(server.url);
    const { claim, settle } = port;
    let claimsToFail = 1;
    let settlementsToFail = 2;
    port.claim = (max) => {
      claimsToFail -= 1;
      return claimsToFail >= 0 ? Promise.reject(new Error('down')) : claim(max);
    };
    port.settle = (settled) => {
      settlementsToFail -= 1;
      return settlementsToFail >= 0 ? Promise.reject(new Error('down')) : settle(settled);
    };
    const one = pump(port, time);

    port.add(5);
    one.wake();

    await expect
      .poll(() => {
        time.pass(1_000);
        return port.verdicts().length;
      })
      .toBe(5);
    expect(server.received).toHaveLength(5);
  });

  test('stops when its work is pushed no longer', async () => {
    const port = rows('http://127.0.0.1:1/');
    port.claim = () => Promise.resolve(null);
    const one = pump(port);

    one.wake();
    await one.quiet();

    expect(port.batches).toEqual([]);
  });

  test('fails tasks that it cannot sign rather than hold them', async () => {
    const port = rows('http://127.0.0.1:1/', { secrets: ['whsec_'] });
    const one = pump(port);

    port.add(2);
    one.wake();
    await one.quiet();

    expect(port.verdicts()).toEqual(['undeliverable', 'undeliverable']);
  });
});

describe('a lease', () => {
  test('is lengthened every ten seconds for as long as somebody is on the task', async () => {
    const time = handTime();
    const ready = ['slow', 'quick'];
    const ends = new Map<string, () => void>();
    const held: string[][] = [];
    const one = new Pump<string, null>({
      port: {
        claim: (max) => Promise.resolve(ready.splice(0, max)),
        run: (task) => new Promise((resolve) => ends.set(task, () => resolve(null))),
        settle: () => Promise.resolve(false),
        hold: (tasks) => {
          held.push([...tasks]);
          return Promise.resolve();
        },
      },
      log: quietLog,
      ...time,
    });

    one.wake();
    await expect.poll(() => ends.size).toBe(2);
    time.pass(9_999);
    expect(held).toEqual([]);
    time.pass(1);
    ends.get('quick')?.();
    await expect.poll(() => held).toEqual([['slow', 'quick']]);
    time.pass(10_000);
    expect(held.at(-1)).toEqual(['slow']);

    ends.get('slow')?.();
    await one.quiet();
    time.pass(60_000);
    expect(held).toHaveLength(2);
  });
});

describe('a dead endpoint', () => {
  test('costs a probe now and then, not a request per task, and is used again when it is back', async () => {
    let dead = true;
    const server = await receive((_, response) => {
      response.statusCode = dead ? 500 : 200;
      response.end();
    });
    const time = handTime();
    const port = rows(server.url);
    const one = pump(port, { concurrency: 4, ...time });

    port.add(1_000);
    one.wake();
    await one.quiet();
    const first = server.received.length;
    expect(first).toBeLessThanOrEqual(8);

    time.pass(1_000);
    await one.quiet();
    time.pass(2_000);
    await one.quiet();
    expect(server.received).toHaveLength(first + 2);

    dead = false;
    time.pass(4_000);
    await expect.poll(() => port.ready.length).toBe(0);
    await one.quiet();
    expect(port.verdicts()).toHaveLength(1_000);
  });

  test('that refuses connections is paused too, and each task is to be delivered again', async () => {
    const port = rows(`http://127.0.0.1:${await closedPort()}/`);
    const one = pump(port, { concurrency: 2, ...handTime() });

    port.add(100);
    one.wake();
    await one.quiet();

    expect(port.verdicts().length).toBeLessThan(10);
    expect(new Set(port.verdicts())).toEqual(new Set(['retry']));
  });

  test('is left alone for as long as it asks', async () => {
    const server = await receive((_, response) => {
      response.writeHead(429, { 'retry-after': '30' }).end();
    });
    const time = handTime();
    const port = rows(server.url);
    const one = pump(port, { concurrency: 1, ...time });

    port.add(5);
    one.wake();
    await one.quiet();
    time.pass(29_999);
    await one.quiet();
    expect(server.received).toHaveLength(1);

    time.pass(1);
    await one.quiet();
    expect(server.received).toHaveLength(2);
    expect(port.batches.flat()[0]?.verdict).toMatchObject({ type: 'retry', afterMs: 30_000 });
  });
});

describe('all pumps of a process', () => {
  test('are independent: nine healthy endpoints do not wait for one that hangs', async () => {
    const hanging = await receive(() => undefined);
    const healthy = await receive((_, response) => response.end(succeed));
    const ports = new Map(
      Array.from({ length: 10 }, (_, n) => [`w${n}`, rows(n === 0 ? hanging.url : healthy.url)]),
    );
    const pumps = pumpsOver(({ work }) => ports.get(work) ?? rows(''), 4);

    for (const [work, port] of ports) {
      port.add(50);
      pumps.wake({ projectId: 1, work });
    }
    await expect.poll(() => healthy.received.length).toBe(450);
    await expect.poll(() => hanging.received.length).toBe(4);

    await pumps.stop(0);
  });

  test('stop gracefully: what is under way is awaited and nothing more is claimed', async () => {
    const held: (() => void)[] = [];
    const server = await receive((_, response) => held.push(() => response.end(succeed)));
    const port = rows(server.url);
    const pumps = pumpsOver(() => port, 4);

    port.add(10);
    pumps.wake({ projectId: 1, work: 'w' });
    await expect.poll(() => held.length).toBe(4);
    const stopped = pumps.stop(60_000);
    held.forEach((release) => release());
    expect(await stopped).toEqual([{ projectId: 1, work: 'w' }]);

    expect(port.verdicts()).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
    expect(port.ready).toHaveLength(6);
  });

  test('stop in time: what is not answered by then is handed back to be delivered again at once', async () => {
    const server = await receive(() => undefined);
    const port = rows(server.url);
    const pumps = pumpsOver(() => port);

    port.add(3);
    pumps.wake({ projectId: 1, work: 'w' });
    await expect.poll(() => server.received.length).toBe(3);
    expect(await pumps.stop(20)).toEqual([{ projectId: 1, work: 'w' }]);

    expect(port.batches.flat().map(({ verdict }) => verdict)).toMatchObject([
      { type: 'retry', afterMs: 0 },
      { type: 'retry', afterMs: 0 },
      { type: 'retry', afterMs: 0 },
    ]);
  });
});
