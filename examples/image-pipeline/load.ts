/**
 * Brings the sample into a Latchwork through its API: the works, and the workflow with its first version published. What is there
 * already is left as it is, so it may run at every start, and heals a start that was cut short.
 *
 *     LATCHWORK_URL=… LATCHWORK_API_KEY=… node load.ts      (scopes: read, workflows:write)
 */
import { readFile } from 'node:fs/promises';
import {
  createClient,
  LatchworkError,
  type ClientOptions,
  type Definition,
} from '../../clients/typescript/src/index.ts';

const WORKFLOW = {
  key: 'image-mosaic',
  name: 'Image mosaic',
  description: 'Cuts a picture into tiles, draws each tile anew, and puts them together again.',
  labels: { sample: 'true' },
};

/** Answers what was made; an empty list means that everything was there. */
export async function loadSample(server: ClientOptions): Promise<string[]> {
  const client = createClient(server);
  const works = await readJson<{ key: string }[]>('works.json');
  const definition = await readJson<Definition>('definition.json');
  const made: string[] = [];

  for (const { key, ...work } of works) {
    if ((await found(client.call('getWork', { params: { key } }))) === null) {
      await client.call('putWork', { params: { key }, body: work });
      made.push(`work ${key}`);
    }
  }

  const params = { key: WORKFLOW.key };
  let workflow = await found(client.call('getWorkflow', { params }));

  if (workflow === null) {
    workflow = await client.call('createWorkflow', { body: { ...WORKFLOW, definition } });
    made.push(`workflow ${WORKFLOW.key}`);
  }
  if (workflow.publishedVersion === null) {
    const body = { summary: 'The sample as it ships' };
    await client.call('publishWorkflow', { params, body });
    made.push(`version 1 of ${WORKFLOW.key}`);
  }

  return made;
}

async function readJson<Value>(name: string): Promise<Value> {
  return JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8')) as Value;
}

async function found<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof LatchworkError && error.status === 404) return null;
    throw error;
  }
}

if (import.meta.main) {
  const { LATCHWORK_URL: url = 'http://localhost:3000', LATCHWORK_API_KEY: apiKey = '' } =
    process.env;
  const made = await loadSample({ url, apiKey });

  console.log(made.length > 0 ? `Made ${made.join(', ')}.` : 'The sample is there already.');
}
