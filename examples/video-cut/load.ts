/**
 * Brings the workflow in and cuts the first seconds of a video into pieces: `node load.ts /videos/holiday.mp4`.
 *
 *     LATCHWORK_URL=… LATCHWORK_API_KEY=… VIDEO_CUT_URL=http://127.0.0.1:8000      (scopes: read, workflows:write, instances:write)
 */
import { readFile } from 'node:fs/promises';
import {
  createClient,
  LatchworkError,
  type Client,
  type Definition,
} from '../../clients/typescript/src/index.ts';

/** Two cuts at once, as light-task-scheduler's `TaskLimit` has it; all others wait in the queue of the workflow. */
const MOST_AT_ONCE = 2;

/** `changes`: of the node that cuts. */
export async function loadVideoCut(client: Client, service: string, changes: object = {}) {
  const text = await readFile(new URL('definition.json', import.meta.url), 'utf8');
  const shipped = JSON.parse(text) as Definition;
  const nodes = shipped.nodes.map((node) => (node.key === 'cut' ? { ...node, ...changes } : node));
  const definition = { ...shipped, nodes, env: { service } };
  const workflow = { key: 'video-cut', name: 'Video cut', maxRunning: MOST_AT_ONCE };

  await client.call('createWorkflow', { body: { ...workflow, definition } });
  await client.call('publishWorkflow', { params: { key: workflow.key }, body: {} });
}

/** One instance for each piece. */
export async function cutIntoPieces(client: Client, video: string, seconds: number, each: number) {
  const starts = Array.from({ length: Math.ceil(seconds / each) }, (_, index) => index * each);
  const { results } = await client.createInstances(
    'video-cut',
    starts.map((start) => ({
      objectId: `${video}#${start}`,
      input: { video, start, end: start + each },
    })),
  );
  return results.map((result) => {
    if (!result.ok) throw new Error(result.message);
    return result.id;
  });
}

if (import.meta.main) {
  const {
    LATCHWORK_URL: url = 'http://localhost:3000',
    LATCHWORK_API_KEY: apiKey = '',
    VIDEO_CUT_URL: service = 'http://127.0.0.1:8000',
  } = process.env;
  const client = createClient({ url, apiKey });
  await loadVideoCut(client, service).catch((error: unknown) => {
    // It is there from the last time.
    if (!(error instanceof LatchworkError) || error.code !== 'conflict') throw error;
  });
  const [video] = process.argv.slice(2);
  if (video) console.log(await cutIntoPieces(client, video, 100, 10));
}
