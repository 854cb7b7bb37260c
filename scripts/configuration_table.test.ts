import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurationTable } from './configuration_table.ts';

test('docs/configuration.md lists every setting as the schema has it', () => {
  const page = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8');

  // To renew the page, paste what this prints.
  expect(page).toContain(configurationTable());
});
