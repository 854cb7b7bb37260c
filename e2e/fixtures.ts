/** `test` for the specs: a browser on the installation of `global_setup.ts`. */
import { test as base, type Page } from '@playwright/test';

export { expect } from '@playwright/test';

export type Admin = { readonly email: string; readonly password: string };

export const test = base.extend<{ admin: Admin }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads which fixtures this one needs from the pattern
  baseURL: async ({}, provide) => provide(given('E2E_URL')),
  // oxlint-disable-next-line no-empty-pattern
  admin: async ({}, provide) =>
    provide({ email: given('E2E_EMAIL'), password: given('E2E_PASSWORD') }),
  context: async ({ context }, provide) => {
    context.on('page', (page) => void waitUntilItListens(page));
    await provide(context);
  },
});

/** A page that the server has sent is seen before it listens: as a person would, every action waits for that. */
async function waitUntilItListens(page: Page): Promise<void> {
  await page.addLocatorHandler(page.locator('html:not([data-listening])'), () =>
    page.locator('html[data-listening]').waitFor(),
  );
}

/** `name`; in a later turn of `--repeat-each` one like it, so that a test can be run again and again in one installation. */
export function own(name: string): string {
  const { repeatEachIndex: turn } = base.info();
  return turn === 0 ? name : `${name}-${String(turn).padStart(3, '0')}`;
}

function given(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set: global_setup.ts does that`);
  return value;
}
