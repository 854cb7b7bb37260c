/** `test` for the specs that begin signed in, with the REST API beside the browser. */
import { test as base } from './fixtures.ts';
import { openApi, signIn, type ApiClient } from './api_client.ts';

export { expect, own } from './fixtures.ts';

type Once = { readonly session: string; readonly api: ApiClient };

export const test = base.extend<object, Once>({
  session: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads which fixtures this one needs from the pattern
    async ({}, provide) => provide(await signIn(credentials())),
    { scope: 'worker' },
  ],
  // oxlint-disable-next-line no-empty-pattern
  api: [async ({}, provide) => provide(await openApi(credentials())), { scope: 'worker' }],
  context: async ({ context, session }, provide) => {
    const { url } = credentials();
    await context.addCookies(
      session.split('; ').map((cookie) => {
        const cut = cookie.indexOf('=');
        return { url, name: cookie.slice(0, cut), value: cookie.slice(cut + 1) };
      }),
    );
    await provide(context);
  },
});

function credentials() {
  const { E2E_URL: url = '', E2E_EMAIL: email = '', E2E_PASSWORD: password = '' } = process.env;
  return { url, email, password };
}
