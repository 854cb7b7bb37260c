/** People are told what goes wrong: channels, rules, and alerts from their first finding to their end. */
import type { Alert, AlertChannel, AlertRule, Page as List } from '#api/types.ts';
import type { ApiClient } from './api_client.ts';
import { failNext, publishLine, start } from './lines.ts';
import { passTimeOfAlerts } from './past.ts';
import { expect, own, test, verified } from './receiver.ts';
import { claimOne, report } from './worker.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes....').toString('base64')}`;

test('a failed instance becomes an alert, which is told and ends', async ({
  page,
  api,
  receiver,
}) => {
  const [workflow, channel] = [own('e2e-alerted'), own('On call')];
  await publishLine(api, workflow, ['fetch']);
  const row = page.getByRole('row', { name: `"${workflow}"` });

  await test.step('a channel is made, and shows the raw answer to a test', async () => {
    await page.goto('/alerts/channels');
    await page.getByRole('main').getByRole('button', { name: 'New channel' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New channel' });
    await dialog.getByLabel('Name').fill(channel);
    await dialog.getByLabel('Kind').selectOption('Webhook');
    await dialog.getByLabel('URL').fill(receiver.url);
    await dialog.getByLabel('Signing secret').fill(SECRET);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();

    receiver.answer(200, '{"queued": 1}');
    await page.getByRole('button', { name: `Send a test to “${channel}”` }).click();
    const test = page.getByRole('dialog', { name: `Test “${channel}”` });
    await test.getByRole('button', { name: 'Send a test' }).click();
    await expect(test.getByLabel('Answer')).toHaveText('{"queued": 1}');
    await expect(test.getByText('Sent', { exact: true })).toBeVisible();
    expect(verified(receiver.received[0], SECRET).type).toBe('alert.test');
    await page.keyboard.press('Escape');
  });

  await test.step('a rule is made that tells it', async () => {
    await page
      .getByRole('navigation', { name: 'Alerts' })
      .getByRole('link', { name: 'Rules' })
      .click();
    await page.getByRole('main').getByRole('button', { name: 'New rule' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New rule' });
    const quiet = dialog.getByLabel('Quiet period');
    await dialog.getByLabel('Name').fill(own('Films fail'));
    await quiet.fill('-5');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(quiet).toHaveAccessibleDescription(/must be 0 or more/);
    await quiet.fill('600');
    await dialog.getByLabel('Watches for').selectOption('Instance failed');
    await dialog.getByLabel('Level').selectOption('Critical');
    await dialog.getByLabel('Only these workflows').fill(workflow);
    await dialog.getByRole('checkbox', { name: channel }).check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(
      page.getByRole('row', { name: new RegExp(`${own('Films fail')}.*${channel}`) }),
    ).toBeVisible();
  });
  const rule = await ruleNamed(api, own('Films fail'));

  await test.step('an instance fails: the alert fires', async () => {
    await start(api, workflow, 'films/lost.mp4');
    await failNext(api, `${workflow}-fetch`, 'disk full');
    await untilState(api, rule, 'firing');
    await page.goto('/alerts');
    await expect(row).toContainText(/Firing.*Critical/s);
    await expect(row).toContainText('films/lost.mp4: task "fetch": disk full');
  });

  await test.step('its channel is told, once what came together is gathered', async () => {
    await passTimeOfAlerts(rule, 31);
    await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(2);
    expect(verified(receiver.received[1], SECRET)).toMatchObject({
      type: 'alert.fired',
      data: { title: `An instance of "${workflow}" failed` },
    });
    await row.getByRole('button', { name: 'Messages' }).click();
    const messages = page.getByRole('dialog', { name: /^Messages about/ });
    await expect(messages.getByRole('listitem')).toContainText(new RegExp(`Sent.*${channel}`, 's'));
    await page.keyboard.press('Escape');
  });

  await test.step('somebody takes it in hand', async () => {
    await row.getByRole('button', { name: 'Acknowledge' }).click();
    await expect(row).toContainText('Acknowledged');
  });

  await test.step('after its quiet period it is over, without a word', async () => {
    await passTimeOfAlerts(rule, 601);
    await untilState(api, rule, 'resolved');
    await page.goto('/alerts?show=all');
    await expect(row).toContainText('Resolved');
    expect(receiver.received).toHaveLength(2);
  });
});

test('a condition says when it is over, and a refused message says why', async ({
  page,
  api,
  receiver,
}) => {
  const workflow = own('e2e-backlog');
  const work = `${workflow}-fetch`;
  await publishLine(api, workflow, ['fetch']);
  const channel = await api.send<AlertChannel>('POST', '/alerts/channels', {
    name: own('Group chat'),
    kind: 'dingtalk',
    settings: { url: receiver.url },
  });
  const { id: rule } = await api.send<AlertRule>('POST', '/alerts/rules', {
    name: own('Films wait'),
    kind: 'backlog',
    params: { count: 1 },
    works: [work],
    channels: [channel.id],
  });
  receiver.answer(200, '{"errcode":0,"errmsg":"ok"}');

  await test.step('it fires while two tasks wait', async () => {
    await start(api, workflow, 'films/one.mp4');
    await start(api, workflow, 'films/two.mp4');
    await passTimeOfAlerts(rule, 0);
    await untilState(api, rule, 'firing');
    await passTimeOfAlerts(rule, 31);
    await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(1);
    expect(receiver.received[0]?.body).toContain('2 tasks of work');
  });

  await test.step('it is over once they are done, and says so', async () => {
    for (let done = 0; done < 2; done += 1) {
      await report(api, await claimOne(api, work), { type: 'finish' });
    }
    await passTimeOfAlerts(rule, 31);
    await untilState(api, rule, 'resolved');
    await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(2);
    expect(receiver.received[1]?.body).toContain('Resolved: Backlog');
  });

  await test.step('a vendor that refuses with status 200 is shown as it answered', async () => {
    receiver.answer(200, '{"errcode":310000,"errmsg":"keywords not in content"}');
    await page.goto('/alerts/channels');
    await page.getByRole('button', { name: `Send a test to “${channel.name}”` }).click();
    const dialog = page.getByRole('dialog', { name: `Test “${channel.name}”` });
    await dialog.getByRole('button', { name: 'Send a test' }).click();
    await expect(dialog.getByLabel('Answer')).toContainText('keywords not in content');
    await expect(dialog.getByText('Given up')).toBeVisible();
  });
});

async function ruleNamed(api: ApiClient, name: string): Promise<string> {
  const { data } = await api.get<List<AlertRule>>('/alerts/rules');
  return data.find((rule) => rule.name === name)?.id ?? '';
}

/** Until the worker process has seen it; it looks every few seconds. */
async function untilState(api: ApiClient, rule: string, state: Alert['state']): Promise<void> {
  const states = async () => {
    const { data } = await api.get<List<Alert>>('/alerts');
    return data.filter(({ ruleId }) => ruleId === rule).map((alert) => alert.state);
  };
  await expect.poll(states, { timeout: 30_000 }).toEqual([state]);
}
