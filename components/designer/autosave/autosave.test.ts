import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_DOCUMENT, toDraft, type Document } from '../model/document.ts';
import { AutosaveRunner } from './autosave.ts';
import { DEBOUNCE_MS, hasUnsaved, type SaveAnswer } from './machine.ts';

function named(name: unknown): Document {
  return { ...EMPTY_DOCUMENT, name };
}

type Request = {
  readonly name: unknown;
  readonly etag: string | null;
  readonly answer: (answer: SaveAnswer) => Promise<void>;
};

/** A runner whose requests wait for the test to answer them, and whose time passes only when the test says so. */
function setup(etag: string | null = 'd1') {
  const requests: Request[] = [];
  const timers = new Map<() => void, number>();
  let now = 0;

  const runner = new AutosaveRunner(EMPTY_DOCUMENT, etag, {
    clock: () => now,
    schedule: (callback, ms) => {
      timers.set(callback, now + ms);
      return () => timers.delete(callback);
    },
    save: (document, etagAtSend) => {
      const { promise, resolve } = Promise.withResolvers<SaveAnswer>();
      requests.push({
        name: document.name,
        etag: etagAtSend,
        answer: async (answer) => {
          resolve(answer);
          await promise;
          await Promise.resolve();
        },
      });
      return promise;
    },
  });

  return {
    runner,
    requests,
    timers,
    edit: (name: string) => runner.happened({ type: 'edited', document: named(name) }),
    pass: (ms: number) => {
      now += ms;
      for (const [callback, due] of timers) {
        if (due <= now) {
          timers.delete(callback);
          callback();
        }
      }
    },
    phase: () => runner.state().phase,
  };
}

const saved = (etag: string): SaveAnswer => ({ outcome: 'saved', etag });
const lost: SaveAnswer = { outcome: 'unreachable', error: new Error('no network') };
const conflict: SaveAnswer = {
  outcome: 'conflict',
  theirs: { etag: 'd9', definition: {}, updatedBy: 'Li', updatedAt: null },
};

describe('autosave', () => {
  test('writes nothing while nobody edits', () => {
    const { requests, timers, runner, pass } = setup();

    pass(3_600_000);
    runner.happened({ type: 'flush' });
    runner.happened({ type: 'online' });

    expect(requests).toEqual([]);
    expect(timers.size).toBe(0);
  });

  test('writes once when the typing rests', () => {
    const { requests, edit, pass } = setup();

    edit('a');
    pass(DEBOUNCE_MS - 1);
    edit('ab');
    pass(DEBOUNCE_MS - 1);
    expect(requests).toHaveLength(0);

    pass(1);
    expect(requests.map(({ name, etag }) => [name, etag])).toEqual([['ab', 'd1']]);
  });

  test('says saved, and when, only after the server has said so', async () => {
    const { requests, edit, pass, phase, runner } = setup();

    edit('a');
    pass(DEBOUNCE_MS);
    expect(phase()).toBe('saving');
    expect(hasUnsaved(runner.state())).toBe(true);

    pass(250);
    await requests[0]?.answer(saved('d2'));
    expect(phase()).toBe('saved');
    expect(runner.state().savedAt).toBe(DEBOUNCE_MS + 250);
  });

  test('has one request under way, and the next one carries the ETag of its answer', async () => {
    const { requests, edit, pass } = setup();

    edit('a');
    pass(DEBOUNCE_MS);
    edit('b');
    pass(DEBOUNCE_MS * 5);
    expect(requests).toHaveLength(1);

    await requests[0]?.answer(saved('d2'));
    pass(DEBOUNCE_MS);
    expect(requests.map(({ name, etag }) => [name, etag])).toEqual([
      ['a', 'd1'],
      ['b', 'd2'],
    ]);
  });

  test('a first write is conditional on there being nothing', () => {
    const { requests, edit, runner } = setup(null);

    edit('a');
    runner.happened({ type: 'flush' });

    expect(requests[0]?.etag).toBeNull();
  });

  test('undoing everything before it was written leaves nothing to write', () => {
    const { requests, edit, pass, phase, runner } = setup();

    edit('a');
    runner.happened({ type: 'edited', document: EMPTY_DOCUMENT });
    pass(DEBOUNCE_MS);

    expect(requests).toEqual([]);
    expect(phase()).toBe('saved');
  });

  test('tries again with growing patience, and at once when the network is back', async () => {
    const { requests, edit, pass, phase, runner } = setup();

    edit('a');
    pass(DEBOUNCE_MS);
    await requests[0]?.answer(lost);
    expect(phase()).toBe('retrying');
    expect(hasUnsaved(runner.state())).toBe(true);

    edit('b');
    pass(999);
    expect(requests).toHaveLength(1);
    pass(1);
    await requests[1]?.answer(lost);
    pass(1_999);
    expect(requests).toHaveLength(2);

    runner.happened({ type: 'online' });
    await requests[2]?.answer(saved('d2'));
    expect(requests.map(({ name }) => name)).toEqual(['a', 'b', 'b']);
    expect(phase()).toBe('saved');
  });

  test('does not insist where it was refused, but tries again after the next edit', async () => {
    const { requests, edit, pass, phase, runner } = setup();

    edit('a');
    pass(DEBOUNCE_MS);
    await requests[0]?.answer({ outcome: 'refused', error: new Error('too large') });
    pass(3_600_000);
    expect([phase(), runner.state().because?.message]).toEqual(['refused', 'too large']);
    expect(requests).toHaveLength(1);

    edit('b');
    pass(DEBOUNCE_MS);
    expect(requests).toHaveLength(2);
  });

  test('a conflict stops all writing until somebody decides', async () => {
    const { requests, edit, pass, phase, runner } = setup();

    edit('a');
    pass(DEBOUNCE_MS);
    await requests[0]?.answer(conflict);
    edit('b');
    runner.happened({ type: 'flush' });
    runner.happened({ type: 'online' });
    pass(3_600_000);

    expect(phase()).toBe('conflict');
    expect(requests).toHaveLength(1);
    expect(runner.state().unsaved).toEqual(named('b'));
  });

  test('keeping mine writes the newest edit over what was seen of theirs', async () => {
    const { requests, edit, pass, runner } = setup();

    edit('a');
    pass(DEBOUNCE_MS);
    await requests[0]?.answer(conflict);
    edit('b');
    runner.happened({ type: 'keepMine' });

    expect(requests[1]).toMatchObject({ name: 'b', etag: 'd9' });
  });

  test('taking theirs writes nothing', async () => {
    const { requests, edit, pass, phase, runner } = setup();
    const theirs = named('theirs');

    edit('a');
    pass(DEBOUNCE_MS);
    await requests[0]?.answer(conflict);
    runner.happened({ type: 'tookTheirs', document: theirs });
    runner.happened({ type: 'edited', document: theirs });
    pass(DEBOUNCE_MS);

    expect([phase(), runner.state().etag, requests.length]).toEqual(['saved', 'd9', 1]);
  });

  test('flush waits for everything, edits during the request included', async () => {
    const { requests, edit, runner } = setup();

    edit('a');
    const first = runner.flush();
    edit('b');
    const second = runner.flush();
    await requests[0]?.answer(saved('d2'));
    await requests[1]?.answer(saved('d3'));

    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(requests.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('flush says so when it could not be saved', async () => {
    const { requests, edit, runner } = setup();

    edit('a');
    const flushed = runner.flush();
    await requests[0]?.answer(lost);

    expect(await flushed).toBe(false);
  });

  test('whatever happens in whatever order, nothing edited is lost and nobody is asked about our own writes', async () => {
    const happening = fc.constantFrom(
      'edit',
      'undo',
      'rest',
      'flush',
      'online',
      'saved',
      'lost',
      'answerLost',
      'refused',
    );

    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (happenings) => {
        const { requests, edit, pass, phase, runner } = setup('0');
        let server = { etag: 0, name: undefined as unknown };
        let newest: unknown;
        let answered = 0;

        const answer = async (kind: string) => {
          const request = requests[answered];
          if (request === undefined) return;
          answered += 1;

          if (kind === 'lost') {
            await request.answer(lost);
          } else if (kind === 'refused') {
            await request.answer({ outcome: 'refused', error: new Error('no') });
          } else if (request.etag === String(server.etag)) {
            server = { etag: server.etag + 1, name: request.name };
            await request.answer(kind === 'saved' ? saved(String(server.etag)) : lost);
          } else {
            const definition = toDraft(named(server.name));
            const theirs = {
              etag: String(server.etag),
              definition,
              updatedBy: null,
              updatedAt: null,
            };
            await request.answer({ outcome: 'conflict', theirs });
          }
        };

        for (const [index, what] of happenings.entries()) {
          if (what === 'edit') {
            newest = `edit ${index}`;
            edit(`edit ${index}`);
          } else if (what === 'undo') {
            newest = undefined;
            runner.happened({ type: 'edited', document: EMPTY_DOCUMENT });
          } else if (what === 'rest') pass(1_000);
          else if (what === 'flush' || what === 'online') runner.happened({ type: what });
          else await answer(what);

          expect(requests.length - answered).toBeLessThanOrEqual(1);
          expect(phase()).not.toBe('conflict');
          if (phase() === 'saved') expect(server.name).toBe(newest);
        }

        // In the end, with a network that works, everything is there.
        while (phase() !== 'saved') {
          runner.happened({ type: 'flush' });
          await answer('saved');
        }
        expect(server.name).toBe(newest);
      }),
      { numRuns: 500 },
    );
  });
});
