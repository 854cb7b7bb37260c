import { encode } from 'next-auth/jwt';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, SESSION_SECRET, testApi } from '#test/api.ts';
import { REVOKED_WITHIN_MS } from '#operations/apiKeys/verify.ts';
import { ensureAdmin } from '#operations/users/ensure_admin.ts';
import { verifyPassword } from '#operations/users/verify_password.ts';
import { isRefusal } from '#operations/refusal.ts';

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  api = await testApi();
});

describe('an API key', () => {
  test('is asked for, in words that say how', async () => {
    const answer = await api.get('/workflows', { key: null });

    expectProblem(answer, 401, 'unauthorized');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.body.detail).toContain('Authorization: Bearer lwk_');
  });

  test('that is unknown, mistyped or of another scheme is refused', async () => {
    const { key } = (await api.post('/api-keys', { name: 'k', scopes: ['read'] })).body;
    const other = (await api.post('/api-keys', { name: 'k', scopes: ['read'] })).body.key;

    for (const wrong of ['', 'nonsense', `${key}x`, key.toLowerCase(), key.slice(0, -1)]) {
      expectProblem(await api.get('/workflows', { key: wrong }), 401, 'unauthorized');
    }
    // The id of one key with the secret of another.
    expectProblem(
      await api.get('/workflows', { key: key.slice(0, 12) + other.slice(12) }),
      401,
      'unauthorized',
    );
    expectProblem(
      await api.get('/workflows', { key: null, headers: { authorization: 'Basic abc' } }),
      401,
      'unauthorized',
    );
  });

  test('is shown once, and only its hash is kept', async () => {
    const made = await api.post('/api-keys', { name: 'rack 3', scopes: ['tasks:report'] });
    const listed = await api.get('/api-keys');
    const { key, ...shown } = made.body;

    expect(made.status).toBe(201);
    expect(key).toMatch(/^lwk_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}$/);
    expect(listed.body.data).toContainEqual(shown);
    expect(JSON.stringify(listed.body)).not.toContain(key);
    const [row] = await api.db.sql`select * from api_key where id = ${shown.id}`;
    expect(JSON.stringify(row)).not.toContain(key.slice(13, 45));
  });

  test('may do what its scopes say and no more; admin may do all', async () => {
    const reader = await api.keyWith('read');
    const reporter = await api.keyWith('tasks:report');

    expect((await api.get('/works', { key: reader })).status).toBe(200);
    expectProblem(await api.put('/works/w', {}, { key: reader }), 403, 'forbidden', {
      scope: 'workflows:write',
    });
    expectProblem(await api.get('/works', { key: reporter }), 403, 'forbidden');
    expectProblem(await api.get('/api-keys', { key: reader }), 403, 'forbidden');
    expect((await api.put('/works/w', {})).status).toBe(201);
  });

  test('is refused soon after it was revoked, and at once when it has expired', async () => {
    const expiresAt = new Date(api.ctx.clock().getTime() + 60_000).toISOString();
    const short = (await api.post('/api-keys', { name: 'short', scopes: ['read'], expiresAt }))
      .body;
    const { id, key } = (await api.post('/api-keys', { name: 'lost', scopes: ['read'] })).body;
    expect((await api.get('/works', { key })).status).toBe(200);
    expect((await api.get('/works', { key: short.key })).status).toBe(200);

    expect((await api.delete(`/api-keys/${id}`)).status).toBe(204);
    expectProblem(await api.delete(`/api-keys/${id}`), 404, 'not_found');
    api.advanceClock(REVOKED_WITHIN_MS / 1_000);
    const revoked = await api.get('/works', { key });
    expectProblem(revoked, 401, 'unauthorized');
    expect(revoked.body.detail).toBe('The API key "lost" has been revoked.');

    api.advanceClock(55);
    const expired = await api.get('/works', { key: short.key });
    expectProblem(expired, 401, 'unauthorized');
    expect(expired.body.detail).toContain('expired at');
  });

  test('that would have expired already is not made', async () => {
    expectProblem(
      await api.post('/api-keys', {
        name: 'k',
        scopes: ['read'],
        expiresAt: '2020-01-01T00:00:00Z',
      }),
      422,
      'invalid_request',
      { errors: [{ pointer: '/expiresAt', code: 'too_small', message: 'must lie ahead' }] },
    );
  });

  test('tells when it was last used, to the minute', async () => {
    const { id, key } = (await api.post('/api-keys', { name: 'k', scopes: ['read'] })).body;
    const lastUsed = async (): Promise<number> => {
      const [row] = await api.db.sql`select last_used_at from api_key where id = ${id}`;
      return Number(row?.last_used_at);
    };
    const first = api.ctx.clock().getTime();

    await api.get('/works', { key });
    api.advanceClock(30);
    await api.get('/works', { key });
    expect(await lastUsed()).toBe(first);

    api.advanceClock(30);
    await api.get('/works', { key });
    expect(await lastUsed()).toBe(first + 60_000);
  });

  test('costs no query of its own while it is remembered', async () => {
    const key = await api.keyWith('read');
    const path = '/workflows?cursor=abc';
    await api.get(path, { key });
    const closed = await testApi({ url: api.url });
    await closed.get(path, { key });
    await closed.db.close();

    // The cursor is refused before anything is read, so all that could ask the database is the key.
    expectProblem(await closed.get(path, { key }), 422, 'invalid_request');
  });
});

describe('a session', () => {
  const HOST = 'latchwork.example';

  async function cookieOf(sub: string, secret = SESSION_SECRET): Promise<string> {
    return `other=1; next-auth.session-token=${await encode({ token: { sub }, secret })}`;
  }
  const person = async (): Promise<string> => {
    const { email } = await ensureAdmin(api.ctx);
    const [user] = await api.db.sql`select id from "user" where email = ${email}`;
    return String(user?.id);
  };
  const by = (cookie: string, headers: Record<string, string> = {}) => ({
    key: null,
    headers: { cookie, host: HOST, ...headers },
  });

  test('lets a person in, with the scopes of their role', async () => {
    const id = await person();
    const mine = by(await cookieOf(id), { origin: `https://${HOST}` });

    expect((await api.get('/api-keys', mine)).status).toBe(200);
    expect((await api.put('/works/by-session', {}, mine)).status).toBe(201);

    await api.db.sql`update "user" set role = 'viewer' where id = ${id}`;
    api.advanceClock(5);
    expect((await api.get('/works', mine)).status).toBe(200);
    expectProblem(await api.put('/works/by-session', {}, mine), 403, 'forbidden');
    await api.db.sql`update "user" set role = 'admin' where id = ${id}`;
    api.advanceClock(5);
  });

  test('of somebody who is gone, or sealed with another secret, has ended', async () => {
    const gone = await cookieOf('019aa5c2-7f3e-7000-b1d6-5e0c8f2a4b19');
    const forged = await cookieOf(await person(), 'another secret of thirty-two characters');

    expectProblem(await api.get('/works', by(gone)), 401, 'unauthorized');
    expectProblem(await api.get('/works', by(forged)), 401, 'unauthorized');
    expectProblem(await api.get('/works', by('next-auth.session-token=x')), 401, 'unauthorized');
  });

  test('in a cookie of several parts is put together', async () => {
    const cookie = await cookieOf(await person());
    const value = cookie.split('session-token=')[1] ?? '';
    const parts = [1, 0].map(
      (part) =>
        `__Secure-next-auth.session-token.${part}=${part === 0 ? value.slice(0, 90) : value.slice(90)}`,
    );

    expect((await api.get('/works', by(parts.join('; ')))).status).toBe(200);
  });

  test('writes only from our own pages, whatever page sends the cookie along', async () => {
    const cookie = await cookieOf(await person());
    const put = (headers: Record<string, string>) => api.put('/works/w', {}, by(cookie, headers));

    expectProblem(await put({ origin: 'https://evil.example' }), 403, 'forbidden');
    expectProblem(await put({ origin: 'null' }), 403, 'forbidden');
    expectProblem(await put({}), 403, 'forbidden');
    expectProblem(await put({ 'sec-fetch-site': 'cross-site' }), 403, 'forbidden');
    expect((await put({ origin: `http://${HOST}` })).status).toBe(200);
    expect((await put({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect(
      (await put({ origin: 'https://front.example', 'x-forwarded-host': 'front.example' })).status,
    ).toBe(200);
  });

  test('is not opened where there is no secret', async () => {
    const closed = await testApi({ url: api.url, sessionSecret: null });

    expectProblem(
      await closed.get('/works', by(await cookieOf(await person()))),
      401,
      'unauthorized',
    );
  });
});

describe('the first person', () => {
  test('is made once, also when two processes start at once, and can sign in', async () => {
    const fresh = await testApi();
    const other = await testApi({ url: fresh.url });
    const both = await Promise.all([ensureAdmin(fresh.ctx), ensureAdmin(other.ctx)]);
    const made = both.find(({ password }) => password !== undefined);

    expect(both.filter(({ password }) => password !== undefined)).toHaveLength(1);
    expect(await ensureAdmin(fresh.ctx)).toEqual({ email: 'admin@latchwork.local' });
    expect(
      await verifyPassword(fresh.ctx, {
        email: ' Admin@Latchwork.local',
        password: made?.password ?? '',
      }),
    ).toMatchObject({ email: 'admin@latchwork.local', name: 'Admin', role: 'admin' });
  });

  test('has the password of the settings, if there is one', async () => {
    const fresh = await testApi();
    const chosen = { email: 'Me@Example.org', password: 'correct horse battery' };

    expect(await ensureAdmin(fresh.ctx, chosen)).toEqual({ email: 'me@example.org' });
    expect(isRefusal(await verifyPassword(fresh.ctx, chosen))).toBe(false);
  });

  test('and a stranger get the same answer to a wrong password', async () => {
    const { email } = await ensureAdmin(api.ctx);
    const wrong = await verifyPassword(api.ctx, { email, password: 'wrong' });
    const stranger = await verifyPassword(api.ctx, { email: 'x@example.org', password: 'wrong' });

    expect(wrong).toMatchObject({ refused: 'unauthorized' });
    expect(stranger).toEqual(wrong);
  });
});
