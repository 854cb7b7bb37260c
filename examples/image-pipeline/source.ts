/** Where a picture comes from: one that ships with the example, a file on the worker's machine, or the web. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { NonRetryableError } from '../../clients/typescript/src/index.ts';

export type Source = { name: string; bytes: Buffer };

const SHIPPED = join(import.meta.dirname, 'images');
const LARGEST_BYTES = 25 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_MS = 20_000;

export async function openSource(wanted: string, signal: AbortSignal): Promise<Source> {
  if (/^https?:\/\//i.test(wanted)) {
    return {
      name: basename(new URL(wanted).pathname) || wanted,
      bytes: await download(wanted, signal),
    };
  }

  const shipped = (await readdir(SHIPPED)).find((file) => parse(file).name === wanted);

  return shipped === undefined
    ? { name: basename(wanted), bytes: await readLocal(wanted) }
    : { name: shipped, bytes: await readFile(join(SHIPPED, shipped)) };
}

async function readLocal(path: string): Promise<Buffer> {
  const found = await stat(path).catch(() => undefined);

  if (!found) throw new NonRetryableError(`image.probe: ${path} does not exist`);
  if (!found.isFile()) throw new NonRetryableError(`image.probe: ${path} is not a file`);
  if (found.size > LARGEST_BYTES) throw tooLarge(path);

  return readFile(path);
}

async function download(url: string, signal: AbortSignal): Promise<Buffer> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]),
  });

  if (!response.ok || !response.body) {
    const message = `image.probe: ${url} answered ${response.status}`;
    // A server in trouble may have recovered by the next attempt; "not found" will stay so.
    throw response.status >= 500 ? new Error(message) : new NonRetryableError(message);
  }

  const chunks: Uint8Array[] = [];
  let length = 0;

  for await (const chunk of response.body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LARGEST_BYTES) throw tooLarge(url);
  }

  return Buffer.concat(chunks);
}

function tooLarge(name: string): NonRetryableError {
  return new NonRetryableError(
    `image.probe: ${name} is larger than ${LARGEST_BYTES / 1024 / 1024} MB`,
  );
}
