import { expect, test } from 'vitest';
import { ownPath } from './own_path.ts';

test.each(['/', '/instances?status=failed&search=a%2Fb', '/workflows/a/editor?node=b#c'])(
  '%s is a page of ours',
  (next) => {
    expect(ownPath(next)).toBe(next);
  },
);

test.each([
  undefined,
  ['/works', '/bulk'],
  '',
  'works',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n\\evil.example',
  'javascript:alert(1)',
  '/../..//evil.example/',
])('%j leads home', (next) => {
  expect(ownPath(next)).toBe('/');
});
