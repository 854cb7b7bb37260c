/** The designer for those who do not draw with a mouse, mistype, or lose the server. */
import type { Locator, Page } from '@playwright/test';
import type { ApiClient } from './api_client.ts';
import { seriousFindings } from './axe.ts';
import { expect, own, test } from './signed_in.ts';

const ONE_TASK = {
  schemaVersion: 1,
  nodes: [{ key: 'probe', type: 'task', work: 'image.probe' }],
  edges: [],
};

test('a pipeline is built by keyboard alone', async ({ page, api }) => {
  const key = await newWorkflow(api, 'typed');
  await openEditor(page, key, 'view=outline');

  for (const [kind, node] of [
    ['Start', 'start'],
    ['Task', 'task'],
    ['Task', 'task2'],
    ['End', 'end'],
  ] as const) {
    await tabTo(page, page.getByRole('button', { name: `Add ${kind}` }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(row(page, node)).toBeFocused();
  }

  await tabTo(page, page.getByLabel('Let end run after'));
  await page.keyboard.type('task\n');
  await expect(
    page.getByRole('button', { name: 'end no longer runs after task', exact: true }),
  ).toBeVisible();
});

test('a pipeline is mended and published by keyboard alone', async ({ page, api }) => {
  const key = await newWorkflow(api, 'mended', {
    schemaVersion: 1,
    nodes: [
      { key: 'task', type: 'task' },
      { key: 'task2', type: 'task' },
    ],
    edges: [{ from: 'task', to: 'task2' }],
  });
  await openEditor(page, key, 'view=outline');

  await page.keyboard.press('ControlOrMeta+Enter');
  const dialog = page.getByRole('dialog', { name: /^Publish / });
  await tabTo(page, dialog.getByRole('button', { name: /^Error task Work is missing/ }));
  await page.keyboard.press('Enter');
  await expect(row(page, 'task')).toBeFocused();

  for (const task of ['task', 'task2']) {
    await tabTo(page, row(page, task));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('combobox', { name: 'Work' }));
    await page.keyboard.type('image.probe');
  }
  await expect(page.getByText('Nothing is wrong: this draft can be published.')).toBeVisible();

  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(dialog.getByLabel('What changed, in your words')).toBeFocused();
  await page.keyboard.type('The first');
  await tabTo(page, dialog.getByRole('button', { name: 'Publish version 1' }));
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Version 1 is published')).toBeVisible();

  const version = await api.get<{ summary: string }>(`/workflows/${key}/versions/1`);
  expect(version.summary).toBe('The first');
});

test('the arrow keys walk along the edges, and Shift selects all that follows', async ({
  page,
}) => {
  await openEditor(page, 'image-mosaic');
  const card = (key: string) => page.getByTestId(`rf__node-${key}`);

  await expect(card('start')).toBeVisible();
  await card('start').press('ArrowRight');
  await expect(card('probe')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(card('start')).toBeFocused();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByText('10 nodes selected')).toBeVisible();
});

test('a key that is renamed takes expressions along, and what cannot be one is refused', async ({
  page,
  api,
}) => {
  const key = await newWorkflow(api, 'renamed', {
    schemaVersion: 1,
    nodes: [
      { key: 'look', type: 'task', work: 'image.probe' },
      { key: 'use', type: 'task', work: 'image.cut', input: { image: '{{ tasks.look.output }}' } },
    ],
    edges: [{ from: 'look', to: 'use' }],
  });
  await openEditor(page, key, 'node=look');

  const field = page.getByRole('textbox', { name: 'Key' });
  await field.fill('use');
  await expect(page.getByText('Another node has this key.')).toBeVisible();
  await field.fill('probe');
  await field.press('Enter');

  await page.getByTestId('rf__node-use').click();
  const input = page.getByRole('textbox', { name: 'Input' });
  await expect(input).toHaveValue(/tasks\.probe\.output/);

  await input.fill('{ "image": ');
  await expect(page.getByText(/^This is not JSON/)).toBeVisible();
});

test('names that every object has are drawn like any other, and a member said twice is not applied', async ({
  page,
  api,
}) => {
  const nodes = ['toString', 'valueOf'].map((key) => ({ key, type: 'task', work: 'image.probe' }));
  const edges = [{ from: 'toString', to: 'valueOf' }];
  const key = await newWorkflow(api, 'odd', { schemaVersion: 1, nodes, edges });
  await openEditor(page, key, 'node=toString');
  await expect(page.getByTestId('rf__node-valueOf')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Key' })).toHaveValue('toString');

  await openEditor(page, key, 'view=json');
  const text = page.getByRole('textbox', { name: 'Draft as JSON' });
  await text.fill('{"nodes": [{"key": "a", "type": "start", "key": "b"}], "edges": []}');
  await expect(
    page.getByText('An object has the member "key" a second time in line 1, column 42.'),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Apply' })).toBeDisabled();
});

test('without the server nothing is said to be saved, and everything is once it is back', async ({
  page,
  context,
  api,
}) => {
  const key = await newWorkflow(api, 'offline', ONE_TASK);
  await openEditor(page, key, 'node=probe');

  await context.setOffline(true);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Written into the dark');
  await expect(page.getByText(/^Not saved, trying again/)).toBeVisible();
  await page.getByRole('button', { name: 'Try now' }).click();
  await expect(page.getByText(/^Not saved, trying again/)).toBeVisible();

  await context.setOffline(false);
  await expect(page.getByText(/^Saved \d/)).toBeVisible();

  const { definition } = await api.get<{ definition: { nodes: { name?: string }[] } }>(
    `/workflows/${key}/draft`,
  );
  expect(definition.nodes[0]?.name).toBe('Written into the dark');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no view of the designer keeps anybody out, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });

    for (const query of ['node=size', 'node=tiles', 'view=outline', 'view=json']) {
      await openEditor(page, 'image-mosaic', query);
      expect(await seriousFindings(page)).toEqual([]);
    }
  });
}

async function newWorkflow(api: ApiClient, name: string, definition?: object): Promise<string> {
  const key = own(`e2e-designer-${name}`);
  await api.send('POST', '/workflows', { key, name, ...(definition && { definition }) });
  return key;
}

async function openEditor(page: Page, workflow: string, query = ''): Promise<void> {
  await page.goto(`/workflows/${workflow}/editor?${query}`);
  await expect(page.getByRole('group', { name: 'View', exact: true })).toBeVisible();
}

function row(page: Page, key: string): Locator {
  return page.locator(`[data-outline="${key}"]`);
}

/** Presses Tab until it has the focus: what cannot be reached so, fails. */
async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  await expect(target).toBeVisible();

  for (let presses = 0; presses < 80; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }

  throw new Error(`${String(target)} cannot be reached by ${key}`);
}
