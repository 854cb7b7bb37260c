import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { NonRetryableError, type Task } from '../../clients/typescript/src/index.ts';
import { check, type Json } from './input.ts';
import { steps } from './steps.ts';
import { kept } from './storage.ts';

let folder = '';
let web: Server;
let site = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwork-steps-'));
  vi.stubEnv('LATCHWORK_SAMPLE_DIR', join(folder, 'runs'));

  const dew = await readFile(`${import.meta.dirname}/images/dew.jpg`);
  web = createServer((request, response) => {
    if (request.url === '/dew.jpg') response.end(dew);
    else if (request.url === '/endless.jpg') response.end(Buffer.alloc(26 * 1024 * 1024));
    else response.writeHead(request.url === '/broken.jpg' ? 503 : 404).end();
  });
  await new Promise<void>((resolve) => {
    web.listen(0, '127.0.0.1', resolve);
  });
  site = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});

afterAll(async () => {
  web.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('probing', () => {
  test('a shipped picture is known by its name', async () => {
    expect(await run('image.probe', { image: 'harbour' })).toMatchObject({
      name: 'harbour.jpg',
      format: 'jpeg',
      width: 1600,
      height: 1067,
    });
  });

  test('a picture is fetched from the web', async () => {
    expect(await run('image.probe', { image: `${site}/dew.jpg` })).toMatchObject({
      name: 'dew.jpg',
      width: 1080,
    });
  });

  test('a photograph that was taken upright is turned upright, a transparent picture laid on white', async () => {
    const file = join(folder, 'upright.jpg');
    await sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(file);
    const clear = join(folder, 'clear.png');
    await sharp({ create: { width: 9, height: 9, channels: 4, background: 'transparent' } })
      .png()
      .toFile(clear);

    expect(await run('image.probe', { image: file })).toMatchObject({ width: 20, height: 40 });
    const { file: white } = await run('image.probe', { image: clear });
    expect([...(await sharp(kept(white)).raw().toBuffer()).subarray(0, 3)]).toEqual([
      255, 255, 255,
    ]);
  });

  test('what cannot be had is a failure that says so and is not tried again', async () => {
    const text = join(folder, 'notes.txt');
    await writeFile(text, 'not a picture');

    for (const [image, message] of [
      ['/nope.jpg', 'image.probe: /nope.jpg does not exist'],
      [folder, `image.probe: ${folder} is not a file`],
      [text, 'image.probe: notes.txt cannot be read as a picture: '],
      [`${site}/gone.jpg`, `image.probe: ${site}/gone.jpg answered 404`],
      [`${site}/endless.jpg`, `image.probe: ${site}/endless.jpg is larger than 25 MB`],
    ] as const) {
      const failure: unknown = await run('image.probe', { image }).catch((error: unknown) => error);

      expect(failure).toBeInstanceOf(NonRetryableError);
      expect(String(failure)).toContain(message);
    }
  });

  test('a web site in trouble may be tried again', async () => {
    const failure: unknown = await run('image.probe', { image: `${site}/broken.jpg` }).catch(
      (error: unknown) => error,
    );

    expect(String(failure)).toContain('answered 503');
    expect(failure).not.toBeInstanceOf(NonRetryableError);
  });
});

test('the whole pipeline turns a picture into a mosaic of the same size', async () => {
  const probe = await run('image.probe', { image: 'dew' });
  const smaller = await run('image.resize', { file: probe.file, side: 300 });
  const { tiles = [] } = await run('image.cut', { file: smaller.file, tileSize: 128 });
  const drawn = await Promise.all(
    tiles.map((tile, order) =>
      run('image.tile', { file: smaller.file, tile, effect: 'mosaic' }, order),
    ),
  );
  const mosaic = await run('image.assemble', { tiles: drawn });
  const thumbnail = await run('image.thumbnail', { file: mosaic.file });
  const sheet = await run('image.sheet', { before: probe.file, after: mosaic.file, tiles: drawn });

  expect(await sharp(kept(mosaic.file)).metadata()).toMatchObject({ width: 300, height: 200 });
  for (const { preview } of [mosaic, thumbnail, sheet]) {
    expect(preview).toMatch(/^data:image\/webp;base64,.{1000,90000}$/);
  }
});

test('an input cannot reach files outside the folder of the worker', async () => {
  await expect(run('image.resize', { file: '../dew.jpg', side: 9 })).rejects.toThrow(
    '../dew.jpg is not a file of this worker',
  );
});

test('an input that was drawn wrong is named', async () => {
  await expect(run('image.resize', { file: 'x.tiff' })).rejects.toThrow(
    'image.resize: input.side must be of type number',
  );
  await expect(run('image.assemble', { tiles: [{ file: 'x.png' }] })).rejects.toThrow(
    'image.assemble: input.tiles[0].colour must be of type list',
  );
  await expect(
    run('image.tile', { file: '', tile: { x: 0, y: 0, width: 1, height: 1 }, effect: 'sepia' }),
  ).rejects.toThrow('image.tile: there is no effect "sepia"');
});

type Output = { [key: string]: Json; file: string };

async function run(
  work: string,
  input: Json,
  order?: number,
): Promise<Output & { tiles?: Json[] }> {
  const task: Task = {
    id: 'instance_task',
    instanceId: 'instance',
    objectId: 'object',
    workflow: 'image-mosaic',
    version: 1,
    task: 'task',
    work,
    segment: order === undefined ? null : { order, count: 99 },
    input,
    attempt: 1,
    priority: 0,
    token: 'token',
    deadlines: { startBy: null, runBy: null, heartbeatSeconds: null },
    stopping: new AbortController().signal,
    progress: () => undefined,
    log: () => undefined,
    patchContext: () => Promise.resolve(),
  };
  const output = await steps[work]?.(task, new AbortController().signal);

  return { ...check(output ?? null, work, { file: 'string' }), ...(output as { tiles?: Json[] }) };
}
