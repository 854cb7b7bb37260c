import { afterEach, expect, test, vi } from 'vitest';
import { api } from './client.ts';
import { ApiProblem } from './problem.ts';

afterEach(() => vi.unstubAllGlobals());

/** What a request comes to that is answered so. */
function answered(response: Response): Promise<unknown> {
  vi.stubGlobal('fetch', () => Promise.resolve(response));
  return api.get('/works').catch((error: unknown) => error);
}

test('an answer is what it says', async () => {
  expect(await answered(new Response('{"data":[]}'))).toEqual({ data: [] });
  expect(await answered(new Response(null, { status: 204 }))).toBeUndefined();
});

test('a connection that breaks in the middle of an answer is a server that cannot be reached', async () => {
  const broken = new ReadableStream({
    start(stream) {
      stream.enqueue(new TextEncoder().encode('{"data":'));
    },
    pull(stream) {
      stream.error(new TypeError('terminated'));
    },
  });
  const error = await answered(new Response(broken));

  expect(error).toBeInstanceOf(ApiProblem);
  expect(error).toMatchObject({ status: 0, code: 'unreachable' });
});

test('a page that somebody puts in between is a bad answer, whatever its status', async () => {
  const error = await answered(new Response('<html>Sign in to the network</html>'));

  expect(error).toBeInstanceOf(ApiProblem);
  expect(error).toMatchObject({ status: 200, code: 'bad_answer' });
});

test('a list is read to its end, page after page', async () => {
  const pages = new Map([
    [null, { data: ['a', 'b'], nextCursor: 'after b' }],
    ['after b', { data: ['c', 'd'], nextCursor: 'after d' }],
    ['after d', { data: ['e'], nextCursor: null }],
  ]);
  vi.stubGlobal('fetch', (url: string) => {
    const { searchParams } = new URL(url, 'http://localhost');
    expect(searchParams.get('limit')).toBe('200');
    return Promise.resolve(Response.json(pages.get(searchParams.get('cursor'))));
  });

  expect(await api.list('/works')).toEqual({ data: ['a', 'b', 'c', 'd', 'e'], nextCursor: null });
});
