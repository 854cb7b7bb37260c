/** What a run waits for from people and from outside, given on its page. */
import type { Instance, Task } from '#api/types.ts';
import type { ApiClient } from './api_client.ts';
import { seriousFindings } from './axe.ts';
import { expect, own, test } from './signed_in.ts';

test('a person approves, an event comes, and the run goes on', async ({ page, api }) => {
  const id = await start(api, own('e2e-signals'), 'photos/ship.jpg');
  const outputOf = async (key: string) => (await api.get<Task>(`/tasks/${id}_${key}`)).output;
  await page.goto(`/instances/${id}`);
  const graph = page.getByRole('application', { name: 'Pipeline of photos/ship.jpg' });
  const panel = page.getByRole('complementary');

  await test.step('the card says what is waited for, its panel what is asked', async () => {
    await expect(graph.locator('[data-id="ask"]')).toContainText('Waits for approval');
    await graph.locator('[data-id="ask"]').click();
    const asked = panel.getByRole('region', { name: 'Waits for approval' });
    await expect(asked.getByText('Ship photos/ship.jpg?')).toBeVisible();
    await panel.getByLabel('Note').fill('Looks good');
    await panel.getByRole('button', { name: 'Approve' }).click();
    await expect(panel.getByRole('button', { name: 'Approve' })).toBeHidden();
    expect(await outputOf('ask')).toEqual({ approved: true, note: 'Looks good' });
  });

  await test.step('a payload that cannot be read is not sent', async () => {
    // The panel takes a part of the canvas; a pipeline that was whole on screen stays so.
    const stock = graph.locator('[data-id="stock"]');
    await expect(stock).toBeInViewport({ ratio: 1 });
    await stock.click();
    const payload = panel.getByLabel('Payload');
    await payload.fill('{"left": ');
    await panel.getByRole('button', { name: 'Send signal' }).click();
    await expect(payload).toHaveAccessibleDescription(/This is not valid JSON/);

    await payload.fill('{"left": 3}');
    await panel.getByRole('button', { name: 'Send signal' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Succeeded');
    expect(await outputOf('stock')).toEqual({ left: 3 });
  });
});

test('what a person rejects fails, with the reason', async ({ page, api }) => {
  const id = await start(api, own('e2e-rejected'), 'photos/dark.jpg');
  await page.goto(`/instances/${id}?task=ask`);
  const panel = page.getByRole('complementary');

  await panel.getByLabel('Note').fill('Too dark');
  await panel.getByRole('button', { name: 'Reject' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Failed');
  await expect(page.getByText('ask failed.')).toBeVisible();
  await expect(panel.getByText('Too dark').first()).toBeVisible();
});

test('what waits for a person is found in the list, and answered without looking for its node', async ({
  page,
  api,
}) => {
  const workflow = own('e2e-asked');
  const id = await start(api, workflow, 'photos/asked.jpg');
  const row = page.getByRole('row', { name: /photos\/asked\.jpg/ });
  const waits = page.getByRole('group', { name: 'Filter by what is waited for' });

  await test.step('the list says it beside the state, and narrows by it', async () => {
    await page.goto(`/instances?workflow=${workflow}`);
    await expect(row).toContainText('Running');
    await expect(row).toContainText('Waits for approval');
    await expect(waits.getByRole('button', { name: 'Waits for approval 1' })).toBeVisible();
    await waits.getByRole('button', { name: 'Waits for signal 0' }).click();
    await expect(page.getByText('No instance matches these filters')).toBeVisible();
    await expect(page).toHaveURL(/waitingFor=signal/);
    await waits.getByRole('button', { name: 'Waits for signal' }).click();
    await waits.getByRole('button', { name: 'Waits for approval' }).click();
    await expect(page).toHaveURL(/waitingFor=approval$/);
    await row.getByRole('link', { name: 'photos/asked.jpg' }).click();
  });

  const main = page.getByRole('main');
  const asked = main.getByRole('region', { name: 'Waits for approval: ask' });

  await test.step('its page asks above everything else; by keyboard', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Waits for approval');
    await expect(asked).toContainText('Ship photos/asked.jpg?');
    await expect(asked).toContainText(/since .*times out in/);
    expect(await seriousFindings(page)).toEqual([]);
    await asked.getByLabel('Note').focus();
    await page.keyboard.type('Sharp enough');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(asked).toBeHidden();
    expect((await api.get<Task>(`/tasks/${id}_ask`)).output).toEqual({
      approved: true,
      note: 'Sharp enough',
    });
  });

  await test.step('an event can be sent by hand, and leads to its node', async () => {
    const event = main.getByRole('region', { name: 'Waits for the signal “restocked”: stock' });
    await event.getByRole('link', { name: 'stock' }).click();
    const panel = page.getByRole('complementary', { name: 'Task stock' });
    await expect(panel).toContainText('Waits for the signal');
    await page.keyboard.press('Escape');
    await expect(panel).toBeHidden();
    await event.getByText('Send it by hand').click();
    await event.getByLabel('Payload').fill('{"left": 1}');
    expect(await seriousFindings(page)).toEqual([]);
    await event.getByRole('button', { name: 'Send signal' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Succeeded');
    await expect(main.getByRole('region', { name: /^Waits for/ })).toHaveCount(0);
  });
});

/** A run that asks, and then waits for stock. */
async function start(api: ApiClient, workflow: string, objectId: string): Promise<string> {
  const definition = {
    schemaVersion: 1,
    nodes: [
      {
        key: 'ask',
        type: 'signal',
        approval: true,
        prompt: 'Ship {{ object.id }}?',
        timeoutSeconds: 86400,
      },
      { key: 'stock', type: 'signal', signal: 'restocked' },
    ],
    edges: [{ from: 'ask', to: 'stock' }],
  };
  await api.send('POST', '/workflows', { key: workflow, definition });
  await api.send('POST', `/workflows/${workflow}/publish`, {});

  const path = `/workflows/${workflow}/instances`;
  return (await api.send<Instance>('POST', path, { objectId })).id;
}
