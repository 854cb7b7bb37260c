import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- only a test may look inside: publishing asks this very function
import { validateDefinition } from '#engine/validate.ts';
import { steps } from './steps.ts';

test('the sample workflow has no problems, and its works are those that the worker does', async () => {
  const works = new Set(((await read('works.json')) as { key: string }[]).map(({ key }) => key));

  expect(validateDefinition(await read('definition.json'), { works }).problems).toEqual([]);
  expect([...works].toSorted()).toEqual(Object.keys(steps).toSorted());
});

async function read(name: string): Promise<unknown> {
  return JSON.parse(await readFile(`${import.meta.dirname}/${name}`, 'utf8'));
}
