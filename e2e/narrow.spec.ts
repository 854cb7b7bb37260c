/** On a phone a page scrolls down, never sideways: what is wider scrolls within itself. */
import type { Instance } from '#api/types.ts';
import { expect, test } from './signed_in.ts';

const PATHS = [
  '/',
  '/workflows',
  '/workflows/image-mosaic',
  '/workflows/image-mosaic?tab=versions',
  '/workflows/image-mosaic?tab=settings',
  '/workflows/image-mosaic/editor?node=tiles',
  '/workflows/image-mosaic/editor?view=outline',
  '/workflows/image-mosaic/editor?view=json',
  '/instances',
];

const TABS = ['graph', 'timeline', 'tasks', 'data', 'events', 'notifications'];

test.use({ viewport: { width: 390, height: 844 } });

test('no page is wider than a phone', async ({ page, api }) => {
  test.slow();
  const { id } = await api.send<Instance>('POST', '/workflows/image-mosaic/instances', {
    objectId: 'narrow/'.repeat(20),
    input: { tileSize: 320 },
  });

  for (const path of [...PATHS, ...TABS.map((tab) => `/instances/${id}?tab=${tab}`)]) {
    await test.step(path, async () => {
      await page.goto(path);
      await expect(page.locator('h1').first()).toBeVisible();
      await expect(page.locator('[role="status"][aria-label]')).toHaveCount(0);
      const beyond = () =>
        page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      await expect.poll(beyond, { message: path }).toBeLessThanOrEqual(0);
    });
  }
});
