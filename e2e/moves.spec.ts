/** What people do to runs: to one, and to a task of it. */
import type { Instance, InstanceDetail, InstanceEvent, Page } from '#api/types.ts';
import { publishLine, start } from './lines.ts';
import { expect, own, test } from './signed_in.ts';
import { claimOne, report } from './worker.ts';

test('a failed run goes on once its task is skipped, and starts over from a node', async ({
  page,
  api,
}) => {
  const workflow = own('e2e-skip');
  await publishLine(api, workflow, ['fetch', 'encode', 'store']);
  const id = await start(api, workflow, 'films/one.mp4');
  await report(api, await claimOne(api, `${workflow}-fetch`), { type: 'finish' });
  await report(api, await claimOne(api, `${workflow}-encode`), {
    type: 'fail',
    message: 'codec missing',
    retryable: false,
  });
  await page.goto(`/instances/${id}?task=encode`);
  const heading = page.getByRole('heading', { level: 1 });
  const panel = page.getByRole('complementary');
  await expect(heading).toContainText('Failed');

  await test.step('its failed task is skipped', async () => {
    await panel.getByRole('button', { name: 'Moves of this task' }).click();
    await expect(page.getByRole('menuitem', { name: /^Run now/ })).toContainText('not put off');
    await page.getByRole('menuitem', { name: 'Skip' }).click();
    const dialog = page.getByRole('dialog', { name: 'Skip “encode”?' });
    await dialog.getByLabel('Reason').fill('Made by hand');
    await dialog.getByRole('button', { name: 'Skip task' }).click();
    await expect(dialog).toBeHidden();
    await expect(heading).toContainText('Running');
    await report(api, await claimOne(api, `${workflow}-store`), { type: 'finish' });
    await expect(heading).toContainText('Succeeded');
  });

  await test.step('it starts over from a node, by keyboard', async () => {
    await page.getByRole('button', { name: 'More moves' }).press('Enter');
    await expect(page.getByRole('menuitem', { name: 'Start over' })).toBeFocused();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Start over from a node?' });
    await dialog.getByLabel('Start over from').selectOption('encode');
    await expect(dialog.getByText('2 tasks run again')).toBeVisible();
    await dialog.getByRole('button', { name: 'Start over' }).click();
    await expect(heading).toContainText('Running');
    await report(api, await claimOne(api, `${workflow}-encode`), { type: 'finish' });
    await report(api, await claimOne(api, `${workflow}-store`), { type: 'finish' });
    await expect(heading).toContainText('Succeeded');
  });

  await test.step('the history says who did what, and why', async () => {
    await page.getByRole('tab', { name: 'Events' }).click();
    const events = page.getByRole('table');
    await expect(
      events.getByRole('row', { name: /Skipped by hand.*encode.*Made by hand/ }),
    ).toBeVisible();
    await expect(events.getByRole('row', { name: /Restarted.*from encode/ })).toBeVisible();
  });
});

test('what a move would do is shown before it is made', async ({ page, api }) => {
  const workflow = own('e2e-shown');
  await publishLine(api, workflow, ['fetch', 'store']);
  const id = await start(api, workflow, 'films/two.mp4', { size: 1 });
  await report(api, await claimOne(api, `${workflow}-fetch`), { type: 'finish' });
  await publishLine(api, workflow, ['fetch', 'check', 'store']);
  await page.goto(`/instances/${id}`);
  const move = async (name: string) => {
    await page.getByRole('button', { name: 'More moves' }).click();
    await page.getByRole('menuitem', { name }).click();
    return page.getByRole('dialog');
  };

  await test.step('the context, as the patch leaves it', async () => {
    const dialog = await move('Edit the context');
    await dialog.getByLabel('Patch').fill('{"codec": ');
    await dialog.getByRole('button', { name: 'Change the context' }).click();
    await expect(dialog.getByLabel('Patch')).toHaveAccessibleDescription(/not valid JSON/);
    await dialog.getByLabel('Patch').fill('{"codec": "h264"}');
    await expect(dialog.getByRole('group', { name: 'What the context becomes' })).toContainText(
      'h264',
    );
    await dialog.getByRole('button', { name: 'Change the context' }).click();
    await expect(dialog).toBeHidden();
    expect((await api.get<InstanceDetail>(`/instances/${id}`)).context).toEqual({ codec: 'h264' });
  });

  await test.step('the tasks, as another version maps them', async () => {
    const dialog = await move('Move to another version');
    await expect(dialog.getByText(/^Added/)).toBeVisible();
    await expect(dialog.getByRole('listitem').filter({ hasText: 'check' })).toBeVisible();
    await dialog.getByRole('button', { name: 'Move', exact: true }).click();
    await expect(dialog).toBeHidden();
    expect((await api.get<Instance>(`/instances/${id}`)).version).toBe(2);
  });

  await test.step('a refusal stands beside its field', async () => {
    const dialog = await move('Change the priority');
    await dialog.getByLabel('Priority').fill('20000');
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    await expect(dialog.getByLabel('Priority')).toHaveAccessibleDescription(/10,?000 or less/);
    await dialog.getByLabel('Priority').fill('7');
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('a new run, with another input', async () => {
    const dialog = await move('Run again');
    await expect(dialog.getByLabel('Input')).toHaveValue(/"size": 1/);
    await dialog.getByLabel('Input').fill('{"size": 2}');
    await dialog.getByRole('button', { name: 'Run again' }).click();
    await expect(page).not.toHaveURL(new RegExp(id));
    const again = await api.get<InstanceDetail>(new URL(page.url()).pathname);
    expect(again).toMatchObject({ input: { size: 2 }, priority: 7, version: 2 });
    const { data } = await api.get<Page<InstanceEvent>>(`/instances/${id}/events`);
    expect(data.map(({ type }) => type)).toEqual([
      'context_edited',
      'version_changed',
      'priority_changed',
      'rerun',
    ]);
  });
});
