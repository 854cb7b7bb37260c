/** Runs that go wrong, wait, are stopped; and the keys that workers come in with. */
import type { Instance, Workflow } from '#api/types.ts';
import type { ApiClient } from './api_client.ts';
import { expect, own, test } from './signed_in.ts';
import { claimOne, report } from './worker.ts';

/** A published workflow of one task; each test has its own, and a work of its own. */
async function publish(api: ApiClient, key: string): Promise<void> {
  await api.send('PUT', `/works/${key}`, { name: key, delivery: 'pull', retry: { limit: 0 } });
  await api.send('POST', '/workflows', {
    key,
    definition: {
      schemaVersion: 1,
      nodes: [
        { key: 'fetch', type: 'task', name: 'Fetch it', work: key },
        { key: 'store', type: 'task', name: 'Store it', work: key },
      ],
      edges: [{ from: 'fetch', to: 'store' }],
    },
  });
  await api.send('POST', `/workflows/${key}/publish`, {});
}

function create(api: ApiClient, workflow: string, objectId: string, more: object = {}) {
  return api.send<Instance>('POST', `/workflows/${workflow}/instances`, { objectId, ...more });
}

test('filters narrow the list, stand in the address, and survive a reload', async ({
  page,
  api,
}) => {
  const workflow = own('e2e-filters');
  await publish(api, workflow);
  await create(api, workflow, 'orders/1', { labels: { region: 'north' } });
  const second = await create(api, workflow, 'orders/2', { labels: { region: 'south' } });
  await api.send('POST', `/instances/${second.id}/cancel`, { reason: 'not needed' });

  await page.goto('/instances');
  const rows = page.getByRole('region', { name: 'Instances' }).getByRole('row');
  await page.getByRole('combobox', { name: 'Workflow' }).selectOption(workflow);
  await expect(rows).toHaveCount(3);

  const states = page.getByRole('group', { name: 'Filter by state' });
  await expect(states.getByRole('button', { name: /^Cancelled\s*1$/ })).toBeVisible();
  await states.getByRole('button', { name: /^Cancelled/ }).click();
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('orders/2');
  await expect(page).toHaveURL(/status=cancelled/);
  await expect(page).toHaveURL(new RegExp(`workflow=${workflow}`));

  await page.reload();
  await expect(rows).toHaveCount(2);
  await expect(states.getByRole('button', { name: /^Cancelled/, pressed: true })).toBeVisible();

  await states.getByRole('button', { name: /^Cancelled/ }).click();
  await page.getByRole('textbox', { name: 'Label' }).fill('region:north');
  await expect(page).toHaveURL(/label=region(:|%3A)north/);
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('orders/1');

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL(/\/instances$/);

  await page.getByRole('searchbox', { name: 'Object or instance ID' }).fill('no such thing');
  await expect(page.getByText('No instance matches these filters')).toBeVisible();
});

test('who types into a filter and at once presses a link arrives, however long the page takes to come', async ({
  page,
}) => {
  await page.goto('/instances');
  const answer = Promise.withResolvers<void>();
  await page.route(
    ({ pathname, searchParams }) => pathname === '/works' && searchParams.has('_rsc'),
    async (route) => {
      await answer.promise;
      await route.continue();
    },
  );
  const asked = page.waitForRequest(/\/api\/v1\/instances\?.*search=somewhere/);
  await expect(page.locator('html')).toHaveAttribute('data-listening');
  // In one turn: however busy the machine is, the typing has not paused.
  await page.evaluate(() => {
    const field = document.querySelector('input[type=search]');
    const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
    write?.call(field, 'somewhere');
    field?.dispatchEvent(new Event('input', { bubbles: true }));
    document.querySelector<HTMLElement>('a[href="/works"]')?.click();
  });

  // The pause in the typing is over.
  await asked;
  answer.resolve();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Works');
  await expect(page).toHaveURL(/\/works$/);
});

test('a failed task shows its error and stack, and Retry brings the run to success', async ({
  page,
  api,
}) => {
  const workflow = own('e2e-retry');
  await publish(api, workflow);
  const { id } = await create(api, workflow, 'broken/1');
  await page.goto(`/instances/${id}`);
  const title = page.getByRole('heading', { level: 1 });

  await report(api, await claimOne(api, workflow), {
    type: 'raise',
    message: 'the disk is full',
    stack: 'Error: the disk is full\n    at store (worker.ts:7:11)',
  });
  await expect(title).toContainText('Failed');

  await page.getByRole('link', { name: 'fetch failed.' }).click();
  const panel = page.getByRole('complementary', { name: 'Task Fetch it' });
  await expect(panel).toContainText('The worker threw an exception');
  await expect(panel.getByRole('group', { name: 'Stack' })).toContainText(
    'at store (worker.ts:7:11)',
  );

  await page.getByRole('button', { name: 'Retry', exact: true }).click();
  await page
    .getByRole('dialog', { name: 'Retry from the failed tasks?' })
    .getByRole('button', { name: 'Retry' })
    .click();
  await expect(title).toContainText('Running');

  await report(api, await claimOne(api, workflow), { type: 'finish', output: { bytes: 12 } });
  await report(api, await claimOne(api, workflow), { type: 'finish' });
  await expect(title).toContainText('Succeeded');
  await expect(panel).toContainText('#2');
  await expect(panel).toContainText('#1');
});

test('Cancel asks first, and then ends the run', async ({ page, api }) => {
  const workflow = own('e2e-cancel');
  await publish(api, workflow);
  const { id } = await create(api, workflow, 'unwanted/1');
  await page.goto(`/instances/${id}`);

  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel this instance?' });
  await dialog.getByRole('button', { name: 'Back' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Running');

  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await dialog.getByLabel('Reason').fill('ordered by mistake');
  await dialog.getByRole('button', { name: 'Cancel instance' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Cancelled');

  await page.getByRole('tab', { name: 'Events' }).click();
  await expect(page.getByRole('region', { name: 'Events' })).toContainText('ordered by mistake');
});

test('instances of a workflow that is off wait until it is on', async ({ page, api }) => {
  const workflow = own('e2e-switch');
  await publish(api, workflow);
  await page.goto(`/workflows/${workflow}`);
  const power = page.getByRole('switch', { name: 'On' });
  await power.click();
  await expect(page.getByRole('switch', { name: 'Off' })).not.toBeChecked();
  // The switch shows its new position before the server has heard of it.
  const isOn = async () => (await api.get<Workflow>(`/workflows/${workflow}`)).enabled;
  await expect.poll(isOn).toBe(false);

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /^Run / });
  await dialog.getByLabel('Object ID').fill('patient/1');
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page).toHaveURL(/\/instances\//);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Queued');

  const other = await page.context().newPage();
  await other.goto(`/workflows?search=${workflow}`);
  await other.getByRole('switch', { name: `Switch of ${workflow}` }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Running');
});

test('an API key is shown once, opens the API, and opens nothing once it is revoked', async ({
  page,
  baseURL,
}) => {
  const ask = async (key: string) =>
    (await fetch(`${baseURL}/api/v1/workflows`, { headers: { authorization: `Bearer ${key}` } }))
      .status;

  await page.goto('/settings/api-keys');
  await page.getByRole('button', { name: 'Create API key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create API key' }).click();
  await expect(dialog.getByLabel('Name')).toHaveAccessibleDescription(/A key needs a name\./);
  await dialog.getByLabel('Name').fill(own('e2e once'));
  await dialog.getByRole('button', { name: 'Create API key' }).click();

  await expect(dialog).toContainText('It is not shown again');
  const key = await dialog.locator('code').innerText();
  expect(key).toMatch(/^lwk_/);
  expect(await ask(key)).toBe(200);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();

  await page.reload();
  const row = page.getByRole('row', { name: own('e2e once') });
  await expect(row).toContainText('Live');
  expect(await page.content()).not.toContain(key);

  await row.getByRole('button', { name: `Revoke ${own('e2e once')}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(row).toBeHidden();
  // Processes remember a key for a few seconds.
  await expect.poll(() => ask(key)).toBe(401);
});
