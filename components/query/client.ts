import type { Page } from '#api/types.ts';
import { ApiProblem, toProblem } from './problem.ts';

const BASE = '/api/v1';

type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | null | undefined>
>;

type RequestOptions = {
  query?: Query;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
};

export type Answer<T> = { data: T; status: number; headers: Headers };

/**
 * One request to our own REST API, with the session cookie that the browser holds. Resolves with the parsed body, rejects with an
 * `ApiProblem` and nothing else (aborts excepted). `T` is trusted: it is the type of the route's answer in api/.
 */
export async function request<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  { query, body, headers, signal }: RequestOptions = {},
): Promise<Answer<T>> {
  const { response, text } = await send(`${BASE}${path}${search(query)}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });

  if (!response.ok) {
    if (response.status === 401) {
      signedOut();
    }
    throw toProblem(response.status, text);
  }

  return {
    data: parseAs<T>(response.status, text),
    status: response.status,
    headers: response.headers,
  };
}

/** The whole answer: a connection may break in the middle of one. */
async function send(url: string, init: RequestInit): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(url, init);
    return { response, text: await response.text() };
  } catch (error) {
    if (init.signal?.aborted) {
      throw error;
    }
    throw new ApiProblem({
      status: 0,
      code: 'unreachable',
      message: 'The server cannot be reached.',
    });
  }
}

function search(query: Query = {}): string {
  const params = new URLSearchParams();

  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null && item !== '') {
        params.append(name, String(item));
      }
    }
  }

  return params.size === 0 ? '' : `?${params.toString()}`;
}

/** Guarantee: an ok answer of a route of api/ has the shape that its schema there declares (its tests check that). */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the route's type
function parseAs<T>(status: number, text: string): T {
  try {
    return (text === '' ? undefined : JSON.parse(text)) as T;
  } catch {
    // Not from us: the sign-in page of a proxy, say.
    throw toProblem(status, text);
  }
}

/** The session has ended: sign in again and come back to this very page. */
function signedOut(): void {
  const here = `${location.pathname}${location.search}`;
  if (location.pathname !== '/login') {
    location.assign(`/login?next=${encodeURIComponent(here)}`);
  }
}

async function dataOf<T>(answer: Promise<Answer<T>>): Promise<T> {
  return (await answer).data;
}

/** The most that the API hands out at once. */
const MOST_PER_PAGE = 200;

/** A list to its end, page after page, as one: for lists of what people make, which nobody has by the thousands. */
async function wholeList<Item>(
  path: string,
  { query, signal }: Pick<RequestOptions, 'query' | 'signal'> = {},
): Promise<Page<Item>> {
  const data: Item[] = [];
  let cursor: string | null = null;

  do {
    const page: Page<Item> = await api.get(path, {
      query: { ...query, limit: MOST_PER_PAGE, cursor },
      ...(signal && { signal }),
    });
    data.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);

  return { data, nextCursor: null };
}

/** The calls that most features need. */
export const api = {
  get: <T>(path: string, options?: RequestOptions) => dataOf(request<T>('GET', path, options)),
  list: wholeList,
  post: <T>(path: string, body: unknown = {}, options?: RequestOptions) =>
    dataOf(request<T>('POST', path, { ...options, body })),
  put: <T>(path: string, body: unknown, options?: RequestOptions) =>
    dataOf(request<T>('PUT', path, { ...options, body })),
  patch: <T>(path: string, body: unknown, options?: RequestOptions) =>
    dataOf(request<T>('PATCH', path, { ...options, body })),
  delete: <T>(path: string, options?: RequestOptions) =>
    dataOf(request<T>('DELETE', path, options)),
};
