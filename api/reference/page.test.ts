import { expect, test } from 'vitest';
import { testApi } from '#test/api.ts';
import { PROBLEM_CODES } from '../problem.ts';

test('the reference is one page, whole in itself, whose links lead somewhere', async () => {
  const api = await testApi();
  const response = await api.app.request('/api/v1/docs');
  const page = await response.text();
  const ids = new Set([...page.matchAll(/ id="([\w-]+)"/g)].map(([, id]) => id));
  const links = [...page.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);

  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(links.filter((id) => !ids.has(id))).toEqual([]);
  expect(links.length).toBeGreaterThan(100);
  expect(page).not.toMatch(/<script|<link|src=|https?:\/\/(?!example)/);
  for (const code of PROBLEM_CODES) {
    expect(ids).toContain(`problem-${code}`);
  }
});
