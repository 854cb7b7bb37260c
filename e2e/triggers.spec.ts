/** A service of somebody else starts a workflow: the URL of a trigger, its secret, and what it makes of a body. */
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { InstanceDetail } from '#api/types.ts';
import { publishLine } from './lines.ts';
import { expect, own, test } from './signed_in.ts';

test('a signed request becomes an instance, a wrongly signed one is refused', async ({
  page,
  api,
  context,
}) => {
  const workflow = own('e2e-hooked');
  await publishLine(api, workflow, ['fetch']);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const row = page.getByRole('row', { name: /^uploads/ });
  const move = async (name: string) => {
    await page.getByRole('button', { name: 'Actions of trigger uploads' }).click();
    await page.getByRole('menuitem', { name }).click();
  };

  await test.step('it is made; its mapping is tried before', async () => {
    await page.goto(`/workflows/${workflow}?tab=triggers`);
    await page.getByRole('button', { name: 'New trigger' }).click();
    const dialog = page.getByRole('dialog', { name: 'New trigger' });
    await dialog.getByRole('textbox', { name: 'Key', exact: true }).fill('uploads');
    await dialog.getByLabel('Condition').fill('body.kind ==');
    await expect(dialog.getByLabel('Condition')).toHaveAccessibleDescription(
      /something is missing at the end/,
    );
    await dialog.getByLabel('Condition').fill('size(body.files)');
    await expect(dialog.getByLabel('Condition')).toHaveAccessibleDescription(
      /must be true or false, but this is a number/,
    );
    await dialog.getByLabel('Condition').fill('body.kind == "film"');
    await dialog.getByLabel('Object id').fill('{{ body.file.name }}');
    await dialog.getByLabel('Input').fill('{"size": "{{ body.file.size }}"}');
    await dialog
      .getByLabel('Try the mapping')
      .fill('{"kind": "film", "file": {"name": "a.mp4", "size": 7}}');
    await expect(dialog.getByRole('group', { name: 'What would be made' })).toContainText('a.mp4');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    await expect(row).toContainText('Standard Webhooks');
  });

  const { url, secret } = await test.step('its URL and secret are copied', async () => {
    await move('URL and secret');
    const dialog = page.getByRole('dialog', { name: 'URL of uploads' });
    const copied = async (name: string, place: number) => {
      const text = await dialog.locator('code').nth(place).innerText();
      await dialog.getByRole('button', { name }).click();
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text);
      return text;
    };
    const both = { url: await copied('Copy URL', 0), secret: await copied('Copy secret', 1) };
    await page.keyboard.press('Escape');
    return both;
  });
  const post = (sent: object, id: string, key = secret) => {
    const body = JSON.stringify(sent);
    const at = new Date();
    return fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(key).sign(id, at, body),
      },
    });
  };
  const film = { kind: 'film', file: { name: 'films/new.mp4', size: 7 } };

  await test.step('what is signed with it starts an instance, once', async () => {
    const first = await post(film, 'msg_1');
    expect(first.status).toBe(202);
    const { outcome, instanceId } = (await first.json()) as Record<string, string>;
    expect(outcome).toBe('started');
    expect(await api.get<InstanceDetail>(`/instances/${instanceId}`)).toMatchObject({
      objectId: 'films/new.mp4',
      input: { size: 7 },
    });
    expect(await (await post(film, 'msg_1')).json()).toEqual({ outcome: 'repeated', instanceId });
    expect(await (await post({ kind: 'song' }, 'msg_2')).json()).toMatchObject({
      outcome: 'ignored',
    });
  });

  await test.step('what is signed with another is not', async () => {
    const another = `whsec_${Buffer.from('x'.repeat(32)).toString('base64')}`;
    expect((await post(film, 'msg_3', another)).status).toBe(401);
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  });

  await test.step('its last requests say what became of them', async () => {
    await move('Last requests');
    const dialog = page.getByRole('dialog', { name: 'Requests to uploads' });
    const items = dialog.locator('summary');
    await expect(items.filter({ hasText: 'Started' })).toHaveCount(1);
    await expect(items.filter({ hasText: 'Repeated' })).toHaveCount(1);
    await expect(items.filter({ hasText: 'Ignored by the condition' })).toHaveCount(1);
    await expect(items.filter({ hasText: 'Wrong signature' })).toHaveCount(2);
    await items.filter({ hasText: 'Started' }).getByRole('link').click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('films/new.mp4');
    await page.goBack();
  });

  await test.step('signatures of GitHub are understood too', async () => {
    await move('Edit');
    const dialog = page.getByRole('dialog', { name: 'Trigger uploads' });
    await dialog.getByLabel('Signature').selectOption('GitHub');
    await dialog.getByLabel('Secret').fill('a secret that both know');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(row).toContainText('GitHub');
    const body = JSON.stringify(film);
    const signature = createHmac('sha256', 'a secret that both know').update(body).digest('hex');
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-delivery': 'one',
        'x-hub-signature-256': `sha256=${signature}`,
      },
    });
    expect(answer.status).toBe(202);
  });

  await test.step('switched off, given a new URL or deleted, the old one answers to nobody', async () => {
    await row.getByRole('switch').click();
    await expect(row.getByRole('switch')).not.toBeChecked();
    await expect.poll(async () => (await post(film, 'msg_4')).status).toBe(404);
    await row.getByRole('switch').click();
    await move('URL and secret');
    await page.getByRole('button', { name: 'New URL' }).click();
    const rotation = page.getByRole('dialog', { name: 'New URL for uploads' });
    await rotation.getByRole('button', { name: 'New URL' }).click();
    await expect(page.getByRole('dialog', { name: 'URL of uploads' })).toBeVisible();
    await expect(page.getByText(url)).toBeHidden();
    expect((await post(film, 'msg_5')).status).toBe(404);
    await page.keyboard.press('Escape');
    await move('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByText('No triggers')).toBeVisible();
  });
});
