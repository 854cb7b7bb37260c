/** A workflow is started by the clock: its schedule from its making to its deletion. */
import type { Instance, Page as List, Schedule } from '#api/types.ts';
import { publishLine } from './lines.ts';
import { passLeapDayOfSchedule } from './past.ts';
import { expect, own, test } from './signed_in.ts';

test('a schedule says when it is due, starts instances, and stops', async ({ page, api }) => {
  const workflow = own('e2e-nightly');
  await publishLine(api, workflow, ['fetch']);
  const path = `/workflows/${workflow}/schedules`;
  const made = () => api.get<List<Instance>>(`/instances?workflow=${workflow}`);
  const row = page.getByRole('row', { name: /^nightly/ });
  const move = async (name: string) => {
    await page.getByRole('button', { name: 'Actions of schedule nightly' }).click();
    await page.getByRole('menuitem', { name }).click();
  };

  await test.step('it is made once its clock can be read', async () => {
    await page.goto(`/workflows/${workflow}?tab=schedules`);
    await page.getByRole('button', { name: 'New schedule' }).click();
    const dialog = page.getByRole('dialog', { name: 'New schedule' });
    const [cron, zone] = [dialog.getByLabel('Cron'), dialog.getByLabel('Time zone')];
    const due = dialog.getByRole('region', { name: 'Next runs' }).getByRole('listitem');

    await dialog.getByLabel('Key').fill('nightly');
    await cron.fill('61 2 * * *');
    await expect(cron).toHaveAccessibleDescription(/“61” at character 1 is no minute/);
    await cron.fill('30 2 30 2 *');
    await expect(cron).toHaveAccessibleDescription(/Such a day never comes/);
    await cron.fill('30 2 * * MON');
    await zone.fill('Europe/Berlim');
    await expect(zone).toHaveAccessibleDescription(/There is no such time zone/);
    await expect(due).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(zone).toBeFocused();

    await zone.fill('Asia/Shanghai');
    await expect(due).toHaveCount(5);
    const end = dialog.getByLabel('Not after');
    await end.fill('2001-01-01T00:00');
    await expect(end).toHaveAccessibleDescription(/lies in the past/);
    await end.fill('');
    await expect(due.first()).toContainText(/Mon.*02:30.*GMT\+8/);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    await expect(row).toContainText('Asia/Shanghai');
    const { data } = await api.get<List<Schedule>>(path);
    expect(data[0]?.nextAt).toContain('T18:30:00');
  });

  await test.step('its key is taken', async () => {
    await page.getByRole('button', { name: 'New schedule' }).click();
    const dialog = page.getByRole('dialog', { name: 'New schedule' });
    await dialog.getByLabel('Key').fill('nightly');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog.getByLabel('Key')).toHaveAccessibleDescription(/is taken already/);
    await dialog.getByRole('button', { name: 'Back' }).click();
  });

  await test.step('changed to leap days, it makes an instance when one comes', async () => {
    await move('Edit');
    const dialog = page.getByRole('dialog', { name: 'Schedule nightly' });
    await dialog.getByLabel('Cron').fill('0 0 29 2 *');
    await dialog.getByLabel('Input').fill('{"day": "{{ schedule.at }}"}');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();

    const [schedule] = (await api.get<List<Schedule>>(path)).data;
    await passLeapDayOfSchedule(schedule?.id ?? '');
    await expect.poll(async () => (await made()).data.length, { timeout: 20_000 }).toBe(1);
    const [instance] = (await made()).data;
    expect(instance).toMatchObject({ objectId: 'nightly', labels: { schedule: 'nightly' } });

    await move('Last runs');
    const runs = page.getByRole('dialog', { name: 'Runs of nightly' });
    await runs
      .getByRole('row', { name: /Started/ })
      .getByRole('link')
      .click();
    await expect(page).toHaveURL(new RegExp(`/instances/${instance?.id}`));
    await page.goBack();
  });

  await test.step('a run at once is beside its clock', async () => {
    await move('Run now');
    await expect.poll(async () => (await made()).data.length).toBe(2);
  });

  await test.step('switched off it is never due', async () => {
    await row.getByRole('switch').click();
    await expect(row).toContainText('Never');
    await expect(row.getByRole('switch')).not.toBeChecked();
  });

  await test.step('deleted it is gone, its instances stay', async () => {
    await move('Delete');
    const dialog = page.getByRole('dialog', { name: 'Delete schedule nightly?' });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByText('No schedules')).toBeVisible();
    expect((await made()).data).toHaveLength(2);
  });
});
