/** The pipeline with real ffmpeg, against the real API, with a worker that is killed on the way. Skipped, loudly, without ffmpeg. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../clients/typescript/src/index.ts';
import { servedApi } from '../../test/served.ts';
import { findFfmpeg, makeTestVideo, probe } from '../ffmpeg.ts';
import { loadSliceTranscode } from './load.ts';

const found = await findFfmpeg();
if (found === null) console.warn('SKIPPED: there is no ffmpeg to transcode with.');
const ffmpeg = found ?? '';

describe.skipIf(found === null)('slice and transcode', () => {
  test('encodes the slices side by side, though a worker is killed, and puts them together', async () => {
    const api = await servedApi();
    const client = createClient(api);
    await loadSliceTranscode(client);
    const folder = mkdtempSync(path.join(tmpdir(), 'latchwork-transcode-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const video = path.join(folder, 'source.mkv');
    await makeTestVideo(ffmpeg, video, 8);

    const startWorker = () => {
      const child = spawn(process.execPath, [`${import.meta.dirname}/worker.ts`], {
        env: {
          ...process.env,
          LATCHWORK_URL: api.url,
          LATCHWORK_API_KEY: api.apiKey,
          LATCHWORK_CONCURRENCY: '2',
          LATCHWORK_TRANSCODE_DIR: folder,
          LATCHWORK_FFMPEG: ffmpeg,
        },
        stdio: 'ignore',
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      return child;
    };
    const segmentsOf = async (id: string) =>
      (await client.getInstance(id)).tasks.find(({ key }) => key === 'transcode')?.segments;

    const doomed = startWorker();
    const { id } = await client.createInstance('slice-transcode', {
      objectId: 'clip',
      input: { video, sliceSeconds: 1, height: 120 },
    });
    await expect.poll(async () => (await segmentsOf(id))?.succeeded ?? 0).toBeGreaterThan(0);
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');
    // Its heartbeats are overdue now; from here on time passes as it does outside.
    await api.pass(16);
    const last = startWorker();

    await expect
      .poll(async () => (await api.pass(0.25), (await client.getInstance(id)).status), {
        interval: 250,
      })
      .toBe('succeeded');
    const instance = await client.getInstance(id);
    expect(instance.output).toMatchObject({ slices: 8, video: true, audio: true });
    expect(instance.context).toMatchObject({ source: { video: true, audio: true } });
    const { file } = instance.output as { file: string };
    expect(probe(ffmpeg, file).seconds).toBeCloseTo(8, 0);
    expect(await segmentsOf(id)).toMatchObject({ total: 8, succeeded: 8 });

    const exit = once(last, 'exit');
    last.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});
