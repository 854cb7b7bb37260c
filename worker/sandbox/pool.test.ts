/** Scripts as their attackers write them, in the threads that run them. */
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ScriptJob } from '#operations/sandbox/sandbox.ts';
import { createScriptPool, type PoolOutcome } from './pool.ts';

const pool = createScriptPool({ threads: 2, graceMs: 200 });
afterAll(() => pool.close());

function run(script: string, more: Partial<ScriptJob> = {}) {
  return pool.run({ script, input: '{}', timeoutSeconds: 0.3, memoryMb: 64, ...more });
}

/** For what ends by itself, however busy the machine is. */
const patient = { timeoutSeconds: 120 };

describe('a script', () => {
  test.each([
    ['return input.a + 1', 3],
    ['', null],
    ['return', null],
    ['return [undefined, { a: undefined, b: null }]', [null, { b: null }]],
    ['const { a } = input; return { double: a * 2 } // the end', { double: 4 }],
    ['return new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['return this === undefined', true],
    ['return "\\ud800 \\u0000 日本"', '\ud800 \u0000 日本'],
    ['return eval("1 + 1")', 2],
  ])('%s', async (script, output) => {
    const outcome = await run(script, { input: '{"a":2}', ...patient });

    expect(outcome).toMatchObject({ ok: true });
    expect(outcome !== 'stopped' && outcome.ok && JSON.parse(outcome.output)).toEqual(output);
  });

  test.each([
    ['return () => 1', /^the script returned a function, which JSON cannot say$/],
    ['return { a: [1n] }', /whose member "0" is a BigInt/],
    ['return { a: Symbol("x") }', /whose member "a" is a symbol/],
    ['return { a: 1 / 0 }', /whose member "a" is Infinity/],
    ['return new Map()', /a Map/],
    ['return Promise.resolve(1)', /a Promise/],
    ['const a = {}; a.a = a; return a', /contains itself/],
  ])('that returns what is no JSON is told so: %s', async (script, message) => {
    expect(await run(script, patient)).toMatchObject({
      ok: false,
      fault: 'not_json',
      message: expect.stringMatching(message),
    });
  });

  test('that throws is shown where, in its own lines', async () => {
    const outcome = await run(
      'const limit = 3\nfunction check(n) {\n  if (n > limit) throw new RangeError("too many")\n}\ncheck(4)',
      patient,
    );

    expect(outcome).toMatchObject({
      ok: false,
      fault: 'exception',
      message: 'RangeError: too many',
    });
    expect(outcome !== 'stopped' && !outcome.ok && outcome.stack).toMatch(
      /^ +at check \(script:3:\d+\)\n +at script \(script:5:\d+\)$/,
    );
  });

  test.each([
    ['throw "plain"', 'plain'],
    ['throw { code: 7 }', '{"code":7}'],
    ['throw undefined', 'undefined'],
    ['throw new Error("said")', 'said'],
    ['null.x', /^TypeError: /],
  ])('may throw anything: %s', async (script, message) => {
    expect(await run(script, patient)).toMatchObject({
      ok: false,
      fault: 'exception',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test('that is none is told where it is wrong', async () => {
    expect(await run('const a = 1\nretrun a', patient)).toMatchObject({
      ok: false,
      fault: 'syntax',
      message: expect.stringMatching(/^syntax error in line 2, column \d+: /),
    });
  });

  test('finds nothing but the language', async () => {
    const outcome = await run(
      'return ["process", "require", "fetch", "console", "setTimeout", "WebAssembly", "Worker", "global", "os", "std"].filter((name) => name in globalThis)',
      patient,
    );

    expect(outcome).toEqual({ ok: true, output: '[]' });
  });
});

describe('a hostile script', () => {
  test.each([
    ['an endless loop', 'while (true);'],
    ['one in a getter of the output', 'return { get a() { while (true); } }'],
    ['one in toJSON', 'return { toJSON() { while (true); } }'],
    ['one in the message of what it throws', 'throw { get message() { while (true); } }'],
    ['one that catches everything', 'for (;;) { try { for (;;); } catch {} finally { continue } }'],
    ['a regular expression', 'return /^(a+)+$/.test("a".repeat(40) + "b")'],
    ['a proxy without an end', 'const p = new Proxy({}, { ownKeys() { for (;;); } }); return p'],
    [
      'a loop where the sandbox does not look at the clock',
      'return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)',
    ],
  ])('is stopped in time: %s', async (_, script) => {
    expect(await run(script)).toMatchObject({
      ok: false,
      fault: 'time_limit',
      message: expect.stringMatching(/^the script ran longer than 0.3 s/),
    });
  });

  test.each([
    ['texts', 'const all = []; for (;;) all.push("x".repeat(1e6) + all.length)'],
    ['one buffer', 'return new ArrayBuffer(1e9).byteLength'],
    ['a list', 'let a = [1]; for (;;) a = a.concat(a)'],
    ['a text split', 'return "ab".repeat(1e7).split("").length'],
  ])('gets no more memory than it may have: %s', async (_, script) => {
    expect(await run(script, { ...patient, memoryMb: 16 })).toMatchObject({
      ok: false,
      fault: 'memory_limit',
      message: 'the script needed more memory than 16 MB',
    });
  });

  test('does not get through the stack', async () => {
    for (const script of [
      'const f = () => f() + 1; return f()',
      'const f = () => { try { return f() } finally {} }; return f()',
      'let s = "["; s = s.repeat(1e5); return JSON.parse(s)',
      'return eval("(".repeat(1e5))',
    ]) {
      expect(await run(script, patient)).toMatchObject({ ok: false, fault: 'exception' });
    }
  });

  test('may break its sandbox, and only that: the next one gets another', async () => {
    const broken = await run('let a = []; for (let i = 0; i < 1e6; i++) a = [a]; return 1', {
      ...patient,
      memoryMb: 256,
    });

    expect(broken).toMatchObject({ ok: expect.any(Boolean) });
    expect(await run('return 1', patient)).toEqual({ ok: true, output: '1' });
  });

  test('returns no more than it may', async () => {
    expect(await run('return "x".repeat(2e6)', patient)).toMatchObject({
      ok: false,
      fault: 'output_too_large',
    });
  });

  test('changes only its own world', async () => {
    await run(
      'Object.prototype.polluted = 1; Array.prototype.push = null; JSON.stringify = () => "x"; globalThis.left = 1; return 1',
      patient,
    );
    const outcomes = await Promise.all(
      [0, 1, 2, 3].map(() =>
        run(
          'return [{}.polluted, typeof [].push, typeof left, JSON.stringify("y")].map(String)',
          patient,
        ),
      ),
    );

    for (const outcome of outcomes) {
      expect(outcome).toEqual({
        ok: true,
        output: JSON.stringify(['undefined', 'function', 'undefined', '"y"']),
      });
    }
  });

  test('cannot lie about its output by changing how JSON is written', async () => {
    const script =
      'JSON.stringify = () => "lie"; String.prototype.slice = () => "lie"; Object.prototype.toString = () => "[object Map]"; return { a: 1 }';

    expect(await run(script, patient)).toEqual({ ok: true, output: '{"a":1}' });
  });
});

test('a hundred at once, some of them hostile, do not disturb each other', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      n % 25 === 0
        ? run('while (true);')
        : run('return input.n * 2', { ...patient, input: JSON.stringify({ n }) }),
    ),
  );

  expect(outcomes).toMatchObject(
    outcomes.map((_, n) =>
      n % 25 === 0 ? { ok: false, fault: 'time_limit' } : { ok: true, output: String(n * 2) },
    ),
  );
});

test('one that has ended is not too late, though this process had no time to hear of it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const job = { script: 'return 1', input: '{}', memoryMb: 64, ...patient };

  let outcome: PoolOutcome = 'stopped';
  // A busy machine may need longer for the script.
  for (let stalledMs = 200; stalledMs < 30_000; stalledMs *= 5) {
    // From here on there is a thread that has nothing to do.
    expect(await pool.run(job)).toEqual({ ok: true, output: '1' });
    const running = pool.run(job);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stalledMs);
    vi.advanceTimersByTime(patient.timeoutSeconds * 1_000 + 200);
    outcome = await running;
    if (outcome !== 'stopped' && outcome.ok) break;
  }

  expect(outcome).toEqual({ ok: true, output: '1' });
});

test('a pool that is closed says so to all who wait', async () => {
  const other = createScriptPool({ threads: 1 });
  const job = { script: 'while (true);', input: '{}', timeoutSeconds: 30, memoryMb: 64 };
  const waiting = [other.run(job), other.run(job)];

  await other.close();

  expect(await Promise.all(waiting)).toEqual(['stopped', 'stopped']);
  expect(await other.run(job)).toBe('stopped');
});
