/** Trying a draft out before it runs, and seeing what becomes of it when it is compiled. */
import { seriousFindings } from './axe.ts';
import { expect, own, test } from './signed_in.ts';

const DEFINITION = {
  schemaVersion: 1,
  nodes: [
    { key: 'start', type: 'start' },
    { key: 'size', type: 'route', cases: [{ key: 'big', when: 'input.size > 10' }] },
    { key: 'split', type: 'wait', seconds: 30 },
    { key: 'shrink', type: 'script', script: 'return input;' },
    { key: 'check', type: 'script', script: 'return input;' },
    { key: 'done', type: 'script', script: 'return input;' },
  ],
  edges: [
    { from: 'start', to: 'size' },
    { from: 'size', to: 'split', branch: 'big' },
    { from: 'size', to: 'shrink', branch: 'default' },
    { from: 'shrink', to: 'check' },
    { from: 'check', to: 'done' },
  ],
  layout: {},
};

test('a draft is simulated: outcomes by click, states on the canvas, a clock to step through', async ({
  page,
  api,
}) => {
  const key = own('e2e-simulate');
  await api.send('POST', '/workflows', {
    key,
    name: 'Tried out',
    definition: DEFINITION,
  });
  await page.goto(`/workflows/${key}/editor`);
  const canvas = page.getByRole('application', { name: `Pipeline of ${key}` });
  const card = (node: string) => canvas.locator(`.react-flow__node[data-id="${node}"]`);
  await expect(card('done')).toBeAttached();

  await page.getByRole('button', { name: 'Simulate', exact: true }).press('Enter');
  const panel = page.getByRole('region', { name: 'Simulate' });
  await panel.getByLabel('Input of the run (JSON)').fill('{"size": 3}');
  await expect(panel.getByRole('status')).toContainText('takes 3 s');
  await expect(card('split')).toContainText('Skipped');
  await expect(card('shrink')).toContainText('critical path');

  await panel.getByLabel('Input of the run (JSON)').fill('{"size": 30}');
  await expect(panel.getByRole('button', { name: /^split/ })).toContainText('30s');
  await expect(card('split')).toContainText('30s');
  await panel.getByLabel('Input of the run (JSON)').fill('{"size": 3}');

  await panel.getByRole('button', { name: /^shrink/ }).click();
  await panel.getByLabel('Seconds').fill('40');
  await expect(panel.getByRole('status')).toContainText('takes 42 s');
  await panel.getByLabel('Outcome').selectOption('failed');
  await expect(panel.getByRole('status')).toContainText('Failed');
  await expect(card('done')).toContainText('Upstream failed');

  const clock = panel.getByLabel('Virtual clock', { exact: true });
  await clock.press('Home');
  await expect(card('shrink')).toContainText('Running');
  await expect(card('done')).toContainText('Pending');
  await clock.press('End');
  await expect(card('shrink')).toContainText('Failed');

  expect(await seriousFindings(page, 'section[aria-label="Simulate"]')).toEqual([]);
});

test('a simulation says which output it lacks', async ({ page, api }) => {
  const key = own('e2e-not-given');
  await api.send('POST', '/workflows', {
    key,
    name: 'Lacks an output',
    definition: {
      schemaVersion: 1,
      nodes: [
        { key: 'list', type: 'script', script: 'return [1, 2];' },
        {
          key: 'each',
          type: 'fanout',
          items: 'tasks.list.output',
          workflow: 'e2e-not-given-child',
        },
      ],
      edges: [{ from: 'list', to: 'each' }],
    },
  });
  await page.goto(`/workflows/${key}/editor`);
  await page.getByRole('button', { name: 'Simulate', exact: true }).press('Enter');
  const panel = page.getByRole('region', { name: 'Simulate' });

  await expect(panel.getByRole('status')).toContainText('The output of list was not given');
  await panel.getByRole('button', { name: /^list/ }).click();
  await panel.getByLabel('Output (JSON)').fill('[1, 2]');
  await expect(panel.getByRole('status')).toContainText('Succeeded');
});

test('a version is shown beside the plan that was made of it', async ({ page, api }) => {
  const key = own('e2e-plan');
  await api.send('POST', '/workflows', {
    key,
    name: 'Compiled',
    definition: DEFINITION,
  });
  await api.send('POST', `/workflows/${key}/publish`, {});
  await page.goto(`/workflows/${key}`);

  await page.getByRole('button', { name: 'Beside the plan' }).press('Enter');
  const drawn = page.getByRole('application', { name: 'As drawn' });
  const plan = page.getByRole('application', { name: 'As it runs' });
  await expect(drawn.locator('.react-flow__node[data-id="start"]')).toBeAttached();
  await expect(plan.locator('.react-flow__node[data-id="done"]')).toBeAttached();
  await expect(plan.locator('.react-flow__node[data-id="start"]')).not.toBeAttached();
  await expect(page.getByText('is a mark; what became of it follows')).toBeVisible();
});
