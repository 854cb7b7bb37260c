/** `test` for the specs: a browser on the installation of `global_setup.ts`. */
import { test as base } from '@playwright/test';

export { expect } from '@playwright/test';

export type Admin = { readonly email: string; readonly password: string };

export const test = base.extend<{ admin: Admin }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads which fixtures this one needs from the pattern
  baseURL: async ({}, provide) => provide(given('E2E_URL')),
  // oxlint-disable-next-line no-empty-pattern
  admin: async ({}, provide) =>
    provide({ email: given('E2E_EMAIL'), password: given('E2E_PASSWORD') }),
});

function given(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set: global_setup.ts does that`);
  return value;
}
