/** A run for each object of a list: what is wrong with the list, stopping in the middle, a lost answer, going on. */
import type { Locator, Page } from '@playwright/test';
import type { ApiClient } from './api_client.ts';
import { seriousFindings } from './axe.ts';
import { expect, own, test } from './signed_in.ts';

test('faults of a list are said with their lines, and nothing starts', async ({ page, api }) => {
  const workflow = own('e2e-faulty-list');
  await publish(api, workflow);
  const dialog = await openMany(page, workflow);
  const list = dialog.getByRole('textbox', { name: 'Objects' });

  await dialog.getByRole('button', { name: 'Run none' }).click();
  await expect(list).toHaveAccessibleDescription(/Write at least one object ID/);
  await expect(list).toBeFocused();

  await list.fill('objectId,priority,runAt\na,high,\n,1,\nb,1,tomorrow\nc,1,,more\n');
  await expect(list).toHaveAccessibleDescription(
    /Line 2: the priority “high” is not a whole number/,
  );
  await expect(list).toHaveAccessibleDescription(/Line 3: the object ID is missing/);
  await expect(list).toHaveAccessibleDescription(/Line 4: “tomorrow” is not a time/);
  await expect(list).toHaveAccessibleDescription(/Line 5: more cells than columns: “more”/);
  await dialog.getByRole('button', { name: 'Run none' }).click();
  await expect(list).toBeFocused();
  expect(await seriousFindings(page)).toEqual([]);

  await list.fill('objectId,colour\na,red\n');
  await expect(list).toHaveAccessibleDescription(/Line 1: there is no column “colour”/);

  await dialog.locator('input[type="file"]').setInputFiles({
    name: 'objects.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('\uFEFFobjectId;label:team\r\n"a; b";media\r\n'),
  });
  await expect(dialog.getByRole('button', { name: 'Run one' })).toBeVisible();
  const { data } = await api.get<{ data: object[] }>(`/instances?workflow=${workflow}`);
  expect(data).toEqual([]);
});

test('lines that are refused are listed, and can be mended', async ({ page, api }) => {
  const workflow = own('e2e-refused-lines');
  await publish(api, workflow);
  const dialog = await openMany(page, workflow);

  await dialog
    .getByRole('textbox', { name: 'Objects' })
    .fill('objectId,priority,dedupeKey\na,1,one\nb,999999,\nc,1,one\n');
  await dialog.getByRole('button', { name: 'Run 3' }).click();
  await expect(dialog.getByRole('status')).toHaveText('All lines have been answered: 3');
  await expect(
    dialog.getByText('1 started · 1 known by their dedupe key · 1 refused'),
  ).toBeVisible();
  await expect(dialog.getByRole('row', { name: /^3 b .*priority/ })).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);

  const downloading = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download results' }).click();
  expect((await downloading).suggestedFilename()).toBe(`${workflow}-started.csv`);

  await dialog.getByRole('button', { name: 'Back to what was not started' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Objects' })).toHaveValue(
    'objectId,priority\nb,999999\n',
  );
  await dialog.getByRole('textbox', { name: 'Objects' }).fill('objectId,priority\nb,9\n');
  await dialog.getByRole('button', { name: 'Run one' }).click();
  await expect(dialog.getByText(/^1 started/)).toBeVisible();
  await dialog.getByRole('link', { name: 'Show the instances' }).click();
  await expect(page).toHaveURL(`/instances?workflow=${workflow}`);
  await expect(page.getByRole('row', { name: /Choose b / })).toBeVisible();
});

test('it stops in the middle, survives a lost answer, and starts nothing twice', async ({
  page,
  api,
}) => {
  test.slow();
  const workflow = own('e2e-stopped');
  await publish(api, workflow);
  const dialog = await openMany(page, workflow);
  const progress = dialog.getByRole('progressbar', { name: 'Progress' });
  const batches: string[] = [];
  const secondAsked = Promise.withResolvers<void>();
  const secondMayGo = Promise.withResolvers<void>();

  await page.route('**/instances/batch', async (route) => {
    batches.push(route.request().headers()['idempotency-key'] ?? '');
    if (batches.length === 2) {
      secondAsked.resolve();
      await secondMayGo.promise;
      await route.continue();
    } else if (batches.length === 3) {
      // It is done, and nobody hears of it.
      await route.fetch();
      await route.abort();
    } else {
      await route.continue();
    }
  });

  await test.step('Stop lets the batch under way end', async () => {
    await dialog.locator('input[type="file"]').setInputFiles({
      name: 'films.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from(Array.from({ length: 2_100 }, (_, at) => `film-${at}`).join('\n')),
    });
    await dialog.getByRole('button', { name: 'Run 2,100' }).click();
    await secondAsked.promise;
    await expect(dialog.getByRole('status')).toHaveText('Starting: 1,000 of 2,100');
    expect(await seriousFindings(page)).toEqual([]);
    // Not by a slip.
    await page.keyboard.press('Escape');
    await expect(dialog).toBeVisible();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    secondMayGo.resolve();
    await expect(dialog.getByRole('status')).toHaveText('Stopped: 2,000 of 2,100');
    await expect(progress).toHaveAttribute('aria-valuenow', '2000');
  });

  await test.step('an answer that is lost stops it too, and says so', async () => {
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await expect(dialog.getByRole('alert')).toContainText('cannot be reached');
    await expect(dialog.getByRole('status')).toHaveText('Stopped: 2,000 of 2,100');
    expect(await seriousFindings(page)).toEqual([]);
  });

  await test.step('the same batch is asked for again under its key', async () => {
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await expect(dialog.getByRole('status')).toHaveText('All lines have been answered: 2,100');
    await expect(dialog.getByText('2,100 started', { exact: false })).toBeVisible();
    expect(batches[3]).toBe(batches[2]);
    expect(batches).toHaveLength(4);
    expect(new Set(batches).size).toBe(3);
    const { counts } = await api.get<{ counts: Record<string, number> }>(
      `/instances/counts?workflow=${workflow}`,
    );
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(2_100);
  });
});

/** Its instances stay scheduled behind a switch that is off: nothing of them runs. */
async function publish(api: ApiClient, key: string): Promise<void> {
  await api.send('POST', '/workflows/import', {
    format: 'latchwork',
    key,
    publish: true,
    document: {
      name: key,
      enabled: false,
      definition: {
        schemaVersion: 1,
        nodes: [{ key: 'a', type: 'wait', seconds: 1 }],
        edges: [],
      },
    },
  });
}

async function openMany(page: Page, workflow: string): Promise<Locator> {
  await page.goto(`/workflows/${workflow}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Run ${workflow}` });
  await dialog.getByRole('tab', { name: 'Many objects' }).click();
  return dialog;
}
