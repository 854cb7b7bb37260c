/** Pipelines that come from elsewhere, and go elsewhere: pasted or chosen as a file, exported, and imported again. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import type { DraftAnswer, Workflow } from '#api/types.ts';
import { seriousFindings } from './axe.ts';
import { expect, own, test } from './signed_in.ts';

const sample = (name: string) =>
  readFileSync(new URL(`../engine/import/samples/${name}.json`, import.meta.url), 'utf8');

const PASTED = [
  {
    from: 'Conductor',
    document: sample('conductor_order'),
    format: 'conductor',
    key: 'e2e-from-conductor',
    lost: /\/failureWorkflow .*has no counterpart here/,
  },
  {
    from: 'BCS',
    document: sample('bcs_create_cluster'),
    format: 'bcs',
    key: 'e2e-from-bcs',
    lost: /^\//,
  },
  {
    from: 'Termite, as YAML',
    document: `
works: [cut, join]
dags:
  join: { dependences: [cut], trigger_rule: all_success }
scheduler_mode: LIFO
owner: somebody
`,
    format: 'termite',
    key: 'e2e-from-termite',
    lost: /\/owner /,
  },
] as const;

for (const { from, document, format, key, lost } of PASTED) {
  test(`a pipeline of ${from} is pasted, and what it lost is listed`, async ({ page, api }) => {
    const name = own(key);
    const dialog = await openImport(page);
    await dialog.getByLabel('Document').fill(document);
    await expect(dialog.getByLabel('Format')).toHaveValue(format);
    await expect(dialog.getByLabel('Format')).toHaveAccessibleDescription(
      'Guessed from the document.',
    );
    await dialog.getByLabel('Key').fill(name);
    await dialog.getByLabel('Publish it right away').uncheck();
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();

    await expect(dialog.getByRole('status')).toContainText('has been imported.');
    await expect(dialog.getByRole('heading', { name: /not carried over/ })).toBeVisible();
    await expect(dialog.getByRole('listitem').filter({ hasText: lost }).first()).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await dialog.getByRole('link', { name: 'Open designer' }).click();
    await expect(page.getByRole('application', { name: /^Pipeline of/ })).toBeVisible();
    const { definition } = await api.get<DraftAnswer>(`/workflows/${name}/draft`);
    expect(Object.keys(definition)).toContain('nodes');
  });
}

test('what cannot be read is said beside its field, and stays there to be mended', async ({
  page,
}) => {
  const dialog = await openImport(page);
  const text = dialog.getByLabel('Document');
  const submit = dialog.getByRole('button', { name: 'Import', exact: true });

  await submit.click();
  await expect(text).toHaveAccessibleDescription(/Paste a document, or choose a file/);
  await expect(text).toBeFocused();

  await text.fill('{"nodes": [\n  {"key": "a" "type": "task"}\n]}');
  await dialog.getByLabel('Key').fill('no key!');
  await submit.click();
  await expect(dialog.getByLabel('Key')).toHaveAccessibleDescription(/Letters, digits/);

  await dialog.getByLabel('Key').fill(own('e2e-unreadable'));
  await submit.click();
  await expect(text).toHaveAccessibleDescription(/line 2, column \d+/);
  await expect(text).toBeFocused();
  await expect(text).toHaveValue(/"a" "type"/);
  expect(await seriousFindings(page)).toEqual([]);

  await text.fill('- a list\n- of texts\n');
  await submit.click();
  await expect(text).toHaveAccessibleDescription(/This must be an object/);

  // No importer can make anything of it: it is no draft either.
  await dialog.getByLabel('Format').selectOption('termite');
  await submit.click();
  await expect(dialog.getByText(/A Termite pipeline is a JSON object/).first()).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Import as draft' })).toBeHidden();
  await dialog.getByLabel('Format').selectOption('latchwork');

  await dialog.locator('input[type="file"]').setInputFiles({
    name: 'pipeline.yaml',
    mimeType: 'application/yaml',
    buffer: Buffer.from(
      'schemaVersion: 1\nnodes:\n  - {key: a, type: task, work: e2e-unreadable}\nedges: []\n',
    ),
  });
  await expect(text).toHaveValue(/^schemaVersion: 1/);
  await submit.click();
  await expect(dialog.getByRole('status')).toContainText('has been imported.');
  await expect(dialog.getByText('Everything was carried over.')).toBeVisible();
});

test('what cannot be published is imported as a draft, by keyboard', async ({ page, api }) => {
  const definition = {
    schemaVersion: 1,
    nodes: [{ key: 'child', type: 'workflow', workflow: 'e2e-there-is-none' }],
    edges: [],
  };
  const dialog = await openImport(page);
  await dialog.getByLabel('Document').fill(JSON.stringify(definition));
  const key = own('e2e-childless');
  await dialog.getByLabel('Key').fill(key);
  await dialog.getByLabel('Key').press('Enter');

  await expect(dialog.getByText(/“e2e-there-is-none” does not exist/).first()).toBeVisible();
  await expect(dialog.getByLabel('Document')).toHaveValue(JSON.stringify(definition));
  await expect(dialog.getByLabel('Key')).toHaveValue(key);
  expect(await seriousFindings(page)).toEqual([]);
  const { data } = await api.get<{ data: Workflow[] }>(`/workflows?search=${key}`);
  expect(data).toEqual([]);

  await tabTo(page, dialog.getByRole('button', { name: 'Import as draft' }));
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('status')).toContainText('has been imported.');
  await tabTo(page, dialog.getByRole('link', { name: 'Open designer' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Problems' })).toContainText('1 error');
  const made = await api.get<Workflow>(`/workflows/${key}`);
  expect(made).toMatchObject({ publishedVersion: null, hasDraft: true });
});

test('what is exported can be imported again, and is the same', async ({ page, api }) => {
  const source = own('e2e-exported');
  await api.send('POST', '/workflows/import', {
    format: 'latchwork',
    key: source,
    publish: true,
    document: {
      name: 'To be exported',
      maxRunning: 3,
      definition: {
        schemaVersion: 1,
        nodes: [{ key: 'a', type: 'wait', seconds: 1, name: 'Größe 大小' }],
        edges: [],
      },
    },
  });
  await page.goto(`/workflows/${source}`);

  const exported = new Map<string, string>();
  for (const format of ['JSON', 'YAML']) {
    await page.getByRole('button', { name: 'Export' }).click();
    await expect(page.getByText('Published version 1')).toBeVisible();
    expect(await seriousFindings(page, '[role="menu"]')).toEqual([]);
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: `Export as ${format}` }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`${source}.${format.toLowerCase()}`);
    exported.set(format, readFileSync(await download.path(), 'utf8'));
  }

  for (const [format, text] of exported) {
    const key = own(`e2e-again-${format.toLowerCase()}`);
    const dialog = await openImport(page);
    await dialog.getByLabel('Document').fill(text);
    await dialog.getByLabel('Key').fill(key);
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(dialog.getByRole('status')).toHaveText('“To be exported” has been imported.');
    const original = await api.get<Workflow>(`/workflows/${source}`);
    expect(await api.get<Workflow>(`/workflows/${key}`)).toMatchObject({
      name: original.name,
      maxRunning: 3,
      publishedVersion: 1,
    });
  }
});

async function openImport(page: Page): Promise<Locator> {
  await page.goto('/workflows');
  await page.getByRole('button', { name: 'Import' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Import a workflow' });
  await expect(dialog.getByLabel('Document')).toBeVisible();
  return dialog;
}

/** Presses Tab until it has the focus: what cannot be reached so, fails. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();

  for (let presses = 0; presses < 30; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }

  throw new Error(`${String(target)} cannot be reached`);
}
