/**
 * Brings the sample into a Latchwork through its API: the works, and the workflow with its first version published. What is there
 * already is left as it is, so it may run at every start, and heals a start that was cut short.
 *
 *     LATCHWORK_URL=… LATCHWORK_API_KEY=… node load.ts      (scopes: read, workflows:write)
 */
import { readFile } from 'node:fs/promises';

export type Server = { url: string; apiKey: string };

type Work = { key: string };
type Workflow = { key: string; publishedVersion: number | null };

const WORKFLOW = {
  key: 'image-mosaic',
  name: 'Image mosaic',
  description: 'Cuts a picture into tiles, draws each tile anew, and puts them together again.',
  labels: { sample: 'true' },
};

/** Answers what was made; an empty list means that everything was there. */
export async function loadSample(server: Server): Promise<string[]> {
  const works = await readJson<Work[]>('works.json');
  const definition = await readJson<object>('definition.json');
  const made: string[] = [];

  for (const { key, ...work } of works) {
    if (!(await find(server, `/works/${key}`))) {
      await send(server, 'PUT', `/works/${key}`, work);
      made.push(`work ${key}`);
    }
  }

  const path = `/workflows/${WORKFLOW.key}`;
  let workflow = await find<Workflow>(server, path);

  if (!workflow) {
    workflow = await send<Workflow>(server, 'POST', '/workflows', { ...WORKFLOW, definition });
    made.push(`workflow ${WORKFLOW.key}`);
  }
  if (workflow.publishedVersion === null) {
    await send(server, 'POST', `${path}/publish`, { summary: 'The sample as it ships' });
    made.push(`version 1 of ${WORKFLOW.key}`);
  }

  return made;
}

async function readJson<Value>(name: string): Promise<Value> {
  return JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8')) as Value;
}

async function find<Answer>(server: Server, path: string): Promise<Answer | undefined> {
  const response = await request(server, 'GET', path);

  return response.status === 404 ? undefined : answerOf<Answer>(response);
}

async function send<Answer>(
  server: Server,
  method: string,
  path: string,
  body: object,
): Promise<Answer> {
  return answerOf(await request(server, method, path, body));
}

function request({ url, apiKey }: Server, method: string, path: string, body?: object) {
  return fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (!response.ok) {
    throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  }

  return (await response.json()) as Answer;
}

if (import.meta.main) {
  const { LATCHWORK_URL: url = 'http://localhost:3000', LATCHWORK_API_KEY: apiKey = '' } =
    process.env;
  const made = await loadSample({ url, apiKey });

  console.log(made.length > 0 ? `Made ${made.join(', ')}.` : 'The sample is there already.');
}
