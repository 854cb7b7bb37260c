/** The pictures of the README, taken anew by `UPDATE_SCREENSHOTS=1 npm run e2e -- screenshots`, else left alone. */
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { Instance } from '#api/types.ts';
import { expect, test } from './signed_in.ts';

test.skip(!process.env.UPDATE_SCREENSHOTS, 'UPDATE_SCREENSHOTS is not set');

test('the designer', async ({ page }) => {
  await page.goto('/workflows/image-mosaic/editor?node=tiles');
  await expect(page.getByText('Nothing is wrong: this draft can be published.')).toBeVisible();
  await expect(page.getByLabel(/^Fan-out: Draw each tile/)).toBeVisible();
  await take(page, 'designer');
});

test('an instance in the middle of its fan-out', async ({ page, api }) => {
  const { id } = await api.send<Instance>('POST', '/workflows/image-mosaic/instances', {
    objectId: 'photos/hills.jpg',
    input: { tileSize: 32 },
  });
  await page.goto(`/instances/${id}`);
  await expect(page.getByLabel(/^Fan-out: Draw each tile/)).toHaveText(/[2-9]\d\d \/ /, {
    timeout: 30_000,
  });
  await take(page, 'instance');
});

/** `docs/screenshots/<name>.png`, and the same in the dark as `<name>-dark.png`. */
async function take(page: Page, name: string): Promise<void> {
  for (const [colorScheme, suffix] of [
    ['light', ''],
    ['dark', '-dark'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({
      path: fileURLToPath(new URL(`../docs/screenshots/${name}${suffix}.png`, import.meta.url)),
      animations: 'disabled',
    });
  }
}
