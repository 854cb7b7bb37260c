/** README.md is true: its commands are run, in their order, by the shell that a reader would run them in. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterAll, expect, test } from 'vitest';
import { testApi } from '#test/api.ts';

const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const first = page.indexOf('**2. Be a worker yourself.**');

/** The shell blocks of the pipeline, with the word after `sh` that names some of them. */
const blocks = [...page.slice(first).matchAll(/^```sh ?(\w*)\n(.*?)^```$/gms)].map(
  ([, name = '', text = '']) => ({ name, text }),
);

const missing = ['bash', 'curl'].filter((program) => spawnSync(program, ['--version']).error);

test.skipIf(missing.length > 0)('the first pipeline runs as it is written', async () => {
  const { app, keyWith } = await testApi();
  const url = await listen(getRequestListener(app.fetch));
  const key = await keyWith('read', 'workflows:write', 'instances:write', 'tasks:report');
  // The values that a reader fills in.
  const filled = (text: string, reportUrl: string): string =>
    text
      .replace('http://localhost:3000 ', `${url} `)
      .replace('lwk_…', key)
      .replace(/http:\/\/localhost:3000\/api\/v1\/reports\/…/, reportUrl);
  const [setup, ...commands] = blocks;
  const answers = new Map<string, string>();
  let reportUrl = '';

  expect(setup?.name).toBe('setup');
  for (const { name, text } of commands) {
    const answer = await bash(filled(`${setup?.text}\n${text}`, reportUrl));
    expect(answer).not.toContain('"code"');
    answers.set(name, answer);
    reportUrl = /"reportUrl":"([^"]+)"/.exec(answer)?.[1] ?? reportUrl;
  }

  expect(shapeOf(JSON.parse(answers.get('claim') ?? ''))).toEqual(shapeOf(shownClaim()));
  expect(JSON.parse(answers.get('look') ?? '')).toMatchObject({
    data: [{ objectId: 'greeting-1', status: 'succeeded' }],
  });
});

function shownClaim(): unknown {
  return JSON.parse(/^```json\n(.*?)^```$/ms.exec(page)?.[1] ?? '');
}

/** Names and kinds of values, whatever they are. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(shapeOf);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]))
    : typeof value;
}

async function bash(script: string): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];

  expect(code).toBe(0);
  return output;
}

async function listen(listener: ReturnType<typeof getRequestListener>): Promise<string> {
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close());

  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
