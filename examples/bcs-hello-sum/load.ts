/** Imports the task of BCS as it is: `LATCHWORK_URL=… LATCHWORK_API_KEY=… node load.ts` (scopes: read, workflows:write). */
import { readFile } from 'node:fs/promises';
import { createClient, type Client } from '../../clients/typescript/src/index.ts';

/** Answers what could not be carried over. `change` edits the document before. */
export async function importTask(
  client: Client,
  change: (text: string) => string = (text) => text,
) {
  const text = change(await readFile(new URL('task.json', import.meta.url), 'utf8'));
  const imported = await client.call('importWorkflow', {
    body: { format: 'bcs', document: text, key: 'hello-sum', publish: true },
  });
  return imported.notCarried;
}

if (import.meta.main) {
  const { LATCHWORK_URL: url = 'http://localhost:3000', LATCHWORK_API_KEY: apiKey = '' } =
    process.env;
  for (const { pointer, message } of await importTask(createClient({ url, apiKey }))) {
    console.log(`${pointer}: ${message}`);
  }
}
