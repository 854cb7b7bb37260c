/** Moves of many instances at once. */
import { publishLine } from './lines.ts';
import { expect, own, test } from './signed_in.ts';

test('all that match a filter are cancelled at once, and those that cannot are listed', async ({
  page,
  api,
}) => {
  const workflow = own('e2e-bulk');
  await publishLine(api, workflow, ['fetch']);
  const instances = Array.from({ length: 120 }, (_, at) => ({ objectId: `films/${at}.mp4` }));
  const { results } = await api.send<{ results: { id: string }[] }>(
    'POST',
    `/workflows/${workflow}/instances/batch`,
    { instances },
  );
  await api.send('POST', `/instances/${results[0]?.id}/cancel`);
  await page.goto(`/instances?workflow=${workflow}`);

  await page.getByRole('checkbox', { name: 'Choose all on this page' }).check();
  const bar = page.getByRole('toolbar', { name: 'Chosen instances' });
  await expect(bar).toContainText('50 chosen');
  await bar.getByRole('button', { name: 'Choose all 120 that match' }).click();
  await expect(bar).toContainText('All 120 that match are chosen');
  await bar.getByRole('button', { name: 'More moves…' }).click();

  const dialog = page.getByRole('dialog', { name: 'Move 120 instances' });
  await dialog.getByLabel('Move').selectOption('Start over from a node');
  await dialog.getByRole('button', { name: 'Start over from a node: 120' }).click();
  await expect(dialog.getByLabel('Start over from')).toHaveAccessibleDescription(
    /must be filled in/,
  );
  await dialog.getByLabel('Move').selectOption('Cancel');
  await dialog.getByLabel('Reason').fill(own('Wrong folder'));
  await dialog.getByRole('button', { name: 'Cancel: 120' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toContainText('Done');
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuetext', '120 of 120');
  await expect(page.getByText(own('Wrong folder'))).toBeVisible();
  await expect(
    page.getByRole('row', { name: /only one that has not ended can be cancelled/ }),
  ).toBeVisible();

  await page.getByRole('navigation').getByRole('link', { name: 'Bulk moves' }).first().click();
  await expect(
    page.getByRole('row', {
      name: new RegExp(`Cancel.*Done.*120 of 120.*1.*${own('Wrong folder')}`),
    }),
  ).toBeVisible();
});
