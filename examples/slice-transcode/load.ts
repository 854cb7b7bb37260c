/** Brings the works and the workflow in: `LATCHWORK_URL=… LATCHWORK_API_KEY=… node load.ts` (scopes: read, workflows:write). */
import { readFile } from 'node:fs/promises';
import { createClient, type Client, type Definition } from '../../clients/typescript/src/index.ts';

const KEY = 'slice-transcode';

export async function loadSliceTranscode(client: Client): Promise<void> {
  for (const { key, ...work } of await readJson<{ key: string }[]>('works.json')) {
    await client.call('putWork', { params: { key }, body: work });
  }
  const definition = await readJson<Definition>('definition.json');
  const workflow = { key: KEY, name: 'Slice and transcode', definition };
  await client.call('createWorkflow', { body: workflow });
  await client.call('publishWorkflow', { params: { key: KEY }, body: {} });
}

async function readJson<Value>(name: string): Promise<Value> {
  return JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8')) as Value;
}

if (import.meta.main) {
  const { LATCHWORK_URL: url = 'http://localhost:3000', LATCHWORK_API_KEY: apiKey = '' } =
    process.env;
  await loadSliceTranscode(createClient({ url, apiKey }));
}
