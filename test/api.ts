/** The API on a real database, called as a client would, without a socket in between. */
import { afterAll, expect } from 'vitest';
import { createApi, type ApiDependencies } from '#api/app.ts';
import { openDatabase } from '#db/database.ts';
import type { JsonObject } from '#engine/json.ts';
import { createApiKey } from '#operations/apiKeys/create.ts';
import type { Context, Scope } from '#operations/context.ts';
import { isRefusal } from '#operations/refusal.ts';
import { freshDatabase } from './database.ts';

export const SESSION_SECRET = 'a secret of at least thirty-two characters';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** Of whatever shape: the test that looks into it says what it expects there. */
  readonly body: ReturnType<typeof JSON.parse>;
};

type Call = {
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null: none. Default: one with every scope. */
  readonly key?: string | null;
};

export async function testApi(changes: Partial<ApiDependencies> & { url?: string } = {}) {
  const url = changes.url ?? (await freshDatabase());
  const db = openDatabase({
    url,
    engineConnections: 6,
    readConnections: 2,
    name: 'test',
  });
  afterAll(() => db.close());

  let now = Date.now();
  const logged: object[] = [];
  const note = (facts: object) => void logged.push(facts);
  const clock = () => new Date(now);
  const log = { info: note, warn: note, error: note };
  const ctx: Context = { db, projectId: 1, actor: { kind: 'system' }, clock, log };
  const app = createApi({
    db,
    log,
    clock,
    sessionSecret: SESSION_SECRET,
    publicUrl: null,
    limits: { single: 1_048_576, batch: 16_777_216 },
    // As in the embedded trial.
    outboundPolicy: { allowPrivate: true, allowLoopback: true, allowHosts: [] },
    version: '0.0.0',
    ...changes,
  });
  const keyWith = async (...scopes: Scope[]): Promise<string> => {
    const made = await createApiKey(ctx, { name: scopes.join(' '), scopes });
    if (isRefusal(made)) {
      throw new Error(made.message);
    }
    return made.key;
  };
  const admin = await keyWith('admin');

  async function call(method: string, path: string, more: Call = {}): Promise<Answer> {
    const { body, raw, key = admin, headers = {} } = more;
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await app.request(path.startsWith('/api/') ? path : `/api/v1${path}`, {
      method,
      headers: {
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent, duplex: 'half' }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  return {
    url,
    db,
    ctx,
    app,
    logged,
    keyWith,
    admin,
    call,
    get: (path: string, more?: Call) => call('GET', path, more),
    post: (path: string, body?: unknown, more?: Call) => call('POST', path, { body, ...more }),
    put: (path: string, body: unknown, more?: Call) => call('PUT', path, { body, ...more }),
    patch: (path: string, body: unknown, more?: Call) => call('PATCH', path, { body, ...more }),
    delete: (path: string, more?: Call) => call('DELETE', path, more),
    advanceClock: (seconds: number) => {
      now += seconds * 1_000;
    },
  };
}

/** A refusal as every client gets it: the status and code, and a sentence. */
export function expectProblem(
  answer: Answer,
  status: number,
  code: string,
  more: JsonObject = {},
): void {
  expect(answer.body).toMatchObject({
    status,
    code,
    detail: expect.any(String) as string,
    ...more,
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body.instance).toBe(answer.headers.get('x-request-id'));
}
