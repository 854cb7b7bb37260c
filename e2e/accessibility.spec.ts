/** Every main page, light in English and dark in Chinese: nothing serious for axe to find, a title, and no key without its text. */
import type { Page } from '@playwright/test';
import type { Instance } from '#api/types.ts';
import designer from '../messages/designer.en.json' with { type: 'json' };
import messages from '../messages/en.json' with { type: 'json' };
import chinese from '../messages/zh.json' with { type: 'json' };
import { seriousFindings } from './axe.ts';
import { test as anonymous } from './fixtures.ts';
import { expect, test } from './signed_in.ts';

const LOOKS = [
  { locale: 'en', theme: 'light', words: messages },
  { locale: 'zh', theme: 'dark', words: chinese },
] as const;

type Look = (typeof LOOKS)[number];

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
  '/bulk',
  '/works',
  '/alerts',
];

/** What opens a dialog, on the page where it stands. */
const DIALOGS: readonly (readonly [path: string, button: (words: Look['words']) => string])[] = [
  ['/endpoints', ({ endpoints }) => endpoints.create],
  ['/alerts/rules', ({ alertRules }) => alertRules.create],
  ['/alerts/channels', ({ alertChannels }) => alertChannels.create],
  ['/workflows/image-mosaic?tab=schedules', ({ schedules }) => schedules.create],
  ['/workflows/image-mosaic?tab=triggers', ({ triggers }) => triggers.create],
  ['/settings/api-keys', ({ apiKeys }) => apiKeys.create],
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
  const named = `${look.theme}, ${look.locale}`;

  anonymous(`everybody can sign in (${named})`, async ({ page, baseURL }) => {
    await dress(page, look, baseURL);
    await visit(page, '/login');
  });

  test(`everybody can use every page (${named})`, async ({ page, baseURL }) => {
    test.slow();
    await dress(page, look, baseURL);
    for (const path of PATHS) await visit(page, path);
  });

  test(`everybody can fill in every dialog (${named})`, async ({ page, baseURL }) => {
    test.slow();
    await dress(page, look, baseURL);
    for (const [path, button] of DIALOGS) {
      await visit(page, path);
      await page
        .getByRole('main')
        .getByRole('button', { name: button(look.words), exact: true })
        .first()
        .click();
      await inspectDialog(page, path);
    }
  });

  test(`everybody can look at an instance (${named})`, async ({ page, baseURL, api }) => {
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
    await visit(page, '/instances?workflow=image-mosaic');
    await page.getByRole('checkbox', { name: look.words.instances.chooseAll }).check();
    await page.getByRole('button', { name: look.words.bulk.moreMoves }).click();
    await inspectDialog(page, 'bulk');
  });
}

/** Language and looks are cookies. */
async function dress(page: Page, look: Look, url = ''): Promise<void> {
  await page.context().addCookies([
    { url, name: 'latchwork-locale', value: look.locale },
    { url, name: 'latchwork-theme', value: look.theme },
  ]);
}

async function visit(page: Page, path: string): Promise<void> {
  await test.step(path, async () => {
    await page.goto(path);
    await expect(page.locator('h1').first()).toBeVisible();
    await inspect(page, path);
    await expect.soft(page, path).toHaveTitle(/\S+ · Latchwork$|^Latchwork$/);
  });
}

async function inspectDialog(page: Page, path: string): Promise<void> {
  await test.step(`${path}, its dialog`, async () => {
    await expect(page.getByRole('dialog')).toBeVisible();
    await inspect(page, path);
  });
}

async function inspect(page: Page, where: string): Promise<void> {
  // What stands in for something that is on its way says so.
  await expect(page.locator('[role="status"][aria-label]')).toHaveCount(0);
  expect.soft(keysIn(await page.locator('body').innerText()), where).toEqual([]);
  expect.soft(await seriousFindings(page), where).toEqual([]);
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
