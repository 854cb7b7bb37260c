/** A workflow is started by the clock: its schedule from its making to its deletion. */
import type { Instance, Page as List, Schedule } from '#api/types.ts';
import { publishLine } from './lines.ts';
import { passMinuteOfSchedule } from './past.ts';
import { expect, test } from './signed_in.ts';

test('a schedule says when it is due, starts instances, and stops', async ({ page, api }) => {
  await publishLine(api, 'e2e-nightly', ['fetch']);
  const path = '/workflows/e2e-nightly/schedules';
  const row = page.getByRole('row', { name: /^nightly/ });
  const move = async (name: string) => {
    await page.getByRole('button', { name: 'Actions of schedule nightly' }).click();
    await page.getByRole('menuitem', { name }).click();
  };

  await test.step('it is made once its clock can be read', async () => {
    await page.goto('/workflows/e2e-nightly?tab=schedules');
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

  await test.step('changed to every minute, it makes an instance each time it is due', async () => {
    await move('Edit');
    const dialog = page.getByRole('dialog', { name: 'Schedule nightly' });
    await dialog.getByLabel('Cron').fill('* * * * *');
    await dialog.getByLabel('Input').fill('{"day": "{{ schedule.at }}"}');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();

    const [schedule] = (await api.get<List<Schedule>>(path)).data;
    await passMinuteOfSchedule(schedule?.id ?? '');
    const made = () => api.get<List<Instance>>('/instances?workflow=e2e-nightly');
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
    await expect(page.getByText('Started', { exact: true })).toBeVisible();
    await expect
      .poll(
        async () => (await api.get<List<Instance>>('/instances?workflow=e2e-nightly')).data.length,
      )
      .toBeGreaterThanOrEqual(2);
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
    const { data } = await api.get<List<Instance>>('/instances?workflow=e2e-nightly');
    expect(data.length).toBeGreaterThanOrEqual(2);
  });
});
