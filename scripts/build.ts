/** The production build, made when its sources changed and at no other time. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

/** What the pages are made of. What is missing here is not noticed when it changes. */
const SOURCES = [
  '{api,app,components,db,delivery,engine,i18n,messages,operations,public}/**/*',
  '*.{ts,js,mjs,json}',
];

/** Tests, and what Next itself writes. */
const NOT_SOURCES = /\.test\.tsx?$|^next-env\.d\.ts$/;

/** Written last, so that a build that was interrupted does not count. */
const STAMP = 'latchwork-sources';

export type Built = { readonly ok: true } | { readonly ok: false; readonly output: string };

/** Whether `.next` of the checkout was made from exactly these sources. */
export async function isBuilt(root: string): Promise<boolean> {
  const stamp = path.join(root, '.next', STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === (await hashSources(root));
}

export async function build(root: string, signal: AbortSignal): Promise<Built> {
  const hash = await hashSources(root);
  rmSync(path.join(root, '.next', STAMP), { force: true });

  const child = spawn(
    process.execPath,
    [path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next'), 'build'],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) return { ok: false, output: output.trim() };

  writeFileSync(path.join(root, '.next', STAMP), hash);
  return { ok: true };
}

async function hashSources(root: string): Promise<string> {
  const files: string[] = [];

  for await (const entry of glob(SOURCES, { cwd: root, withFileTypes: true })) {
    if (entry.isFile() && !NOT_SOURCES.test(entry.name)) {
      files.push(path.join(entry.parentPath, entry.name));
    }
  }

  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    hash.update(path.relative(root, file)).update('\0');
    hash.update(await readFile(file)).update('\0');
  }
  return hash.digest('hex');
}
