/** A service of one's own is told how instances end: from its endpoint's making to its deletion. */
import type { Endpoint, Notification, Page as List } from '#api/types.ts';
import { failNext, publishLine, start } from './lines.ts';
import { expect, own, test, verified } from './receiver.ts';

test('a failed instance is told, signed, and told again when asked', async ({
  page,
  api,
  receiver,
}) => {
  test.slow();
  const [workflow, name] = [own('e2e-told'), own('Billing')];
  await publishLine(api, workflow, ['fetch']);
  const fail = async (objectId: string) => {
    const id = await start(api, workflow, objectId);
    await failNext(api, `${workflow}-fetch`, 'disk full');
    return id;
  };
  const log = page.getByRole('region', { name: 'Log' });
  const secrets = page.locator('code');
  const arrived = (count: number) =>
    expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(count);
  const signedWith = (at: number, secret: string) => verified(receiver.received[at], secret);

  await test.step('it is made', async () => {
    await page.goto('/endpoints');
    await page.getByRole('main').getByRole('button', { name: 'Create endpoint' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Create endpoint' });
    const url = dialog.getByLabel('URL');
    await dialog.getByLabel('Name').fill(name);
    await url.fill('http://169.254.169.254/latest');
    await dialog.getByRole('button', { name: 'Create endpoint' }).click();
    await expect(url).toHaveAccessibleDescription(/link-local, metadata/);
    await expect(url).toBeFocused();
    await expect(dialog.getByLabel('Name')).toHaveValue(name);
    await url.fill(receiver.url);
    await dialog.getByLabel('Workflow').selectOption(workflow);
    await dialog.getByRole('button', { name: 'Create endpoint' }).click();
    await expect(dialog).toBeHidden();
    await page.getByRole('link', { name }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  });

  await test.step('its log shows what was sent and what came back', async () => {
    receiver.answer(200, '{"thanks": true}');
    await fail('films/one.mp4');
    const row = log.getByRole('row', { name: /instance\.completed/ });
    await expect(row).toContainText('Delivered');
    await row.getByRole('button', { name: 'instance.completed' }).click();
    await expect(log.getByText('Answered 200')).toBeVisible();
    await expect(log.getByRole('group', { name: 'Request' })).toContainText('webhook-id');
    await expect(log.getByRole('group', { name: 'Response' })).toContainText('thanks');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const told = signedWith(0, await secrets.innerText());
    expect(told).toMatchObject({ type: 'instance.completed', data: { objectId: 'films/one.mp4' } });
  });

  await test.step('it is sent again under the same id', async () => {
    await log.getByRole('button', { name: 'Resend' }).click();
    await arrived(2);
    const [first, again] = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(again).toBe(first);
    await expect(log.getByText('Try 2')).toBeVisible();
  });

  await test.step('a new secret signs beside the one before', async () => {
    const before = await secrets.innerText();
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    await expect(secrets).toHaveCount(2);
    await fail('films/two.mp4');
    await arrived(3);
    const [now, old] = await secrets.allInnerTexts();
    expect(old).toBe(before);
    for (const secret of [now ?? '', before]) {
      expect(signedWith(2, secret).data).toMatchObject({ objectId: 'films/two.mp4' });
    }
  });

  await test.step('what cannot be delivered says why, and when it is tried again', async () => {
    receiver.answer(503, 'later, please');
    const id = await fail('films/three.mp4');
    const row = log.getByRole('row', { name: id.slice(-8) });
    await expect(row).toContainText(/Waiting.*next try.*503/);
    receiver.answer(204);
    // It may have been tried again by itself meanwhile; then it is sent once more.
    await row.getByRole('button', { name: 'Resend' }).click();
    await expect(row).toContainText('Delivered');
  });

  await test.step('switched off it is told nothing', async () => {
    await page.getByRole('button', { name: 'Switch off' }).click();
    await expect(page.getByText('switched off by a person')).toBeVisible();
    const id = await fail('films/four.mp4');
    await page.getByRole('button', { name: 'Switch on' }).click();
    await expect(page.getByText('switched off by a person')).toBeHidden();
    await fail('films/five.mp4');
    const bodies = () => receiver.received.map(({ body }) => body).join('\n');
    await expect.poll(bodies, { timeout: 20_000 }).toContain('films/five.mp4');
    expect(bodies()).not.toContain('films/four.mp4');
    const told = await api.get<List<Notification>>(`/notifications?instance=${id}`);
    expect(told.data).toEqual([]);
  });

  await test.step('deleted it is gone', async () => {
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: `Delete the endpoint ${name}?` });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(page).toHaveURL(/\/endpoints$/);
    await expect(page.getByRole('link', { name })).toBeHidden();
    const { data } = await api.get<{ data: Endpoint[] }>('/endpoints');
    expect(data.map((endpoint) => endpoint.name)).not.toContain(name);
  });
});

test('what was written stays when somebody else has deleted the endpoint', async ({
  page,
  api,
}) => {
  const { id } = await api.send<Endpoint>('POST', '/endpoints', {
    name: own('Short-lived'),
    url: 'https://example.com/hooks',
    events: ['instance.completed'],
  });
  await page.goto(`/endpoints/${id}`);
  await page.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: `Edit endpoint “${own('Short-lived')}”` });
  await dialog.getByLabel('Name').fill('A better name');
  await api.send('DELETE', `/endpoints/${id}`);

  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('This is not there');
  await expect(dialog.getByLabel('Name')).toHaveValue('A better name');
});

test('what only the server finds wrong with a field is said in the language of the page', async ({
  page,
  context,
  baseURL,
}) => {
  await context.addCookies([{ url: baseURL ?? '', name: 'latchwork-locale', value: 'zh' }]);
  await page.goto('/endpoints');
  await page.getByRole('main').getByRole('button', { name: '新建端点' }).first().click();
  const dialog = page.getByRole('dialog', { name: '新建端点' });
  await dialog.getByLabel('名称').fill(own('Billing'));
  await dialog.getByLabel('URL').fill('no address');
  await dialog.getByRole('button', { name: '新建端点' }).click();

  await expect(dialog.getByLabel('URL')).toHaveAccessibleDescription(/请填写 URL，例如/);
});
