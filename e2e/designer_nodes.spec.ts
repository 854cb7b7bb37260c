/** Every type of node in the designer: drawn from the palette by key, filled in wrong, mended, published. */
import type { Locator } from '@playwright/test';
import type { Definition } from '#engine/definition.ts';
import { seriousFindings } from './axe.ts';
import { expect, own, test } from './signed_in.ts';

const url = 'https://jobs.example.com';

/** As full as may be, and some of it wrong. */
const ONE_OF_EACH = {
  schemaVersion: 1,
  nodes: [
    {
      key: 'drive',
      type: 'http',
      submit: { url: 'ftp://nowhere' },
      status: { url: '', succeededWhen: 'true' },
      result: { url },
      stop: { url },
      window: { from: '22:00', to: '06:00', timeZone: 'Asia/Shanghai', days: ['mon'] },
    },
    { key: 'sum', type: 'script', script: 'return input;' },
    { key: 'nap', type: 'wait', seconds: 5, until: '2027-01-01T00:00:00Z' },
    { key: 'ask', type: 'signal', approval: true, prompt: 'Well?' },
    { key: 'run', type: 'workflow', workflow: 'image-mosaic', version: 99 },
    { key: 'each', type: 'fanout', items: 'input', workflow: 'image-mosaic' },
    { key: 'tell', type: 'notify', url },
  ],
  edges: [],
};

const DRAWN = ['Start', 'HTTP', 'Script', 'Wait', 'Signal', 'Workflow', 'Notify', 'End'] as const;

test('steps that need no worker are drawn, mended and published', async ({ page, api }) => {
  const [workflow, child] = [own('e2e-nodes'), own('e2e-child')];
  await api.send('POST', '/workflows', {
    key: child,
    definition: { schemaVersion: 1, nodes: [{ key: 'only', type: 'start' }], edges: [] },
  });
  await api.send('POST', `/workflows/${child}/publish`, {});
  await api.send('POST', '/workflows', { key: workflow, name: 'No worker' });
  await page.goto(`/workflows/${workflow}/editor`);

  const canvas = page.getByRole('application', { name: `Pipeline of ${workflow}` });
  const form = page.getByRole('region', { name: 'Properties' });
  const card = (key: string) => canvas.locator(`.react-flow__node[data-id="${key}"]`);
  const open = async (key: string) => {
    await card(key).press('Enter');
    await expect(form.getByRole('textbox', { name: 'Key' })).toHaveValue(key);
  };

  await test.step('each kind comes after the one before', async () => {
    for (const kind of DRAWN) {
      await page.getByRole('button', { name: `Add ${kind}`, exact: true }).press('Enter');
      await expect(card(kind.toLowerCase())).toBeFocused();
    }
    for (const edge of ['start → http', 'wait → signal', 'notify → end']) {
      await expect(canvas.getByLabel(edge, { exact: true })).toBeAttached();
    }
  });

  await test.step('an HTTP node says its requests', async () => {
    await open('http');
    const submit = form.getByRole('group', { name: 'Submit' });
    await refuses(submit.getByLabel('URL'), 'ftp://files', 'is not a URL of http or https');
    await submit.getByLabel('URL').fill('https://jobs.example.com/jobs');
    await refuses(submit.getByLabel('Headers'), '{"a b": "c"}', 'The header “a b” cannot be sent');
    await submit.getByLabel('Headers').fill('{"authorization": "{{ input.token }}"}');

    await form
      .getByLabel('How the result comes')
      .selectOption('It is asked again until it is done');
    const status = form.getByRole('group', { name: 'Status' });
    await status.getByLabel('URL').fill('https://jobs.example.com/jobs/{{ submit.body.id }}');
    const condition = status.getByLabel('It has succeeded when');
    await refuses(condition, 'response.body.state ==', 'In response.body.state ==');
    await condition.fill('response.body.state == "done"');
    await expect(condition).not.toHaveAccessibleDescription(/In response/);
    await expect(card('http')).toContainText('POST jobs.example.com');
    await expect(card('http')).toContainText('polling');
  });

  await test.step('a script has its code', async () => {
    await open('script');
    await refuses(form.getByLabel('JavaScript'), '', 'must have 1 or more characters');
    await refuses(
      form.getByLabel('JavaScript'),
      'const half = input.n / 2;\nretrun half;',
      'wrong in line 2, column 8',
    );
    await expect(card('script').getByRole('img', { name: /line 2, column 8/ })).toBeVisible();
    await form.getByLabel('JavaScript').fill('// halves it\nreturn input.n / 2;');
    await expect(form.getByLabel('JavaScript')).not.toHaveAccessibleDescription(/wrong in line/);
    await form.getByLabel('Memory limit (MB)').fill('9000');
    await expect(form.getByLabel('Memory limit (MB)')).toHaveAccessibleDescription(/256 or less/);
    await form.getByLabel('Memory limit (MB)').fill('32');
    await expect(card('script')).toContainText('// halves it');
  });

  await test.step('a wait waits in one of three ways', async () => {
    await open('wait');
    await refuses(form.getByLabel('Seconds'), 'soon {{', 'In soon {{');
    await form.getByLabel('It waits').selectOption('Until a window opens');
    await expect(form.getByLabel('Seconds')).toBeHidden();
    await refuses(form.getByLabel('From'), '25:00', 'must be a time of day');
    await form.getByLabel('From').fill('22:00');
    await refuses(form.getByLabel('Time zone'), 'Nowhere/City', 'There is no time zone');
    await form.getByLabel('Time zone').fill('Asia/Shanghai');
    // What goes takes its line along, and the boxes below move up.
    await expect(form.getByLabel('Time zone')).not.toHaveAccessibleDescription(/no time zone/);
    await form.getByLabel('Sat').check();
    await expect(card('wait')).toContainText('22:00–06:00 Asia/Shanghai, Sat');
  });

  await test.step('a signal asks a person', async () => {
    await open('signal');
    await form.getByLabel('A person approves or rejects').click();
    await form.getByLabel('What the person is asked').fill('Ship {{ object.id }}?');
    await refuses(form.getByLabel('Name of the signal'), 'no spaces', 'must start with a letter');
    await form.getByLabel('Name of the signal').fill('ship');
    await expect(card('signal')).toContainText('approval');
  });

  await test.step('a workflow and a message have somewhere to go', async () => {
    await open('workflow');
    const field = form.getByRole('combobox', { name: 'Workflow' });
    await refuses(field, 'e2e-no-such', 'does not exist');
    await refuses(field, workflow, 'would run itself');
    await field.fill(child);
    await expect(form.getByText('v1 is published')).toBeVisible();
    await refuses(form.getByLabel('Version'), '7', 'does not exist or is retired');
    await form.getByLabel('Version').fill('1');
    await expect(card('workflow')).toContainText(`${child} v1`);

    await open('notify');
    await form.getByLabel('URL').fill('https://example.com/hook');
    await expect(card('notify')).toContainText('example.com');
  });

  await test.step('what was filled in is what is published', async () => {
    await expect(page.getByText('Nothing is wrong: this draft can be published.')).toBeVisible();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /^Publish / });
    await dialog.getByRole('button', { name: 'Publish version 1' }).click();
    await expect(dialog.getByText('Version 1 is published')).toBeVisible();

    const { definition } = await api.get<{ definition: Definition }>(
      `/workflows/${workflow}/versions/1`,
    );
    expect(definition.nodes).toMatchObject([
      { key: 'start' },
      {
        submit: {
          url: 'https://jobs.example.com/jobs',
          headers: { authorization: '{{ input.token }}' },
        },
        status: { succeededWhen: 'response.body.state == "done"' },
      },
      { script: '// halves it\nreturn input.n / 2;', memoryMb: 32 },
      { window: { from: '22:00', to: '06:00', timeZone: 'Asia/Shanghai', days: ['sat'] } },
      { approval: true, prompt: 'Ship {{ object.id }}?', signal: 'ship' },
      { workflow: child, version: 1 },
      { url: 'https://example.com/hook' },
      { key: 'end' },
    ]);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no form of a node keeps anybody out, ${colorScheme}`, async ({ page, api }) => {
    test.slow();
    const key = own(`e2e-forms-${colorScheme}`);
    await api.send('POST', '/workflows', { key, definition: ONE_OF_EACH });
    await page.emulateMedia({ colorScheme });

    for (const node of ONE_OF_EACH.nodes) {
      await page.goto(`/workflows/${key}/editor?node=${node.key}`);
      const form = page.getByRole('region', { name: 'Properties' });
      await expect(form.getByRole('textbox', { name: 'Key' })).toHaveValue(node.key);
      expect(await seriousFindings(page, '#inspector')).toEqual([]);
    }
  });
}

/** What is wrong is said beside the field, in the engine's words. */
async function refuses(field: Locator, text: string, because: string): Promise<void> {
  await field.fill(text);
  await expect(field).toHaveAccessibleDescription(new RegExp(because.replaceAll('{', '\\{')));
}
