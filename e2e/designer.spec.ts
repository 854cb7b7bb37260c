/** Drawing a pipeline: by mouse and by key, kept as one draws, refused while it is wrong, published, run. */
import type { Locator, Page } from '@playwright/test';
import { expect, own, test } from './signed_in.ts';
import { claimOne, report } from './worker.ts';

test('a pipeline is drawn, mended, published and run', async ({ page, api }) => {
  const [work, workflow] = [own('e2e.designer'), own('e2e-drawn')];
  await api.send('PUT', `/works/${work}`, { name: 'Designed', delivery: 'pull' });

  await test.step('the dialog makes an empty draft', async () => {
    await page.goto('/workflows');
    await page.getByRole('button', { name: 'New workflow' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New workflow' });
    await dialog.getByLabel('Name').fill('Drawn here');
    await expect(dialog.getByLabel('Key')).toHaveValue('drawn-here');
    await dialog.getByLabel('Key').fill('e2e drawn');
    await dialog.getByRole('button', { name: 'Create and draw' }).click();
    await expect(dialog.getByLabel('Key')).toHaveAccessibleDescription(/Letters, digits/);
    await dialog.getByLabel('Key').fill(workflow);
    await dialog.getByRole('button', { name: 'Create and draw' }).click();
    await expect(page).toHaveURL(new RegExp(`/workflows/${workflow}/editor`));
  });

  const canvas = page.getByRole('application', { name: `Pipeline of ${workflow}` });
  const palette = page.getByRole('navigation', { name: 'Add nodes' });
  const form = page.getByRole('region', { name: 'Properties' });
  const problems = page.getByRole('region', { name: 'Problems' });

  await test.step('nodes come by dragging and by key', async () => {
    await palette
      .getByRole('button', { name: 'Add Start' })
      .dragTo(canvas, { targetPosition: { x: 130, y: 160 } });
    await expect(card(canvas, 'start')).toBeVisible();

    await palette.getByRole('button', { name: 'Add Task' }).press('Enter');
    // It has been brought into view: nothing moves any more.
    await expect(card(canvas, 'task')).toBeFocused();
    await expect(edge(canvas, 'start → task')).toBeAttached();

    await palette
      .getByRole('button', { name: 'Add Task' })
      .dragTo(canvas, { targetPosition: { x: 360, y: 420 } });
    await expect(card(canvas, 'task2')).toBeVisible();
    await palette.getByRole('button', { name: 'Add End' }).click();
    await expect(card(canvas, 'end')).toBeFocused();
    await expect(edge(canvas, 'task2 → end')).toBeAttached();
  });

  await test.step('an edge is drawn from port to card, a circle is refused with its way', async () => {
    await drawTo(card(canvas, 'task'), card(canvas, 'task2'));
    await page.mouse.up();
    await expect(edge(canvas, 'task → task2')).toBeAttached();

    await drawTo(card(canvas, 'task2'), card(canvas, 'task'));
    await expect(canvas.getByRole('status')).toHaveText(
      'This would close a circle: task2 → task → task2',
    );
    await page.mouse.up();
    await expect(edge(canvas, 'task2 → task')).not.toBeAttached();
  });

  await test.step('an expression that cannot be read is said beside the field and in the list', async () => {
    await card(canvas, 'task').click();
    await expect(form.getByLabel('Key')).toHaveValue('task');
    await form.getByLabel('Name').fill('Measure');
    await form.getByLabel('Work').fill(work);
    await form.getByLabel('Input').fill('{ "n": "{{ input.n + }}" }');
    await expect(form.getByLabel('Input')).toHaveAccessibleDescription(/In input\.n \+/);

    await problems.getByRole('button', { name: /^Problems/ }).click();
    const line = problems.getByRole('button', { name: /Measure.*In input\.n \+/ });
    await expect(line).toBeVisible();

    await form.getByLabel('Input').fill('{ "n": "{{ input.n }}" }');
    await expect(line).toBeHidden();
  });

  await test.step('undo and redo go through what was done', async () => {
    await page.getByRole('button', { name: /^Undo: / }).click();
    await expect(form.getByLabel('Input')).not.toHaveValue(/input\.n \}\}/);
    await page.getByRole('button', { name: /^Redo: / }).click();
    await expect(form.getByLabel('Input')).toHaveValue(/input\.n \}\}/);
  });

  await test.step('what is saved is there after a reload', async () => {
    await expect(page.getByText(/^Saved \d/)).toBeVisible();
    await page.reload();
    await expect(canvas.getByLabel('Task: Measure, task')).toBeVisible();
    await expect(form.getByLabel('Name')).toHaveValue('Measure');
    await expect(edge(canvas, 'Measure → task2')).toBeAttached();
  });

  await test.step('it is published only once nothing is wrong any more', async () => {
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /^Publish / });
    await expect(dialog.getByText('These have to be put right first')).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Publish version 1' })).toBeDisabled();

    // A line of the list leads to what is wrong.
    await dialog.getByRole('button', { name: /^Error task2/ }).click();
    await expect(form.getByLabel('Key')).toHaveValue('task2');
    await form.getByLabel('Work').fill(work);
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await dialog.getByRole('button', { name: 'Publish version 1' }).click();
    await expect(dialog.getByText('Version 1 is published')).toBeVisible();
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  });

  await test.step('it runs, and a worker brings it to its end', async () => {
    const dialog = page.getByRole('dialog', { name: /^Run / });
    await dialog.getByLabel('Object ID').fill('drawn/1');
    await dialog.getByLabel('Input as JSON').fill('{ "n": 7 }');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page).toHaveURL(/\/instances\//);

    const first = await claimOne(api, work);
    expect(first.input).toEqual({ n: 7 });
    await report(api, first, { type: 'finish', output: { n: 49 } });
    await report(api, await claimOne(api, work), { type: 'finish' });

    await expect(page.getByRole('heading', { level: 1 })).toContainText('Succeeded');
  });
});

test('two tabs edit one draft: the second save is stopped, and nothing is lost', async ({
  page,
  context,
  api,
}) => {
  const workflow = own('e2e-two-tabs');
  await api.send('POST', '/workflows', {
    key: workflow,
    definition: {
      schemaVersion: 1,
      nodes: [
        { key: 'one', type: 'task', work: 'image.probe' },
        { key: 'two', type: 'task', work: 'image.probe' },
      ],
      edges: [{ from: 'one', to: 'two' }],
    },
  });
  const other = await context.newPage();
  const address = (node: string) => `/workflows/${workflow}/editor?node=${node}`;
  const name = (tab: Page) => tab.getByRole('region', { name: 'Properties' }).getByLabel('Name');
  await page.goto(address('one'));
  await other.goto(address('two'));

  await name(page).fill('From the first tab');
  await expect(page.getByText(/^Saved \d/)).toBeVisible();

  await name(other).fill('From the second tab');
  const banner = other.getByRole('alert').filter({ hasText: 'saved this draft after you' });
  await expect(banner).toBeVisible();
  await expect(other.getByText('Not saved: changed elsewhere')).toBeVisible();
  await expect(name(other)).toHaveValue('From the second tab');

  await banner.getByRole('button', { name: 'Compare' }).click();
  const comparison = other.getByRole('dialog', { name: 'Their draft and yours' });
  await expect(comparison).toContainText('From the second tab');
  await comparison.getByRole('button', { name: 'Replace theirs with mine' }).click();
  await expect(other.getByText(/^Saved \d/)).toBeVisible();
  await expect(banner).toBeHidden();

  // The first tab, where nobody has typed since, has written nothing over it.
  const { definition } = await api.get<{ definition: { nodes: { name?: string }[] } }>(
    `/workflows/${workflow}/draft`,
  );
  expect(definition.nodes.map((node) => node.name)).toEqual([undefined, 'From the second tab']);

  // Its next change meets the same banner, and it may take what the other tab has saved.
  await name(page).fill('From the first tab again');
  await page.getByRole('alert').getByRole('button', { name: 'Take theirs' }).click();
  await expect(page.getByLabel('Task: From the second tab, two')).toBeVisible();
});

test('the sample opens in the designer whole and without a fault', async ({ page }) => {
  await page.goto('/workflows/image-mosaic/editor?node=tiles');
  const canvas = page.getByRole('application', { name: 'Pipeline of image-mosaic' });
  for (const label of [/^Start: Start/, /^Fan-out: Draw each tile/, /^End: End/]) {
    await expect(canvas.getByLabel(label)).toBeInViewport({ ratio: 0.99 });
  }
  await expect(page.getByText('Nothing is wrong: this draft can be published.')).toBeVisible();
  await expect(page.getByText('No changes')).toBeVisible();
});

function card(canvas: Locator, key: string): Locator {
  return canvas.locator(`.react-flow__node[data-id="${key}"]`);
}

function edge(canvas: Locator, name: string): Locator {
  return canvas.getByLabel(name, { exact: true });
}

/** From the port of one card to the middle of another; the button stays down. */
async function drawTo(from: Locator, to: Locator): Promise<void> {
  const page = from.page();
  const port = await middleOf(from.locator('.react-flow__handle.source'));
  const target = await middleOf(to);
  await page.mouse.move(port.x, port.y);
  await page.mouse.down();
  await page.mouse.move(port.x + 10, port.y + 10);
  await page.mouse.move(target.x, target.y, { steps: 8 });
}

async function middleOf(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`${String(locator)} is not on the page`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
