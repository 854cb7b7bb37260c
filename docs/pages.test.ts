/** The pages hang together: links lead somewhere, lists are complete, and each word of the glossary is where it says it is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = [
  '.',
  'docs',
  'docs/decisions',
  'bench',
  'examples',
  ...folders('examples'),
  ...folders('clients'),
];

function folders(under: string): string[] {
  return readdirSync(path.join(root, under), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(under, name));
}

const pages = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name)),
);

function read(page: string): string {
  return readFileSync(path.join(root, page), 'utf8');
}

test.each(pages)('the links of %s lead somewhere', (page) => {
  const text = read(page).replaceAll(/^```.*?^```/gms, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    // Screenshots are taken by the end-to-end tests.
    .filter((target) => target !== '' && !/^https?:|^docs\/screenshots\//.test(target));
  const missing = targets.filter(
    (target) => !existsSync(path.join(root, path.dirname(page), target)),
  );

  expect(missing).toEqual([]);
});

test('every decision is in the list, under its own title', () => {
  const list = read('docs/decisions/README.md');
  const entries = [...list.matchAll(/^- \[(\d{4})\]\(([^)]+)\) (.+)$/gm)].map(
    ([, number, file, title]) => [file, `# ${number} ${title}`],
  );
  const files = readdirSync(path.join(root, 'docs/decisions')).filter((name) => /^\d/.test(name));

  expect(entries).toEqual(
    files.map((name) => [name, read(`docs/decisions/${name}`).split('\n', 1)[0]]),
  );
});

test('every runtime package stands in 0007 with its reason, and no other', () => {
  const rows = read('docs/decisions/0007-dependencies.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );

  expect(new Set(named)).toEqual(new Set(Object.keys(manifest.dependencies)));
});
