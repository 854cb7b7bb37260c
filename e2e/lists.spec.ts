/** Lists of more than the API hands out at once. */
import type { ApiKey, Work } from '#api/types.ts';
import { expect, own, test } from './signed_in.ts';

/** One more than a page of the API. */
const MANY = Array.from({ length: 201 }, (_, index) => String(index).padStart(3, '0'));

test('all works are shown', async ({ page, api }) => {
  const prefix = own('e2e-many-works');
  const keys = MANY.map((number) => `${prefix}-${number}`);
  await Promise.all(keys.map((key) => api.send<Work>('PUT', `/works/${key}`, {})));
  const rows = page.getByRole('region', { name: 'Works' }).getByRole('row', { name: prefix });

  await page.goto('/works');
  await expect(rows).toHaveCount(MANY.length);

  // They would stand before those of other tests.
  await Promise.all(keys.map((key) => api.send('DELETE', `/works/${key}`)));
  await page.reload();
  await expect(page.getByRole('region', { name: 'Works' })).toBeVisible();
  await expect(rows).toHaveCount(0);
});

test('all API keys are shown', async ({ page, api }) => {
  const prefix = own('e2e many keys');
  const made = await Promise.all(
    MANY.map((number) =>
      api.send<ApiKey>('POST', '/api-keys', { name: `${prefix} ${number}`, scopes: ['read'] }),
    ),
  );

  await page.goto('/settings/api-keys');
  await expect(
    page.getByRole('region', { name: 'API keys' }).getByRole('row', { name: prefix }),
  ).toHaveCount(MANY.length);

  await Promise.all(made.map(({ id }) => api.send('DELETE', `/api-keys/${id}`)));
});
