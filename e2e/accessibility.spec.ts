/** Every main page, light in English and dark in Chinese: nothing serious for axe to find, a title, and no key without its text. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Instance } from '#api/types.ts';
import designer from '../messages/designer.en.json' with { type: 'json' };
import messages from '../messages/en.json' with { type: 'json' };
import { test as anonymous } from './fixtures.ts';
import { expect, test } from './signed_in.ts';

const LOOKS = [
  { locale: 'en', theme: 'light' },
  { locale: 'zh', theme: 'dark' },
] as const;

const PATHS = [
  '/',
  '/workflows',
  '/workflows/image-mosaic',
  '/workflows/image-mosaic?tab=versions',
  '/workflows/image-mosaic?tab=settings',
  '/workflows/image-mosaic/editor?node=tiles',
  '/workflows/image-mosaic/editor?view=outline',
  '/workflows/image-mosaic/editor?view=json',
  '/workflows/there-is-none',
  '/instances',
  '/works',
  '/settings/api-keys',
];

const PARTS_OF_AN_INSTANCE = [
  '?tab=graph&task=tiles',
  '?tab=timeline',
  '?tab=tasks',
  '?tab=data',
  '?tab=events',
  '?tab=notifications',
];

for (const look of LOOKS) {
  const words = `${look.theme}, ${look.locale}`;

  anonymous(`everybody can sign in (${words})`, async ({ page, baseURL }) => {
    await dress(page, look, baseURL);
    await visit(page, '/login');
  });

  test(`everybody can use every page (${words})`, async ({ page, baseURL }) => {
    test.slow();
    await dress(page, look, baseURL);
    for (const path of PATHS) await visit(page, path);
  });

  test(`everybody can look at an instance (${words})`, async ({ page, baseURL, api }) => {
    test.slow();
    const { id } = await api.send<Instance>('POST', '/workflows/image-mosaic/instances', {
      objectId: `seen/${look.locale}`,
      input: { tileSize: 320 },
    });
    await dress(page, look, baseURL);
    await page.goto(`/instances/${id}`);
    // Its pictures come last.
    await expect(page.locator('main img')).toHaveCount(3, { timeout: 45_000 });

    for (const part of PARTS_OF_AN_INSTANCE) await visit(page, `/instances/${id}${part}`);
  });
}

/** Language and looks are cookies. */
async function dress(page: Page, look: (typeof LOOKS)[number], url = ''): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.context().addCookies([
    { url, name: 'latchwork-locale', value: look.locale },
    { url, name: 'latchwork-theme', value: look.theme },
  ]);
}

async function visit(page: Page, path: string): Promise<void> {
  await test.step(path, async () => {
    await page.goto(path);
    await expect(page.locator('h1').first()).toBeVisible();
    // What stands in for something that is on its way says so.
    await expect(page.locator('[role="status"][aria-label]')).toHaveCount(0);
    await expect.soft(page, path).toHaveTitle(/\S+ · Latchwork$|^Latchwork$/);
    expect.soft(keysIn(await page.locator('body').innerText()), path).toEqual([]);

    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html.slice(0, 200)) }));
    expect.soft(serious, path).toEqual([]);
  });
}

type Messages = { readonly [key: string]: string | Messages };

const KEYS = new Set(keysOf({ ...messages, ...designer }));

function keysOf(within: Messages, prefix = ''): string[] {
  return Object.entries(within).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  );
}

/** A text that is missing shows as its key. */
function keysIn(text: string): string[] {
  return (text.match(/[a-zA-Z]+(\.\w+)+/g) ?? []).filter((word) => KEYS.has(word));
}
