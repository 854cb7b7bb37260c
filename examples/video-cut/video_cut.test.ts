/** The service, driven by a real installation with real ffmpeg. Skipped, loudly, where there is none. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createClient, type Client } from '../../clients/typescript/src/index.ts';
import { listen, servedApi } from '../../test/served.ts';
import { findFfmpeg, makeTestVideo, probe } from '../ffmpeg.ts';
import { cutIntoPieces, loadVideoCut } from './load.ts';
import { createVideoCutService, type ServiceOptions } from './service.ts';

const found = await findFfmpeg();
if (found === null) console.warn('SKIPPED: there is no ffmpeg to cut videos with.');
const ffmpeg = found ?? '';

describe.skipIf(found === null)('the video-cut service', () => {
  let client: Client;
  let api: Awaited<ReturnType<typeof servedApi>>;

  beforeEach(async () => {
    api = await servedApi();
    client = createClient(api);
    const worker = await api.startWorkerProcess();
    return async () => {
      worker.kill('SIGTERM');
      await once(worker, 'exit');
      await api.close();
    };
  });

  /** `cut`: what to change of the node. */
  async function startService(options: Partial<ServiceOptions> = {}, cut: object = {}) {
    const service = createVideoCutService({ ffmpeg, concurrency: 2, ...options });
    await loadVideoCut(client, await listen(service.server), cut);
    return service;
  }

  async function makeVideo(seconds: number): Promise<string> {
    const folder = mkdtempSync(path.join(tmpdir(), 'latchwork-cut-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const video = path.join(folder, 'clip.mp4');
    await makeTestVideo(ffmpeg, video, seconds);
    return video;
  }

  test('cuts a video into pieces, never more than two at once', async () => {
    const { load } = await startService({});
    const video = await makeVideo(8);

    const ids = await cutIntoPieces(client, video, 8, 2);
    const ended = await Promise.all(ids.map((id) => toItsEnd(id)));

    expect(ended.map(({ status }) => status)).toEqual(ids.map(() => 'succeeded'));
    for (const { output } of ended) {
      expect(probe(ffmpeg, (output as { video: string }).video).seconds).toBeCloseTo(2, 0);
    }
    expect(load.most).toBeLessThanOrEqual(2);
  });

  test('waits when the service itself has enough to do', async () => {
    const { load } = await startService({ concurrency: 1, realTime: true });
    const video = await makeVideo(4);

    const ids = await cutIntoPieces(client, video, 2, 1);
    const ended = await Promise.all(ids.map((id) => toItsEnd(id)));

    expect(ended.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    expect(load.most).toBe(1);
  });

  test('stops a cut that takes too long, and one that is cancelled', async () => {
    const { load } = await startService({ realTime: true }, { timeouts: { runSeconds: 2 } });
    const video = await makeVideo(30);

    const [late = ''] = await cutIntoPieces(client, video, 30, 30);
    expect(await toItsEnd(late)).toMatchObject({ status: 'failed' });
    expect((await api.attemptsOf(late, 'cut'))[0].code).toBe('run_timeout');
    await expect.poll(() => load.running).toBe(0);

    const [unwanted = ''] = await cutIntoPieces(client, video, 29, 29);
    await expect.poll(() => load.running).toBe(1);
    await client.cancelInstance(unwanted);
    await expect.poll(() => load.running).toBe(0);
    expect((await client.getInstance(unwanted)).status).toBe('cancelled');
  });

  test('says why a video that is not there cannot be cut', async () => {
    await startService();

    const [id = ''] = await cutIntoPieces(client, '/nope.mp4', 1, 1);

    expect(await toItsEnd(id)).toMatchObject({ status: 'failed', error: { task: 'cut' } });
    expect(JSON.stringify(await api.attemptsOf(id, 'cut'))).toContain('No such file');
  });

  function toItsEnd(id: string) {
    return client.waitForInstance(id, { everySeconds: 0.1 });
  }
});
