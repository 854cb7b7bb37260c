import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeProblems, readSettings } from './settings.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'latchwork-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const file = path.join(folder, 'secret');
  writeFileSync(file, content);
  return file;
}

function problemsOf(environment: Record<string, string>): string {
  const read = readSettings(environment);
  return read.ok ? '' : describeProblems(read.problems);
}

test('nothing needs to be set', () => {
  expect(readSettings({ PATH: '/bin' })).toMatchObject({
    ok: true,
    settings: {
      port: 3000,
      host: '127.0.0.1',
      sample: 'auto',
      deliveryPolicy: { allowPrivate: true, allowLoopback: false },
    },
  });
});

test('all problems are named at once, without repeating a secret', () => {
  expect(
    problemsOf({
      PORT: 'eighty',
      DATABASE_URL: 'mysql://root:hunter2@db',
      LOG_LEVEL: 'loud',
      NEXTAUTH_SECRET: 'short',
      LATCHWORK_DATS: '/srv',
    }),
  ).toBe(
    [
      'Latchwork cannot start with these settings:',
      '  LATCHWORK_DATS is not a setting of Latchwork.',
      '  DATABASE_URL must be a URL that begins with postgres:// or postgresql://.',
      '  PORT must be a whole number from 0 to 65535, not "eighty".',
      '  NEXTAUTH_SECRET must be at least 32 characters long.',
      '  LOG_LEVEL must be one of trace, debug, info, warn, error, silent, not "loud".',
      'docs/configuration.md lists every setting.',
    ].join('\n'),
  );
});

test('an empty variable counts as not set', () => {
  expect(readSettings({ PORT: '', DATABASE_URL: '' })).toMatchObject({
    ok: true,
    settings: { port: 3000, databaseUrl: undefined },
  });
});

test('a secret is read from the file that its twin names', () => {
  expect(
    readSettings({ DATABASE_URL_FILE: fileWith('postgres://app@db/latchwork\n') }),
  ).toMatchObject({ ok: true, settings: { databaseUrl: 'postgres://app@db/latchwork' } });
});

test('a secret that is given twice, or whose file is missing, is refused', () => {
  expect(problemsOf({ DATABASE_URL: 'postgres://db', DATABASE_URL_FILE: fileWith('x') })).toContain(
    'DATABASE_URL is set, and DATABASE_URL_FILE is too: only one may be.',
  );
  expect(problemsOf({ DATABASE_URL_FILE: '/nowhere' })).toContain(
    'DATABASE_URL_FILE cannot be read: ENOENT',
  );
});

test('outbound requests go where the list says', () => {
  expect(
    readSettings({ LATCHWORK_ALLOW_HOSTS: 'loopback, 10.0.0.0/8,*.corp.example' }),
  ).toMatchObject({
    settings: {
      deliveryPolicy: {
        allowPrivate: false,
        allowLoopback: true,
        allowHosts: ['10.0.0.0/8', '*.corp.example'],
      },
    },
  });
  expect(problemsOf({ LATCHWORK_ALLOW_HOSTS: 'private,http://x' })).toContain(
    'LATCHWORK_ALLOW_HOSTS is a list in which "http://x" is neither a host name, an address nor a CIDR range',
  );
});
