/** What a run waits for from people and from outside, given on its page. */
import type { Instance, Task } from '#api/types.ts';
import type { ApiClient } from './api_client.ts';
import { expect, test } from './signed_in.ts';

test('a person approves, an event comes, and the run goes on', async ({ page, api }) => {
  const id = await start(api, 'e2e-signals', 'photos/ship.jpg');
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
    await graph.locator('[data-id="stock"]').click();
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
  const id = await start(api, 'e2e-rejected', 'photos/dark.jpg');
  await page.goto(`/instances/${id}?task=ask`);
  const panel = page.getByRole('complementary');

  await panel.getByLabel('Note').fill('Too dark');
  await panel.getByRole('button', { name: 'Reject' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Failed');
  await expect(page.getByText('ask failed.')).toBeVisible();
  await expect(panel.getByText('Too dark').first()).toBeVisible();
});

/** A run that asks, and then waits for stock. */
async function start(api: ApiClient, workflow: string, objectId: string): Promise<string> {
  const definition = {
    schemaVersion: 1,
    nodes: [
      { key: 'ask', type: 'signal', approval: true, prompt: 'Ship {{ object.id }}?' },
      { key: 'stock', type: 'signal', signal: 'restocked' },
    ],
    edges: [{ from: 'ask', to: 'stock' }],
  };
  await api.send('POST', '/workflows', { key: workflow, definition });
  await api.send('POST', `/workflows/${workflow}/publish`, {});

  const path = `/workflows/${workflow}/instances`;
  return (await api.send<Instance>('POST', path, { objectId })).id;
}
