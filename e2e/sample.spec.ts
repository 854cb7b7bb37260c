/** The main job: sign in, Run on the sample, watch it go through the drawn graph, look at the pictures. */
import type { Locator } from '@playwright/test';
import { expect, test } from './signed_in.ts';
import { test as anonymous } from './fixtures.ts';

anonymous(
  'a wrong password is refused beside the form, the right one lets in',
  async ({ page, admin }) => {
    await page.goto('/workflows');
    await expect(page).toHaveURL(/\/login/);

    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByLabel('Password')).toHaveAccessibleDescription('Enter your password.');

    await page.getByLabel('E-mail').fill(admin.email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(
      page.getByText('This e-mail address and password do not go together.'),
    ).toBeVisible();

    await page.getByLabel('Password').fill(admin.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Workflows' })).toBeVisible();
  },
);

anonymous(
  'what is typed before the page listens, and what a password manager fills in without a word, lets in',
  async ({ page, admin }) => {
    const scripts = Promise.withResolvers<void>();
    await page.route(/\.js$/, async (route) => {
      await scripts.promise;
      await route.continue();
    });
    await page.goto('/login', { waitUntil: 'commit' });
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'email');
    await page.keyboard.type(admin.email);
    await page.evaluate((password) => {
      const field = document.querySelector<HTMLInputElement>('input[name=password]');
      if (field) field.value = password;
    }, admin.password);

    scripts.resolve();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  },
);

test('the sample runs from the page to its pictures', async ({ page }) => {
  await page.goto('/workflows');
  await page.getByRole('link', { name: 'Image mosaic', exact: true }).click();
  await expect(page.getByRole('application', { name: /Pipeline of image-mosaic/ })).toBeVisible();

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /^Run / });
  const tileSize = dialog.getByLabel('Tile size');
  await dialog.getByLabel('Object ID').fill('photos/hills.jpg');
  await tileSize.fill('7');
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(tileSize).toHaveAccessibleDescription(/This must be 32 or more\./);
  await expect(tileSize).toBeFocused();

  await tileSize.fill('128');
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();

  await expect(page).toHaveURL(/\/instances\/[0-9a-f-]{36}$/);
  const title = page.getByRole('heading', { level: 1, name: /photos\/hills\.jpg/ });
  const graph = page.getByRole('application', { name: 'Pipeline of photos/hills.jpg' });
  await expect(graph.getByLabel(/^Task: Probe the picture, probe, Succeeded/)).toBeVisible();

  // The page was not loaded again: the stream of events brings this.
  await expect(title).toContainText('Succeeded', { timeout: 45_000 });
  await expect(graph.getByLabel(/^End: End, end, Succeeded/)).toBeVisible();
  await expect(graph.getByLabel(/^How large\? \(branch Too large/)).toHaveClass(/passage-passed/);
  await expect(graph.getByLabel(/^How large\? \(branch otherwise/)).toHaveClass(/passage-skipped/);

  const pictures = page.getByRole('region', { name: 'Pictures' });
  await expect(pictures.getByRole('button', { name: /^Show / })).toHaveCount(3);
  await expect.poll(() => loadedImages(pictures)).toBe(3);

  await pictures.getByRole('button', { name: 'Show mosaic' }).click();
  await expect.poll(() => loadedImages(page.getByRole('dialog', { name: 'mosaic' }))).toBe(1);
  await page.keyboard.press('Escape');

  await graph.getByLabel(/^Fan-out: Draw each tile/).click();
  const panel = page.getByRole('complementary', { name: 'Task Draw each tile' });
  const segments = panel.getByRole('group', { name: 'Segments', exact: true });
  await expect(panel.getByRole('button', { name: 'All 70' })).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Succeeded 70' })).toBeVisible();
  await segments.getByRole('button', { name: 'Segment 0: Succeeded' }).click();
  await expect(panel.getByRole('heading', { name: 'Segment 0' })).toBeVisible();
  await expect(panel).toContainText('#1 · segment 0');
});

test('every tab of an instance tells its part, and the address keeps tab and panel', async ({
  page,
  api,
}) => {
  const { id } = await api.send<{ id: string }>('POST', '/workflows/image-mosaic/instances', {
    objectId: 'photos/dew.jpg',
    input: { sample: 'dew', tileSize: 320 },
  });
  await page.goto(`/instances/${id}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Succeeded', {
    timeout: 45_000,
  });

  await page.getByRole('tab', { name: 'Timeline' }).click();
  await expect(page.getByRole('button', { name: /^Assemble.*Succeeded.*ran / })).toBeVisible();

  await page.getByRole('tab', { name: /^Tasks/ }).click();
  const tasks = page.getByRole('region', { name: 'Tasks' });
  await expect(tasks.getByRole('row')).toHaveCount(11);
  await expect(tasks.getByRole('row', { name: /Draw each tile/ })).toContainText('image.tile');

  await page.getByRole('tab', { name: 'Data' }).click();
  await expect(page.getByRole('group', { name: 'Input' })).toContainText('"dew"');
  await expect(page.getByRole('group', { name: 'Output' })).toContainText('mosaic');

  await page.getByRole('tab', { name: 'Events' }).click();
  await expect(page.getByRole('region', { name: 'Events' })).toContainText('Succeeded');

  await page.getByRole('tab', { name: /^Tasks/ }).click();
  await tasks.getByRole('button', { name: 'Assemble' }).click();
  const panel = page.getByRole('complementary', { name: 'Task Assemble' });
  await expect(panel).toContainText('image.assemble');
  await expect(page).toHaveURL(/tab=tasks&task=assemble$/);

  await page.reload();
  await expect(panel).toContainText('image.assemble');
  await expect(tasks).toBeVisible();

  await page.goBack();
  await expect(panel).toBeHidden();
  await expect(tasks).toBeVisible();
});

/** How many pictures in there have arrived and can be shown. */
function loadedImages(within: Locator): Promise<number> {
  return within
    .locator('img')
    .evaluateAll(
      (images: HTMLImageElement[]) => images.filter(({ naturalWidth }) => naturalWidth > 0).length,
    );
}
