/** The REST API with a key of the admin's own making, got as a person gets one: sign in, make a key. */
export type ApiClient = {
  get<Answer>(path: string): Promise<Answer>;
  send<Answer>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Answer>;
};

export type Credentials = {
  readonly url: string;
  readonly email: string;
  readonly password: string;
};

export async function openApi(credentials: Credentials): Promise<ApiClient> {
  const cookie = await signIn(credentials);
  const { key } = await call<{ key: string }>(credentials.url, 'POST', '/api-keys', {
    headers: { cookie, origin: credentials.url },
    body: { name: 'e2e', scopes: ['admin'] },
  });
  const headers = { authorization: `Bearer ${key}` };

  return {
    get: (path) => call(credentials.url, 'GET', path, { headers }),
    send: (method, path, body) => call(credentials.url, method, path, { headers, body }),
  };
}

/** The cookies of a session, as a `cookie` header. */
export async function signIn({ url, email, password }: Credentials): Promise<string> {
  const first = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = (await first.json()) as { csrfToken: string };
  const second = await fetch(`${url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookiesOf(first) },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true' }),
  });

  return cookiesOf(second);
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function call<Answer>(
  url: string,
  method: string,
  path: string,
  { headers, body }: { headers: Record<string, string>; body?: object },
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  }

  return response.status === 204 ? (undefined as Answer) : ((await response.json()) as Answer);
}
